"""What happened to the party's rows, in sentences; and the names of things on the pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.kernel.events import timeline
from gezhi.kernel.models import Chained
from gezhi.party.coverage import Covered
from gezhi.party.lagging import Lagging
from gezhi.party.models import PartyOrg
from gezhi.party.rules import Office
from gezhi.party.workflows import cultivation, reserve
from gezhi.party.workflows.activities import ActivityKind
from gezhi.territory.queries import name_path

Say = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the page shows it. `note` is what a person wrote."""

    at: datetime
    who: str
    sentence: str
    note: str


def plainly(text: Any) -> Say:
    return lambda data: str(text)


def org_name(key: Any) -> str:
    return PartyOrg.objects.filter(pk=key).values_list("name", flat=True).first() or "—"


def grids(codes: list[str]) -> str:
    return "、".join(name_path(code).rpartition(" / ")[2] for code in codes) or "—"


SENTENCES: dict[str, Say] = {
    "party_org.founded": plainly(gettext_lazy("设立")),
    "party_org.renamed": lambda data: _("更名：由“%(was)s”改为“%(name)s”") % data,
    "party_org.moved": lambda data: _("改由%(to)s领导") % {"to": org_name(data["to"])},
    "party_org.placed": lambda data: (
        _("调整网格：增加 %(added)s，去掉 %(removed)s")
        % {"added": grids(data["added"]), "removed": grids(data["removed"])}
    ),
    "party_org.regridded": lambda data: (
        _("随区划调整：增加 %(added)s，去掉 %(removed)s")
        % {"added": grids(data["added"]), "removed": grids(data["removed"])}
    ),
    "party_org.dissolved": plainly(gettext_lazy("撤销")),
    "party_org.merged": lambda data: _("并入%(into)s") % {"into": org_name(data["into"])},
    "party_org.absorbed": lambda data: _("%(org)s并入") % {"org": org_name(data["org"])},
    "party_org.vacant": lambda data: _("书记空缺，自 %(since)s 起，已告知岗台") % data,
    "party_org.filled": plainly(gettext_lazy("书记空缺已补上")),
    "party_org.reminded": lambda data: (
        _("提醒组织生活：%(kinds)s")
        % {"kinds": "、".join(dict.fromkeys(str(ActivityKind(one["kind"]).label) for one in data["of"]))}
    ),
    "party_member.entered": plainly(gettext_lazy("登记")),
    "party_member.updated": plainly(gettext_lazy("按名册更新")),
    "party_member.allocated": plainly(gettext_lazy("分配到网格")),
    "party_member.moved": plainly(gettext_lazy("转到另一个党支部")),
    "party_member.linked": plainly(gettext_lazy("改动对应的账号")),
    "party_member.regridded": plainly(gettext_lazy("随区划调整换了网格")),
    "party_member.exempted": plainly(gettext_lazy("免于积分")),
    "party_member.exemption_ended": plainly(gettext_lazy("不再免于积分")),
    "party_activity.planned": lambda data: _("安排在 %(on)s") % data,
    "party_activity.noticed": plainly(gettext_lazy("已通知，社区岗台收到消息")),
    "party_activity.postponed": lambda data: _("改期：由 %(from)s 改到 %(to)s") % data,
    "party_activity.recorded": lambda data: _("记录：应到 %(expected)s，到会 %(present)s，请假 %(excused)s") % data,
    "party_activity.corrected": lambda data: (
        _("更正记录：应到 %(expected)s，到会 %(present)s，请假 %(excused)s") % data
    ),
    "party_activity.cancelled": plainly(gettext_lazy("取消")),
    "cultivation.read": plainly(gettext_lazy("查看姓名和记录")),
    "reserve_talent.read": plainly(gettext_lazy("查看姓名和推荐情况")),
    "reserve_talent.regridded": plainly(gettext_lazy("随区划调整换了社区")),
}
STEP_LABELS: dict[str, Any] = {
    name: label
    for table in (cultivation.STEPS, reserve.STEPS)
    for name, label in ((step.event, step.label) for step in table.values())
}


def story(row: Chained) -> list[Told]:
    """Everything that happened to a row, the newest first."""
    found = []
    for event in reversed(timeline(row)):
        say = SENTENCES.get(event.name) or plainly(STEP_LABELS.get(event.name, event.name))
        found.append(Told(event.at, event.actor_name, say(event.data), event.note))
    return found


GAPS: dict[str, Any] = {
    "branch": gettext_lazy("没有网格党支部"),
    "group": gettext_lazy("没有楼院党小组"),
    "household": gettext_lazy("没有党员中心户"),
    "rivals": gettext_lazy("有几个党支部"),
}


def gap_words(one: Covered) -> str:
    return "、".join(str(GAPS[gap]) for gap in one.lacks)


def lag_words(one: Lagging) -> str:
    """「主题党日：3 月应有 1 次，已有 0 次」"""
    words = _("%(kind)s：%(first)s 至 %(last)s 应有 %(times)s 次，已记录 %(held)s 次")
    facts = {
        "kind": ActivityKind(one.rule.kind).label,
        "first": one.behind.first,
        "last": one.behind.last,
        "times": one.rule.times,
        "held": one.behind.held,
    }
    return words % facts


def span_words(first: date, last: date | None) -> str:
    return f"{first} — {last}" if last is not None else _("%(first)s 起") % {"first": first}


def office_name(office: str) -> Any:
    return Office(office).label
