"""The layers for programs of maps: OGC API Features, Part 1 (core and GeoJSON), so that QGIS and others open them directly.

Four collections, one a level, and one of the unit grids of city management, which are a layer apart. Coordinates are longitude and latitude in
CGCS2000, which is CRS84 to centimetres; `datetime` gives the outlines that held on a day or within a span of days.
"""

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
import shapely
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.http.inputs import ApiRequest, Text, about, only_known, said
from gezhi.kernel.http.problems import Malformed
from gezhi.kernel.refusals import Missing
from gezhi.territory.codes import Level
from gezhi.territory.geojson import write_features
from gezhi.territory.models import Boundary, BoundaryQuerySet, UnitGrid, UnitGridQuerySet
from gezhi.territory.unit_grids import properties_of as properties_of_unit

router = Router(tags=["ogc"])
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "oas30", "geojson")
]
GEOJSON = "application/geo+json"
TITLES: dict[str, tuple[Level, Any]] = {
    "districts": ("district", gettext_lazy("区")),
    "streets": ("street", gettext_lazy("街道")),
    "communities": ("community", gettext_lazy("社区（村）")),
    "grids": ("grid", gettext_lazy("网格")),
}
UNIT_GRIDS = "unit-grids"
NAMES: dict[str, Any] = {name: title for name, (_level, title) in TITLES.items()} | {
    UNIT_GRIDS: gettext_lazy("单元网格")
}
# Whole millimetres survive nine decimals of a degree.
DECIMALS = 9
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[0-9:.]+(?:Z|[+-]\d{2}:\d{2})?)?", re.ASCII)
FormatWord = Annotated[Literal["json"], about(gettext_lazy("只有 JSON。"))]


class Format(BaseModel):
    f: FormatWord = "json"


class Window(Format):
    limit: Annotated[int, Field(ge=1, le=10_000)] = 100
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    bbox: Annotated[Text, Field(max_length=200), about(gettext_lazy("西、南、东、北，用逗号隔开，单位度。"))] = ""
    datetime: Annotated[Text, Field(max_length=60), about(gettext_lazy("某一天，或用斜线隔开的起止日；.. 表示不限。"))] = ""  # fmt: skip


def here(request: HttpRequest, operation: str, **parts: Any) -> str:
    """The whole address of an operation: clients follow links, and relative ones confuse some."""
    return request.build_absolute_uri(reverse(f"ogc:{operation}", kwargs=parts))


def link(rel: str, href: str, title: str, kind: str = "application/json") -> dict[str, str]:
    return {"rel": rel, "href": href, "type": kind, "title": title}


@router.get("/", operation_id="ogc_landing", **said(gettext_lazy("入口"), gettext_lazy("图层服务从哪里开始。")))
def landing(request: ApiRequest, choice: Query[Format]) -> HttpResponse:
    only_known(request, Format)
    links = [
        link("self", here(request, "ogc_landing"), _("入口")),
        link(
            "service-desc",
            here(request, "openapi-json"),
            _("接口说明"),
            "application/vnd.oai.openapi+json;version=3.0",
        ),
        link("conformance", here(request, "ogc_conformance"), _("符合的标准")),
        link("data", here(request, "ogc_collections"), _("图层")),
    ]
    return JsonResponse(
        {"title": _("格治区划图层"), "description": _("区、街道、社区（村）和网格的边界。"), "links": links}
    )


@router.get("/conformance", operation_id="ogc_conformance", **said(gettext_lazy("符合的标准"), "OGC API Features."))
def conformance(request: ApiRequest, choice: Query[Format]) -> HttpResponse:
    only_known(request, Format)
    return JsonResponse({"conformsTo": CONFORMANCE})


def described(request: HttpRequest, name: str) -> dict[str, Any]:
    title = NAMES[name]
    found = chosen(name, Window())
    boxes = list(found.values_list("west", "south", "east", "north"))
    extent: dict[str, Any] = {}
    if boxes:
        west, south, east, north = np.array(boxes).T
        box = [float(west.min()), float(south.min()), float(east.max()), float(north.max())]
        extent = {"extent": {"spatial": {"bbox": [box], "crs": CRS84}}}
    return {
        "id": name,
        "title": str(title),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link("self", here(request, "ogc_collection", name=name), str(title)),
            link("items", here(request, "ogc_items", name=name), str(title), GEOJSON),
        ],
        **extent,
    }


@router.get(
    "/collections",
    operation_id="ogc_collections",
    **said(gettext_lazy("图层"), gettext_lazy("四级各一层，单元网格另有一层。")),
)
def collections(request: ApiRequest, choice: Query[Format]) -> HttpResponse:
    only_known(request, Format)
    answer = {
        "links": [link("self", here(request, "ogc_collections"), _("图层"))],
        "collections": [described(request, name) for name in NAMES],
    }
    return JsonResponse(answer)


@router.get(
    "/collections/{name}", operation_id="ogc_collection", **said(gettext_lazy("一个图层"), gettext_lazy("范围和地址。"))
)
def collection(request: ApiRequest, name: str, choice: Query[Format]) -> HttpResponse:
    only_known(request, Format)
    return JsonResponse(described(request, known(name)))


def known(name: str) -> str:
    if name not in NAMES:
        raise Missing("no_such_collection", _("没有这个图层：%(name)s。") % {"name": name[:40]}, field="name")
    return name


@router.get(
    "/collections/{name}/items",
    operation_id="ogc_items",
    **said(gettext_lazy("图层里的区域"), gettext_lazy("GeoJSON FeatureCollection，按编码排列。")),
    openapi_extra={"responses": {200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}}},
)
def items(request: ApiRequest, name: str, window: Query[Window]) -> HttpResponse:
    only_known(request, Window)
    rows = chosen(known(name), window)
    matched = rows.count()
    page: list[Boundary | UnitGrid] = list(rows[window.offset : window.offset + window.limit])
    links = [
        link("self", request.build_absolute_uri(), str(NAMES[name]), GEOJSON),
        link("collection", here(request, "ogc_collection", name=name), str(NAMES[name])),
    ]
    if window.offset + len(page) < matched:
        query = request.GET.copy()
        query["offset"] = str(window.offset + window.limit)
        query["limit"] = str(window.limit)
        address = f"{here(request, 'ogc_items', name=name)}?{query.urlencode()}"
        links.append(link("next", address, _("下一页"), GEOJSON))
    answer = {
        "type": "FeatureCollection",
        "timeStamp": f"{request.at:%Y-%m-%dT%H:%M:%SZ}",
        "numberMatched": matched,
        "numberReturned": len(page),
        "links": links,
        "features": features_of(page),
    }
    return JsonResponse(answer, content_type=GEOJSON)


@router.get(
    "/collections/{name}/items/{code}",
    operation_id="ogc_item",
    **said(gettext_lazy("一个区域"), gettext_lazy("GeoJSON Feature。")),
    openapi_extra={"responses": {200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}}},
)
def item(request: ApiRequest, name: str, code: str, choice: Query[Format]) -> HttpResponse:
    only_known(request, Format)
    column = "code" if name == UNIT_GRIDS else "area__code"
    row = chosen(known(name), Window()).filter(**{column: code}).first()
    if row is None:
        raise Missing("no_such_area", _("没有这个区域代码：%(code)s。") % {"code": code[:20]}, field="code")
    (feature,) = features_of([row])
    feature["links"] = [
        link("self", here(request, "ogc_item", name=name, code=code), name_of(row), GEOJSON),
        link("collection", here(request, "ogc_collection", name=name), str(NAMES[name])),
    ]
    return JsonResponse(feature, content_type=GEOJSON)


def name_of(row: Boundary | UnitGrid) -> str:
    return row.area.name if isinstance(row, Boundary) else row.name or row.code


def chosen(name: str, window: Window) -> Any:
    """What holds now, or within the span of days that is asked for, in the order of codes."""
    rows: Any = unit_grids(window) if name == UNIT_GRIDS else boundaries(name, window)
    if window.bbox:
        west, south, east, north = box_of(window.bbox)
        rows = rows.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    return rows


def unit_grids(window: Window) -> UnitGridQuerySet:
    rows = UnitGrid.objects.order_by("code", "from_on", "pk")
    if not window.datetime:
        return rows.current()
    first, last = span_of(window.datetime)
    if last is not None:
        rows = rows.filter(from_on__lte=last)
    return rows if first is None else rows.filter(Q(until_on__isnull=True) | Q(until_on__gte=first))


def boundaries(name: str, window: Window) -> BoundaryQuerySet:
    rows = Boundary.objects.filter(area__level=TITLES[name][0]).select_related("area__subtype")
    if window.datetime:
        first, last = span_of(window.datetime)
        if last is not None:
            rows = rows.filter(valid_from__lte=last)
        if first is not None:
            rows = rows.filter(Q(valid_before__isnull=True) | Q(valid_before__gt=first))
    else:
        rows = rows.current().filter(area__is_active=True)
    return rows.order_by("area__code", "valid_from", "pk")


def span_of(text: str) -> tuple[date | None, date | None]:
    """A day is a span of one; ".." or nothing leaves an end open."""
    ends = text.split("/")
    if len(ends) > 2:
        raise wrong("datetime")
    days = [None if len(ends) == 2 and end in ("", "..") else day_of(end) for end in ends]
    return days[0], days[-1]


def day_of(text: str) -> date:
    match = DAY.fullmatch(text)
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise wrong("datetime") from None


def box_of(text: str) -> tuple[float, float, float, float]:
    """Four numbers, or six with heights, which are left aside."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise wrong("bbox") from None
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not np.isfinite(numbers).all():
        raise wrong("bbox")
    return numbers[0], numbers[1], numbers[2], numbers[3]


def wrong(field: str) -> Malformed:
    return Malformed("bad_parameter", _("参数 %(name)s 写得不对。") % {"name": field}, field=field)


def features_of(rows: Sequence[Boundary | UnitGrid]) -> list[dict[str, Any]]:
    properties = [properties_of(row) if isinstance(row, Boundary) else properties_of_unit(row) for row in rows]
    shapes = shapely.from_wkb(np.array([bytes(row.wkb) for row in rows], dtype=object))
    features: list[dict[str, Any]] = json.loads(write_features(properties, shapes, decimals=DECIMALS))["features"]
    for feature, row in zip(features, rows, strict=True):
        feature["id"] = row.area.code if isinstance(row, Boundary) else row.code
    return features


def properties_of(row: Boundary) -> dict[str, Any]:
    area = row.area
    return {
        "code": area.code,
        "name": area.name,
        "short_name": area.short_name,
        "level": area.level,
        "parent": area.parent_id or "",
        "kind": area.kind,
        "subtype": area.subtype.name if area.subtype else "",
        "households": area.households,
        "population": area.population,
        "east": area.bounds_east,
        "south": area.bounds_south,
        "west": area.bounds_west,
        "north": area.bounds_north,
        "sketch": row.is_sketch,
        "valid_from": row.valid_from.isoformat(),
        "valid_before": row.valid_before.isoformat() if row.valid_before else None,
    }
