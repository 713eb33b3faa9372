"""What follows for posts when an account or the land changes, and whom a vacancy or a task concerns."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.people.actions import tell, unseat
from gezhi.people.actions.regridding import ForcesFollow
from gezhi.people.following import PostsFollow
from gezhi.people.models import Post
from gezhi.people.plan_notices import NOTICES, desks_told
from gezhi.people.queries import directory
from gezhi.people.roles import ALONE
from gezhi.territory.followers import register

register("people", PostsFollow())
register("forces", ForcesFollow())


@subscribe("user.retired", "user.officer_set", key="people.end_posts")
def end_posts(event: Event, at: datetime) -> None:
    """Who has left or become an officer holds no post any more: the last day is the one before the event.

    Rights ended with the event itself (`actor_for` asks the account first); this only brings the roster into line.
    """
    if event.name == "user.officer_set" and not event.data["officer"]:
        return
    day = local_day(event.at)
    lasting = Q(until_on__isnull=True) | Q(until_on__gte=day)
    for post in Post.objects.filter(lasting, user_id=event.subject_id).select_related("desk__area"):
        # A post that had not begun before that day keeps its first day: the log knows no post that ended before it began.
        last = max(day - timedelta(days=1), post.from_on)
        if post.until_on is None or post.until_on > last:
            unseat(post, actor=Actor.system("posts"), at=at, until_on=last)


@subscribe("post.ended", key="people.tell_of_vacancy")
def tell_of_vacancy(event: Event, at: datetime) -> None:
    """Whoever answers for a level leaves, and nobody follows: the desk itself and the one above are told at once."""
    if event.data.get("role") not in ALONE:
        return
    last = date.fromisoformat(event.data["until"])
    desk_id = event.data["desk"]
    follows = Post.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=last), desk_id=desk_id, role=event.data["role"], deputy_for=None
    )
    if follows.exclude(pk=event.subject_id).exists():
        return
    above = directory().above(desk_id)
    tell([desk_id, *([above.id] if above is not None else [])], event, at=at)


@subscribe("meeting_task.demanded", "meeting_task.sent_back", "meeting_task.postponed", key="people.tell_of_task")
def tell_of_task(event: Event, at: datetime) -> None:
    """The desk that owns a task hears of it."""
    tell([event.data["desk"]], event, at=at)


@subscribe(*NOTICES, key="people.plans")
def tell_of_plans(event: Event, at: datetime) -> None:
    tell(sorted(desks_told(event)), event, at=at)
