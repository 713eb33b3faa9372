"""What happened to a case, and why it lies where it lies, in sentences. One table of events, one of routing rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Card, Case, Source
from gezhi.cases.workflow import Stage
from gezhi.kernel.models import Event
from gezhi.people.models import DeskKind
from gezhi.web.operation.call_wording import CALL_SENTENCES
from gezhi.web.operation.fieldwork.wording import CAMPAIGN_SENTENCES
from gezhi.web.operation.matter_wording import MATTER_SENTENCES
from gezhi.web.operation.names import desk_info, desk_name, matter_name
from gezhi.web.operation.staff_wording import STAFF_SENTENCES
from gezhi.web.operation.workforce_wording import WORKFORCE_SENTENCES

Data = dict[str, Any]


def stage_words(case: Case) -> str:
    """The stage as the desk calls it: a grid claims, other desks sign; what is verified waits for its answer."""
    if case.stage == Stage.WAITING:
        desk = desk_info(case.desk_id)
        return str(_("待认领") if desk is not None and desk.kind == DeskKind.GRID else _("待签收"))
    if case.stage == Stage.FINISHED and case.verified_at is not None:
        return str(_("待答复"))
    return str(Stage(case.stage).label)


def moment(at: datetime) -> str:
    """An instant as the timeline shows it, in the district's time."""
    return date_format(localtime(at), "Y-m-d H:i")


# --- the timeline ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the timeline. `tone`: plain, good, bad, or quiet (the clock, readings)."""

    at: datetime
    who: str
    sentence: str
    note: str
    tone: str


def came_in(data: Data) -> str:
    source = Source(data["source"]).label if data.get("source") in Source.values else ""
    return _("收到（%(source)s），在%(desk)s等待受理。") % {"source": source, "desk": desk_name(data.get("desk"))}


def accepted(data: Data) -> str:
    words = {"matter": matter_name(data.get("matter")), "desk": desk_name(data.get("to"))}
    return _("受理为“%(matter)s”，交%(desk)s办理。") % words


def admitted(data: Data) -> str:
    words = {"matter": matter_name(data.get("matter")), "desk": desk_name(data.get("to"))}
    return _("申诉成立，受理为“%(matter)s”，交%(desk)s办理。") % words


def moved(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence % {"from": desk_name(data.get("from")), "to": desk_name(data.get("to"))})


def at_desk(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence % {"desk": desk_name(data.get("desk"))})


def plainly(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def due(data: Data) -> datetime | None:
    return parse_datetime(str(data.get("due", "")))


def warned(data: Data) -> str:
    until = due(data)
    return _("快到期了，期限 %(due)s。") % {"due": moment(until)} if until else str(_("快到期了。"))


def rated(data: Data) -> str:
    return _("诉求人评价：服务 %(service)s 分，结果 %(outcome)s 分（满分 5 分）。") % {
        "service": data.get("service"),
        "outcome": data.get("outcome"),
    }


def reopened(data: Data) -> str:
    return _("重新办理，第 %(round)s 轮。") % {"round": data.get("round", "")}


def reclassified(data: Data) -> str:
    words = {"matter": matter_name(data.get("matter")), "desk": desk_name(data.get("to"))}
    return _("改为“%(matter)s”，交%(desk)s办理。") % words


def days_of(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence % {"days": data.get("days", "")})


def urged(data: Data) -> str:
    words = {"resident": _("诉求人催办。"), "system": _("到时间没有动静，系统催办。")}
    return str(words.get(str(data.get("by")), _("催办。")))


def supervised(data: Data) -> str:
    card = Card(data["card"]).label if data.get("card") in Card.values else ""
    return _("督办，%(card)s，要求 %(until)s 前回复。") % {
        "card": card,
        "until": moment(until) if (until := parse_datetime(str(data.get("reply_by", "")))) else "",
    }


def followed_up(data: Data) -> str:
    if not data.get("contacted"):
        return str(_("回访，没有联系上。"))
    return str(_("回访，诉求人说解决了。") if data.get("solved") else _("回访，诉求人说没有解决。"))


SENTENCES: dict[str, tuple[Callable[[Data], str], str]] = {
    # What a desk is told of the party's organisations; who does the party's affairs opens it in 服务保障.
    "party_org.vacant": (plainly(_("辖区里有党组织没有书记，请党务尽快办理。")), "bad"),
    "party_org.reminded": (plainly(_("辖区里有党组织的组织生活次数不够。")), "quiet"),
    "party_activity.noticed": (plainly(_("辖区里有党组织发了组织生活通知。")), "quiet"),
    "case.reported": (came_in, "plain"),
    "case.solved": (plainly(_("当场发现、当场办好，等待核查。")), "good"),
    "case.accepted": (accepted, "plain"),
    "case.declined": (plainly(_("不予受理。")), "bad"),
    "case.told": (plainly(_("已把理由告诉诉求人。")), "plain"),
    "case.claimed": (at_desk(_("在%(desk)s认领，开始办理。")), "plain"),
    "case.signed": (at_desk(_("在%(desk)s签收，开始办理。")), "plain"),
    "case.assigned": (moved(_("从%(from)s派到%(to)s。")), "plain"),
    "case.escalated": (moved(_("从%(from)s上报到%(to)s。")), "plain"),
    "case.returned": (moved(_("%(from)s退回给%(to)s。")), "bad"),
    "case.released": (at_desk(_("放回%(desk)s，等别人认领。")), "plain"),
    "case.claim_expired": (at_desk(_("认领到期没有办结，收回到%(desk)s。")), "bad"),
    "case.finished": (plainly(_("办结，等待核查。")), "good"),
    "case.verified": (plainly(_("核查通过。")), "good"),
    "case.rejected": (plainly(_("核查不通过，退回原办理人。")), "bad"),
    "case.answered": (plainly(_("答复了诉求人。")), "good"),
    "case.rated": (rated, "plain"),
    "case.closed": (plainly(_("评价期满，自动结案。")), "quiet"),
    "case.reopened": (reopened, "bad"),
    "case.reconsidered": (plainly(_("重新受理，等待受理。")), "plain"),
    "case.noted": (plainly(_("补充说明。")), "plain"),
    "case.ruled": (moved(_("裁定由%(to)s办理，不能再退。")), "plain"),
    "case.reclassified": (reclassified, "plain"),
    "case.left_matter": (moved(_("事项退出清单，改由%(to)s办理。")), "plain"),
    "case.relocated": (moved(_("改了位置，交%(to)s。")), "plain"),
    "case.handed_over": (at_desk(_("在%(desk)s转交给同事。")), "plain"),
    "case.vacated": (at_desk(_("办理人离开岗位，收回到%(desk)s。")), "bad"),
    "case.split": (plainly(_("分单给几个岗台，办完后一起答复。")), "plain"),
    "case.part_made": (at_desk(_("从主件分到%(desk)s办理。")), "plain"),
    "case.part_done": (at_desk(_("%(desk)s的分单件办完了。")), "good"),
    "case.withdrawn": (plainly(_("撤回了这件分单。")), "plain"),
    "case.called": (plainly(_("呼叫区直部门。")), "plain"),
    "case.struck_off": (plainly(_("街呼区应销号。")), "good"),
    "case.extension_asked": (days_of(_("申请延期 %(days)s 个工作日。")), "plain"),
    "case.extended": (days_of(_("同意延期 %(days)s 个工作日。")), "plain"),
    "case.extension_refused": (plainly(_("没有同意延期。")), "bad"),
    "case.suspension_asked": (plainly(_("申请挂账。")), "plain"),
    "case.suspended": (plainly(_("同意挂账，时钟停走。")), "plain"),
    "case.suspension_refused": (plainly(_("没有同意挂账。")), "bad"),
    "case.resumed": (plainly(_("恢复办理，时钟继续走。")), "plain"),
    "case.reporter_asked": (plainly(_("请诉求人补充，时钟停走。")), "plain"),
    "case.supplemented": (plainly(_("诉求人补充了情况，时钟继续走。")), "good"),
    "case.carried_on": (plainly(_("不再等补充，时钟继续走。")), "plain"),
    "case.appealed": (at_desk(_("诉求人不同意不予受理，提出申诉，由%(desk)s复核。")), "bad"),
    "case.admitted": (admitted, "good"),
    "case.appeal_answered": (plainly(_("已把申诉的结果告诉诉求人。")), "plain"),
    "case.dismissed": (plainly(_("复核后维持不予受理。")), "bad"),
    "case.urged": (urged, "bad"),
    "case.supervised": (supervised, "bad"),
    "case.supervision_raised": (plainly(_("督办提到区级。")), "bad"),
    "case.supervision_passed": (at_desk(_("督办还没有回复，由%(desk)s接着回复。")), "bad"),
    "case.supervision_regridded": (at_desk(_("区划调整，督办由接手的岗台接着看；回复由%(desk)s承担。")), "plain"),
    "case.supervision_replied": (plainly(_("回复了督办。")), "plain"),
    "case.supervision_lifted": (plainly(_("解除督办。")), "good"),
    "case.rung_reached": (plainly(_("按升级规则，系统作了提醒。")), "quiet"),
    "case.alerted": (plainly(_("转为紧急事件，期限缩短。")), "bad"),
    "case.stood_down": (plainly(_("解除紧急，恢复普通期限。")), "plain"),
    "case.debriefed": (plainly(_("交了复盘报告。")), "good"),
    "case.merged": (plainly(_("并到另一件，一起答复。")), "plain"),
    "case.joined": (plainly(_("另有一件并到这一件。")), "plain"),
    "case.left": (plainly(_("有一件撤销并单，分了出去。")), "plain"),
    "case.unmerged": (moved(_("撤销并单，回到%(to)s受理。")), "plain"),
    "case.answered_along": (plainly(_("随主件一起答复了诉求人。")), "good"),
    "case.declined_along": (plainly(_("随主件一起不予受理。")), "bad"),
    "case.followed_up": (followed_up, "plain"),
    "case.rehandled": (reopened, "bad"),
    "case.promise_renewed": (plainly(_("节假日公布，重新计算了期限。")), "quiet"),
    "case.regridded": (plainly(_("区划调整，随所在的地方转到新的网格。")), "plain"),
    "case.warned": (warned, "quiet"),
    "case.overdue": (plainly(_("超过期限，亮红牌。")), "bad"),
    "reporter.corrected": (plainly(_("诉求人改正了联系方式。")), "quiet"),
    "reporter.erased": (plainly(_("诉求人要求删去了联系方式。")), "quiet"),
    "reporter.seen": (plainly(_("查看了诉求人的联系方式。")), "quiet"),
}


# Each part of the house has a table of its own.
EVERY_SENTENCE = (
    SENTENCES | CALL_SENTENCES | STAFF_SENTENCES | WORKFORCE_SENTENCES | MATTER_SENTENCES | CAMPAIGN_SENTENCES
)


def told(event: Event) -> Told:
    """An event as a sentence. One that is not in the table, from a part that came later, still shows its name."""
    sentence, tone = EVERY_SENTENCE.get(event.name, (plainly(_("记录：%(name)s") % {"name": event.name}), "quiet"))
    return Told(event.at, event.actor_name, sentence(event.data), event.note, tone)


# --- why here -------------------------------------------------------------------------------------------------------

RULES = {
    "matter_of_department": _("这个事项由主责部门直接办理。"),
    "matter_at_grid": _("这个事项先由事发网格办理。"),
    "matter_at_community": _("这个事项由事发地社区办理。"),
    "matter_at_street": _("这个事项由事发地街道办理。"),
    "matter_at_district": _("这个事项由区指挥中心办理。"),
    "matter_not_for_grid": _("这个事项不在网格准入清单内，由社区办理。"),
    "place_not_fine_enough": _("位置还不够细，先交能确定的最近一级，由其核实后再派。"),
    "desk_not_open": _("应去的岗台没有开设，交上一级。"),
    "clerk_chose": _("受理人另外选择了岗台。"),
}
OTHERWISE = {
    "matter_at_other_level": _("换一个由别级办理的事项"),
    "place_elsewhere": _("位置在别的网格"),
    "place_known_finer": _("位置能确定到更细一级"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """The reason for the desk, what would have changed it, and the desk that the rule alone would have chosen ("" where it did)."""

    rule: str
    otherwise: list[str]
    instead_of: str


def why(route: Data | None) -> Why | None:
    """The explanation kept with the acceptance, in words."""
    if not route:
        return None
    code = str(route.get("rule", ""))
    return Why(
        rule=str(RULES.get(code, code)),
        otherwise=[str(OTHERWISE.get(item, item)) for item in route.get("otherwise", [])],
        instead_of=desk_name(route.get("instead_of")),
    )


# --- after a step ---------------------------------------------------------------------------------------------------

DONE = {
    "accept": _("已受理，交%(desk)s办理。"),
    "decline": _("已答复不予受理。"),
    "claim": _("已认领，由您办理。"),
    "sign": _("已签收，由您办理。"),
    "assign": _("已派到%(desk)s。"),
    "escalate": _("已上报到%(desk)s。"),
    "return": _("已退回%(desk)s。"),
    "release": _("已放回%(desk)s待认领。"),
    "finish": _("已办结，等待核查。"),
    "verify": _("核查通过。"),
    "reject": _("已退回原办理人重办。"),
    "answer": _("答复已发给诉求人。"),
    "reopen": _("已重新办理。"),
    "reconsider": _("已退回受理环节。"),
    "note": _("说明已记下。"),
    "rule": _("已裁定由%(desk)s办理。"),
    "reclassify": _("已改事项，交%(desk)s。"),
    "relocate": _("已改位置，交%(desk)s。"),
    "hand_over": _("已转交同事。"),
    "split": _("已分单。"),
    "withdraw": _("已撤回分单。"),
    "ask_extension": _("延期申请已送上一级。"),
    "grant_extension": _("已同意延期。"),
    "refuse_extension": _("已回复不同意延期。"),
    "ask_suspension": _("挂账申请已送上一级。"),
    "suspend": _("已同意挂账，时钟停走。"),
    "refuse_suspension": _("已回复不同意挂账。"),
    "resume": _("已恢复办理，时钟继续走。"),
    "admit": _("申诉成立，已受理，交%(desk)s办理。"),
    "dismiss": _("已维持不予受理，并答复诉求人。"),
    "ask_reporter": _("已请诉求人补充，时钟停走。"),
    "carry_on": _("已继续办理，时钟继续走。"),
    "urge": _("已催办。"),
    "supervise": _("已发出督办。"),
    "reply": _("督办回复已送出。"),
    "lift": _("已解除督办。"),
    "alert": _("已转为紧急事件。"),
    "stand_down": _("已解除紧急。"),
    "debrief": _("复盘报告已交。"),
    "merge": _("已并单，会随主件一起答复。"),
    "unmerge": _("已撤销并单。"),
    "follow_up": _("回访已记下。"),
}


def done_words(step: str, case: Case) -> str:
    if step == "verify" and case.stage == Stage.ANSWERED:
        return str(_("核查通过，答复已发给诉求人。"))
    return str(DONE.get(step, _("已完成。"))) % {"desk": desk_name(case.desk_id)}
