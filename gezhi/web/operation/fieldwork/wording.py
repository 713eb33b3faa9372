"""What happened to a campaign, in sentences, for its page and for the notices of a desk."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gezhi.fieldwork.workflow import CampaignStage

Data = dict[str, Any]


def plainly(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def filled(sentence: Any, *names: str) -> Callable[[Data], str]:
    return lambda data: str(sentence % {name: data.get(name, "") for name in names})


CAMPAIGN_SENTENCES: dict[str, tuple[Callable[[Data], str], str]] = {
    "campaign.drafted": (filled(_("起草排查，截止 %(due)s。"), "due"), "plain"),
    "campaign.changed": (plainly(_("改了名称或日期。")), "quiet"),
    "campaign.form_set": (filled(_("第 %(number)s 版表，%(questions)s 道题。"), "number", "questions"), "plain"),
    "campaign.targeted": (filled(_("排查对象 %(targets)s 个。"), "targets"), "plain"),
    "campaign.started": (filled(_("排查开始，%(targets)s 处，截止 %(due)s。"), "targets", "due"), "good"),
    "campaign.reminded": (filled(_("排查还有 %(left)s 处没有完成，请抓紧。"), "left"), "quiet"),
    "campaign.postponed": (filled(_("排查截止日期从 %(from)s 改到 %(to)s。"), "from", "to"), "plain"),
    "campaign.closed": (filled(_("排查结束，完成 %(done)s / %(targets)s。"), "done", "targets"), "good"),
    "campaign.withdrawn": (plainly(_("排查撤回，不用再做。")), "bad"),
    "campaign.regridded": (plainly(_("区划调整，范围随之改到承接的区域。")), "quiet"),
    "campaign.forgotten": (plainly(_("保存期满，抹去文字、照片和填报人，只留数字。")), "quiet"),
}


def days_left(due_on: date, today: date, stage: str) -> tuple[str, str]:
    """How long a campaign still has, in words, and the state that colours them."""
    if stage != CampaignStage.RUNNING:
        return "", ""
    days = (due_on - today).days
    if days < 0:
        words = ngettext("过了 %(days)s 天", "过了 %(days)s 天", -days) % {"days": -days}
        return words, "overdue"
    if days == 0:
        return str(_("今天截止")), "soon"
    return ngettext("还有 %(days)s 天", "还有 %(days)s 天", days) % {"days": days}, "soon" if days <= 2 else ""
