"""Outlines on whole millimetres of a local plane: the only form in which borders are compared. Pure.

Two neighbours share a border when they share its vertices exactly. In degrees that is luck; on a lattice of whole millimetres it is
arithmetic. A vertex is one 64-bit number (`keys`), an outline is its rings of vertices, and everything about a hundred thousand of
them is done on arrays.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gezhi.territory.crs import LocalMetres

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Shapes = NDArray[Any]

MILLIMETRES = 1000.0
# The plane touches the earth at a corner of this net of degrees, so that the same district always gets the same lattice.
STEP_DEGREES = 0.1
# Half of what 32 bits hold: a thousand kilometres either way.
FARTHEST = 2**30


class TooFar(ValueError):
    """A vertex lies a thousand kilometres away, or is no number: these outlines don't belong together."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """Whole millimetres around a point. Equal lattices give equal numbers for equal degrees."""

    plane: LocalMetres

    @classmethod
    def around(cls, lng: float, lat: float) -> "Lattice":
        return cls(LocalMetres.at(round(lng / STEP_DEGREES) * STEP_DEGREES, round(lat / STEP_DEGREES) * STEP_DEGREES))

    @classmethod
    def over(cls, shapes: Any) -> "Lattice":
        """The lattice around the middle of some outlines in degrees."""
        west, south, east, north = shapely.total_bounds(shapes)
        if not np.isfinite([west, south, east, north]).all():
            raise TooFar("outlines without numbers")
        return cls.around(float(west + east) / 2, float(south + north) / 2)

    def millimetres(self, degrees: Floats) -> Ints:
        """An array (n, 2) of degrees as whole millimetres east and north of the lattice's origin."""
        plane = self.plane
        metres = degrees - (plane.lng, plane.lat)
        metres *= (plane.across * MILLIMETRES, plane.along * MILLIMETRES)
        np.rint(metres, out=metres)
        if len(metres) and not (metres.max() < FARTHEST and metres.min() > -FARTHEST):
            raise TooFar("vertices far apart")
        return metres.astype(np.int64)

    def degrees(self, millimetres: Any) -> Floats:
        """The way back; `millimetres(degrees(m))` is `m` again."""
        plane = self.plane
        found: Floats = np.asarray(millimetres, dtype=np.float64) / (
            plane.across * MILLIMETRES,
            plane.along * MILLIMETRES,
        ) + (plane.lng, plane.lat)
        return found

    def flat(self, shapes: Any) -> Any:
        """Shapes in degrees with every vertex on the lattice, in millimetres."""
        return shapely.transform(shapes, lambda xy: self.millimetres(xy).astype(np.float64))

    def unflat(self, shapes: Any) -> Any:
        """Shapes in millimetres, in degrees."""
        return shapely.transform(shapes, self.degrees)

    def snapped(self, shapes: Any) -> Any:
        """Shapes in degrees whose vertices stand exactly on the lattice."""
        return self.unflat(self.flat(shapes))


def as_shapes(geometries: Any) -> Shapes:
    if isinstance(geometries, np.ndarray):
        return geometries
    shapes: Shapes = np.empty(len(geometries), dtype=object)
    shapes[:] = list(geometries)
    return shapes


class Rings(NamedTuple):
    """All rings of many outlines, one after another. Each is closed: its last vertex repeats its first.

    `starts[k]` is the first vertex of ring k, `ends[k]` one past its last, `owners[k]` the position of its outline; `is_hole[k]` says
    what it is of. Rings of one outline stand together.
    """

    xy: Ints
    starts: Ints
    ends: Ints
    owners: Ints
    is_hole: Bools
    outlines: int

    def keys(self) -> Ints:
        """One number a vertex: x in the upper half, y in the lower."""
        return (self.xy[:, 0] << 32) + self.xy[:, 1]


def unkeyed(keys: Ints) -> Ints:
    """Back from numbers to (n, 2) millimetres."""
    y = (keys << 32) >> 32
    return np.column_stack(((keys - y) >> 32, y))


def rings_of(shapes: Shapes, lattice: Lattice) -> Rings:
    """The rings of polygons and multipolygons in degrees. Plain polygons, nearly all of them, are never taken apart."""
    if not len(shapes):
        none = np.zeros(0, np.int64)
        return Rings(np.zeros((0, 2), np.int64), none, none, none, np.zeros(0, bool), 0)
    is_plain = shapely.get_num_interior_rings(shapes) == 0
    is_plain &= shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    if is_plain.all():
        rings, owners, is_hole = shapes, np.arange(len(shapes)), np.zeros(len(shapes), dtype=bool)
    else:
        rings, owners, is_hole = taken_apart(shapes)
    lengths = shapely.get_num_coordinates(rings).astype(np.int64)
    ends = np.cumsum(lengths)
    return Rings(
        lattice.millimetres(shapely.get_coordinates(rings)), ends - lengths, ends, owners, is_hole, len(shapes)
    )


def taken_apart(shapes: Shapes) -> tuple[Shapes, Ints, Bools]:
    parts, whole = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_hole = np.concatenate((np.zeros(min(1, len(part)), dtype=bool), part[1:] == part[:-1]))
    return rings, whole[part].astype(np.int64), is_hole


class Turns(NamedTuple):
    """How rings run. `doubled`: twice the signed area in mm²; `is_star`: seen whole from its middle, so certainly simple."""

    doubled: Ints
    is_star: Bools


def turns_of(rings: Rings) -> Turns:
    """Signed areas, and which rings are simple at a glance: most are, and the others can be looked at one by one."""
    lengths = rings.ends - rings.starts
    middle = np.add.reduceat(rings.xy, rings.starts, axis=0) // lengths[:, None]
    # Half the district in millimetres squared fits into 64 bits many times; sums that overflow in between come back.
    from_middle = rings.xy - np.repeat(middle, lengths, axis=0)
    x, y = from_middle[:, 0], from_middle[:, 1]
    cross = x[:-1] * y[1:]
    cross -= x[1:] * y[:-1]
    is_upper = y >= 0
    changes = is_upper[:-1] != is_upper[1:]
    # The step from the last vertex of a ring to the first of the next is no edge.
    between = rings.ends[:-1] - 1
    cross[between] = 0
    changes[between] = False
    doubled = np.add.reduceat(cross, rings.starts)
    edges = lengths - 1
    left = np.add.reduceat(cross > 0, rings.starts, dtype=np.int64)
    right = np.add.reduceat(cross < 0, rings.starts, dtype=np.int64)
    # Every edge turns the same way around the middle, and all of them together go around it once.
    around = np.add.reduceat(changes, rings.starts, dtype=np.int64) == 2
    return Turns(doubled, around & ((left == edges) | (right == edges)) & (edges >= 3))


def geometry_of(rings: list[Ints], holes: list[bool]) -> BaseGeometry:
    """A polygon or multipolygon in millimetres from rings of vertices, each outer ring before its holes."""
    parts: list[tuple[Ints, list[Ints]]] = []
    for ring, is_hole in zip(rings, holes, strict=True):
        if is_hole and parts:
            parts[-1][1].append(ring)
        else:
            parts.append((ring, []))
    polygons = [shapely.Polygon(shell, inner) for shell, inner in parts]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
