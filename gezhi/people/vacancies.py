"""Which grids lack whom: a grid should have a leader and a full-time worker on every day."""

from collections import Counter
from datetime import date

from gezhi.people.access import valid_on
from gezhi.people.models import DeskKind, Post
from gezhi.people.queries import directory
from gezhi.people.roles import Role
from gezhi.territory.codes import Level
from gezhi.territory.queries import list_names

GRID: Level = "grid"
# Everybody else at a grid comes on top.
NEEDED = (Role.GRID_LEADER, Role.GRID_WORKER)


def vacancies(within: str, *, on: date) -> Counter[str]:
    """By code of the grid, how many of the needed roles nobody holds on a day; grids that lack nobody are 0. One query."""
    desks = directory()
    rows = Post.objects.filter(valid_on(on), role__in=NEEDED, user__is_active=True, desk__kind=DeskKind.GRID)
    held = set(rows.values_list("desk__area__code", "role").distinct())
    found: Counter[str] = Counter()
    for known in list_names(GRID, within=within):
        is_open = desks.at(DeskKind.GRID, known.code) is not None
        found[known.code] = sum(1 for role in NEEDED if not is_open or (known.code, role.value) not in held)
    return found
