"""业务网格: old grids of departments, how far they are dissolved into ours, and the day on which each ends."""

from collections import defaultdict
from typing import Any
from uuid import uuid4

import shapely
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.access import Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.people.models import Department
from gezhi.territory.access import EDIT
from gezhi.territory.actions import map_by_hand, map_by_outline, register_legacy_grid, retire_legacy_grid
from gezhi.territory.crs import Crs
from gezhi.territory.ledgers import legacy_coverage
from gezhi.territory.models import Area, Boundary, LegacyGrid, LegacyMapping
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.forms import LegacyForm, MappingForm, RetireForm
from gezhi.web.operation.land.page import choice, done_once, for_land, show, workbook
from gezhi.web.operation.land.pictures import Picture, Shape, picture

A_PAGE = 200
MOST_ROWS = 20_000
STATES = ("unmapped", "partly", "mapped", "retired")


def departments() -> dict[str, str]:
    """Names by code. One statement."""
    return dict(Department.objects.order_by("name").values_list("code", "name"))


@require_safe
@for_land
def page(request: DeskRequest) -> HttpResponse:
    """The coverage report by department, and the grids of one of them. Five statements besides the frame."""
    today, names = localdate(request.at), departments()
    rows = legacy_coverage(on=today)
    chosen, state = request.GET.get("department", ""), request.GET.get("state", "")
    one = next((row for row in rows if row.department == chosen), None)
    shown: list[LegacyGrid] = []
    if one is not None:
        shown = list(grids_of(one, state, today)[: A_PAGE + 1])
    context = {
        "rows": [
            {"row": row, "name": names.get(row.department, row.department), "href": choice("", {"department": row.department}).href}
            for row in rows
        ],
        "sums": {
            "grids": sum(row.grids for row in rows), "mapped": sum(row.mapped for row in rows),
            "retired": sum(row.retired for row in rows),
        },
        "one": one,
        "name": names.get(chosen, chosen),
        "states": [
            choice(words, {"department": chosen, "state": "" if state == code else code}, is_chosen=state == code, count=count)
            for code, words, count in counts(one)
        ] if one is not None else [],
        "grids": [line(grid, today) for grid in shown[:A_PAGE]],
        "is_cut": len(shown) > A_PAGE,
    }  # fmt: skip
    return show(request, "legacy", context)


def counts(one: Any) -> list[tuple[str, Any, int]]:
    return [
        ("unmapped", _("没有对应"), len(one.unmapped)),
        ("partly", _("对应不全"), len(one.partly)),
        ("mapped", _("已对应"), one.mapped),
        ("retired", _("已撤销"), one.retired),
    ]


def grids_of(one: Any, state: str, today: Any) -> Any:
    rows = LegacyGrid.objects.filter(department=one.department).defer("wkb").prefetch_related("mappings__area")
    match state:
        case "unmapped":
            return rows.filter(code__in=one.unmapped)
        case "partly":
            return rows.filter(code__in=one.partly)
        case "mapped":
            return rows.exclude(code__in=[*one.unmapped, *one.partly])
        case "retired":
            return rows.filter(until_on__lt=today)
        case _:
            return rows


def line(grid: LegacyGrid, today: Any) -> dict[str, Any]:
    mappings = list(grid.mappings.all())
    return {
        "grid": grid,
        "mappings": mappings[:4],
        "more": max(len(mappings) - 4, 0),
        "percent": round(100 * min(sum(one.share for one in mappings if one.area.is_active), 1.0)),
        "is_retired": grid.is_retired_on(today),
    }


@require_safe
@for_land
def sheet(request: DeskRequest) -> HttpResponse:
    """Coverage by department, and every mapping."""
    today, names = localdate(request.at), departments()
    coverage = Sheet(
        _("各部门覆盖情况"),
        [
            Column(_("部门"), 14), Column(_("业务网格")), Column(_("已对应")), Column(_("对应率"), 6, "0.0%"), Column(_("对应不全")),
            Column(_("没有对应")), Column(_("已撤销")),
        ],
        [
            [names.get(row.department, row.department), row.grids, row.mapped, row.ratio, len(row.partly), len(row.unmapped), row.retired]
            for row in legacy_coverage(on=today)
        ],
    )  # fmt: skip
    shares: dict[int, list[LegacyMapping]] = defaultdict(list)
    for mapping in LegacyMapping.objects.select_related("area").order_by("legacy", "-share"):
        shares[mapping.legacy_id].append(mapping)
    mapped = Sheet(
        _("对应关系"),
        [
            Column(_("部门"), 14), Column(_("业务网格编码"), 10), Column(_("名称"), 16), Column(_("对应区域"), 20), Column(_("编码"), 9),
            Column(_("占比"), 6, "0.0%"), Column(_("来源"), 6), Column(_("最后一天"), 8),
        ],
        (
            [names.get(grid.department, grid.department), grid.code, grid.name, name_path(one.area.code) if one else None,
             one.area.code if one else None, one.share if one else None, (_("手工") if one.is_by_hand else _("按边界")) if one else None,
             grid.until_on]
            for grid in LegacyGrid.objects.defer("wkb")[:MOST_ROWS]
            for one in (*shares.get(grid.pk, ()), *(() if shares.get(grid.pk) else (None,)))
        ),
    )  # fmt: skip
    return workbook(f"{_('业务网格')}-{today:%Y%m%d}", coverage, mapped)


@require_http_methods(["GET", "POST"])
@for_land
def new(request: DeskRequest) -> HttpResponse:
    """Enter one old grid; many come by a file."""
    if not request.actor.has(EDIT):
        raise Denied(EDIT)
    sent: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = LegacyForm(list(departments().items()), initial={"department": request.GET.get("department", "")}, **sent)
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            try:
                return registered(request, form)
            except Refused as error:
                form.refuse("file" if error.field == "boundary" else error.field, error.message)
                status = error.status
    context = {
        "form": form,
        "seal": uuid4().hex,
        "heading": _("登记业务网格"),
        "back": reverse("operation:land:legacy"),
    }
    return show(request, "form", context, status=status)


def registered(request: DeskRequest, form: LegacyForm) -> HttpResponse:
    given = form.cleaned_data
    outlines, own = given["file"] or ([], None)
    if len(outlines) > 1:
        raise Refused(
            "too_many",
            _("文件里有 %(n)d 个要素，登记一个请只留一个；成批的走“导入”。") % {"n": len(outlines)},
            field="file",
        )
    geometry = outlines[0].geometry if outlines else None
    crs = own or Crs(given["crs"])

    def do() -> int:
        return register_legacy_grid(
            given["department"], given["code"], given["name"], actor=request.actor, at=request.at, geometry=geometry, crs=crs
        ).pk  # fmt: skip

    content = {name: given[name] for name in ("department", "code", "name")}
    pk = done_once(request, content, do)
    messages.success(request, _("已登记。"))
    return HttpResponseRedirect(reverse("operation:land:legacy-one", args=[pk]))


def legacy_grid(pk: int) -> LegacyGrid:
    found = LegacyGrid.objects.filter(pk=pk).first()
    if found is None:
        raise Missing("no_legacy_grid", _("没有这个业务网格。"))
    return found


@require_safe
@for_land
def one(request: DeskRequest, pk: int) -> HttpResponse:
    return show_one(request, legacy_grid(pk))


def show_one(
    request: DeskRequest, grid: LegacyGrid, *, mapping: MappingForm | None = None, retire: RetireForm | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    today = localdate(request.at)
    mappings = list(grid.mappings.select_related("area").order_by("-share", "area__code"))
    may_edit = request.actor.has(EDIT) and not grid.is_retired_on(today)
    context = {
        "grid": grid,
        "department": departments().get(grid.department, grid.department),
        "mappings": [(one_, name_path(one_.area.code), 100 * one_.share) for one_ in mappings],
        "covered": min(sum(one_.share for one_ in mappings if one_.area.is_active), 1.0) * 100,
        "is_retired": grid.is_retired_on(today),
        "picture": picture_of(grid, mappings),
        "may_change": may_edit,
        "mapping": mapping or MappingForm(),
        "retire": retire or RetireForm(initial={"until_on": today}),
        "events": timeline(grid),
    }
    return show(request, "legacy_one", context, status=status)


def picture_of(grid: LegacyGrid, mappings: list[LegacyMapping]) -> Picture | None:
    """The old grid over the grids of ours into which it goes."""
    rows = Boundary.objects.current().filter(area__in=[one.area_id for one in mappings]).select_related("area")
    shapes = [Shape(row.geometry, "after", row.area.name, row.area.code[-3:]) for row in rows]
    if grid.wkb is not None:
        shapes.append(Shape(shapely.from_wkb(bytes(grid.wkb)), "before", grid.name))
    return picture(shapes, _("业务网格%(name)s和它对应的网格") % {"name": grid.name})


@require_POST
@for_land
def change(request: DeskRequest, pk: int, what: str) -> HttpResponse:
    """Map it by hand or anew by its outline, or say its last day."""
    grid = legacy_grid(pk)
    mapping = MappingForm(request.POST) if what == "map" else None
    retire = RetireForm(request.POST) if what == "retire" else None
    form = mapping or retire
    if form is not None and not form.is_valid():
        return show_one(request, grid, mapping=mapping, retire=retire, status=422)
    try:
        done = changed(request, grid, what, form)
    except Refused as error:
        if form is None:
            raise
        form.refuse({"share": "percent"}.get(error.field or "", error.field), error.message)
        return show_one(request, legacy_grid(pk), mapping=mapping, retire=retire, status=error.status)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("operation:land:legacy-one", args=[pk]))


def changed(request: DeskRequest, grid: LegacyGrid, what: str, form: Any) -> str:
    if what == "map":
        area = Area.objects.filter(code=form.cleaned_data["area"]).first()
        if area is None:
            raise Refused("no_such_area", _("没有这个区域编码。"), field="area")
        map_by_hand(grid, area, form.cleaned_data["percent"] / 100, actor=request.actor, at=request.at)
        return _("已对应。")
    if what == "retire":
        retire_legacy_grid(grid, form.cleaned_data["until_on"], actor=request.actor, at=request.at)
        return _("已定下最后一天。")
    if what == "outline":
        found = map_by_outline(grid, actor=request.actor, at=request.at)
        return _("按边界重新对应，找到 %(n)d 个网格。") % {"n": len(found)}
    raise Missing("no_such_step", _("没有这一步。"))
