"""The teams by JSON: gaps, who is there, first responsible persons, professional forces, money."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import ApiRequest, Text, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply
from gezhi.people.budgets import year_sums
from gezhi.people.coverage import matrix
from gezhi.people.models import Post
from gezhi.people.staffing import Filled
from gezhi.people.teams import StaffFilters, appointment_of, first_persons, gap_report, staff

router = Router(tags=["people"])
Code = Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$"), about(_("区域代码，含下级。"))]


class Within(BaseModel):
    area: Code = ""
    on: Annotated[date | None, about(_("哪一天；不填为今天。"))] = None


def covered(actor: Actor, right: str, area: str) -> tuple[str, ...]:
    """The subtrees that are asked about. Denied to whoever holds the right nowhere there."""
    if not area:
        held = actor.areas(right)
        if not held:
            raise Denied(right)
        return held
    actor.require(right, area=area)
    return (area,)


class FilledShape(BaseModel):
    kind: str
    role: str
    symbol: Annotated[str, about(_("公式里的写法，如 1、N、X。"))]
    grids: int
    needed: Annotated[int, about(_("应配人数。"))]
    present: Annotated[int, about(_("在岗人数，一人几格算一人。"))]
    missing: int
    empty: Annotated[int, about(_("没有人的网格数。"))]


class TeamPartShape(BaseModel):
    area: str
    places: list[FilledShape]


class GapShape(BaseModel):
    on: date
    formulas: dict[str, str]
    total: list[FilledShape]
    parts: Annotated[list[TeamPartShape], about(_("按街道；跨街道的人在每个街道各算一次。"))]


def filled_shape(one: Filled) -> FilledShape:
    place = one.place
    return FilledShape(
        kind=place.kind,
        role=place.role,
        symbol=place.symbol,
        grids=one.grids,
        needed=one.needed,
        present=one.present,
        missing=one.missing,
        empty=one.empty,
    )


@router.get(
    "/staff/gaps", response=GapShape, operation_id="report_staff_gaps", **said(_("配备和缺口"), _("按当天的配备公式。"))
)
def gaps(request: ApiRequest, choice: Query[Within]) -> HttpResponse:
    only_known(request, Within)
    on = choice.on or local_day(request.at)
    report = gap_report(covered(request.auth, "staff.see", choice.area), on=on)
    answer = GapShape(
        on=on,
        formulas=report.formulas,
        total=[filled_shape(one) for one in report.total],
        parts=[
            TeamPartShape(area=code, places=[filled_shape(one) for one in filled])
            for code, filled in report.parts.items()
        ],
    )
    return reply(answer)


class StaffShape(BaseModel):
    post_id: int
    user_id: int
    name: str
    work_phone: str
    area: str
    role: str
    is_deputy: bool
    from_on: date
    until_on: date | None
    source: Annotated[str | None, about(_("来源代码；没有登记的为 null。"))]
    channel: str | None
    unmet: Annotated[list[str], about(_("没有满足的条件；有的写明了理由。"))]


class StaffPage(Page[StaffShape]):
    pass


class StaffQuery(BaseModel):
    area: Code = ""
    role: Annotated[Text, Field(max_length=24)] = ""
    state: Annotated[Text, Field(pattern=r"^(|ending|exception|unwritten|ended)$")] = ""


def staff_shape(post: Post) -> StaffShape:
    given = appointment_of(post)
    return StaffShape(
        post_id=post.pk,
        user_id=post.user_id,
        name=post.user.name,
        work_phone=post.user.work_phone,
        area=post.desk.area.code,
        role=post.role,
        is_deputy=post.is_deputy,
        from_on=post.from_on,
        until_on=post.until_on,
        source=given.source.code if given is not None else None,
        channel=given.channel if given is not None else None,
        unmet=given.unmet.split() if given is not None else [],
    )


@router.get(
    "/staff", response=StaffPage, operation_id="list_staff", **said(_("网格队伍的人员"), _("在任的岗位，新的在前。"))
)
def list_staff(request: ApiRequest, filters: Query[StaffQuery], paging: Query[Paging]) -> HttpResponse:
    only_known(request, StaffQuery, Paging)
    covered(request.auth, "staff.see", filters.area)
    rows = staff(
        request.auth, StaffFilters(filters.area, filters.role, "", filters.state), on=local_day(request.at)
    ).order_by()
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    return reply(StaffPage(items=[staff_shape(post) for post in found], next=link))


class FirstShape(BaseModel):
    area: str
    level: str
    name: str
    post_id: int | None
    person: str | None
    is_vacant: bool


class FirstsShape(BaseModel):
    levels: list[FirstShape]


@router.get(
    "/first-persons",
    response=FirstsShape,
    operation_id="list_first_persons",
    **said(_("第一负责人"), _("区、街道、社区各级由谁负责，哪一级空缺。")),
)
def firsts(request: ApiRequest, choice: Query[Within]) -> HttpResponse:
    only_known(request, Within)
    areas = covered(request.auth, "staff.see", choice.area)
    rows = [
        FirstShape(
            area=one.code,
            level=one.level,
            name=one.name,
            post_id=one.post.pk if one.post is not None else None,
            person=one.post.user.name if one.post is not None else None,
            is_vacant=one.is_vacant,
        )
        for one in first_persons(areas, on=choice.on or local_day(request.at))
    ]
    return reply(FirstsShape(levels=rows))


class ForceShape(BaseModel):
    code: str
    name: str
    is_confirmed: bool


class ForceRowShape(BaseModel):
    area: str
    contacts: Annotated[dict[str, str | None], about(_("按类别代码：联系人姓名，没有的为 null。"))]


class MatrixShape(BaseModel):
    forces: list[ForceShape]
    cells: int
    gaps: int
    rows: list[ForceRowShape]


@router.get(
    "/forces",
    response=MatrixShape,
    operation_id="get_force_matrix",
    **said(_("专业力量矩阵"), _("七类专业力量 × 网格，每格一名联系人；空的就是缺口。")),
)
def forces(request: ApiRequest, choice: Query[Within]) -> HttpResponse:
    only_known(request, Within)
    seen = matrix(covered(request.auth, "staff.see", choice.area), on=choice.on or local_day(request.at))
    codes = [force.code for force in seen.forces]
    answer = MatrixShape(
        forces=[ForceShape(code=one.code, name=one.name, is_confirmed=one.is_confirmed) for one in seen.forces],
        cells=seen.cells,
        gaps=seen.gaps,
        rows=[
            ForceRowShape(
                area=row.code,
                contacts={
                    code: contact.name if contact is not None else None
                    for code, contact in zip(codes, row.contacts, strict=True)
                },
            )
            for row in seen.rows
        ],
    )
    return reply(answer)


class BudgetQuery(BaseModel):
    year: Annotated[int, Field(ge=2000, le=2100)]
    area: Code = ""


class SumsShape(BaseModel):
    area: str
    fen: Annotated[dict[str, int], about(_("按用途，单位分。"))]
    total_fen: int


class BudgetShape(BaseModel):
    year: int
    areas: list[SumsShape]
    total_fen: Annotated[int, about(_("整数分，不用小数。"))]


@router.get(
    "/budget", response=BudgetShape, operation_id="get_budget", **said(_("队伍经费"), _("一年的合计，含更正，单位分。"))
)
def budget(request: ApiRequest, choice: Query[BudgetQuery]) -> HttpResponse:
    only_known(request, BudgetQuery)
    found = year_sums(covered(request.auth, "budget.see", choice.area), choice.year)
    rows = [SumsShape(area=code, fen=one.by_purpose, total_fen=one.total) for code, one in found.areas.items()]
    return reply(BudgetShape(year=choice.year, areas=rows, total_fen=found.total.total))
