"""Draws a sketch (示意) of grids inside a given outline, for demonstrations and until the true division is known. Pure.

The land is cut into small cells (`mesh`), which are divided into streets, their communities and their grids: so nesting
holds by construction, and neighbours share every vertex. The result depends on nothing but its arguments.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from gezhi.territory.crs import LocalMetres
from gezhi.territory.mesh import MILLIMETRES, Indivisible, Ints, Mesh, divide, make_mesh
from gezhi.territory.numbering import reading_order

Floats = NDArray[np.float64]
Land = Polygon | MultiPolygon

CELLS_A_GRID = 7
ATTEMPTS = 4
FEWEST_HOUSEHOLDS, MOST_HOUSEHOLDS = 300, 500
# About 2.6 persons live in a household.
PERSONS_A_HOUSEHOLD = (2.45, 2.75)
# How often each sub-type of dedicated grid is met: near the hub, far from it.
SUBTYPES: tuple[tuple[str, float, float], ...] = (
    ("office_building", 5.0, 0.5),
    ("park", 1.5, 3.0),
    ("authority", 3.0, 0.5),
    ("enterprise", 3.0, 3.0),
    ("river", 0.7, 2.0),
    ("mountain", 0.3, 5.0),
    ("market", 2.0, 1.0),
    ("school", 2.5, 2.0),
    ("hospital", 1.5, 0.7),
)
# Centre and size of the invented district.
SKETCH_LNG, SKETCH_LAT, SKETCH_SQUARE_KM = 116.97, 36.60, 282.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many grids a community gets; at least one in all."""

    residential: int
    dedicated: int = 0


@dataclass(frozen=True, slots=True)
class DrawnGrid:
    """`number` counts from 1 inside the community, rows from north to south, each from west to east."""

    community: str
    number: int
    kind: Literal["residential", "dedicated"]
    subtype: str
    households: int
    population: int
    outline: Land


@dataclass(frozen=True)
class Drawing:
    """Outlines in degrees (CGCS2000) by code. `district` is what all streets cover, drawn or not."""

    district: Land
    streets: dict[str, Land]
    communities: dict[str, Land]
    grids: list[DrawnGrid]


def draw(outline: Land, wanted: Mapping[str, Wanted], *, seed: int, only: Collection[str] | None = None) -> Drawing:
    """Divide `outline` (degrees) among the communities in `wanted` (by 12-digit code), grouped into streets by their codes.

    With `only` (street codes) every street gets its place, but only these are drawn. Lower codes come to lie nearer to the
    busy northern middle. Raises ValueError for an empty outline or a community without grids, `Indivisible` if no cut succeeds.
    """
    if outline.is_empty or not wanted or any(want.residential + want.dedicated < 1 for want in wanted.values()):
        raise ValueError("nothing to draw: an outline and at least one grid for each community are needed")
    middle = outline.centroid
    plane = LocalMetres.at(middle.x, middle.y)
    flat = shapely.transform(plane.flatten(outline), lambda xy: np.round(xy * MILLIMETRES))
    flat = valid_land(flat)
    grids = sum(want.residential + want.dedicated for want in wanted.values())
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, attempt])
        mesh = make_mesh(flat, max(40, grids * CELLS_A_GRID * (2 + attempt) // 2), rng)
        try:
            return Sketch(mesh, plane, rng).draw(wanted, only)
        except Indivisible:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def valid_land(land: Land) -> Land:
    """Rounding to millimetres may pinch a needle of the outline: mend it and keep what has an area."""
    mended = shapely.make_valid(land, method="structure", keep_collapsed=False)
    assert isinstance(mended, Polygon | MultiPolygon)
    return mended


@dataclass(frozen=True)
class Sketch:
    mesh: Mesh
    plane: LocalMetres
    rng: np.random.Generator

    def draw(self, wanted: Mapping[str, Wanted], only: Collection[str] | None) -> Drawing:
        by_street: dict[str, dict[str, int]] = {}
        for code in sorted(wanted):
            by_street.setdefault(code[:9], {})[code] = wanted[code].residential + wanted[code].dedicated
        everything = np.arange(len(self.mesh.cells))
        areas = divide(self.mesh, everything, [sum(sizes.values()) for sizes in by_street.values()], self.rng)
        drawing = Drawing(self.outline(everything), {}, {}, [])
        for (street, sizes), area in zip(by_street.items(), areas, strict=True):
            if only is not None and street not in only:
                continue
            drawing.streets[street] = self.outline(area)
            for code, part in zip(sizes, divide(self.mesh, area, list(sizes.values()), self.rng), strict=True):
                drawing.communities[code] = self.outline(part)
                drawing.grids.extend(self.grids(code, part, wanted[code]))
        return drawing

    def grids(self, community: str, area: Ints, wanted: Wanted) -> list[DrawnGrid]:
        count = wanted.residential + wanted.dedicated
        parts = divide(self.mesh, area, self.rng.uniform(0.8, 1.25, count).tolist(), self.rng)
        centres = np.array(
            [np.average(self.mesh.centres[part], axis=0, weights=self.mesh.weights[part]) for part in parts]
        )
        dedicated = set(self.rng.choice(count, wanted.dedicated, replace=False).tolist())
        grids = []
        for number, at in enumerate(reading_order(centres), start=1):
            outline = self.outline(parts[at])
            if at in dedicated:
                grids.append(DrawnGrid(community, number, "dedicated", self.subtype(centres[at]), 0, 0, outline))
                continue
            households = int(self.rng.integers(FEWEST_HOUSEHOLDS, MOST_HOUSEHOLDS, endpoint=True))
            population = round(households * self.rng.uniform(*PERSONS_A_HOUSEHOLD))
            grids.append(DrawnGrid(community, number, "residential", "", households, population, outline))
        return grids

    def subtype(self, centre: Floats) -> str:
        """Towers and offices in the middle, hills and rivers at the rim."""
        reach = np.hypot(*(self.mesh.centres - self.mesh.hub).T).max()
        far = float(np.hypot(*(centre - self.mesh.hub))) / reach
        weights = np.array([near * (1 - far) + remote * far for _, near, remote in SUBTYPES])
        return SUBTYPES[int(self.rng.choice(len(SUBTYPES), p=weights / weights.sum()))][0]

    def outline(self, cells: Ints) -> Land:
        metres = shapely.transform(self.mesh.dissolve(cells), lambda xy: xy / MILLIMETRES)
        land: Land = self.plane.unflatten(metres)
        return land


def spread(total: int, parts: int, rng: np.random.Generator, *, least: int = 0) -> list[int]:
    """`total` split at random, yet rather evenly, into `parts` whole numbers of at least `least`. Raises ValueError if it can't be."""
    rest = total - least * parts
    if parts < 1 or rest < 0:
        raise ValueError(f"{total} can't be split into {parts} parts of at least {least}")
    shares = rng.uniform(0.5, 1.5, parts)
    exact = shares / shares.sum() * rest
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: rest - int(counts.sum())]] += 1
    return [int(count) + least for count in counts]


def sketch_outline(
    square_km: float = SKETCH_SQUARE_KM, *, lng: float = SKETCH_LNG, lat: float = SKETCH_LAT, seed: int = 7
) -> Polygon:
    """An invented district: a smooth irregular outline in degrees, longer from north to south, of the given area."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0.0, 2 * np.pi, 360, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 9):
        radius += rng.normal(0.0, 0.3 / wave) * np.cos(wave * angle + rng.uniform(0.0, 2 * np.pi))
    xy = np.column_stack((0.85 * radius * np.cos(angle), 1.15 * radius * np.sin(angle)))
    shape = Polygon(xy)
    xy *= (square_km * 1e6 / shape.area) ** 0.5
    outline: Polygon = LocalMetres.at(lng, lat).unflatten(Polygon(xy))
    return outline


def sizes(communities: Sequence[str], residential: int, dedicated: int, *, seed: int) -> dict[str, Wanted]:
    """Grid counts for communities: every one has at least one residential grid. Raises ValueError if there are too few."""
    rng = np.random.default_rng(seed)
    homes = spread(residential, len(communities), rng, least=1)
    others = spread(dedicated, len(communities), rng)
    return {code: Wanted(home, other) for code, home, other in zip(communities, homes, others, strict=True)}
