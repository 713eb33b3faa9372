"""What several people say of an adviser, summed up: only from so many on, with how many they were, and never as a verdict. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

LEVELS = (5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many said something, and how often each level; `fewest` is the number from which on that is told at all."""

    said: int
    fewest: int
    support: dict[int, int]
    contact: dict[int, int]

    @property
    def is_enough(self) -> bool:
        return self.said >= self.fewest

    def mean(self, counts: dict[int, int]) -> str:
        """With one digit, "4.3"; "" where there are too few."""
        if not self.is_enough:
            return ""
        exact = Fraction(sum(level * count for level, count in counts.items()), self.said)
        tenths = (exact * 20 + 1) // 2
        return f"{tenths // 10}.{tenths % 10}"


def summed(levels: Sequence[tuple[int, int]], *, fewest: int) -> Summary:
    """`levels` are pairs of support and contact, one a person. Below the least number nothing but the number itself is given."""
    enough = len(levels) >= fewest
    support = Counter(one for one, _other in levels) if enough else Counter()
    contact = Counter(other for _one, other in levels) if enough else Counter()
    return Summary(
        len(levels), fewest, {level: support[level] for level in LEVELS}, {level: contact[level] for level in LEVELS}
    )
