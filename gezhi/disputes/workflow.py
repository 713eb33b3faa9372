"""The mediation of a dispute as a table. Pure: no Django but translated names, no clock, no database.

Built like the closed loop of cases: buttons, API operations, the diagram in the docs and the tests of rights are made from `STEPS`. What a row says:

- from which stages the step leaves and where it leads (`target=None`: the stage stays),
- which right it takes. Rights are checked at the desk whose dispute it is; whoever mediates a dispute may see it and work on it,
- what must be filled in, and which conditions must hold besides.

Nothing in the table is the clock's: what comes due is told (`clock.py`), and people decide what follows.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import steps


class DisputeStage(TextChoices):
    OPEN = "open", _("待调解")
    MEDIATING = "mediating", _("调解中")
    AGREED = "agreed", _("已达成协议")
    KEPT = "kept", _("已履行")
    REFERRED = "referred", _("未达成协议")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN = (DisputeStage.OPEN, DisputeStage.MEDIATING, DisputeStage.AGREED)
ENDED = (DisputeStage.KEPT, DisputeStage.REFERRED, DisputeStage.WITHDRAWN)
# The limit to mediate runs; after the agreement the limit to visit does.
UNSETTLED = (DisputeStage.OPEN, DisputeStage.MEDIATING)


class Referral(TextChoices):
    """Where the parties were shown the way when they did not agree."""

    JUSTICE_OFFICE = "justice_office", _("司法所")
    ARBITRATION = "arbitration", _("仲裁")
    COURT = "court", _("人民法院")
    DEPARTMENT = "department", _("主管部门")


class Kept(TextChoices):
    """What a visit after the agreement found."""

    YES = "yes", _("已经履行")
    PARTLY = "partly", _("正在履行")
    NO = "no", _("没有履行")


@dataclass(frozen=True, slots=True)
class Situation:
    """What the conditions look at. All of it stands in the dispute's own row or in the hands of the actor."""

    stage: str
    at: datetime
    due_at: datetime | None = None
    has_mediator: bool = False
    is_mediator: bool = False
    meetings: int = 0
    last_visit: str = ""
    is_extension_asked: bool = False
    is_extended: bool = False
    is_asker: bool = False


Condition = steps.Condition[Situation]
ELSEWHERE = Condition("wrong_stage", lambda s: False, _("这一件现在不在能做这一步的阶段。"))
MEDIATOR = Condition("mediator", lambda s: s.is_mediator, _("只有这一件的调解员能做这一步。"))
MEDIATOR_OR_FREE = Condition(
    "mediator_or_free", lambda s: s.is_mediator or not s.has_mediator, _("这一件已经指定别人调解；要换人，请先改派。")
)
HAS_MEETING = Condition("has_meeting", lambda s: s.meetings > 0, _("先记下至少一次调解，再写协议。"))
NOT_ASKED = Condition("not_asked", lambda s: not s.is_extension_asked, _("已经申请过延期，正在等上级答复。"))
NOT_EXTENDED = Condition("not_extended", lambda s: not s.is_extended, _("这一件已经延期过一次，不能再延。"))
NOT_OVER = Condition(
    "not_over", lambda s: s.due_at is not None and s.at < s.due_at, _("已经过了调解期限，不能再申请延期。")
)
ASKED = Condition("asked", lambda s: s.is_extension_asked, _("没有待答复的延期申请。"))
NOT_ASKER = Condition("not_asker", lambda s: not s.is_asker, _("申请延期的人不能自己批准。"))
FULFILLED = Condition("fulfilled", lambda s: s.last_visit == Kept.YES, _("先回访，确认协议已经履行，再结案。"))
BROKEN_OR_ENDED = Condition(
    "broken_or_ended",
    lambda s: s.stage == DisputeStage.KEPT or s.last_visit == Kept.NO,
    _("回访确认协议没有履行，才能重新调解。"),
)


Step = steps.Step[Situation]

STEPS: dict[str, Step] = steps.table(
    Step(
        "register", _("登记"), (), DisputeStage.OPEN, "dispute.work",
        needs=("type", "account", "sides"), offers=("mediator", "case"), event="dispute.opened",
    ),
    Step(
        "appoint", _("指定调解员"), UNSETTLED, DisputeStage.OPEN, "dispute.work",
        needs=("mediator",), event="dispute.appointed", key="p",
    ),
    Step(
        "accept", _("接受调解"), (DisputeStage.OPEN,), DisputeStage.MEDIATING, "dispute.mediate",
        conditions=(MEDIATOR_OR_FREE,), event="dispute.accepted", key="a", tone="forward",
    ),
    Step(
        "meet", _("记录调解"), (DisputeStage.MEDIATING,), None, "dispute.work",
        needs=("on", "present", "account"), conditions=(MEDIATOR,), event="dispute.met", key="t", tone="forward",
    ),
    Step(
        "agree", _("达成协议"), (DisputeStage.MEDIATING,), DisputeStage.AGREED, "dispute.work",
        needs=("agreement",), conditions=(MEDIATOR, HAS_MEETING), event="dispute.agreed", key="g",
    ),
    Step(
        "refer", _("未达成，引导"), (DisputeStage.MEDIATING,), DisputeStage.REFERRED, "dispute.work",
        needs=("referral", "reason"), conditions=(MEDIATOR,), event="dispute.referred", key="r",
    ),
    Step(
        "withdraw", _("撤回"), UNSETTLED, DisputeStage.WITHDRAWN, "dispute.work",
        needs=("reason",), event="dispute.withdrawn", key="w",
    ),
    Step(
        "transfer", _("移交"), UNSETTLED, DisputeStage.OPEN, "dispute.work",
        needs=("desk", "reason"), event="dispute.transferred", key="s",
    ),
    Step(
        "extend", _("申请延期"), UNSETTLED, None, "dispute.work",
        needs=("reason",), conditions=(NOT_ASKED, NOT_EXTENDED, NOT_OVER), event="dispute.extension_asked", key="e",
    ),
    Step(
        "approve", _("同意延期"), UNSETTLED, None, "dispute.approve",
        conditions=(ASKED, NOT_ASKER), event="dispute.extended", key="y", tone="forward",
    ),
    Step(
        "refuse", _("不同意延期"), UNSETTLED, None, "dispute.approve",
        needs=("reason",), conditions=(ASKED, NOT_ASKER), event="dispute.extension_refused", key="n",
    ),
    Step(
        "visit", _("回访"), (DisputeStage.AGREED,), None, "dispute.work",
        needs=("on", "kept"), offers=("account",), event="dispute.visited", key="v", tone="forward",
    ),
    Step(
        "close", _("结案"), (DisputeStage.AGREED,), DisputeStage.KEPT, "dispute.work",
        conditions=(FULFILLED,), event="dispute.closed", key="f", tone="forward",
    ),
    Step(
        "reopen", _("重新调解"), (DisputeStage.AGREED, DisputeStage.KEPT), DisputeStage.OPEN, "dispute.work",
        needs=("reason",), conditions=(BROKEN_OR_ENDED,), event="dispute.reopened", key="o",
    ),
)  # fmt: skip


def refusal(step: Step, situation: Situation) -> Condition | None:
    """The first thing that forbids the step in this situation, or None. Rights are not looked at here."""
    return steps.refusal(step, situation.stage, situation, elsewhere=ELSEWHERE)


def steps_from(stage: str) -> list[Step]:
    """The rows that leave a stage, in the order of the table."""
    return steps.steps_from(STEPS, stage)
