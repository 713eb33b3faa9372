"""From a finished division to the changes that lead there: which grid goes on under its code, which ends, which is new. Pure.

A grid goes on as the new one that shares most land with it, if that is at least half of either; what is drawn exactly as before is not
mentioned at all. So a plan moves as few codes as it can, whether it comes from the planner or from a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gezhi.territory.coverage import Lattice
from gezhi.territory.coverage.lattice import Shapes
from gezhi.territory.outlines import Land
from gezhi.territory.redivision.pieces import Piece
from gezhi.territory.wanted import WantedArea, WantedChange

# Of the smaller of two outlines: less land in common, and the one is not the other any more.
SAME = 0.5
# Corners nearer than so many millimetres are one corner: other programs round on other planes.
NEAR = 3.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Positions of an old and a new grid, and the land that they share, in square metres."""

    old: int
    new: int
    common: float


def changes_towards(
    before: Sequence[Piece], after: Sequence[WantedArea], communities: dict[str, Land], lattice: Lattice
) -> list[WantedChange]:
    """The changes that make the grids `after` of the grids `before`. Both lie in `communities` (outlines in degrees by code).

    The community of a new grid is the one in which its middle lies; one in none of them keeps the parent that it says.
    """
    old = lattice.flat(np.array([piece.outline for piece in before], dtype=object))
    new = lattice.flat(np.array([area.geometry for area in after], dtype=object))
    around = lattice.flat(np.array([communities[code] for code in sorted(communities)], dtype=object))
    new = aligned(new, np.concatenate((old, around)))
    after = [replace(area, geometry=lattice.unflat(outline)) for area, outline in zip(after, new, strict=True)]
    parents = parents_of(new, after, communities, lattice)
    pairs = matched(before, after, parents, old, new)
    goes_on = {pair.old: pair.new for pair in pairs}
    redrawn = [
        replace(after[there], code=before[here].code, parent=parents[there])
        for here, there in sorted(goes_on.items())
        if not is_same(before[here], after[there], old[here], new[there])
    ]
    changes = []
    if redrawn:
        changes.append(WantedChange("redraw", [area.code for area in redrawn], redrawn))
    changes += [WantedChange("retire", [piece.code]) for here, piece in enumerate(before) if here not in goes_on]
    continued = set(goes_on.values())
    changes += [
        WantedChange("create", [], [replace(area, code="", parent=parents[there])])
        for there, area in enumerate(after)
        if there not in continued
    ]
    return changes


def aligned(new: Shapes, known: Shapes) -> Shapes:
    """The same outlines, with the corners of what stands where they come within a few millimetres of one: so that what isn't touched still fits."""
    corners = np.unique(shapely.get_coordinates(known), axis=0)
    if not len(new) or not len(corners):
        return new
    tree = shapely.STRtree(np.asarray(shapely.points(corners), dtype=object))

    def pulled(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        vertex, corner = tree.query_nearest(shapely.points(xy), max_distance=NEAR, all_matches=False)
        found = xy.copy()
        found[vertex] = corners[corner]
        return found

    moved: Shapes = shapely.transform(new, pulled)
    return np.where(shapely.is_valid(moved), moved, new)


def parents_of(new: Shapes, after: Sequence[WantedArea], communities: dict[str, Land], lattice: Lattice) -> list[str]:
    codes = sorted(communities)
    around = lattice.flat(np.array([communities[code] for code in codes], dtype=object))
    middles = shapely.point_on_surface(new)
    found = [area.parent for area in after]
    if codes:
        point, inside = shapely.STRtree(around).query(middles, predicate="intersects")
        for at, which in zip(point.tolist(), inside.tolist(), strict=True):
            found[at] = codes[which]
    return found


def matched(
    before: Sequence[Piece], after: Sequence[WantedArea], parents: Sequence[str], old: Shapes, new: Shapes
) -> list[Pair]:
    """Who goes on as whom: by the land they share, the most first; only inside a community and for one purpose."""
    if not len(old) or not len(new):
        return []
    here, there = shapely.STRtree(new).query(old, predicate="intersects")
    common = shapely.area(shapely.intersection(old[here], new[there]))
    least = np.minimum(shapely.area(old[here]), shapely.area(new[there])) * SAME
    candidates = [
        Pair(one, other, float(land))
        for one, other, land, enough in zip(here.tolist(), there.tolist(), common, least, strict=True)
        if land >= enough
        and before[one].parent == parents[other]
        and (before[one].facts.kind, before[one].facts.subtype) == purpose_of(after[other])
    ]
    pairs: list[Pair] = []
    taken: set[int] = set()
    given: set[int] = set()
    for pair in sorted(candidates, key=lambda pair: (-pair.common, before[pair.old].code, pair.new)):
        if pair.old not in taken and pair.new not in given:
            taken.add(pair.old)
            given.add(pair.new)
            pairs.append(pair)
    return pairs


def purpose_of(area: WantedArea) -> tuple[str, str]:
    return area.kind or "residential", area.subtype


def is_same(piece: Piece, area: WantedArea, old: Land, new: Land) -> bool:
    """Nothing would change: neither the land nor what is said of it."""
    facts = piece.facts
    said = [(area.households, facts.households), (area.population, facts.population), (area.name, facts.name)]
    is_moved = old.symmetric_difference(new).area > NEAR * old.length
    return not is_moved and all(wanted in (None, "", known) for wanted, known in said)
