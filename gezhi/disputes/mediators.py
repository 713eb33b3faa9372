"""Who may mediate a dispute: somebody seated in the area of its place, in a role that mediates."""

from dataclasses import dataclass
from datetime import datetime

from gezhi.disputes.models import MediatorKind
from gezhi.kernel.calendar import local_day
from gezhi.people.access import valid_on
from gezhi.people.models import DeskKind, Post
from gezhi.people.roles import ROLE_RIGHTS, Role

RIGHT = "dispute.mediate"
KINDS = {Role.GRID_LEADER: MediatorKind.GRID_LEADER, Role.SPECIALIST: MediatorKind.JUSTICE}
MEDIATING_ROLES = tuple(role for role in Role if RIGHT in ROLE_RIGHTS[role])


@dataclass(frozen=True, slots=True)
class Mediator:
    user_id: int
    name: str
    kind: MediatorKind
    desk_name: str


def mediators_for(place_code: str, at: datetime) -> list[Mediator]:
    """Those who may mediate at this place on the day of `at`, nearest first; each person once. One query.

    Seated in the area means: at the desk of the place itself or of an area around it.
    """
    around = [place_code[:length] for length in (6, 9, 12, 15) if len(place_code) >= length]
    rows = (
        Post.objects.filter(
            valid_on(local_day(at)), desk__area__code__in=around, desk__is_open=True, role__in=MEDIATING_ROLES,
            user__is_active=True, user__officer="",
        )
        .exclude(desk__kind=DeskKind.DEPARTMENT)
        .values_list("user_id", "user__name", "role", "desk__name", "desk__area__code")
    )  # fmt: skip
    found: dict[int, Mediator] = {}
    for user_id, name, role, desk_name, _code in sorted(rows, key=lambda row: (-len(row[4]), row[1], row[0])):
        found.setdefault(user_id, Mediator(user_id, name, KINDS.get(Role(role), MediatorKind.PEOPLE), desk_name))
    return list(found.values())
