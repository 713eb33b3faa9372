"""Small defects mended by snapping: a proposal, with everything that it would change, proved before anybody accepts it. Pure.

Vertices that stand closer together than the tolerance become one (the parent's stays, else that of most outlines); a vertex that stands
by the border of a neighbour is set into that border. Nothing wider than the tolerance is touched: a real gap is a decision, not a slip.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.territory.coverage.defects import SQUARE_MM
from gezhi.territory.coverage.lattice import Ints, Lattice, Shapes, as_shapes, geometry_of, rings_of, unkeyed
from gezhi.territory.coverage.measuring import measured
from gezhi.territory.coverage.proof import Proof, prove
from gezhi.territory.coverage.residue import PARENT, Steps, contacts, joined, left_over, shares, steps_of

# Each round closes what the one before brought together; more than this only chases its tail.
MOST_ROUNDS = 4
TOLERANCE_METRES = 0.1


class Change(NamedTuple):
    """What becomes of one outline. `code` "" is the parent. `farthest` in metres, `area` the difference in m²."""

    code: str
    moved: int
    added: int
    removed: int
    farthest: float
    area: float


@dataclass(frozen=True)
class Proposal:
    """`shapes` and `parent` in degrees as they would be, what changes, and the proof of it: `proof.defects` is what snapping can't mend."""

    codes: list[str]
    shapes: Shapes
    parent: BaseGeometry | None
    changes: list[Change]
    proof: Proof

    @property
    def outlines(self) -> dict[str, BaseGeometry]:
        """The new outlines of what changes, by code; that of the parent under ""."""
        changed = {change.code for change in self.changes}
        every = dict(zip(self.codes, self.shapes, strict=True))
        if self.parent is not None:
            every[""] = self.parent
        return {code: shape for code, shape in every.items() if code in changed}


class Outline(NamedTuple):
    """Rings of vertices, not closed."""

    rings: list[Ints]
    holes: list[bool]


def propose(
    codes: Sequence[str],
    geometries: Sequence[BaseGeometry] | Shapes,
    parent: BaseGeometry | None = None,
    *,
    tolerance: float = TOLERANCE_METRES,
    lattice: Lattice | None = None,
) -> Proposal:
    """Snap what is nearer than `tolerance` metres. The parent itself only ever gains vertices of its parts on its border."""
    shapes = as_shapes(geometries)
    whole = as_shapes([parent]) if parent is not None else shapes[:0]
    lattice = lattice or Lattice.over(np.concatenate((shapes, whole)))
    now, around = shapes.copy(), whole.copy()
    for _round in range(MOST_ROUNDS):
        steps = remaining(now, around, lattice)
        if not len(steps):
            break
        moves = merged(steps, tolerance * 1000, parent_keys=set(keys_of(around, lattice)))
        inserts = inserted(steps, moves, tolerance * 1000)
        changed = redrawn(
            now, set(steps.owner.tolist()) | holders(now, moves, lattice), Strokes(moves, inserts), lattice
        )
        changed += redrawn(around, {PARENT}, Strokes({}, inserts), lattice)
        if not changed:
            break
    kept = around[0] if len(around) else None
    names = list(codes)
    changes = [
        change_of(name, before, after, lattice)
        for name, before, after in zip([*names, ""], [*shapes, *whole], [*now, *around], strict=len(whole) > 0)
        if before is not after
    ]
    return Proposal(names, now, kept, changes, prove(names, now, kept, lattice=lattice))


def remaining(shapes: Shapes, whole: Shapes, lattice: Lattice) -> Steps:
    found, around = measured(shapes, lattice), measured(whole, lattice)
    return left_over(
        joined(steps_of(found.rings, found.is_turned), steps_of(around.rings, around.is_turned, owner=PARENT))
    )


def keys_of(shapes: Shapes, lattice: Lattice) -> list[int]:
    found: list[int] = rings_of(shapes, lattice).keys().tolist()
    return found


def merged(steps: Steps, tolerance: float, *, parent_keys: set[int]) -> dict[int, int]:
    """Which vertex becomes which. The two ends of one step never become one by this."""
    keys = np.unique(np.concatenate((steps.low, steps.high)))
    points = points_at(keys)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=tolerance)
    pairs = np.column_stack((one, other))[one < other]
    far = shapely.distance(points[pairs[:, 0]], points[pairs[:, 1]])
    uses = Counter(np.concatenate((steps.low, steps.high)).tolist())
    neighbours = set(zip(steps.low.tolist(), steps.high.tolist(), strict=True))

    def rank(key: int) -> tuple[bool, int, int]:
        return key in parent_keys, uses[key], key

    moves: dict[int, int] = {}
    for at in np.argsort(far, kind="stable"):
        first, second = sorted((int(keys[pairs[at, 0]]), int(keys[pairs[at, 1]])))
        if (first, second) in neighbours or (first in parent_keys and second in parent_keys):
            continue
        loser, winner = sorted((first, second), key=rank)
        if loser not in moves and winner not in moves and loser not in moves.values():
            moves[loser] = winner
    return moves


def points_at(keys: Ints) -> Shapes:
    found: Shapes = np.asarray(shapely.points(unkeyed(keys).astype(np.float64)))
    return found


Inserts = dict[tuple[int, int], list[tuple[float, int]]]


def inserted(steps: Steps, moves: dict[int, int], tolerance: float) -> dict[int, Inserts]:
    """For each owner and step, the vertices of others to be set into it, with their shares of its length."""
    keys = np.unique(np.concatenate((steps.low, steps.high)))
    keys = np.array([key for key in keys.tolist() if key not in moves], dtype=np.int64)
    near = contacts(keys, steps, within=tolerance)
    share = shares(keys[near.vertex], steps.only(near.step))
    found: dict[int, Inserts] = defaultdict(lambda: defaultdict(list))
    targets = set(moves.values())
    for vertex, step, part in zip(near.vertex.tolist(), near.step.tolist(), share.tolist(), strict=True):
        key, ends = int(keys[vertex]), (int(steps.low[step]), int(steps.high[step]))
        if key not in targets or all(moves.get(end) != key for end in ends):
            found[int(steps.owner[step])][ends].append((part, key))
    return found


class Strokes(NamedTuple):
    """What a round does: vertices that become others, and for each owner vertices to be set into its steps."""

    moves: dict[int, int]
    inserts: dict[int, Inserts]


def redrawn(shapes: Shapes, owners: set[int], strokes: Strokes, lattice: Lattice) -> int:
    """Replace, in place, the outlines of these owners where something happens to them; how many. The parent stands alone."""
    count = 0
    moves, inserts = strokes
    is_parent = owners == {PARENT}
    for owner in sorted(owners - (set() if is_parent else {PARENT})):
        at = 0 if is_parent else owner
        if at >= len(shapes):
            continue
        before = outline_of(shapes[at], lattice)
        after = Outline(
            [cleaned(with_vertices(ring, moves, inserts.get(owner, {}))) for ring in before.rings], before.holes
        )
        same = all(np.array_equal(a, b) for a, b in zip(before.rings, after.rings, strict=True))
        if same or any(len(ring) < 3 for ring in after.rings):
            continue
        shape = geometry_of([unkeyed(ring).astype(np.float64) for ring in after.rings], after.holes)
        if shape.is_valid:
            shapes[at] = lattice.unflat(shape)
            count += 1
    return count


def holders(shapes: Shapes, moves: dict[int, int], lattice: Lattice) -> set[int]:
    """Outlines with a vertex that moves: also those whose own borders cancelled."""
    rings = rings_of(shapes, lattice)
    moving = np.isin(rings.keys(), np.array(list(moves), dtype=np.int64))
    ring = np.repeat(np.arange(len(rings.starts)), rings.ends - rings.starts)
    return {int(owner) for owner in np.unique(rings.owners[ring[moving]])}


def outline_of(shape: BaseGeometry, lattice: Lattice) -> Outline:
    rings = rings_of(as_shapes([shape]), lattice)
    keys = rings.keys()
    parts = [keys[start : end - 1] for start, end in zip(rings.starts, rings.ends, strict=True)]
    return Outline(parts, rings.is_hole.tolist())


def with_vertices(ring: Ints, moves: dict[int, int], inserts: Inserts) -> Ints:
    keys: list[int] = []
    plain = ring.tolist()
    for before, after in zip(plain, plain[1:] + plain[:1], strict=True):
        keys.append(moves.get(before, before))
        ends = (min(before, after), max(before, after))
        between = sorted(inserts.get(ends, ()))
        keys += [key for _share, key in (between if before < after else reversed(between))]
    return np.array(keys, dtype=np.int64)


def cleaned(ring: Ints) -> Ints:
    """Without repeated vertices and without spikes that run out and straight back."""
    keys: list[int] = ring.tolist()
    again = True
    while again and len(keys) > 2:
        again = False
        for at, key in enumerate(keys):
            if keys[at - 1] == key:
                del keys[at]
                again = True
                break
            if keys[at - 2] == key:
                del keys[at - 1 if at else len(keys) - 1]
                again = True
                break
    return np.array(keys, dtype=np.int64)


def change_of(code: str, before: BaseGeometry, after: BaseGeometry, lattice: Lattice) -> Change:
    old, new = set(keys_of(as_shapes([before]), lattice)), set(keys_of(as_shapes([after]), lattice))
    gone, come = np.array(sorted(old - new), dtype=np.int64), np.array(sorted(new - old), dtype=np.int64)
    flat_before, flat_after = lattice.flat(before), lattice.flat(after)
    points = points_at(np.concatenate((gone, come)))
    borders = np.repeat([flat_after.boundary, flat_before.boundary], [len(gone), len(come)])
    farthest = float(shapely.distance(points, borders).max()) if len(points) else 0.0
    moved = min(len(gone), len(come))
    return Change(
        code,
        moved,
        len(come) - moved,
        len(gone) - moved,
        farthest / 1000,
        float(flat_after.area - flat_before.area) / SQUARE_MM,
    )
