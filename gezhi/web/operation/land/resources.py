"""12大类资源: the dictionary, what there is in each category, and which areas it serves."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.access import EDIT
from gezhi.territory.actions import define_resource, end_placement, name_entry, place_resource
from gezhi.territory.ledgers import placements_in, resource_tally
from gezhi.territory.models import Area, Resource, ResourceCategory, ResourcePlacement, StructurePart
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.areas import choices_within, within_of
from gezhi.web.operation.land.forms import EntryForm, PlaceForm, ResourceForm
from gezhi.web.operation.land.page import choice, done_once, for_land, show, workbook
from gezhi.web.operation.land.wording import place_words

MOST_ROWS = 20_000


@require_safe
@for_land
def page(request: DeskRequest) -> HttpResponse:
    """The twelve categories with their counts; one of them opened by `?category=`. Two or three statements besides the frame."""
    within, today = within_of(request), localdate(request.at)
    asked, code = request.GET.get("within", ""), request.GET.get("category", "")
    tallies = resource_tally(within, on=today)
    category = next((one for one in tallies if one.code == code), None)
    context = {
        "place": place_words(within) if within else _("全部辖区"),
        "withins": choices_within(request, within),
        "rows": [(one, choice("", {"within": asked, "category": one.code}).href) for one in tallies],
        "unconfirmed": sum(not one.is_confirmed for one in tallies),
        "category": category,
        "placements": list(placements_in(within, category.code, on=today)[:500]) if category is not None else [],
        "idle": idle(category.code) if category is not None and request.actor.has(EDIT) else [],
        "sheet": choice("", {"within": within}).href,
    }
    return show(request, "resources", context)


def idle(category: str) -> list[Resource]:
    """Resources of a category that serve nowhere yet."""
    return list(Resource.objects.filter(category__code=category, placements__isnull=True)[:200])


@require_safe
@for_land
def sheet(request: DeskRequest) -> HttpResponse:
    within, today = within_of(request), localdate(request.at)
    columns = [
        Column(_("大类"), 8), Column(_("资源"), 16), Column(_("提供单位"), 16), Column(_("服务区域"), 20), Column(_("编码"), 9),
        Column(_("从"), 7), Column(_("到"), 7), Column(_("说明"), 20),
    ]  # fmt: skip
    rows = (
        [one.resource.category.name, one.resource.name, one.resource.provider, name_path(one.area.code), one.area.code,
         one.from_on, one.until_on, one.resource.note]
        for one in placements_in(within, "", on=today)[:MOST_ROWS]
    )  # fmt: skip
    tallies = Sheet(
        _("12大类资源"),
        [Column(_("大类"), 8), Column(_("是否确认"), 6), Column(_("资源数")), Column(_("服务区域数"))],
        [
            [one.name, _("已确认") if one.is_confirmed else _("待确认"), one.resources, one.areas]
            for one in resource_tally(within, on=today)
        ],
    )
    return workbook(f"{_('资源下沉')}-{today:%Y%m%d}", tallies, Sheet(_("资源配置"), columns, rows))


@require_http_methods(["GET", "POST"])
@for_land
def new(request: DeskRequest) -> HttpResponse:
    """A resource, and where it serves from the first day."""
    if not request.actor.has(EDIT):
        raise Denied(EDIT)
    sent = {"data": request.POST} if request.method == "POST" else {}
    today = localdate(request.at)
    form = ResourceForm(initial={"category": request.GET.get("category", ""), "from_on": today}, **sent)
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            try:
                return defined(request, form)
            except Refused as error:
                form.refuse({"area": "areas"}.get(error.field or "", error.field), error.message)
                status = error.status
    context = {"form": form, "seal": uuid4().hex, "heading": _("登记资源"), "back": reverse("operation:land:resources")}
    return show(request, "form", context, status=status)


def defined(request: DeskRequest, form: ResourceForm) -> HttpResponse:
    given = form.cleaned_data
    category = ResourceCategory.objects.get(code=given["category"])

    def do() -> int:
        resource = define_resource(
            category, given["name"], actor=request.actor, at=request.at, provider=given["provider"], note=given["note"]
        )
        areas = areas_of(given["areas"])
        place_resource(resource, areas, actor=request.actor, at=request.at, from_on=given["from_on"])
        return resource.pk

    done_once(request, {name: str(value) for name, value in given.items()}, do)
    messages.success(request, _("已登记。"))
    return HttpResponseRedirect(f"{reverse('operation:land:resources')}?category={category.code}")


def areas_of(codes: list[str]) -> list[Area]:
    """The areas that were typed. Raises `Refused`."""
    found = {area.code: area for area in Area.objects.filter(code__in=codes)}
    missing = [code for code in codes if code not in found]
    if missing:
        raise Refused("no_such_area", _("没有这些编码：%(codes)s") % {"codes": "、".join(missing[:5])}, field="areas")
    return [found[code] for code in codes]


@require_http_methods(["GET", "POST"])
@for_land
def place(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a resource serve more areas."""
    resource = Resource.objects.select_related("category").filter(pk=pk).first()
    if resource is None or not request.actor.has(EDIT):
        raise Missing("no_resource", _("没有这项资源，或者您不能配置它。"))
    sent = {"data": request.POST} if request.method == "POST" else {}
    form = PlaceForm(initial={"from_on": localdate(request.at)}, **sent)
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            try:
                areas = areas_of(form.cleaned_data["areas"])
                place_resource(
                    resource, areas, actor=request.actor, at=request.at, from_on=form.cleaned_data["from_on"]
                )
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
            else:
                messages.success(request, _("已配置。"))
                return HttpResponseRedirect(f"{reverse('operation:land:resources')}?category={resource.category.code}")
    context = {"form": form, "heading": _("配置资源：%(name)s") % {"name": resource.name}, "back": reverse("operation:land:resources")}  # fmt: skip
    return show(request, "form", context, status=status)


@require_POST
@for_land
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """A placement ends with today."""
    found = ResourcePlacement.objects.select_related("area", "resource__category").filter(pk=pk).first()
    if found is None or not request.actor.may(EDIT, area=found.area.code):
        raise Missing("no_placement", _("没有这项配置，或者您不能改它。"))
    end_placement(found, max(localdate(request.at), found.from_on), actor=request.actor, at=request.at)
    messages.success(request, _("这项配置到今天为止。"))
    return HttpResponseRedirect(f"{reverse('operation:land:resources')}?category={found.resource.category.code}")


# --- dictionaries ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_land
def entry(request: DeskRequest, kind: str, pk: int) -> HttpResponse:
    """Give a category of resources, or a part of the 345 structure, the name that the district has confirmed."""
    model: Any = {"category": ResourceCategory, "part": StructurePart}.get(kind)
    found = model.objects.filter(pk=pk).first() if model is not None else None
    if found is None or not request.actor.has(EDIT):
        raise Missing("no_entry", _("没有这一项，或者您不能改它。"))
    back = reverse("operation:land:resources" if kind == "category" else "operation:land:home")
    sent = {"data": request.POST} if request.method == "POST" else {}
    form = EntryForm(initial={"name": found.name, "is_confirmed": found.is_confirmed}, **sent)
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            try:
                name_entry(found, actor=request.actor, at=request.at, **form.cleaned_data)
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
            else:
                messages.success(request, _("已保存。"))
                return HttpResponseRedirect(back)
    return show(request, "form", {"form": form, "heading": _("改名称"), "back": back}, status=status)
