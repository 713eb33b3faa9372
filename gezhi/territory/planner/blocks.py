"""From lines to blocks: roads and rivers noded and closed, what lies between them as polygons, and what was left loose. Pure.

Everything is in millimetres of a local plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

# Lines that people drew end a little before the road that they mean to meet.
REACH = 500.0
# What is left over after the reach was not enough is told; the stumps that the reach itself made are not.
STUMP = 2 * REACH


@dataclass(frozen=True)
class Blocks:
    """`faces` fill the land without gaps; `dangles` are roads that end in the open inside a face and divide nothing."""

    faces: NDArray[Any]
    dangles: list[LineString]


def blocks_of(lines: Sequence[Any], land: Any) -> Blocks:
    """The faces that `lines` make inside `land` (polygons, whose outlines are lines too)."""
    reaching = extended(straight_parts(lines))
    area = shapely.union_all(land)
    noded = shapely.union_all(np.array([*reaching, *shapely.boundary(land)], dtype=object), grid_size=1.0)
    polygons, _cuts, dangles, _invalid = shapely.polygonize_full(shapely.get_parts(noded))
    faces = shapely.get_parts(polygons)
    if len(faces):
        shapely.prepare(area)
        faces = shapely.orient_polygons(faces[shapely.contains(area, shapely.point_on_surface(faces))])
    inside = shapely.get_parts(shapely.intersection(shapely.line_merge(dangles), area))
    loose = [line for line in inside if line.length > STUMP]
    return Blocks(faces, sorted(loose, key=lambda line: (-line.length, line.wkt)))


def straight_parts(lines: Sequence[Any]) -> list[LineString]:
    """Every line by itself, of two points at least, on whole millimetres."""
    parts = shapely.get_parts(np.array(list(lines), dtype=object)) if len(lines) else np.array([], dtype=object)
    rounded = shapely.transform(parts, np.round)
    return [line for line in rounded if line.length > 0]


def extended(lines: Sequence[LineString]) -> list[LineString]:
    """Ends that no other line shares are drawn out in their own direction."""
    ends: dict[tuple[float, float], int] = {}
    for line in lines:
        for x, y in (line.coords[0], line.coords[-1]):
            ends[x, y] = ends.get((x, y), 0) + 1
    result = []
    for line in lines:
        xy = shapely.get_coordinates(line)
        first, last = tuple(xy[0]), tuple(xy[-1])
        if ends[first] == 1:
            xy = np.vstack((drawn_out(xy[1], xy[0]), xy))
        if ends[last] == 1:
            xy = np.vstack((xy, drawn_out(xy[-2], xy[-1])))
        result.append(LineString(xy))
    return result


def drawn_out(before: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The point beyond `end` as one comes from `before`."""
    way = end - before
    length = float(np.hypot(*way))
    further: NDArray[np.float64] = np.round(end + way / length * REACH) if length else end
    return further
