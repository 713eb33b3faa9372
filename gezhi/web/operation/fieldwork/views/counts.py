"""入户户次 and 巡查次数: by area and month, with the way down, and as Excel workbooks: one for the office, one for outside."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases.models import Kind
from gezhi.fieldwork.checklists import checklists
from gezhi.fieldwork.queries import AreaCounts, CountsOfMonths, look_counts, visit_counts
from gezhi.fieldwork.queries.counts import SMALLEST, span_of
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.queries import area_name, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.fieldwork.page import as_workbook, holding, show
from gezhi.web.operation.fieldwork.views.campaigns import area_of
from gezhi.web.operation.listing import Choice

RIGHT = "fieldwork.count"
Counting = Callable[..., CountsOfMonths]


def counted(request: DeskRequest, counting: Counting) -> CountsOfMonths:
    """A year, in the area that the address names as far as it is the person's own."""
    held, area = request.actor.areas(RIGHT), area_of(request)
    if not any(area.startswith(code) for code in held) or not area:
        area = held[0]
    first, last = span_of(request.at)
    return counting(area, first=first, last=last)


def month_words(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"


def context_of(request: DeskRequest, found: CountsOfMonths) -> dict[str, Any]:
    held = request.actor.areas(RIGHT)
    around = [found.area[:size] for size in (6, 9, 12) if size < len(found.area)]
    return {
        "counts": found,
        "here": name_path(found.area),
        "months": [month_words(month) for month in found.months],
        "lines": [
            {"line": line, "href": "?" + urlencode({"area": line.code}), "is_link": opens(line, found)}
            for line in found.lines
        ],
        "trail": [
            Choice(known.short_name, f"?area={code}", is_chosen=False)
            for code in around
            if any(code.startswith(top) for top in held) and (known := area_name(code)) is not None
        ],
        "chosen": f"?area={found.area}",
        "smallest": SMALLEST,
    }


def opens(line: AreaCounts, found: CountsOfMonths) -> bool:
    return len(found.area) < 12 and area_name(line.code) is not None


@require_safe
@holding(RIGHT)
def visits(request: DeskRequest) -> HttpResponse:
    found = counted(request, visit_counts)
    known = checklists()
    context = {
        "title": _("入户户次"),
        "more": _("其中引出事件"),
        "words": _(
            "按走访登记到达的月份计。只数户次：不记住的是谁，也不记看法；满十二个月，门牌和走访人抹去，只留次数。"
        ),
        "by_trigger": [
            (one.name if one.is_confirmed else f"{one.name}（{_('待确认')}）", found.by_trigger.get(one.code, 0))
            for one in known.of("visit", active_only=False)
        ],
        "by_need": [
            (kind.label, found.by_need.get(kind.value, 0)) for kind in (Kind.PROBLEM, Kind.OPINION, Kind.REQUEST)
        ],
        "workbook": "operation:fieldwork:visits-workbook",
        **context_of(request, found),
    }
    return show(request, "counts", context, tab="visits")


@require_safe
@holding(RIGHT)
def looks(request: DeskRequest) -> HttpResponse:
    context = {
        "title": _("巡查次数"),
        "more": _("其中发现问题"),
        "words": _("在选定的巡查点看过一次算一次。不打卡，不记轨迹，也不规定次数。"),
        "workbook": "operation:fieldwork:looks-workbook",
        **context_of(request, counted(request, look_counts)),
    }
    return show(request, "counts", context, tab="looks")


def sheet_of(request: DeskRequest, found: CountsOfMonths, title: Any, more: Any) -> Sheet:
    columns = [
        Column(_("区域"), 14),
        Column(_("代码"), 10),
        Column(_("合计")),
        Column(more, 8),
        *(Column(month_words(month), 6) for month in found.months),
    ]
    rows = [(line.name, line.code, line.total, line.with_more, *line.by_month) for line in (*found.lines, found.total)]
    notes = (
        [_("空格：小于 %(smallest)s，或者可由别的数推算，不对外给出。") % {"smallest": SMALLEST}]
        if is_outside(request)
        else []
    )
    return Sheet(title, columns, rows, notes)


def is_outside(request: DeskRequest) -> bool:
    return request.GET.get("outside") == "1"


def workbook_of(request: DeskRequest, counting: Counting, name: str, title: Any, more: Any) -> HttpResponse:
    found = counted(request, counting)
    if is_outside(request):
        found = found.for_outside()
    return as_workbook(name, sheet_of(request, found, title, more))


@require_safe
@holding(RIGHT)
def visits_workbook(request: DeskRequest) -> HttpResponse:
    return workbook_of(request, visit_counts, "visits.xlsx", _("入户户次"), _("其中引出事件"))


@require_safe
@holding(RIGHT)
def looks_workbook(request: DeskRequest) -> HttpResponse:
    return workbook_of(request, look_counts, "looks.xlsx", _("巡查次数"), _("其中发现问题"))
