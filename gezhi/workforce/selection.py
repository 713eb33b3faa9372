"""From marks to a result: conditions that must hold, weighted points, an order, and who comes in. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A criterion: a weight, or 0 for a condition that must hold."""

    id: int
    weight: int


@dataclass(frozen=True, slots=True)
class Marked:
    """One mark by one assessor."""

    candidate: int
    criterion: int
    value: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate's place. `score` is the weighted mean in hundredths; None for who misses a condition or has marks open."""

    candidate: int
    score: int | None
    means: tuple[int, ...]
    missed: tuple[int, ...]
    unmarked: tuple[int, ...]

    @property
    def is_eligible(self) -> bool:
        return self.score is not None


class Tie(Exception):
    """Two candidates stand exactly alike where one comes in and the other doesn't."""

    def __init__(self, candidates: tuple[int, ...]) -> None:
        super().__init__(candidates)
        self.candidates = candidates


def standing_of(candidate: int, yardsticks: Sequence[Yardstick], marks: Iterable[Marked]) -> Standing:
    """A condition holds when every assessor who looked says so; points are the mean of the assessors."""
    given: dict[int, list[int]] = defaultdict(list)
    for mark in marks:
        if mark.candidate == candidate:
            given[mark.criterion].append(mark.value)
    unmarked = tuple(one.id for one in yardsticks if not given[one.id])
    missed = tuple(one.id for one in yardsticks if one.weight == 0 and given[one.id] and not all(given[one.id]))
    weighed = [one for one in yardsticks if one.weight > 0 and given[one.id]]
    exact = [Fraction(sum(given[one.id]), len(given[one.id])) for one in weighed]
    total = sum(one.weight for one in weighed)
    score = None
    if not unmarked and not missed:
        score = (
            round(sum(mean * one.weight for mean, one in zip(exact, weighed, strict=True)) * 100 / total)
            if total
            else 0
        )
    return Standing(candidate, score, tuple(round(mean * 100) for mean in exact), missed, unmarked)


def order(standings: Iterable[Standing]) -> list[Standing]:
    """The eligible ones, best first: by the score, then by the criteria in their order; alike ones by their number."""
    eligible = [one for one in standings if one.is_eligible]
    return sorted(eligible, key=lambda one: (-(one.score or 0), tuple(-mean for mean in one.means), one.candidate))


def choose(standings: Iterable[Standing], count: int) -> list[Standing]:
    """The best `count`. Raises `Tie` where chance alone would decide: people have to look again."""
    ordered = order(standings)
    if len(ordered) > count:
        last, first_out = ordered[count - 1], ordered[count]
        if (last.score, last.means) == (first_out.score, first_out.means):
            alike = tuple(one.candidate for one in ordered if (one.score, one.means) == (last.score, last.means))
            raise Tie(alike)
    return ordered[:count]
