"""Disputes in words: their clock, what happened, what a step did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.disputes.models import Dispute, MediatorKind
from gezhi.disputes.queries import types
from gezhi.disputes.roles import LABELS
from gezhi.disputes.workflow import DisputeStage, Kept, Referral
from gezhi.kernel.models import Event
from gezhi.territory.queries import SEPARATOR, name_path
from gezhi.web.clocks import DAY, HOUR, MINUTE, Clock, counted
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.wording import moment

Data = dict[str, Any]


def clock_of(dispute: Dispute, at: datetime) -> Clock:
    """The limit to mediate, or after the agreement the next visit, in calendar days as people count them here."""
    if not dispute.is_open:
        return Clock("ended", str(DisputeStage(dispute.stage).label))
    is_visit = dispute.stage == DisputeStage.AGREED
    if at >= dispute.due_at:
        words = _("回访超期 %(span)s") if is_visit else _("超期 %(span)s")
        return Clock("overdue", words % {"span": span(dispute.due_at, at)}, dispute.due_at)
    state = "soon" if dispute.warn_at is not None and at >= dispute.warn_at else "ok"
    words = _("离回访还有 %(span)s") if is_visit else _("还剩 %(span)s")
    return Clock(state, words % {"span": span(at, dispute.due_at)}, dispute.due_at)


def span(start: datetime, end: datetime) -> str:
    length = end - start
    if length < HOUR:
        return counted("minutes", max(length // MINUTE, 1))
    return counted("hours", length // HOUR) if length < DAY else counted("days", length // DAY)


def type_name(dispute: Dispute) -> str:
    """A type that the district has not confirmed says so."""
    known = types()[dispute.type_id]
    return known.name if known.is_confirmed else f"{known.name}（{_('待确认')}）"


def place_name(dispute: Dispute, *, within: str = "") -> str:
    """What lies above `within` is left out, never everything."""
    code = dispute.place_code or settings.DISTRICT
    names = name_path(code).split(SEPARATOR)
    above = max((len(within) - len(settings.DISTRICT)) // 3, 0) if code.startswith(within) else 0
    return SEPARATOR.join(names[min(above, len(names) - 1) :])


def title_of(dispute: Dispute) -> str:
    """What sort and where: nobody's words stand in a list or in the title of a window."""
    return f"{types()[dispute.type_id].name} · {place_name(dispute)}"


# --- the timeline ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the timeline. `tone`: plain, good, bad, or quiet (the clock, readings)."""

    at: datetime
    who: str
    sentence: str
    note: str
    tone: str


def plainly(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def roles(codes: list[str]) -> str:
    return "、".join(str(LABELS.get(code, code)) for code in codes)


def day(text: object) -> str:
    on = parse_date(str(text or ""))
    return date_format(on, "SHORT_DATE_FORMAT") if on is not None else ""


def opened(data: Data) -> str:
    words = (
        _("登记，%(sides)s 方，由%(desk)s办理。")
        if data.get("case") is None
        else _("由事件引出，登记，%(sides)s 方，由%(desk)s办理。")
    )
    return words % {"sides": data.get("sides"), "desk": desk_name(data.get("desk"))}


def mediated(sentence: Any) -> Callable[[Data], str]:
    def told(data: Data) -> str:
        kind = data.get("kind")
        return str(sentence % {"kind": MediatorKind(kind).label if kind in MediatorKind.values else _("调解员")})

    return told


def met(data: Data) -> str:
    words = {"on": day(data.get("on")), "number": data.get("number"), "present": roles(data.get("present") or [])}
    return _("%(on)s 第 %(number)s 次调解，到场：%(present)s。") % words


def referred(data: Data) -> str:
    code = data.get("referral")
    where = Referral(code).label if code in Referral.values else ""
    return _("没有达成协议，引导到%(where)s。") % {"where": where}


def transferred(data: Data) -> str:
    return _("从%(from)s移交到%(to)s。") % {"from": desk_name(data.get("from")), "to": desk_name(data.get("to"))}


def extended(data: Data) -> str:
    until = parse_datetime(str(data.get("to", "")))
    return _("同意延期到 %(until)s。") % {"until": moment(until) if until else ""}


def visited(data: Data) -> str:
    kept = data.get("kept")
    return _("%(on)s 回访：%(kept)s。") % {
        "on": day(data.get("on")),
        "kept": Kept(kept).label if kept in Kept.values else "",
    }


def due_soon(data: Data) -> str:
    until = parse_datetime(str(data.get("due", "")))
    words = _("快到回访期限，%(due)s。") if data.get("stage") == DisputeStage.AGREED else _("快到调解期限，%(due)s。")
    return words % {"due": moment(until) if until else ""}


def overdue(data: Data) -> str:
    return _("超过回访期限。") if data.get("stage") == DisputeStage.AGREED else _("超过调解期限。")


def reopened(data: Data) -> str:
    return _("重新调解，第 %(round)s 轮。") % {"round": data.get("round", "")}


def side_seen(data: Data) -> str:
    return _("查看了%(side)s的联系方式。") % {"side": roles([f"side{data.get('side')}"])}


def side_kept(data: Data) -> str:
    words = _("删去了%(side)s的联系方式。") if data.get("is_empty") else _("登记了%(side)s的联系方式。")
    return words % {"side": roles([f"side{data.get('side')}"])}


SENTENCES: Mapping[str, tuple[Callable[[Data], str], str]] = {
    "dispute.opened": (opened, "plain"),
    "dispute.appointed": (mediated(gettext_lazy("指定了%(kind)s，等其接受。")), "plain"),
    "dispute.accepted": (mediated(gettext_lazy("%(kind)s接受调解。")), "plain"),
    "dispute.met": (met, "plain"),
    "dispute.agreed": (plainly(gettext_lazy("达成协议。")), "good"),
    "dispute.referred": (referred, "bad"),
    "dispute.withdrawn": (plainly(gettext_lazy("撤回，不再调解。")), "plain"),
    "dispute.transferred": (transferred, "plain"),
    "dispute.regridded": (plainly(gettext_lazy("区划调整，随所在的地方转到新的网格。")), "plain"),
    "dispute.extension_asked": (plainly(gettext_lazy("申请延期，等上级答复。")), "plain"),
    "dispute.extended": (extended, "good"),
    "dispute.extension_refused": (plainly(gettext_lazy("没有同意延期。")), "bad"),
    "dispute.visited": (visited, "plain"),
    "dispute.closed": (plainly(gettext_lazy("协议已经履行，结案。")), "good"),
    "dispute.reopened": (reopened, "bad"),
    "dispute.warned": (due_soon, "quiet"),
    "dispute.overdue": (overdue, "bad"),
    "dispute.contact_seen": (side_seen, "quiet"),
    "dispute.contact_kept": (side_kept, "quiet"),
}


def told(event: Event, said: str) -> Told:
    """An event as a sentence, with the words that were kept beside it."""
    sentence, tone = SENTENCES.get(event.name, (plainly(_("记录：%(name)s") % {"name": event.name}), "quiet"))
    return Told(event.at, event.actor_name, sentence(event.data), said or event.note, tone)


DONE = {
    "appoint": gettext_lazy("已指定，等其接受。"),
    "accept": gettext_lazy("已接受，由您调解。"),
    "meet": gettext_lazy("这次调解已记下。"),
    "agree": gettext_lazy("协议已记下，可以打印签字。"),
    "refer": gettext_lazy("已引导，这一件结束。"),
    "withdraw": gettext_lazy("已撤回，这一件结束。"),
    "transfer": gettext_lazy("已移交到%(desk)s。"),
    "extend": gettext_lazy("已向上级申请延期。"),
    "approve": gettext_lazy("已同意延期。"),
    "refuse": gettext_lazy("已答复不同意延期。"),
    "visit": gettext_lazy("回访已记下。"),
    "close": gettext_lazy("已结案。"),
    "reopen": gettext_lazy("已重新调解。"),
}


def done_words(step: str, dispute: Dispute) -> str:
    return str(DONE[step]) % {"desk": desk_name(dispute.desk_id)}
