"""Units, resources, needs with their suggestions, projects and figures, as far as the actor sees them."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.cobuild.access import SEE, seen
from gezhi.cobuild.models import Need, Partner, Project
from gezhi.cobuild.queries import figures, matched, offers_on, within
from gezhi.cobuild.rules import PartnerKind, ProjectStage, Topic
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import ApiRequest, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply

AreaCode = Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$"), about(_("区域代码，含下级。"))]


class PartnerFilters(BaseModel):
    area: AreaCode = ""
    kind: PartnerKind | None = None


class PartnerShape(BaseModel):
    """A unit; whom to call there stands on the page alone."""

    id: int
    name: str
    kind: str
    area: str
    alliance: str
    joined_on: date


class PartnerPage(Page[PartnerShape]):
    pass


class OfferFilters(BaseModel):
    area: AreaCode = ""
    topic: Topic | None = None


class OfferShape(BaseModel):
    id: int
    partner: int
    topic: str
    title: str
    amount: str
    area: Annotated[str, about(_("能到的范围。"))]
    from_on: date
    until_on: date | None


class OfferPage(Page[OfferShape]):
    pass


class NeedFilters(BaseModel):
    area: AreaCode = ""
    open: Annotated[bool | None, about(_("true 为等待承接的。"))] = None


class NeedShape(BaseModel):
    id: int
    topic: str
    title: str
    area: str
    is_problem: bool
    stated_on: date
    wanted_by: date | None
    project: int | None
    met_on: date | None
    offers: Annotated[list[int], about(_("可能的资源，近的在前；没有的为空。只对等待承接的给出。"))]


class NeedPage(Page[NeedShape]):
    pass


class ProjectFilters(BaseModel):
    area: AreaCode = ""
    stage: ProjectStage | None = None


class ProjectShape(BaseModel):
    id: int
    title: str
    area: str
    stage: str
    started_on: date
    due_on: date
    cost_fen: Annotated[int, about(_("分。"))]
    partners: list[int]
    finished_on: date | None
    accepted_on: date | None


class ProjectPage(Page[ProjectShape]):
    pass


class FigureFilters(BaseModel):
    area: Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$"), about(_("区域代码，含下级。"))]
    first: date | None = None
    last: date | None = None


class FigureShape(BaseModel):
    name: str
    number: int
    definition: Annotated[str, about(_("怎样算。"))]


class FigureList(BaseModel):
    items: list[FigureShape]


def require(request: ApiRequest) -> None:
    if not request.auth.has(SEE):
        raise Denied(SEE)


def wanted(rows: Any, area: str) -> Any:
    return rows.filter(within(area)) if area else rows


def list_partners(request: ApiRequest, filters: Query[PartnerFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, PartnerFilters, Paging)
    require(request)
    rows = wanted(Partner.objects.filter(seen(request.auth, above=True), left_on__isnull=True), filters.area)
    if filters.kind is not None:
        rows = rows.filter(kind=filters.kind)
    rows = rows.select_related("area").defer("contact_name", "contact_phone")
    found, link = page_of_rows(request, paging, rows, order=("pk",))
    plain = ("name", "kind", "alliance", "joined_on")
    items = [
        PartnerShape(id=row.pk, area=row.area.code, **{name: getattr(row, name) for name in plain}) for row in found
    ]
    return reply(PartnerPage(items=items, next=link))


def list_offers(request: ApiRequest, filters: Query[OfferFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, OfferFilters, Paging)
    require(request)
    rows = wanted(offers_on(local_day(request.at)).filter(seen(request.auth, above=True)), filters.area)
    if filters.topic is not None:
        rows = rows.filter(topic=filters.topic)
    found, link = page_of_rows(request, paging, rows, order=("pk",))
    plain = ("topic", "title", "amount", "from_on", "until_on")
    items = [
        OfferShape(
            id=row.pk, partner=row.partner_id, area=row.area.code, **{name: getattr(row, name) for name in plain}
        )
        for row in found
    ]
    return reply(OfferPage(items=items, next=link))


def list_needs(request: ApiRequest, filters: Query[NeedFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, NeedFilters, Paging)
    require(request)
    rows = wanted(Need.objects.filter(seen(request.auth), dropped_on__isnull=True), filters.area).select_related("area")
    if filters.open is not None:
        rows = rows.filter(project__isnull=filters.open)
    found, link = page_of_rows(request, paging, rows, order=("pk",))
    waiting = [row for row in found if row.is_open]
    fitting = {one.need.pk: [row.pk for row, _why in one.offers] for one in matched(waiting, on=local_day(request.at))}
    plain = ("topic", "title", "is_problem", "stated_on", "wanted_by", "met_on")
    items = [
        NeedShape(
            id=row.pk,
            area=row.area.code,
            project=row.project_id,
            offers=fitting.get(row.pk, []),
            **{name: getattr(row, name) for name in plain},
        )
        for row in found
    ]
    return reply(NeedPage(items=items, next=link))


def list_projects(request: ApiRequest, filters: Query[ProjectFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, ProjectFilters, Paging)
    require(request)
    rows = wanted(Project.objects.filter(seen(request.auth)), filters.area)
    if filters.stage is not None:
        rows = rows.filter(stage=filters.stage)
    rows = rows.select_related("area").prefetch_related("parts")
    found, link = page_of_rows(request, paging, rows, order=("pk",))
    plain = ("title", "stage", "started_on", "due_on", "cost_fen", "finished_on", "accepted_on")
    items = [
        ProjectShape(
            id=row.pk,
            area=row.area.code,
            partners=sorted({part.partner_id for part in row.parts.all()}),
            **{name: getattr(row, name) for name in plain},
        )
        for row in found
    ]
    return reply(ProjectPage(items=items, next=link))


def read_figures(request: ApiRequest, filters: Query[FigureFilters]) -> HttpResponse:
    only_known(request, FigureFilters)
    request.auth.require(SEE, area=filters.area)
    found = figures(filters.area, first=filters.first, last=filters.last or local_day(request.at))
    items = [FigureShape(name=one.name, number=one.number, definition=str(one.definition)) for one in found]
    return reply(FigureList(items=items))


def add_to(router: Router) -> None:
    router.get(
        "/cobuild/partners",
        response=PartnerPage,
        operation_id="list_cobuild_partners",
        **said(_("共建单位"), _("看得到的单位，含上级区域的。没有联系人。")),
    )(list_partners)
    router.get(
        "/cobuild/resources",
        response=OfferPage,
        operation_id="list_cobuild_resources",
        **said(_("资源清单"), _("现在有的和将有的资源。")),
    )(list_offers)
    router.get(
        "/cobuild/needs",
        response=NeedPage,
        operation_id="list_cobuild_needs",
        **said(_("需求清单"), _("需求和可能的资源。")),
    )(list_needs)
    router.get(
        "/cobuild/projects",
        response=ProjectPage,
        operation_id="list_cobuild_projects",
        **said(_("项目清单"), _("项目、单位、费用和验收日期。")),
    )(list_projects)
    router.get(
        "/cobuild/figures",
        response=FigureList,
        operation_id="get_cobuild_figures",
        **said(_("共建数字"), _("项目数、解决的问题、惠及户数，各带算法。")),
    )(read_figures)
