"""Which sub-team a request for help goes to, and why. Pure: plain values in, one out.

Who has the specialty and is there for the grid by name comes first, then who belongs to the nearest area around it; of two alike the one with
less to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sub-team as far as it matters: its specialty, the area of its team, the grids its team is there for, how much it has open."""

    key: int
    specialty: str
    area: str
    grids: frozenset[str]
    open_requests: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """`by_name` where the team stands for this very grid; `nearness` is the length of the code of the team's area."""

    key: int
    by_name: bool
    nearness: int


def routed(candidates: Iterable[Candidate], specialty: str, grid: str) -> Route | None:
    fitting = [
        (grid in one.grids, len(one.area), -one.open_requests, -one.key)
        for one in candidates
        if one.specialty == specialty and (grid in one.grids or grid.startswith(one.area))
    ]
    if not fitting:
        return None
    by_name, nearness, _open, key = max(fitting)
    return Route(-key, by_name, nearness)
