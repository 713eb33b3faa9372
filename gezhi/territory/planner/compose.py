"""From a survey to units: blocks between roads, lots inside them, land around points, all fitting together exactly. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPoint

from gezhi.territory.crs import LocalMetres
from gezhi.territory.mesh import Floats, Ints
from gezhi.territory.planner.arranging import faces_of, located, without_slivers
from gezhi.territory.planner.blocks import blocks_of
from gezhi.territory.planner.rules import PERSONS_A_HOUSEHOLD
from gezhi.territory.planner.survey import Communities, Lot, Refused, Survey
from gezhi.territory.planner.units import MILLIMETRES, Road, Units

# Points nearer to each other than this share a piece of land.
NEAR = 1_000.0


@dataclass(frozen=True)
class Composed:
    """`dangles` are roads that end in the open, in degrees: where a gap may be meant as a border."""

    units: Units
    refused: list[Refused]
    dangles: list[LineString]


class NoLand(ValueError):
    """There is no community to divide."""


def compose(survey: Survey, communities: Communities) -> Composed:
    """Raises `NoLand`."""
    if not communities.outlines:
        raise NoLand
    codes = sorted(communities.outlines)
    west, south, east, north = shapely.total_bounds(np.array(list(communities.outlines.values()), dtype=object))
    plane = LocalMetres.at((west + east) / 2, (south + north) / 2)
    land = in_millimetres([communities.outlines[code] for code in codes], plane)
    ways = survey.roads + survey.rivers
    lines = in_millimetres([line for line, _ in ways], plane)
    roads = [Road(line, name) for line, (_, name) in zip(lines, ways, strict=True)]
    blocks = blocks_of([road.line for road in roads], land)
    whole: Any = shapely.union_all(land)
    areas = [lot for lot in survey.lots if lot.geometry.geom_type.endswith("Polygon")]
    points = [lot for lot in survey.lots if not lot.geometry.geom_type.endswith("Polygon")]
    shapes = in_millimetres([lot.geometry for lot in areas], plane)
    places = shapely.centroid(in_millimetres([lot.geometry for lot in points], plane))
    between = between_points(places, blocks.faces, shapes)
    faces = faces_of([*shapely.boundary(blocks.faces), *shapely.boundary(shapes), *between], whole)
    inside = shapely.point_on_surface(faces)
    faces, inside, block = without_slivers(faces, inside, located(inside, blocks.faces))
    community = located(inside, land)
    lot = located(inside, shapes)
    units = Units(
        faces, np.zeros(len(faces), dtype=np.int64), community, codes, np.zeros(len(faces), dtype="<U20"), block,
        np.arange(len(faces)), plane, roads,
    )  # fmt: skip
    home = largest_faces(faces, lot, len(areas))
    # A lot smaller than a crumb was swept to a neighbour.
    home = np.where(home >= 0, home, located(shapely.point_on_surface(shapes), faces)) if len(shapes) else home
    units, refused = filled(units, lot, areas=areas, face_of=home, points=points, face_at=located(places, faces))
    loose = [plane.unflatten(shapely.transform(line, lambda xy: xy / MILLIMETRES)) for line in blocks.dangles]
    return Composed(units, refused, loose)


def in_millimetres(geometries: Sequence[Any], plane: LocalMetres) -> Any:
    """Whole millimetres of the plane; polygons that rounding pinched are mended."""
    shapes = np.array(list(geometries), dtype=object)
    if not len(shapes):
        return shapes
    shapes = shapely.transform(plane.flatten(shapes), lambda xy: np.round(xy * MILLIMETRES))
    torn = ~shapely.is_valid(shapes)
    shapes[torn] = shapely.make_valid(shapes[torn], method="structure", keep_collapsed=False)
    return shapes


def between_points(places: NDArray[Any], blocks: NDArray[Any], shapes: NDArray[Any]) -> list[Any]:
    """Lines halfway between the points of each block, where no lots say how it is divided."""
    block = located(places, blocks)
    lots_in = set(located(shapely.point_on_surface(shapes), blocks).tolist()) if len(shapes) else set()
    lines = []
    for one in np.unique(block[block >= 0]).tolist():
        xy = np.unique(np.round(shapely.get_coordinates(places[block == one]) / NEAR) * NEAR, axis=0)
        if one in lots_in or len(xy) < 2:
            continue
        around = shapely.voronoi_polygons(MultiPoint(xy), extend_to=blocks[one], only_edges=True)
        lines.append(shapely.intersection(around, blocks[one]))
    return lines


def largest_faces(faces: NDArray[Any], lot: Ints, lots: int) -> Ints:
    """The largest face of each lot, -1 for a lot that has none: there its people live, a building is not shared out."""
    best = np.full(lots, -1, dtype=np.int64)
    order = np.argsort(shapely.area(faces), kind="stable")
    order = order[lot[order] >= 0]
    best[lot[order]] = order
    return best


def filled(
    units: Units, lot: Ints, *, areas: Sequence[Lot], face_of: Ints, points: Sequence[Lot], face_at: Ints
) -> tuple[Units, list[Refused]]:
    """Units with the people, purposes and compounds of their lots and points; and what lies outside all communities."""
    households, subtype, compound = units.households.copy(), units.subtype.copy(), units.compound.copy()
    people: Floats = np.zeros(len(units))
    is_counted = any(one.people is not None for one in [*areas, *points])
    refused = []
    names: dict[tuple[int, str], int] = {}
    for one, face in [*zip(areas, face_of.tolist(), strict=True), *zip(points, face_at.tolist(), strict=True)]:
        if face < 0 or units.community[face] < 0:
            refused.append(Refused(one.file, one.position, "outside_communities"))
            continue
        households[face] += one.households
        people[face] += one.households * PERSONS_A_HOUSEHOLD if one.people is None else one.people
        if one.subtype:
            subtype[face] = one.subtype
        if one.compound:
            key = (int(units.community[face]), one.compound)
            compound[face] = names.setdefault(key, len(units) + len(names))
    # Every further face of a lot is for what the lot is for.
    known = lot >= 0
    main = np.where(known, face_of[lot] if len(face_of) else -1, -1)
    rest = np.flatnonzero(known & (main != np.arange(len(units))) & (main >= 0))
    subtype[rest], compound[rest] = subtype[main[rest]], compound[main[rest]]
    counted = np.round(people).astype(np.int64) if is_counted else None
    return replace(units, households=households, subtype=subtype, compound=compound, people=counted), refused
