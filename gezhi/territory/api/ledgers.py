"""What hangs on the grids, by JSON: sizes, old grids of departments, resources, the 345 overview."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import ApiRequest, Text, about, only_known, said
from gezhi.kernel.http.repeats import reply
from gezhi.territory.api.areas import known
from gezhi.territory.api.proofs import crs_of
from gezhi.territory.ledgers import area_for_work, legacy_coverage, overview, resource_tally, size_report
from gezhi.territory.unit_grids import locate_unit

router = Router(tags=["territory"])


class LedgerWithin(BaseModel):
    within: Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$"), about(_("区域代码，含下级；不填为全部。"))] = ""  # fmt: skip
    on: Annotated[date | None, about(_("按哪一天的规则和配置；不填为今天。"))] = None


class MissizedShape(BaseModel):
    code: str
    name: str
    kind: str
    households: int | None
    population: int | None
    reasons: Annotated[list[str], about(_("few_households、many_households、many_people，或户数不明的 unknown。"))]
    exemption: str


class SizeShape(BaseModel):
    checked: int
    free: Annotated[int, about(_("没有规模规则的网格，如专属网格。"))]
    counts: dict[str, int]
    missized: list[MissizedShape]


class LedgerPartShape(BaseModel):
    code: str
    name: str
    is_confirmed: bool
    count: int | None


class OverviewShape(BaseModel):
    platforms: list[LedgerPartShape]
    grid_levels: list[LedgerPartShape]
    management: list[LedgerPartShape]
    residential: int
    dedicated: int
    subtypes: dict[str, int]
    unfinished: Annotated[list[str], about(_("与三、四、五不符的部分。"))]


class LedgerCategoryShape(BaseModel):
    code: str
    name: str
    is_confirmed: bool
    resources: int
    areas: int


class ResourcesShape(BaseModel):
    categories: list[LedgerCategoryShape]


class CoverageShape(BaseModel):
    department: str
    grids: int
    mapped: int
    ratio: float
    partly: list[str]
    unmapped: list[str]
    retired: int


class LegacyShape(BaseModel):
    departments: list[CoverageShape]


class LegacyPlace(BaseModel):
    department: Annotated[Text, Field(min_length=1, max_length=30)]
    code: Annotated[Text, Field(min_length=1, max_length=40)]


class UnitPoint(BaseModel):
    lng: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    crs: Annotated[Text, Field(max_length=40), about(_("wgs84、cgcs2000、gcj02 或 bd09。"))] = "wgs84"


class UnitPlace(BaseModel):
    """`code` null: in no cell."""

    code: str | None
    on_border: bool


class LegacyTarget(BaseModel):
    code: str


def asked(request: ApiRequest, choice: LedgerWithin) -> date:
    only_known(request, LedgerWithin)
    if choice.within:
        known(choice.within)
    return choice.on or local_day(request.at)


@router.get(
    "/grid-sizes",
    response=SizeShape,
    operation_id="report_sizes",
    **said(_("规模不合的网格"), _("户数或人口超出当天规则的网格，写明原因和豁免理由。")),
)
def sizes(request: ApiRequest, choice: Query[LedgerWithin]) -> HttpResponse:
    report = size_report(choice.within, on=asked(request, choice))
    answer = SizeShape(
        checked=report.checked,
        free=report.free,
        counts=report.counts,
        missized=[
            MissizedShape(
                code=one.code,
                name=one.name,
                kind=one.kind,
                households=one.households,
                population=one.population,
                reasons=list(one.reasons),
                exemption=one.exemption,
            )
            for one in report.missized
        ],
    )
    return reply(answer)


@router.get(
    "/structure",
    response=OverviewShape,
    operation_id="get_structure",
    **said(_("三四五总览"), _("三级平台、四级网格、五级管理和各级区域数。")),
)
def structure(request: ApiRequest, choice: Query[LedgerWithin]) -> HttpResponse:
    asked(request, choice)
    seen = overview(choice.within)

    def parts(rows: list[object]) -> list[LedgerPartShape]:
        return [LedgerPartShape.model_validate(row, from_attributes=True) for row in rows]

    answer = OverviewShape(
        platforms=parts([*seen.platforms]),
        grid_levels=parts([*seen.grid_levels]),
        management=parts([*seen.management]),
        residential=seen.residential,
        dedicated=seen.dedicated,
        subtypes=seen.subtypes,
        unfinished=seen.unfinished,
    )
    return reply(answer)


@router.get(
    "/resources",
    response=ResourcesShape,
    operation_id="tally_resources",
    **said(_("十二类资源"), _("每类有多少资源、下沉到多少区域。")),
)
def resources(request: ApiRequest, choice: Query[LedgerWithin]) -> HttpResponse:
    rows = resource_tally(choice.within, on=asked(request, choice))
    answer = ResourcesShape(categories=[LedgerCategoryShape.model_validate(row, from_attributes=True) for row in rows])
    return reply(answer)


@router.get(
    "/legacy-grids",
    response=LegacyShape,
    operation_id="report_legacy_grids",
    **said(_("业务网格的对应情况"), _("各部门原有业务网格有多少已对应、已撤销，哪些还没有。")),
)
def legacy(request: ApiRequest, choice: Query[LedgerWithin]) -> HttpResponse:
    rows = legacy_coverage(on=asked(request, choice))
    shapes = [
        CoverageShape(
            department=row.department,
            grids=row.grids,
            mapped=row.mapped,
            ratio=row.ratio,
            partly=list(row.partly),
            unmapped=list(row.unmapped),
            retired=row.retired,
        )
        for row in rows
    ]
    return reply(LegacyShape(departments=shapes))


@router.get(
    "/legacy-grids/target",
    response=LegacyTarget,
    operation_id="get_legacy_target",
    **said(
        _("业务网格对应哪个网格"), _("部门仍按旧编码派来的任务该落在哪里；已撤销的业务网格不再接收新任务，答 422。")
    ),
)
def target(request: ApiRequest, place: Query[LegacyPlace]) -> HttpResponse:
    only_known(request, LegacyPlace)
    area = area_for_work(place.department, place.code, on=local_day(request.at))
    return reply(LegacyTarget(code=area.code))


@router.get(
    "/unit-grids/locate",
    response=UnitPlace,
    operation_id="locate_unit_grid",
    **said(_("一个点在哪个单元网格"), _("城市管理的单元网格（GB/T 30428），与治理网格互不从属。")),
)
def locate_in_units(request: ApiRequest, point: Query[UnitPoint]) -> HttpResponse:
    only_known(request, UnitPoint)
    found = locate_unit(point.lng, point.lat, crs_of(point.crs))
    return reply(UnitPlace(code=found[0] if found else None, on_border=bool(found and found[1])))
