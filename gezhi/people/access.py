"""Posts turn a user into an Actor."""

from contextlib import suppress
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.duties import OFFICER_RIGHTS
from gezhi.accounts.models import Officer, User
from gezhi.kernel.access import Actor, Grant
from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Missing
from gezhi.kernel.registers import Cached
from gezhi.people.gates import Wanting, held_back
from gezhi.people.models import DeskKind, MeetingTask, Post, Recommendation
from gezhi.people.roles import ROLE_RIGHTS, Reach, Role


def valid_on(day: date) -> Q:
    """Posts that hold on this day, both ends included."""
    return Q(from_on__lte=day) & (Q(until_on__isnull=True) | Q(until_on__gte=day))


def actor_for(user: User, *, at: datetime) -> Actor:
    """What this user may do on the day of `at`. No query while no post and no desk has changed since somebody last asked for this user.

    An officer has the rights of the duty and nothing else, whatever posts may still stand in the table.
    """
    if not user.is_active:
        return Actor(kind="staff", name=user.name, user_id=user.pk)
    if user.officer:
        duty = tuple(Grant(right, "") for right in OFFICER_RIGHTS[Officer(user.officer)])
        return Actor(kind="staff", name=user.name, user_id=user.pk, grants=duty, officer=user.officer)
    grants, desks = standing(user.pk, local_day(at))
    return Actor(kind="staff", name=user.name, user_id=user.pk, grants=grants, desks=desks)


# Grants and desks of a user on a day. All of them are thrown away with the register's stamp, which every write to posts and desks changes.
Standing = tuple[tuple[Grant, ...], frozenset[int]]
standings: Cached[dict[tuple[int, date], Standing]] = Cached("people", dict)
MOST_STANDINGS = 20_000


def standing(user_id: int, day: date) -> Standing:
    """Asked for at every request and hardly ever changed: reading the posts costs a tenth of a request. One query, and what the
    gates ask (`gates.py`); none for who was asked for before."""
    known = standings.get()
    found = known.get((user_id, day))
    if found is None:
        rows = Post.objects.filter(valid_on(day), user_id=user_id, desk__is_open=True)
        posts = list(rows.values_list("id", "from_on", "role", "desk_id", "desk__kind", "desk__area__code"))
        shut = held_back([Wanting(post[0], user_id, post[2], post[1]) for post in posts], on=day)
        seats = [post[2:] for post in posts if post[0] not in shut]
        grants = dict.fromkeys(grant for seat in seats for grant in grants_of(*seat))
        found = tuple(grants), frozenset(seat[1] for seat in seats)
        if len(known) >= MOST_STANDINGS:
            # Days go by without a change of posts: those of yesterday need not stay.
            known.clear()
        known[user_id, day] = found
    return found


def grants_of(role: str, desk_id: int, desk_kind: str, area_code: str) -> list[Grant]:
    """The grants of one seat.

    A department's desk lies in the district as a whole, so nothing may reach "below" it: there every right holds at the desk alone.
    """
    return [
        Grant(right, area_code)
        if reach is Reach.BELOW and desk_kind != DeskKind.DEPARTMENT
        else Grant(right, area_code, desk_id)
        for right, reach in ROLE_RIGHTS[Role(role)].items()
    ]


# --- the registers of people ------------------------------------------------------------------------------------------

Found = TypeVar("Found", bound=Model)


def only(rows: "QuerySet[Found]", key: int, missing: Missing) -> Found:
    """The row of this key among those that the actor may see; what is hidden looks like what is not there."""
    with suppress(OverflowError):
        found = rows.filter(pk=key).first()
        if found is not None:
            return found
    raise missing


def get_post(actor: Actor, key: int) -> Post:
    """A post of the teams. Raises `Missing` if absent or not for these eyes."""
    rows = Post.objects.visible_to(actor).select_related("user", "desk__area", "appointment__source")
    return only(rows, key, Missing("no_such_post", _("没有找到这个岗位，或者它不在您的范围内。")))


def get_recommendation(actor: Actor, key: int) -> Recommendation:
    rows = Recommendation.objects.visible_to(actor).select_related(
        "desk__area", "source", "recommended_by", "decided_by"
    )
    return only(rows, key, Missing("no_such_recommendation", _("没有找到这份推荐，或者它不在您的范围内。")))


def get_task(actor: Actor, key: int) -> MeetingTask:
    rows = MeetingTask.objects.visible_to(actor).select_related("desk__area", "meeting", "reported_by")
    return only(rows, key, Missing("no_such_task", _("没有找到这项任务，或者它不在您的范围内。")))
