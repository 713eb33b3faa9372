"""Checklists, address points and visits."""

from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.cases.api.shapes import PlaceName
from gezhi.fieldwork.access import get_address_point
from gezhi.fieldwork.actions import add_address_point, record_visit
from gezhi.fieldwork.api.shapes import (
    AddressPointShape,
    Area,
    Counts,
    DoneAt,
    FoundIn,
    MonthNumber,
    RowKey,
    address_point_of,
    content_of,
    counts_of,
    finding_of,
    place_name,
)
from gezhi.fieldwork.checklists import checklists
from gezhi.fieldwork.models import AddressPoint, ChecklistGroup, Visit, lying_in
from gezhi.fieldwork.queries import look_counts, visit_counts
from gezhi.fieldwork.queries.counts import span_of
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Moment, Text, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.refusals import Refused

Part = Annotated[Text, Field(max_length=20)]


class EntryShape(BaseModel):
    code: str
    group: ChecklistGroup
    name: str
    is_confirmed: Annotated[bool, about(_("false 为待确认。"))]
    is_active: bool


class EntryList(BaseModel):
    items: list[EntryShape]


class AddressPointIn(Body):
    key: RowKey
    area_code: Annotated[Text, Field(max_length=20), about(_("网格代码；有坐标时可不填。"))] = ""
    building: Annotated[Text, Field(min_length=1, max_length=40), about(_("楼栋或院落，按墙上的写。"))]
    unit: Part = ""
    door: Part = ""
    lng: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    crs: Annotated[Text, Field(max_length=40)] = "wgs84"


class AddressPointPage(Page[AddressPointShape]):
    pass


class AreaFilter(BaseModel):
    area: Area = ""


class VisitIn(Body):
    key: RowKey
    address_point_id: Id
    trigger: Annotated[Text, Field(max_length=30), about(_("六必访里哪一条的代码。"))]
    ticked: Annotated[list[Annotated[Text, Field(max_length=30)]], Field(max_length=40)] = []
    finding: Annotated[FoundIn | None, about(_("对方有什么问题、意见、诉求；当即成为事件，走访本身不记文字。"))] = None
    done_at: DoneAt = None


class VisitShape(BaseModel):
    """A visit has no words: what was needed stands in its case."""

    id: int
    key: UUID
    area: PlaceName
    address_point: AddressPointShape | None
    trigger: str
    ticked: list[str]
    need: str
    case_id: int | None
    visited_at: Moment
    done_at: Moment | None


class VisitPage(Page[VisitShape]):
    pass


class Span(BaseModel):
    area: Area = ""
    first: MonthNumber | None = None
    last: MonthNumber | None = None
    outside: Annotated[bool, about(_("true：对外版，小于 5 的数字不给出。"))] = False


def visit_of(visit: Visit) -> VisitShape:
    return VisitShape(
        id=visit.pk,
        key=visit.key,
        area=place_name(visit.place_code),
        address_point=address_point_of(visit.address_point) if visit.address_point is not None else None,
        trigger=checklists().by_id[visit.trigger_id].code,
        ticked=visit.ticked,
        need=visit.need,
        case_id=visit.case_id,
        visited_at=visit.visited_at,
        done_at=visit.done_at,
    )


def list_checklists(request: ApiRequest) -> HttpResponse:
    """The four lists."""
    columns = ("code", "group", "name", "is_confirmed", "is_active")
    items = [EntryShape(**{name: getattr(one, name) for name in columns}) for one in checklists().entries.values()]
    return reply(EntryList(items=items))


def list_address_points(request: ApiRequest, filters: Query[AreaFilter], paging: Query[Paging]) -> HttpResponse:
    """Those in the areas where the actor visits."""
    only_known(request, AreaFilter, Paging)
    held = request.auth.areas("visit.record")
    rows = AddressPoint.objects.active().filter(lying_in(*held))
    if filters.area:
        rows = rows.filter(lying_in(filters.area))
    found, link = page_of_rows(request, paging, rows, order=("pk",))
    return reply(AddressPointPage(items=[address_point_of(point) for point in found], next=link))


def add_point(request: ApiRequest, given: AddressPointIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        facts = given.model_dump(exclude={"unit"})
        return 201, address_point_of(add_address_point(actor=actor, at=at, unit_name=given.unit, **facts))

    return reply_once(request, f"user:{actor.user_id}", content_of(given), do, at=at)


def take_visit(request: ApiRequest, given: VisitIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        visit = record_visit(
            get_address_point(actor, given.address_point_id),
            actor=actor,
            at=at,
            key=given.key,
            trigger=given.trigger,
            ticked=given.ticked,
            finding=finding_of(given.finding, request),
            done_at=given.done_at,
        )
        return 201, visit_of(visit)

    return reply_once(request, f"user:{actor.user_id}", content_of(given), do, at=at)


def list_visits(request: ApiRequest, paging: Query[Paging]) -> HttpResponse:
    """One's own, and those of the grids whose team one leads; the newest first."""
    only_known(request, Paging)
    rows = Visit.objects.visible_to(request.auth).select_related("address_point")
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    return reply(VisitPage(items=[visit_of(visit) for visit in found], next=link))


def spanned(request: ApiRequest, span: Span) -> tuple[str, int, int]:
    """The area and the months that are asked for, as far as they are the actor's."""
    only_known(request, Span)
    area = counted_area(request.auth, span.area)
    usual_first, usual_last = span_of(request.at)
    first, last = span.first or usual_first, span.last or usual_last
    if not (1 <= first % 100 <= 12 and 1 <= last % 100 <= 12 and first <= last and last - first <= 500):
        raise Refused("no_such_months", _("月份不对：最多五年，从早到晚。"), field="first")
    return area, first, last


def counted_area(actor: Actor, area: str) -> str:
    """The area asked for, or the first that the actor counts in. Raises `Denied` for another."""
    held = actor.areas("fieldwork.count")
    if not held or (area and not any(area.startswith(code) for code in held)):
        raise Denied("fieldwork.count")
    return area or held[0] or settings.DISTRICT


def count_visits(request: ApiRequest, span: Query[Span]) -> HttpResponse:
    area, first, last = spanned(request, span)
    found = visit_counts(area, first=first, last=last)
    return reply(counts_of(found.for_outside() if span.outside else found))


def count_looks(request: ApiRequest, span: Query[Span]) -> HttpResponse:
    area, first, last = spanned(request, span)
    found = look_counts(area, first=first, last=last)
    return reply(counts_of(found.for_outside() if span.outside else found))


def add_to(router: Router) -> None:
    router.get(
        "/checklists",
        response=EntryList,
        operation_id="list_checklists",
        **said(_("四倡导、六必访、六个做、七个好"), _("区里确认过的为已确认，其余待确认。")),
    )(list_checklists)
    router.get(
        "/address-points",
        response=AddressPointPage,
        operation_id="list_address_points",
        **said(_("地址点"), _("自己走访范围里的门牌；不记住的是谁。")),
    )(list_address_points)
    router.post(
        "/address-points",
        response={201: AddressPointShape},
        operation_id="add_address_point",
        **said(_("登记地址点"), _("同一网格里同样的门牌只登记一次，再登得到原来的一条。")),
    )(add_point)
    router.get(
        "/visits",
        response=VisitPage,
        operation_id="list_visits",
        **said(_("入户走访"), _("自己的；网格长还能看本网格的。其他人只看得到统计。")),
    )(list_visits)
    router.post(
        "/visits",
        response={201: VisitShape},
        operation_id="record_visit",
        **said(_("登记一次入户"), _("门牌、时机、做了哪些；有问题、意见、诉求的当即成为事件。不记人，不记看法。")),
    )(take_visit)
    router.get(
        "/visits/counts",
        response=Counts,
        operation_id="count_visits",
        **said(_("入户户次"), _("按区域和月份；outside=true 为对外版。")),
    )(count_visits)
    router.get(
        "/looks/counts",
        response=Counts,
        operation_id="count_looks",
        **said(_("巡查次数"), _("按区域和月份；outside=true 为对外版。")),
    )(count_looks)
