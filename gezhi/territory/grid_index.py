"""Which polygon does a point lie in? A raster of cells over the polygons, with an exact test where a border runs. Pure.

Nine points in ten fall in a cell that lies wholly in one polygon and cost two multiplications and a lookup; the others are
tested exactly against the few polygons whose border crosses their cell. The answer is always that of testing every polygon.
"""

from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Cells a polygon: at 200 a border runs through about one cell in ten, and a district takes about 1 MB.
CELLS_A_POLYGON = 200
FEWEST_CELLS, MOST_CELLS = 4_096, 4_000_000
# Segments are widened by this part of a cell, far more than rounding can move them.
SLACK = 1e-6
NOWHERE = -1


# Position of the polygon in the sorted codes, or NOWHERE; and whether several polygons claim the point.
Hit = tuple[int, bool]


class Raster(NamedTuple):
    """Columns and rows of cells over a box, and what turns degrees into them."""

    west: float
    south: float
    columns_a_degree: float
    rows_a_degree: float
    columns: int
    rows: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], cells: int) -> "Raster":
        west, south, east, north = bounds
        width, height = max(east - west, 1e-9), max(north - south, 1e-9)
        columns = max(1, min(cells, round((cells * width / height) ** 0.5)))
        rows = max(1, cells // columns)
        return cls(west, south, columns / width, rows / height, columns, rows)

    def cells_of(self, lng: Floats, lat: Floats) -> Ints:
        """Cell numbers of points inside the box."""
        column = ((lng - self.west) * self.columns_a_degree).astype(np.int64)
        row = ((lat - self.south) * self.rows_a_degree).astype(np.int64)
        np.clip(column, 0, self.columns - 1, out=column)
        np.clip(row, 0, self.rows - 1, out=row)
        result: Ints = row * self.columns + column
        return result

    def centres(self, cells: Ints) -> tuple[Floats, Floats]:
        row, column = np.divmod(cells, self.columns)
        return self.west + (column + 0.5) / self.columns_a_degree, self.south + (row + 0.5) / self.rows_a_degree


class GridIndex:
    """Polygons by code, ready to be asked. Where several contain a point (a common border, an overlap) the lowest code answers.

    `codes` are kept sorted; answers are positions in them. Geometries are in degrees, borders belong to the polygon.
    """

    def __init__(self, codes: Sequence[str], geometries: Sequence[BaseGeometry]) -> None:
        order = sorted(range(len(codes)), key=codes.__getitem__)
        self.codes = [codes[i] for i in order]
        polygons: NDArray[Any] = np.empty(len(order), dtype=object)
        polygons[:] = [geometries[i] for i in order]
        self.polygons = polygons
        self.prepared = polygons.tolist()
        self.bounds = tuple(shapely.total_bounds(polygons).tolist()) if order else (0.0, 0.0, -1.0, -1.0)
        if order:
            warm(polygons)
            self.fill(Raster.over(self.bounds, min(max(len(order) * CELLS_A_POLYGON, FEWEST_CELLS), MOST_CELLS)))

    def fill(self, raster: Raster) -> None:
        """What each cell holds: a polygon's position, NOWHERE, or -2 - k for the k-th unsure cell with its candidates."""
        tree = STRtree(self.polygons)
        crossed, crossing = cells_crossed(self.polygons, raster)
        border = np.unique(crossed)
        # A polygon without an edge in a cell covers all of it or nothing: its centre tells which.
        at, covering = covering_centres(tree, raster, border)
        cells, doubled, doubling = uncrossed_cells(tree, raster, border)
        pairs = np.unique(
            np.concatenate((crossed, border[at], doubled)) * len(self.codes)
            + np.concatenate((crossing, covering, doubling))
        )
        cell, candidates = np.divmod(pairs, len(self.codes))
        unsure, starts = np.unique(cell, return_index=True)
        starts = np.append(starts, len(cell))
        cells[unsure] = -2 - np.arange(len(unsure))
        self.raster, self.cells, self.starts, self.candidates = raster, cells, starts, candidates
        # Plain Python holds for single points: an item of a numpy array costs three times as much.
        self.cell_list = array("i", cells.tolist())
        flat, ends = candidates.tolist(), starts.tolist()
        self.candidate_lists = [flat[ends[k] : ends[k + 1]] for k in range(len(unsure))]

    def find(self, lng: float, lat: float) -> Hit:
        """One point in degrees; coordinates that are no numbers lie nowhere."""
        west, south, east, north = self.bounds
        if not (west <= lng <= east and south <= lat <= north):
            return NOWHERE, False
        # Written out, unpacked and without calls, because every report passes here.
        _, _, columns_a_degree, rows_a_degree, columns, rows = self.raster
        column = int((lng - west) * columns_a_degree)
        row = int((lat - south) * rows_a_degree)
        if column >= columns:
            column = columns - 1
        if row >= rows:
            row = rows - 1
        held = self.cell_list[row * columns + column]
        if held >= NOWHERE:
            return held, False
        first = NOWHERE
        for position in self.candidate_lists[-2 - held]:
            if shapely.intersects_xy(self.prepared[position], lng, lat):
                if first != NOWHERE:
                    return first, True
                first = position
        return first, False

    def find_many(self, lng: Floats, lat: Floats) -> Ints:
        """Positions for arrays of points; -1 where there is no polygon."""
        lng, lat = np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        found: Ints = np.full(len(lng), NOWHERE, dtype=np.int64)
        west, south, east, north = self.bounds
        inside = np.flatnonzero((lng >= west) & (lng <= east) & (lat >= south) & (lat <= north))
        if not len(inside):
            return found
        held = self.cells[self.raster.cells_of(lng[inside], lat[inside])]
        found[inside] = held
        unsure = inside[held < NOWHERE]
        slots = -2 - found[unsure]
        counts = self.starts[slots + 1] - self.starts[slots]
        points, candidates = expand(unsure, self.starts[slots], counts)
        position = self.candidates[candidates]
        yes = shapely.intersects_xy(self.polygons[position], lng[points], lat[points])
        best = np.full(len(lng), len(self.codes), dtype=np.int64)
        np.minimum.at(best, points[yes], position[yes])
        found[unsure] = np.where(best[unsure] == len(self.codes), NOWHERE, best[unsure])
        return found


def warm(polygons: NDArray[Any]) -> None:
    """Build GEOS's inner indexes now: they are made at the first question and must not be made by two threads at once."""
    shapely.prepare(polygons)
    middle = shapely.get_coordinates(shapely.centroid(polygons))
    shapely.intersects_xy(polygons, middle[:, 0], middle[:, 1])


def expand(owners: Ints, starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Ranges written out: each owner repeated `count` times, beside start, start + 1, ..."""
    total = int(counts.sum())
    offsets = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(owners, counts), np.repeat(starts, counts) + offsets


def covering_centres(tree: STRtree, raster: Raster, cells: Ints) -> tuple[Ints, Ints]:
    """Pairs (position in `cells`, polygon) where the polygon contains the centre of the cell."""
    x, y = raster.centres(cells)
    at, covering = tree.query(shapely.points(x, y), predicate="intersects")
    return at.astype(np.int64), covering.astype(np.int64)


def uncrossed_cells(tree: STRtree, raster: Raster, border: Ints) -> tuple[Ints, Ints, Ints]:
    """The polygon of every cell without a border (NOWHERE for the others), and pairs (cell, polygon) where polygons overlap.

    Between two crossed cells of a row nothing can change, so one test serves the whole run.
    """
    size = raster.columns * raster.rows
    is_plain = np.ones(size, dtype=bool)
    is_plain[border] = False
    starts_run = is_plain.copy()
    starts_run[1:] &= ~is_plain[:-1] | (np.arange(1, size) % raster.columns == 0)
    first = np.flatnonzero(starts_run)
    run = np.cumsum(starts_run) - 1
    lengths = np.bincount(run[is_plain], minlength=len(first))
    at, covering = covering_centres(tree, raster, first)
    is_single = (np.bincount(at, minlength=len(first)) == 1)[at]
    answer: Ints = np.full(len(first), NOWHERE, dtype=np.int64)
    answer[at[is_single]] = covering[is_single]
    cells: Ints = np.full(size, NOWHERE, dtype=np.int64)
    cells[is_plain] = answer[run[is_plain]]
    at, covering = at[~is_single], covering[~is_single]
    doubling, doubled = expand(covering, first[at], lengths[at])
    return cells, doubled, doubling


def cells_crossed(polygons: NDArray[Any], raster: Raster) -> tuple[Ints, Ints]:
    """Every (cell, polygon) where a border of the polygon runs through the cell or touches it; may name a pair twice."""
    parts, whole = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    owner = whole[part]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    u = (xy[:, 0] - raster.west) * raster.columns_a_degree
    v = (xy[:, 1] - raster.south) * raster.rows_a_degree
    begins = np.flatnonzero(ring[1:] == ring[:-1])
    u1, u2, v1, v2 = u[begins], u[begins + 1], v[begins], v[begins + 1]
    polygon = owner[ring[begins]]

    low = np.clip(np.floor(np.minimum(v1, v2) - SLACK), 0, raster.rows - 1).astype(np.int64)
    high = np.clip(np.floor(np.maximum(v1, v2) + SLACK), 0, raster.rows - 1).astype(np.int64)
    segment, row = expand(np.arange(len(begins)), low, high - low + 1)
    # Where the segment enters and leaves the row, as shares of its length.
    rise = (v2 - v1)[segment]
    level = np.abs(rise) < SLACK
    steep = np.where(level, 1.0, rise)
    enter = np.where(level, 0.0, np.clip((row - SLACK - v1[segment]) / steep, 0.0, 1.0))
    leave = np.where(level, 1.0, np.clip((row + 1 + SLACK - v1[segment]) / steep, 0.0, 1.0))
    run = (u2 - u1)[segment]
    a, b = u1[segment] + enter * run, u1[segment] + leave * run
    left = np.clip(np.floor(np.minimum(a, b) - SLACK), 0, raster.columns - 1).astype(np.int64)
    right = np.clip(np.floor(np.maximum(a, b) + SLACK), 0, raster.columns - 1).astype(np.int64)
    which, column = expand(np.arange(len(segment)), left, right - left + 1)
    return row[which] * raster.columns + column, polygon[segment[which]]
