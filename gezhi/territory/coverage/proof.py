"""Is the land divided without gap and overlap? Either a certificate, or the list of everything that is wrong. Pure.

Outlines go onto whole millimetres. When the steps along all borders cancel against each other and against the parent's, every point of the
parent is covered exactly once: the number of times a point is covered changes only where a step is left. That is decided by one sum
(`fingerprint`), linear in the number of vertices; only where it isn't zero the residue is looked at (`residue`, `defects`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from cryptography.hazmat.primitives.hashes import SM3, Hash
from shapely.geometry.base import BaseGeometry

from gezhi.territory.coverage.defects import SQUARE_MM, Defect, Kind, Scene, defects_of
from gezhi.territory.coverage.fingerprint import WORD, Lanes, total
from gezhi.territory.coverage.lattice import Lattice, Shapes, as_shapes
from gezhi.territory.coverage.measuring import Measured, measured, straightened
from gezhi.territory.coverage.residue import PARENT, joined, left_over, steps_of
from gezhi.territory.coverage.single import crossings, slivers


class Certificate(NamedTuple):
    """What was proved: so many `outlines` of `square_metres` in all, bit by bit these (`digest`), cover their parent exactly once."""

    outlines: int
    square_metres: float
    digest: str


@dataclass(frozen=True)
class Proof:
    """`certificate` when nothing at all is wrong, else `defects`, all of them. `digest` is of the outlines, whatever they are worth."""

    outlines: int
    square_metres: float
    defects: list[Defect]
    digest: str

    @property
    def certificate(self) -> Certificate | None:
        return None if self.defects else Certificate(self.outlines, self.square_metres, self.digest)

    @property
    def holds(self) -> bool:
        """Is the land divided? Vertices that one side lacks don't open it: they are told, and nobody is stopped by them."""
        return all(defect.kind == Kind.ONE_SIDED for defect in self.defects)

    @cached_property
    def areas(self) -> dict[Kind, float]:
        """Square metres that are wrong, by kind."""
        return {kind: sum(one.area for one in self.defects if one.kind == kind) for kind in Kind}

    @property
    def ratio(self) -> float:
        """How much of the parent is covered, from 0 to 1."""
        if not self.square_metres:
            return 0.0
        return max(0.0, 1.0 - self.areas[Kind.GAP] / self.square_metres)


def prove(
    codes: Sequence[str],
    geometries: Sequence[BaseGeometry] | Shapes,
    parent: BaseGeometry | None = None,
    *,
    lattice: Lattice | None = None,
) -> Proof:
    """Prove that the outlines cover `parent` exactly once, or list every defect.

    Geometries are polygons and multipolygons in degrees. Without a parent the outline of all of them together is what is covered: holes
    that they enclose are gaps, and nothing is outside. Areas are those of the lattice's plane, true to a thousandth.
    """
    shapes = as_shapes(geometries)
    whole = as_shapes([parent]) if parent is not None else shapes[:0]
    lattice = lattice or Lattice.over(np.concatenate((shapes, whole)))
    found, around = measured(shapes, lattice), measured(whole, lattice)
    doubled = int((around if parent is not None else found).doubled.sum())
    square_metres = doubled / 2 / SQUARE_MM
    thin = slivers(found, shapes, lattice, list(codes))
    digest = digest_of(found, around, lattice)
    simple = bool(found.is_simple.all() and around.is_simple.all())
    if simple and not thin and parent is not None and difference(found.lanes, around.lanes) == (0, 0):
        return Proof(len(shapes), square_metres, [], digest)
    defects = crossings(found, shapes, lattice, list(codes)) + thin
    if not around.is_simple.all():
        defects += crossings(around, whole, lattice, [""])
    shapes, found = straightened(shapes, found, lattice)
    whole, around = straightened(whole, around, lattice)
    steps = joined(steps_of(found.rings, found.is_turned), steps_of(around.rings, around.is_turned, owner=PARENT))
    residue = left_over(steps)
    if len(residue):
        scene = Scene(lattice, list(codes), shapes, whole[0] if parent is not None else None)
        defects += defects_of(residue, scene)
    return Proof(len(shapes), square_metres, defects, digest)


def difference(lanes: Lanes, parent: Lanes) -> tuple[int, int]:
    (first, second), (less_first, less_second) = total(lanes), total(parent)
    return (first - less_first) % WORD, (second - less_second) % WORD


def digest_of(found: Measured, around: Measured, lattice: Lattice) -> str:
    """SM3 over every single outline, in whatever order they came, the parent and the lattice."""
    rows = found.lanes[np.argsort(found.lanes[:, 0])]
    digest = Hash(SM3())
    digest.update(f"{lattice.plane.lng:.6f} {lattice.plane.lat:.6f} {len(rows)} {total(around.lanes)}".encode())
    digest.update(np.ascontiguousarray(rows).tobytes())
    return digest.finalize().hex()
