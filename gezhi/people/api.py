"""Who one is, and which desks there are."""

from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.http.inputs import ApiRequest, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_list
from gezhi.kernel.http.repeats import reply
from gezhi.people.models import DeskKind
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
