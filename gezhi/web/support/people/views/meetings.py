"""会议和任务: what was decided, whose it is, by when; what is late stands on top."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel import documents
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.access import get_task
from gezhi.people.actions import Decision, demand, hold_meeting, move_task
from gezhi.people.actions.meetings import DOOR
from gezhi.people.models import Desk, Meeting, MeetingTask
from gezhi.people.workflow import TASK_STEPS, TaskStage
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import whole_number
from gezhi.web.operation.views.supervisions import attachment
from gezhi.web.operation.wording import moment
from gezhi.web.support.acting import act, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import DecisionForm, MeetingForm, StepForm
from gezhi.web.support.people.steps import step_blocks
from gezhi.web.support.sheets import Cell, Facts, Fill, Page, Table, Tool, Words, as_workbook, excel_tool, show_sheet

ROOM = "organisation"
RIGHTS = ("committee.see", "task.report")
MOST = 500
STATES = {TaskStage.OPEN: "", TaskStage.REPORTED: "soon", TaskStage.DONE: "good", TaskStage.DROPPED: "quiet"}


def may_edit(request: DeskRequest) -> bool:
    return request.actor.may("committee.edit", area=settings.DISTRICT)


def tasks_table(request: DeskRequest, *, which: str = "") -> Table:
    rows_of = MeetingTask.objects.visible_to(request.actor).select_related("meeting")
    if which == "late":
        rows_of = rows_of.overdue_on(localdate(request.at))
    elif which != "all":
        rows_of = rows_of.running()
    return as_table(request, list(rows_of[:MOST]), _("任务"))


def as_table(request: DeskRequest, tasks: list[MeetingTask], title: str) -> Table:
    today = localdate(request.at)
    rows = []
    for task in tasks:
        is_late = task.stage == TaskStage.OPEN and task.due_on < today
        late = _("超期 %(n)s 天") % {"n": (today - task.due_on).days} if is_late else ""
        rows.append(
            [
                Cell(task.decision, href=reverse("support:people:task", args=[task.pk]), small=task.meeting.title),
                desk_name(task.desk_id),
                Cell(task.due_on, small=late),
                Cell(
                    _("超期") if is_late else task.get_stage_display(),
                    state="bad" if is_late else STATES[TaskStage(task.stage)],
                ),
                task.result,
            ]
        )
    columns = [
        Column(_("议定事项"), 34),
        Column(_("由谁办"), 16),
        Column(_("期限"), 7),
        Column(_("状态"), 6),
        Column(_("完成情况"), 24),
    ]
    return Table(title, columns, rows, _("没有这样的任务。"))


def meetings_table() -> Table:
    rows = [
        [
            Cell(one.title, href=reverse("support:people:meeting", args=[one.pk])),
            one.held_on,
            one.place,
            one.tasks.count(),
        ]
        for one in Meeting.objects.prefetch_related("tasks")[:MOST]
    ]
    columns = [Column(_("会议"), 30), Column(_("日期"), 7), Column(_("地点"), 12), Column(_("议定事项"))]
    return Table(_("会议"), columns, rows, _("还没有会议。录入会议，把议定的事项写成任务。"))


@require_safe
@for_support(*RIGHTS)
def page(request: DeskRequest) -> HttpResponse:
    which = request.GET.get("which", "")
    late = MeetingTask.objects.visible_to(request.actor).overdue_on(localdate(request.at)).count()
    chips = [
        Choice(_("没有办完的"), "?", which not in ("late", "all")),
        Choice(_("超期的"), "?which=late", which == "late", str(late)),
        Choice(_("全部"), "?which=all", which == "all"),
    ]
    blocks: list[Any] = [tasks_table(request, which=which)]
    if request.actor.has("committee.see"):
        blocks.append(meetings_table())
    tools = [excel_tool(reverse("support:people:meetings-workbook"))]
    if may_edit(request):
        tools.insert(0, Tool(_("录入会议"), reverse("support:people:meeting-new"), "plus", "n", is_primary=True))
    lead = _("会议议定的事项，写明由谁办、什么时候办完。办的岗台报送，录入的人确认。")
    return show_sheet(request, Page(_("会议和任务"), blocks, lead, tools, [chips]), room=ROOM)


@require_safe
@for_support(*RIGHTS)
def workbook(request: DeskRequest) -> HttpResponse:
    tables = [tasks_table(request, which="all"), *([meetings_table()] if request.actor.has("committee.see") else [])]
    return as_workbook(request, _("会议和任务"), *tables)


@require_http_methods(["GET", "POST"])
@for_support("committee.edit")
def new(request: DeskRequest) -> HttpResponse:
    back = reverse("support:people:meetings")

    def show(form: MeetingForm, status: int) -> HttpResponse:
        hint = _("录入以后，在会议页上把议定的事项一项一项写成任务。")
        fill = Fill(form, _("录入"), seal(), back=back, hint=hint)
        return show_sheet(request, Page(_("录入会议"), [fill], back=back), room=ROOM, status=status)

    if request.method == "POST":
        form = MeetingForm(request.POST)

        def do(given: dict[str, Any]) -> str:
            meeting = hold_meeting(
                given.pop("title"), given.pop("held_on"), actor=request.actor, at=request.at, **given
            )
            return _("“%(title)s”已录入。") % {"title": meeting.title}

        return act(request, form, do, lambda status: show(form, status), back=back)
    return show(MeetingForm(initial={"held_on": localdate(request.at)}), 200)


def found(pk: int) -> Meeting:
    meeting = Meeting.objects.filter(pk=pk).first()
    if meeting is None:
        raise Missing("no_such_meeting", _("没有找到这次会议。"))
    return meeting


def tasks_of(meeting: Meeting) -> list[MeetingTask]:
    return list(meeting.tasks.select_related("meeting").order_by("position"))


def show_meeting(request: DeskRequest, meeting: Meeting, form: DecisionForm, status: int = 200) -> HttpResponse:
    blocks: list[Any] = [Facts([(_("日期"), meeting.held_on), (_("地点"), meeting.place or "—")])]
    if meeting.minutes:
        blocks.append(Words(meeting.minutes, _("会议记录")))
    blocks.append(as_table(request, tasks_of(meeting), _("议定事项")))
    if may_edit(request):
        here = reverse("support:people:meeting", args=[meeting.pk])
        blocks.append(Fill(form, _("交办"), seal(), _("写一项任务"), here))
    tools = [
        Tool(
            _("会议纪要（Word）"),
            reverse("support:people:meeting-document", args=[meeting.pk]),
            "file",
            is_download=True,
        )
    ]
    page = Page(meeting.title, blocks, tools=tools, back=reverse("support:people:meetings"))
    return show_sheet(request, page, room=ROOM, status=status)


@require_http_methods(["GET", "POST"])
@for_support("committee.see")
def one(request: DeskRequest, pk: int) -> HttpResponse:
    meeting = found(pk)
    if request.method != "POST":
        return show_meeting(request, meeting, DecisionForm())
    form = DecisionForm(request.POST)

    def do(given: dict[str, Any]) -> str:
        desk = Desk.objects.get(pk=given["desk_id"])
        demand(meeting, Decision(given["decision"], desk, given["due_on"]), actor=request.actor, at=request.at)
        return _("已交%(desk)s办理。") % {"desk": desk.name}

    back = reverse("support:people:meeting", args=[pk])
    return act(request, form, do, lambda status: show_meeting(request, found(pk), form, status), back=back)


@require_safe
@for_support("committee.see")
def document(request: DeskRequest, pk: int) -> HttpResponse:
    """The minutes on paper, with who has to do what by when."""
    meeting = found(pk)
    paper = documents.new_document(meeting.title, number=f"{meeting.held_on:%Y-%m-%d}", at=request.at)
    if meeting.minutes:
        documents.heading(paper, _("会议记录"))
        documents.paragraphs(paper, meeting.minutes)
    documents.heading(paper, _("议定事项"))
    for task in tasks_of(meeting):
        said = _("%(n)s. %(decision)s（%(desk)s，%(due)s 前）")
        named = {"n": task.position, "decision": task.decision, "desk": desk_name(task.desk_id), "due": task.due_on}
        documents.paragraphs(paper, said % named)
    response = HttpResponse(documents.as_bytes(paper), content_type=documents.MEDIA_TYPE)
    response.headers["Content-Disposition"] = attachment(f"{meeting.title}.docx")
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- one task ---------------------------------------------------------------------------------------------------------

LABELS = {step.event: step.label for step in TASK_STEPS.values()}


@require_safe
@for_support(*RIGHTS)
def task(request: DeskRequest, pk: int) -> HttpResponse:
    return show_task(request, get_task(request.actor, pk))


def show_task(
    request: DeskRequest, task: MeetingTask, *, status: int = 200, bound: tuple[str, StepForm] | None = None
) -> HttpResponse:
    is_late = task.stage == TaskStage.OPEN and task.due_on < localdate(request.at)
    facts = Facts(
        [
            (_("会议"), task.meeting.title),
            (_("由谁办"), desk_name(task.desk_id)),
            (_("期限"), Cell(task.due_on, state="bad" if is_late else "")),
            (_("状态"), Cell(task.get_stage_display(), state=STATES[TaskStage(task.stage)])),
            (_("完成情况"), task.result or "—"),
        ]
    )

    def address(name: str) -> str:
        return reverse("support:people:task-step", args=[task.pk, name])

    offered = DOOR.offered(task, request.actor, request.at)
    story = "\n".join(
        f"{moment(event.at)}  {event.actor_name}  {LABELS.get(event.name, event.name)}  {event.note}"
        for event in timeline(task)
    )
    blocks = [
        facts,
        *step_blocks(offered, address, version=task.version, initial={"due_on": task.due_on}, bound=bound),
        Words(story, _("经过")),
    ]
    page = Page(task.decision, blocks, back=reverse("support:people:meetings"))
    return show_sheet(request, page, room=ROOM, status=status)


@require_POST
@for_support(*RIGHTS)
def step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    row = get_task(request.actor, pk)
    taken = TASK_STEPS.get(name)
    if taken is None or taken.creates:
        raise Missing("no_such_step", _("没有这一步。"))
    form = StepForm(taken, request.POST)
    seen = whole_number(request.POST.get("seen", ""))

    def do(given: dict[str, Any]) -> str:
        move_task(name, row, actor=request.actor, at=request.at, seen=seen, **given)
        return str(_("%(step)s，已记下。") % {"step": taken.label})

    def again(status: int) -> HttpResponse:
        return show_task(request, get_task(request.actor, pk), status=status, bound=(name, form))

    return act(request, form, do, again, back=reverse("support:people:task", args=[pk]))
