"""Spots and looks at them."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.cases.api.shapes import PlaceName
from gezhi.fieldwork.access import get_spot
from gezhi.fieldwork.actions import add_spot, record_look
from gezhi.fieldwork.api.shapes import DoneAt, FoundIn, Pk, RowKey, content_of, finding_of, place_name
from gezhi.fieldwork.api.visits import AreaFilter
from gezhi.fieldwork.models import Look, Spot, lying_in
from gezhi.kernel.http.inputs import ApiRequest, Body, Moment, Text, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once


class SpotIn(Body):
    key: RowKey
    area_code: Annotated[Text, Field(max_length=20)] = ""
    name: Annotated[Text, Field(min_length=1, max_length=40)]
    hint: Annotated[Text, Field(max_length=120)] = ""
    lng: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    crs: Annotated[Text, Field(max_length=40)] = "wgs84"


class SpotShape(BaseModel):
    id: int
    key: UUID
    area: PlaceName
    name: str
    hint: str
    lng: float | None
    lat: float | None


class SpotPage(Page[SpotShape]):
    pass


class LookIn(Body):
    key: RowKey
    finding: FoundIn | None = None
    done_at: DoneAt = None


class LookShape(BaseModel):
    id: int
    key: UUID
    spot_id: int
    has_finding: bool
    case_id: int | None
    looked_at: Moment
    done_at: Moment | None


def spot_of(spot: Spot) -> SpotShape:
    plain = ("key", "name", "hint", "lng", "lat")
    return SpotShape(id=spot.pk, area=place_name(spot.place_code), **{name: getattr(spot, name) for name in plain})


def look_of(look: Look) -> LookShape:
    plain = ("key", "spot_id", "has_finding", "case_id", "looked_at", "done_at")
    return LookShape(id=look.pk, **{name: getattr(look, name) for name in plain})


def list_spots(request: ApiRequest, filters: Query[AreaFilter], paging: Query[Paging]) -> HttpResponse:
    only_known(request, AreaFilter, Paging)
    held = (*request.auth.areas("patrol.record"), *request.auth.areas("spot.edit"))
    rows = Spot.objects.active().filter(lying_in(*held))
    if filters.area:
        rows = rows.filter(lying_in(filters.area))
    found, link = page_of_rows(request, paging, rows, order=("pk",))
    return reply(SpotPage(items=[spot_of(spot) for spot in found], next=link))


def choose_spot(request: ApiRequest, given: SpotIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        return 201, spot_of(add_spot(actor=actor, at=at, **given.model_dump()))

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)


def look_at(request: ApiRequest, pk: Pk, given: LookIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        finding = finding_of(given.finding, request)
        spot = get_spot(actor, pk)
        look = record_look(spot, actor=actor, at=at, key=given.key, finding=finding, done_at=given.done_at)
        return 201, look_of(look)

    return reply_once(request, f"user:{actor.user_id}", content_of(given), do, at=at)


def add_to(router: Router) -> None:
    router.get("/spots", response=SpotPage, operation_id="list_spots", **said(_("巡查点"), _("自己范围里的。")))(
        list_spots
    )
    router.post(
        "/spots",
        response={201: SpotShape},
        operation_id="add_spot",
        **said(_("增加巡查点"), _("网格长和各级坐席。")),
    )(choose_spot)
    router.post(
        "/spots/{pk}/looks",
        response={201: LookShape},
        operation_id="record_look",
        **said(_("登记一次巡查"), _("看过，没有问题；或者发现了什么。不打卡，不记轨迹，不记在哪里站着。")),
    )(look_at)
