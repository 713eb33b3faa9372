"""Which resources may meet a need, and why. Pure: plain values in, suggestions out.

A resource fits when the topic is the same, its reach and the place of the need lie one inside the other, and it is not over. The nearer comes first:
a grid's own before its community's, that before the street's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

MOST = 5


@dataclass(frozen=True, slots=True)
class Have:
    """A resource as far as it matters here. `area` is the land that it reaches."""

    key: int
    topic: str
    area: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Want:
    key: int
    topic: str
    area: str
    wanted_by: date | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`nearness` is the length of the code that the two share: 15 the same grid, 12 the same community, 9 the street, 6 the district."""

    have: Have
    want: Want
    nearness: int
    in_time: bool


def suggested(have: Have, want: Want, *, on: date) -> Suggestion | None:
    """The two as a suggestion, or None where they don't fit on that day."""
    if have.topic != want.topic or (have.until_on is not None and have.until_on < on):
        return None
    if not (want.area.startswith(have.area) or have.area.startswith(want.area)):
        return None
    in_time = want.wanted_by is None or have.from_on <= want.wanted_by
    return Suggestion(have, want, min(len(have.area), len(want.area)), in_time)


def suggestions(haves: Iterable[Have], wants: Iterable[Want], *, on: date) -> Mapping[int, Sequence[Suggestion]]:
    """For each need, by its key, the resources that fit: in time before too late, near before far, at most five."""
    by_topic: dict[str, list[Have]] = {}
    for have in haves:
        by_topic.setdefault(have.topic, []).append(have)
    found: dict[int, Sequence[Suggestion]] = {}
    for want in wants:
        fitting = [one for have in by_topic.get(want.topic, ()) if (one := suggested(have, want, on=on)) is not None]
        fitting.sort(key=lambda one: (not one.in_time, -one.nearness, one.have.from_on, one.have.key))
        found[want.key] = fitting[:MOST]
    return found


def unmatched(found: Mapping[int, Sequence[Suggestion]]) -> list[int]:
    """The needs for which nobody has anything."""
    return [key for key, fitting in found.items() if not fitting]


def homes_reached(parts: Iterable[tuple[str, int]]) -> int:
    """Households that benefited, none twice: parts are (grid, households) of projects, and of one grid the largest counts.

    Two projects in one grid may have reached the same homes. Who they were nobody keeps, so the larger is what is certain.
    """
    largest: dict[str, int] = {}
    for grid, households in parts:
        largest[grid] = max(households, largest.get(grid, 0))
    return sum(largest.values())
