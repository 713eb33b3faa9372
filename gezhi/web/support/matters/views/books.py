"""The books: balance of authority, funds and work; the fund ledger; what the forms cost; the dictionary of data fields."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.assessment.matter_loads import Balance, balances, burdens, total_minutes
from gezhi.kernel.calendar import local_day
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Missing, Refused
from gezhi.matters import books
from gezhi.matters.actions import correct_entry, record_received
from gezhi.matters.actions.funds import get_entry
from gezhi.matters.models import DataField, FundEntry, Matter
from gezhi.matters.models.fund_entry import FundKind
from gezhi.matters.scope import Scope, scope_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.export import exported
from gezhi.web.support.matters.forms import CorrectForm, ReceivedForm
from gezhi.web.support.matters.sheets import balance_sheet, burden_sheet, fund_sheet
from gezhi.web.support.matters.wording import fen_of, minutes, often, street_name, yuan
from gezhi.web.support.page import for_support, show

ROOM = "matters"
SEE = "matter.see"


@dataclass(frozen=True, slots=True)
class Asked:
    """Year and street of an address, within what the person may read."""

    year: int
    street: str
    scope: Scope
    query: str

    @property
    def title(self) -> str:
        return f"{self.year} {street_name(self.street)}" if self.street else str(self.year)


def asked(request: DeskRequest) -> Asked:
    today = local_day(request.at)
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year
    year = min(max(year, 2000), today.year + 1)
    scope = scope_of(request.actor)
    return Asked(year, scope.street(request.GET.get("street", "")), scope, request.GET.urlencode())


def filters(found: Asked, request: DeskRequest) -> dict[str, Any]:
    this_year = local_day(request.at).year
    return {
        "year": found.year,
        "years": range(this_year - 2, this_year + 2),
        "street": found.street,
        "streets": [(one.code, one.short_name) for one in found.scope.streets],
        "may_choose_all": not found.scope.is_bound,
        "query": f"?{found.query}" if found.query else "",
    }


# --- balance ------------------------------------------------------------------------------------------------------


def rows_of(request: DeskRequest, found: Asked) -> list[Balance]:
    only = request.GET.get("only") == "1"
    rows = balances(found.year, request.at, street=found.street, only_mismatched=only)
    return [row for row in rows if found.scope.shows(row.matter.owner_id)]


@require_safe
@for_support(SEE)
def balance(request: DeskRequest) -> HttpResponse:
    """权随责走、费随事转: every matter with its authority, its money and its cases, and what doesn't match."""
    found = asked(request)
    rows = rows_of(request, found)
    rule = books.rule_on(local_day(request.at))
    context = {
        "title": _("权责平衡"),
        "rows": [
            {
                "row": row,
                "promised": yuan(row.account.promised),
                "received": yuan(row.account.received),
                "a_case": yuan(round(row.account.fen_a_case)) if row.account.fen_a_case is not None else "",
            }
            for row in rows
        ],
        "mismatched": sum(1 for row in rows if row.mismatches),
        "promised": yuan(sum(row.account.promised for row in rows)),
        "received": yuan(sum(row.account.received for row in rows)),
        "cases": sum(row.account.cases for row in rows),
        "rule": rule,
        "rule_money": yuan(rule.least_fen_a_case),
        "only": request.GET.get("only") == "1",
        **filters(found, request),
    }
    return show(request, "support/matters/balance.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def balance_workbook(request: DeskRequest) -> HttpResponse:
    found = asked(request)
    return exported(request, _("权责平衡"), [balance_sheet(rows_of(request, found), found.title)])


# --- funds --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_support(SEE)
def funds(request: DeskRequest) -> HttpResponse:
    """The ledger of a year; who may enter money has the form above it."""
    may_enter = request.actor.has("matter.fund")
    form = (
        ReceivedForm(request.actor, request.at, request.POST if request.method == "POST" else None)
        if may_enter
        else None
    )
    status = 200
    if request.method == "POST":
        if form is None:
            raise Missing("no_such_page", _("没有这个页面。"))
        try:
            if form.is_valid():
                enter(request, dict(form.cleaned_data))
                messages.success(request, _("到账已登记。"))
                return HttpResponseRedirect(request.get_full_path())
            status = 422
        except Refused as error:
            form.refuse({"matter": "matter_id"}.get(error.field or "", error.field), error.message)
            status = error.status
    found = asked(request)
    entries = list(books.entries(request.actor, found.year, street=found.street))
    sums = {kind: sum(one.amount_fen for one in entries if one.kind == kind) for kind in FundKind.values}
    context = {
        "title": _("经费台账"),
        "form": form,
        "is_open": status != 200,
        "seal": uuid4().hex,
        "entries": [(one, yuan(one.amount_fen), correctable(one, request, entries)) for one in entries],
        "promised": yuan(sums[FundKind.PROMISED]),
        "received": yuan(sums[FundKind.RECEIVED]),
        "missing": yuan(max(sums[FundKind.PROMISED] - sums[FundKind.RECEIVED], 0)),
        **filters(found, request),
    }
    return show(request, "support/matters/funds.html", context, room=ROOM, status=status)


def enter(request: DeskRequest, given: dict[str, Any]) -> None:
    """Once, however often the form was sent."""
    matter = Matter.objects.get(pk=given.pop("matter_id"))
    fen = fen_of(given.pop("amount"))

    def do() -> tuple[int, Any]:
        return 200, record_received(actor=request.actor, at=request.at, matter=matter, amount_fen=fen, **given).pk

    content = {**given, "matter": matter.pk, "fen": fen, "what": "funds"}
    once(f"desk:{request.user.pk}", request.POST.get("seal", ""), content, do, at=request.at)


def correctable(entry: FundEntry, request: DeskRequest, entries: list[FundEntry]) -> bool:
    is_out = any(one.corrects_id == entry.pk for one in entries)
    is_received = entry.kind == FundKind.RECEIVED and entry.corrects_id is None
    return is_received and not is_out and request.actor.may("matter.fund", area=entry.street.code)


@require_http_methods(["GET", "POST"])
@for_support("matter.fund")
def correct(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a line out by a second one."""
    entry = get_entry(request.actor, pk)
    form = CorrectForm(request.POST if request.method == "POST" else None, label_suffix="")
    status = 200
    back = reverse("support:matters:funds") + f"?year={entry.year}"
    if request.method == "POST":
        try:
            if form.is_valid():
                correct_entry(entry, actor=request.actor, at=request.at, reason=form.cleaned_data["reason"])
                messages.success(request, _("已冲正，原来的一笔留着。"))
                return HttpResponseRedirect(back)
            status = 422
        except Refused as error:
            form.refuse(error.field, error.message)
            status = error.status
    context = {"title": _("冲正"), "entry": entry, "amount": yuan(entry.amount_fen), "form": form, "back": back}
    return show(request, "support/matters/correct.html", context, room=ROOM, status=status)


@require_safe
@for_support(SEE)
def funds_workbook(request: DeskRequest) -> HttpResponse:
    found = asked(request)
    rows = books.entries(request.actor, found.year, street=found.street)
    return exported(request, _("经费台账"), [fund_sheet(rows, found.title)])


# --- forms and fields ---------------------------------------------------------------------------------------------


@require_safe
@for_support(SEE)
def burden(request: DeskRequest) -> HttpResponse:
    """Which forms are asked of workers, and what they cost in a week."""
    found = asked(request)
    rows = [row for row in burdens(request.at, street=found.street) if found.scope.shows(row.matter.owner_id)]
    context = {
        "title": _("填表负担"),
        "rows": [
            {
                "row": row,
                "often": often(row.form),
                "declared": minutes(row.declared),
                "counted": minutes(row.counted) if row.counted is not None else "",
            }
            for row in rows
        ],
        "total": minutes(total_minutes(rows)),
        "far": sum(1 for row in rows if row.is_far),
        "fields": DataField.objects.select_related("matter").order_by("name"),
        **filters(found, request),
    }
    return show(request, "support/matters/burden.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def burden_workbook(request: DeskRequest) -> HttpResponse:
    found = asked(request)
    rows = [row for row in burdens(request.at, street=found.street) if found.scope.shows(row.matter.owner_id)]
    return exported(request, _("填表负担"), [burden_sheet(rows)])
