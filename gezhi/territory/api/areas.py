"""The land: areas, outlines, and where a point lies."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.http.inputs import ApiRequest, Text, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_list
from gezhi.kernel.http.repeats import reply
from gezhi.kernel.refusals import Missing, Refused
from gezhi.territory.codes import Level
from gezhi.territory.crs import Crs
from gezhi.territory.exchange import MEDIA_TYPES, Format, export
from gezhi.territory.locate import locate as locate_point
from gezhi.territory.locate import require_located
from gezhi.territory.models import Area
from gezhi.territory.plans import successors
from gezhi.territory.queries import NAMES, AreaName, area_name, as_geojson, name_path, tally

router = Router(tags=["territory"])
Code = Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$")]


class AreaShape(BaseModel):
    code: str
    level: str
    name: str
    short_name: str
    kind: Annotated[str, about(_("只有网格才有：residential 或 dedicated。"))]
    subtype: str
    is_active: bool


class AreaPage(Page[AreaShape]):
    pass


class AreaWhole(AreaShape):
    parent_code: str | None
    path: str
    bounds: Annotated[dict[str, str], about(_("四至。"))]
    households: int | None
    population: int | None
    successors: Annotated[list[str], about(_("停用后由哪些区域接替，第一个为主；在用的为空。"))]
    grids: Annotated[dict[str, int], about(_("在用网格数，按类别。"))]


class AreaFilters(BaseModel):
    parent: Annotated[
        str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$"), about(_("上级的代码；不填为最上一级。"))
    ] = ""


class OutlineChoice(BaseModel):
    level: Annotated[Level | None, about(_("不填为这个区域自己；填了为其中这一级的全部。"))] = None
    tolerance: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False), about(_("简化到多少米。"))] = 0


class Point(BaseModel):
    lng: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    crs: Annotated[Text, Field(max_length=40), about(_("wgs84、cgcs2000、gcj02 或 bd09。"))] = "wgs84"
    on: Annotated[date | None, about(_("按哪一天的边界和代码；不填为现在。"))] = None


class Place(BaseModel):
    """The areas of a point; null where no boundary is known that finely."""

    code: str
    path: str
    grid_code: str | None
    community_code: str | None
    street_code: str | None
    district_code: str
    on_border: bool


def shape(area: AreaName) -> AreaShape:
    return AreaShape(
        code=area.code,
        level=area.level,
        name=area.name,
        short_name=area.short_name,
        kind=area.kind,
        subtype=area.subtype,
        is_active=area.is_active,
    )


def known(code: str) -> AreaName:
    area = area_name(code)
    if area is None:
        raise Missing("no_such_area", _("没有这个区域代码：%(code)s。") % {"code": code}, field="code")
    return area


@router.get("/areas", response=AreaPage, operation_id="list_areas", **said(_("区域"), _("某个区域下一级的全部区域。")))
def list_areas(request: ApiRequest, filters: Query[AreaFilters], paging: Query[Paging]) -> HttpResponse:
    """The areas one level below `parent`, by code, from memory."""
    only_known(request, AreaFilters, Paging)
    length = len(known(filters.parent).code) + 3 if filters.parent else 6
    areas = [area for code, area in NAMES.get().items() if len(code) == length and code.startswith(filters.parent)]
    found, link = page_of_list(request, paging, areas, key=lambda area: area.code)
    return reply(AreaPage(items=[shape(area) for area in found], next=link))


@router.get(
    "/areas/{code}",
    response=AreaWhole,
    operation_id="get_area",
    **said(_("一个区域"), _("名称、四至、户数人口和在用网格数。")),
)
def read_area(request: ApiRequest, code: Code) -> HttpResponse:
    """One area with its written bounds, and how many grids it holds."""
    found = known(code)
    area = Area.objects.get(code=code)
    sums = tally(code)
    answer = AreaWhole(
        **shape(found).model_dump(),
        parent_code=area.parent_id,
        path=name_path(code),
        bounds={side: getattr(area, f"bounds_{side}") for side in ("east", "south", "west", "north")},
        households=area.households,
        population=area.population,
        successors=[] if area.is_active else successors(code),
        grids={"residential": sums.residential, "dedicated": sums.dedicated},
    )
    return reply(answer)


@router.get(
    "/areas/{code}/geojson",
    operation_id="get_outline",
    **said(_("区域的边界"), _("GeoJSON FeatureCollection，CGCS2000。没有边界时 features 为空。")),
    openapi_extra={"responses": {200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}}}},
)
def outline(request: ApiRequest, code: Code, choice: Query[OutlineChoice]) -> HttpResponse:
    only_known(request, OutlineChoice)
    known(code)
    if choice.level is None:
        text = as_geojson(codes=[code], tolerance=choice.tolerance)
    else:
        text = as_geojson(within=code, level=choice.level, tolerance=choice.tolerance)
    return HttpResponse(text, content_type="application/geo+json")


class ExportChoice(BaseModel):
    level: Annotated[Level, about(_("导出其中哪一级。"))] = "grid"
    format: Annotated[Format, about(_("xlsx 为表格，gpkg 和 geojson 带边界。"))] = "xlsx"


@router.get(
    "/areas/{code}/export",
    operation_id="export_areas",
    **said(_("导出"), _("区域里某一级的全部在用区域，Excel、GeoPackage 或 GeoJSON。")),
    openapi_extra={"responses": {200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}}},
)
def export_areas(request: ApiRequest, code: Code, choice: Query[ExportChoice]) -> HttpResponse:
    only_known(request, ExportChoice)
    known(code)
    response = HttpResponse(export(code, choice.level, choice.format), content_type=MEDIA_TYPES[choice.format])
    response["Content-Disposition"] = f'attachment; filename="{code}-{choice.level}.{choice.format}"'
    return response


@router.get(
    "/locate",
    response=Place,
    operation_id="locate",
    **said(_("一个点在哪个网格"), _("区外的点是 422。")),
)
def locate(request: ApiRequest, point: Query[Point]) -> HttpResponse:
    only_known(request, Point)
    try:
        crs = Crs.parse(point.crs)
    except ValueError:
        raise Refused("no_such_crs", _("没有这种坐标系。"), field="crs") from None
    if point.on is None:
        found = require_located(point.lng, point.lat, crs)
    else:
        held = locate_point(point.lng, point.lat, crs, on=point.on)
        if held is None:
            raise Refused("outside_district", _("这一天，这个位置没有已知的边界。"), field="lng")
        found = held
    answer = Place(
        code=found.code,
        path=name_path(found.code),
        grid_code=found.grid_code,
        community_code=found.community_code,
        street_code=found.street_code,
        district_code=found.district_code,
        on_border=found.on_border,
    )
    return reply(answer)
