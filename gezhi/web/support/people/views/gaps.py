"""配备和缺口: what the formulas ask for and who is there, by street, month by month, and where they came from."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.kernel.workbooks import Column
from gezhi.people.roles import Role
from gezhi.people.staffing import Filled
from gezhi.people.teams import GapReport, gap_report, origins, trend
from gezhi.territory.models import GridKind
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support
from gezhi.web.support.people.wording import gap_columns, gap_rows
from gezhi.web.support.scope import area_asked, areas_for, is_wide, short, street_choices
from gezhi.web.support.sheets import Cell, Page, Table, as_workbook, excel_tool, show_sheet, with_query

ROOM = "staff"
RIGHT = "staff.see"


@require_safe
@for_support(RIGHT)
def page(request: DeskRequest) -> HttpResponse:
    report = report_of(request)
    formulas = _("居民区网格 %(residential)s，专属网格 %(dedicated)s。") % report.formulas
    lead = formulas + _(
        "缺口按人算：一名专职网格员可以负责几个网格，仍算一人；无人的网格另列。缺口只提示，不影响办件。"
    )
    asked = area_asked(request, RIGHT)
    tools = [excel_tool(with_query(reverse("support:people:gaps-workbook"), [("area", asked)]))]
    page = Page(_("配备和缺口"), tables(request, report), lead, tools, [street_choices(request, RIGHT)])
    return show_sheet(request, page, room=ROOM)


@require_safe
@for_support(RIGHT)
def workbook(request: DeskRequest) -> HttpResponse:
    return as_workbook(request, _("配备和缺口"), *tables(request, report_of(request)))


def report_of(request: DeskRequest) -> GapReport:
    digits = 9 if not area_asked(request, RIGHT) and is_wide(request.actor, RIGHT) else 12
    return gap_report(areas_for(request, RIGHT), on=localdate(request.at), digits=digits)


def tables(request: DeskRequest, report: GapReport) -> list[Table]:
    return [
        Table(_("合计"), gap_columns(), gap_rows(report.total), _("这里还没有网格。")),
        parts_table(request, report),
        trend_table(request),
        *origin_tables(request),
    ]


def parts_table(request: DeskRequest, report: GapReport) -> Table:
    """A line a street, or a community where one street is seen: full-timers in full, of the others what is missing."""
    rows = []
    for code, filled in report.parts.items():
        full = of(filled, GridKind.RESIDENTIAL, Role.GRID_WORKER)
        name = Cell(short(code), href=with_query(reverse("support:people:staff"), [("area", code)]))
        others = [one for one in filled if one is not full]
        rows.append(
            [
                name,
                full.needed if full else 0,
                full.present if full else 0,
                missing(full),
                full.empty if full else 0,
                *(missing(one) for one in others),
            ]
        )
    heads = [
        one for one in report.total if (one.place.kind, one.place.role) != (GridKind.RESIDENTIAL, Role.GRID_WORKER)
    ]
    columns = [
        Column(_("区域"), 14),
        Column(_("专职应配")),
        Column(_("专职在岗")),
        Column(_("专职还缺")),
        Column(_("无专职的网格")),
        *(Column(_("%(kind)s缺%(role)s") % named(one)) for one in heads),
    ]
    notes = [_("跨区域负责网格的人，在每个区域各算一次，合计里只算一次。")]
    return Table(_("分区域"), columns, rows, notes=notes)


def named(one: Filled) -> dict[str, Any]:
    kinds = {GridKind.RESIDENTIAL: _("居民区"), GridKind.DEDICATED: _("专属")}
    return {"kind": kinds[GridKind(one.place.kind)], "role": Role(one.place.role).label}


def of(filled: list[Filled], kind: str, role: str) -> Filled | None:
    return next((one for one in filled if (one.place.kind, one.place.role) == (kind, role)), None)


def missing(one: Filled | None) -> Any:
    number = one.missing if one is not None else 0
    return Cell(number, state="bad") if number else 0


def trend_table(request: DeskRequest) -> Table:
    points = trend(
        areas_for(request, RIGHT), on=localdate(request.at), kind=GridKind.RESIDENTIAL, role=Role.GRID_WORKER
    )
    rows = [
        [f"{one.day:%Y-%m-%d}", one.present, Cell(one.missing, state="bad") if one.missing else 0] for one in points
    ]
    columns = [Column(_("日期"), 7), Column(_("专职在岗（人）")), Column(_("还缺（人）"))]
    return Table(_("专职网格员逐月"), columns, rows, notes=[_("按今天的网格数和配备标准，看每月月末在岗的人。")])


def origin_tables(request: DeskRequest) -> list[Table]:
    found = origins(areas_for(request, RIGHT), on=localdate(request.at))
    channels = [
        [str(Role(one.role).label), one.total, *(share.count for share in one.channels), one.exceptions, one.unwritten]
        for one in found
    ]
    heads = [str(share.label) for share in found[0].channels]
    full = next(one for one in found if one.role == Role.GRID_WORKER)
    manners = [[str(share.label), share.count] for share in full.manners]
    sources = [[str(Role(one.role).label), str(share.label), share.count] for one in found for share in one.sources]
    by_channel = [
        Column(_("岗位"), 8), Column(_("在岗（人）")), *(Column(head) for head in heads), Column(_("例外选拔")),
        Column(_("没有登记来源")),
    ]  # fmt: skip
    return [
        Table(_("三个渠道"), by_channel, channels),
        Table(_("专职网格员任用方式"), [Column(_("方式"), 8), Column(_("人数"))], manners),
        Table(
            _("来源"),
            [Column(_("岗位"), 8), Column(_("来源"), 18), Column(_("人数"))],
            sources,
            _("还没有登记过来源。在人员页安排岗位时写明来源，这里就有统计。"),
        ),
    ]
