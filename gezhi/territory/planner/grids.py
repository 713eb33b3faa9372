"""A draft as people read it: outlines, numbers, 四至, and what each grid holds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from gezhi.territory.codes import LAST_GRID, LENGTHS, grid_code, grid_number
from gezhi.territory.dictionary import GRID_SUBTYPES
from gezhi.territory.geojson import Outline, write_features
from gezhi.territory.mesh import Ints
from gezhi.territory.numbering import reading_order
from gezhi.territory.outlines import Land
from gezhi.territory.planner.arranging import located
from gezhi.territory.planner.draft import Draft, Reason
from gezhi.territory.planner.units import MILLIMETRES, ROAD, THROUGH, WALL, Road, Units

# A border within so many millimetres of a road or river with a name runs along it.
ALONG = 15_000.0
# A tenth of a millimetre, so that the way back gives the same whole millimetres.
DECIMALS = 9
EDGE = "辖区边界"
SIDES = ("east", "south", "west", "north")
SUBTYPE_NAMES = {row.code: row.name for row in GRID_SUBTYPES}


@dataclass(frozen=True, slots=True)
class OldGrid:
    """A grid as it was: `number` 0 where it has none."""

    code: str
    community: str
    number: int
    outline: Land


@dataclass(frozen=True, slots=True)
class PlannedGrid:
    """`number` counts from 1 inside the community, dedicated grids among the others. `bounds` is the 四至: east, south, west, north.

    `continues` is the code (or name) of the old grid that this one goes on from, after a rebalance.
    """

    community: str
    number: int
    subtype: str
    households: int
    population: int | None
    size: int
    is_in_range: bool
    reason: Reason
    outline: Land
    bounds: tuple[str, str, str, str]
    continues: str = ""

    @property
    def kind(self) -> str:
        return "dedicated" if self.subtype else "residential"

    @property
    def code(self) -> str:
        """Fifteen digits, if the community has a code at all."""
        is_code = self.community.isdigit() and len(self.community) == LENGTHS["community"]
        return grid_code(self.community, self.number) if is_code and self.number <= LAST_GRID else ""


@dataclass(frozen=True, slots=True)
class BorderStatistics:
    """Metres of border between residential grids of one community, and what they cost in metres of wall."""

    along_roads: float
    along_walls: float
    through_lots: float
    cost: float
    compactness: float


def border_statistics(draft: Draft) -> BorderStatistics:
    """Compactness is the mean of 4πA/P² over residential grids: 1 for a circle."""
    borders, units = draft.borders, draft.units
    left, right = borders.pairs.T
    lived_in = units.subtype == ""
    cut = (
        lived_in[left]
        & lived_in[right]
        & (units.community[left] == units.community[right])
        & (draft.grid[left] != draft.grid[right])
    )
    roads, walls, lots = (float(borders.lengths[cut & (borders.kind == kind)].sum()) for kind in (ROAD, WALL, THROUGH))
    round_ones = [
        4 * np.pi * land.area / land.length**2
        for land, member in zip(outlines_of(draft), draft.members, strict=True)
        if not member.is_dedicated
    ]
    cost = float(borders.costs[cut].sum()) / (WALL * MILLIMETRES)
    return BorderStatistics(roads, walls, lots, cost, float(np.mean(round_ones)) if round_ones else 0.0)


def outlines_of(draft: Draft) -> list[Land]:
    """The outline of each grid, in millimetres, every vertex kept; in several parts only where its land is."""
    order = np.argsort(draft.grid, kind="stable")
    groups = np.split(
        draft.units.outlines[order], np.cumsum(np.bincount(draft.grid, minlength=len(draft.members)))[:-1]
    )
    outlines: list[Any] = [shapely.orient_polygons(shapely.coverage_union_all(group)) for group in groups]
    return outlines


def numbers_of(draft: Draft, outlines: Sequence[Land]) -> list[int]:
    """Inside each community from west to east and north to south."""
    centres = shapely.get_coordinates(shapely.centroid(np.array(outlines, dtype=object)))
    community = np.array([member.community for member in draft.members])
    numbers = [0] * len(outlines)
    for one in np.unique(community):
        inside = np.flatnonzero(community == one)
        for number, at in enumerate(reading_order(centres[inside]), start=1):
            numbers[int(inside[at])] = number
    return numbers


def planned(
    draft: Draft, names: Mapping[str, str] | None = None, continues: Sequence[OldGrid | None] = ()
) -> list[PlannedGrid]:
    """All grids by community and number, outlines in degrees. `names` are the communities' names by code, for the 四至.

    A grid that `continues` an old one of its community keeps its number; others are numbered after the highest.
    """
    outlines = outlines_of(draft)
    numbers = kept_numbers(draft, numbers_of(draft, outlines), continues)
    bounds = bounds_of(draft, numbers, names or {})
    units = draft.units
    households = np.bincount(draft.grid, weights=units.households, minlength=len(outlines)).astype(int)
    people = None if units.people is None else np.bincount(draft.grid, weights=units.people, minlength=len(outlines))
    grids = []
    for at, member in enumerate(draft.members):
        metres = shapely.transform(outlines[at], lambda xy: xy / MILLIMETRES)
        old = continues[at] if continues else None
        grids.append(
            PlannedGrid(
                units.communities[member.community], numbers[at], member.subtype, int(households[at]),
                None if people is None else round(float(people[at])), member.size,
                member.is_dedicated or draft.rule.fits(member.size), member.reason,
                units.plane.unflatten(metres), bounds[at], old.code if old else "",
            )
        )  # fmt: skip
    return sorted(grids, key=lambda grid: (grid.community, grid.number))


def kept_numbers(draft: Draft, numbers: Sequence[int], continues: Sequence[OldGrid | None]) -> list[int]:
    """The old number where a grid goes on from one of its community; the others in their order after the highest old number."""
    if not any(continues):
        return list(numbers)
    highest: dict[int, int] = {}
    result = [0] * len(numbers)
    for at, (member, old) in enumerate(zip(draft.members, continues, strict=True)):
        if old is not None and old.number and old.community == draft.units.communities[member.community]:
            result[at] = old.number
            highest[member.community] = max(highest.get(member.community, 0), old.number)
    for at in sorted(range(len(numbers)), key=lambda at: numbers[at]):
        if not result[at]:
            community = draft.members[at].community
            highest[community] = highest.get(community, 0) + 1
            result[at] = highest[community]
    return result


# --- 四至 ------------------------------------------------------------------------------------------------------------


class Edges(NamedTuple):
    """Straight pieces of border, each seen from the grid on its left: begin, end, that grid, and the grid beyond (-1: none)."""

    begin: NDArray[np.float64]
    end: NDArray[np.float64]
    grid: Ints
    beyond: Ints


def edges_of(draft: Draft) -> Edges:
    rings, owner = shapely.get_rings(shapely.orient_polygons(draft.units.outlines), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero(ring[1:] == ring[:-1])
    _, vertex = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
    width = int(vertex.max(initial=0)) + 1
    there, back = vertex[first] * width + vertex[first + 1], vertex[first + 1] * width + vertex[first]
    grid = draft.grid[owner[ring[first]]]
    order = np.argsort(there, kind="stable")
    at = np.minimum(np.searchsorted(there[order], back), len(order) - 1)
    twin = order[at]
    beyond = np.where(there[twin] == back, grid[twin], -1)
    is_border = beyond != grid
    return Edges(xy[first[is_border]], xy[first[is_border] + 1], grid[is_border], beyond[is_border])


def bounds_of(draft: Draft, numbers: Sequence[int], names: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """What each grid meets on its sides: the road or river with a name along which most of the side runs, else the neighbour."""
    edges = edges_of(draft)
    run = edges.end - edges.begin
    length = np.hypot(*run.T)
    # The land lies on the left, so what is outside lies to the right of the way: (dy, -dx).
    side = np.where(
        np.abs(run[:, 1]) >= np.abs(run[:, 0]), np.where(run[:, 1] > 0, 0, 2), np.where(run[:, 0] > 0, 1, 3)
    )
    along = nearest_names(edges, [road for road in draft.units.roads if road.name])
    labels, label = np.unique(
        [name or f"\0{beyond}" for name, beyond in zip(along, edges.beyond.tolist(), strict=True)], return_inverse=True
    )
    place = (edges.grid * 4 + side) * len(labels) + label
    found, back = np.unique(place, return_inverse=True)
    total = np.bincount(back, weights=length)
    best: dict[int, tuple[float, str]] = {}
    for key, metres in zip(found.tolist(), total.tolist(), strict=True):
        where, which = divmod(key, len(labels))
        best[where] = max(best.get(where, (0.0, "")), (metres, str(labels[which])))
    # A pointed shape may have no side that faces that way: there its outermost edge counts.
    middle = (edges.begin + edges.end) / 2
    for side_at, far in enumerate((middle[:, 0], -middle[:, 1], -middle[:, 0], middle[:, 1])):
        for edge in np.lexsort((far, edges.grid)).tolist():
            where = int(edges.grid[edge]) * 4 + side_at
            if best.get(where, (0.0, ""))[0] <= 0.0:
                best[where] = (0.0, str(labels[label[edge]]))
    return [
        tuple(named(best[at * 4 + side_at][1], draft, at, numbers, names) for side_at in range(4))  # type: ignore[misc]
        for at in range(len(draft.members))
    ]


def nearest_names(edges: Edges, roads: Sequence[Road]) -> list[str]:
    """The name of the road or river that runs along each edge, or ""."""
    names = [""] * len(edges.grid)
    if not roads:
        return names
    middle = shapely.points((edges.begin + edges.end) / 2)
    tree = shapely.STRtree([road.line for road in roads])
    edge, road = tree.query_nearest(middle, max_distance=ALONG, all_matches=False)
    for at, which in zip(edge.tolist(), road.tolist(), strict=True):
        names[at] = roads[which].name
    return names


def named(label: str, draft: Draft, grid: int, numbers: Sequence[int], names: Mapping[str, str]) -> str:
    """A label as officials write it; a neighbour is named by what it is, or by its community if that is another."""
    if not label.startswith("\0"):
        return label
    beyond = int(label[1:])
    if beyond < 0:
        return EDGE
    member, here = draft.members[beyond], draft.members[grid]
    if member.subtype == "river":
        return SUBTYPE_NAMES["river"]
    if member.community != here.community:
        code = draft.units.communities[member.community]
        return names.get(code, code)
    return f"第{numbers[beyond]}网格"


# --- files ----------------------------------------------------------------------------------------------------------


def write_grids(grids: Sequence[PlannedGrid]) -> str:
    """GeoJSON in CGCS2000 degrees; properties are named like the columns of an area."""
    return write_features([properties_of(grid) for grid in grids], [grid.outline for grid in grids], decimals=DECIMALS)


def properties_of(grid: PlannedGrid) -> dict[str, Any]:
    return {
        "code": grid.code,
        "community": grid.community,
        "number": grid.number,
        "kind": grid.kind,
        "subtype": grid.subtype,
        "households": grid.households,
        "population": grid.population,
        "is_in_range": grid.is_in_range,
        "reason": grid.reason,
        "continues": grid.continues,
        **{f"bounds_{side}": text for side, text in zip(SIDES, grid.bounds, strict=True)},
    }


def old_grids(features: Sequence[Outline]) -> list[OldGrid]:
    """Grids of an earlier draft, or as they were exported: polygons with a code, or with community and number."""
    grids = []
    for feature in features:
        values = feature.properties
        if not isinstance(feature.geometry, Polygon | MultiPolygon):
            continue
        code = str(values.get("code") or "")
        is_code = code.isdigit() and len(code) == LENGTHS["grid"]
        community = code[: LENGTHS["community"]] if is_code else str(values.get("community") or "")
        number = grid_number(code) if is_code else int(values.get("number") or 0)
        grids.append(OldGrid(code or f"{community}-{number}", community, number, feature.geometry))
    return grids


def grids_before(units: Units, grids: Sequence[OldGrid]) -> Ints:
    """The old grid in which each unit lies, as a place in `grids`; -1 for none."""
    metres = units.plane.flatten(np.array([grid.outline for grid in grids], dtype=object))
    shapes = shapely.transform(metres, lambda xy: xy * MILLIMETRES)
    return located(shapely.point_on_surface(units.outlines), shapes)
