"""Plans that begin filled in: what a plan in force did, undone; or its results, to be drawn further."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from gezhi.territory.codes import level_of
from gezhi.territory.models import Area, Boundary, Plan, PlanArea, PlanChange
from gezhi.territory.outlines import Land
from gezhi.territory.plans import facts_of
from gezhi.territory.wanted import WantedArea, WantedChange


def undoing(plan: Plan) -> list[WantedChange]:
    """The changes that bring the land back to what it was before a plan in force, as far as its areas still stand as it left them.

    What the plan made ends and what it ended comes about again, under new codes: a code that ended is never given twice. Four queries.
    """
    assert plan.effective_on is not None, "in force"
    changes = list(plan.changes.order_by("position").prefetch_related("results"))
    codes = {code for change in changes for code in change.sources}
    before = outlines_before(plan.effective_on, codes)
    areas = {area.code: area for area in Area.objects.filter(code__in=codes).select_related("subtype")}
    made = {result.became for change in changes for result in change.results.all()}
    standing = set(Area.objects.filter(code__in=made, is_active=True).values_list("code", flat=True))
    found = []
    for change in reversed(changes):
        results = [result for result in change.results.all() if result.became in standing]
        if len(results) < len(change.results.all()):
            # A later plan went on from there: what it made is to be corrected first.
            continue
        restored = [as_it_was(areas[code], before[code]) for code in change.sources if code in areas and code in before]
        if one := undone(change, results, restored):
            found.append(one)
    return found


def undone(change: PlanChange, results: list[PlanArea], restored: list[WantedArea]) -> WantedChange | None:
    """The opposite of one change."""
    stands = [result.became for result in results]
    if change.kind == "redraw":
        kept = [area for area in restored if area.code in stands]
        return WantedChange("redraw", [area.code for area in kept], kept) if kept else None
    fresh = [replace(area, code="") for area in restored]
    level = results[0].level if results else ""
    if change.kind == "split" and fresh:
        return WantedChange("merge", stands, fresh)
    if change.kind == "merge" and fresh:
        return WantedChange("split", stands, fresh)
    if change.kind == "create" and level:
        return WantedChange("retire", stands)
    if change.kind == "retire" and fresh:
        return WantedChange("create", [], fresh, level_of(change.sources[0]))
    return None


def going_on(plan: Plan) -> list[WantedChange]:
    """The areas that a plan in force made or drew anew, as they stand, to be drawn further. Three queries."""
    results = PlanArea.objects.filter(change__plan=plan).values_list("became", flat=True)
    areas = list(Area.objects.filter(code__in=list(results), is_active=True).select_related("subtype").order_by("code"))
    outlines = {row.area_id: row.geometry for row in Boundary.objects.current().filter(area__in=areas)}
    by_level: dict[str, list[WantedArea]] = defaultdict(list)
    for area in areas:
        if area.pk in outlines:
            by_level[area.level].append(as_it_was(area, outlines[area.pk]))
    return [WantedChange("redraw", [area.code for area in several], several) for several in by_level.values()]


def outlines_before(day: date, codes: set[str]) -> dict[str, Land]:
    """How areas were drawn until the day before: the version that ended on that day."""
    rows = Boundary.objects.filter(area__code__in=codes, valid_before=day).select_related("area").order_by("pk")
    return {row.area.code: row.geometry for row in rows}


def as_it_was(area: Area, outline: Land) -> WantedArea:
    facts = facts_of(area)
    return WantedArea(
        outline,
        parent=area.parent_id or "",
        code=area.code,
        name=facts.name,
        kind=facts.kind,
        subtype=facts.subtype,
        households=facts.households,
        population=facts.population,
        bounds=facts.bounds,
    )
