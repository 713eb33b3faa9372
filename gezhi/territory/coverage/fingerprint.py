"""A number for every outline whose sum tells whether borders cancel. Pure.

In a clean coverage every step along a border is taken back by the neighbour, or by the outline of the parent taken the other way
round. A step from a to b is hashed to a number, the step from b to a to its negative; so the numbers of all outlines, less that of the
parent, add up to zero exactly when everything cancels. Numbers have 128 bits in two lanes: that something left over adds up to
zero by chance is as likely as guessing a key. Replacing one outline is one subtraction and one addition.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gezhi.territory.coverage.lattice import Bools, Ints, Rings

Lanes = NDArray[np.uint64]  # (n, 2): one row an outline

# Odd constants without pattern; what matters is that they never change, because certificates are kept.
FIRST, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
THIRD, FOURTH = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xD6E8FEB86659FD93)
HALF, LESS = np.uint64(32), np.uint64(29)


def step_hashes(keys: Ints) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Two lanes for every step from a vertex to the next in the array; a step turned round gives the negative, no step zero."""
    vertices = keys.view(np.uint64)
    before, after = vertices[:-1], vertices[1:]
    first = np.minimum(before, after)
    first *= FIRST
    last = np.maximum(before, after)
    last *= SECOND
    first += last
    del last
    first ^= first >> HALF
    first *= THIRD
    second = first ^ (first >> LESS)
    second *= FOURTH
    second ^= second >> HALF
    # Two's complement: x ^ -1 + 1 is -x, and x ^ 0 + 0 is x.
    turned = (before > after).astype(np.uint64)
    mask = np.uint64(0) - turned
    first ^= mask
    first += turned
    second ^= mask
    second += turned
    still = before == after
    if still.any():
        first[still] = 0
        second[still] = 0
    return first, second


def fingerprints(rings: Rings, is_turned: Bools) -> Lanes:
    """One row an outline. `is_turned` says of each ring that it runs the wrong way: outer rings go left, holes right."""
    found: Lanes = np.zeros((rings.outlines, 2), dtype=np.uint64)
    if not len(rings.starts):
        return found
    lanes = step_hashes(rings.keys())
    return summed(rings, lanes, is_turned, found)


def summed(rings: Rings, lanes: tuple[Any, Any], is_turned: Bools, found: Lanes) -> Lanes:
    between = rings.ends[:-1] - 1
    flips = np.where(is_turned, np.uint64(2**64 - 1), np.uint64(1))
    single = len(rings.owners) == rings.outlines
    for at, lane in enumerate(lanes):
        lane[between] = 0
        of_rings = np.add.reduceat(lane, rings.starts) * flips
        if single:
            found[:, at] = of_rings
        else:
            firsts = np.flatnonzero(np.concatenate(([True], rings.owners[1:] != rings.owners[:-1])))
            found[rings.owners[firsts], at] = np.add.reduceat(of_rings, firsts)
    return found


def total(lanes: Lanes) -> tuple[int, int]:
    """The sum of many rows, as two plain numbers."""
    sums = lanes.sum(axis=0, dtype=np.uint64)
    return int(sums[0]), int(sums[1])


WORD = 2**64


class Balance:
    """The running sum of a set of outlines less its parent's: zero while it is a coverage. A change costs about a microsecond.

    What is summed are rows of `fingerprints`; whoever changes an outline brings its new row.
    """

    def __init__(self, parent: tuple[int, int] = (0, 0)) -> None:
        self.parent = parent
        self.rows: dict[str, tuple[int, int]] = {}
        self.sums = (-parent[0] % WORD, -parent[1] % WORD)

    def put(self, code: str, row: tuple[int, int] | None) -> None:
        """The outline of `code` is now this one; None takes it away."""
        old = self.rows.pop(code, (0, 0))
        new = row or (0, 0)
        if row is not None:
            self.rows[code] = row
        first, second = self.sums
        self.sums = ((first - old[0] + new[0]) % WORD, (second - old[1] + new[1]) % WORD)

    def put_many(self, codes: list[str], lanes: Lanes) -> None:
        for code, (first, second) in zip(codes, lanes.tolist(), strict=True):
            self.put(code, (first, second))

    @property
    def is_even(self) -> bool:
        """Does everything cancel?"""
        return self.sums == (0, 0)
