"""Recommendations by JSON: what waits, recommending somebody, deciding."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.http.inputs import ApiRequest, Body, Day, Id, Moment, Text, about, in_path, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.refusals import Missing
from gezhi.people.access import get_recommendation
from gezhi.people.actions import decide, recommend
from gezhi.people.actions.recommendations import DOOR
from gezhi.people.models import Desk, Recommendation, Source
from gezhi.people.workflow import Outcome

router = Router(tags=["people"])


class RecommendationShape(BaseModel):
    id: int
    version: int
    stage: str
    desk_id: int
    area: str
    source: str
    unit: str
    name: str
    work_phone: str
    reason: str
    recommended_at: Moment
    steps: Annotated[list[str], about(_("您现在能做的步骤。"))]


class RecommendationPage(Page[RecommendationShape]):
    pass


class RecommendationFilters(BaseModel):
    stage: Outcome | None = None


class RecommendIn(Body):
    desk_id: Id
    source: Annotated[Text, about(_("来源代码，如 unit_liaison。"))]
    unit: Text
    name: Text
    work_phone: Text
    reason: Text = ""


class DecideIn(Body):
    from_on: Annotated[Day | None, about(_("同意时：到岗日期。"))] = None
    reason: Annotated[Text, Field(max_length=200)] = ""
    seen: Annotated[int | None, about(_("您看到的版本；别人先办过就是 409。"))] = None


def shape(row: Recommendation, request: ApiRequest) -> RecommendationShape:
    return RecommendationShape(
        id=row.pk,
        version=row.version,
        stage=row.stage,
        desk_id=row.desk_id,
        area=row.desk.area.code,
        source=row.source.code,
        unit=row.unit,
        name=row.name,
        work_phone=row.work_phone,
        reason=row.reason,
        recommended_at=row.recommended_at,
        steps=[step.name for step in DOOR.offered(row, request.auth, request.at)],
    )


@router.get(
    "/recommendations",
    response=RecommendationPage,
    operation_id="list_recommendations",
    **said(_("兼职网格员推荐"), _("您看得到的，新的在前。")),
)
def listing(request: ApiRequest, filters: Query[RecommendationFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, RecommendationFilters, Paging)
    rows = Recommendation.objects.visible_to(request.auth).select_related("desk__area", "source")
    if filters.stage is not None:
        rows = rows.filter(stage=filters.stage)
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    return reply(RecommendationPage(items=[shape(row, request) for row in found], next=link))


@router.post(
    "/recommendations",
    response={201: RecommendationShape},
    operation_id="recommend",
    **said(_("推荐一位兼职网格员"), _("单位推荐，街道审核。")),
)
def make(request: ApiRequest, given: RecommendIn) -> HttpResponse:
    actor, at = request.auth, request.at
    desk = Desk.objects.select_related("area").filter(pk=given.desk_id).first()
    source = Source.objects.filter(code=given.source).first()
    if desk is None or source is None:
        raise Missing("no_such_desk", _("没有这个岗台或来源。"))

    def do() -> tuple[int, BaseModel]:
        row = recommend(
            desk,
            source,
            unit_name=given.unit,
            name=given.name,
            work_phone=given.work_phone,
            reason=given.reason,
            actor=actor,
            at=at,
        )
        return 201, shape(row, request)

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)


@router.post(
    "/recommendations/{key}/steps/{name}",
    response=RecommendationShape,
    operation_id="decide_recommendation",
    **said(_("审核推荐"), _("approve 同意（要 from_on），refuse 不同意，withdraw 撤回（要 reason）。")),
)
def step(
    request: ApiRequest,
    key: Annotated[int, in_path(_("推荐的 id。"))],
    name: Annotated[str, in_path(_("approve、refuse 或 withdraw。"))],
    given: DecideIn,
) -> HttpResponse:
    actor, at = request.auth, request.at
    row = get_recommendation(actor, key)

    def do() -> tuple[int, BaseModel]:
        return 200, shape(decided(name, row, given, actor, at), request)

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)


def decided(name: str, row: Recommendation, given: DecideIn, actor: Any, at: datetime) -> Recommendation:
    day: date | None = given.from_on
    return decide(name, row, actor=actor, at=at, seen=given.seen, from_on=day, reason=given.reason)
