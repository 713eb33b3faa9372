"""How far the grids are staffed: needed, there, missing, by the formula of a day. Pure.

A place of the formula is counted in persons over an area: so many grids of the kind times so many a grid. One full-timer may cover several
grids and is one person; so nobody is missing at a grid, and yet the area lacks people. Both numbers are given.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a formula."""

    kind: str
    role: str
    symbol: str
    fewest: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A place over an area: `needed` and `present` in persons, `missing` never below zero, `empty` grids where nobody sits."""

    place: Place
    grids: int
    needed: int
    present: int
    empty: int

    @property
    def missing(self) -> int:
        return max(self.needed - self.present, 0)

    @property
    def percent(self) -> float | None:
        """How much of what is needed is there; None where nothing is."""
        return 100 * min(self.present, self.needed) / self.needed if self.needed else None


# A seat at a grid: its code, the role, and who sits there.
SeatRow = tuple[str, str, int]


def formula(places: Iterable[Place], kind: str) -> str:
    """「1+1+N+X」."""
    return "+".join(place.symbol for place in places if place.kind == kind)


def fill(places: Iterable[Place], grids: Mapping[str, str], seats: Iterable[SeatRow]) -> list[Filled]:
    """Each place of each formula against who sits at the grids. `grids` maps codes to kinds; seats elsewhere are passed over."""
    people: dict[tuple[str, str], set[int]] = defaultdict(set)
    seated: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, role, user in seats:
        kind = grids.get(code)
        if kind is not None:
            people[kind, role].add(user)
            seated[kind, role].add(code)
    number: dict[str, int] = defaultdict(int)
    for kind in grids.values():
        number[kind] += 1
    return [
        Filled(
            place,
            number[place.kind],
            place.fewest * number[place.kind],
            len(people[place.kind, place.role]),
            number[place.kind] - len(seated[place.kind, place.role]) if place.fewest else 0,
        )
        for place in places
    ]


def by_street(
    places: Iterable[Place], grids: Mapping[str, str], seats: Iterable[SeatRow], *, digits: int = 9
) -> dict[str, list[Filled]]:
    """`fill` for each part of the land, by the first `digits` of the codes. Who sits in two parts is counted in both."""
    places = list(places)
    land: dict[str, dict[str, str]] = defaultdict(dict)
    for code, kind in grids.items():
        land[code[:digits]][code] = kind
    sitting: dict[str, list[SeatRow]] = defaultdict(list)
    for row in seats:
        sitting[row[0][:digits]].append(row)
    return {part: fill(places, land[part], sitting[part]) for part in sorted(land)}
