"""Re-division plans by JSON: the same table of steps as everywhere."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.events import timeline
from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Moment, Text, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.refusals import Missing
from gezhi.territory.actions import (
    WantedArea,
    WantedChange,
    draft_plan,
    draft_withdrawal,
    revise_plan,
    take_plan_step,
)
from gezhi.territory.api.areas import Code
from gezhi.territory.api.proofs import Geometry, ProofShape, crs_of, drawn_outline, proof_shape
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, Plan
from gezhi.territory.plans import get_plan, preview
from gezhi.territory.workflow import STEPS, PlanStage, PlanStep

router = Router(tags=["plans"])
Prose = Annotated[Text, Field(max_length=2000)]
OwnCode = Annotated[
    str,
    Field(pattern=r"^([0-9]{9}|[0-9]{12}|[0-9]{15})?$"),
    about(_("调整边界时为原编码；街道和社区已有正式编码时填写。")),
]
Side = Annotated[Text, Field(max_length=100)]
FourSides = Annotated[list[Side], Field(min_length=4, max_length=4), about(_("四至：东、南、西、北。"))]
Seen = Annotated[
    Annotated[int, Field(ge=1, le=2**31 - 1)] | None, about(_("你看到的版本；之后有人办过就是 409。不填则不核对。"))
]


Corrected = Annotated[Id | None, about(_("更正哪个已经生效的方案。"))]


class ResultIn(Body):
    """An area as a change should leave it. What isn't said follows from the sources."""

    geometry: Geometry
    key: Annotated[str, Field(max_length=20), about(_("方案里的标识，供其他区域把它当上级。"))] = ""
    parent: Annotated[str, Field(max_length=20), about(_("上级的编码或标识。"))] = ""
    code: OwnCode = ""
    name: Annotated[Text, Field(max_length=100)] = ""
    kind: Literal["", "residential", "dedicated"] = ""
    subtype: Annotated[Text, Field(max_length=30)] = ""
    households: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    population: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    bounds: FourSides = ["", "", "", ""]


class ChangeIn(Body):
    kind: Literal["split", "merge", "redraw", "create", "retire"]
    sources: Annotated[list[Code], Field(max_length=500)] = []
    results: Annotated[list[ResultIn], Field(max_length=500)] = []
    level: Annotated[Literal["street", "community", "grid"], about(_("新设时说明是哪一级。"))] = "grid"


class PlanIn(Body):
    scope: Annotated[Code, about(_("社区、街道或区的编码。"))]
    title: Annotated[Text, Field(max_length=100)]
    reason: Prose
    takes_effect_on: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    crs: Annotated[Text, Field(max_length=40)] = "cgcs2000"
    about: Corrected = None
    changes: Annotated[list[ChangeIn], Field(max_length=500)]


class RevisionIn(Body):
    seen: Seen = None
    title: Annotated[Text, Field(max_length=100)] | None = None
    reason: Prose | None = None
    takes_effect_on: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None
    crs: Annotated[Text, Field(max_length=40)] = "cgcs2000"
    changes: Annotated[list[ChangeIn], Field(max_length=500)] | None = None


class WithdrawalIn(Body):
    title: Annotated[Text, Field(max_length=100)]
    reason: Prose


class PlanStepIn(Body):
    seen: Seen = None
    comment: Annotated[Prose, about(_("意见；退回和撤回时必填。"))] = ""


class PlanFilters(BaseModel):
    stage: PlanStage | None = None


class PlanRow(BaseModel):
    id: int
    version: int
    scope: str
    title: str
    stage: str
    takes_effect_on: date
    effective_on: date | None
    about: int | None
    is_withdrawal: bool


class PlanPage(Page[PlanRow]):
    pass


class HappenedShape(BaseModel):
    """One line of the plan's history."""

    event: str
    at: Moment
    who: str
    comment: str


class ChangeShape(BaseModel):
    kind: str
    sources: list[str]
    results: list[dict[str, Any]]


class PlanWhole(PlanRow):
    reason: str
    digest: str
    reviewed_streets: list[str]
    changes: list[ChangeShape]
    history: list[HappenedShape]
    steps: Annotated[list[str], about(_("从现在的阶段可以走的步骤；能不能走还看权限。"))]


class PreviewShape(BaseModel):
    """What would happen if the plan took effect on the land as it stands."""

    made: list[str]
    redrawn: list[str]
    retired: list[str]
    heirs: Annotated[dict[str, list[str]], about(_("每个停用编码由谁接替，第一个为主。"))]
    households: Annotated[int, about(_("换编码的网格共多少户，不知道的不算。"))]
    moves: Annotated[dict[str, dict[str, int]], about(_("跟着走的：岗台、岗位、未结事件、资源。"))]
    holds: bool
    proofs: list[ProofShape]


def row_of(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.pk,
        "version": plan.version,
        "scope": plan.scope.code,
        "title": plan.title,
        "stage": plan.stage,
        "takes_effect_on": plan.takes_effect_on,
        "effective_on": plan.effective_on,
        "about": plan.about_id if plan.about_id else None,
        "is_withdrawal": plan.is_withdrawal,
    }


def whole_of(plan: Plan) -> PlanWhole:
    changes = plan.changes.order_by("position").prefetch_related("results__subtype")
    return PlanWhole(
        **row_of(plan),
        reason=plan.reason,
        digest=plan.digest,
        reviewed_streets=sorted(plan.reviewers),
        changes=[
            ChangeShape(
                kind=change.kind,
                sources=change.sources,
                results=[
                    {
                        "key": area.key,
                        "level": area.level,
                        "parent": area.parent,
                        "code": area.code,
                        "name": area.name,
                        "kind": area.kind,
                        "subtype": area.subtype.code if area.subtype else "",
                        "households": area.households,
                        "population": area.population,
                        "geometry": area.geometry.__geo_interface__,
                    }
                    for area in change.results.all()
                ],
            )
            for change in changes
        ],
        history=[
            HappenedShape(event=event.name, at=event.at, who=event.actor_name, comment=event.note)
            for event in timeline(plan)
        ],
        steps=[step.name for step in STEPS.values() if step.right and plan.stage in step.sources],
    )


def wanted_of(changes: list[ChangeIn], crs: str) -> list[WantedChange]:
    """Outlines are read and converted here; from here on they are degrees of CGCS2000."""
    return [
        WantedChange(
            change.kind,
            change.sources,
            [
                WantedArea(
                    drawn_outline(one.geometry, crs),
                    **one.model_dump(exclude={"geometry", "bounds"}),
                    bounds=(one.bounds[0], one.bounds[1], one.bounds[2], one.bounds[3]),
                )
                for one in change.results
            ],
            change.level,
        )
        for change in changes
    ]


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Missing("no_such_day", _("没有这一天。"), field="takes_effect_on") from None


def scope_of(code: str) -> Area:
    area = Area.objects.filter(code=code, is_active=True).first()
    if area is None:
        raise Missing("no_such_area", _("没有这个区域代码：%(code)s。") % {"code": code}, field="scope")
    return area


@router.get(
    "/plans",
    response=PlanPage,
    operation_id="list_plans",
    **said(_("区划调整方案"), _("与您的辖区有关的方案，新的在前。")),
)
def list_plans(request: ApiRequest, filters: Query[PlanFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, PlanFilters, Paging)
    rows = Plan.objects.visible_to(request.auth).select_related("scope")
    if filters.stage is not None:
        rows = rows.filter(stage=filters.stage)
    found, link = page_of_rows(request, paging, rows, order=("-id",))
    return reply(PlanPage(items=[PlanRow(**row_of(plan)) for plan in found], next=link))


@router.get(
    "/plans/{key}",
    response=PlanWhole,
    operation_id="get_plan",
    **said(_("一个方案"), _("调整内容、来龙去脉和意见。")),
)
def read_plan(request: ApiRequest, key: Id) -> HttpResponse:
    plan = get_plan(request.auth, key)
    return reply(whole_of(plan), version=plan.version)


@router.get(
    "/plans/{key}/preview",
    response=PreviewShape,
    operation_id="preview_plan",
    **said(_("方案的后果"), _("按现在的边界推演：新编码、接替关系、证明，以及多少户、岗位和未结事件要跟着走。")),
)
def read_preview(request: ApiRequest, key: Id) -> HttpResponse:
    seen = preview(get_plan(request.auth, key))
    answer = PreviewShape(
        **seen.view.fate.as_json(),
        households=seen.households,
        moves={name: dict(counts) for name, counts in seen.moves.items()},
        holds=seen.view.holds,
        proofs=[proof_shape(code, proof) for code, proof in seen.view.proofs.items()],
    )
    return reply(answer)


@router.post(
    "/plans",
    response={201: PlanWhole},
    operation_id="draft_plan",
    **said(_("起草方案"), _("社区为本社区起草；跨社区的由街道起草，跨街道的由区起草。")),
)
def draft(request: ApiRequest, plan: PlanIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        about = get_plan(actor, plan.about) if plan.about is not None else None
        changes = wanted_of(plan.changes, plan.crs)
        drafted = draft_plan(
            scope_of(plan.scope),
            plan.title,
            plan.reason,
            changes,
            actor=actor,
            at=at,
            takes_effect_on=day_of(plan.takes_effect_on),
            crs=Crs.CGCS2000,
            about=about,
        )
        return 201, whole_of(drafted)

    crs_of(plan.crs)
    return reply_once(request, f"user:{actor.user_id}", plan.model_dump(mode="json"), do, at=at)


@router.post(
    "/plans/{key}/revision",
    response=PlanWhole,
    operation_id="revise_plan",
    **said(_("修改方案"), _("起草中或被退回的方案可以改；没有给的保持不变。")),
)
def revise(request: ApiRequest, key: Id, revision: RevisionIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        day = revision.takes_effect_on
        plan = revise_plan(
            get_plan(actor, key),
            actor=actor,
            at=at,
            seen=revision.seen,
            title=revision.title,
            reason=revision.reason,
            takes_effect_on=day_of(day) if day is not None else None,
            changes=wanted_of(revision.changes, revision.crs) if revision.changes is not None else None,
            crs=Crs.CGCS2000,
        )
        return 200, whole_of(plan)

    crs_of(revision.crs)
    return reply_once(request, f"user:{actor.user_id}", revision.model_dump(mode="json"), do, at=at)


@router.post(
    "/plans/{key}/withdrawal",
    response={201: PlanWhole},
    operation_id="draft_withdrawal",
    **said(_("起草撤回方案"), _("已核准、未生效的方案要撤回，另走一遍同样的程序。")),
)
def withdraw(request: ApiRequest, key: Id, words: WithdrawalIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        plan = draft_withdrawal(get_plan(actor, key), words.title, words.reason, actor=actor, at=at)
        return 201, whole_of(plan)

    return reply_once(request, f"user:{actor.user_id}", words.model_dump(mode="json"), do, at=at)


def view_of(step: PlanStep) -> Callable[..., HttpResponse]:
    def take_step(request: ApiRequest, key: Id, inputs: PlanStepIn) -> HttpResponse:
        actor, at = request.auth, request.at

        def do() -> tuple[int, BaseModel]:
            plan = get_plan(actor, key)
            take_plan_step(step.name, plan, actor=actor, at=at, seen=inputs.seen, comment=inputs.comment)
            return 200, whole_of(plan)

        return reply_once(request, f"user:{actor.user_id}", inputs.model_dump(mode="json"), do, at=at)

    take_step.__name__ = f"take_plan_{step.name}"
    take_step.__defaults__ = (PlanStepIn(),)
    return take_step


def words_of(step: PlanStep) -> Any:
    sources = format_lazy("、".join(["{}"] * len(step.sources)), *(stage.label for stage in step.sources))
    return format_lazy("{} → {}", sources, step.target.label)


for row in STEPS.values():
    if row.right:
        router.post(
            f"/plans/{{key}}/steps/{row.name}",
            response=PlanWhole,
            operation_id=f"take_plan_{row.name}",
            summary=row.label,
            description=words_of(row),
        )(view_of(row))
