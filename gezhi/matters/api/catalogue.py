"""The catalogue: matters, their classes, and how long things may take."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import ApiRequest, Id, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_list
from gezhi.kernel.http.repeats import reply
from gezhi.matters.models import Category, LimitKind
from gezhi.matters.queries import MatterInfo, catalogue
from gezhi.matters.rules import LimitRow


class StartShape(BaseModel):
    """From which day a street has it."""

    street: str
    starts_on: date


class MatterShape(BaseModel):
    id: int
    code: str
    name: str
    category: str
    owner_id: int | None
    owner: str
    default_desk: str
    is_for_grid: bool
    is_confidential: bool
    handling_template: str
    answer_template: str
    valid_from: date
    valid_until: date | None
    starts: Annotated[list[StartShape], about(_("分批下沉的街道；空为各街道同时承接。"))]


class MatterPage(Page[MatterShape]):
    pass


class MatterFilters(BaseModel):
    on: Annotated[date | None, about(_("哪一天有效的；不填为今天。"))] = None
    street: Annotated[
        str | None, Field(pattern=r"^([0-9]{9})?$"), about(_("只要这个街道已经承接的；空串为不知道在哪个街道。"))
    ] = None


class CategoryShape(BaseModel):
    code: str
    name: str
    is_confirmed: Annotated[bool, about(_("false 为待确认。"))]


class CategoryList(BaseModel):
    items: list[CategoryShape]


class LimitShape(BaseModel):
    """null or "" means: for all."""

    kind: str
    matter_id: int | None
    level: str
    is_emergency: bool
    amount: int
    unit: str
    basis: str
    valid_from: date
    valid_until: date | None


class LimitList(BaseModel):
    items: list[LimitShape]


class LimitFilters(BaseModel):
    kind: LimitKind | None = None
    matter: Annotated[Id | None, about(_("只要为这个事项单独定的。"))] = None
    on: Annotated[date | None, about(_("哪一天有效的；不填为今天。"))] = None


def shape(matter: MatterInfo) -> MatterShape:
    return MatterShape(
        id=matter.id,
        code=matter.code,
        name=matter.name,
        category=matter.category_name,
        owner_id=matter.owner_id,
        owner=matter.owner_name,
        default_desk=matter.default_desk,
        is_for_grid=matter.is_for_grid,
        is_confidential=matter.is_confidential,
        handling_template=matter.handling_template,
        answer_template=matter.answer_template,
        valid_from=matter.valid_from,
        valid_until=matter.valid_until,
        starts=[StartShape(street=street, starts_on=first) for street, first in matter.starts],
    )


def order(row: LimitRow) -> tuple[str, int, str, bool, date]:
    return row.kind, row.matter_id or 0, row.level, row.is_emergency, row.valid_from


def list_matters(request: ApiRequest, filters: Query[MatterFilters], paging: Query[Paging]) -> HttpResponse:
    """What may be chosen for a case on a day, by code, from memory."""
    only_known(request, MatterFilters, Paging)
    matters = catalogue().valid_on(filters.on or local_day(request.at), street=filters.street)
    found, link = page_of_list(request, paging, matters, key=lambda matter: matter.code)
    return reply(MatterPage(items=[shape(matter) for matter in found], next=link))


def list_categories(request: ApiRequest) -> HttpResponse:
    rows = Category.objects.order_by("code")
    items = [CategoryShape(code=row.code, name=row.name, is_confirmed=row.is_confirmed) for row in rows]
    return reply(CategoryList(items=items))


def list_limits(request: ApiRequest, filters: Query[LimitFilters]) -> HttpResponse:
    only_known(request, LimitFilters)
    day = filters.on or local_day(request.at)
    rows = [
        row
        for rows in catalogue().limits.rows.values()
        for row in rows
        if row.holds_on(day)
        and filters.kind in (None, row.kind)
        and (filters.matter is None or filters.matter == row.matter_id)
    ]
    items = [LimitShape.model_validate(row, from_attributes=True) for row in sorted(rows, key=order)]
    return reply(LimitList(items=items))


def add_to(router: Router) -> None:
    router.get(
        "/matters",
        response=MatterPage,
        operation_id="list_matters",
        **said(_("事项清单"), _("某一天可以选用的事项，按代码排列。")),
    )(list_matters)
    router.get(
        "/matters/categories",
        response=CategoryList,
        operation_id="list_categories",
        **said(_("十大类"), _("文件点名的为已确认，其余待区里确认。")),
    )(list_categories)
    router.get(
        "/matters/limits",
        response=LimitList,
        operation_id="list_limits",
        **said(_("时限"), _("最具体的一行算数：紧急先于平常，事项先于岗台级别，级别先于通用。")),
    )(list_limits)
