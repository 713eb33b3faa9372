"""The one door to a call: `take`. What each step changes stands in the modules beside it, a file a theme.

`take` locks the call, reads its parts, checks the row of the `STEPS` table (the right at the desk, the phase, the conditions, the inputs) and
lets the effect say which columns change and what is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from gezhi.calls.access import covers, missing
from gezhi.calls.actions.attachments import attach
from gezhi.calls.actions.inputs import tidy
from gezhi.calls.joint import Joint, hold
from gezhi.calls.models import Call, CallPart, CallScore
from gezhi.calls.situation import situation_of
from gezhi.calls.timing import with_alarm
from gezhi.calls.workflow import STEPS, PartState, Phase, Step, refusal
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.door import Effects, Move, allow_harmless, move_on
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.registers import look
from gezhi.kernel.transactions import unit

# What may have happened since a page was drawn without making it wrong.
HARMLESS = frozenset(
    {
        "call.noted", "call.late", "call.added", "call_part.late", "call_part.accounted", "call_part.arrival_confirmed",
        "call_part.to_sum_up", "call_part.due_renewed", "call.due_renewed",
    }
)  # fmt: skip
Subject = TypeVar("Subject", Call, CallPart, CallScore)


@dataclass(frozen=True)
class Taking:
    """Who takes a step with what, when. `part` and `score` are those of the step, read under the lock."""

    joint: Joint
    actor: Actor
    at: datetime
    given: dict[str, Any]
    one: CallPart | None = None
    mark: CallScore | None = None

    @property
    def call(self) -> Call:
        return self.joint.call

    @property
    def part(self) -> CallPart:
        assert self.one is not None, "the step is on a part"
        return self.one

    @property
    def score(self) -> CallScore:
        assert self.mark is not None, "the step is on a score"
        return self.mark


Effect = Callable[[Taking], Move]
effect: Effects[Effect] = Effects()


def take(name: str, subject: Subject, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any) -> Subject:
    """Take a step with a call, a part or a score that was fetched by `gezhi.calls.access`; the row as it stands then comes back.

    `seen` is the version the person looked at. Inputs go by the names of `workflow.INPUTS`. Raises `Denied`, `Refused`, or `Conflict` when
    somebody was quicker.
    """
    step = STEPS.get(name)
    if step is None or step.creates or step.on != kind_of(subject):
        raise Missing("no_such_step", _("没有这一步。"))
    look(no_older_than=1.0)
    with unit():
        joint = hold(call_of(subject))
        part = part_of(subject, joint)
        score = joint.scores.get(part.pk) if part is not None else None
        row = next((one for one in (joint.call, part, score) if type(one) is type(subject)), None)
        if row is None or row.pk != subject.pk:
            raise missing()
        if not covers(actor, step, joint, part):
            raise Denied(step.right)
        given = tidy(step, inputs)
        # Who dispatched or signed first is said by `check`.
        allow_harmless(row, seen, HARMLESS | {"call.dispatched", "call_part.signed"})
        at = not_before(joint, part, at)
        check(step, joint, part, actor, at)
        move = effect[name](Taking(joint, actor, at, given, part, score))
        moved = {goal_of(step): step.target} if step.target is not None else {}
        changes = {**moved, **move.changes}
        if not isinstance(row, CallScore):
            changes = with_alarm(row, changes)
        told = replace(move, data={"street": joint.call.desk_id, **move.data})
        move_on(row, step, told, changes, actor=actor, at=at)
        for deed in move.then:
            deed()
        attach(joint.call, given["files"], step=step.name, at=at, part=part)
    return row


def kind_of(subject: Call | CallPart | CallScore) -> str:
    return {Call: "call", CallPart: "part", CallScore: "score"}[type(subject)]


def goal_of(step: Step) -> str:
    return {"call": "phase", "part": "state", "score": "standing"}[step.on]


def call_of(subject: Call | CallPart | CallScore) -> int:
    if isinstance(subject, Call):
        return subject.pk
    return subject.call_id if isinstance(subject, CallPart) else subject.part.call_id


def part_of(subject: Call | CallPart | CallScore, joint: Joint) -> CallPart | None:
    if isinstance(subject, Call):
        return None
    return joint.part(subject.pk if isinstance(subject, CallPart) else subject.part_id)


def check(step: Step, joint: Joint, part: CallPart | None, actor: Actor, at: datetime) -> None:
    call = joint.call
    if step.name == "dispatch" and call.phase == Phase.JOINT:
        name = call.dispatched_by.name if call.dispatched_by is not None else ""
        raise Conflict("already_dispatched", _("%(name)s已先一步分办。") % {"name": name})
    if step.name == "sign" and part is not None and part.state == PartState.ACTING:
        name = part.signed_by.name if part.signed_by is not None else ""
        raise Conflict("already_signed", _("%(name)s已先一步签收。") % {"name": name})
    condition = refusal(step, situation_of(joint, part, actor, at))
    if condition is not None:
        raise Refused(condition.code, condition.otherwise)


def not_before(joint: Joint, part: CallPart | None, at: datetime) -> datetime:
    """The instant of an action, never before the last known one: a clock set back must not turn history around."""
    call = joint.call
    known = [call.called_at, call.dispatched_at, call.summed_at, call.ended_at]
    if part is not None:
        known += [part.asked_at, part.signed_at, part.arrived_at, part.filed_at]
    return max(at, *(instant for instant in known if instant is not None))
