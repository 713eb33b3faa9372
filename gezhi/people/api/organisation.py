"""The organisation by JSON: policies and the rules that rest on them, pilots, tasks of meetings."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import ApiRequest, Body, Day, Text, about, in_path, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.people.access import get_task
from gezhi.people.actions import move_task
from gezhi.people.actions.meetings import DOOR
from gezhi.people.citations import rules_and_bases
from gezhi.people.models import MeetingTask, Pilot, Policy
from gezhi.people.workflow import TaskStage

router = Router(tags=["people"])


def require(request: ApiRequest, right: str) -> None:
    if not request.auth.has(right):
        raise Denied(right)


class PolicyShape(BaseModel):
    id: int
    kind: str
    title: str
    number: str
    edition: int
    effective_from: date
    effective_until: date | None
    articles: list[str]


class PoliciesShape(BaseModel):
    policies: list[PolicyShape]


class PolicyQuery(BaseModel):
    on: Annotated[date | None, about(_("哪一天有效的；不填为今天。"))] = None


@router.get(
    "/policies",
    response=PoliciesShape,
    operation_id="list_policies",
    **said(_("政策文件"), _("这一天有效的规范性文件和配套办法；失效的不列。")),
)
def policies(request: ApiRequest, choice: Query[PolicyQuery]) -> HttpResponse:
    only_known(request, PolicyQuery)
    require(request, "committee.see")
    rows = Policy.objects.in_force_on(choice.on or local_day(request.at)).prefetch_related("articles")
    shapes = [
        PolicyShape(
            id=row.pk,
            kind=row.kind,
            title=row.title,
            number=row.number,
            edition=row.edition,
            effective_from=row.effective_from,
            effective_until=row.effective_until,
            articles=[article.label for article in row.articles.all()],
        )
        for row in rows
    ]
    return reply(PoliciesShape(policies=shapes))


class RuleShape(BaseModel):
    kind: str
    key: str
    words: str
    bases: Annotated[list[str], about(_("依据的条款；空的就是没有依据。"))]


class RulesShape(BaseModel):
    rules: list[RuleShape]


class RuleQuery(BaseModel):
    kind: Annotated[Text, Field(max_length=20)] = ""
    without: Annotated[bool, about(_("只要没有依据的。"))] = False


@router.get(
    "/rules",
    response=RulesShape,
    operation_id="list_rules",
    **said(_("规则和依据"), _("系统里的规则各依据哪份文件哪一条。")),
)
def rules(request: ApiRequest, choice: Query[RuleQuery]) -> HttpResponse:
    only_known(request, RuleQuery)
    require(request, "committee.see")
    found = [
        RuleShape(
            kind=one.kind.code,
            key=one.rule.key,
            words=one.rule.words,
            bases=[f"《{basis.article.policy.title}》{basis.article.label}" for basis in one.citations],
        )
        for one in rules_and_bases(on=local_day(request.at), kind=choice.kind)
        if not (choice.without and one.has_basis)
    ]
    return reply(RulesShape(rules=found))


class PilotShape(BaseModel):
    feature: str
    area: str
    from_on: date
    until_on: date | None


class PilotsShape(BaseModel):
    pilots: list[PilotShape]


@router.get(
    "/pilots",
    response=PilotsShape,
    operation_id="list_pilots",
    **said(_("试点"), _("哪项功能在哪里打开，从哪天到哪天。")),
)
def pilots(request: ApiRequest) -> HttpResponse:
    only_known(request)
    require(request, "committee.see")
    rows = [
        PilotShape(feature=row.feature, area=row.area.code, from_on=row.from_on, until_on=row.until_on)
        for row in Pilot.objects.select_related("area")
    ]
    return reply(PilotsShape(pilots=rows))


# --- tasks of meetings ------------------------------------------------------------------------------------------------


class TaskShape(BaseModel):
    id: int
    version: int
    meeting: str
    decision: str
    desk_id: int
    due_on: date
    stage: str
    is_overdue: bool
    result: str
    steps: Annotated[list[str], about(_("您现在能做的步骤。"))]


class TaskPage(Page[TaskShape]):
    pass


class TaskFilters(BaseModel):
    stage: TaskStage | None = None
    overdue: Annotated[bool, about(_("只要超期的。"))] = False


class TaskStepIn(Body):
    result: Annotated[Text, Field(max_length=500)] = ""
    reason: Annotated[Text, Field(max_length=500)] = ""
    due_on: Day | None = None
    seen: Annotated[int | None, about(_("您看到的版本；别人先办过就是 409。"))] = None


def task_shape(task: MeetingTask, request: ApiRequest) -> TaskShape:
    return TaskShape(
        id=task.pk,
        version=task.version,
        meeting=task.meeting.title,
        decision=task.decision,
        desk_id=task.desk_id,
        due_on=task.due_on,
        stage=task.stage,
        is_overdue=task.stage == TaskStage.OPEN and task.due_on < local_day(request.at),
        result=task.result,
        steps=[step.name for step in DOOR.offered(task, request.auth, request.at)],
    )


@router.get(
    "/meeting-tasks",
    response=TaskPage,
    operation_id="list_meeting_tasks",
    **said(_("会议任务"), _("自己岗台的；能看委员会文件的看全部。新的在前。")),
)
def tasks(request: ApiRequest, filters: Query[TaskFilters], paging: Query[Paging]) -> HttpResponse:
    only_known(request, TaskFilters, Paging)
    rows = MeetingTask.objects.visible_to(request.auth).select_related("meeting", "desk__area")
    if filters.overdue:
        rows = rows.overdue_on(local_day(request.at))
    if filters.stage is not None:
        rows = rows.filter(stage=filters.stage)
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    return reply(TaskPage(items=[task_shape(task, request) for task in found], next=link))


@router.post(
    "/meeting-tasks/{key}/steps/{name}",
    response=TaskShape,
    operation_id="move_meeting_task",
    **said(
        _("办会议任务"),
        _("report 报送（result），confirm 确认，send_back 退回，postpone 改期限（due_on、reason），drop 取消。"),
    ),
)
def step(
    request: ApiRequest,
    key: Annotated[int, in_path(_("任务的 id。"))],
    name: Annotated[str, in_path(_("步骤。"))],
    given: TaskStepIn,
) -> HttpResponse:
    actor, at = request.auth, request.at
    task = get_task(actor, key)

    def do() -> tuple[int, BaseModel]:
        moved = move_task(
            name,
            task,
            actor=actor,
            at=at,
            seen=given.seen,
            result=given.result,
            reason=given.reason,
            due_on=given.due_on,
        )
        return 200, task_shape(moved, request)

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(mode="json"), do, at=at)
