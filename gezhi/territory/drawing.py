"""Draws a sketch (示意) of grids inside a given outline, for demonstrations and until the true division is known. Pure.

A town is invented on the land (`planner.town`): roads, a river, blocks, lots with households. Its blocks are divided into
streets and their communities, and the planner divides the homes of each community into grids as it would those of a real
one. So nesting holds by construction, neighbours share every vertex, and borders run along roads. The result depends on
nothing but its arguments.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from gezhi.territory.crs import LocalMetres
from gezhi.territory.mesh import Indivisible, Ints, components
from gezhi.territory.outlines import Land
from gezhi.territory.planner.draft import Draft, draft
from gezhi.territory.planner.graph import Graph
from gezhi.territory.planner.grids import planned
from gezhi.territory.planner.ground import lay_ground
from gezhi.territory.planner.parcels import dice
from gezhi.territory.planner.rules import Effort, SizeRule
from gezhi.territory.planner.town import Settlement, build, rounded_to, set_apart, settle
from gezhi.territory.planner.units import MILLIMETRES, Units, borders_of

Floats = NDArray[np.float64]

BLOCKS_A_GRID, BLOCKS_A_COMMUNITY, LOTS_A_GRID = 2.0, 10, 18
ATTEMPTS = 5
RULE = SizeRule(300, 500)
EFFORT = Effort(trees=3, steps=60, repairs=1, is_exact=False)
# What a sketched grid holds on average; each community's land a little more or less.
AVERAGE_HOUSEHOLDS = (360, 400)
# About 2.6 persons live in a household.
PERSONS_A_HOUSEHOLD = (2.45, 2.75)
# A river needs room: so many grids, and dedicated ones among them.
RIVER_FROM, RIVER_DEDICATED = 100, 0.4
# Land that the river cuts off, and that is smaller than this part of a grid, belongs to the river.
CUT_OFF = 0.5
# Centre and size of the invented district.
SKETCH_LNG, SKETCH_LAT, SKETCH_SQUARE_KM = 116.97, 36.60, 282.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many grids a community gets; at least one residential one. Where a river runs, dedicated ones may lie in a neighbour instead."""

    residential: int
    dedicated: int = 0


@dataclass(frozen=True, slots=True)
class DrawnGrid:
    """`number` counts from 1 inside the community, rows from north to south, each from west to east. `bounds`: east, south, west, north."""

    community: str
    number: int
    kind: Literal["residential", "dedicated"]
    subtype: str
    households: int
    population: int
    outline: Land
    bounds: tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True)
class Drawing:
    """Outlines in degrees (CGCS2000) by code. `district` is what all streets cover, drawn or not."""

    district: Land
    streets: dict[str, Land]
    communities: dict[str, Land]
    grids: list[DrawnGrid]


def draw(
    outline: Land,
    wanted: Mapping[str, Wanted],
    *,
    seed: int,
    only: Collection[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Drawing:
    """Divide `outline` (degrees) among the communities in `wanted` (by 12-digit code), grouped into streets by their codes.

    With `only` (street codes) every street gets its place, but only these are drawn. Lower codes come to lie nearer to the
    busy northern middle. `names` of communities stand in the 四至. Raises ValueError for an empty outline or a community
    without residential grids, `Indivisible` if no attempt succeeds.
    """
    if outline.is_empty or not wanted or any(want.residential < 1 for want in wanted.values()):
        raise ValueError("nothing to draw: an outline and at least one residential grid for each community are needed")
    middle = outline.centroid
    plane = LocalMetres.at(middle.x, middle.y)
    flat = shapely.transform(plane.flatten(outline), lambda xy: np.round(xy * MILLIMETRES))
    sketch = Sketch(valid_land(flat), plane, wanted, only, names or {})
    for attempt in range(ATTEMPTS):
        try:
            return sketch.draw(np.random.default_rng([seed, attempt]), 1.0 + attempt / 2)
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
    land: Land
    plane: LocalMetres
    wanted: Mapping[str, Wanted]
    only: Collection[str] | None
    names: Mapping[str, str]

    def draw(self, rng: np.random.Generator, fineness: float) -> Drawing:
        """One attempt. Raises `Indivisible`."""
        codes = sorted(self.wanted)
        is_drawn = np.array([self.draws(code) for code in codes])
        grids = {code: want.residential + want.dedicated for code, want in self.wanted.items()}
        ground = lay_ground(self.land, self.blocks(fineness), dice(rng), has_river=self.has_river)
        settlement = settle(ground, grids, rng)
        chosen = is_drawn[settlement.community]
        parts = self.set_apart(settlement, chosen, rng)
        counts = self.counts(settlement, parts)
        shared = sum(grids[code] for code, one in zip(codes, is_drawn.tolist(), strict=True) if one)
        units, rest = build(
            settlement, self.plane, units=shared * LOTS_A_GRID, households=shared * AVERAGE_HOUSEHOLDS[0], rng=rng,
            chosen=chosen,
        )  # fmt: skip
        units = with_crumbs_adopted(units, pieces_of(settlement))
        wanted = np.array([counts.get(part, 0) for part in parts[units.block].tolist()], dtype=np.int64)
        for _people in range(ATTEMPTS):
            peopled = self.peopled(units, parts, counts, rng)
            made = draft(peopled, RULE, seed=int(rng.integers(2**40)), effort=EFFORT, wanted=wanted)
            if sum(1 for one in made.members if not one.is_dedicated) == sum(counts.values()):
                return self.drawing(fitted(made, rng), rest, rng)
        raise Indivisible("no division with these counts was found")

    def draws(self, community: str) -> bool:
        return self.only is None or community[:9] in self.only

    @property
    def has_river(self) -> bool:
        residential = sum(want.residential for want in self.wanted.values())
        dedicated = sum(want.dedicated for want in self.wanted.values())
        return residential >= RIVER_FROM and dedicated >= RIVER_DEDICATED * len(self.wanted)

    def blocks(self, fineness: float) -> int:
        grids = sum(want.residential + want.dedicated for want in self.wanted.values())
        return round(max(BLOCKS_A_GRID * grids, BLOCKS_A_COMMUNITY * len(self.wanted)) * fineness)

    def set_apart(self, settlement: Settlement, chosen: NDArray[np.bool_], rng: np.random.Generator) -> Ints:
        """Choose the dedicated blocks, as many as are wanted beside the river; the connected part of homes of each block, -1 for none."""
        parts = homes_of(settlement)
        give_to_the_river(settlement, parts, self.wanted)
        total = sum(want.dedicated for code, want in self.wanted.items() if self.draws(code))
        missing = total - river_grids(settlement, chosen)
        if missing < 0 or set_apart(settlement, missing, rng, chosen):
            raise Indivisible("no room for so many dedicated grids")
        return homes_of(settlement)

    def counts(self, settlement: Settlement, parts: Ints) -> dict[int, int]:
        """How many grids each connected part of the homes to be drawn gets: in proportion to its people, at least one."""
        counts: dict[int, int] = {}
        weights = np.bincount(parts[parts >= 0], weights=settlement.ground.mesh.weights[parts >= 0])
        for at, code in enumerate(settlement.communities):
            if not self.draws(code):
                continue
            own = np.unique(parts[(settlement.community == at) & (parts >= 0)]).tolist()
            if not 0 < len(own) <= self.wanted[code].residential:
                raise Indivisible(f"{len(own)} pieces of homes for {self.wanted[code].residential} grids")
            share = dict.fromkeys(own, 1)
            for _grid in range(self.wanted[code].residential - len(own)):
                share[max(own, key=lambda part: weights[part] / (share[part] + 0.5))] += 1
            counts |= share
        return counts

    def peopled(self, units: Units, parts: Ints, counts: Mapping[int, int], rng: np.random.Generator) -> Units:
        """The same units with as many households in each part as its grids will hold."""
        households = np.zeros(len(units), dtype=np.int64)
        part = np.where(units.subtype == "", parts[units.block], -1)
        for one in np.unique(part[part >= 0]).tolist():
            inside = np.flatnonzero(part == one)
            total = sum(int(rng.integers(*AVERAGE_HOUSEHOLDS, endpoint=True)) for _grid in range(counts[one]))
            households[inside] = rounded_to(np.maximum(units.households[inside], 0.2), total, rng)
        return replace(units, households=households)

    def drawing(self, made: Draft, rest: NDArray[np.object_], rng: np.random.Generator) -> Drawing:
        units = made.units
        street = np.array([code[:9] for code in units.communities])[units.community]
        streets = {code: self.outline(units.outlines[street == code]) for code in np.unique(street).tolist()}
        communities = {
            units.communities[at]: self.outline(units.outlines[units.community == at])
            for at in np.unique(units.community).tolist()
        }
        grids = []
        for grid in planned(made, self.names):
            population = round(grid.households * rng.uniform(*PERSONS_A_HOUSEHOLD))
            kind: Literal["residential", "dedicated"] = "dedicated" if grid.subtype else "residential"
            grids.append(
                DrawnGrid(
                    grid.community,
                    grid.number,
                    kind,
                    grid.subtype,
                    grid.households,
                    population,
                    grid.outline,
                    grid.bounds,
                )
            )
        return Drawing(self.outline(np.concatenate((units.outlines, rest))), streets, communities, grids)

    def outline(self, pieces: NDArray[np.object_]) -> Land:
        """Pieces put together, in degrees, every vertex kept."""
        metres = shapely.transform(shapely.coverage_union_all(pieces), lambda xy: xy / MILLIMETRES)
        land: Land = shapely.orient_polygons(self.plane.unflatten(metres))
        return land


def fitted(made: Draft, rng: np.random.Generator) -> Draft:
    """Where a grid came out too large or too small, its invented people are counted anew: in a sketch all grids fit."""
    households = made.units.households.copy()
    for at, member in enumerate(made.members):
        if not member.is_dedicated and not made.rule.fits(member.size):
            inside = np.flatnonzero(made.grid == at)
            total = int(rng.integers(made.rule.least, made.rule.most, endpoint=True))
            households[inside] = rounded_to(np.maximum(households[inside], 0.2), total, rng)
    return replace(made, units=replace(made.units, households=households))


def homes_of(settlement: Settlement) -> Ints:
    """The connected part of a community's homes to which each block belongs, -1 for blocks that are not for living."""
    return together(settlement, settlement.subtype == "")


def pieces_of(settlement: Settlement) -> Ints:
    """The number of the connected piece of one community and one purpose to which each block belongs."""
    piece = np.zeros(len(settlement.subtype), dtype=np.int64)
    for subtype in np.unique(settlement.subtype):
        members = settlement.subtype == subtype
        piece[members] = together(settlement, members)[members] + int(piece.max()) + 1
    return piece


def with_crumbs_adopted(units: Units, piece_of_block: Ints) -> Units:
    """Whole millimetres may pinch a needle off its piece at the rim: it joins the neighbour with which it shares most."""
    borders = borders_of(units)
    left, right = borders.pairs.T
    block, area = units.block.copy(), shapely.area(units.outlines)
    piece = piece_of_block[block]
    within = borders.pairs[piece[left] == piece[right]]
    part = Graph.of(units.households, within, np.ones(len(within), dtype=np.int64)).pieces()
    areas = np.bincount(part, weights=area)
    largest: dict[int, int] = {}
    for one, of in sorted({(int(one), int(of)) for one, of in zip(part, piece, strict=True)}):
        if of not in largest or areas[one] > areas[largest[of]]:
            largest[of] = one
    is_crumb = ~np.isin(part, list(largest.values()))
    community, subtype = units.community.copy(), units.subtype.copy()
    for _round in range(ATTEMPTS):
        best: dict[int, tuple[float, int]] = {}
        for a, b in ((left, right), (right, left)):
            for at in np.flatnonzero(is_crumb[a] & ~is_crumb[b]).tolist():
                unit = int(a[at])
                best[unit] = max(best.get(unit, (0.0, -1)), (float(borders.lengths[at]), int(b[at])))
        for unit, (_, other) in best.items():
            block[unit], community[unit], subtype[unit] = block[other], community[other], subtype[other]
            is_crumb[unit] = False
    return replace(units, block=block, community=community, subtype=subtype)


def together(settlement: Settlement, members: NDArray[np.bool_]) -> Ints:
    """The number of the connected part, inside one community, of each member block; -1 for others."""
    mesh, community = settlement.ground.mesh, settlement.community
    left, right = mesh.edges.T
    # Bridges between islands have no length and carry nobody.
    held = mesh.edges[members[left] & members[right] & (community[left] == community[right]) & (mesh.lengths > 0)]
    part = np.full(len(members), -1, dtype=np.int64)
    for number, one in enumerate(components(np.flatnonzero(members), held)):
        part[one] = number
    return part


def give_to_the_river(settlement: Settlement, parts: Ints, wanted: Mapping[str, Wanted]) -> None:
    """Homes that the river cut off and that are too few for a grid become part of it. Writes into the settlement."""
    if settlement.ground.river is None:
        return
    weights = settlement.ground.mesh.weights
    for at, code in enumerate(settlement.communities):
        own = parts[(settlement.community == at) & (parts >= 0)]
        sums = {part: float(weights[parts == part].sum()) for part in np.unique(own).tolist()}
        a_grid = sum(sums.values()) / wanted[code].residential
        for part in sorted(sums, key=lambda one: -sums[one])[1:]:
            if sums[part] < CUT_OFF * a_grid:
                settlement.subtype[parts == part] = "river"


def river_grids(settlement: Settlement, chosen: NDArray[np.bool_]) -> int:
    """How many dedicated grids the river makes in the chosen blocks: one for each connected piece in a community."""
    part = together(settlement, (settlement.subtype == "river") & chosen)
    return len(np.unique(part[part >= 0]))


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
