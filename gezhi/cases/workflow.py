"""The closed loop as a table. Pure: no Django but translated names, no clock, no database.

Buttons, API operations, the diagram in the docs and the permission tests are all made from `STEPS`. What a row says:

- from which stages the step leaves and where it leads (`target=None`: the stage stays, or the effect decides),
- which right it takes. Rights are checked at the desk on which the case lies: a seat at this desk, or a grant over the desk's area,
- who takes it: staff, the reporter by receipt code, the clock, or the house itself as a consequence of something else,
- what must be filled in (`INPUTS`), and which conditions must hold besides (`gezhi.cases.conditions`).

Stage is only the case's own life. Overdue, suspended, supervised, called and ruled on are columns beside it, and the steps that change
them are rows of this table like all others.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.cases import conditions as must
from gezhi.cases.conditions import Condition, Situation
from gezhi.kernel import steps
from gezhi.kernel.steps import Input


class Stage(TextChoices):
    RECEIVED = "received", _("待受理")
    WAITING = "waiting", _("待认领")
    HANDLING = "handling", _("办理中")
    FINISHED = "finished", _("待核查")
    ANSWERED = "answered", _("待评价")
    CLOSED = "closed", _("已结案")
    DECLINED = "declined", _("不予受理")
    MERGED = "merged", _("并单")


# A merged case is open: its reporter still gets the answer of the case that it was merged into.
OPEN = (Stage.RECEIVED, Stage.WAITING, Stage.HANDLING, Stage.FINISHED, Stage.ANSWERED, Stage.MERGED)
ENDED = (Stage.CLOSED, Stage.DECLINED)
# The reporter has an answer in hand: a database constraint says the same (件件有回应).
REPLIED = (Stage.ANSWERED, Stage.CLOSED, Stage.DECLINED)
# Until the reporter has an answer, the promise to the reporter runs.
PROMISED = (Stage.RECEIVED, Stage.WAITING, Stage.HANDLING, Stage.FINISHED)


class Who(TextChoices):
    STAFF = "staff", _("工作人员")
    REPORTER = "reporter", _("诉求人")
    CLOCK = "clock", _("时钟")
    HOUSE = "house", _("系统")


INPUTS: dict[str, Input] = {
    "text": Input("text", _("情况"), "text"),
    "matter": Input("matter", _("事项"), "matter_id"),
    "desk": Input("desk", _("去向"), "desk_id"),
    "colleague": Input("person", _("同事"), "colleague_id"),
    "main": Input("case", _("主件"), "main_id"),
    "reason": Input("text", _("理由"), "reason"),
    "result": Input("text", _("办理结果"), "result"),
    "answer": Input("text", _("答复内容"), "answer"),
    "note": Input("text", _("说明"), "note"),
    "question": Input("text", _("请诉求人补充什么"), "question"),
    "reply": Input("text", _("督办回复"), "reply"),
    "review": Input("text", _("复盘报告"), "review"),
    "service": Input("level", _("服务评价"), "service"),
    "outcome": Input("level", _("结果评价"), "outcome"),
    "card": Input("card", _("牌色"), "card", choices=("yellow", "red")),
    "days": Input("days", _("延长的工作日数"), "days"),
    "review_on": Input("date", _("复核日期"), "review_on"),
    "since_on": Input("date", _("问题最早出现的日期"), "since_on"),
    "meeting": Input("title", _("议过这件事的会议"), "meeting", longest=300),
    "contacted": Input("flag", _("联系上了诉求人"), "contacted"),
    "solved": Input("flag", _("诉求人说解决了"), "solved"),
    "files": Input("files", _("附件"), "files"),
    "parts": Input("parts", _("分单"), "parts"),
    "place": Input("place", _("位置"), "place"),
}


@dataclass(frozen=True)
class Step(steps.Step[Situation]):
    """One row of the loop. `by` says who takes it."""

    by: tuple[Who, ...] = (Who.STAFF,)
    # Taken only through an action of this higher app, which does more than the row says.
    door: str = ""


R, W, H, F, A, C, D, M = (
    Stage.RECEIVED, Stage.WAITING, Stage.HANDLING, Stage.FINISHED, Stage.ANSWERED, Stage.CLOSED, Stage.DECLINED, Stage.MERGED,
)  # fmt: skip
BY_HOUSE, BY_CLOCK = (Who.HOUSE,), (Who.CLOCK,)

STEPS: dict[str, Step] = steps.table(
    # --- in -----------------------------------------------------------------------------------------------------
    Step(
        "report", _("上报"), (), R, "case.report", by=(Who.STAFF, Who.REPORTER),
        needs=("text",), event="case.reported",
    ),
    Step(
        "solve", _("即查即办"), (), F, "case.solve",
        needs=("text", "matter", "result"), event="case.solved",
    ),
    Step(
        "accept", _("受理"), (R,), W, "case.accept",
        needs=("matter",), offers=("desk", "note"), conditions=(must.NOT_IN_APPEAL, must.NOT_SUSPENDED),
        event="case.accepted", key="a", tone="forward",
    ),
    Step(
        "decline", _("不予受理"), (R,), D, "case.accept",
        needs=("reason", "answer"), conditions=(must.NOT_IN_APPEAL, must.NOT_SUSPENDED), event="case.declined", key="w",
    ),
    # The one above decides whether the decline stands; either way the reporter is told.
    Step(
        "appeal", _("申诉"), (D,), R, by=(Who.REPORTER,),
        needs=("reason",), conditions=(must.NOT_APPEALED, must.IN_APPEAL_TERM), event="case.appealed",
    ),
    Step(
        "admit", _("申诉成立，受理"), (R,), W, "case.accept",
        needs=("matter", "answer"), offers=("desk",),
        conditions=(must.IN_APPEAL, must.NOT_DECLINER, must.NOT_SUSPENDED), event="case.admitted", key="a", tone="forward",
    ),
    Step(
        "dismiss", _("维持不予受理"), (R,), D, "case.accept",
        needs=("reason", "answer"), conditions=(must.IN_APPEAL, must.NOT_DECLINER, must.NOT_SUSPENDED),
        event="case.dismissed", key="w",
    ),
    # --- whose --------------------------------------------------------------------------------------------------
    Step(
        "claim", _("认领"), (W,), H, "case.claim",
        conditions=(must.AT_GRID, must.NOT_TO_BE_RULED), event="case.claimed", key="c", tone="forward",
    ),
    Step(
        "sign", _("签收"), (W,), H, "case.sign",
        conditions=(must.NOT_AT_GRID, must.NOT_TO_BE_RULED), event="case.signed", key="c", tone="forward",
    ),
    Step(
        "rule", _("裁定"), (W,), W, "case.rule",
        needs=("desk", "reason"), conditions=(must.TO_BE_RULED,), event="case.ruled", key="d", tone="forward",
    ),
    Step(
        "assign", _("派发"), (W, H), W, "case.assign",
        needs=("desk",), offers=("note",),
        conditions=(must.NOT_TO_BE_RULED, must.NOT_SUSPENDED, must.NOT_CALLED),
        event="case.assigned", key="s",
    ),
    Step(
        "escalate", _("上报上一级"), (W, H), W, "case.escalate",
        needs=("reason",), offers=("desk",),
        conditions=(
            must.HOLDER_IF_HELD, must.LEVEL_ABOVE, must.NOT_TO_BE_RULED, must.NOT_SUSPENDED, must.NOT_CALLED,
        ),
        event="case.escalated", key="e",
    ),
    Step(
        "return", _("退回"), (W,), W, "case.return",
        needs=("reason",),
        conditions=(must.NOT_TO_BE_RULED, must.NOT_BOUND, must.SENT_HERE, must.IN_RETURN_TERM),
        event="case.returned", key="b",
    ),
    Step(
        "reclassify", _("改事项"), (W, H), W, "case.accept",
        needs=("matter", "reason"), offers=("desk",),
        conditions=(must.NOT_TO_BE_RULED, must.NOT_SUSPENDED, must.NOT_CALLED, must.WHOLE),
        event="case.reclassified", tone="rare",
    ),
    Step(
        "relocate", _("改位置"), (R, W, H), None, "case.accept",
        needs=("place", "reason"),
        conditions=(must.NOT_TO_BE_RULED, must.NOT_SUSPENDED, must.NOT_CALLED, must.WHOLE, must.NOT_IN_APPEAL),
        event="case.relocated", tone="rare",
    ),
    Step(
        "release", _("放回待认领"), (H,), W, "case.work",
        offers=("reason",), conditions=(must.HOLDER, must.NOT_SUSPENDED, must.NOT_CALLED),
        event="case.released", key="u",
    ),
    Step(
        "hand_over", _("转交同事"), (H,), None, "case.hand_over",
        needs=("colleague",), offers=("note",), event="case.handed_over", key="g",
    ),
    Step(
        "expire", _("认领到期收回"), (H,), W, by=BY_CLOCK,
        conditions=(must.HOLD_OVER, must.NOT_SUSPENDED, must.NOTHING_ASKED), event="case.claim_expired",
    ),
    Step("vacate", _("办理人离岗收回"), (H,), W, by=BY_HOUSE, event="case.vacated"),
    Step(
        "leave_matter", _("事项退出改派"), (W, H), None, by=BY_HOUSE,
        offers=("matter",), conditions=(must.NOT_CALLED, must.WHOLE), event="case.left_matter",
    ),
    # --- the work -----------------------------------------------------------------------------------------------
    Step(
        "finish", _("办结"), (H,), F, "case.work",
        needs=("result",), offers=("files", "meeting"),
        conditions=(must.HOLDER, must.NOT_SUSPENDED, must.PARTS_DONE, must.NOT_CALLED),
        event="case.finished", key="f", tone="forward",
    ),
    Step(
        "split", _("分单"), (H,), None, "case.assign",
        needs=("parts",), conditions=(must.HOLDER, must.WHOLE, must.NOT_SUSPENDED),
        event="case.split", tone="rare",
    ),
    Step(
        "withdraw", _("撤回分单"), (W, H, F), C, "case.assign",
        needs=("answer",), conditions=(must.PART, must.FROM_WHOLE), event="case.withdrawn", tone="rare",
    ),
    Step(
        "call", _("呼叫区直部门"), (H,), None, "case.call",
        conditions=(must.AT_STREET, must.HOLDER, must.NOT_SUSPENDED, must.NOT_CALLED), event="case.called",
        key="h", door="calls",
    ),
    Step(
        "strike_off", _("销号"), (H,), None, "case.call",
        conditions=(must.CALLED,), event="case.struck_off", door="calls",
    ),
    Step(
        "verify", _("核查通过"), (F,), None, "case.verify",
        offers=("note", "answer"), conditions=(must.NOT_FINISHER, must.NOT_VERIFIED), event="case.verified", key="v",
        tone="forward",
    ),
    Step(
        "reject", _("核查不通过"), (F,), H, "case.verify",
        needs=("reason",), conditions=(must.NOT_FINISHER, must.NOT_VERIFIED), event="case.rejected", key="n",
    ),
    # --- its time -----------------------------------------------------------------------------------------------
    Step(
        "ask_extension", _("申请延期"), (H,), None, "case.work",
        needs=("days", "reason"),
        conditions=(
            must.HOLDER, must.WHOLE, must.NOT_SUSPENDED, must.BEFORE_DUE, must.NOT_EXTENDED, must.NOTHING_ASKED,
        ),
        event="case.extension_asked", tone="rare",
    ),
    Step(
        "grant_extension", _("同意延期"), (H,), None, "case.approve",
        offers=("note",), conditions=(must.ASKED_EXTENSION, must.FROM_ABOVE), event="case.extended", key="y",
        tone="forward",
    ),
    Step(
        "refuse_extension", _("不同意延期"), (H,), None, "case.approve",
        needs=("reason",), conditions=(must.ASKED_EXTENSION, must.FROM_ABOVE), event="case.extension_refused",
    ),
    Step(
        "ask_suspension", _("申请挂账"), (H,), None, "case.work",
        needs=("review_on", "reason"), offers=("since_on", "meeting"),
        conditions=(must.HOLDER, must.WHOLE, must.NOT_SUSPENDED, must.NOT_CALLED, must.NOTHING_ASKED),
        event="case.suspension_asked", tone="rare",
    ),
    Step(
        "suspend", _("同意挂账"), (H,), None, "case.approve",
        offers=("note", "meeting"), conditions=(must.ASKED_SUSPENSION, must.NOT_CALLED, must.FROM_ABOVE), event="case.suspended", key="y",
        tone="forward",
    ),
    Step(
        "refuse_suspension", _("不同意挂账"), (H,), None, "case.approve",
        needs=("reason",), conditions=(must.ASKED_SUSPENSION, must.FROM_ABOVE), event="case.suspension_refused",
    ),
    Step(
        "resume", _("恢复办理"), (H,), None, "case.work", by=(Who.STAFF, Who.CLOCK),
        offers=("note",), conditions=(must.SUSPENDED, must.MAY_RESUME), event="case.resumed",
    ),
    Step(
        "ask_reporter", _("请诉求人补充"), (R, H), None, "case.work",
        needs=("question",), offers=("review_on",),
        conditions=(
            must.HOLDER_IF_HELD, must.WHOLE, must.NOT_SUSPENDED, must.NOT_CALLED, must.NOTHING_ASKED, must.NOT_ASKED_FOR_MORE,
        ),
        event="case.reporter_asked", key="z",
    ),
    Step(
        "supplement", _("诉求人补充"), (R, H), None, by=(Who.REPORTER,),
        needs=("text",), offers=("files",), conditions=(must.AWAITING_REPORTER,), event="case.supplemented",
    ),
    Step(
        "carry_on", _("不等补充，继续办理"), (R, H), None, "case.work", by=(Who.STAFF, Who.CLOCK),
        offers=("note",), conditions=(must.AWAITING_REPORTER, must.HOLDER_IF_HELD_OR_OVER), event="case.carried_on",
    ),
    # --- watched ------------------------------------------------------------------------------------------------
    Step(
        "urge", _("催办"), PROMISED, None, "case.urge", by=(Who.STAFF, Who.REPORTER, Who.CLOCK),
        offers=("note",), conditions=(must.URGE_RESTED,), event="case.urged", tone="rare",
    ),
    Step(
        "supervise", _("督办"), PROMISED, None, "case.supervise", by=(Who.STAFF, Who.CLOCK),
        needs=("card", "reason"), conditions=(must.MAY_CARD,), event="case.supervised", tone="rare",
    ),
    Step(
        "raise", _("督办提级"), PROMISED, None, by=BY_CLOCK,
        conditions=(must.SUPERVISED,), event="case.supervision_raised",
    ),
    Step(
        "reply", _("督办回复"), (*PROMISED, A, C), None, "case.reply",
        needs=("reply",), conditions=(must.REPLY_OWED,), event="case.supervision_replied",
    ),
    Step(
        "lift", _("解除督办"), (*OPEN, *ENDED), None, "case.supervise",
        needs=("note",), conditions=(must.SUPERVISED,), event="case.supervision_lifted", tone="rare",
    ),
    Step(
        "alert", _("转紧急"), PROMISED, None, "case.alert",
        needs=("reason",), conditions=(must.NOT_EMERGENCY, must.NOT_SUSPENDED), event="case.alerted", tone="rare",
    ),
    Step(
        "stand_down", _("解除紧急"), PROMISED, None, "case.alert",
        needs=("reason",), conditions=(must.EMERGENCY,), event="case.stood_down", tone="rare",
    ),
    Step(
        "debrief", _("复盘报告"), (F, A, C), None, "case.alert",
        needs=("review",), conditions=(must.EMERGENCY, must.NOT_DEBRIEFED), event="case.debriefed",
    ),
    # --- several as one -----------------------------------------------------------------------------------------
    Step(
        "merge", _("并单"), (R, W, H), M, "case.merge",
        needs=("main",), offers=("note",),
        conditions=(
            must.HOLDER_IF_HELD, must.WHOLE, must.LEADS_NONE, must.PARTS_DONE, must.NOT_CALLED, must.NOT_SUSPENDED,
            must.NOT_TO_BE_RULED, must.NOT_IN_APPEAL,
        ),
        event="case.merged", key="l",
    ),
    Step(
        "unmerge", _("撤销并单"), (M,), R, "case.merge",
        needs=("reason",), event="case.unmerged",
    ),
    Step("answer_along", _("随主件答复"), (M,), A, by=BY_HOUSE, needs=("answer",), event="case.answered_along"),
    Step("decline_along", _("随主件不予受理"), (M,), D, by=BY_HOUSE, needs=("answer",), event="case.declined_along"),
    # --- out ----------------------------------------------------------------------------------------------------
    Step(
        "answer", _("答复"), (F,), A, "case.answer",
        needs=("answer",), conditions=(must.VERIFIED, must.WHOLE), event="case.answered", key="r", tone="forward",
    ),
    Step(
        "rate", _("评价"), (A,), C, by=(Who.REPORTER,),
        needs=("service", "outcome"), offers=("note",), conditions=(must.RATING_OPEN,), event="case.rated",
    ),
    Step(
        "close", _("评价期满结案"), (A,), C, by=BY_CLOCK,
        conditions=(must.RATING_OVER,), event="case.closed",
    ),
    Step(
        "follow_up", _("回访"), (A, C), None, "case.follow_up",
        needs=("contacted",), offers=("solved", "service", "outcome", "note"),
        conditions=(must.NOT_FINISHER, must.WHOLE), event="case.followed_up", key="p",
    ),
    Step(
        "rehandle", _("差评重办"), (C,), W, by=BY_HOUSE,
        conditions=(must.IN_REOPEN_TERM, must.NOT_REHANDLED, must.WHOLE), event="case.rehandled",
    ),
    Step(
        "reopen", _("重新办理"), (C,), W, "case.reopen",
        needs=("reason",), conditions=(must.IN_REOPEN_TERM, must.WHOLE), event="case.reopened", key="o",
    ),
    # Nobody has said yet what a declined report is about, so it goes back to intake and not to a desk that works.
    Step(
        "reconsider", _("重新受理"), (D,), R, "case.reopen",
        needs=("reason",), conditions=(must.IN_REOPEN_TERM,), event="case.reconsidered", key="o",
    ),
    Step(
        "note", _("补充说明"), (*OPEN, *ENDED), None, "case.note",
        needs=("note",), offers=("files",), event="case.noted", key="t",
    ),
)  # fmt: skip


def refusal(step: Step, situation: Situation) -> Condition | None:
    """The first thing that forbids the step in this situation, or None. Rights are not looked at here."""
    return steps.refusal(step, situation.stage, situation, elsewhere=must.ELSEWHERE)


def steps_from(stage: str) -> list[Step]:
    """The rows that leave a stage, in the order of the table."""
    return steps.steps_from(STEPS, stage)


__all__ = ["ENDED", "INPUTS", "OPEN", "PROMISED", "REPLIED", "STEPS", "Input", "Situation", "Stage", "Step", "Who"]
