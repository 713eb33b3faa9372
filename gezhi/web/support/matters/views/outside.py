"""Work outside the catalogue: refuse it and keep it, read the list, count who asks."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Refused
from gezhi.matters.access import get_outside_request
from gezhi.matters.actions import refuse_outside
from gezhi.matters.models.outside_request import Channel
from gezhi.matters.outside import by_asker, listed, sentence_on
from gezhi.matters.queries import catalogue
from gezhi.people.queries import directory
from gezhi.territory.queries import list_names, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import whole_number
from gezhi.web.support.export import exported
from gezhi.web.support.matters.forms import OutsideForm
from gezhi.web.support.matters.sheets import outside_sheets
from gezhi.web.support.page import for_support, show

ROOM = "matters"
RIGHTS = ("matter.see", "matter.outside")
MOST_LISTED = 300
SPAN = timedelta(days=365)


def days_of(request: DeskRequest) -> tuple[date, date]:
    """The days of the address, by default the last year."""
    today = local_day(request.at)
    return read_day(request.GET.get("from", "")) or today - SPAN, read_day(request.GET.get("until", "")) or today


def read_day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_safe
@for_support(*RIGHTS)
def listing(request: DeskRequest) -> HttpResponse:
    first, last = days_of(request)
    chosen = whole_number(request.GET.get("department", ""))
    rows = list(listed(request.actor, first=first, last=last, department_id=chosen)[:MOST_LISTED])
    figures = by_asker(request.actor, first=first, last=last)
    context = {
        "title": _("清单外任务"),
        "rows": [(one, name_path(one.area_code), Channel(one.channel).label) for one in rows],
        "figures": figures,
        "count": sum(one.count for one in figures),
        "most": max((one.count for one in figures), default=0),
        "first": first,
        "last": last,
        "chosen": chosen,
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
        "may_refuse": bool(areas_of(request.actor)),
    }
    return show(request, "support/matters/outside.html", context, room=ROOM)


@require_safe
@for_support(*RIGHTS)
def sheet(request: DeskRequest) -> HttpResponse:
    first, last = days_of(request)
    chosen = whole_number(request.GET.get("department", ""))
    rows = listed(request.actor, first=first, last=last, department_id=chosen)
    return exported(request, _("清单外任务"), outside_sheets(rows, by_asker(request.actor, first=first, last=last)))


@require_safe
@for_support(*RIGHTS)
def one(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_outside_request(request.actor, pk)
    context = {
        "title": _("清单外任务"),
        "one": found,
        "place": name_path(found.area_code),
        "channel": Channel(found.channel).label,
    }
    return show(request, "support/matters/outside_one.html", context, room=ROOM)


def areas_of(actor: Actor) -> Sequence[tuple[str, str]]:
    """The communities and grids for which the actor may refuse: those of the own seats, and the grids of an own community."""
    desks = directory().desks
    seats = (desks[seat] for seat in sorted(actor.desks) if seat in desks)
    codes = [desk.area_code for desk in seats if desk.is_open and actor.may("matter.outside", area=desk.area_code)]
    found = []
    for code in dict.fromkeys(codes):
        if len(code) >= 12:
            found.append((code, name_path(code)))
        if len(code) == 12:
            found += [(grid.code, name_path(grid.code)) for grid in list_names("grid", within=code)]
    return found


@require_http_methods(["GET", "POST"])
@for_support("matter.outside")
def new(request: DeskRequest) -> HttpResponse:
    """Write it down and refuse it. What resembles a matter of the catalogue is shown first: then it is none of these."""
    form = OutsideForm(areas_of(request.actor), request.at, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                key = refused_once(request, dict(form.cleaned_data))
                messages.success(request, _("已登记并拒绝，主责部门和区里会收到。"))
                return HttpResponseRedirect(reverse("support:matters:outside-one", args=[key]))
            status = 422
        except Refused as error:
            form.refuse(error.field, error.message)
            status = error.status
    context = {
        "title": _("登记清单外任务"),
        "form": form,
        "seal": uuid4().hex,
        "submit": _("登记并拒绝"),
        "back": reverse("support:matters:outside"),
        "sentence": sentence_on(local_day(request.at)),
        "count_words": ngettext("%(n)d 项", "%(n)d 项", len(catalogue().valid_on(local_day(request.at))))
        % {"n": len(catalogue().valid_on(local_day(request.at)))},
    }
    return show(request, "support/matters/outside_form.html", context, room=ROOM, status=status)


def refused_once(request: DeskRequest, given: dict[str, Any]) -> int:
    def do() -> tuple[int, Any]:
        return 200, refuse_outside(actor=request.actor, at=request.at, **given).pk

    content = {**given, "asked_on": given["asked_on"].isoformat(), "what": given["what"]}
    (_status, key), _replayed = once(
        f"desk:{request.user.pk}", request.POST.get("seal", ""), content, do, at=request.at
    )
    return int(key)
