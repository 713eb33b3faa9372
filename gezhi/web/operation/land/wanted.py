"""From what a form says to the changes that a plan wants."""

from dataclasses import replace

from django.utils.translation import gettext as _

from gezhi.kernel.refusals import Refused
from gezhi.territory.actions.boundaries import outline_or_refuse
from gezhi.territory.codes import Level
from gezhi.territory.crs import Crs
from gezhi.territory.geojson import Outline
from gezhi.territory.models import Boundary, Plan
from gezhi.territory.outline_files import wanted_area
from gezhi.territory.outlines import Land
from gezhi.territory.plans import land_of, lattice, united
from gezhi.territory.redivided import changes_towards
from gezhi.territory.redivision.pieces import ABOVE
from gezhi.territory.wanted import WantedArea, WantedChange
from gezhi.web.operation.land.forms import ChangeForm


def wanted_from(form: ChangeForm, plan: Plan) -> tuple[list[WantedChange], Crs]:
    """The changes, and the system of their outlines. Raises `Refused`."""
    given = form.cleaned_data
    if form.kind == "merge":
        result = WantedArea(united(given["areas"]), name=given["name"])
        return [WantedChange("merge", given["areas"], [result])], Crs.CGCS2000
    if form.kind == "retire":
        return [WantedChange("retire", [given["area"]])], Crs.CGCS2000
    outlines, own = given["file"]
    crs = own or Crs(given["crs"])
    is_converted = form.kind in ("whole", "create")
    return from_file(form, outlines, crs, plan), Crs.CGCS2000 if is_converted else crs


def from_file(form: ChangeForm, outlines: list[Outline], crs: Crs, plan: Plan) -> list[WantedChange]:
    areas = [wanted_area(outline) for outline in outlines]
    match form.kind:
        case "split":
            # A part takes a code of its own; that of the file is perhaps the old one.
            return [WantedChange("split", [form.cleaned_data["area"]], [replace(one, code="") for one in areas])]
        case "redraw":
            if any(not area.code for area in areas):
                raise Refused("no_code", _("每个要素都要有属性“编码”（code），指明是哪个区域。"), field="file")
            return [WantedChange("redraw", [area.code for area in areas], areas)]
        case "create":
            return [created(area, crs, form, plan) for area in areas]
        case _:
            return compared(areas, crs, plan)


def created(area: WantedArea, crs: Crs, form: ChangeForm, plan: Plan) -> WantedChange:
    """A new area; its parent is the one that was chosen, that of the file, or the one in which it lies."""
    outline = outline_or_refuse(area.geometry, crs)
    parent = form.cleaned_data["parent"] or area.parent or parent_at(outline, form.level, plan)
    return WantedChange("create", [], [replace(area, geometry=outline, parent=parent)], form.level)


def parent_at(outline: Land, level: Level, plan: Plan) -> str:
    """The area one level up, inside the scope of the plan, that holds the middle of an outline. Raises `Refused`."""
    rows = Boundary.objects.current().filter(area__level=ABOVE[level], area__is_active=True)
    middle = outline.representative_point()
    for row in rows.filter(area__code__startswith=plan.scope.code).select_related("area"):
        if row.geometry.covers(middle):
            return row.area.code
    raise Refused(
        "outside",
        _("看不出它属于哪个上级：图形不在方案范围内的任何上级区域里。请核对坐标系，或者选定上级。"),
        field="file",
    )


def compared(areas: list[WantedArea], crs: Crs, plan: Plan) -> list[WantedChange]:
    """A whole division against the grids that stand in the communities which it touches."""
    ours = [replace(area, geometry=outline_or_refuse(area.geometry, crs)) for area in areas]
    land = land_of(plan.scope.code)
    communities: dict[str, Land] = {
        piece.code: piece.outline for piece in land.values() if piece.level == "community" and piece.outline is not None
    }
    touched = {
        code
        for code, outline in communities.items()
        if any(outline.covers(area.geometry.representative_point()) for area in ours)
    }
    if not touched:
        raise Refused("outside", _("文件里的图形不在方案范围内的任何社区里。"), field="file")
    before = [
        piece
        for piece in land.values()
        if piece.level == "grid" and piece.parent in touched and piece.outline is not None
    ]
    return changes_towards(before, ours, {code: communities[code] for code in touched}, lattice())
