"""From the residue to the list of what is wrong: gaps, overlaps, parts outside, vertices on one side only. Pure."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from gezhi.territory.coverage.lattice import Bools, Ints, Lattice, Shapes, unkeyed
from gezhi.territory.coverage.residue import (
    PARENT,
    ROUNDING,
    Contact,
    Steps,
    contacts,
    left_over,
    split,
    stands_on,
)

SQUARE_MM = 1e6  # in a square metre
# What remains of two shapes that only touch, after intersecting them in doubles.
DUST = 0.01
# Overlays are rounded to this many millimetres. Without rounding GEOS now and then loses a whole face where borders run a millimetre beside
# each other; on a grid it can't, and a tenth of a micrometre changes no area that anybody would read.
GRID = 1e-4
# Thinner than this on average, a gap is a slip of digitising rather than land.
THIN_METRES = 0.2


class Kind(StrEnum):
    GAP = "gap"  # covered by nobody, inside the parent
    OVERLAP = "overlap"  # covered twice or more
    OUTSIDE = "outside"  # covered, but not the parent's
    SELF_CROSSING = "self_crossing"  # an outline that crosses or touches itself
    SLIVER = "sliver"  # an outline, or a part of one, too thin to be land
    ONE_SIDED = "one_sided"  # a vertex on the border of a neighbour that lacks it


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong. `area` in m², `width` in metres on average (0 where there is no area), `polygons` by code.

    (`lng`, `lat`) lies in it; `outline` is its shape in degrees, a point for a vertex.
    """

    kind: Kind
    area: float
    width: float
    lng: float
    lat: float
    polygons: tuple[str, ...]
    outline: BaseGeometry

    @property
    def is_thin(self) -> bool:
        """A slip of digitising rather than land?"""
        return self.kind in (Kind.GAP, Kind.OVERLAP, Kind.OUTSIDE) and self.width < THIN_METRES


@dataclass(frozen=True)
class Scene:
    """What is being proved: shapes in degrees, valid ones, their codes, the parent, and the lattice on which all stand."""

    lattice: Lattice
    codes: list[str]
    shapes: Shapes
    parent: BaseGeometry | None

    def defect(self, kind: Kind, shape: BaseGeometry, owners: Any) -> Defect:
        """`shape` in millimetres."""
        inside = shapely.point_on_surface(shape)
        (lng, lat), *_rest = self.lattice.degrees(shapely.get_coordinates(inside)).tolist()
        codes = tuple(sorted({self.codes[owner] for owner in owners if owner != PARENT}))
        area = float(shape.area)
        width = 2 * area / float(shape.length) if area else 0.0
        return Defect(kind, area / SQUARE_MM, width / 1000, lng, lat, codes, self.lattice.unflat(shape))


def defects_of(residue: Steps, scene: Scene) -> list[Defect]:
    """Everything that the residue encloses, the largest first within each kind."""
    vertices = np.unique(np.concatenate((residue.low, residue.high)))
    near = contacts(vertices, residue)
    exact = stands_on(vertices[near.vertex], residue.only(near.step))
    on = Contact(near.vertex[exact], near.step[exact])
    pieces, origin = split(residue, on, vertices)
    rest = left_over(pieces)
    found = one_sided(Cut(residue, vertices, on, pieces, origin), rest, scene)
    found += enclosed(rest, scene)
    order = list(Kind)
    return sorted(found, key=lambda defect: (order.index(defect.kind), -defect.area, defect.lng, defect.lat))


class Cut(NamedTuple):
    """Steps, the vertices `on` them, and the `pieces` into which these cut them, each with the step of its `origin`."""

    steps: Steps
    vertices: Ints
    on: Contact
    pieces: Steps
    origin: Ints


def one_sided(cut: Cut, rest: Steps, scene: Scene) -> list[Defect]:
    """Vertices exactly on the border of a neighbour that lacks them, where nothing but the vertex is wrong: both pieces beside it cancel."""
    residue, vertices, on, pieces, origin = cut
    wrong = set(zip(rest.low.tolist(), rest.high.tolist(), strict=True))
    beside: dict[tuple[int, int], int] = defaultdict(int)
    for low, high, step in zip(pieces.low.tolist(), pieces.high.tolist(), origin.tolist(), strict=True):
        if (low, high) not in wrong:
            beside[low, step] += 1
            beside[high, step] += 1
    lacking: dict[int, set[int]] = defaultdict(set)
    for at, step in zip(on.vertex.tolist(), on.step.tolist(), strict=True):
        if beside[int(vertices[at]), step] == 2:
            lacking[int(vertices[at])].add(int(residue.owner[step]))
    having: dict[int, set[int]] = defaultdict(set)
    for key, owner in zip(
        np.concatenate((residue.low, residue.high)).tolist(), np.tile(residue.owner, 2).tolist(), strict=True
    ):
        if key in lacking:
            having[key].add(owner)
    return [
        scene.defect(Kind.ONE_SIDED, shapely.Point(*unkeyed(np.array([key]))[0]), owners | having[key])
        for key, owners in sorted(lacking.items())
    ]


def enclosed(rest: Steps, scene: Scene) -> list[Defect]:
    """What lies between the steps that are left: pieces that are covered too seldom, too often, or without being the parent's."""
    faces = faces_between(rest)
    if not len(faces):
        return []
    pairs = neighbours(faces, scene)
    common = shapely.area(shapely.intersection(faces[pairs.face], pairs.flat[pairs.polygon], grid_size=GRID))
    covered = np.bincount(pairs.face, weights=common, minlength=len(faces)) / shapely.area(faces)
    pieces, origin, is_inside = divided(faces, scene)
    found = []
    touching = shapely.dwithin(faces[pairs.face], pairs.flat[pairs.polygon], ROUNDING)
    beside, over = grouped(pairs, touching, len(faces)), grouped(pairs, common > DUST, len(faces))
    # Along a face only cancelled borders run, the parent's with an outline's among them: where one leaves the parent, one cover less.
    share = np.bincount(origin, weights=shapely.area(pieces) * is_inside, minlength=len(faces)) / shapely.area(faces)
    net = np.rint(covered - (share if scene.parent is not None else 0)).astype(int)
    for piece, face, inside in zip(pieces, origin.tolist(), is_inside.tolist(), strict=True):
        times = int(net[face]) + (1 if inside and scene.parent is not None else 0)
        kinds = kinds_of(times, is_inside=inside)
        if kinds and is_rounding(piece):
            found.append(scene.defect(Kind.ONE_SIDED, piece, beside[face]))
            continue
        owners = over[face]
        if piece is not faces[face]:
            owners = [
                at for at in owners if shapely.area(shapely.intersection(pairs.flat[at], piece, grid_size=GRID)) > DUST
            ]
        found += [scene.defect(kind, piece, beside[face] if kind == Kind.GAP else owners) for kind in kinds]
    return found


def kinds_of(times: int, *, is_inside: bool) -> list[Kind]:
    """What is wrong with a piece of land that is covered so many times."""
    wrong = (
        (times <= 0 and is_inside, Kind.GAP),
        (times > 1, Kind.OVERLAP),
        (times > 0 and not is_inside, Kind.OUTSIDE),
    )
    return [kind for is_wrong, kind in wrong if is_wrong]


def faces_between(rest: Steps) -> Shapes:
    if not len(rest):
        return np.zeros(0, dtype=object)
    ends = np.unique(np.column_stack((rest.low, rest.high)), axis=0)
    lines = shapely.linestrings(np.stack((unkeyed(ends[:, 0]), unkeyed(ends[:, 1])), axis=1).astype(np.float64))
    faces: Shapes = shapely.get_parts(shapely.polygonize([shapely.unary_union(np.asarray(lines))]))
    return faces


class Pairs(NamedTuple):
    """Which outlines come near which face. `flat[polygon]` is the outline in millimetres, filled where it is needed."""

    face: Ints
    polygon: Ints
    flat: Shapes


def neighbours(faces: Shapes, scene: Scene) -> Pairs:
    boxes = shapely.box(*scene.lattice.degrees(shapely.bounds(faces).reshape(-1, 2)).reshape(-1, 4).T)
    wider = shapely.buffer(boxes, 1e-7, cap_style="square")
    face, polygon = STRtree(scene.shapes).query(wider, predicate="intersects")
    flat: Shapes = np.empty(len(scene.shapes), dtype=object)
    some = np.unique(polygon)
    flat[some] = scene.lattice.flat(scene.shapes[some])
    # Rounding may make a narrow place touch itself; it still covers what it covers.
    touching = some[~shapely.is_valid(flat[some])]
    flat[touching] = shapely.make_valid(flat[touching], method="structure", keep_collapsed=False)
    order = np.lexsort((polygon, face))
    return Pairs(face[order].astype(np.int64), polygon[order].astype(np.int64), flat)


def grouped(pairs: Pairs, which: Bools, count: int) -> list[list[int]]:
    """For each face the outlines of its pairs, of those pairs that are chosen."""
    ends = np.searchsorted(pairs.face[which], np.arange(1, count))
    return [part.tolist() for part in np.split(pairs.polygon[which], ends)]


def divided(faces: Shapes, scene: Scene) -> tuple[Shapes, Ints, Bools]:
    """Faces as pieces inside and outside the parent; nearly all are one or the other. Without a parent all is inside."""
    everything = np.arange(len(faces))
    if scene.parent is None:
        return faces, everything, np.ones(len(faces), dtype=bool)
    parent = scene.lattice.flat(scene.parent)
    parent = parent if parent.is_valid else shapely.make_valid(parent, method="structure", keep_collapsed=False)
    shapely.prepare(parent)
    whole = shapely.covers(parent, faces)
    others = np.flatnonzero(~whole)
    inner = land_of(shapely.intersection(faces[others], parent, grid_size=GRID))
    outer = land_of(shapely.difference(faces[others], parent, grid_size=GRID))
    has_inner, has_outer = shapely.area(inner) > DUST, shapely.area(outer) > DUST
    # A face that lies on one side but for dust stays itself.
    inner[~has_outer], outer[~has_inner] = faces[others[~has_outer]], faces[others[~has_inner]]
    pieces = np.concatenate((faces[whole], inner[has_inner], outer[has_outer]))
    origin = np.concatenate((everything[whole], others[has_inner], others[has_outer]))
    is_inside = np.arange(len(pieces)) < int(whole.sum()) + int(has_inner.sum())
    return pieces, origin, is_inside


def land_of(shapes: Shapes) -> Shapes:
    """The same without the lines and points in which an overlay also tells what only touches."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for at in mixed:
        parts = shapely.get_parts(shapes[at])
        shapes[at] = shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return shapes


def is_rounding(face: BaseGeometry) -> bool:
    """Is this what rounding makes of a vertex on a neighbour's border: all of the face within it of the face's longest step?"""
    xy = shapely.get_coordinates(face)
    lengths = np.hypot(*np.diff(xy, axis=0).T)
    longest = int(lengths.argmax())
    line = shapely.LineString(xy[longest : longest + 2])
    return bool(shapely.distance(shapely.points(xy), line).max() <= ROUNDING)
