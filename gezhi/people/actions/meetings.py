"""Meetings on record, and the tasks that come of what they decided; see `gezhi.people.workflow`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Move
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.inputs import READERS, tidy
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, Step
from gezhi.kernel.texts import LONGEST_TEXT, typed
from gezhi.kernel.transactions import unit
from gezhi.people.actions.organisation import EDIT
from gezhi.people.models import Desk, Meeting, MeetingTask
from gezhi.people.workflow import TASK_STEPS, Demanded

INPUTS: dict[str, Input] = {
    "due_on": Input("date", _("期限")),
    "result": Input("text", _("完成情况"), longest=500),
    "reason": Input("text", _("理由"), longest=500),
}


@dataclass(frozen=True)
class Decision:
    """What a meeting decided: the words, the desk that has to do it, its last day."""

    words: str
    desk: Desk
    due_on: date


def hold_meeting(
    title: str,
    held_on: date,
    decisions: Sequence[Decision] = (),
    *,
    actor: Actor,
    at: datetime,
    place: str = "",
    minutes: str = "",
) -> Meeting:
    """Put a meeting on record; each decision becomes a task. Refused: empty, too_long, not_yet_held, due_before, desk_closed."""
    actor.require(EDIT, area=settings.DISTRICT)
    columns = {
        "title": typed(title, field="title", longest=120, empty=_("请填写会议名称")),
        "place": typed(place, field="place", longest=60),
        "minutes": typed(minutes, field="minutes", longest=LONGEST_TEXT),
    }
    if held_on > local_day(at):
        raise Refused("not_yet_held", _("会议日期不能晚于今天。"), field="held_on")
    with unit():
        meeting = Meeting.objects.create(held_on=held_on, version=1, **columns)
        found(meeting, Fact("meeting.held", {"on": held_on.isoformat()}), actor=actor, at=at)
        for decision in decisions:
            demand(meeting, decision, actor=actor, at=at)
    return meeting


def demand(meeting: Meeting, decision: Decision, *, actor: Actor, at: datetime) -> MeetingTask:
    """Another decision of a meeting as a task. Refused: empty, too_long, due_before, desk_closed."""
    actor.require(TASK_STEPS["demand"].right, area=settings.DISTRICT)
    words = typed(decision.words, field="decision", longest=300, empty=_("请写明议定的事项。"))
    if decision.due_on < meeting.held_on:
        raise Refused("due_before", _("期限不能早于会议日期。"), field="due_on")
    if not decision.desk.is_open:
        raise Refused("desk_closed", _("%(desk)s已经关闭。") % {"desk": decision.desk.name}, field="desk_id")
    with unit():
        # The meeting's own version decides between two who add at once.
        number = meeting.tasks.count() + 1
        advance(meeting, Fact("meeting.decided", {"task": number}), actor=actor, at=at)
        task = MeetingTask.objects.create(
            meeting=meeting, position=number, decision=words, desk=decision.desk, due_on=decision.due_on, version=1
        )
        data = {"meeting": meeting.pk, "desk": decision.desk.pk, "due": decision.due_on.isoformat()}
        found(task, Fact("meeting_task.demanded", data), actor=actor, at=at)
    return task


def tidied(step: Step[Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return tidy(step, inputs, INPUTS, READERS)


def covers(actor: Actor, step: Step[Any], task: MeetingTask) -> bool:
    """The owner's desk reports; whoever keeps the committee's papers does the rest."""
    if step.right == "task.report":
        return actor.may(step.right, area=task.desk.area.code, desk_id=task.desk_id)
    return actor.may(step.right, area=settings.DISTRICT)


DOOR: Door[MeetingTask] = Door(
    TASK_STEPS,
    covers=covers,
    situation=lambda task, actor, at: Demanded(
        task.reported_by_id is not None and task.reported_by_id == actor.user_id
    ),
    tidy=tidied,
)


def move_task(
    name: str, task: MeetingTask, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> MeetingTask:
    """Take a step with a task fetched by `get_task`: `report` (`result`), `confirm`, `send_back` (`reason`), `postpone` (`due_on`, `reason`),
    `drop` (`reason`)."""
    return DOOR.take(name, task, actor=actor, at=at, seen=seen, inputs=inputs)


@DOOR.effect("report")
def report(task: MeetingTask, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {"result": given["result"], "reported_by_id": actor.user_id}
    return Move(changes, {"desk": task.desk_id, "late": task.due_on < local_day(at)}, given["result"])


@DOOR.effect("confirm")
def confirm(task: MeetingTask, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"done_on": local_day(at)}, {"desk": task.desk_id})


@DOOR.effect("send_back")
def send_back(task: MeetingTask, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"reported_by_id": None}, {"desk": task.desk_id}, given["reason"])


@DOOR.effect("postpone")
def postpone(task: MeetingTask, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    if given["due_on"] <= task.due_on and given["due_on"] < local_day(at):
        raise Refused("due_before", _("新的期限已经过去。"), field="due_on")
    data = {"desk": task.desk_id, "due": given["due_on"].isoformat(), "before": task.due_on.isoformat()}
    return Move({"due_on": given["due_on"]}, data, given["reason"])


__all__ = ["DOOR", "Decision", "demand", "hold_meeting", "move_task"]
