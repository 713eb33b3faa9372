"""Is this geometry fit to be the outline of an area? Pure."""

from typing import Any, Literal

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from gezhi.territory.crs import CHINA, Crs, LocalMetres, geometry_to_wgs84

Land = Polygon | MultiPolygon
Reason = Literal["empty", "not_polygon", "not_numbers", "outside_china", "swapped", "invalid", "too_detailed"]

# A defect smaller than this is a slip of the pen and mended in silence; more than that a person must look at.
MENDED_SQUARE_METRES = 1.0
SMALLEST_SQUARE_METRES = 1.0
MOST_POINTS = 200_000


class BadOutline(ValueError):
    """`reason` for programs; `where` is (longitude, latitude) of the fault if it has a place."""

    def __init__(self, reason: Reason, where: tuple[float, float] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where


def checked(geometry: Any, crs: Crs) -> Land:
    """The outline in CGCS2000 degrees, flat, valid, outer rings counter-clockwise. Raises `BadOutline`."""
    if geometry is None or geometry.is_empty:
        raise BadOutline("empty")
    if not isinstance(geometry, Polygon | MultiPolygon):
        raise BadOutline("not_polygon")
    xy = shapely.get_coordinates(geometry)
    if len(xy) > MOST_POINTS:
        raise BadOutline("too_detailed")
    if not np.isfinite(xy).all():
        raise BadOutline("not_numbers")
    land: Land = geometry_to_wgs84(shapely.force_2d(geometry), crs)
    check_place(land)
    land = shapely.orient_polygons(mended(land))
    if isinstance(land, MultiPolygon) and len(land.geoms) == 1:
        land = land.geoms[0]
    if metres_around(land).flatten(land).area < SMALLEST_SQUARE_METRES:
        raise BadOutline("empty")
    return land


def check_place(land: Land) -> None:
    west, south, east, north = CHINA
    min_x, min_y, max_x, max_y = land.bounds
    if west <= min_x and max_x <= east and south <= min_y and max_y <= north:
        return
    if west <= min_y and max_y <= east and south <= min_x and max_x <= north:
        raise BadOutline("swapped")
    raise BadOutline("outside_china", (min_x, min_y))


def metres_around(land: Land) -> LocalMetres:
    west, south, east, north = land.bounds
    return LocalMetres.at((west + east) / 2, (south + north) / 2)


def mended(land: Land) -> Land:
    """A valid outline as it is; one with a tiny defect repaired. Raises `BadOutline` with the place of the defect."""
    if land.is_valid:
        return land
    fault = BadOutline("invalid", fault_place(land))
    repaired = shapely.make_valid(land, method="structure", keep_collapsed=False)
    if not isinstance(repaired, Polygon | MultiPolygon) or repaired.is_empty:
        raise fault
    plane = metres_around(land)
    # A crossing subtracts its loop from the signed area, an overlap counts twice: the repair differs by what was wrong.
    if abs(plane.flatten(repaired).area - plane.flatten(land).area) > MENDED_SQUARE_METRES:
        raise fault
    return repaired


def fault_place(land: Land) -> tuple[float, float] | None:
    """GEOS says "Self-intersection[116.9 36.6]"."""
    _, _, place = shapely.is_valid_reason(land).partition("[")
    try:
        lng, lat = (float(number) for number in place.rstrip("]").split()[:2])
    except ValueError:
        return None
    return lng, lat
