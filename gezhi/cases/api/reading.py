"""Reading cases: the list, one of them, its timeline, the steps it may take, and its reporter."""

from typing import Annotated, Literal

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.cases.access import get_case, key_in
from gezhi.cases.actions import reveal_reporter
from gezhi.cases.api import shapes
from gezhi.cases.api.shapes import (
    AttachmentShape,
    CasePage,
    CaseWhole,
    EventPage,
    PossibleStep,
    RatingShape,
    StepShape,
    event_of,
    row_of,
    step_of,
    whole_of,
)
from gezhi.cases.filters import ClockState
from gezhi.cases.models import Asked, Case, CaseQuerySet, Kind, Owed, Reporter, Ruling, Source
from gezhi.cases.queries import steps_for
from gezhi.cases.tasks import QUESTIONS, cases_of
from gezhi.cases.workflow import ENDED, OPEN, STEPS, Stage
from gezhi.cases.worklist import by_clock, by_words, place_in
from gezhi.kernel.access import Actor
from gezhi.kernel.http.door import NEVER_REPLAYED
from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Text, about, in_path, only_known, said
from gezhi.kernel.http.pages import Paging, page_of_rows
from gezhi.kernel.http.problems import Malformed
from gezhi.kernel.http.repeats import reply
from gezhi.kernel.models import Event

Key = Annotated[str, in_path(_("id 或编号，如 1234 或 370103-261123-0001234。"))]


class CaseFilters(BaseModel):
    """All of them narrow; several stages widen."""

    stage: Annotated[list[Stage], about(_("阶段，可重复。"))] = []
    state: Annotated[Literal["open", "ended", "all"], about(_("没有写 stage 时：未办结、已办结或全部。"))] = "open"
    desk: Annotated[Id | None, about(_("岗台的 id。"))] = None
    area: Annotated[
        str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$"), about(_("区域代码，含下级。"))
    ] = ""
    matter: Annotated[Id | None, about(_("事项的 id。"))] = None
    kind: Kind | None = None
    source: Source | None = None
    task: Annotated[str, about(_("我的一天里的一项，如 decide；见 day。"))] = ""
    asked: Asked | None = None
    ruling: Ruling | None = None
    supervision: Owed | None = None
    suspended: Annotated[bool | None, about(_("挂账。"))] = None
    called: Annotated[bool | None, about(_("街呼区应正在进行。"))] = None
    emergency: bool | None = None
    overdue: bool | None = None
    holder: Annotated[Literal["me"] | None, about(_("me：我正在办的。"))] = None
    q: Annotated[Text, Field(max_length=100), about(_("编号，或者正文里的词语。"))] = ""


class ReporterIn(Body):
    reason: Annotated[Text, Field(min_length=1, max_length=1000), about(_("为什么要看；会记入办理过程。"))]


class ReporterShape(BaseModel):
    name: str
    phone: str
    may_be_contacted: bool


class PossibleSteps(BaseModel):
    version: int
    stage: Stage
    steps: list[PossibleStep]


class StepTable(BaseModel):
    stages: dict[str, str]
    steps: list[StepShape]


def case_of(actor: Actor, key: str) -> Case:
    """By id or number. Raises `Missing`."""
    return get_case(actor, key_in(key))


def selected(filters: CaseFilters, request: ApiRequest) -> tuple[CaseQuerySet, tuple[str, ...]]:
    """The rows and their order: what is due first where only open cases are asked for, otherwise the newest first."""
    wanted = set(filters.stage) or {"open": set(OPEN), "ended": set(ENDED), "all": set(Stage)}[filters.state]
    if filters.task and filters.task not in QUESTIONS:
        raise Malformed("no_such_task", _("没有这一项。"), field="task")
    rows = cases_of(filters.task, request.auth, request.at) if filters.task else Case.objects.visible_to(request.auth)
    if filters.task and not filters.stage:
        # A task knows its own stages, ended ones among them.
        wanted = set(Stage)
    is_open = wanted.isdisjoint(ENDED)
    if is_open:
        # The very condition of the partial indexes.
        rows = rows.open()
    if wanted not in (set(OPEN), set(Stage)):
        rows = rows.filter(stage__in=sorted(wanted))
    if len(filters.area) > 6:
        rows = rows.filter(place_in(filters.area))
    exact = {
        "desk_id": filters.desk,
        "matter_id": filters.matter,
        "kind": filters.kind,
        "source": filters.source,
        "is_emergency": filters.emergency,
        "asked": filters.asked,
        "ruling": filters.ruling,
        "supervision": filters.supervision,
        "is_called": filters.called,
        "holder_id": request.auth.user_id if filters.holder else None,
    }
    rows = rows.filter(**{column: value for column, value in exact.items() if value is not None})
    if filters.suspended is not None:
        is_suspended = Q(suspended_at__isnull=False, awaits_reporter=False)
        rows = rows.filter(is_suspended if filters.suspended else ~is_suspended)
    if filters.overdue is not None:
        is_overdue = by_clock(ClockState.OVERDUE, request.at)
        rows = rows.filter(is_overdue if filters.overdue else ~is_overdue)
    if filters.q.strip():
        rows = rows.filter(by_words(filters.q.strip()))
    return rows, ("due_at", "pk") if is_open else ("-pk",)


def list_cases(request: ApiRequest, filters: Query[CaseFilters], paging: Query[Paging]) -> HttpResponse:
    """Cases that the actor may see, a page at a time."""
    only_known(request, CaseFilters, Paging)
    rows, order = selected(filters, request)
    found, link = page_of_rows(request, paging, rows.select_related("holder"), order=order)
    return reply(CasePage(items=[row_of(case, request.auth, request.at) for case in found], next=link))


def read_case(request: ApiRequest, key: Key) -> HttpResponse:
    """One case with everything but its reporter."""
    case = case_of(request.auth, key)
    attachments = [
        AttachmentShape(
            id=one.file_id,
            kind=one.file.kind,
            size=one.file.size,
            width=one.file.width,
            height=one.file.height,
            step=one.step,
            added_at=one.added_at,
            href=reverse("api:get_file", args=[one.file_id]),
        )
        for one in case.attachments.select_related("file").order_by("pk")
    ]
    ratings = [RatingShape.model_validate(rating, from_attributes=True) for rating in case.ratings.order_by("round")]
    has_reporter = Reporter.objects.filter(case=case).exists()
    whole = whole_of(
        case, request.auth, request.at, attachments=attachments, ratings=ratings, has_reporter=has_reporter
    )
    return reply(whole, version=case.version)


def read_timeline(request: ApiRequest, key: Key, paging: Query[Paging]) -> HttpResponse:
    """What happened, first to last."""
    only_known(request, Paging)
    case = case_of(request.auth, key)
    events = Event.objects.filter(subject_kind=Case.subject_kind, subject_id=case.pk)
    found, link = page_of_rows(request, paging, events, order=("seq",))
    return reply(EventPage(items=[event_of(event) for event in found], next=link), version=case.version)


def possible_steps(request: ApiRequest, key: Key) -> HttpResponse:
    """What the actor may do with this case now."""
    case = case_of(request.auth, key)
    steps = [
        PossibleStep(
            name=step.name,
            label=str(step.label),
            needs=shapes.wire_names(step.needs),
            offers=shapes.wire_names(step.offers),
            href=reverse(f"api:take_{step.name}", args=[case.pk]),
            is_forward=step.tone == "forward",
        )
        for step in steps_for(case, request.auth, request.at)
    ]
    answer = PossibleSteps(version=case.version, stage=Stage(case.stage), steps=steps)
    return reply(answer, version=case.version)


def read_reporter(request: ApiRequest, key: Key, why: ReporterIn) -> HttpResponse:
    """The reporter's name and phone in clear. Each reading is recorded, so none is answered from memory."""
    case = case_of(request.auth, key)
    reporter = reveal_reporter(case, actor=request.auth, at=request.at, reason=why.reason)
    answer = ReporterShape(name=reporter.name, phone=reporter.phone, may_be_contacted=reporter.may_be_contacted)
    return reply(answer, version=case.version)


def list_steps(request: ApiRequest) -> HttpResponse:
    """The closed loop as a table."""
    stages = {stage.value: str(stage.label) for stage in Stage}
    return reply(StepTable(stages=stages, steps=[step_of(step) for step in STEPS.values()]))


def add_to(router: Router) -> None:
    router.get(
        "/cases",
        response=CasePage,
        operation_id="list_cases",
        **said(_("事件列表"), _("只有未办结的按到期先后；含已办结的按新旧。每页最多 200 件，next 指向下一页。")),
    )(list_cases)
    router.get(
        "/cases/{key}",
        response=CaseWhole,
        operation_id="get_case",
        **said(_("一个事件"), _("除诉求人以外的全部内容。看不到的与没有的一样，都是 404。")),
    )(read_case)
    router.get(
        "/cases/{key}/timeline",
        response=EventPage,
        operation_id="get_timeline",
        **said(_("办理过程"), _("从头到尾发生的事，每一步由谁在什么时候做。")),
    )(read_timeline)
    router.get(
        "/cases/{key}/steps",
        response=PossibleSteps,
        operation_id="get_possible_steps",
        **said(_("现在能做的步骤"), _("needs 必填，offers 可填；href 是做这一步的地址。")),
    )(possible_steps)
    router.post(
        "/cases/{key}/reporter",
        response=ReporterShape,
        operation_id="reveal_reporter",
        **said(_("查看诉求人"), _("要有权限并写明理由，每看一次记一次；答复不保存，所以幂等键在这里不起作用。")),
        openapi_extra=NEVER_REPLAYED,
    )(read_reporter)
    router.get(
        "/steps",
        response=StepTable,
        operation_id="list_steps",
        **said(_("步骤表"), _("闭环的全部步骤：从哪些阶段到哪个阶段，要什么权限，填什么，满足什么条件。")),
    )(list_steps)
