"""街呼区应 as a table. Pure: no Django but translated names, no clock, no database.

A call goes 呼叫 → 分办 → 联动 → 销号. In it every department has a part of its own with its own clock; after strike-off the calling street
scores each part once. Buttons, API operations, the diagram in the docs and the permission tests are all made from `STEPS`. What a row says:

- what it is `on`: the call, a part, or the score of a part,
- from which phases, states or standings it leaves and where it leads (`target=None`: it stays, or the effect decides),
- which right it takes, and at whose desk this right is checked: the calling street, the district, or the department of the part,
- what must be filled in (`INPUTS`), and which conditions must hold besides (`gezhi.calls.conditions`).
"""

from dataclasses import dataclass
from typing import Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.calls import conditions as must
from gezhi.calls.conditions import Condition, Situation
from gezhi.kernel import steps
from gezhi.kernel.steps import Input


class Phase(TextChoices):
    CALLED = "called", _("待分办")
    JOINT = "joint", _("联动")
    SUMMED = "summed", _("待销号")
    STRUCK_OFF = "struck_off", _("已销号")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN = (Phase.CALLED, Phase.JOINT, Phase.SUMMED)
ENDED = (Phase.STRUCK_OFF, Phase.WITHDRAWN)


class PartState(TextChoices):
    """Of a part."""

    WAITING = "waiting", _("待签收")
    DECLINED = "declined", _("推回待定")
    ACTING = "acting", _("办理中")
    FILED = "filed", _("已报送")
    EXCUSED = "excused", _("不再参加")


# An excused department takes part no more; a new part may have its place.
TAKING_PART = (PartState.WAITING, PartState.DECLINED, PartState.ACTING, PartState.FILED)


class Standing(TextChoices):
    """Of a score."""

    COUNTED = "counted", _("已计入")
    TO_CONFIRM = "to_confirm", _("待第二人复核")
    REFUSED = "refused", _("复核未通过")
    OBJECTED = "objected", _("部门申诉中")
    UPHELD = "upheld", _("申诉后维持")
    VOID = "void", _("申诉后作废")


# What goes into the table of responses. An objection alone takes nothing out, or every department would object to every low score.
COUNTING = (Standing.COUNTED, Standing.OBJECTED, Standing.UPHELD)


class Late(TextChoices):
    """What was not done in time."""

    DISPATCH = "dispatch", _("分办超时")
    SIGN = "sign", _("签收超时")
    ARRIVE = "arrive", _("到场超时")
    ACT = "act", _("办理超时")
    SUM = "sum", _("汇总超时")
    STRIKE = "strike", _("销号超时")


INPUTS: dict[str, Input] = {
    "title": Input("title", _("标题")),
    "text": Input("text", _("需要部门做什么")),
    "is_urgent": Input("flag", _("紧急")),
    "shares": Input("shares", _("分给哪些部门")),
    "desk_id": Input("desk", _("部门")),
    "task": Input("text", _("任务")),
    "is_on_site": Input("flag", _("要到现场")),
    "returned": Input("parts", _("重办的部门")),
    "reason": Input("text", _("理由")),
    "result": Input("text", _("办理情况")),
    "summary": Input("text", _("汇总情况")),
    "account": Input("text", _("超时说明")),
    "note": Input("text", _("说明")),
    "response": Input("level", _("响应")),
    "manner": Input("level", _("态度")),
    "effect": Input("level", _("成效")),
    "words": Input("text", _("评语")),
    "files": Input("files", _("附件")),
}
Side = Literal["street", "district", "department", "any"]


@dataclass(frozen=True)
class Step(steps.Step[Situation]):
    """One row: what it is about, and at whose desk its right is checked."""

    on: Literal["call", "part", "score"] = "call"
    side: Side = "any"


C, J, S, X = Phase.CALLED, Phase.JOINT, Phase.SUMMED, Phase.STRUCK_OFF
W, D, A, F = PartState.WAITING, PartState.DECLINED, PartState.ACTING, PartState.FILED

STEPS: dict[str, Step] = steps.table(
    # --- the call -----------------------------------------------------------------------------------------------
    Step(
        "call", _("呼叫"), (), C, "case.call", on="call", side="street",
        needs=("title", "text"), offers=("is_urgent", "files"), event="call.called",
    ),
    Step(
        "dispatch", _("分办"), (C,), J, "call.dispatch", on="call", side="district",
        needs=("shares",), event="call.dispatched", key="d", tone="forward",
    ),
    Step(
        "add", _("增加部门"), (J,), None, "call.dispatch", on="call", side="district",
        needs=("desk_id", "task"), offers=("is_on_site",), event="call.added", key="s",
    ),
    Step(
        "strike_off", _("销号"), (S,), X, "case.call", on="call", side="street",
        offers=("note",), event="call.struck_off", key="v", tone="forward",
    ),
    Step(
        "send_back", _("退回重办"), (S,), J, "case.call", on="call", side="street",
        needs=("returned", "reason"), event="call.sent_back", key="n",
    ),
    Step(
        "withdraw", _("撤回呼叫"), (C, J), Phase.WITHDRAWN, "case.call", on="call", side="street",
        needs=("reason",), event="call.withdrawn", key="x",
    ),
    Step(
        "note", _("补充说明"), (C, J, S), None, "call.see", on="call", side="any",
        needs=("note",), offers=("files",), event="call.noted", key="t",
    ),
    # --- the part of a department -------------------------------------------------------------------------------
    Step(
        "sign", _("签收"), (W,), A, "call.act", on="part", side="department",
        conditions=(must.RUNNING,), event="call_part.signed", key="c", tone="forward",
    ),
    Step(
        "decline", _("推回"), (W,), D, "call.act", on="part", side="department",
        needs=("reason",), conditions=(must.RUNNING, must.NOT_BOUND, must.IN_SIGN_TERM),
        event="call_part.declined", key="b",
    ),
    Step(
        "insist", _("仍由它办"), (D,), W, "call.dispatch", on="part", side="district",
        needs=("reason",), conditions=(must.RUNNING, must.DESK_OPEN), event="call_part.insisted", key="o", tone="forward",
    ),
    Step(
        "excuse", _("撤换部门"), (W, D, A, F), PartState.EXCUSED, "call.dispatch", on="part", side="district",
        needs=("reason",), offers=("desk_id",), conditions=(must.RUNNING, must.REPLACEABLE),
        event="call_part.excused", key="e",
    ),
    Step(
        "arrive", _("报到"), (A,), None, "call.act", on="part", side="department",
        offers=("note", "files"), conditions=(must.RUNNING, must.ON_SITE, must.NOT_ARRIVED),
        event="call_part.arrived", key="a", tone="forward",
    ),
    Step(
        "confirm_arrival", _("确认到场"), (A, F), None, "case.call", on="part", side="street",
        conditions=(must.NOT_OVER, must.ARRIVED, must.NOT_CONFIRMED),
        event="call_part.arrival_confirmed", key="y", tone="forward",
    ),
    Step(
        "deny_arrival", _("没有到场"), (A, F), A, "case.call", on="part", side="street",
        needs=("reason",), conditions=(must.RUNNING, must.ARRIVED, must.NOT_CONFIRMED),
        event="call_part.arrival_denied", key="z",
    ),
    Step(
        "file", _("报送办理情况"), (A,), F, "call.act", on="part", side="department",
        needs=("result",), offers=("files",), conditions=(must.RUNNING, must.ARRIVED_IF_ON_SITE),
        event="call_part.filed", key="f", tone="forward",
    ),
    Step(
        "sum_up", _("汇总"), (F,), None, "call.act", on="part", side="department",
        needs=("summary",), offers=("files",), conditions=(must.RUNNING, must.LEADS, must.ALL_FILED),
        event="call_part.summed_up", key="r", tone="forward",
    ),
    Step(
        "account", _("说明超时原因"), (W, A, F), None, "call.act", on="part", side="department",
        needs=("account",), conditions=(must.OWES_ACCOUNT,), event="call_part.accounted", key="p",
    ),
    Step(
        "score", _("评分"), (F,), None, "call.score", on="part", side="street",
        needs=("response", "manner", "effect"), offers=("words",),
        conditions=(must.STRUCK_OFF, must.NOT_SCORED, must.IN_SCORE_TERM, must.DISINTERESTED),
        event="call_part.scored", key="g", tone="forward",
    ),
    # --- the score of a part ------------------------------------------------------------------------------------
    Step(
        "confirm_score", _("复核通过"), (Standing.TO_CONFIRM,), Standing.COUNTED, "call.score", on="score", side="street",
        offers=("note",), conditions=(must.NOT_SCORER, must.DISINTERESTED), event="call_score.confirmed", key="y",
        tone="forward",
    ),
    Step(
        "refuse_score", _("复核不通过"), (Standing.TO_CONFIRM,), Standing.REFUSED, "call.score", on="score", side="street",
        needs=("reason",), conditions=(must.NOT_SCORER, must.DISINTERESTED), event="call_score.refused", key="n",
    ),
    Step(
        "object", _("申诉"), (Standing.COUNTED,), Standing.OBJECTED, "call.act", on="score", side="department",
        needs=("reason",), conditions=(must.IN_OBJECT_TERM,), event="call_score.objected", key="o",
    ),
    Step(
        "uphold", _("维持评分"), (Standing.OBJECTED,), Standing.UPHELD, "call.rule", on="score", side="district",
        needs=("reason",), conditions=(must.NEUTRAL,), event="call_score.upheld", key="y", tone="forward",
    ),
    Step(
        "void", _("评分作废"), (Standing.OBJECTED,), Standing.VOID, "call.rule", on="score", side="district",
        needs=("reason",), conditions=(must.NEUTRAL,), event="call_score.voided", key="x",
    ),
)  # fmt: skip


def refusal(step: Step, situation: Situation) -> Condition | None:
    """The first thing that forbids the step in this situation, or None. Rights are not looked at here."""
    here = {"call": situation.phase, "part": situation.state, "score": situation.score}[step.on]
    return steps.refusal(step, here, situation, elsewhere=must.ELSEWHERE)


def steps_on(what: str) -> list[Step]:
    """The rows about calls, parts or scores that change what is there, in the order of the table."""
    return [step for step in STEPS.values() if step.on == what and not step.creates]


__all__ = [
    "COUNTING", "ENDED", "INPUTS", "OPEN", "STEPS", "TAKING_PART", "Input", "Late", "PartState", "Phase", "Side",
    "Situation", "Standing", "Step", "refusal", "steps_on",
]  # fmt: skip
