"""Organisations, coverage, vacancies and activities, as far as the actor sees them."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import ApiRequest, Id, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply
from gezhi.party.coverage import coverage
from gezhi.party.models import Activity, OrgPlace, PartyOrg, inside
from gezhi.party.queries import secretaries, vacancies
from gezhi.party.rules import OrgKind
from gezhi.party.workflows.activities import ActivityKind, ActivityStage
from gezhi.territory.models import GridKind

AreaCode = Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$"), about(_("区域代码，含下级。"))]
SEE = "party.see"


class OrgFilters(BaseModel):
    area: AreaCode = ""
    kind: OrgKind | None = None
    ended: Annotated[bool, about(_("也要已经撤销、并入的。"))] = False


class OrgShape(BaseModel):
    id: int
    kind: str
    name: str
    area: str
    grids: list[str]
    parent: int | None
    founded_on: date
    ended_on: date | None
    merged_into: int | None
    secretary: Annotated[int | None, about(_("书记的用户 id；空缺为 null。书记兼任本级网格化工作第一负责人。"))]
    vacant_since: date | None


class OrgPage(Page[OrgShape]):
    pass


class GridShape(BaseModel):
    code: str
    kind: str
    branches: list[int]
    groups: int
    households: int
    lacks: Annotated[list[str], about(_("branch、group、household 为没有；rivals 为有几个党支部。"))]


class PartyCoverageShape(BaseModel):
    grids: int
    with_branch: int
    with_group: int
    with_household: int
    lacking: list[GridShape]


class CoverageFilters(BaseModel):
    area: Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"), about(_("区域代码，含下级。"))]
    kind: Annotated[GridKind | None, about(_("网格类别；不填为居民区网格和专属网格。"))] = None


class VacancyShape(BaseModel):
    org: int
    kind: str
    name: str
    area: str
    since: date | None


class VacancyList(BaseModel):
    items: list[VacancyShape]


class ActivityFilters(BaseModel):
    org: Id | None = None
    stage: ActivityStage | None = None
    kind: ActivityKind | None = None


class ActivityShape(BaseModel):
    """An activity in numbers; the minutes and who was there are for the page."""

    id: int
    org: int
    kind: str
    title: str
    stage: str
    planned_on: date
    held_on: date | None
    expected: int | None
    present: int | None
    excused: int | None


class ActivityPage(Page[ActivityShape]):
    pass


def require(request: ApiRequest, right: str) -> None:
    if not (request.auth.has(right) or request.auth.has("party.serve")):
        raise Denied(right)


def org_shapes(rows: list[PartyOrg], on: date) -> list[OrgShape]:
    keys = [org.pk for org in rows]
    led = secretaries(keys, on=on)
    grids: dict[int, list[str]] = {}
    places = OrgPlace.objects.filter(org__in=keys, until_on__isnull=True).order_by("area__code")
    for org_id, code in places.values_list("org_id", "area__code"):
        grids.setdefault(org_id, []).append(code)
    return [
        OrgShape(
            id=org.pk,
            kind=org.kind,
            name=org.name,
            area=org.area.code,
            grids=grids.get(org.pk, []),
            parent=org.parent_id,
            founded_on=org.founded_on,
            ended_on=org.ended_on,
            merged_into=org.merged_into_id,
            secretary=led[org.pk].user_id if org.pk in led else None,
            vacant_since=org.vacant_since,
        )
        for org in rows
    ]


def list_orgs(request: ApiRequest, filters: Query[OrgFilters], paging: Query[Paging]) -> HttpResponse:
    """Organisations that the actor sees, a page at a time."""
    only_known(request, OrgFilters, Paging)
    require(request, SEE)
    on = local_day(request.at)
    rows = PartyOrg.objects.visible_to(request.auth, SEE, on=on).select_related("area")
    rows = rows.filter(inside((filters.area,)))
    if filters.kind is not None:
        rows = rows.filter(kind=filters.kind)
    if not filters.ended:
        rows = rows.standing()
    found, link = page_of_rows(request, paging, rows, order=("pk",))
    return reply(OrgPage(items=org_shapes(found, on), next=link))


def read_coverage(request: ApiRequest, filters: Query[CoverageFilters]) -> HttpResponse:
    """Sums, and every grid that lacks something."""
    only_known(request, CoverageFilters)
    request.auth.require(SEE, area=filters.area)
    seen = coverage(filters.area, kind=filters.kind or "")
    total = seen.total
    lacking = [
        GridShape(
            code=one.code,
            kind=one.kind,
            branches=[key for key, _name in one.branches],
            groups=one.groups,
            households=one.households,
            lacks=one.lacks,
        )
        for one in seen.grids
        if one.lacks
    ]
    answer: dict[str, Any] = {
        name: getattr(total, name) for name in ("grids", "with_branch", "with_group", "with_household")
    }
    return reply(PartyCoverageShape(**answer, lacking=lacking))


def list_vacancies(request: ApiRequest) -> HttpResponse:
    only_known(request)
    if not request.auth.has(SEE):
        raise Denied(SEE)
    on = local_day(request.at)
    found = vacancies(PartyOrg.objects.visible_to(request.auth, SEE, on=on), on=on)
    items = [
        VacancyShape(org=org.pk, kind=org.kind, name=org.name, area=org.area.code, since=org.vacant_since)
        for org in found
    ]
    return reply(VacancyList(items=items))


def list_activities(request: ApiRequest, filters: Query[ActivityFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, ActivityFilters, Paging)
    require(request, "party.activity")
    orgs = PartyOrg.objects.visible_to(request.auth, "party.activity", on=local_day(request.at))
    wanted = {"org_id": filters.org, "stage": filters.stage, "kind": filters.kind}
    rows = Activity.objects.filter(org__in=orgs, **{name: value for name, value in wanted.items() if value is not None})
    found, link = page_of_rows(request, paging, rows.defer("minutes"), order=("-pk",))
    plain = ("kind", "title", "stage", "planned_on", "held_on", "expected", "present", "excused")
    items = [ActivityShape(id=row.pk, org=row.org_id, **{name: getattr(row, name) for name in plain}) for row in found]
    return reply(ActivityPage(items=items, next=link))


def add_to(router: Router) -> None:
    router.get(
        "/party/orgs",
        response=OrgPage,
        operation_id="list_party_orgs",
        **said(_("党组织"), _("看得到的党组织：类别、上级、所在网格、书记。没有党员信息。")),
    )(list_orgs)
    router.get(
        "/party/coverage",
        response=PartyCoverageShape,
        operation_id="get_party_coverage",
        **said(_("党组织覆盖"), _("多少网格有党支部、党小组、中心户，哪些没有。")),
    )(read_coverage)
    router.get(
        "/party/vacancies",
        response=VacancyList,
        operation_id="list_party_vacancies",
        **said(_("书记空缺"), _("现在没有书记的党组织。")),
    )(list_vacancies)
    router.get(
        "/party/activities",
        response=ActivityPage,
        operation_id="list_party_activities",
        **said(_("组织生活"), _("安排和记录的人数；会议记录和到会的人不经接口给出。")),
    )(list_activities)
