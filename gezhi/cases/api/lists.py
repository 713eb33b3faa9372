"""The lists beside the cases: my day, supervisions, what stands still, saved lists."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.cases import ledger, supervisions, tasks
from gezhi.cases.api.shapes import CaseRow, DeskName, Person, desk_named, row_of
from gezhi.cases.models import Card, Supervision
from gezhi.cases.saved_filters import kept_for
from gezhi.cases.supervisions import Chosen, Side, SupervisionState
from gezhi.kernel.http.inputs import ApiRequest, Moment, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply

STREET = Annotated[str, Field(pattern=r"^([0-9]{9})?$"), about(_("街道的区域代码。"))]


class DayNumber(BaseModel):
    task: str
    label: str
    count: int
    is_more: Annotated[bool, about(_("数到一千为止，还有更多。"))]
    waits_for: Annotated[str, about(_("me：等我办；others：等别人。"))]
    href: Annotated[str, about(_("背后的事件。"))]


class Day(BaseModel):
    numbers: list[DayNumber]


class SupervisionFilters(BaseModel):
    side: Annotated[
        Side | None,
        about(_("watched：辖区的；owed：本岗台要回复的；issued：本岗台发出的。不写时按岗位取第一种。")),
    ] = None
    state: Annotated[SupervisionState | None, about(_("不写：没有解除的。"))] = None
    card: Card | None = None
    street: STREET = ""


class SupervisionShape(BaseModel):
    id: int
    number: str
    case: CaseRow
    card: Card
    state: str
    watching: DeskName
    owing: DeskName
    issued_by: Annotated[Person | None, about(_("null：系统发出。"))]
    issued_at: Moment
    reason: str
    reply_by: Moment
    reply: str
    replied_at: Moment | None
    lifted_at: Moment | None


class SupervisionPage(Page[SupervisionShape]):
    pass


class SuspensionFilters(BaseModel):
    street: STREET = ""


class SuspensionShape(BaseModel):
    case: CaseRow
    since_on: Annotated[date | None, about(_("问题最早出现的日期。"))]
    years: float | None
    times: Annotated[int, about(_("第几次挂账。"))]
    reason: str


class SuspensionPage(Page[SuspensionShape]):
    suspended: Annotated[int, about(_("挂账的件数。"))]
    open: Annotated[int, about(_("办理中的件数，含挂账。"))]


class SavedShape(BaseModel):
    id: int
    name: str
    query: str
    owner: Person
    desk: Annotated[DeskName | None, about(_("与哪个岗台共用；null：只给自己。"))]


class SavedList(BaseModel):
    items: list[SavedShape]


def read_day(request: ApiRequest) -> HttpResponse:
    """What waits for the actor, and what the actor's desks wait for."""
    base = reverse("api:list_cases")
    numbers = [
        DayNumber(
            task=one.name,
            label=str(one.question.label),
            count=one.number,
            is_more=one.is_more,
            waits_for=side,
            href=f"{base}?task={one.name}",
        )
        for side, questions in (("me", tasks.MINE), ("others", tasks.OTHERS))
        for one in tasks.counted(questions, request.auth, request.at)
    ]
    return reply(Day(numbers=numbers))


def list_supervisions(request: ApiRequest, filters: Query[SupervisionFilters], paging: Query[Paging]) -> HttpResponse:
    """督办单 that the actor may see."""
    only_known(request, SupervisionFilters, Paging)
    chosen = Chosen(side=filters.side or "", state=filters.state or "", card=filters.card or "", street=filters.street)
    rows = supervisions.scoped(chosen, request.auth).filter(supervisions.of_state(chosen.state, request.at))
    rows = rows.select_related("case__holder", "issued_by")
    found, link = page_of_rows(request, paging, rows, order=("reply_by", "pk"))
    return reply(SupervisionPage(items=[shape_of(one, request) for one in found], next=link))


def shape_of(one: Supervision, request: ApiRequest) -> SupervisionShape:
    return SupervisionShape(
        id=one.pk,
        number=one.number,
        case=row_of(one.case, request.auth, request.at),
        card=Card(one.card),
        state=supervisions.state_of(one, request.at).value,
        watching=desk_named(one.desk_id),
        owing=desk_named(one.of_desk_id),
        issued_by=Person(id=one.issued_by.pk, name=one.issued_by.name) if one.issued_by is not None else None,
        issued_at=one.issued_at,
        reason=one.reason,
        reply_by=one.reply_by,
        reply=one.reply,
        replied_at=one.replied_at,
        lifted_at=one.lifted_at,
    )


def list_suspensions(request: ApiRequest, filters: Query[SuspensionFilters], paging: Query[Paging]) -> HttpResponse:
    """挂账台账: what stands still, to be reviewed soonest first."""
    only_known(request, SuspensionFilters, Paging)
    rows = ledger.suspended(request.auth, filters.street).select_related("holder")
    found, link = page_of_rows(request, paging, rows, order=("review_at", "pk"))
    items = [
        SuspensionShape(
            case=row_of(one.case, request.auth, request.at),
            since_on=one.since_on,
            years=round(one.years, 2) if one.years is not None else None,
            times=one.times,
            reason=one.reason,
        )
        for one in ledger.entries_of(found, request.at)
    ]
    share = ledger.share(request.auth, filters.street)
    return reply(SuspensionPage(items=items, next=link, suspended=share.suspended, open=share.open))


def list_saved(request: ApiRequest) -> HttpResponse:
    """Lists kept under a name."""
    items = [
        SavedShape(
            id=one.pk,
            name=one.name,
            query=one.query,
            owner=Person(id=one.owner.pk, name=one.owner.name),
            desk=desk_named(one.desk_id) if one.desk_id is not None else None,
        )
        for one in kept_for(request.auth)
    ]
    return reply(SavedList(items=items))


def add_to(router: Router) -> None:
    router.get(
        "/day",
        response=Day,
        operation_id="get_day",
        **said(_("我的一天"), _("等我办的和等别人的，各有多少；href 指向背后的事件。")),
    )(read_day)
    router.get(
        "/supervisions",
        response=SupervisionPage,
        operation_id="list_supervisions",
        **said(_("督办单"), _("按回复期限先后。")),
    )(list_supervisions)
    router.get(
        "/suspensions",
        response=SuspensionPage,
        operation_id="list_suspensions",
        **said(_("挂账台账"), _("按复核日期先后；挂账率单独算。")),
    )(list_suspensions)
    router.get(
        "/filters",
        response=SavedList,
        operation_id="list_saved_filters",
        **said(_("保存的筛选"), _("自己的，和岗台共用的；query 是列表地址里的条件。")),
    )(list_saved)
