"""Lines into faces on whole millimetres, crumbs swept to their neighbours, points to the polygon they lie in. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gezhi.territory.mesh import Ints, neighbours
from gezhi.territory.outlines import Land

# Left over where lines cross at a low angle: joined to a neighbour, in square millimetres.
SLIVER = 40e6


def faces_of(lines: Sequence[Any], outline: Land) -> NDArray[Any]:
    """The faces between lines inside an outline: one arrangement on whole millimetres by snap-rounding."""
    noded = shapely.union_all(np.array([*lines, outline.boundary], dtype=object), grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    faces = faces[shapely.contains(outline, shapely.point_on_surface(faces))]
    return shapely.orient_polygons(faces)


def located(
    points: NDArray[Any], polygons: NDArray[Any], owner: Ints | None = None, wanted: Ints | None = None
) -> Ints:
    """The polygon in which each point lies (of several the smallest), -1 for none; with `owner`, only polygons of the owner that a point wants."""
    found = np.full(len(points), -1, dtype=np.int64)
    if len(polygons) and len(points):
        point, polygon = shapely.STRtree(polygons).query(points, predicate="intersects")
        if owner is not None and wanted is not None:
            fits = owner[polygon] == wanted[point]
            point, polygon = point[fits], polygon[fits]
        order = np.lexsort((-polygon, -shapely.area(polygons[polygon])))
        found[point[order]] = polygon[order]
    return found


def without_slivers(faces: NDArray[Any], inside: NDArray[Any], block: Ints) -> tuple[NDArray[Any], NDArray[Any], Ints]:
    """Crumbs joined to the neighbour in the same block with which they share most."""
    small = shapely.area(faces) < SLIVER
    if not small.any():
        return faces, inside, block
    pairs, lengths = neighbours(faces)
    best: dict[int, tuple[float, int]] = {}
    for (a, b), length in zip(pairs.tolist(), lengths.tolist(), strict=True):
        if block[a] == block[b]:
            for crumb, other in ((a, b), (b, a)):
                if small[crumb] and not small[other]:
                    best[crumb] = max(best.get(crumb, (0.0, -1)), (length, other))
    joined: dict[int, list[int]] = {}
    for crumb, (_, other) in sorted(best.items()):
        joined.setdefault(other, [other]).append(crumb)
    faces = faces.copy()
    for other, members in joined.items():
        faces[other] = shapely.orient_polygons(shapely.coverage_union_all(faces[members]))
    kept = np.ones(len(faces), dtype=bool)
    kept[list(best)] = False
    return faces[kept], inside[kept], block[kept]
