"""单元网格 (GB/T 30428): the cells of city management, a layer apart from the governance grids."""

from typing import Any

import shapely
from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.access import served
from gezhi.territory.codes import LENGTHS
from gezhi.territory.crs import Crs
from gezhi.territory.locate import locate
from gezhi.territory.models import Boundary, UnitGrid, UnitGridQuerySet
from gezhi.territory.models.units import UnitKind
from gezhi.territory.queries import name_path
from gezhi.territory.unit_grids import as_layer, locate_unit
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.areas import choices_within, within_of
from gezhi.web.operation.land.page import choice, download, for_land, show, workbook
from gezhi.web.operation.land.pictures import Picture, Shape, picture
from gezhi.web.operation.land.wording import place_words

A_PAGE, MOST_ROWS, MOST_DRAWN = 100, 50_000, 800


def seen(request: DeskRequest, within: str) -> UnitGridQuerySet:
    """The current cells whose code begins with an area that the actor serves."""
    rows = UnitGrid.objects.current().inside(within)
    own = served(request.actor)
    if within or "" in own:
        return rows
    keys = {key for code in own for key in UnitGrid.objects.current().inside(code).values_list("pk", flat=True)}
    return rows.filter(pk__in=keys)


@require_safe
@for_land
def listing(request: DeskRequest) -> HttpResponse:
    """By code, a hundred a page; a point is looked up by `?lng=&lat=`."""
    within = within_of(request)
    within = within if len(within) <= LENGTHS["community"] else within[: LENGTHS["community"]]
    kind, after, q = (request.GET.get(name, "") for name in ("kind", "after", "q"))
    rows = seen(request, within)
    if kind in UnitKind.values:
        rows = rows.filter(kind=kind)
    if q:
        rows = (
            rows.filter(code__startswith=q) if q.isdigit() else rows.filter(name__contains=q[:40].replace("\x00", ""))
        )
    found = list((rows.filter(code__gt=after) if after.isdigit() else rows).order_by("code")[: A_PAGE + 1])
    said = {"within": request.GET.get("within", ""), "kind": kind, "q": q}
    context = {
        "place": place_words(within) if within else _("全部辖区"),
        "withins": choices_within(request, within),
        "total": rows.count(),
        "rows": [(cell, name_path(cell.code[:12])) for cell in found[:A_PAGE]],
        "next": choice("", {**said, "after": found[A_PAGE - 1].code}).href if len(found) > A_PAGE else "",
        "kinds": [choice(one.label, said | {"kind": "" if kind == one else one.value}, is_chosen=kind == one) for one in UnitKind],
        "q": q, "kind": kind,
        "sheet": choice("", said).href,
        "answer": answer_of(request),
        "lng": request.GET.get("lng", ""), "lat": request.GET.get("lat", ""),
    }  # fmt: skip
    return show(request, "units", context)


def answer_of(request: DeskRequest) -> dict[str, Any] | None:
    """The cell and the governance grid of a point, side by side; None where no point is asked for."""
    try:
        lng, lat = float(request.GET["lng"]), float(request.GET["lat"])
        crs = Crs(request.GET.get("crs") or Crs.WGS84.value)
    except (KeyError, ValueError):
        return None
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        return None
    cell, grid = locate_unit(lng, lat, crs), locate(lng, lat, crs)
    return {
        "cell": cell[0] if cell else "",
        "is_shared": bool(cell and cell[1]),
        "grid": grid.code if grid else "",
        "grid_name": name_path(grid.code) if grid else "",
    }


@require_safe
@for_land
def one(request: DeskRequest, code: str) -> HttpResponse:
    """A cell with its versions, among its neighbours, and the governance grids under it."""
    versions = list(UnitGrid.objects.filter(code=code).order_by("-from_on", "-pk"))
    if not versions or not any(
        code.startswith(own) or own.startswith(code[: LENGTHS["community"]]) for own in served(request.actor)
    ):
        raise Missing("no_unit_grid", _("没有这个单元网格，或者您无权查看。"))
    cell = versions[0]
    grids = grids_under(cell)
    context = {
        "cell": cell,
        "kind": UnitKind(cell.kind).label if cell.kind else _("未分类"),
        "path": name_path(code[: LENGTHS["community"]]),
        "versions": versions,
        "grids": [(row.area.code, name_path(row.area.code)) for row in grids],
        "picture": picture_of(cell, grids),
    }
    return show(request, "unit", context)


def grids_under(cell: UnitGrid) -> list[Boundary]:
    """The governance grids that share land with a cell. Found from the outlines each time: neither layer points at the other."""
    rows = Boundary.objects.current().filter(
        area__level="grid", area__is_active=True, west__lte=cell.east, east__gte=cell.west, south__lte=cell.north, north__gte=cell.south
    )  # fmt: skip
    outline = cell.geometry
    least = outline.area * 1e-6
    return [
        row
        for row in rows.select_related("area").order_by("area__code")
        if row.geometry.intersection(outline).area > least
    ]


def picture_of(cell: UnitGrid, grids: list[Boundary]) -> Picture | None:
    around = (
        UnitGrid.objects.current()
        .filter(west__lte=cell.east, east__gte=cell.west, south__lte=cell.north, north__gte=cell.south)
        .exclude(pk=cell.pk)
    )
    shapes = [Shape(row.geometry, "context", row.area.name, "") for row in grids]
    shapes += [Shape(one_.geometry, "cell", one_.code, one_.code[12:]) for one_ in around[:MOST_DRAWN]]
    shapes.append(Shape(cell.geometry, "after", cell.code, cell.code[12:]))
    room = max(cell.east - cell.west, cell.north - cell.south) * 0.5
    window = shapely.box(cell.west - room, cell.south - room, cell.east + room, cell.north + room)
    return picture(shapes, _("单元网格%(code)s") % {"code": cell.code}, window=window)


@require_safe
@for_land
def sheet(request: DeskRequest) -> HttpResponse:
    columns = [
        Column(_("编码"), 9), Column(_("名称"), 16), Column(_("类别"), 6), Column(_("所在"), 16), Column(_("平方米"), 8, "0"),
        Column(_("初始日期"), 8), Column(_("来源"), 14),
    ]  # fmt: skip
    rows = (
        [
            cell.code,
            cell.name,
            UnitKind(cell.kind).label if cell.kind else "",
            name_path(cell.code[:12]),
            cell.square_metres,
            cell.from_on,
            cell.source,
        ]
        for cell in seen(request, within_of(request)).defer("wkb").order_by("code")[:MOST_ROWS]
    )  # fmt: skip
    return workbook(f"{_('单元网格')}-{localdate(request.at):%Y%m%d}", Sheet(_("单元网格"), columns, rows))


@require_safe
@for_land
def layer(request: DeskRequest) -> HttpResponse:
    """The current cells as GeoJSON."""
    text = as_layer(seen(request, within_of(request)).order_by("code")[:MOST_ROWS])
    return download(text.encode(), "application/geo+json", "unit-grids.geojson")
