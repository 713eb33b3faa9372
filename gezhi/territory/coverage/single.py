"""What is wrong with an outline by itself, whatever lies beside it: it crosses itself, or is too thin to be land. Pure."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.territory.coverage.defects import SQUARE_MM, Defect, Kind, Scene
from gezhi.territory.coverage.lattice import Lattice, Shapes
from gezhi.territory.coverage.measuring import Measured

# A part of an outline thinner than this, on average, is no land.
SLIVER_METRES = 0.5


def crossings(found: Measured, shapes: Shapes, lattice: Lattice, codes: list[str]) -> list[Defect]:
    """Outlines that cross or touch themselves, with the area that they enclose the wrong number of times."""
    defects = []
    for at in np.flatnonzero(~found.is_simple):
        flat = lattice.flat(shapes[at])
        rings = shapely.get_rings(shapely.get_parts(flat))
        noded = shapely.unary_union(rings) if len(rings) else shapely.Point()
        faces = shapely.get_parts(shapely.polygonize([noded]))
        wrong = [face for face in faces if not 0 <= winding(face, found, int(at)) <= 1]
        area = sum(face.area for face in wrong)
        place = fault_of(flat)
        shape = shapely.unary_union(wrong) if wrong else place
        (lng, lat), *_rest = lattice.degrees(shapely.get_coordinates(place)).tolist()
        width = 2 * area / shape.length / 1000 if area else 0.0
        codes_of = (codes[at],) if codes[at] else ()
        defects.append(Defect(Kind.SELF_CROSSING, area / SQUARE_MM, width, lng, lat, codes_of, lattice.unflat(shape)))
    return defects


def fault_of(flat: BaseGeometry) -> BaseGeometry:
    """Where GEOS sees the first fault: "Self-intersection[1 2]"."""
    _words, _bracket, place = shapely.is_valid_reason(flat).partition("[")
    try:
        x, y = (float(number) for number in place.rstrip("]").split()[:2])
    except ValueError:
        coordinates = shapely.get_coordinates(flat)
        return shapely.Point(coordinates[0]) if len(coordinates) else shapely.Point(0, 0)
    return shapely.Point(x, y)


def winding(face: BaseGeometry, found: Measured, at: int) -> int:
    """How often the rings of an outline run around a face, leftward counted positive, holes as they stand."""
    (px, py), *_rest = shapely.get_coordinates(shapely.point_on_surface(face)).tolist()
    rings, turns = found.rings, 0
    for ring in np.flatnonzero(rings.owners == at):
        x, y = (rings.xy[rings.starts[ring] : rings.ends[ring]] - (px, py)).T
        side = x[:-1] * y[1:] - x[1:] * y[:-1]
        up = (y[:-1] <= 0) & (y[1:] > 0) & (side > 0)
        down = (y[:-1] > 0) & (y[1:] <= 0) & (side < 0)
        turns += (int(up.sum()) - int(down.sum())) * (-1 if found.is_turned[ring] else 1)
    return turns


def slivers(found: Measured, shapes: Shapes, lattice: Lattice, codes: list[str]) -> list[Defect]:
    """Parts of outlines that are too thin to be land."""
    rings = found.rings
    if not len(rings.starts):
        return []
    limit = SLIVER_METRES * 1000
    # No step is longer than its outline is wide and high; hardly any outline needs more than this first look.
    west, south, east, north = lattice.millimetres(shapely.bounds(shapes).reshape(-1, 2)).reshape(-1, 4).T
    longest = (rings.ends - rings.starts) * (east - west + north - south)[rings.owners]
    suspicious = np.unique(rings.owners[~rings.is_hole & (np.abs(found.ring_doubled) < limit * longest)])
    scene = Scene(lattice, codes, shapes, None)
    return [
        scene.defect(Kind.SLIVER, part, [int(owner)])
        for owner in suspicious
        for part in shapely.get_parts(lattice.flat(shapes[owner]))
        if part.area and 2 * part.area / part.length < limit
    ]
