"""Posts turn a user into an Actor."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from gezhi.accounts.duties import OFFICER_RIGHTS
from gezhi.accounts.models import Officer, User
from gezhi.kernel.access import Actor, Grant
from gezhi.people.models import DeskKind, Post
from gezhi.people.roles import ROLE_RIGHTS, Reach, Role


def local_day(at: datetime) -> date:
    """The date of an instant where the district lies: a post ends at its midnight, not at that of UTC or of the reader's browser."""
    return timezone.localdate(at, timezone.get_default_timezone())


def valid_on(day: date) -> Q:
    """Posts that hold on this day, both ends included."""
    return Q(from_on__lte=day) & (Q(until_on__isnull=True) | Q(until_on__gte=day))


def actor_for(user: User, *, at: datetime) -> Actor:
    """What this user may do on the day of `at`: one query, none for an officer or a user who has left.

    An officer has the rights of the duty and nothing else, whatever posts may still stand in the table.
    """
    if not user.is_active:
        return Actor(kind="staff", name=user.name, user_id=user.pk)
    if user.officer:
        duty = tuple(Grant(right, "") for right in OFFICER_RIGHTS[Officer(user.officer)])
        return Actor(kind="staff", name=user.name, user_id=user.pk, grants=duty, officer=user.officer)
    seats = list(
        Post.objects.filter(valid_on(local_day(at)), user=user, desk__is_open=True).values_list(
            "role", "desk_id", "desk__kind", "desk__area__code"
        )
    )
    grants = dict.fromkeys(grant for seat in seats for grant in grants_of(*seat))
    desks = frozenset(desk_id for _, desk_id, _, _ in seats)
    return Actor(kind="staff", name=user.name, user_id=user.pk, grants=tuple(grants), desks=desks)


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
