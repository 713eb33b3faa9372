"""What a score comes to and when it is far from the others. Pure.

Levels are 1 to 5. A weighted score is kept in hundredths of a level, as a whole number: 370 is 3.70.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

QUESTIONS = ("response", "manner", "effect")


@dataclass(frozen=True, slots=True)
class Rule:
    """How scores of the days from `valid_from` on are counted, until the next rule begins; see `gezhi.calls.models.ScoreRule`."""

    valid_from: date
    response: int
    manner: int
    effect: int
    low_level: int
    far: int
    fewest_scores: int
    fewest_calls: int

    @property
    def weights(self) -> tuple[int, int, int]:
        return (self.response, self.manner, self.effect)

    def weighted(self, levels: Iterable[float]) -> int:
        """Hundredths of a level; halves go to the even number."""
        return round(sum(weight * level for weight, level in zip(self.weights, levels, strict=True)))

    def needs_words(self, levels: Iterable[int]) -> bool:
        return min(levels) <= self.low_level

    def off_mean(self, levels: Iterable[int], means: Iterable[float], count: int) -> int | None:
        """How far these levels are from the street's means so far; None where it gave too few scores to have any."""
        return self.weighted(levels) - self.weighted(means) if count and count >= self.fewest_scores else None

    def is_far(self, off: int | None) -> bool:
        return off is not None and abs(off) >= self.far


class Rules:
    """All rules, also those of the past: an old score is counted by the rule of its day."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = sorted(rules, key=lambda rule: rule.valid_from, reverse=True)

    def on(self, day: date) -> Rule | None:
        """The rule of a day; None before the first."""
        return next((rule for rule in self.rules if rule.valid_from <= day), None)
