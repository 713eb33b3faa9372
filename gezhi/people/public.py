"""What the public may read of the team of a grid: exactly name, phone of the work and services, of those who consented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gezhi.people.features import Feature
from gezhi.people.models import ForcePlacement, Post, Publication
from gezhi.people.pilots import is_open
from gezhi.people.roles import Role
from gezhi.territory.models import holds_on

# In the order of the page. Whoever advises or answers for the level has no round in the grid.
SHOWN = (Role.GRID_LEADER, Role.GRID_WORKER, Role.PART_TIME_WORKER, Role.ADVISER)


@dataclass(frozen=True, slots=True)
class PublicPerson:
    """The whole of what is shown of somebody: these fields and no other (a test holds us to it)."""

    name: str
    work_phone: str
    services: str


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one role or force, under its name."""

    label: Any
    people: Sequence[PublicPerson]


def is_shown(grid_code: str, *, on: date) -> bool:
    return is_open(Feature.TEAM_PAGE, grid_code, on=on)


def public_team(grid_code: str, *, on: date) -> list[Group]:
    """Two statements. Groups without anybody are left out."""
    posts = Post.objects.holding_on(on).filter(
        desk__area__code=grid_code,
        desk__is_open=True,
        role__in=SHOWN,
        user__publications__in=Publication.objects.filter(withdrawn_at__isnull=True),
    )
    by_role: dict[str, list[PublicPerson]] = {}
    rows = posts.order_by("user__name", "id").values_list(
        "role", "user__name", "user__work_phone", "user__publications__services"
    )
    for role, name, phone, services in rows:
        by_role.setdefault(role, []).append(PublicPerson(name, phone, services))
    groups = [Group(role.label, by_role[role]) for role in SHOWN if role in by_role]
    contacts: dict[str, list[PublicPerson]] = {}
    placements = ForcePlacement.objects.filter(
        holds_on(on), area__code=grid_code, contact__is_active=True, contact__consented_on__isnull=False
    )
    for force, name, phone in placements.order_by("force__position").values_list(
        "force__name", "contact__name", "contact__work_phone"
    ):
        contacts.setdefault(force, []).append(PublicPerson(name, phone, ""))
    return groups + [Group(name, people) for name, people in contacts.items()]
