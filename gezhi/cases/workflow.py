"""The closed loop as a table. Pure: no Django but translated names, no clock, no database.

Buttons, API operations, the diagram in the docs and the permission tests are all made from `STEPS`. What a row says:

- from which stages the step leaves and where it leads (`target=None`: the stage stays),
- which right it takes. Rights are checked at the desk on which the case lies: a seat at this desk, or a grant over the desk's area,
- who takes it: staff, the reporter by receipt code, or the clock,
- what must be filled in, and which conditions must hold besides.

Supervision, suspension, extension, rulings, merging and calls are further rows of this table, never further tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    RECEIVED = "received", _("待受理")
    WAITING = "waiting", _("待认领")
    HANDLING = "handling", _("办理中")
    FINISHED = "finished", _("待核查")
    ANSWERED = "answered", _("待评价")
    CLOSED = "closed", _("已结案")
    DECLINED = "declined", _("不予受理")


OPEN = (Stage.RECEIVED, Stage.WAITING, Stage.HANDLING, Stage.FINISHED, Stage.ANSWERED)
ENDED = (Stage.CLOSED, Stage.DECLINED)
# The reporter has an answer in hand: a database constraint says the same (件件有回应).
REPLIED = (Stage.ANSWERED, Stage.CLOSED, Stage.DECLINED)


class Who(TextChoices):
    STAFF = "staff", _("工作人员")
    REPORTER = "reporter", _("诉求人")
    CLOCK = "clock", _("时钟")


@dataclass(frozen=True, slots=True)
class Situation:
    """What the conditions look at. All of it stands in the case's own row, its desk, or the hands of the actor."""

    stage: str
    desk_kind: str
    at: datetime
    is_holder: bool = False
    is_held: bool = False
    is_finisher: bool = False
    is_verified: bool = False
    has_sender: bool = False
    has_level_above: bool = False
    hold_until: datetime | None = None
    rate_until: datetime | None = None
    reopen_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """`holds(situation)`, and the sentence for the person when it doesn't."""

    code: str
    holds: Callable[[Situation], bool]
    otherwise: Any


AT_GRID = Condition("at_grid", lambda s: s.desk_kind == "grid", _("只有网格里的事件需要认领；这一件请签收。"))
NOT_AT_GRID = Condition("not_at_grid", lambda s: s.desk_kind != "grid", _("网格里的事件由网格员认领，不用签收。"))
HOLDER = Condition("holder", lambda s: s.is_holder, _("这一件由别人办理，只有办理人能做这一步。"))
HOLDER_IF_HELD = Condition(
    "holder_if_held", lambda s: s.is_holder or not s.is_held, _("这一件已有人办理，只有办理人能做这一步。")
)
NOT_FINISHER = Condition("not_finisher", lambda s: not s.is_finisher, _("办结人不能核查自己办结的事件。"))
VERIFIED = Condition("verified", lambda s: s.is_verified, _("先核查通过，再答复。"))
NOT_VERIFIED = Condition("not_verified", lambda s: not s.is_verified, _("这一件已经核查通过。"))
SENT_HERE = Condition("sent_here", lambda s: s.has_sender, _("这一件不是别处派来的，不能退回；可以上报上一级。"))
LEVEL_ABOVE = Condition("level_above", lambda s: s.has_level_above, _("这里已经是最高一级，不能再上报。"))
HOLD_OVER = Condition("hold_over", lambda s: s.hold_until is not None and s.at >= s.hold_until, _("认领时限还没有到。"))
RATING_OVER = Condition(
    "rating_over", lambda s: s.rate_until is not None and s.at >= s.rate_until, _("评价期还没有过。")
)
RATING_OPEN = Condition("rating_open", lambda s: s.rate_until is not None and s.at < s.rate_until, _("评价期已过。"))
IN_REOPEN_TERM = Condition(
    "in_reopen_term", lambda s: s.reopen_until is not None and s.at < s.reopen_until, _("已超过可以重新办理的期限。")
)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the loop. `name` is the verb in code, URL and API; `key` the letter on the keyboard; `needs` the inputs that can't be empty."""

    name: str
    label: Any
    sources: tuple[Stage, ...]
    target: Stage | None
    right: str = ""
    by: tuple[Who, ...] = (Who.STAFF,)
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    event: str = ""
    key: str = ""
    # How the button looks: the one step that carries the case forward stands out, the ones that turn it away are plain.
    tone: str = "plain"

    @property
    def creates(self) -> bool:
        return not self.sources


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "report", _("上报"), (), Stage.RECEIVED, "case.report", (Who.STAFF, Who.REPORTER),
            needs=("text",), event="case.reported",
        ),
        Step(
            "solve", _("即查即办"), (), Stage.FINISHED, "case.solve",
            needs=("text", "matter", "result"), event="case.solved",
        ),
        Step(
            "accept", _("受理"), (Stage.RECEIVED,), Stage.WAITING, "case.accept",
            needs=("matter",), offers=("desk", "note"), event="case.accepted", key="a", tone="forward",
        ),
        Step(
            "decline", _("不予受理"), (Stage.RECEIVED,), Stage.DECLINED, "case.accept",
            needs=("reason", "answer"), event="case.declined", key="x",
        ),
        Step(
            "claim", _("认领"), (Stage.WAITING,), Stage.HANDLING, "case.claim",
            conditions=(AT_GRID,), event="case.claimed", key="c", tone="forward",
        ),
        Step(
            "sign", _("签收"), (Stage.WAITING,), Stage.HANDLING, "case.sign",
            conditions=(NOT_AT_GRID,), event="case.signed", key="c", tone="forward",
        ),
        Step(
            "assign", _("派发"), (Stage.WAITING, Stage.HANDLING), Stage.WAITING, "case.assign",
            needs=("desk",), offers=("note",), event="case.assigned", key="s",
        ),
        Step(
            "escalate", _("上报上一级"), (Stage.WAITING, Stage.HANDLING), Stage.WAITING, "case.escalate",
            needs=("reason",), conditions=(HOLDER_IF_HELD, LEVEL_ABOVE), event="case.escalated", key="e",
        ),
        Step(
            "return", _("退回"), (Stage.WAITING,), Stage.WAITING, "case.return",
            needs=("reason",), conditions=(SENT_HERE,), event="case.returned", key="b",
        ),
        Step(
            "release", _("放回待认领"), (Stage.HANDLING,), Stage.WAITING, "case.work",
            offers=("reason",), conditions=(HOLDER,), event="case.released", key="u",
        ),
        Step(
            "expire", _("认领到期收回"), (Stage.HANDLING,), Stage.WAITING, by=(Who.CLOCK,),
            conditions=(HOLD_OVER,), event="case.claim_expired",
        ),
        Step(
            "finish", _("办结"), (Stage.HANDLING,), Stage.FINISHED, "case.work",
            needs=("result",), offers=("files",), conditions=(HOLDER,), event="case.finished", key="f", tone="forward",
        ),
        Step(
            "verify", _("核查通过"), (Stage.FINISHED,), None, "case.verify",
            offers=("note", "answer"), conditions=(NOT_FINISHER, NOT_VERIFIED), event="case.verified", key="v",
            tone="forward",
        ),
        Step(
            "reject", _("核查不通过"), (Stage.FINISHED,), Stage.HANDLING, "case.verify",
            needs=("reason",), conditions=(NOT_FINISHER, NOT_VERIFIED), event="case.rejected", key="n",
        ),
        Step(
            "answer", _("答复"), (Stage.FINISHED,), Stage.ANSWERED, "case.answer",
            needs=("answer",), conditions=(VERIFIED,), event="case.answered", key="r", tone="forward",
        ),
        Step(
            "rate", _("评价"), (Stage.ANSWERED,), Stage.CLOSED, by=(Who.REPORTER,),
            needs=("service", "outcome"), offers=("note",), conditions=(RATING_OPEN,), event="case.rated",
        ),
        Step(
            "close", _("评价期满结案"), (Stage.ANSWERED,), Stage.CLOSED, by=(Who.CLOCK,),
            conditions=(RATING_OVER,), event="case.closed",
        ),
        Step(
            "reopen", _("重新办理"), (Stage.CLOSED,), Stage.WAITING, "case.reopen",
            needs=("reason",), conditions=(IN_REOPEN_TERM,), event="case.reopened", key="o",
        ),
        # Nobody has said yet what a declined report is about, so it goes back to intake and not to a desk that works.
        Step(
            "reconsider", _("重新受理"), (Stage.DECLINED,), Stage.RECEIVED, "case.reopen",
            needs=("reason",), conditions=(IN_REOPEN_TERM,), event="case.reconsidered", key="o",
        ),
        Step(
            "note", _("补充说明"), (*OPEN, *ENDED), None, "case.note",
            needs=("note",), offers=("files",), event="case.noted", key="t",
        ),
    )
}  # fmt: skip


def refusal(step: Step, situation: Situation) -> Condition | None:
    """The first thing that forbids the step in this situation, or None. Rights are not looked at here."""
    if situation.stage not in step.sources:
        return Condition("wrong_stage", lambda s: False, _("这一件现在不在能做这一步的阶段。"))
    return next((condition for condition in step.conditions if not condition.holds(situation)), None)


def steps_from(stage: str) -> list[Step]:
    """The rows that leave a stage, in the order of the table."""
    return [step for step in STEPS.values() if stage in step.sources]
