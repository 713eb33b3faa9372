"""Who one is, which desks there are, and what one's desks were told."""

from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Moment, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_list, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.people.actions import acknowledge
from gezhi.people.models import DeskKind, Notice
from gezhi.people.queries import DeskInfo, directory

router = Router(tags=["people"])


class DeskShape(BaseModel):
    id: int
    kind: str
    name: str
    area_code: str
    department_id: int | None


class DeskPage(Page[DeskShape]):
    pass


class DeskFilters(BaseModel):
    kind: DeskKind | None = None
    area: Annotated[
        str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$"), about(_("区域代码，含下级。"))
    ] = ""


class Reach(BaseModel):
    """Where a right holds: in the whole subtree of these areas ("" is everywhere), and at these desks."""

    areas: list[str]
    desks: list[int]


class Me(BaseModel):
    user_id: int | None
    name: str
    kind: str
    officer: str
    desks: list[DeskShape]
    rights: dict[str, Reach]


class NoticeFilters(BaseModel):
    unseen: Annotated[bool, about(_("只要没有人看过的。"))] = False


class NoticeShape(BaseModel):
    id: int
    desk_id: int
    event: Annotated[str, about(_("发生了什么，如 case.urged。"))]
    subject_kind: str
    subject_id: Annotated[int, about(_("事件等的 id；看不看得到，以取它时为准。"))]
    is_urgent: bool
    told_at: Moment
    seen_at: Moment | None
    seen_by: int | None


class NoticePage(Page[NoticeShape]):
    pass


class SeenIn(Body):
    notices: Annotated[list[Id], Field(min_length=1, max_length=200), about(_("看过的消息的 id。"))]


class SeenDone(BaseModel):
    seen: Annotated[int, about(_("这一次才有人看过的条数。"))]


def desk_shape(desk: DeskInfo) -> DeskShape:
    return DeskShape(
        id=desk.id, kind=desk.kind, name=desk.name, area_code=desk.area_code, department_id=desk.department_id
    )


def place_in_order(desk: DeskInfo) -> str:
    return f"{desk.area_code}:{desk.id:020d}"


@router.get(
    "/me", response=Me, operation_id="get_me", **said(_("我是谁、能做什么"), _("今天坐在哪些岗台，每项权限管到哪里。"))
)
def me(request: ApiRequest) -> HttpResponse:
    """The actor of this request, the desks where one sits today, and the reach of each right."""
    actor, desks = request.auth, directory().desks
    answer = Me(
        user_id=actor.user_id,
        name=actor.name,
        kind=actor.kind,
        officer=actor.officer,
        desks=[desk_shape(desks[desk_id]) for desk_id in sorted(actor.desks)],
        rights={
            right: Reach(areas=list(actor.areas(right)), desks=sorted(actor.desks_with(right)))
            for right in sorted(actor.by_right)
        },
    )
    return reply(answer)


@router.get(
    "/desks", response=DeskPage, operation_id="list_desks", **said(_("岗台"), _("开着的岗台，按区域代码排列。"))
)
def list_desks(request: ApiRequest, filters: Query[DeskFilters], paging: Query[Paging]) -> HttpResponse:
    """Open desks by the code of their area, from memory."""
    only_known(request, DeskFilters, Paging)
    desks = [
        desk
        for desk in directory().opened
        if desk.area_code.startswith(filters.area) and filters.kind in (None, desk.kind)
    ]
    desks.sort(key=place_in_order)
    found, link = page_of_list(request, paging, desks, key=place_in_order)
    return reply(DeskPage(items=[desk_shape(desk) for desk in found], next=link))


@router.get(
    "/notices",
    response=NoticePage,
    operation_id="list_notices",
    **said(_("消息"), _("告诉本岗台的事，新的在前。")),
)
def list_notices(request: ApiRequest, filters: Query[NoticeFilters], paging: Query[Paging]) -> HttpResponse:
    """What the actor's desks were told, the newest first."""
    only_known(request, NoticeFilters, Paging)
    rows = Notice.objects.filter(desk_id__in=request.auth.desks).select_related("event")
    if filters.unseen:
        rows = rows.filter(seen_at__isnull=True)
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    items = [
        NoticeShape(
            id=one.pk,
            desk_id=one.desk_id,
            event=one.event.name,
            subject_kind=one.subject_kind,
            subject_id=one.subject_id,
            is_urgent=one.is_urgent,
            told_at=one.told_at,
            seen_at=one.seen_at,
            seen_by=one.seen_by_id,
        )
        for one in found
    ]
    return reply(NoticePage(items=items, next=link))


@router.post(
    "/notices/seen",
    response=SeenDone,
    operation_id="acknowledge_notices",
    **said(_("看过了"), _("记下由谁在什么时候看过；别的岗台的消息与没有的一样，都是 404。")),
)
def acknowledge_notices(request: ApiRequest, seen: SeenIn) -> HttpResponse:
    """Say that somebody at the desk has seen these."""
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        return 200, SeenDone(seen=acknowledge(seen.notices, actor=actor, at=at))

    return reply_once(request, f"user:{actor.user_id}", seen.model_dump(mode="json"), do, at=at)
