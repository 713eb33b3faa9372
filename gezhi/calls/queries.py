"""Reads that pages and the API share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Q

from gezhi.calls.access import covers
from gezhi.calls.clock import waits
from gezhi.calls.joint import Joint, with_parts
from gezhi.calls.models import IS_OPEN, Call, CallAttachment, CallPart, CallScore, Lateness
from gezhi.calls.situation import situation_of
from gezhi.calls.timing import clocks_of
from gezhi.calls.workflow import Late, Phase, Step, refusal, steps_on
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Event


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that the actor may take now, and the part that it is about."""

    step: Step
    part: CallPart | None = None
    score: CallScore | None = None

    @property
    def version(self) -> int | None:
        """What the person looks at: of the score, the part, or (None) the call."""
        row = self.score if self.step.on == "score" else self.part
        return row.version if row is not None else None


def steps_for(joint: Joint, actor: Actor, at: datetime) -> list[Offer]:
    """The steps this actor may take with this call and its parts now: the buttons of the page, the links of the API. No query."""
    whole = situation_of(joint, None, actor, at)
    offers = [
        Offer(step) for step in steps_on("call") if covers(actor, step, joint, None) and refusal(step, whole) is None
    ]
    for part in joint.parts:
        situation = situation_of(joint, part, actor, at)
        offers += [
            Offer(step, part, joint.scores.get(part.pk))
            for step in (*steps_on("part"), *steps_on("score"))
            if covers(actor, step, joint, part) and refusal(step, situation) is None
        ]
    return offers


# --- lists ----------------------------------------------------------------------------------------------------------

SHOWN = ("todo", "open", "late", "ended")
MOST_ROWS = 100
# Whose turn it is stands in no column, so the oldest calls that are not over are looked at one by one.
MOST_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: the call, what is the actor's to do in it, and what is waited for until when."""

    joint: Joint
    offers: list[Offer]
    wait: tuple[datetime, Late] | None

    @property
    def is_to_sign(self) -> bool:
        return any(offer.step.name == "sign" for offer in self.offers)

    @property
    def is_to_do(self) -> bool:
        return any(offer.step.tone == "forward" for offer in self.offers)


def rows_of(show: str, actor: Actor, at: datetime, *, before: int | None = None) -> tuple[list[Row], bool]:
    """A page of the list in the order in which it is to be read, and whether there are more.

    `todo`: what this actor may carry forward, what is to be signed first, then by the wait that ends first. `open`, `late` (something was not
    done in time) and `ended` show the newest first, from `before` on.
    """
    calls = Call.objects.visible_to(actor).select_related("case")
    if show == "todo":
        # A score can be given, looked at again and objected to after the end.
        rows = row_list(calls.filter(IS_OPEN | scoring_at(at)).order_by("pk")[:MOST_LOOKED_AT], actor, at)
        return sorted((row for row in rows if row.is_to_do), key=urgency), False
    calls = {
        "open": calls.open(),
        "late": calls.filter(is_late()),
        "ended": calls.exclude(IS_OPEN),
    }[show]
    if before is not None:
        calls = calls.filter(pk__lt=before)
    found = list(calls.order_by("-pk")[: MOST_ROWS + 1])
    return row_list(found[:MOST_ROWS], actor, at), len(found) > MOST_ROWS


def is_late() -> Q:
    return Q(pk__in=Lateness.objects.values("call_id"))


def scoring_at(at: datetime) -> Q:
    """Struck off, and a score is still to be given, confirmed or ruled on."""
    unsettled = CallScore.objects.filter(standing__in=("to_confirm", "objected")).values("part__call_id")
    return Q(phase=Phase.STRUCK_OFF, score_until__gte=at) | Q(pk__in=unsettled)


def row_list(calls: Iterable[Call], actor: Actor, at: datetime) -> list[Row]:
    return [Row(joint, steps_for(joint, actor, at), wait_of(joint, actor)) for joint in with_parts(calls)]


def wait_of(joint: Joint, actor: Actor) -> tuple[datetime, Late] | None:
    """The wait that ends first: of the actor's own part where the actor sits at a department, else of anybody's."""
    own = [part for part in joint.taking_part if part.desk_id in actor.desks]
    watched: list[Any] = [joint.call, *(own if own and joint.call.desk_id not in actor.desks else joint.taking_part)]
    ahead = sorted(wait for row in watched for wait in waits(clocks_of(row)))
    return ahead[0] if ahead else None


def urgency(row: Row) -> tuple[bool, bool, datetime, int]:
    until = row.wait[0] if row.wait is not None else row.joint.call.score_until or row.joint.call.called_at
    return not row.is_to_sign, not row.joint.call.is_urgent, until, row.joint.call.pk


# --- one call -------------------------------------------------------------------------------------------------------


def story_of(joint: Joint) -> list[Event]:
    """What happened to the call, its parts and their scores, first to last: one statement."""
    parts = [part.pk for part in joint.parts]
    scores = [score.pk for score in joint.scores.values()]
    about = (
        Q(subject_kind=Call.subject_kind, subject_id=joint.call.pk)
        | Q(subject_kind=CallPart.subject_kind, subject_id__in=parts)
        | Q(subject_kind=CallScore.subject_kind, subject_id__in=scores)
    )
    return list(Event.objects.filter(about).order_by("at", "id"))


def files_at(joint: Joint) -> list[CallAttachment]:
    """What is attached to the call and its parts, first to last: one statement."""
    return list(CallAttachment.objects.filter(call=joint.call).select_related("file").order_by("pk"))


def latenesses_of(joint: Joint) -> list[Lateness]:
    """What was not done in time, first to last: one statement."""
    return list(Lateness.objects.filter(call=joint.call).order_by("found_at", "pk"))


def calls_of_case(case: Case) -> list[Joint]:
    """All calls about a case, the newest first: one statement where there are none."""
    return with_parts(Call.objects.filter(case=case).order_by("-pk"))


def open_call_of(case: Case) -> Call | None:
    return Call.objects.open().filter(case=case).first()


def next_alarm() -> datetime | None:
    """When the clock has to look at a call or a part next: two statements on partial indexes."""
    heads = [
        model._default_manager.filter(alarm_at__isnull=False).aggregate(at=Min("alarm_at"))["at"]
        for model in (Call, CallPart)
    ]
    return min((at for at in heads if at is not None), default=None)
