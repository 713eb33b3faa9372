"""What a grid shall be, and how much is spent on finding a good division. Pure."""

from dataclasses import dataclass
from typing import Literal

Counted = Literal["households", "people"]
# Where only households are known: about 2.6 persons live in one.
PERSONS_A_HOUSEHOLD = 2.6
# What a part outside its range costs in the search, and each household that it is off (ten thousand are a metre along a
# wall): far more than any border could save.
OUTSIDE, EACH = 50_000_000, 500_000


@dataclass(frozen=True, slots=True)
class SizeRule:
    """A residential grid holds `least` to `most` of what is `counted`. The numbers are policy: they come from whoever asks."""

    least: int
    most: int
    counted: Counted = "households"

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most:
            raise ValueError(f"no size fits {self.least} to {self.most}")

    def fits(self, size: int) -> bool:
        return self.least <= size <= self.most

    def divisible(self, size: int) -> bool:
        """Whether numbers alone allow parts in range: some count of parts of at least `least` and at most `most`."""
        return max(-(-size // self.most), 1) <= size // self.least


@dataclass(frozen=True, slots=True)
class Effort:
    """`trees` to begin with, then `steps` of search for each atom; `repairs` rounds where a part stays out of range, and the proof."""

    trees: int
    steps: int
    repairs: int = 6
    is_exact: bool = True


# As fast as a graph partitioner; and for a division that is meant to last. Docs: docs/domain/land.md.
QUICK = Effort(trees=12, steps=60)
THOROUGH = Effort(trees=100, steps=600)
