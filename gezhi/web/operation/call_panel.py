"""What the page of a case says of 街呼区应: the doors to its steps, and how its calls stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.calls.access import sees
from gezhi.calls.clock import waits
from gezhi.calls.joint import Joint
from gezhi.calls.models import Call, CallPart
from gezhi.calls.queries import calls_of_case
from gezhi.calls.timing import clocks_of
from gezhi.calls.workflow import PartState, Phase
from gezhi.cases.models import Case
from gezhi.cases.queries import steps_for
from gezhi.cases.workflow import Step
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Event
from gezhi.web.clocks import Clock, span
from gezhi.web.operation.call_wording import clock_of_wait
from gezhi.web.operation.names import desk_name


@dataclass(frozen=True, slots=True)
class DoorLink:
    """A step that another room takes: the way there."""

    step: Step
    url: str


def doors(found: Case, actor: Actor, at: datetime) -> list[DoorLink]:
    """The steps of a case that are taken through a call."""
    return [
        DoorLink(step, reverse("operation:call-new") + f"?case={found.number}")
        for step in steps_for(found, actor, at)
        if step.door == "calls" and step.name == "call"
    ]


@dataclass(frozen=True, slots=True)
class PartLine:
    desk: str
    is_lead: bool
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call about the case, in short. `href` is "" where the reader may not open it."""

    joint: Joint
    href: str
    phase: str
    parts: list[PartLine]
    clock: Clock | None


def calls_about(found: Case, events: Sequence[Event], actor: Actor, at: datetime) -> list[CallLine]:
    """Its calls, the newest first; no statement for a case that never called."""
    if not any(event.name == "case.called" for event in events):
        return []
    return [line_of(joint, actor, at) for joint in calls_of_case(found)]


def line_of(joint: Joint, actor: Actor, at: datetime) -> CallLine:
    parts = [
        PartLine(desk_name(part.desk_id), part.is_lead, str(PartState(part.state).label), tone_of(part.state))
        for part in joint.taking_part
    ]
    return CallLine(
        joint,
        reverse("operation:call", args=[joint.call.pk]) if sees(actor, joint) else "",
        str(Phase(joint.call.phase).label),
        parts,
        first_clock(joint, at),
    )


def scoring_clock(joint: Joint, at: datetime) -> Clock | None:
    """How long the street may still score somebody; None where nothing is left to be scored."""
    until = joint.call.score_until
    is_open = until is not None and at <= until and any(part.pk not in joint.scores for part in joint.taking_part)
    if not is_open or until is None:
        return None
    return Clock("ok", _("评分还剩 %(span)s") % {"span": span(at, until)}, until)


def tone_of(state: str) -> str:
    return {PartState.FILED: "good", PartState.DECLINED: "bad"}.get(PartState(state), "plain")


def first_clock(joint: Joint, at: datetime) -> Clock | None:
    """The wait that ends first, of anybody's; after the strike-off the time to score."""
    if joint.call.phase == Phase.STRUCK_OFF:
        return scoring_clock(joint, at)
    rows: list[Call | CallPart] = [joint.call, *joint.taking_part]
    ahead = [(wait, row) for row in rows for wait in waits(clocks_of(row))]
    if not ahead:
        return None
    wait, row = min(ahead, key=lambda one: one[0])
    return clock_of_wait(row, wait, at)
