"""What is left when borders have cancelled: the steps that nobody takes back. Pure.

A step belongs to an outline and runs from one vertex to the next. Steps between the same two vertices cancel where as many run one way
as the other, the parent's counted the other way round. The rest is the residue: it runs along every gap, every overlap and every part
outside, and nowhere else.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gezhi.territory.coverage.fingerprint import step_hashes
from gezhi.territory.coverage.lattice import Bools, Ints, Rings, unkeyed

# The owner of the parent's steps.
PARENT = -1
BUCKETS_PER_STEP = 2
# Vertices nearer to a border than this (in millimetres) would stand on it if whole millimetres could say so: each end may be off by half.
ROUNDING = 1.5


class Steps(NamedTuple):
    """Steps as rows: `low` and `high` are the keys of their ends in order, `way` +1 where it runs from low to high, else -1."""

    low: Ints
    high: Ints
    way: Ints
    owner: Ints

    def __len__(self) -> int:
        return len(self.low)

    def only(self, which: Bools | Ints) -> "Steps":
        return Steps(self.low[which], self.high[which], self.way[which], self.owner[which])


def joined(*parts: Steps) -> Steps:
    return Steps(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def steps_of(rings: Rings, is_turned: Bools, *, owner: int | None = None) -> Steps:
    """The steps of all rings, outer ones to the left. With `owner` PARENT they run the other way round."""
    keys = rings.keys()
    is_step = np.ones(max(len(keys) - 1, 0), dtype=bool)
    is_step[rings.ends[:-1] - 1] = False
    is_step &= keys[:-1] != keys[1:]
    before, after = keys[:-1][is_step], keys[1:][is_step]
    ring = np.repeat(np.arange(len(rings.starts)), rings.ends - rings.starts)[:-1][is_step]
    way = np.where(before < after, 1, -1) * np.where(is_turned[ring], -1, 1)
    owners = rings.owners[ring]
    if owner is not None:
        way, owners = -way, np.full(len(way), owner)
    return Steps(np.minimum(before, after), np.maximum(before, after), way.astype(np.int64), owners.astype(np.int64))


def left_over(steps: Steps) -> Steps:
    """The steps between vertices where they don't cancel, all of them, sorted by their ends.

    Nearly all cancel; so they are first dropped into buckets by hash, and only the buckets that don't come out at zero are sorted.
    """
    if not len(steps):
        return steps
    lanes = np.column_stack((steps.low, steps.high)).ravel()
    first, second = (lane[::2] for lane in step_hashes(lanes))
    size = 1 << int(np.ceil(np.log2(len(steps) * BUCKETS_PER_STEP)))
    bucket = (first & np.uint64(size - 1)).astype(np.int64)
    # 52 bits and no more: doubles add whole numbers exactly up to there.
    weight = ((second >> np.uint64(28)).astype(np.float64)) * steps.way
    suspicious = np.bincount(bucket, weights=weight, minlength=size) != 0
    some = steps.only(suspicious[bucket])
    total = [int((lane * steps.way.astype(np.uint64)).sum(dtype=np.uint64)) for lane in (first, second)]
    rest = [
        int((lane[suspicious[bucket]] * some.way.astype(np.uint64)).sum(dtype=np.uint64)) for lane in (first, second)
    ]
    # Should two left-over steps have hidden one another in a bucket, the sums tell, and everything is sorted.
    return uncancelled(some if total == rest else steps)


def uncancelled(steps: Steps) -> Steps:
    """The same by sorting alone."""
    if not len(steps):
        return steps
    order = np.lexsort((steps.owner, steps.high, steps.low))
    steps = steps.only(order)
    begins = np.flatnonzero(changes(steps.low) | changes(steps.high))
    net = np.add.reduceat(steps.way, begins)
    counts = np.diff(np.append(begins, len(steps)))
    return steps.only(np.repeat(net != 0, counts))


def changes(column: Ints) -> Bools:
    return np.concatenate(([True], column[1:] != column[:-1]))


class Contact(NamedTuple):
    """A vertex within a step of somebody else: positions in the arrays that were asked about."""

    vertex: Ints
    step: Ints


def contacts(vertices: Ints, steps: Steps, within: float = ROUNDING) -> Contact:
    """Pairs of vertex and step where the vertex, no end of the step, stands on it or no more than `within` millimetres beside it."""
    if not len(vertices) or not len(steps):
        return Contact(np.zeros(0, np.int64), np.zeros(0, np.int64))
    ends = np.stack((unkeyed(steps.low), unkeyed(steps.high)), axis=1).astype(np.float64)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(ends)))
    points = shapely.points(unkeyed(vertices).astype(np.float64))
    at, step = tree.query(points, predicate="dwithin", distance=within)
    is_end = (vertices[at] == steps.low[step]) | (vertices[at] == steps.high[step])
    # Beside an end, the nearest point of the step is that end: such a vertex doesn't stand within the step.
    share = shares(vertices[at], steps.only(step))
    keep = ~is_end & (share > 0) & (share < 1)
    return Contact(at[keep].astype(np.int64), step[keep].astype(np.int64))


def shares(vertices: Ints, steps: Steps) -> NDArray[np.float64]:
    """How far along its step each vertex stands, from 0 to 1."""
    low, high, point = unkeyed(steps.low), unkeyed(steps.high), unkeyed(vertices)
    along = (high - low).astype(np.float64)
    found: NDArray[np.float64] = ((point - low) * along).sum(axis=1) / (along * along).sum(axis=1)
    return found


def stands_on(vertices: Ints, steps: Steps) -> Bools:
    """Does the vertex stand exactly on the line of its step? In whole numbers."""
    low, high, point = unkeyed(steps.low), unkeyed(steps.high), unkeyed(vertices)
    along, aside = high - low, point - low
    found: Bools = along[:, 0] * aside[:, 1] == along[:, 1] * aside[:, 0]
    return found


def split(steps: Steps, at: Contact, vertices: Ints) -> tuple[Steps, Ints]:
    """Steps cut at the vertices that stand in them, and for each piece the step that it comes from."""
    share = shares(vertices[at.vertex], steps.only(at.step))
    order = np.lexsort((share, at.step))
    step, key = at.step[order], vertices[at.vertex[order]]
    # Each step becomes the chain low, cut, cut, ..., high.
    chain_of = np.concatenate((np.arange(len(steps)), step, np.arange(len(steps))))
    chain_key = np.concatenate((steps.low, key, steps.high))
    rank = np.concatenate((np.full(len(steps), -1), np.arange(len(step)), np.full(len(steps), len(step))))
    order = np.lexsort((rank, chain_of))
    chain_of, chain_key = chain_of[order], chain_key[order]
    same = (chain_of[1:] == chain_of[:-1]) & (chain_key[1:] != chain_key[:-1])
    before, after, origin = chain_key[:-1][same], chain_key[1:][same], chain_of[:-1][same]
    way = steps.way[origin] * np.where(before < after, 1, -1)
    return Steps(np.minimum(before, after), np.maximum(before, after), way, steps.owner[origin]), origin
