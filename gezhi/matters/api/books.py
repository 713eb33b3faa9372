"""The books by program: the fund ledger, work that was refused, the dictionary of data fields."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import ApiRequest, Body, Day, Id, Moment, Text, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.refusals import Missing
from gezhi.matters.actions import record_received, refuse_outside
from gezhi.matters.books import entries
from gezhi.matters.models import DataField, FundEntry, Matter, OutsideRequest
from gezhi.matters.models.fund_entry import FundKind
from gezhi.matters.models.outside_request import Channel


class FundShape(BaseModel):
    id: int
    matter_id: int
    street: str
    year: int
    kind: FundKind
    amount_fen: Annotated[int, about(_("单位为分；冲正的为负。"))]
    document: str
    corrects: int | None
    entered_at: Moment


class FundPage(Page[FundShape]):
    pass


class FundFilters(BaseModel):
    year: Annotated[int | None, Field(ge=2000, le=2099), about(_("年度；不填为今年。"))] = None
    street: Annotated[str, Field(pattern=r"^([0-9]{9})?$"), about(_("9 位街道代码。"))] = ""


class ReceivedIn(Body):
    matter_id: Id
    street: Annotated[Text, Field(pattern=r"^[0-9]{9}$")]
    year: Annotated[int, Field(ge=2000, le=2099)]
    amount_fen: Annotated[int, Field(ge=1, le=10**11)]
    document: Annotated[Text, Field(min_length=1, max_length=100), about(_("凭据。"))]


class OutsideShape(BaseModel):
    id: int
    department_id: int | None
    asker: str
    area: str
    what: str
    channel: Channel
    asked_on: date
    sentence: str
    refused_at: Moment


class OutsidePage(Page[OutsideShape]):
    pass


class OutsideFilters(BaseModel):
    department: Annotated[Id | None, about(_("部门的 id。"))] = None


class OutsideIn(Body):
    area_code: Annotated[Text, Field(pattern=r"^([0-9]{12}|[0-9]{15})$"), about(_("社区或网格的代码。"))]
    what: Annotated[Text, Field(min_length=1, max_length=2_000)]
    asked_on: Day
    channel: Annotated[Channel, Field(strict=False)]
    department_id: Annotated[Id | None, about(_("区里的部门。"))] = None
    asker: Annotated[Text, Field(max_length=60), about(_("不是区里部门的，写单位名称，不写个人。"))] = ""


class FieldShape(BaseModel):
    code: str
    name: str
    aliases: list[str]
    held_in: Annotated[str, about(_("由哪里掌握。"))]
    matter_id: int | None


class FieldPage(Page[FieldShape]):
    pass


def fund_of(row: FundEntry) -> FundShape:
    return FundShape(
        id=row.pk,
        matter_id=row.matter_id,
        street=row.street.code,
        year=row.year,
        kind=FundKind(row.kind),
        amount_fen=row.amount_fen,
        document=row.document,
        corrects=row.corrects_id,
        entered_at=row.entered_at,
    )


def outside_of(row: OutsideRequest) -> OutsideShape:
    return OutsideShape(
        id=row.pk,
        department_id=row.department_id,
        asker=row.asker,
        area=row.area_code,
        what=row.what,
        channel=Channel(row.channel),
        asked_on=row.asked_on,
        sentence=row.sentence,
        refused_at=row.refused_at,
    )


def list_funds(request: ApiRequest, filters: Query[FundFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, FundFilters, Paging)
    rows = entries(request.auth, filters.year or local_day(request.at).year, street=filters.street)
    found, link = page_of_rows(request, paging, rows, order=("pk",))
    return reply(FundPage(items=[fund_of(row) for row in found], next=link))


def enter_received(request: ApiRequest, given: ReceivedIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        facts = given.model_dump()
        matter = Matter.objects.filter(pk=facts.pop("matter_id")).first()
        if matter is None:
            raise Missing("no_such_matter", _("没有这个事项。"))
        return 201, fund_of(record_received(actor=actor, at=at, matter=matter, **facts))

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)


def list_outside(request: ApiRequest, filters: Query[OutsideFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, OutsideFilters, Paging)
    rows = OutsideRequest.objects.visible_to(request.auth)
    if filters.department is not None:
        rows = rows.filter(department_id=filters.department)
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    return reply(OutsidePage(items=[outside_of(row) for row in found], next=link))


def enter_outside(request: ApiRequest, given: OutsideIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        return 201, outside_of(refuse_outside(actor=actor, at=at, **given.model_dump()))

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)


def list_fields(request: ApiRequest, paging: Query[Paging]) -> HttpResponse:
    only_known(request, Paging)
    found, link = page_of_rows(request, paging, DataField.objects.all(), order=("code",))
    items = [
        FieldShape(code=row.code, name=row.name, aliases=row.aliases, held_in=row.held_in, matter_id=row.matter_id)
        for row in found
    ]
    return reply(FieldPage(items=items, next=link))


def add_to(router: Router) -> None:
    router.get(
        "/matters/funds",
        response=FundPage,
        operation_id="list_funds",
        **said(_("经费台账"), _("应拨和实收，单位为分；只增不改，记错了冲正。")),
    )(list_funds)
    router.post(
        "/matters/funds",
        response={201: FundShape},
        operation_id="enter_received",
        **said(_("登记经费到账"), _("由街道登记，要有凭据。")),
    )(enter_received)
    router.get(
        "/matters/outside",
        response=OutsidePage,
        operation_id="list_outside",
        **said(_("清单外任务"), _("布置下来、清单上没有、已经拒绝的事，新的在前。")),
    )(list_outside)
    router.post(
        "/matters/outside",
        response={201: OutsideShape},
        operation_id="refuse_outside",
        **said(_("登记并拒绝清单外任务"), _("由网格长或社区坐席登记；系统用统一的话拒绝，告诉部门和区里。")),
    )(enter_outside)
    router.get(
        "/matters/fields",
        response=FieldPage,
        operation_id="list_data_fields",
        **said(_("数据项字典"), _("系统已经掌握的数据项，不得再让网格员填报。")),
    )(list_fields)
