"""Files taken in: areas, outlines, old grids, resources, unit grids. Tried first if one likes; every row that is refused is told with its place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import NoWorkbook, read_lines, typed_text
from gezhi.territory.access import EDIT
from gezhi.territory.actions import (
    LegacyRow,
    NewBoundary,
    ResourceRow,
    import_areas,
    import_legacy_grids,
    import_resources,
    import_unit_grids,
    rehearse,
    set_boundaries,
)
from gezhi.territory.area_rows import UnreadableFile, read_area_rows
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area
from gezhi.territory.outline_files import text_of
from gezhi.territory.spreadsheets import MOST_ROWS, read_workbook
from gezhi.territory.unit_grids import rows_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.forms import ImportForm, bytes_of, outlines_of
from gezhi.web.operation.land.legacy import departments
from gezhi.web.operation.land.page import for_land, show

MOST_TOLD = 500
KINDS: dict[str, tuple[Any, Any]] = {
    "areas": (
        gettext_lazy("区域名册"),
        gettext_lazy(
            "Excel 或 CSV，一行一个区域。必有“编码”“名称”，可有上级编码、级别、类别、类型、户数、人口、"
            "东至、南至、西至、北至。就是区域列表导出的样子。"
        ),
    ),
    "boundaries": (
        gettext_lazy("区域边界"),
        gettext_lazy(
            "GeoJSON、GeoPackage 或 Shapefile（ZIP），一个要素一个区域，属性“编码”（code）指明是哪一个。"
            "直接换成新边界，不走调整方案；换编码的调整请提方案。"
        ),
    ),
    "legacy": (
        gettext_lazy("业务网格"),
        gettext_lazy(
            "GeoJSON、GeoPackage 或 Shapefile（ZIP），属性“编码”“名称”；也可以是没有边界的 Excel，"
            "两列“编码”“名称”。有边界的自动对应到网格。"
        ),
    ),
    "resources": (
        gettext_lazy("12大类资源"),
        gettext_lazy("Excel，五列：大类、资源、提供单位、服务区域编码、说明。一行一个服务区域，从今天起算。"),
    ),
    "units": (
        gettext_lazy("单元网格"),
        gettext_lazy(
            "GeoJSON、GeoPackage 或 Shapefile（ZIP），属性“编码”（14 或 15 位）、“名称”、“类别”。"
            "编码已有而边界不同的，旧的到昨天为止，新的从今天起。"
        ),
    ),
}
UNREADABLE = {
    "workbook": gettext_lazy("不是能读的 Excel 文件。"),
    "encoding": gettext_lazy("文字编码不是 UTF-8 或 GB 18030。"),
    "empty": gettext_lazy("文件是空的。"),
    "columns": gettext_lazy("缺少这些列：%(columns)s。"),
}


@dataclass(frozen=True)
class Outcome:
    """What became of a file, for the page: counts with their words, and refused rows with their place."""

    counts: list[tuple[Any, int]]
    refused: list[tuple[str, str, str]]

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return self.refused[:MOST_TOLD]


@require_safe
@for_land
def choose(request: DeskRequest) -> HttpResponse:
    require_editor(request)
    return show(request, "imports", {"kinds": [(kind, name, words) for kind, (name, words) in KINDS.items()]})


def require_editor(request: DeskRequest) -> None:
    if not request.actor.has(EDIT):
        raise Denied(EDIT)


@require_http_methods(["GET", "POST"])
@for_land
def take(request: DeskRequest, kind: str) -> HttpResponse:
    """The form of a kind; sent with `try` nothing of it stays."""
    require_editor(request)
    if kind not in KINDS:
        raise Missing("no_such_import", _("没有这种导入。"))
    sent: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = ImportForm(kind, list(departments().items()), initial={"crs": Crs.CGCS2000.value}, **sent)
    status, outcome, is_trial = 200, None, "try" in request.POST
    if sent:
        status = 422
        if form.is_valid():
            try:
                do = TAKERS[kind](request, form)
                outcome = rehearse(do) if is_trial else do()
                status = 200
            except UnreadableFile as error:
                form.refuse("file", UNREADABLE[error.reason] % {"columns": "、".join(error.missing)})
            except forms.ValidationError as error:
                form.add_error("file", error)
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
    name, words = KINDS[kind]
    context = {"form": form, "kind": kind, "name": name, "words": words, "outcome": outcome, "is_trial": is_trial}
    return show(request, "import", context, status=status)


Taker = Callable[[DeskRequest, ImportForm], Callable[[], Outcome]]


def layer_in(form: ImportForm) -> tuple[list[Any], Crs, str]:
    """Features, their system, and where they come from."""
    upload = form.cleaned_data["file"]
    outlines, own = outlines_of(upload.name, upload)
    return outlines, own or Crs(form.cleaned_data["crs"]), (form.cleaned_data.get("source") or upload.name)[:200]


def take_areas(request: DeskRequest, form: ImportForm) -> Callable[[], Outcome]:
    upload = form.cleaned_data["file"]
    data = bytes_of(upload)
    rows = read_workbook(data) if upload.name.lower().endswith(".xlsx") else list(read_area_rows(data))

    def do() -> Outcome:
        report = import_areas(rows, actor=request.actor, at=request.at)
        refused = [(_("第 %(line)d 行") % {"line": one.line}, one.code, one.reason) for one in report.refused]
        counts = [(_("新增"), report.created), (_("改动"), report.changed), (_("没有变化"), report.unchanged)]
        return Outcome(counts, refused)

    return do


def take_boundaries(request: DeskRequest, form: ImportForm) -> Callable[[], Outcome]:
    outlines, crs, source = layer_in(form)
    areas = {area.code: area for area in Area.objects.filter(is_active=True)}
    items, refused = [], []
    for outline in outlines:
        code = text_of(outline.properties, "code")
        if code not in areas:
            why = _("没有属性“编码”（code）") if not code else _("没有这个在用的区域，请先导入名册")
            refused.append((_("第 %(n)d 个要素") % {"n": outline.position}, code, why))
            continue
        items.append(NewBoundary(areas[code], outline.geometry))

    def do() -> Outcome:
        report = set_boundaries(items, crs=crs, source=source, actor=request.actor, at=request.at)
        wrong = [("", code, reason) for code, reason in report.refused]
        return Outcome([(_("更新"), report.done), (_("没有变化"), report.unchanged)], refused + wrong)

    return do


def take_legacy(request: DeskRequest, form: ImportForm) -> Callable[[], Outcome]:
    upload = form.cleaned_data["file"]
    if upload.name.lower().endswith(".xlsx"):
        rows = [LegacyRow(line, cells[0], cells[1]) for line, cells in table_of(bytes_of(upload), 2)]
        crs = Crs.CGCS2000
    else:
        outlines, crs, _source = layer_in(form)
        rows = [
            LegacyRow(one.position, text_of(one.properties, "code"), text_of(one.properties, "name"), one.geometry) for one in outlines
        ]  # fmt: skip

    def do() -> Outcome:
        department = form.cleaned_data["department"]
        report = import_legacy_grids(rows, department, crs=crs, actor=request.actor, at=request.at)
        return ledger_outcome(report)

    return do


def take_resources(request: DeskRequest, form: ImportForm) -> Callable[[], Outcome]:
    rows = [ResourceRow(line, *cells) for line, cells in table_of(bytes_of(form.cleaned_data["file"]), 5)]

    def do() -> Outcome:
        return ledger_outcome(import_resources(rows, actor=request.actor, at=request.at))

    return do


def take_units(request: DeskRequest, form: ImportForm) -> Callable[[], Outcome]:
    outlines, crs, source = layer_in(form)
    rows = rows_of(outlines)

    def do() -> Outcome:
        report = import_unit_grids(rows, crs=crs, source=source, actor=request.actor, at=request.at)
        refused = [(_("第 %(n)d 个要素") % {"n": one.position}, one.code, one.reason) for one in report.refused]
        counts = [(_("新增"), report.created), (_("改动"), report.changed), (_("没有变化"), report.unchanged)]
        return Outcome(counts, refused)

    return do


def ledger_outcome(report: Any) -> Outcome:
    refused = [(_("第 %(n)d 行") % {"n": one.position}, one.code, one.reason) for one in report.refused]
    return Outcome([(_("新增"), report.created), (_("已有，没有动"), report.unchanged)], refused)


def table_of(data: bytes, columns: int) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet below its headings, with their line: as many texts as there are columns. Raises `UnreadableFile`."""
    try:
        lines = read_lines(data, most_rows=MOST_ROWS)[1:]
    except NoWorkbook as error:
        raise UnreadableFile("workbook") from error
    found = []
    for number, line in enumerate(lines, start=2):
        cells = [typed_text(cell) for cell in line[:columns]]
        if any(cells):
            found.append((number, cells + [""] * (columns - len(cells))))
    if not found:
        raise UnreadableFile("empty")
    return found


TAKERS: dict[str, Taker] = {
    "areas": take_areas,
    "boundaries": take_boundaries,
    "legacy": take_legacy,
    "resources": take_resources,
    "units": take_units,
}
