"""What the API shows of a call. Names of desks come from the register in memory."""

from datetime import datetime
from typing import Annotated, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from gezhi.calls.joint import Joint
from gezhi.calls.models import CallAttachment, CallPart, CallScore
from gezhi.calls.queries import Offer, files_at, steps_for
from gezhi.calls.response import Line, Spread
from gezhi.calls.workflow import PartState, Phase, Standing
from gezhi.cases.api.shapes import DeskName, desk_named
from gezhi.kernel.access import Actor
from gezhi.kernel.http.inputs import Moment, about
from gezhi.kernel.http.pages import Page


class ScoreShape(BaseModel):
    response: int
    manner: int
    effect: int
    words: str
    standing: Standing
    is_far: Annotated[bool, about(_("与本街道平时的评分相差很远，要第二个人复核。"))]
    scored_at: Moment
    object_until: Moment | None
    objection: str
    ruling: str
    version: int


class PartShape(BaseModel):
    """What one department has to do."""

    id: int
    desk: DeskName
    is_lead: bool
    is_on_site: bool
    task: str
    state: PartState
    result: str
    rounds: int
    asked_at: Moment
    sign_due_at: Moment
    signed_at: Moment | None
    arrive_due_at: Moment | None
    arrived_at: Moment | None
    arrival_confirmed_at: Moment | None
    act_due_at: Moment | None
    filed_at: Moment | None
    late: Annotated[list[str], about(_("没有按时做到的：sign、arrive、act、sum。"))]
    account: str
    due_is_provisional: bool
    score: ScoreShape | None
    version: int


class CallAttachmentShape(BaseModel):
    id: int
    part: Annotated[int | None, about(_("部门参加的那一份的 id；街道附的为 null。"))]
    kind: str
    size: int
    step: str
    added_at: Moment
    href: str


class PossibleCallStep(BaseModel):
    """A step that the actor may take with this call now; on a part where `part` is given."""

    name: str
    label: str
    part: int | None
    needs: list[str]
    offers: list[str]
    href: str


class CallRow(BaseModel):
    id: int
    number: str
    case: Annotated[int | None, about(_("所呼事件的 id；没有事件的呼叫为 null。"))]
    desk: Annotated[DeskName, about(_("呼叫的街道。"))]
    title: str
    is_urgent: bool
    phase: Phase
    phase_label: str
    round: int
    called_at: Moment
    dispatched_at: Moment | None
    summed_at: Moment | None
    ended_at: Moment | None
    dispatch_due_at: Moment
    strike_due_at: Moment | None
    score_until: Moment | None
    due_is_provisional: bool
    version: int


class CallPage(Page[CallRow]):
    pass


class CallShape(CallRow):
    text: str
    summary: str
    parts: list[PartShape]
    attachments: list[CallAttachmentShape]
    steps: list[PossibleCallStep]


class ShareShape(BaseModel):
    count: int
    of: int


class SpreadShape(BaseModel):
    """Minutes, with the number of parts that they were made from."""

    count: int
    median: float | None
    ninth: Annotated[int | None, about(_("九成以内。"))]


class ResponseLineShape(BaseModel):
    """One department in the response table."""

    rank: Annotated[int | None, about(_("次数太少或者没有评分的不排名，为 null。"))]
    desk: DeskName
    calls: int
    signed_in_time: ShareShape
    response: SpreadShape
    arrived_in_time: ShareShape
    arrival: SpreadShape
    handling: SpreadShape
    sent_back: int
    score: Annotated[float | None, about(_("加权得分，百分制。"))]
    scored: int
    objected: int
    is_too_few: bool


class TableShape(BaseModel):
    fewest: Annotated[int, about(_("少于这个次数不排名。"))]
    lines: list[ResponseLineShape]


CALL_PLAIN = (
    "title", "is_urgent", "round", "called_at", "dispatched_at", "summed_at", "ended_at", "dispatch_due_at",
    "strike_due_at", "score_until", "due_is_provisional", "version",
)  # fmt: skip
PART_PLAIN = (
    "is_lead", "is_on_site", "task", "result", "rounds", "asked_at", "sign_due_at", "signed_at", "arrive_due_at", "arrived_at",
    "arrival_confirmed_at", "act_due_at", "filed_at", "account", "due_is_provisional", "version",
)  # fmt: skip
SCORE_PLAIN = (
    "response", "manner", "effect", "words", "is_far", "scored_at", "object_until", "objection", "ruling", "version",
)  # fmt: skip
LATE = ("sign", "arrive", "act", "sum")


def row_members(joint: Joint) -> dict[str, Any]:
    call = joint.call
    return {
        "id": call.pk,
        "number": call.number,
        "case": call.case_id,
        "desk": desk_named(call.desk_id),
        "phase": Phase(call.phase),
        "phase_label": str(Phase(call.phase).label),
        **{name: getattr(call, name) for name in CALL_PLAIN},
    }


def row_of(joint: Joint) -> CallRow:
    return CallRow(**row_members(joint))


def shape_of(joint: Joint, actor: Actor, at: datetime) -> CallShape:
    return CallShape(
        **row_members(joint),
        text=joint.call.text,
        summary=joint.call.summary,
        parts=[part_of(part, joint.scores.get(part.pk)) for part in joint.parts],
        attachments=[attachment_of(one) for one in files_at(joint)],
        steps=[possible(offer, joint) for offer in steps_for(joint, actor, at)],
    )


def attachment_of(one: CallAttachment) -> CallAttachmentShape:
    return CallAttachmentShape(
        id=one.pk,
        part=one.part_id,
        kind=one.file.kind,
        size=one.file.size,
        step=one.step,
        added_at=one.added_at,
        href=reverse("api:get_call_file", args=[one.call_id, one.pk]),
    )


def part_of(part: CallPart, score: CallScore | None) -> PartShape:
    return PartShape(
        id=part.pk,
        desk=desk_named(part.desk_id),
        state=PartState(part.state),
        late=[what for what in LATE if getattr(part, f"{what}_late_at") is not None],
        score=score_of(score) if score is not None else None,
        **{name: getattr(part, name) for name in PART_PLAIN},
    )


def score_of(score: CallScore) -> ScoreShape:
    return ScoreShape(standing=Standing(score.standing), **{name: getattr(score, name) for name in SCORE_PLAIN})


def possible(offer: Offer, joint: Joint) -> PossibleCallStep:
    step, part = offer.step, offer.part
    args = [joint.call.pk] if part is None else [joint.call.pk, part.pk]
    return PossibleCallStep(
        name=step.name,
        label=str(step.label),
        part=part.pk if part is not None else None,
        needs=list(step.needs),
        offers=list(step.offers),
        href=reverse(f"api:call_{step.name}", args=args),
    )


def line_of(line: Line) -> ResponseLineShape:
    return ResponseLineShape(
        rank=line.rank,
        desk=desk_named(line.department_id),
        calls=line.calls,
        signed_in_time=ShareShape(count=line.signed_in_time.count, of=line.signed_in_time.of),
        response=spread_of(line.response),
        arrived_in_time=ShareShape(count=line.arrived_in_time.count, of=line.arrived_in_time.of),
        arrival=spread_of(line.arrival),
        handling=spread_of(line.handling),
        sent_back=line.sent_back,
        score=line.score,
        scored=line.scored,
        objected=line.objected,
        is_too_few=line.is_too_few,
    )


def spread_of(spread: Spread) -> SpreadShape:
    return SpreadShape(count=spread.count, median=spread.middle, ninth=spread.ninth)
