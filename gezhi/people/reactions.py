"""What follows for posts when an account or the land changes."""

from datetime import datetime, timedelta

from django.db.models import Q

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.people.actions import tell, unseat
from gezhi.people.following import PostsFollow
from gezhi.people.models import Post
from gezhi.people.plan_notices import NOTICES, desks_told
from gezhi.territory.followers import register

register("people", PostsFollow())


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


@subscribe(*NOTICES, key="people.plans")
def tell_of_plans(event: Event, at: datetime) -> None:
    tell(sorted(desks_told(event)), event, at=at)
