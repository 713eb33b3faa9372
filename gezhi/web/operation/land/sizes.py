"""Grids that are too large or too small, with the reason, and those that may be so."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.access import EDIT, get_area
from gezhi.territory.actions import end_exemption, exempt_from_size, set_size_rule
from gezhi.territory.ledgers import Missized, limits_on, size_report
from gezhi.territory.models import GridKind, SizeExemption, SizeRule
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.areas import choices_within, within_of
from gezhi.web.operation.land.forms import ExemptionForm, RuleForm
from gezhi.web.operation.land.page import choice, done_once, for_land, show, workbook
from gezhi.web.operation.land.wording import REASONS, place_words, reason_words

MOST_SHOWN = 500


@require_safe
@for_land
def page(request: DeskRequest) -> HttpResponse:
    return show_sizes(request)


def show_sizes(request: DeskRequest, *, status: int = 200, rule_form: RuleForm | None = None) -> HttpResponse:
    """Four statements besides the frame."""
    within, today = within_of(request), localdate(request.at)
    report = size_report(within, on=today)
    limits = limits_on(today)
    why, exempt = request.GET.get("why", ""), request.GET.get("exempt", "")
    rows = [one for one in report.missized if wanted(one, why, exempt)]
    exempted = len(report.missized) - len(report.open)
    asked = {"within": request.GET.get("within", ""), "why": why, "exempt": exempt}
    context = {
        "report": report,
        "place": place_words(within) if within else _("全部辖区"),
        "withins": choices_within(request, within),
        "rows": [row(one, limits) for one in rows[:MOST_SHOWN]],
        "hidden": max(len(rows) - MOST_SHOWN, 0),
        "whys": [
            choice(REASONS[reason], asked | {"why": "" if why == reason else reason}, is_chosen=why == reason, count=report.counts.get(reason, 0))
            for reason in REASONS
        ],
        "exempts": [
            choice(_("没有豁免"), asked | {"exempt": "" if exempt == "no" else "no"}, is_chosen=exempt == "no", count=len(report.open)),
            choice(_("已豁免"), asked | {"exempt": "" if exempt == "yes" else "yes"}, is_chosen=exempt == "yes", count=exempted),
        ],
        "rules": list(SizeRule.objects.order_by("kind", "-valid_from")),
        "kinds": dict(GridKind.choices),
        "rule_form": rule_form or (RuleForm() if request.actor.may(EDIT, area=within) or request.actor.has(EDIT) else None),
        "sheet": choice("", {"within": within}).href,
    }  # fmt: skip
    return show(request, "sizes", context, status=status)


def wanted(one: Missized, why: str, exempt: str) -> bool:
    return (not why or why in one.reasons) and (not exempt or bool(one.exemption) == (exempt == "yes"))


def row(one: Missized, limits: Any) -> dict[str, Any]:
    return {
        "grid": one,
        "path": name_path(one.code),
        "reasons": [reason_words(reason, limits[one.kind]) for reason in one.reasons],
    }


@require_safe
@for_land
def sheet(request: DeskRequest) -> HttpResponse:
    within, today = within_of(request), localdate(request.at)
    report, limits = size_report(within, on=today), limits_on(today)
    columns = [
        Column(_("编码"), 9), Column(_("网格"), 16), Column(_("所在"), 20), Column(_("户数")), Column(_("人口")),
        Column(_("原因"), 20), Column(_("豁免理由"), 20),
    ]  # fmt: skip
    rows = (
        [one.code, one.name, name_path(one.code), one.households, one.population,
         "；".join(reason_words(reason, limits[one.kind]) for reason in one.reasons), one.exemption]
        for one in report.missized
    )  # fmt: skip
    notes = [_("核对了 %(n)d 个网格，没有规模要求的 %(free)d 个。") % {"n": report.checked, "free": report.free}]
    return workbook(f"{_('网格规模')}-{today:%Y%m%d}", Sheet(_("网格规模"), columns, rows, notes))


@require_http_methods(["GET", "POST"])
@for_land
def exempt(request: DeskRequest, code: str) -> HttpResponse:
    """Let a grid be of another size, for a reason."""
    area = get_area(request.actor, code, EDIT)
    today = localdate(request.at)
    sent = {"data": request.POST} if request.method == "POST" else {}
    form = ExemptionForm(initial={"from_on": today}, **sent)
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                done_once(
                    request,
                    {name: str(value) for name, value in given.items()},
                    lambda: exempt_from_size(area, actor=request.actor, at=request.at, **given).pk,
                )
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
            else:
                messages.success(request, _("已豁免。"))
                return HttpResponseRedirect(reverse("operation:land:area", args=[code]))
    back = reverse("operation:land:area", args=[code])
    context = {"form": form, "area": area, "seal": uuid4().hex, "heading": _("规模豁免"), "back": back}
    return show(request, "form", context, status=status)


@require_POST
@for_land
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """The exemption ends with today."""
    found = SizeExemption.objects.select_related("area").filter(pk=pk, until_on__isnull=True).first()
    if found is None or not request.actor.may(EDIT, area=found.area.code):
        raise Missing("no_exemption", _("没有这项豁免，或者它已经结束。"))
    end_exemption(found, max(localdate(request.at), found.from_on), actor=request.actor, at=request.at)
    messages.success(request, _("豁免到今天为止。"))
    return HttpResponseRedirect(reverse("operation:land:area", args=[found.area.code]))


@require_POST
@for_land
def rule(request: DeskRequest) -> HttpResponse:
    """A new rule of size from a day on; the district alone sets it."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return show_sizes(request, status=422, rule_form=form)
    try:
        set_size_rule(actor=request.actor, at=request.at, **form.cleaned_data)
    except Refused as error:
        form.refuse(error.field, error.message)
        return show_sizes(request, status=error.status, rule_form=form)
    messages.success(request, _("新的规模要求已设定，到它的第一天起用。"))
    return HttpResponseRedirect(reverse("operation:land:sizes"))
