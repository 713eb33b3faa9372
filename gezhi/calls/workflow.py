"""街呼区应 as a table. Pure: no Django but translated names, no clock, no database.

A call goes 呼叫 → 分办 → 联动 → 销号. In it every department has a part of its own with its own clock; after strike-off the calling street
scores each part once. Buttons, API operations, the diagram in the docs and the permission tests are all made from `STEPS`. What a row says:

- what it is `on`: the call, a part, or the score of a part,
- from which phases, states or standings it leaves and where it leads (`target=None`: it stays, or the effect decides),
- which right it takes, and at whose desk this right is checked: the calling street, the district, or the department of the part,
- what must be filled in (`INPUTS`), and which conditions must hold besides (`gezhi.calls.conditions`).
"""

from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.calls import conditions as must
from gezhi.calls.conditions import Condition, Situation


class Phase(TextChoices):
    CALLED = "called", _("待分办")
    JOINT = "joint", _("联动")
    SUMMED = "summed", _("待销号")
    STRUCK_OFF = "struck_off", _("已销号")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN = (Phase.CALLED, Phase.JOINT, Phase.SUMMED)
ENDED = (Phase.STRUCK_OFF, Phase.WITHDRAWN)


class State(TextChoices):
    """Of a part."""

    WAITING = "waiting", _("待签收")
    DECLINED = "declined", _("推回待定")
    ACTING = "acting", _("办理中")
    FILED = "filed", _("已报送")
    EXCUSED = "excused", _("不再参加")


# An excused department takes part no more; a new part may have its place.
TAKING_PART = (State.WAITING, State.DECLINED, State.ACTING, State.FILED)


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


@dataclass(frozen=True, slots=True)
class Input:
    """Something that a step may be given; the action takes it under its name."""

    kind: Literal["text", "title", "desk", "flag", "level", "shares", "parts"]
    label: Any


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
}
Side = Literal["street", "district", "department", "any"]


@dataclass(frozen=True, slots=True)
class Step:
    """One row. `name` is the verb in code, URL and API; `key` the letter on the keyboard; `needs` the inputs that can't be empty."""

    name: str
    label: Any
    on: Literal["call", "part", "score"]
    sources: tuple[Phase | State | Standing, ...]
    target: Phase | State | Standing | None
    side: Side
    right: str
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    event: str = ""
    key: str = ""
    tone: Literal["forward", "plain"] = "plain"

    @property
    def creates(self) -> bool:
        return not self.sources


C, J, S, X = Phase.CALLED, Phase.JOINT, Phase.SUMMED, Phase.STRUCK_OFF
W, D, A, F = State.WAITING, State.DECLINED, State.ACTING, State.FILED

STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        # --- the call -----------------------------------------------------------------------------------------------
        Step(
            "call", _("呼叫"), "call", (), C, "street", "case.call",
            needs=("title", "text"), offers=("is_urgent",), event="call.called",
        ),
        Step(
            "dispatch", _("分办"), "call", (C,), J, "district", "call.dispatch",
            needs=("shares",), event="call.dispatched", key="d", tone="forward",
        ),
        Step(
            "add", _("增加部门"), "call", (J,), None, "district", "call.dispatch",
            needs=("desk_id", "task"), offers=("is_on_site",), event="call.added", key="s",
        ),
        Step(
            "strike_off", _("销号"), "call", (S,), X, "street", "case.call",
            offers=("note",), event="call.struck_off", key="v", tone="forward",
        ),
        Step(
            "send_back", _("退回重办"), "call", (S,), J, "street", "case.call",
            needs=("returned", "reason"), event="call.sent_back", key="n",
        ),
        Step(
            "withdraw", _("撤回呼叫"), "call", (C,), Phase.WITHDRAWN, "street", "case.call",
            needs=("reason",), event="call.withdrawn", key="x",
        ),
        Step(
            "note", _("补充说明"), "call", (C, J, S), None, "any", "call.see",
            needs=("note",), event="call.noted", key="t",
        ),
        # --- the part of a department -------------------------------------------------------------------------------
        Step(
            "sign", _("签收"), "part", (W,), A, "department", "call.act",
            conditions=(must.RUNNING,), event="call_part.signed", key="c", tone="forward",
        ),
        Step(
            "decline", _("推回"), "part", (W,), D, "department", "call.act",
            needs=("reason",), conditions=(must.RUNNING, must.NOT_BOUND, must.IN_SIGN_TERM),
            event="call_part.declined", key="b",
        ),
        Step(
            "insist", _("仍由它办"), "part", (D,), W, "district", "call.dispatch",
            needs=("reason",), conditions=(must.RUNNING,), event="call_part.insisted", key="o", tone="forward",
        ),
        Step(
            "excuse", _("撤换部门"), "part", (W, D), State.EXCUSED, "district", "call.dispatch",
            needs=("reason",), offers=("desk_id",), conditions=(must.RUNNING,),
            event="call_part.excused", key="e",
        ),
        Step(
            "arrive", _("报到"), "part", (A,), None, "department", "call.act",
            offers=("note",), conditions=(must.RUNNING, must.ON_SITE, must.NOT_ARRIVED),
            event="call_part.arrived", key="a", tone="forward",
        ),
        Step(
            "confirm_arrival", _("确认到场"), "part", (A, F), None, "street", "case.call",
            conditions=(must.NOT_OVER, must.ARRIVED, must.NOT_CONFIRMED),
            event="call_part.arrival_confirmed", key="y", tone="forward",
        ),
        Step(
            "deny_arrival", _("没有到场"), "part", (A, F), A, "street", "case.call",
            needs=("reason",), conditions=(must.RUNNING, must.ARRIVED, must.NOT_CONFIRMED),
            event="call_part.arrival_denied", key="z",
        ),
        Step(
            "file", _("报送办理情况"), "part", (A,), F, "department", "call.act",
            needs=("result",), conditions=(must.RUNNING, must.ARRIVED_IF_ON_SITE),
            event="call_part.filed", key="f", tone="forward",
        ),
        Step(
            "sum_up", _("汇总"), "part", (F,), None, "department", "call.act",
            needs=("summary",), conditions=(must.RUNNING, must.LEADS, must.ALL_FILED),
            event="call_part.summed_up", key="r", tone="forward",
        ),
        Step(
            "account", _("说明超时原因"), "part", (W, A, F), None, "department", "call.act",
            needs=("account",), conditions=(must.OWES_ACCOUNT,), event="call_part.accounted", key="p",
        ),
        Step(
            "score", _("评分"), "part", (F,), None, "street", "call.score",
            needs=("response", "manner", "effect"), offers=("words",),
            conditions=(must.STRUCK_OFF, must.NOT_SCORED, must.IN_SCORE_TERM, must.DISINTERESTED),
            event="call_part.scored", key="g", tone="forward",
        ),
        # --- the score of a part ------------------------------------------------------------------------------------
        Step(
            "confirm_score", _("复核通过"), "score", (Standing.TO_CONFIRM,), Standing.COUNTED, "street", "call.score",
            offers=("note",), conditions=(must.NOT_SCORER, must.DISINTERESTED), event="call_score.confirmed", key="y",
            tone="forward",
        ),
        Step(
            "refuse_score", _("复核不通过"), "score", (Standing.TO_CONFIRM,), Standing.REFUSED, "street", "call.score",
            needs=("reason",), conditions=(must.NOT_SCORER, must.DISINTERESTED), event="call_score.refused", key="n",
        ),
        Step(
            "object", _("申诉"), "score", (Standing.COUNTED,), Standing.OBJECTED, "department", "call.act",
            needs=("reason",), conditions=(must.IN_OBJECT_TERM,), event="call_score.objected", key="o",
        ),
        Step(
            "uphold", _("维持评分"), "score", (Standing.OBJECTED,), Standing.UPHELD, "district", "call.rule",
            needs=("reason",), conditions=(must.NEUTRAL,), event="call_score.upheld", key="y", tone="forward",
        ),
        Step(
            "void", _("评分作废"), "score", (Standing.OBJECTED,), Standing.VOID, "district", "call.rule",
            needs=("reason",), conditions=(must.NEUTRAL,), event="call_score.voided", key="x",
        ),
    )
}  # fmt: skip


def refusal(step: Step, situation: Situation) -> Condition | None:
    """The first thing that forbids the step in this situation, or None. Rights are not looked at here."""
    here = {"call": situation.phase, "part": situation.state, "score": situation.score}[step.on]
    if here not in step.sources:
        return Condition("wrong_phase", lambda s: False, _("这次呼叫现在不在能做这一步的阶段。"))
    return next((condition for condition in step.conditions if not condition.holds(situation)), None)


def steps_on(what: str) -> list[Step]:
    """The rows about calls, parts or scores that change what is there, in the order of the table."""
    return [step for step in STEPS.values() if step.on == what and not step.creates]


__all__ = [
    "COUNTING", "ENDED", "INPUTS", "OPEN", "STEPS", "TAKING_PART", "Input", "Late", "Phase", "Side", "Situation", "Standing",
    "State", "Step", "refusal", "steps_on",
]  # fmt: skip
