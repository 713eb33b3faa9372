"""Campaigns: read, drafted, taken through their steps, worked off."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field, create_model

from gezhi.cases.api.files import FileWord, files_of
from gezhi.cases.api.shapes import PlaceName
from gezhi.cases.api.steps import IF_MATCH, StepIn, seen_of
from gezhi.fieldwork.access import get_campaign, get_target
from gezhi.fieldwork.actions import answer_target, draft_campaign, set_questions, set_targets, take_campaign
from gezhi.fieldwork.actions.campaigns import current_form
from gezhi.fieldwork.api.shapes import (
    AddressPointShape,
    Area,
    DoneAt,
    FoundIn,
    Pk,
    Prose,
    RowKey,
    address_point_of,
    content_of,
    finding_of,
    place_name,
)
from gezhi.fieldwork.models import Campaign, CampaignAnswer, CampaignTarget, TargetKind, lying_in
from gezhi.fieldwork.queries import progress_of
from gezhi.fieldwork.queries.progress import scope_of
from gezhi.fieldwork.questions import MOST_CHOICES, MOST_QUESTIONS, Question, QuestionKind
from gezhi.fieldwork.workflow import ENDED, STEPS, CampaignStage, Step
from gezhi.kernel.http.inputs import ApiRequest, Body, Day, Moment, Text, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.inputs import MOST_FILES
from gezhi.kernel.texts import LONGEST_TITLE

INPUTS: dict[str, tuple[Any, Any, Any]] = {
    "due_on": (Day, _("新的截止日期。"), None),
    "reason": (Annotated[Text, Field(max_length=500)], _("理由。"), ""),
}


class QuestionShape(Body):
    code: Annotated[
        Text, Field(max_length=20), about(_("不填则自动编号；改词不改代码，两版的答案就能合在一起数。"))
    ] = ""
    label: Annotated[Text, Field(max_length=60)]
    kind: Annotated[QuestionKind, Field(strict=False)]
    is_required: bool = False
    choices: Annotated[list[Annotated[Text, Field(max_length=30)]], Field(max_length=MOST_CHOICES)] = []


class QuestionsIn(Body):
    questions: Annotated[list[QuestionShape], Field(min_length=1, max_length=MOST_QUESTIONS)]
    seen: int | None = None


class TargetsIn(Body):
    codes: Annotated[list[Area], Field(max_length=500), about(_("哪些区域；不填为整个范围。"))] = []
    grid_kind: Annotated[Text, Field(max_length=20), about(_("residential 或 dedicated；不填为全部。"))] = ""
    seen: int | None = None


class CampaignIn(Body):
    key: RowKey
    title: Annotated[Text, Field(min_length=1, max_length=LONGEST_TITLE)]
    area_code: Area = ""
    due_on: Day
    remind_on: Annotated[Day | None, about(_("不填为截止前一天。"))] = None
    purpose: Annotated[Text, Field(max_length=500)] = ""
    target_kind: Annotated[TargetKind, Field(strict=False)] = TargetKind.GRIDS


class CampaignShape(BaseModel):
    id: int
    key: UUID
    title: str
    purpose: str
    area: PlaceName
    stage: CampaignStage
    stage_label: str
    version: Annotated[int, about(_("给 If-Match 用：你看到的是第几版。"))]
    target_kind: TargetKind
    due_on: date
    remind_on: date
    started_at: Moment | None
    ended_at: Moment | None
    form_number: Annotated[int, about(_("现在用的是第几版表；0 为还没有。"))]


class CampaignPage(Page[CampaignShape]):
    pass


class ProgressLine(BaseModel):
    code: str
    name: str
    total: int
    done: int
    found: int


class CampaignWhole(CampaignShape):
    questions: list[QuestionShape]
    scope: Annotated[ProgressLine, about(_("自己范围里的完成情况：done / total。"))]
    lines: list[ProgressLine]


class TargetShape(BaseModel):
    id: int
    campaign_id: int
    area: PlaceName
    address_point: AddressPointShape | None
    done_at: Moment | None


class TargetPage(Page[TargetShape]):
    pass


class CampaignAnswerIn(Body):
    key: RowKey
    values: Annotated[dict[str, bool | int | float | str | None], Field(max_length=MOST_QUESTIONS)]
    photos: Annotated[
        dict[str, Annotated[list[FileWord], Field(max_length=MOST_FILES)]], Field(max_length=MOST_QUESTIONS)
    ] = {}
    finding: FoundIn | None = None
    form_number: Annotated[int | None, Field(ge=1, le=1000), about(_("手机上是第几版表；不填为现在用的。"))] = None
    done_at: DoneAt = None


class AnswerShape(BaseModel):
    id: int
    key: UUID
    target_id: int
    form_number: int
    values: dict[str, Any]
    case_id: int | None
    answered_at: Moment


class CampaignFilters(BaseModel):
    stage: Annotated[list[CampaignStage], about(_("阶段，可重复；不填为没有结束的。"))] = []


class TargetFilters(BaseModel):
    area: Area = ""
    is_done: bool | None = None


def members_of(campaign: Campaign) -> dict[str, Any]:
    plain = ("key", "title", "purpose", "version", "due_on", "remind_on", "started_at", "ended_at", "form_number")
    return {name: getattr(campaign, name) for name in plain} | {
        "id": campaign.pk,
        "area": place_name(campaign.area.code),
        "stage": CampaignStage(campaign.stage),
        "stage_label": str(CampaignStage(campaign.stage).label),
        "target_kind": TargetKind(campaign.target_kind),
    }


def shape_of(campaign: Campaign) -> CampaignShape:
    return CampaignShape(**members_of(campaign))


def target_of(target: CampaignTarget) -> TargetShape:
    point = target.address_point
    return TargetShape(
        id=target.pk,
        campaign_id=target.campaign_id,
        area=place_name(target.place_code),
        address_point=address_point_of(point) if point is not None else None,
        done_at=target.done_at,
    )


def answer_of(answer: CampaignAnswer) -> AnswerShape:
    plain = ("key", "target_id", "values", "case_id", "answered_at")
    return AnswerShape(id=answer.pk, form_number=answer.form.number, **{name: getattr(answer, name) for name in plain})


def list_campaigns(request: ApiRequest, filters: Query[CampaignFilters], paging: Query[Paging]) -> HttpResponse:
    """Those that the actor may see; the newest first."""
    only_known(request, CampaignFilters, Paging)
    rows = Campaign.objects.visible_to(request.auth).select_related("area")
    rows = rows.filter(stage__in=filters.stage) if filters.stage else rows.exclude(stage__in=ENDED)
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    return reply(CampaignPage(items=[shape_of(campaign) for campaign in found], next=link))


def read_campaign(request: ApiRequest, pk: Pk) -> HttpResponse:
    """The form in use and how far it is, in the actor's own areas."""
    campaign = get_campaign(request.auth, pk)
    form, progress = current_form(campaign), progress_of(campaign, request.auth)
    whole = CampaignWhole(
        **members_of(campaign),
        questions=[QuestionShape(**row) for row in form.questions] if form is not None else [],
        scope=line_of(progress.whole),
        lines=[line_of(line) for line in progress.lines],
    )
    return reply(whole, version=campaign.version)


def line_of(line: Any) -> ProgressLine:
    return ProgressLine(**asdict(line))


def take_in(request: ApiRequest, given: CampaignIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        return 201, shape_of(draft_campaign(actor=actor, at=at, **given.model_dump()))

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)


def put_questions(request: ApiRequest, pk: Pk, given: QuestionsIn) -> HttpResponse:
    actor, at, seen = request.auth, request.at, seen_of(request, given.seen)

    def do() -> tuple[int, BaseModel]:
        questions = [
            Question(one.code, one.label, one.kind, one.is_required, tuple(one.choices)) for one in given.questions
        ]
        campaign = get_campaign(actor, pk, "campaign.edit")
        return 200, shape_of(set_questions(campaign, questions, actor=actor, at=at, seen=seen))

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)


def put_targets(request: ApiRequest, pk: Pk, given: TargetsIn) -> HttpResponse:
    actor, at, seen = request.auth, request.at, seen_of(request, given.seen)

    def do() -> tuple[int, BaseModel]:
        campaign = get_campaign(actor, pk, "campaign.edit")
        wanted = given.model_dump(exclude={"seen"})
        return 200, shape_of(set_targets(campaign, actor=actor, at=at, seen=seen, **wanted))

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)


def list_targets(request: ApiRequest, pk: Pk, filters: Query[TargetFilters], paging: Query[Paging]) -> HttpResponse:
    """What has to be gone to, in the actor's own areas."""
    only_known(request, TargetFilters, Paging)
    campaign = get_campaign(request.auth, pk)
    rows = CampaignTarget.objects.filter(lying_in(*scope_of(campaign, request.auth)), campaign=campaign)
    if filters.area:
        rows = rows.filter(lying_in(filters.area))
    if filters.is_done is not None:
        rows = rows.filter(done_at__isnull=not filters.is_done)
    found, link = page_of_rows(request, paging, rows.select_related("address_point"), order=("pk",))
    return reply(TargetPage(items=[target_of(target) for target in found], next=link))


def work_off(request: ApiRequest, pk: Pk, given: CampaignAnswerIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        now = at.timestamp()
        answer = answer_target(
            get_target(actor, pk),
            actor=actor,
            at=at,
            key=given.key,
            values=given.values,
            photos={code: files_of(words, actor, at=now) for code, words in given.photos.items()},
            finding=finding_of(given.finding, request),
            form_number=given.form_number,
            done_at=given.done_at,
        )
        return 201, answer_of(answer)

    return reply_once(request, f"user:{actor.user_id}", content_of(given), do, at=at)


def inputs_of(step: Step) -> type[BaseModel]:
    """The model of a step's body."""
    fields: dict[str, Any] = {}
    for name in (*step.needs, *step.offers):
        kind, words, nothing = INPUTS[name]
        fields[name] = (Annotated[kind, about(words)], ... if name in step.needs else nothing)
    return create_model(f"Campaign{step.name.title()}In", __base__=StepIn, **fields)


def view_of(step: Step) -> Callable[..., HttpResponse]:
    model = inputs_of(step)

    def take_step(request: ApiRequest, pk: Pk, inputs: Any) -> HttpResponse:
        actor, at = request.auth, request.at
        seen = seen_of(request, inputs.seen)
        given = inputs.model_dump(exclude={"seen"})

        def do() -> tuple[int, BaseModel]:
            campaign = get_campaign(actor, pk)
            return 200, shape_of(take_campaign(step.name, campaign, actor=actor, at=at, seen=seen, **given))

        return reply_once(request, f"user:{actor.user_id}", inputs.model_dump(mode="json") | {"seen": seen}, do, at=at)

    take_step.__name__ = f"campaign_{step.name}"
    take_step.__annotations__["inputs"] = model
    if not step.needs:
        # Nothing has to be said, so nothing need be sent.
        take_step.__defaults__ = (model(),)
    return take_step


def add_to(router: Router) -> None:
    router.get(
        "/campaigns",
        response=CampaignPage,
        operation_id="list_campaigns",
        **said(_("排查任务"), _("自己范围里的；起草中的只有布置的人看得到。")),
    )(list_campaigns)
    router.post(
        "/campaigns",
        response={201: CampaignShape},
        operation_id="draft_campaign",
        **said(_("起草排查"), _("之后填表、选对象，再开始。")),
    )(take_in)
    router.get(
        "/campaigns/{pk}",
        response=CampaignWhole,
        operation_id="get_campaign",
        **said(_("一项排查"), _("现在用的表，和自己范围里的完成情况。")),
    )(read_campaign)
    router.post(
        "/campaigns/{pk}/questions",
        response=CampaignShape,
        operation_id="set_campaign_questions",
        openapi_extra={"parameters": [IF_MATCH]},
        **said(
            _("排查的表"), _("开始以后再改就是新的一版，已经填的留在原来的版上。不能问人：姓名、证件、态度等一律拒绝。")
        ),
    )(put_questions)
    router.post(
        "/campaigns/{pk}/targets",
        response=CampaignShape,
        operation_id="set_campaign_targets",
        openapi_extra={"parameters": [IF_MATCH]},
        **said(_("排查的对象"), _("起草时替换，开始以后只增不减。")),
    )(put_targets)
    router.get(
        "/campaigns/{pk}/targets",
        response=TargetPage,
        operation_id="list_campaign_targets",
        **said(_("排查对象"), _("自己范围里的网格或地址点，和做没做。")),
    )(list_targets)
    router.post(
        "/campaign-targets/{pk}/answer",
        response={201: AnswerShape},
        operation_id="answer_campaign_target",
        **said(_("完成一处排查"), _("照表填；发现问题的当即成为事件。一处只填一次，别人先填的会告知是谁。")),
    )(work_off)
    for step in STEPS.values():
        router.post(
            f"/campaigns/{{pk}}/steps/{step.name}",
            response=CampaignShape,
            operation_id=f"campaign_{step.name}",
            **said(step.label, _("需要布置排查的权限。")),
            openapi_extra={"parameters": [IF_MATCH]},
        )(view_of(step))


__all__ = ["Prose", "add_to"]
