"""经费台账: what the teams cost, by year, street and purpose; lines are added and corrected, never changed."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.actions import NewLine, correct_line, enter_lines
from gezhi.people.budgets import lines, year_sums, years
from gezhi.people.models import BudgetLine, Purpose
from gezhi.people.money import yuan
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.support.acting import act, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import BudgetForm, CorrectForm
from gezhi.web.support.scope import areas_for, short
from gezhi.web.support.sheets import Cell, Fill, Page, Table, Tool, as_workbook, excel_tool, show_sheet

ROOM = "staff"
SEE = "budget.see"


def year_of(request: DeskRequest) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else localdate(request.at).year


def sum_cell(fen: int) -> Cell:
    """Yuan to read, as text that no program rounds; the Excel file has the fen beside each line."""
    return Cell(yuan(fen), is_money=True)


def sums_table(request: DeskRequest) -> Table:
    found = year_sums(areas_for(request, SEE), year_of(request))
    rows = [
        [short(code), *(sum_cell(one.by_purpose[purpose]) for purpose in Purpose.values), sum_cell(one.total)]
        for code, one in found.areas.items()
    ]
    foot = [
        _("合计"),
        *(sum_cell(found.total.by_purpose[purpose]) for purpose in Purpose.values),
        sum_cell(found.total.total),
    ]
    columns = [Column(_("区域"), 14), *(Column(label, 8) for label in Purpose.labels), Column(_("合计（元）"), 10)]
    empty = _("这一年还没有登记经费。")
    return Table(_("%(year)s 年合计") % {"year": found.year}, columns, rows, empty, foot=foot if rows else ())


def lines_table(request: DeskRequest) -> Table:
    rows = [line(one, request) for one in lines(areas_for(request, SEE), year_of(request))]
    columns = [
        Column(_("编号"), 5), Column(_("区域"), 12), Column(_("用途"), 8), Column(_("金额（元）"), 9), Column(_("说明"), 24),
        Column(_("登记人"), 7), Column(_("登记日期"), 7), Column(_("更正哪一笔"), 6),
    ]  # fmt: skip
    return Table(_("逐笔"), columns, rows, _("还没有一笔。"))


def line(one: BudgetLine, request: DeskRequest) -> list[Any]:
    may = one.corrects_id is None and request.actor.may("budget.edit", area=one.area.code)
    return [
        Cell(str(one.pk), href=reverse("support:people:budget-correct", args=[one.pk]) if may else ""),
        short(one.area.code),
        one.get_purpose_display(),
        Cell(yuan(one.fen), state="soon" if one.fen < 0 else "", is_money=True),
        one.words,
        one.entered_by.name if one.entered_by is not None else _("系统"),
        localdate(one.entered_at),
        str(one.corrects_id or ""),
    ]


@require_safe
@for_support(SEE)
def page(request: DeskRequest) -> HttpResponse:
    here = year_of(request)
    known = sorted({*years(areas_for(request, SEE)), here}, reverse=True)
    chips = [Choice(str(year), f"?year={year}", year == here) for year in known]
    tools = [excel_tool(f"{reverse('support:people:budget-workbook')}?year={here}")]
    if request.actor.has("budget.edit"):
        tools.insert(0, Tool(_("登记一笔"), reverse("support:people:budget-new"), "plus", "n", is_primary=True))
    lead = _("只能加，不能改、不能删；记错了点编号做更正，更正自己成一笔。金额精确到分。")
    blocks = [sums_table(request), lines_table(request)]
    return show_sheet(request, Page(_("经费台账"), blocks, lead, tools, [chips]), room=ROOM)


@require_safe
@for_support(SEE)
def workbook(request: DeskRequest) -> HttpResponse:
    """The lines once more in fen, which a spreadsheet sums exactly."""
    found = lines(areas_for(request, SEE), year_of(request))
    rows = [[str(one.pk), short(one.area.code), one.get_purpose_display(), one.fen] for one in found]
    columns = [Column(_("编号"), 5), Column(_("区域"), 12), Column(_("用途"), 8), Column(_("金额（分）"), 9)]
    in_fen = Table(_("逐笔（分）"), columns, rows)
    return as_workbook(request, _("经费台账"), sums_table(request), lines_table(request), in_fen)


@require_http_methods(["GET", "POST"])
@for_support("budget.edit")
def new(request: DeskRequest) -> HttpResponse:
    back = reverse("support:people:budget")

    def show(form: BudgetForm, status: int) -> HttpResponse:
        fill = Fill(form, _("登记"), seal(), back=back)
        return show_sheet(request, Page(_("登记一笔经费"), [fill], back=back), room=ROOM, status=status)

    if request.method == "POST":
        form = BudgetForm(request.POST, actor=request.actor)

        def do(given: dict[str, Any]) -> str:
            new = NewLine(given["year"], given["area"], given["purpose"], given["yuan"], given["words"])
            [row] = enter_lines([new], actor=request.actor, at=request.at)
            return _("已登记 %(yuan)s 元。") % {"yuan": yuan(row.fen)}

        return act(request, form, do, lambda status: show(form, status), back=back)
    return show(BudgetForm(actor=request.actor, initial={"year": localdate(request.at).year}), 200)


@require_http_methods(["GET", "POST"])
@for_support("budget.edit")
def correct(request: DeskRequest, pk: int) -> HttpResponse:
    row = BudgetLine.objects.filter(pk=pk).select_related("area").first()
    if row is None or not request.actor.may(SEE, area=row.area.code):
        raise Missing("no_such_line", _("没有找到这一笔，或者它不在您的范围内。"))
    back = reverse("support:people:budget") + f"?year={row.year}"

    def show(form: CorrectForm, status: int) -> HttpResponse:
        lead = f"{short(row.area.code)} · {row.get_purpose_display()} · {yuan(row.fen)}"
        fill = Fill(form, _("更正"), seal(), back=back)
        return show_sheet(
            request, Page(_("更正第 %(n)s 笔") % {"n": row.pk}, [fill], lead, back=back), room=ROOM, status=status
        )

    if request.method == "POST":
        form = CorrectForm(request.POST)

        def do(given: dict[str, Any]) -> str:
            made = correct_line(row, given["yuan"], given["words"], actor=request.actor, at=request.at)
            return _("已更正，差额 %(yuan)s 元。") % {"yuan": yuan(made.fen)}

        return act(request, form, do, lambda status: show(form, status), back=back)
    return show(CorrectForm(initial={"yuan": yuan(row.fen)}), 200)
