"""Applications by program: writing them, reading them, and one operation a step, made from the table."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field, create_model

from gezhi.kernel.access import Actor
from gezhi.kernel.http.inputs import (
    LARGEST_ID,
    ApiRequest,
    Body,
    Day,
    Id,
    Moment,
    Text,
    about,
    in_path,
    only_known,
    said,
)
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.matters.access import get_application, missing
from gezhi.matters.actions import (
    Draft,
    ExitDraft,
    NewBatch,
    NewDemand,
    draft_admission,
    draft_exit,
    revise_admission,
    revise_exit,
    take,
)
from gezhi.matters.actions.applications import LONGEST_TEXT, MOST_BATCHES, MOST_DEMANDS, MOST_FEN
from gezhi.matters.actions.catalogue import LONGEST_TEMPLATE
from gezhi.matters.actions.steps import DOOR
from gezhi.matters.admission import Nature, reasons
from gezhi.matters.alike import alike
from gezhi.matters.burden import Every
from gezhi.matters.models import Application
from gezhi.matters.situation import held_fields
from gezhi.matters.workflow import INPUTS, STEPS, ApplicationKind, ApplicationStage, Step
from gezhi.people.models import DeskKind

Key = Annotated[int, in_path(_("申请的 id。"))]
Prose = Annotated[Text, Field(max_length=LONGEST_TEXT)]
Template = Annotated[Text, Field(max_length=LONGEST_TEMPLATE)]
Word = Annotated[Text, Field(min_length=1, max_length=40)]
Fen = Annotated[int, Field(ge=1, le=MOST_FEN)]


class TrialBatchIn(Body):
    street: Annotated[Text, Field(pattern=r"^[0-9]{9}$"), about(_("9 位街道代码。"))]
    starts_on: Day
    yearly_fen: Annotated[Fen, about(_("每年经费，单位为分。"))]
    phase: Annotated[int, Field(ge=1, le=99)] = 1


class DemandIn(Body):
    name: Annotated[Text, Field(min_length=1, max_length=60)]
    every: Annotated[Every, Field(strict=False)]
    minutes: Annotated[int, Field(ge=1, le=6_000), about(_("每次几分钟。"))]
    times: Annotated[int, Field(ge=1, le=1_000)] = 1
    fields: Annotated[list[Word], Field(max_length=60), about(_("表里的数据项。"))] = []


class AnswersIn(Body):
    """null is not answered yet."""

    too_specialised: bool | None = None
    beyond_autonomy: bool | None = None
    foreign_to_duty: bool | None = None
    beyond_ability: bool | None = None


class AdmissionIn(Body):
    name: Annotated[Text, Field(min_length=1, max_length=60)]
    category_id: Id | None = None
    nature: Annotated[Nature, Field(strict=False)] = Nature.SERVICE
    legal_basis: Prose = ""
    content: Annotated[Prose, about(_("需要社区落实的工作内容。"))] = ""
    authority: Annotated[Prose, about(_("随事项下放的权限。"))] = ""
    duty: Annotated[Prose, about(_("部门继续承担的责任。"))] = ""
    default_desk: Annotated[DeskKind | None, Field(strict=False), about(_("由哪一级办理。"))] = None
    words: Annotated[list[Annotated[Text, Field(max_length=20)]], Field(max_length=40)] = []
    handling_template: Template = ""
    answer_template: Template = ""
    expected_a_week: Annotated[int, Field(ge=0, le=100_000)] = 0
    answers: Annotated[AnswersIn, about(_("禁止下放的四个问题；有一个是，提交后不予准入。"))] = AnswersIn()
    batches: Annotated[list[TrialBatchIn], Field(max_length=MOST_BATCHES)] = []
    demands: Annotated[list[DemandIn], Field(max_length=MOST_DEMANDS)] = []

    def draft(self) -> Draft:
        given = self.model_dump(exclude={"answers", "batches", "demands", "seen", "desk_id", "default_desk"})
        return Draft(
            **given,
            default_desk=self.default_desk or "",
            answers=self.answers.model_dump(),
            batches=[NewBatch(**one.model_dump()) for one in self.batches],
            demands=[NewDemand(**one.model_dump()) for one in self.demands],
        )


class NewAdmissionIn(AdmissionIn):
    desk_id: Annotated[Id, about(_("部门岗台的 id。"))]


class RevisedAdmissionIn(AdmissionIn):
    seen: Annotated[int | None, about(_("你看到的版本；不填则不核对。"))] = None


class ExitIn(Body):
    reason: Annotated[Text, Field(min_length=1, max_length=LONGEST_TEXT)]
    ends_on: Annotated[Day, about(_("清单里的最后一天。"))]
    successor_id: Annotated[Id | None, about(_("接替的事项；不填则交回主责部门。"))] = None


class NewExitIn(ExitIn):
    matter_id: Id
    desk_id: Annotated[Id, about(_("申请岗台的 id。"))]


class RevisedExitIn(ExitIn):
    seen: int | None = None


class ApplicationShape(BaseModel):
    """Where an application stands."""

    id: int
    kind: ApplicationKind
    stage: ApplicationStage
    stage_label: str
    version: int
    name: str
    matter_id: int | None
    department_id: int | None
    desk_id: int
    review_desk_id: int | None
    nature: Nature
    yearly_fen: int
    grounds: Annotated[list[str], about(_("不予同意的依据，为空则没有。"))]
    reasons: list[str]
    submitted_at: Moment | None
    decided_at: Moment | None


class ApplicationPage(Page[ApplicationShape]):
    pass


class BatchShape(BaseModel):
    street: str
    phase: int
    starts_on: date
    yearly_fen: int


class HeldShape(BaseModel):
    """A field that the house holds already."""

    field: str
    demand: str
    held_in: str


class AlikeShape(BaseModel):
    name: str
    score: float
    matter_id: int | None
    application_id: int | None


class ApplicationWhole(ApplicationShape):
    legal_basis: str
    content: str
    authority: str
    duty: str
    default_desk: str
    reason: str
    ends_on: date | None
    successor_id: int | None
    answers: dict[str, bool | None]
    batches: list[BatchShape]
    held: Annotated[list[HeldShape], about(_("系统已经掌握、不得再让网格员填的数据项。"))]
    alike: Annotated[list[AlikeShape], about(_("相近的事项和在办的申请。"))]
    steps: Annotated[list[str], about(_("你现在能做的步骤。"))]


class ApplicationFilters(BaseModel):
    kind: ApplicationKind | None = None
    stage: Annotated[list[ApplicationStage], about(_("阶段，可重复；不填为全部。"))] = []


def application_of(actor: Actor, key: int) -> Application:
    if not 0 < key <= LARGEST_ID:
        raise missing()
    return get_application(actor, key)


def members_of(row: Application) -> dict[str, Any]:
    names = (
        "version", "name", "matter_id", "department_id", "desk_id", "review_desk_id", "yearly_fen", "grounds", "submitted_at", "decided_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk,
        "kind": ApplicationKind(row.kind),
        "stage": ApplicationStage(row.stage),
        "stage_label": str(ApplicationStage(row.stage).label),
        "nature": Nature(row.nature),
        "reasons": [str(one) for one in reasons(row.grounds)],
    }


def shape_of(row: Application) -> ApplicationShape:
    return ApplicationShape(**members_of(row))


def list_applications(request: ApiRequest, filters: Query[ApplicationFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, ApplicationFilters, Paging)
    rows = Application.objects.visible_to(request.auth)
    if filters.kind is not None:
        rows = rows.filter(kind=filters.kind)
    if filters.stage:
        rows = rows.filter(stage__in=sorted(filters.stage))
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    return reply(ApplicationPage(items=[shape_of(row) for row in found], next=link))


def read_application(request: ApiRequest, key: Key) -> HttpResponse:
    row = application_of(request.auth, key)
    texts = ("legal_basis", "content", "authority", "duty", "default_desk", "reason", "ends_on", "successor_id")
    batches = row.batches.order_by("phase", "starts_on", "street__code")
    whole = ApplicationWhole(
        **members_of(row),
        **{name: getattr(row, name) for name in texts},
        answers=row.answers,
        batches=[
            BatchShape(street=street, phase=phase, starts_on=first, yearly_fen=fen)
            for street, phase, first, fen in batches.values_list("street__code", "phase", "starts_on", "yearly_fen")
        ],
        held=[
            HeldShape(field=one.name, demand=one.demand.name, held_in=field.held_in) for one, field in held_fields(row)
        ]
        if row.is_open
        else [],
        alike=[
            AlikeShape(name=one.name, score=one.score, matter_id=one.matter_id, application_id=one.application_id)
            for one in alike(row)
        ]
        if row.is_open
        else [],
        steps=[step.name for step in DOOR.offered(row, request.auth, request.at)],
    )
    return reply(whole, version=row.version)


def write_admission(request: ApiRequest, draft: NewAdmissionIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        return 201, shape_of(draft_admission(draft.draft(), actor=actor, at=at, desk_id=draft.desk_id))

    return reply_once(request, f"user:{actor.user_id}", draft.model_dump(mode="json"), do, at=at)


def write_admission_anew(request: ApiRequest, key: Key, draft: RevisedAdmissionIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        row = application_of(actor, key)
        return 200, shape_of(revise_admission(row, draft.draft(), actor=actor, at=at, seen=draft.seen))

    return reply_once(request, f"user:{actor.user_id}", draft.model_dump(mode="json"), do, at=at)


def write_exit(request: ApiRequest, draft: NewExitIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        wanted = ExitDraft(**draft.model_dump(exclude={"desk_id"}))
        return 201, shape_of(draft_exit(wanted, actor=actor, at=at, desk_id=draft.desk_id))

    return reply_once(request, f"user:{actor.user_id}", draft.model_dump(mode="json"), do, at=at)


def write_exit_anew(request: ApiRequest, key: Key, draft: RevisedExitIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        row = application_of(actor, key)
        wanted = ExitDraft(matter_id=row.matter_id or 0, **draft.model_dump(exclude={"seen"}))
        return 200, shape_of(revise_exit(row, wanted, actor=actor, at=at, seen=draft.seen))

    return reply_once(request, f"user:{actor.user_id}", draft.model_dump(mode="json"), do, at=at)


# --- steps ------------------------------------------------------------------------------------------------------------


class StepIn(Body):
    seen: Annotated[int | None, about(_("你看到的版本；不填则不核对。"))] = None


def inputs_of(step: Step) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for name in (*step.needs, *step.offers):
        one, is_needed = INPUTS[name], name in step.needs
        kind: Any = Annotated[Text, Field(max_length=one.longest)] if one.kind == "text" else bool | None
        nothing: Any = "" if one.kind == "text" else None
        fields[name] = (Annotated[kind, about(one.label)], ... if is_needed else nothing)
    return create_model(f"Application{step.name.title().replace('_', '')}In", __base__=StepIn, **fields)


def view_of(step: Step) -> Callable[..., HttpResponse]:
    model = inputs_of(step)

    def take_step(request: ApiRequest, key: Key, inputs: Any) -> HttpResponse:
        actor, at = request.auth, request.at
        given = inputs.model_dump(exclude={"seen"})

        def do() -> tuple[int, BaseModel]:
            row = application_of(actor, key)
            return 200, shape_of(take(step.name, row, actor=actor, at=at, seen=inputs.seen, **given))

        return reply_once(request, f"user:{actor.user_id}", inputs.model_dump(mode="json"), do, at=at)

    take_step.__name__ = f"application_{step.name}"
    take_step.__annotations__["inputs"] = model
    if not step.needs:
        # Nothing has to be said, so nothing need be sent.
        take_step.__defaults__ = (model(),)
    return take_step


def words_of(step: Step) -> Any:
    sources = format_lazy("、".join(["{}"] * len(step.sources)), *(stage.label for stage in step.sources))
    words = format_lazy("{} → {}", sources, step.target.label)
    for condition in step.conditions:
        words = format_lazy("{}\n{}: {}", words, condition.code, condition.otherwise)
    return words


def add_to(router: Router) -> None:
    router.get(
        "/matters/applications",
        response=ApplicationPage,
        operation_id="list_applications",
        **said(_("准入退出申请"), _("看得到的申请，新的在前。")),
    )(list_applications)
    router.post(
        "/matters/admissions",
        response={201: ApplicationShape},
        operation_id="draft_admission",
        **said(_("起草准入申请"), _("写多少存多少；提交时再核对是否写全。")),
    )(write_admission)
    router.post(
        "/matters/exits",
        response={201: ApplicationShape},
        operation_id="draft_exit",
        **said(_("起草退出申请"), _("部门申请本部门的，街道和区申请任何一个。")),
    )(write_exit)
    router.get(
        "/matters/applications/{key}",
        response=ApplicationWhole,
        operation_id="get_application",
        **said(_("一份申请"), _("连同分批、相近的事项、系统已经掌握的数据项和现在能做的步骤。")),
    )(read_application)
    router.post(
        "/matters/admissions/{key}",
        response=ApplicationShape,
        operation_id="revise_admission",
        **said(_("修改准入申请"), _("起草或退回的才能改；整份重写。")),
    )(write_admission_anew)
    router.post(
        "/matters/exits/{key}",
        response=ApplicationShape,
        operation_id="revise_exit",
        **said(_("修改退出申请"), _("起草或退回的才能改；事项不能换。")),
    )(write_exit_anew)
    for step in STEPS.values():
        # What a question refuses is turned away by `submit` itself.
        if step.creates or not step.right or step.name == "turn_away":
            continue
        router.post(
            f"/matters/applications/{{key}}/steps/{step.name}",
            response=ApplicationShape,
            operation_id=f"application_{step.name}",
            summary=step.label,
            description=words_of(step),
        )(view_of(step))
