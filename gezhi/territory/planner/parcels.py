"""Cuts convex land into smaller pieces, as a town grows: across the longer axis, again and again. Pure.

Rings are lists of (x, y) in millimetres without the closing point. Every cut ends on the ring that it divides, so the
cuts of a whole town are lines that meet and never cross.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class Cut:
    """A line across a piece; `depth` is how many cuts came before it."""

    begin: Point
    end: Point
    depth: int


def dice(rng: np.random.Generator) -> Random:
    """Plain random numbers, which are faster one at a time, from those of numpy."""
    return Random(int(rng.integers(2**40)))  # noqa: S311 - meant to be repeatable


def area_of(ring: Ring) -> float:
    """Of a counter-clockwise ring, in square millimetres."""
    total = 0.0
    x, y = ring[-1]
    for next_x, next_y in ring:
        total += x * next_y - next_x * y
        x, y = next_x, next_y
    return total / 2


def middle_of(ring: Ring) -> Point:
    """The mean of the corners: inside, since rings are convex."""
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def long_axis(ring: Ring) -> Point:
    """The direction of the longest side, of length 1."""
    best, axis = -1.0, (1.0, 0.0)
    x, y = ring[-1]
    for next_x, next_y in ring:
        length = math.hypot(next_x - x, next_y - y)
        if length > best:
            best, axis = length, ((next_x - x) / length, (next_y - y) / length) if length else axis
        x, y = next_x, next_y
    return axis


def cut(ring: Ring, share: float, turn: float) -> tuple[Ring, Ring, Point, Point] | None:
    """Two pieces, `share` of the long axis and the rest, with the ends of the cut; `turn` tilts it. None if it would only graze."""
    dx, dy = long_axis(ring)
    along = [x * dx + y * dy for x, y in ring]
    low, high = min(along), max(along)
    at = low + share * (high - low)
    middle_x, middle_y = middle_of(ring)
    off = at - (middle_x * dx + middle_y * dy)
    px, py = middle_x + off * dx, middle_y + off * dy
    cosine, sine = math.cos(turn), math.sin(turn)
    nx, ny = dx * cosine - dy * sine, dx * sine + dy * cosine
    near: Ring = []
    far: Ring = []
    ends: list[Point] = []
    previous = ring[-1]
    before = (previous[0] - px) * nx + (previous[1] - py) * ny
    for point in ring:
        here = (point[0] - px) * nx + (point[1] - py) * ny
        if before * here < 0.0:
            t = before / (before - here)
            met = (previous[0] + t * (point[0] - previous[0]), previous[1] + t * (point[1] - previous[1]))
            ends.append(met)
            near.append(met)
            far.append(met)
        (near if here < 0.0 else far).append(point)
        previous, before = point, here
    if len(ends) != 2 or len(near) < 3 or len(far) < 3:
        return None
    return near, far, ends[0], ends[1]


def grow(
    ring: Ring, is_done: Callable[[Ring, int], bool], random: Random, *, tilt: float
) -> tuple[list[Ring], list[Cut]]:
    """Cut until `is_done` says of every piece (with its depth) that it shall stay; the pieces and the cuts."""
    done: list[Ring] = []
    cuts: list[Cut] = []
    open_pieces = [(ring, 0)]
    while open_pieces:
        piece, depth = open_pieces.pop()
        parts = None if is_done(piece, depth) else cut(piece, random.uniform(0.36, 0.64), random.uniform(-tilt, tilt))
        if parts is None:
            done.append(piece)
            continue
        near, far, begin, end = parts
        cuts.append(Cut(begin, end, depth))
        open_pieces += [(far, depth + 1), (near, depth + 1)]
    return done, cuts


def share_out(ring: Ring, count: int, random: Random) -> tuple[list[Ring], list[Cut]]:
    """`count` pieces of about one size (fewer where a cut would only graze), and the cuts."""
    done: list[Ring] = []
    cuts: list[Cut] = []
    open_pieces = [(ring, count, 0)]
    while open_pieces:
        piece, wanted, depth = open_pieces.pop()
        first = (wanted + (random.random() < 0.5)) // 2
        share = first / wanted + random.uniform(-0.03, 0.03)
        parts = cut(piece, share, random.uniform(-0.03, 0.03)) if wanted > 1 else None
        if parts is None:
            done.append(piece)
            continue
        near, far, begin, end = parts
        cuts.append(Cut(begin, end, depth))
        open_pieces += [(far, wanted - first, depth + 1), (near, first, depth + 1)]
    return done, cuts
