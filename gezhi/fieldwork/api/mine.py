"""My grid and my numbers."""

import json
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel

from gezhi.cases.api.shapes import PlaceName
from gezhi.fieldwork.api.campaigns import CampaignShape, TargetShape, shape_of, target_of
from gezhi.fieldwork.api.patrols import SpotShape, spot_of
from gezhi.fieldwork.api.shapes import AddressPointShape, MonthNumber, address_point_of, place_name
from gezhi.fieldwork.queries import my_grid, my_numbers
from gezhi.kernel.access import Denied
from gezhi.kernel.http.inputs import ApiRequest, Moment, about, only_known, said
from gezhi.kernel.http.repeats import reply
from gezhi.kernel.months import is_month, month_of
from gezhi.kernel.refusals import Refused


class ColleagueShape(BaseModel):
    grid_code: str
    name: str
    role: str
    role_label: str
    work_phone: str


class ResourceShape(BaseModel):
    category: str
    name: str
    provider: str
    note: str
    area_code: str


class OpenCase(BaseModel):
    id: int
    number: str
    title: str
    stage: str
    area: PlaceName
    address: str
    due_at: Moment
    is_emergency: bool
    version: int


class MyGridShape(BaseModel):
    codes: list[str]
    outlines: Annotated[dict[str, Any], about(_("GeoJSON。"))]
    address_points: list[AddressPointShape]
    spots: list[SpotShape]
    colleagues: Annotated[list[ColleagueShape], about(_("姓名、岗位、工作电话。"))]
    resources: list[ResourceShape]
    open_cases: list[OpenCase]
    campaigns: list[CampaignShape]
    targets: list[TargetShape]


class MonthFilter(BaseModel):
    month: MonthNumber | None = None


class NumbersShape(BaseModel):
    """Counts with what they were counted from. No ranking, no points, no time online."""

    month: int
    cases_finished: int
    cases_on_the_spot: Annotated[int, about(_("其中即查即办的。"))]
    cases_checked: Annotated[int, about(_("其中已经核查的。"))]
    cases_sent_back: Annotated[int, about(_("已经核查的里面，第一次没有通过的。"))]
    cases_held: Annotated[int, about(_("现在手上的。"))]
    visits: Annotated[int, about(_("户次。"))]
    visits_with_need: int
    targets_done: Annotated[int, about(_("自己完成的排查。"))]
    team_targets_done: Annotated[int, about(_("本网格的排查里完成的，是一个组的工作。"))]
    team_targets: int
    looks: int
    looks_with_finding: int


def read_my_grid(request: ApiRequest) -> HttpResponse:
    mine = my_grid(request.auth, at=request.at)
    return reply(
        MyGridShape(
            codes=list(mine.codes),
            outlines=json.loads(mine.outlines),
            address_points=[address_point_of(point) for point in mine.address_points],
            spots=[spot_of(spot) for spot in mine.spots],
            colleagues=[
                ColleagueShape(
                    grid_code=one.grid_code,
                    name=one.name,
                    role=one.role.value,
                    role_label=str(one.role.label),
                    work_phone=one.work_phone,
                )
                for one in mine.colleagues
            ],
            resources=[
                ResourceShape(
                    category=one.resource.category.name,
                    name=one.resource.name,
                    provider=one.resource.provider,
                    note=one.resource.note,
                    area_code=one.area.code,
                )
                for one in mine.resources
            ],
            open_cases=[
                OpenCase(
                    id=case.pk,
                    number=case.number,
                    title=case.title,
                    stage=case.stage,
                    area=place_name(case.place_code),
                    address=case.address,
                    due_at=case.due_at,
                    is_emergency=case.is_emergency,
                    version=case.version,
                )
                for case in mine.open_cases
            ],
            campaigns=[shape_of(campaign) for campaign in mine.campaigns],
            targets=[target_of(target) for target in mine.targets],
        )
    )


def read_my_numbers(request: ApiRequest, filters: Query[MonthFilter]) -> HttpResponse:
    only_known(request, MonthFilter)
    if request.auth.user_id is None:
        raise Denied("case.work")
    month = filters.month or month_of(request.at)
    if not is_month(month):
        raise Refused("no_such_month", _("月份不对，写成 202603 这样。"), field="month")
    return reply(NumbersShape(**asdict(my_numbers(request.auth, month=month))))


def add_to(router: Router) -> None:
    router.get(
        "/my-grid",
        response=MyGridShape,
        operation_id="get_my_grid",
        **said(_("我的网格"), _("边界、门牌、巡查点、同事、资源、未结的事件和要做的排查。")),
    )(read_my_grid)
    router.get(
        "/my-numbers",
        response=NumbersShape,
        operation_id="get_my_numbers",
        **said(_("我的数字"), _("与考核的人看到的是同一份：做了多少、样本多大；没有排名，没有积分，没有时长。")),
    )(read_my_numbers)
