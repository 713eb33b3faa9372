"""Spots: the list with how often each was looked at, a new one, other words for one, out of use."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.fieldwork.access import get_spot
from gezhi.fieldwork.actions import add_spot, change_spot, retire_spot
from gezhi.fieldwork.models import Spot, lying_in
from gezhi.kernel.months import month_of
from gezhi.kernel.refusals import Refused
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.fieldwork.forms import SpotForm
from gezhi.web.operation.fieldwork.page import holding, show

RIGHT = "spot.edit"
MOST_SHOWN = 300
LIST = "operation:fieldwork:spots"


@require_safe
@holding(RIGHT)
def listing(request: DeskRequest) -> HttpResponse:
    """One statement."""
    month = Q(looks__month=month_of(request.at))
    spots = Spot.objects.active().filter(lying_in(*request.actor.areas(RIGHT)))
    counted = spots.annotate(
        looked=Count("looks", filter=month), found=Count("looks", filter=month & Q(looks__has_finding=True))
    )
    rows = [
        {"spot": spot, "place": name_path(spot.place_code)}
        for spot in counted.order_by("grid_code", "name")[:MOST_SHOWN]
    ]
    context = {"title": _("巡查点"), "rows": rows, "is_cut": len(rows) == MOST_SHOWN}
    return show(request, "spots", context, tab="spots")


@require_http_methods(["GET", "POST"])
@holding(RIGHT)
def new(request: DeskRequest) -> HttpResponse:
    form = SpotForm(request.actor, is_new=True, **({"data": request.POST} if request.method == "POST" else {}))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                key = UUID(request.POST.get("seal", ""))
                add_spot(actor=request.actor, at=request.at, key=key, **form.cleaned_data)
                messages.success(request, _("已增加巡查点。"))
                return HttpResponseRedirect(reverse(LIST))
            except ValueError:
                form.refuse(None, _("请重新打开这一页再提交。"))
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
    context = {"title": _("增加巡查点"), "form": form, "seal": uuid4().hex, "submit": _("增加"), "back": reverse(LIST)}
    return show(request, "form", context, tab="spots", status=status)


@require_http_methods(["GET", "POST"])
@holding(RIGHT)
def one(request: DeskRequest, pk: int) -> HttpResponse:
    """Other words, or `do=retire`."""
    spot = get_spot(request.actor, pk, RIGHT)
    if request.method == "POST" and request.POST.get("do") == "retire":
        retire_spot(spot, actor=request.actor, at=request.at)
        messages.success(request, _("已停用，以前的次数还在。"))
        return HttpResponseRedirect(reverse(LIST))
    sent = {"data": request.POST} if request.method == "POST" else {}
    form = SpotForm(request.actor, is_new=False, initial={"name": spot.name, "hint": spot.hint}, **sent)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_spot(spot, actor=request.actor, at=request.at, **form.cleaned_data)
                messages.success(request, _("已保存。"))
                return HttpResponseRedirect(reverse(LIST))
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
    context = {
        "title": spot.name,
        "form": form,
        "submit": _("保存"),
        "back": reverse(LIST),
        "retire": spot.is_active,
    }
    return show(request, "form", context, tab="spots", status=status)
