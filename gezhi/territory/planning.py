"""What the database gives a planner, and what a planner makes of it: communities, units from files or from the registers, the draft."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from gezhi.territory.codes import Level
from gezhi.territory.crs import Crs
from gezhi.territory.dictionary import GRID_SUBTYPES
from gezhi.territory.geojson import Outline, read_features
from gezhi.territory.models import Boundary, GridSubtype, PlanningRun, UnitGrid
from gezhi.territory.outline_files import read_outlines, wanted_area
from gezhi.territory.outlines import Land
from gezhi.territory.planner.compose import Composed, compose
from gezhi.territory.planner.draft import Draft, draft
from gezhi.territory.planner.grids import OldGrid, border_statistics, grids_before, planned, write_grids
from gezhi.territory.planner.rebalance import rebalance
from gezhi.territory.planner.rules import QUICK, THOROUGH, SizeRule
from gezhi.territory.planner.search import Halt, Watch
from gezhi.territory.planner.survey import Communities, Survey, take
from gezhi.territory.queries import list_names
from gezhi.territory.wanted import WantedArea

COMMUNITY: Level = "community"
# What is written down of features that were refused, and of grids out of range; how many there are is said beside.
MOST_TOLD = 200
# Less of a cell than this lies in a grid only because the two were drawn by different hands, in square degrees a square degree.
CRUMB = 0.01


def outlines_on_record(within: str = "") -> tuple[dict[str, Land], dict[str, str]]:
    """Outlines in degrees and short names of the active communities that have an outline, by code. One query."""
    names = {known.code: known.short_name for known in list_names(COMMUNITY, within=within)}
    rows = Boundary.objects.current().filter(area__code__in=list(names)).select_related("area").order_by("area__code")
    outlines: dict[str, Land] = {row.area.code: row.geometry for row in rows}
    return outlines, {code: names[code] for code in outlines}


def known_subtypes() -> set[str]:
    """Codes of sub-types: those that every installation begins with, and the district's own."""
    return {row.code for row in GRID_SUBTYPES} | set(GridSubtype.objects.values_list("code", flat=True))


# --- units from the registers ---------------------------------------------------------------------------------------


def grids_on_record(within: str) -> list[Boundary]:
    """The active grids of a subtree with their outlines. One query."""
    rows = Boundary.objects.current().filter(area__level="grid", area__is_active=True, area__code__startswith=within)
    return list(rows.select_related("area__subtype").order_by("area__code"))


def units_on_record(within: str) -> list[Outline]:
    """Units where no file says better: the grids as they are, cut along the unit grids where there are some.

    The households of a grid go to its pieces by their land, which is a guess; nothing finer is known.
    """
    found: list[Outline] = []
    for row in grids_on_record(within):
        area = row.area
        subtype = area.subtype.code if area.subtype else ""
        pieces = [row.geometry] if subtype else pieces_of(row)
        shares = shared_out(area.households or 0, [piece.area for piece in pieces])
        people = shared_out(area.population or 0, [piece.area for piece in pieces])
        for piece, households, persons in zip(pieces, shares, people, strict=True):
            values = {"households": households, "subtype": subtype, "compound": ""}
            if area.population is not None:
                values["population"] = persons
            found.append(Outline(len(found) + 1, values, piece, ""))
    return found


def pieces_of(row: Boundary) -> list[Any]:
    """A grid cut along the cells that lie in it; what no cell covers is a piece of its own."""
    whole = row.geometry
    cells = UnitGrid.objects.current().filter(
        west__lte=row.east, east__gte=row.west, south__lte=row.north, north__gte=row.south
    )
    parts = [whole.intersection(cell.geometry) for cell in cells.order_by("code")]
    parts = [part for part in parts if part.area > whole.area * CRUMB]
    if not parts:
        return [whole]
    rest = whole.difference(shapely.union_all(parts))
    pieces = [*parts, rest] if rest.area > whole.area * CRUMB else parts
    return [one for piece in pieces for one in shapely.get_parts(piece) if one.geom_type == "Polygon"]


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers with this sum, as near to the shares as can be: the largest remainders are rounded up."""
    exact = np.asarray(weights, dtype=float) / (sum(weights) or 1.0) * total
    counts = np.floor(exact).astype(int)
    for at in np.argsort(counts - exact, kind="stable")[: total - int(counts.sum())]:
        counts[at] += 1
    return [int(count) for count in counts]


# --- the draft ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drafted:
    """`grids` is GeoJSON; `outcome` numbers and codes for the page, JSON-able."""

    grids: str
    outcome: dict[str, Any] = field(default_factory=dict)


def divided(run: PlanningRun, *, halt: Halt, watch: Watch) -> Drafted:
    """Work out a run. Raises `NotReadable`, `NoLand`."""
    outlines, names = outlines_on_record(run.scope.code)
    survey = surveyed(run)
    composed = compose(survey, Communities(outlines, names))
    rule = SizeRule(run.least, run.most, "people" if run.counts_people else "households")
    before = [old_grid(row) for row in grids_on_record(run.scope.code)]
    continues: list[OldGrid | None] = []
    told: dict[str, Any] = {}
    if run.kind == PlanningRun.Kind.REBALANCE and before:
        old = grids_before(composed.units, before)
        done = rebalance(composed.units, rule, old, seed=run.seed, halt=halt, watch=watch)
        made = done.draft
        continues = [before[at] if at >= 0 else None for at in done.continues]
        told = {"moved": done.moved, "unavoidable": done.unavoidable}
    else:
        effort = QUICK if run.is_quick else THOROUGH
        made = draft(composed.units, rule, seed=run.seed, effort=effort, halt=halt, watch=watch)
    refused = [*survey.refused, *composed.refused]
    told |= numbers_of(made, composed) | {
        "refused": [[one.file, one.position, one.reason] for one in refused[:MOST_TOLD]],
        "refused_count": len(refused),
        "is_stopped": halt.is_asked,
    }
    return Drafted(write_grids(planned(made, names, continues)), told)


def surveyed(run: PlanningRun) -> Survey:
    survey, crs, known = Survey(), Crs(run.crs_in), known_subtypes()
    if run.source == PlanningRun.Source.REGISTERS:
        take(survey, "", units_on_record(run.scope.code), Crs.CGCS2000, known)
        return survey
    for file in run.files.order_by("position"):
        outlines, own = read_outlines(file.name, bytes(file.data))
        take(survey, file.name, outlines, own or crs, known)
    return survey


def old_grid(row: Boundary) -> OldGrid:
    code = row.area.code
    return OldGrid(code, code[:-3], int(code[-3:]), row.geometry)


def numbers_of(made: Draft, composed: Composed) -> dict[str, Any]:
    homes = [one for one in made.members if not one.is_dedicated]
    lengths = border_statistics(made)
    wrong = made.out_of_range
    return {
        "units": len(made.units),
        "homes": len(homes),
        "fitting": len(homes) - len(wrong),
        "dedicated": len(made.members) - len(homes),
        "road": round(lengths.along_roads),
        "wall": round(lengths.along_walls),
        "through": round(lengths.through_lots),
        "compactness": round(lengths.compactness, 3),
        "exceptions": [[made.units.communities[one.community], one.size, one.reason] for one in wrong[:MOST_TOLD]],
        "exception_count": len(wrong),
        "dangles": [[round(value, 6) for value in line.coords[-1]] for line in composed.dangles[:MOST_TOLD]],
    }


def wanted_of(run: PlanningRun) -> list[WantedArea]:
    """The grids of a finished run as a plan wants them."""
    return [wanted_area(outline) for outline in read_features(run.grids.encode())]
