"""An invented town as a planner would be given it: lots with households in compounds and blocks, and what is not for living. Pure.

It feeds the demonstration and the measurements. The same arguments give the same town, on integer millimetres.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gezhi.territory.crs import LocalMetres
from gezhi.territory.mesh import Floats, Ints, density, divide
from gezhi.territory.outlines import Land
from gezhi.territory.planner.arranging import faces_of, located, without_slivers
from gezhi.territory.planner.ground import Ground, lay_ground
from gezhi.territory.planner.parcels import Cut, Ring, area_of, dice, share_out
from gezhi.territory.planner.units import Road, Units

MOST_LOTS_A_BLOCK = 120
LOTS_A_BLOCK, DEDICATED_A_COMMUNITY = 17.4, 1.06
# Blocks of one community that are not for living, the river left aside.
MOST_APART = 12


@dataclass(frozen=True, slots=True)
class Quarter:
    """How people live in a block: households a lot, lots behind one wall, how crowded, and how often it is met from the rim to the hub."""

    name: str
    households: tuple[int, int]
    lots: tuple[int, int]
    crowd: float
    rim: float
    hub: float


QUARTERS = (
    Quarter("towers", (50, 130), (3, 8), 120.0, 0.2, 2.5),
    Quarter("slabs", (20, 60), (5, 14), 75.0, 1.0, 4.0),
    Quarter("old lanes", (4, 12), (10, 24), 55.0, 1.5, 4.0),
    Quarter("village", (1, 4), (12, 30), 25.0, 3.0, 0.05),
    Quarter("villas", (1, 2), (15, 40), 12.0, 1.0, 0.3),
)
# How often each sub-type of land that is not for living is met: near the hub, far from it.
SUBTYPES: tuple[tuple[str, float, float], ...] = (
    ("office_building", 5.0, 0.5),
    ("park", 1.5, 3.0),
    ("authority", 3.0, 0.5),
    ("enterprise", 3.0, 3.0),
    ("mountain", 0.3, 5.0),
    ("market", 2.0, 1.0),
    ("school", 2.5, 2.0),
    ("hospital", 1.5, 0.7),
)


@dataclass(frozen=True)
class Settlement:
    """Blocks with their community, their quarter (a place in `QUARTERS`), and the purpose of each: "" where people live."""

    ground: Ground
    quarter: Ints
    community: Ints
    communities: list[str]
    subtype: NDArray[np.str_]


def settle(ground: Ground, shares: Mapping[str, float], rng: np.random.Generator) -> Settlement:
    """Blocks divided among communities, grouped by the first nine digits of their codes, all but the river for living."""
    ground, quarter = peopled(ground, rng)
    codes = sorted(shares)
    streets: dict[str, list[str]] = {}
    for code in codes:
        streets.setdefault(code[:9], []).append(code)
    community = np.zeros(len(ground.mesh.cells), dtype=np.int64)
    everything = np.arange(len(ground.mesh.cells))
    areas = divide(
        ground.mesh, everything, [sum(shares[code] for code in members) for members in streets.values()], rng
    )
    at = 0
    for members, area in zip(streets.values(), areas, strict=True):
        for part in divide(ground.mesh, area, [shares[code] for code in members], rng):
            community[part] = at
            at += 1
    subtype = np.where(ground.is_water, "river", "").astype("<U20")
    return Settlement(ground, quarter, community, codes, subtype)


def peopled(ground: Ground, rng: np.random.Generator) -> tuple[Ground, Ints]:
    """A kind of quarter for each block (towers where it is crowded, villages at the rim), and its share of the people as weights."""
    crowd = density(ground.mesh.centres, ground.mesh.hub, ground.outline.area)
    rank = np.empty(len(crowd))
    rank[np.argsort(crowd, kind="stable")] = np.linspace(0.0, 1.0, len(crowd))
    often = np.array([one.rim + (one.hub - one.rim) * rank for one in QUARTERS])
    reached = np.cumsum(often / often.sum(axis=0), axis=0)
    quarter = np.minimum((rng.uniform(size=len(crowd)) > reached).sum(axis=0), len(QUARTERS) - 1)
    # Blocks are cut so that each holds about as many people; what is built there makes it more or fewer.
    built = (
        np.array([one.crowd for one in QUARTERS])[quarter]
        / (np.array([one.crowd for one in QUARTERS]) @ often)
        * often.sum(axis=0)
    )
    weights = ground.mesh.weights * built * rng.uniform(0.7, 1.4, len(crowd))
    return replace(ground, mesh=replace(ground.mesh, weights=weights / weights.sum())), quarter


def set_apart(
    settlement: Settlement, count: int, rng: np.random.Generator, chosen: NDArray[np.bool_] | None = None
) -> int:
    """Give `count` of the chosen blocks a purpose, few in each community, so that its homes stay connected; how many found no place.

    Writes into the settlement.
    """
    mesh, community, subtype = settlement.ground.mesh, settlement.community, settlement.subtype
    around: dict[int, list[int]] = {}
    for a, b in mesh.edges[mesh.lengths > 0].tolist():
        around.setdefault(a, []).append(b)
        around.setdefault(b, []).append(a)
    far = np.hypot(*(mesh.centres - mesh.hub).T)
    far /= max(far.max(), 1.0)
    homes: dict[int, set[int]] = {}
    for block in np.flatnonzero(subtype == "").tolist():
        homes.setdefault(int(community[block]), set()).add(block)
    used: dict[int, int] = {}
    most = 0
    while count and most < MOST_APART:
        most += 1
        for block in rng.permutation(len(subtype)).tolist():
            at = int(community[block])
            if count == 0:
                break
            if subtype[block] or (chosen is not None and not chosen[block]) or used.get(at, 0) >= most:
                continue
            if len(homes[at]) < 3 or not stays_whole(block, around, homes[at]):
                continue
            taken = {str(subtype[other]) for other in around.get(block, ())}
            often = np.array([near * (1 - far[block]) + rim * far[block] for _, near, rim in SUBTYPES])
            often[[name in taken for name, _, _ in SUBTYPES]] = 0.0
            subtype[block] = SUBTYPES[int(rng.choice(len(SUBTYPES), p=often / often.sum()))][0]
            homes[at].discard(block)
            used[at] = used.get(at, 0) + 1
            count -= 1
    return count


def stays_whole(block: int, around: Mapping[int, Sequence[int]], homes: set[int]) -> bool:
    """Whether the homes around a block still hang together without it."""
    beside = [other for other in around.get(block, ()) if other in homes]
    if len(beside) < 2:
        return bool(beside)
    seen, queue = {beside[0]}, [beside[0]]
    while queue:
        for other in around[queue.pop()]:
            if other in homes and other != block and other not in seen:
                seen.add(other)
                queue.append(other)
    return seen.issuperset(beside)


# --- lots -----------------------------------------------------------------------------------------------------------


@dataclass
class Lots:
    """What was cut so far: ring, block, compound and typical households by lot; and lines between lots, by block face."""

    rings: list[Ring]
    block: list[int]
    compound: list[int]
    typical: list[float]
    whole: list[Cut]
    clipped: list[Any]

    def polygons(self) -> Any:
        """All at once: one by one they would cost more than cutting them."""
        corners = np.array([point for ring in self.rings for point in ring])
        owner = np.repeat(np.arange(len(self.rings)), [len(ring) for ring in self.rings])
        return shapely.polygons(shapely.linearrings(corners, indices=owner))

    def lines(self) -> list[Any]:
        return [*drawn(self.whole), *self.clipped]


def drawn(cuts: Sequence[Cut]) -> Any:
    return shapely.linestrings(np.array([(one.begin, one.end) for one in cuts]).reshape(-1, 2, 2))


def build(
    settlement: Settlement,
    plane: LocalMetres,
    *,
    units: int,
    households: int,
    rng: np.random.Generator,
    chosen: NDArray[np.bool_] | None = None,
) -> tuple[Units, NDArray[Any]]:
    """About `units` units with `households` in all; only in the `chosen` blocks if given (the totals are those of the chosen).

    Beside the units come the blocks that were not chosen, with the vertices that they share with units.
    """
    ground = settlement.ground
    chosen = np.ones(len(ground.mesh.cells), dtype=bool) if chosen is None else chosen
    lots = lay_lots(settlement, chosen, units, households, rng)
    faces = faces_of([*lots.lines(), *shapely.boundary(ground.mesh.cells)], ground.outline)
    inside = shapely.point_on_surface(faces)
    block = located(inside, ground.mesh.cells)
    rest, held = faces[~chosen[block]], chosen[block]
    faces, inside, block = faces[held], inside[held], block[held]
    faces, inside, block = without_slivers(faces, inside, block)
    rings = lots.polygons()
    lot = located(inside, rings, np.array(lots.block), block)
    compound = np.where(lot >= 0, np.array(lots.compound)[lot], -1 - block)
    subtype = settlement.subtype[block]
    typical = np.where((lot >= 0) & (subtype == ""), np.array(lots.typical)[lot], 0.0)
    share = np.minimum(shapely.area(faces) / shapely.area(rings)[lot], 1.0)
    units_built = Units(
        faces,
        rounded_to(typical * share, households, rng),
        settlement.community[block],
        settlement.communities,
        subtype,
        block,
        compound,
        plane,
        [Road(line, name) for line, name in zip(ground.roads, ground.road_names, strict=True)],
    )
    return units_built, rest


def lay_lots(
    settlement: Settlement, chosen: NDArray[np.bool_], units: int, households: int, rng: np.random.Generator
) -> Lots:
    ground = settlement.ground
    random = dice(rng)
    living = np.flatnonzero(chosen & (settlement.subtype == ""))
    quarter = settlement.quarter[living]
    weight = ground.mesh.weights[living]
    people = weight / weight.sum() * households
    a_lot = np.array([(one.households[0] + one.households[1]) / 2 for one in QUARTERS])[quarter]
    counts = lot_counts(people / a_lot, units - int((chosen & (settlement.subtype != "")).sum()))
    lots = Lots([], [], [], [], [], [])
    compound = 0
    for at, block in enumerate(living.tolist()):
        face, ring, kind = ground.mesh.cells[block], ground.rings[block], QUARTERS[quarter[at]]
        part = min(face.area / area_of(ring), 1.0)
        wanted = min(round(int(counts[at]) / part), 3 * MOST_LOTS_A_BLOCK)
        walls, cuts = share_out(ring, max(1, round(wanted / random.uniform(*kind.lots))), random)
        total = sum(area_of(wall) for wall in walls)
        for wall in walls:
            yards, more = share_out(wall, max(1, round(wanted * area_of(wall) / total)), random)
            cuts += more
            for yard in yards:
                lots.rings.append(yard)
                lots.block.append(block)
                lots.compound.append(compound)
                lots.typical.append(random.uniform(*kind.households) * people[at] / (a_lot[at] * max(counts[at], 1)))
            compound += 1
        if part > 0.9999:
            lots.whole += cuts
        else:
            lots.clipped += list(shapely.intersection(drawn(cuts), face))
    return lots


def lot_counts(wished: Floats, total: int) -> Ints:
    """Whole numbers of lots, in proportion to what is wished, that add up to about `total`."""
    low, high = 0.0, 1.0
    while np.clip(wished * high, 1, MOST_LOTS_A_BLOCK).sum() < min(total, len(wished) * MOST_LOTS_A_BLOCK - 1):
        high *= 2
    for _halving in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(wished * middle, 1, MOST_LOTS_A_BLOCK).sum() < total else (low, middle)
    return np.round(np.clip(wished * high, 1, MOST_LOTS_A_BLOCK)).astype(np.int64)


def rounded_to(wished: Floats, total: int, rng: np.random.Generator) -> Ints:
    """Whole households in proportion to what is wished; they add up to `total` where anybody lives at all."""
    if wished.sum() <= 0:
        return np.zeros(len(wished), dtype=np.int64)
    exact = wished / wished.sum() * total
    counts: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact + rng.uniform(0.0, 1e-6, len(exact)), kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


# --- a town of any size ---------------------------------------------------------------------------------------------


def invent(
    outline: Land,
    plane: LocalMetres,
    *,
    units: int = 25_000,
    households: int = 342_000,
    communities: int = 102,
    seed: int,
) -> Units:
    """A town inside `outline` (millimetres of `plane`): what a district's planner begins with."""
    rng = np.random.default_rng([seed, units, communities])
    ground = lay_ground(outline, max(8, round(units / LOTS_A_BLOCK)), dice(rng), has_river=True)
    codes = [f"370103{1 + at // 12:03d}{1 + at % 12:03d}" for at in range(communities)]
    shares = dict(zip(codes, rng.uniform(0.6, 1.4, communities).tolist(), strict=True))
    settlement = settle(ground, shares, rng)
    set_apart(settlement, round(DEDICATED_A_COMMUNITY * communities), rng)
    return build(settlement, plane, units=units, households=households, rng=rng)[0]
