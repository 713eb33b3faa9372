"""What a draft divides: units of land that fit together exactly, each with its households, its community and its purpose. Pure.

A unit is a lot, a building with its yard, or a block. Outlines are in whole millimetres of a local plane, so that
neighbours share every vertex, and what is put together from units has neither gaps nor overlaps.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gezhi.territory.crs import LocalMetres
from gezhi.territory.mesh import Floats, Ints, neighbours
from gezhi.territory.planner.rules import PERSONS_A_HOUSEHOLD, SizeRule

MILLIMETRES = 1000.0
# What a metre of border costs: through a compound, along its wall, along a road or a river. Whole tenths of a millimetre.
THROUGH, WALL, ROAD = 30, 10, 4
KINDS = (ROAD, WALL, THROUGH)


@dataclass(frozen=True)
class Road:
    """A line in millimetres that people know by name; `name` may be empty."""

    line: Any
    name: str = ""


@dataclass(frozen=True)
class Units:
    """Arrays by unit. `community` counts into `communities` (codes, or any names); `subtype` is "" where people live.

    Units of one `compound` belong together; units of one `block` have no road between them.
    """

    outlines: NDArray[Any]
    households: Ints
    community: Ints
    communities: list[str]
    subtype: NDArray[np.str_]
    block: Ints
    compound: Ints
    plane: LocalMetres
    roads: list[Road] = field(default_factory=list)
    people: Ints | None = None

    def __len__(self) -> int:
        return len(self.outlines)

    def sizes(self, rule: SizeRule) -> Ints:
        """What the rule counts, by unit; people are reckoned from households where nobody counted them."""
        if rule.counted == "households":
            return self.households
        known = self.households * PERSONS_A_HOUSEHOLD if self.people is None else self.people
        people: Ints = np.round(known).astype(np.int64)
        return people


@dataclass(frozen=True)
class Borders:
    """Pairs of neighbouring units (lower first), the length that they share in metres, and which `KINDS` of border it is."""

    pairs: Ints
    lengths: Floats
    kind: Ints

    @property
    def costs(self) -> Ints:
        """Whole numbers, so that sums are the same in any order: ten thousand are a metre at price 1."""
        costs: Ints = np.maximum(np.round(self.lengths * MILLIMETRES).astype(np.int64), 1) * self.kind
        return costs


def borders_of(units: Units) -> Borders:
    """Which units touch, along what."""
    pairs, lengths = neighbours(units.outlines)
    left, right = pairs.T
    dedicated = units.subtype != ""
    is_road = (units.block[left] != units.block[right]) | (dedicated[left] != dedicated[right])
    is_wall = units.compound[left] != units.compound[right]
    kind = np.where(is_road, ROAD, np.where(is_wall, WALL, THROUGH)).astype(np.int64)
    return Borders(pairs.astype(np.int64), lengths / MILLIMETRES, kind)
