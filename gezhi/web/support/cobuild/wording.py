"""What happened to the rows of building together, in sentences."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.cobuild.matching import Suggestion
from gezhi.kernel.events import timeline
from gezhi.kernel.models import Chained
from gezhi.territory.queries import name_path
from gezhi.web.support.party.wording import Told

PLAIN: dict[str, Any] = {
    "partner.entered": gettext_lazy("登记"),
    "partner.contact_changed": gettext_lazy("更换联系人"),
    "partner.left": gettext_lazy("退出共建，联系人已删去"),
    "partner.regridded": gettext_lazy("随区划调整换了区域"),
    "offer.entered": gettext_lazy("登记资源"),
    "offer.ended": gettext_lazy("资源结束"),
    "offer.regridded": gettext_lazy("随区划调整换了区域"),
    "need.stated": gettext_lazy("登记需求"),
    "need.taken_up": gettext_lazy("有项目承接"),
    "need.open_again": gettext_lazy("项目终止，需求重新等待承接"),
    "need.met": gettext_lazy("居民验收通过，需求已满足"),
    "need.dropped": gettext_lazy("撤下"),
    "need.regridded": gettext_lazy("随区划调整换了区域"),
    "cobuild.started": gettext_lazy("项目开始"),
    "cobuild.milestone_planned": gettext_lazy("增加一个节点"),
    "cobuild.milestone_reached": gettext_lazy("完成一个节点"),
    "cobuild.finished": gettext_lazy("做完，请居民验收"),
    "cobuild.abandoned": gettext_lazy("终止"),
    "volunteer_team.founded": gettext_lazy("成立"),
    "volunteer_activity.announced": gettext_lazy("发布活动"),
    "volunteer_activity.cancelled": gettext_lazy("取消"),
    "help_request.asked": gettext_lazy("登记求助"),
    "help_request.taken": gettext_lazy("战队已接"),
    "volunteer_team.regridded": gettext_lazy("随区划调整换了区域"),
    "help_request.regridded": gettext_lazy("随区划调整换了区域"),
    "cobuild_project.regridded": gettext_lazy("随区划调整换了区域"),
}
COUNTED = {
    "cobuild.households_counted": gettext_lazy("登记受益户数：%(households)s 户"),
    "cobuild.accepted": gettext_lazy("居民验收通过：问了 %(asked)s 户，%(satisfied)s 户满意"),
    "volunteer_activity.held": gettext_lazy("已开展，受益 %(beneficiaries)s 人次"),
    "help_request.done": gettext_lazy("已完成，受益 %(beneficiaries)s 人次"),
    "cobuild.not_accepted": gettext_lazy("居民验收没有通过：问了 %(asked)s 户，%(satisfied)s 户满意"),
}


SILENT = frozenset({"volunteer_activity.signed_up"})


def route_words(data: dict[str, Any]) -> str:
    """Why a request went where it went."""
    how = _("它管这个网格") if data["by_name"] else NEAR[data["nearness"]]
    return _("按特长自动转给战队：%(how)s") % {"how": how}


def story(row: Chained) -> list[Told]:
    """Everything that happened to a row, the newest first."""
    found = []
    for event in reversed(timeline(row)):
        if event.name in SILENT:
            continue
        if event.name == "help_request.routed":
            found.append(Told(event.at, event.actor_name, route_words(event.data), event.note))
            continue
        words = COUNTED[event.name] % event.data if event.name in COUNTED else PLAIN.get(event.name, event.name)
        found.append(Told(event.at, event.actor_name, str(words), event.note))
    return found


NEAR = {
    15: gettext_lazy("同一网格"),
    12: gettext_lazy("同一社区"),
    9: gettext_lazy("同一街道"),
    6: gettext_lazy("全区"),
}


def why(one: Suggestion) -> str:
    """Why a resource is suggested: how near, and whether it is there in time."""
    late = "" if one.in_time else _("，%(day)s 才有") % {"day": one.have.from_on}
    return f"{NEAR[one.nearness]}{late}"


def place(code: str) -> str:
    return name_path(code).partition(" / ")[2] or name_path(code)
