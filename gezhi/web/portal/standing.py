"""How a case stands, told to the one who holds its receipt code: where it is, who answers, what comes next, by when, and what happened.

Desks are named, people are not; notes and reasons that staff write for each other stay inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Appeal, Case
from gezhi.cases.workflow import PROMISED, REPLIED, Stage
from gezhi.kernel.models import Event
from gezhi.people.queries import directory
from gezhi.web.portal.wording import spoken


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the steps on the way. `state`: done, now, todo, or stopped (declined)."""

    label: Any
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """Who answers, what comes next, by when (in words; "" where nothing is pending)."""

    who: str
    what: Any
    until: str = ""
    is_provisional: bool = False
    is_late: bool = False
    notes: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    headline: Any
    steps: list[Mark]
    promise: Promise
    answer: str
    timeline: list[Entry]


HEADLINES = {
    Stage.RECEIVED: _("已收到，等待受理"),
    Stage.WAITING: _("已受理，等待接手"),
    Stage.HANDLING: _("正在办理"),
    Stage.FINISHED: _("已办完，正在核查"),
    Stage.ANSWERED: _("已答复，请您评价"),
    Stage.CLOSED: _("已结案"),
    Stage.DECLINED: _("不予受理"),
    Stage.MERGED: _("与另一件合并办理"),
}
NEXT = {
    Stage.RECEIVED: _("决定是否受理，并写明由谁办、什么时候答复"),
    Stage.WAITING: _("安排人接手办理，办完核查后答复您"),
    Stage.HANDLING: _("正在办理，办完核查后答复您"),
    Stage.FINISHED: _("核查办得是否属实，然后答复您"),
    Stage.ANSWERED: _("请您评价；不评价的，到期自动结案"),
    Stage.CLOSED: _("已经结案。问题又出现的，请重新反映并写上这个编号"),
    Stage.DECLINED: _("理由和该找谁，见下面的答复"),
    Stage.MERGED: _("别人也反映了同一件事，合在一起办；办好以后一样答复您"),
}
# What may be said besides.
SUSPENDED = _("现在还解决不了，已经批准先挂账；到时再看能不能办，有结果一样答复您")
EXTENDED = _("情况复杂，已经批准延长一次办理时间。")
URGED = _("已经催过承办的岗台。")
ASKED = _("请您补充情况：在下面写了发来，马上接着办；到时没有补充的，按现有的情况办理")
APPEALED = _("您的申诉由没有经手的人复核，结果会答复您")
# What stands on the line; how many are done in each stage.
LINE = (
    pgettext_lazy("on the way", "收到"),
    pgettext_lazy("on the way", "受理"),
    pgettext_lazy("on the way", "办理"),
    pgettext_lazy("on the way", "核查"),
    pgettext_lazy("on the way", "答复"),
)
DONE = {
    Stage.RECEIVED: 1,
    Stage.WAITING: 2,
    Stage.HANDLING: 2,
    Stage.FINISHED: 3,
    Stage.ANSWERED: 5,
    Stage.CLOSED: 5,
    Stage.MERGED: 2,
}


def standing(case: Case, events: Sequence[Event], *, at: datetime) -> Standing:
    """`case` with its desk in hand; `events` is its whole timeline, or nothing where the page shows none."""
    stage = Stage(case.stage)
    return Standing(
        headline=headline(case),
        steps=marks(case, at=at),
        promise=promise(case, at=at),
        answer=case.answer if stage in REPLIED else "",
        timeline=[Entry(event.at, text) for event in events if (text := told(event))],
    )


def headline(case: Case) -> Any:
    if case.awaits_reporter:
        return _("请您补充情况")
    if case.suspended_at is not None:
        return _("暂时解决不了，已挂账")
    return _("正在复核您的申诉") if case.appeal == Appeal.OPEN else HEADLINES[Stage(case.stage)]


def marks(case: Case, *, at: datetime) -> list[Mark]:
    if case.stage == Stage.DECLINED:
        return [
            Mark(LINE[0], "done", spoken(case.reported_at, at)),
            Mark(_("不予受理"), "stopped"),
            Mark(LINE[4], "done", spoken(case.answered_at, at) if case.answered_at else ""),
        ]
    done = DONE[Stage(case.stage)] + (case.stage == Stage.FINISHED and case.verified_at is not None)
    instants = (case.reported_at, case.accepted_at, case.finished_at, case.verified_at, case.answered_at)
    line = []
    for position, (label, instant) in enumerate(zip(LINE, instants, strict=True)):
        state = "done" if position < done else "now" if position == done else "todo"
        line.append(Mark(label, state, spoken(instant, at) if state == "done" and instant is not None else ""))
    return line


def promise(case: Case, *, at: datetime) -> Promise:
    stage = Stage(case.stage)
    who = directory().get(case.desk_id).name
    if stage == Stage.ANSWERED:
        return Promise(who, NEXT[stage], spoken(case.rate_until, at) if case.rate_until else "")
    if stage in (Stage.CLOSED, Stage.DECLINED):
        return Promise(who, NEXT[stage])
    main = case.merged_into if stage == Stage.MERGED else None
    if main is not None:
        # The answer of the other case is the answer to this one: its desk, its time.
        who, case = directory().get(main.desk_id).name, main
    notes = tuple(words for holds, words in ((case.extended_at, EXTENDED), (case.urged_at, URGED)) if holds)
    if case.suspended_at is not None and case.review_at is not None:
        words = ASKED if case.awaits_reporter else SUSPENDED
        return Promise(who, words, spoken(case.review_at, at), notes=notes)
    return Promise(
        who,
        APPEALED if case.appeal == Appeal.OPEN else NEXT[stage],
        spoken(case.due_at, at),
        is_provisional=case.due_is_provisional,
        is_late=case.stage in PROMISED and (case.overdue_at is not None or case.due_at < at),
        notes=notes,
    )


# Every sentence may name the desk where it happened, or whence and whither the case went. Events without a sentence stay inside.
SENTENCES: dict[str, Any] = {
    "case.reported": _("收到您反映的情况，交%(desk)s受理。"),
    "case.solved": _("%(desk)s当场办完，等待核查。"),
    "case.accepted": _("已受理，由%(to)s办理。"),
    "case.declined": _("没有受理，理由见答复。"),
    "case.claimed": _("%(desk)s已有人接手。"),
    "case.signed": _("%(desk)s已有人接手。"),
    "case.assigned": _("改由%(to)s办理。"),
    "case.escalated": _("%(from)s报请%(to)s协调解决。"),
    "case.returned": _("%(from)s退回%(to)s重新安排。"),
    "case.released": _("%(desk)s重新安排人接手。"),
    "case.claim_expired": _("接手的人没有按时办，%(desk)s重新安排。"),
    "case.overdue": _("超过了说好的时间，系统记下了超期。"),
    "case.finished": _("%(desk)s已办完，等待核查。"),
    "case.verified": _("核查通过。"),
    "case.rejected": _("核查没有通过，重新办理。"),
    "case.answered": _("已答复您。"),
    "case.rated": _("您作了评价，这一件结案。"),
    "case.closed": _("评价期已过，这一件结案。"),
    "case.reopened": _("重新办理。"),
    "case.reconsidered": _("重新考虑是否受理。"),
    "case.ruled": _("确定由%(to)s办理。"),
    "case.reclassified": _("重新归类，由%(to)s办理。"),
    "case.left_matter": _("这类事情改由%(to)s办理。"),
    "case.relocated": _("核对了位置，由%(to)s办理。"),
    "case.vacated": _("%(desk)s重新安排人接手。"),
    "case.extended": _("情况复杂，经批准延长了办理时间。"),
    "case.suspended": _("一时解决不了，经批准挂账，到期再办。"),
    "case.resumed": _("恢复办理。"),
    "case.reporter_asked": _("请您补充情况。"),
    "case.supplemented": _("收到您的补充，继续办理。"),
    "case.carried_on": _("按现有的情况继续办理。"),
    "case.appealed": _("您提出申诉，由%(desk)s复核。"),
    "case.admitted": _("申诉成立，已受理，由%(to)s办理。"),
    "case.dismissed": _("复核后维持原来的决定，理由见答复。"),
    "case.urged": _("已催促%(desk)s。"),
    "case.supervised": _("已督促%(desk)s尽快办理。"),
    "case.called": _("已请区直部门一起办理。"),
    "case.struck_off": _("区直部门配合的部分已经办完。"),
    "case.alerted": _("按紧急事件办理。"),
    "case.merged": _("别人也反映了同一件事，合在一起办理。"),
    "case.unmerged": _("不再合并，单独办理。"),
    "case.answered_along": _("已答复您。"),
    "case.declined_along": _("没有受理，理由见答复。"),
    "case.followed_up": _("工作人员回访了您。"),
    "case.rehandled": _("您不满意，重新办理。"),
    "reporter.corrected": _("您改正了留的姓名和电话。"),
    "reporter.erased": _("按您的要求，姓名和电话已经删去。"),
    "reporter.seen": _("工作人员查看了您留的姓名和电话，理由已记录。"),
}


def told(event: Event) -> str:
    """The event in a sentence for the resident; "" for what stays inside."""
    sentence = SENTENCES.get(event.name)
    if sentence is None:
        return ""
    names = {place: desk_name(event.data.get(place)) for place in ("desk", "from", "to")}
    return str(sentence) % names


def desk_name(desk_id: object) -> str:
    desk = directory().desks.get(desk_id) if isinstance(desk_id, int) else None
    return desk.name if desk is not None else gettext("岗台")
