"""Outlines put on the lattice, and what the proof must know of each before it compares them. Pure."""

from typing import NamedTuple

import numpy as np
import shapely

from gezhi.territory.coverage.fingerprint import Lanes, fingerprints
from gezhi.territory.coverage.lattice import Bools, Ints, Lattice, Rings, Shapes, rings_of, turns_of


class Measured(NamedTuple):
    """Outlines on the lattice. `is_turned` and `ring_doubled` are of rings, the others of outlines; twice the area in mm²."""

    rings: Rings
    is_turned: Bools
    ring_doubled: Ints
    lanes: Lanes
    is_simple: Bools
    doubled: Ints


def measured(shapes: Shapes, lattice: Lattice) -> Measured:
    """Linear, without looking at any outline by itself unless it is intricate."""
    rings = rings_of(shapes, lattice)
    if not len(rings.starts):
        none, zero = np.zeros(rings.outlines, dtype=bool), np.zeros(rings.outlines, dtype=np.int64)
        return Measured(rings, none[:0], zero[:0], fingerprints(rings, none[:0]), none, zero)
    turns = turns_of(rings)
    is_turned = (turns.doubled < 0) != rings.is_hole
    signed = np.where(is_turned, -turns.doubled, turns.doubled)
    if len(rings.owners) == rings.outlines and (rings.owners == np.arange(rings.outlines)).all():
        is_simple, doubled = turns.is_star.copy(), signed
    else:
        one_ring = np.bincount(rings.owners, minlength=rings.outlines) == 1
        is_simple, doubled = np.zeros(rings.outlines, dtype=bool), np.zeros(rings.outlines, dtype=np.int64)
        is_simple[rings.owners] = turns.is_star & one_ring[rings.owners]
        np.add.at(doubled, rings.owners, signed)
    unsure = np.flatnonzero(~is_simple)
    if len(unsure):
        is_simple[unsure] = shapely.is_valid(lattice.flat(shapes[unsure])) & ~shapely.is_empty(shapes[unsure])
    return Measured(rings, is_turned, turns.doubled, fingerprints(rings, is_turned), is_simple, doubled)


def straightened(shapes: Shapes, found: Measured, lattice: Lattice) -> tuple[Shapes, Measured]:
    """Outlines that cross themselves replaced by what they enclose, so that the others can still be judged beside them."""
    if found.is_simple.all():
        return shapes, found
    shapes = shapes.copy()
    for at in np.flatnonzero(~found.is_simple):
        mended = shapely.make_valid(lattice.flat(shapes[at]), method="structure", keep_collapsed=False)
        parts = [part for part in shapely.get_parts(mended) if part.geom_type == "Polygon"]
        shapes[at] = lattice.snapped(lattice.unflat(shapely.MultiPolygon(parts)))
    return shapes, measured(shapes, lattice)
