"""街呼区应 in sentences: what happened to a call, and how its clocks stand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.calls.models import Call, CallPart
from gezhi.calls.workflow import Late
from gezhi.web.clocks import Clock, span
from gezhi.web.operation.names import desk_name

Data = dict[str, Any]
# So much of a span may be left before its clock says that it is short.
LAST_PART = 4


def by(place: str, sentence: Any) -> Callable[[Data], str]:
    """A sentence that names the desk which the event names."""
    return lambda data: str(sentence % {"desk": desk_name(data.get(place))})


def plainly(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def dispatched(data: Data) -> str:
    to = data.get("to")
    several = [name for one in (to if isinstance(to, list) else [to]) if (name := desk_name(one))]
    if not several:
        return str(_("分办。"))
    others = "、".join(several[1:])
    if not others:
        return _("分办：%(lead)s牵头。") % {"lead": several[0]}
    return _("分办：%(lead)s牵头，%(others)s配合。") % {"lead": several[0], "others": others}


def excused(data: Data) -> str:
    names = {"desk": desk_name(data.get("desk")), "to": desk_name(data.get("to"))}
    return _("不再请%(desk)s，改由%(to)s参加。") % names if names["to"] else _("不再请%(desk)s参加。") % names


def late(data: Data) -> str:
    what = Late(data["what"]).label if data.get("what") in Late.values else ""
    return _("%(desk)s%(what)s，已报区指挥中心。") % {"desk": desk_name(data.get("desk")), "what": what}


def scored(data: Data) -> str:
    words = {
        "desk": desk_name(data.get("desk")),
        **{name: data.get(name) for name in ("response", "manner", "effect")},
    }
    return _("给%(desk)s评分：响应 %(response)s、态度 %(manner)s、成效 %(effect)s。") % words


CALL_SENTENCES: dict[str, tuple[Callable[[Data], str], str]] = {
    "call.called": (by("street", _("%(desk)s呼叫区直部门。")), "plain"),
    "call.dispatched": (dispatched, "plain"),
    "call.added": (by("to", _("增加%(desk)s参加。")), "plain"),
    "call.noted": (plainly(_("补充说明。")), "plain"),
    "call.summed_up": (by("desk", _("%(desk)s汇总，等街道销号。")), "good"),
    "call.sent_back": (plainly(_("街道退回重办。")), "bad"),
    "call.struck_off": (plainly(_("街道销号。")), "good"),
    "call.withdrawn": (plainly(_("街道撤回呼叫。")), "plain"),
    "call.late": (late, "bad"),
    "call.regridded": (by("street", _("区划调整，由%(desk)s接着呼叫。")), "plain"),
    "call.due_renewed": (plainly(_("节假日公布，重新计算了期限。")), "quiet"),
    "call_part.asked": (by("desk", _("请%(desk)s参加。")), "quiet"),
    "call_part.signed": (by("desk", _("%(desk)s签收。")), "plain"),
    "call_part.declined": (by("desk", _("%(desk)s推回，等区指挥中心裁定。")), "bad"),
    "call_part.insisted": (by("desk", _("裁定仍由%(desk)s办理。")), "plain"),
    "call_part.excused": (excused, "plain"),
    "call_part.arrived": (by("desk", _("%(desk)s报到。")), "plain"),
    "call_part.arrival_confirmed": (by("desk", _("街道确认%(desk)s到场。")), "good"),
    "call_part.arrival_denied": (by("desk", _("街道说%(desk)s没有到场。")), "bad"),
    "call_part.filed": (by("desk", _("%(desk)s报送办理情况。")), "good"),
    "call_part.reopened": (by("desk", _("%(desk)s重新办理。")), "bad"),
    "call_part.to_sum_up": (by("desk", _("都报齐了，等%(desk)s汇总。")), "quiet"),
    "call_part.summing_stopped": (plainly(_("又有部门要办，汇总等一等。")), "quiet"),
    "call_part.summed_up": (by("desk", _("%(desk)s写完汇总。")), "quiet"),
    "call_part.late": (late, "bad"),
    "call_part.desk_closed": (by("desk", _("%(desk)s的岗台已经撤销，等区指挥中心换别的部门。")), "bad"),
    "call_part.dismissed": (by("desk", _("呼叫撤回，%(desk)s不用再办。")), "quiet"),
    "call_part.accounted": (by("desk", _("%(desk)s说明超时原因。")), "plain"),
    "call_part.due_renewed": (plainly(_("节假日公布，重新计算了期限。")), "quiet"),
    "call_part.scored": (scored, "plain"),
    "call_score.given": (by("desk", _("%(desk)s的评分已计入。")), "quiet"),
    "call_score.to_confirm": (by("desk", _("%(desk)s的评分与平时相差很远，等第二个人复核。")), "quiet"),
    "call_score.confirmed": (by("desk", _("复核通过对%(desk)s的评分。")), "good"),
    "call_score.refused": (by("desk", _("复核没有通过对%(desk)s的评分，不计入。")), "bad"),
    "call_score.objected": (by("desk", _("%(desk)s对评分提出申诉。")), "bad"),
    "call_score.upheld": (by("desk", _("申诉裁定：维持对%(desk)s的评分。")), "plain"),
    "call_score.voided": (by("desk", _("申诉裁定：对%(desk)s的评分作废。")), "plain"),
}

WAITED_FOR = {
    Late.DISPATCH: _("分办"),
    Late.SIGN: _("签收"),
    Late.ARRIVE: _("到场"),
    Late.ACT: _("办理"),
    Late.SUM: _("汇总"),
    Late.STRIKE: _("销号"),
}
SINCE = {
    Late.DISPATCH: "called_at",
    Late.SIGN: "asked_at",
    Late.ARRIVE: "signed_at",
    Late.ACT: "act_since",
    Late.SUM: "sum_since",
    Late.STRIKE: "summed_at",
}


def clock_of_wait(row: Call | CallPart, wait: tuple[datetime, Late], at: datetime) -> Clock:
    """A wait as a clock: what for, and how long is left or by how much it is over."""
    until, what = wait
    words = {"what": WAITED_FOR[what], "span": span(*sorted((at, until)))}
    if at > until:
        return Clock("overdue", _("%(what)s超时 %(span)s") % words, until)
    since = getattr(row, SINCE[what])
    state = "soon" if since is not None and (until - at) * LAST_PART < until - since else "ok"
    told = _("%(what)s还剩 %(span)s") % words
    if row.due_is_provisional:
        told += str(_("（预计，节假日未公布）"))
    return Clock(state, told, until)
