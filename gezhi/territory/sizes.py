"""Is a grid of the right size? Pure. The rule is a row with from-until; a grid outside of it is told why, and nothing is refused."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal["few_households", "many_households", "many_people", "unknown"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Both ends of the households belong to the right size; `most_people` too."""

    fewest_households: int
    most_households: int
    most_people: int


def reasons(households: int | None, population: int | None, limits: Limits) -> list[Reason]:
    """Why a grid is not of the right size; [] when it is. What isn't known is a reason of its own."""
    found: list[Reason] = []
    if households is None:
        found.append("unknown")
    elif households < limits.fewest_households:
        found.append("few_households")
    elif households > limits.most_households:
        found.append("many_households")
    if population is not None and population > limits.most_people:
        found.append("many_people")
    return found
