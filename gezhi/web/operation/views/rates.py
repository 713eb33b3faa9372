"""Rates by area, desk, matter and month; the cases behind each number; the same as an Excel workbook."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.assessment.access import ASK, get_scope, may_exclude
from gezhi.assessment.models import Exclusion, ExclusionReason, Family
from gezhi.assessment.queries import PAGE, PARTS, By, Which, behind, standing_still
from gezhi.assessment.schemes import scheme_of
from gezhi.cases.access import covers
from gezhi.cases.models import Answer
from gezhi.kernel.months import is_month
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import KIND, Column, Sheet, write
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.figures import (
    Figures,
    TableRow,
    above_area,
    by_words,
    figures,
    formula,
    month_words,
    months_to_choose,
    place_words,
)
from gezhi.web.operation.names import desk_name, matter_name, place_name
from gezhi.web.operation.page import at_desk, whole, whole_number


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    """Six statements at most."""
    found = figures(request)
    view = found.view
    up = above_area(found.scope, request.actor)
    context = {
        "figures": found,
        "view": view,
        "place": place_words(found.scope),
        "areas": areas_to_choose(request.actor.areas("case.see"), found),
        "up": view.query(area=up) if up is not None else "",
        "months": months_to_choose(request.at),
        "month_name": month_words(view.month),
        "bys": [(by_words(by), view.query(by=by), by == view.by) for by in By.values],
        "families": [
            (_("三率和回访三率"), view.query(family=""), not view.family),
            (str(Family.FIVE.label), view.query(family=Family.FIVE.value), view.family == Family.FIVE),
        ],
        "formulas": [(row.name, formula(row)) for row in found.measures],
        "scheme": found.shown.scheme,
        "standing": standing_still(found.scope),
        "query": view.query(),
        "by_name": by_words(view.by),
    }
    return whole(request, "operation/figures/rates.html", context)


def areas_to_choose(codes: tuple[str, ...], found: Figures) -> list[tuple[str, str, bool]]:
    """For who sees several areas: each of them. Who sees one has nothing to choose."""
    if len(codes) < 2:
        return []
    return [(name_path(code), found.view.query(area=code), found.scope.area.startswith(code)) for code in codes]


@require_safe
@at_desk
def cases(request: DeskRequest) -> HttpResponse:
    """The answers behind a number, a hundred a page. Three statements."""
    query = request.GET
    first, last = (whole_number(query.get(name, "")) or 0 for name in ("from", "until"))
    scheme = scheme_of(last) if is_month(first) and is_month(last) else None
    measure = next((row for row in (scheme.measures if scheme else ()) if row.code == query.get("measure")), None)
    if measure is None or query.get("part", "size") not in PARTS:
        raise Missing("no_such_number", _("没有这个数，链接可能没有复制完整。"))
    which = Which(
        measure.code,
        query.get("part", "size"),
        query["by"] if query.get("by") in By.values else By.AREA.value,
        line_key(query.get("key", "")),
        query.get("suspended") == "1",
    )
    scope = get_scope(request.actor, query.get("area", "")[:15])
    found = behind(scope, first, last, which, after=whole_number(query.get("after", "")))
    shown = found[:PAGE]
    taken = excluded_among(shown)
    said = {
        name: query[name] for name in ("area", "from", "until", "measure", "by", "key", "suspended") if name in query
    }
    context = {
        "measure": measure,
        "formula": formula(measure),
        "place": place_words(scope),
        "span": month_words(last) if first == last else f"{month_words(first)} — {month_words(last)}",
        "parts": [
            (words, f"?{urlencode({**said, 'part': part})}", part == which.part) for part, words in PARTS.items()
        ],
        "rows": [row(answer, request, taken) for answer in shown],
        "next": f"?{urlencode({**said, 'part': which.part, 'after': shown[-1].pk})}" if len(found) > PAGE else "",
        "reasons": ExclusionReason.objects.filter(is_active=True).order_by("pk"),
        "here": request.get_full_path(),
    }
    return whole(request, "operation/figures/cases.html", context)


def line_key(text: str) -> str:
    """A code, a key of a row, a month, or "none"."""
    return text if text == "none" or whole_number(text) is not None else ""


def excluded_among(answers: list[Answer]) -> set[int]:
    """Those about which somebody has asked already, or which are excluded."""
    standing = Exclusion.objects.filter(answer__in=answers, verdict__in=("", "granted"))
    return set(standing.values_list("answer_id", flat=True))


def row(answer: Answer, request: DeskRequest, taken: set[int]) -> dict[str, Any]:
    return {
        "answer": answer,
        "case": answer.case,
        # An answer counts where it was given, and the case may lie elsewhere since.
        "is_seen": covers(request.actor, "case.see", answer.case),
        "place": place_name(answer.case),
        "matter": matter_name(answer.matter_id),
        "desk": desk_name(answer.desk_id),
        "is_taken": answer.pk in taken,
        "may_ask": answer.pk not in taken and may_exclude(request.actor, ASK, answer),
    }


@require_safe
@at_desk
def workbook(request: DeskRequest) -> HttpResponse:
    """The table of the page for Excel: every rate with what it is made of."""
    found = figures(request)
    columns = [Column(by_words(found.view.by), 12), Column(_("答复件数"), 6), Column(_("剔除件数"), 6)]
    for measure in found.measures:
        columns += [
            Column(measure.name, 6, "0.0%"),
            Column(format_lazy("{} {}", measure.name, _("分子")), 8, "0.0"),
            Column(format_lazy("{} {}", measure.name, _("分母")), 8),
        ]
    rows = [line(one) for one in (*found.rows, found.total, found.suspended)]
    notes = [
        f"{place_words(found.scope)} {month_words(found.view.month)}",
        *[f"{measure.name} = {formula(measure)}" for measure in found.measures],
        *small_words(found),
    ]
    response = HttpResponse(write(Sheet(_("评价指标"), columns, rows, notes)), content_type=KIND)
    response["Content-Disposition"] = (
        f'attachment; filename="rates-{found.view.month}-{localdate(request.at):%Y%m%d}.xlsx"'
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def line(row: TableRow) -> list[Any]:
    cells: list[Any] = [row.name, row.answers, row.excluded]
    for cell in row.cells:
        share = cell.rate.share
        cells += [float(share) if share is not None else None, float(cell.rate.numerator), cell.rate.size]
    return cells


def small_words(found: Figures) -> list[str]:
    scheme = found.shown.scheme
    return [_("样本少于 %(fewest)s 件的，不宜比较。") % {"fewest": scheme.fewest}] if scheme is not None else []
