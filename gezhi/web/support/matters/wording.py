"""Matters in words: money, states, batches, minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gezhi.kernel.calendar import local_day
from gezhi.matters.burden import Every, Form
from gezhi.matters.models import Application
from gezhi.matters.queries import MatterInfo
from gezhi.matters.workflow import ApplicationKind, ApplicationStage
from gezhi.territory.queries import area_name

TONES = {
    ApplicationStage.DRAFT: "quiet",
    ApplicationStage.SUBMITTED: "soon",
    ApplicationStage.REVIEWED: "soon",
    ApplicationStage.APPROVED: "good",
    ApplicationStage.IN_FORCE: "good",
    ApplicationStage.RETURNED: "bad",
    ApplicationStage.REFUSED: "bad",
    ApplicationStage.WITHDRAWN: "quiet",
}
DONE = {
    "submit": gettext_lazy("已提交，等初审。"),
    "turn_away": gettext_lazy("按禁止下放规定不予准入，理由已写明。"),
    "review": gettext_lazy("初审通过，等区里核准。"),
    "object": gettext_lazy("初审不同意，理由已写明。"),
    "return": gettext_lazy("已退回修改。"),
    "approve": gettext_lazy("已核准。"),
    "send_back": gettext_lazy("已退回修改。"),
    "reject": gettext_lazy("不予核准，理由已写明。"),
    "withdraw": gettext_lazy("已撤回。"),
}


def yuan(fen: int) -> str:
    """Money as people read it: two places, with separators."""
    return f"{Decimal(fen) / 100:,.2f}"


def fen_of(amount: Decimal) -> int:
    """Whole fen; the form lets no third place through."""
    return int(amount * 100)


def street_name(code: str) -> str:
    area = area_name(code)
    return area.short_name if area is not None else code


def often(form: Form) -> str:
    """每月 2 次，每次 30 分钟."""
    words = {
        "every": Every(form.every).label,
        "times": ngettext("%(n)d 次", "%(n)d 次", form.times) % {"n": form.times},
        "minutes": ngettext("%(n)d 分钟", "%(n)d 分钟", form.minutes) % {"n": form.minutes},
    }
    return _("%(every)s %(times)s，每次 %(minutes)s") % words


def minutes(amount: float) -> str:
    return number_format(round(amount, 1), use_l10n=True, force_grouping=True)


@dataclass(frozen=True, slots=True)
class State:
    label: Any
    tone: str


def state_of(application: Application) -> State:
    stage = ApplicationStage(application.stage)
    return State(stage.label, TONES[stage])


def matter_state(matter: MatterInfo, at: datetime) -> State:
    """In force, begins on a day, comes by batches, has left."""
    today = local_day(at)
    if matter.valid_until is not None and matter.valid_until < today:
        return State(_("已退出"), "quiet")
    if matter.valid_from > today:
        return State(_("%(day)s 起") % {"day": date_format(matter.valid_from, "Y-m-d")}, "soon")
    if matter.valid_until is not None:
        return State(_("%(day)s 退出") % {"day": date_format(matter.valid_until, "Y-m-d")}, "soon")
    if any(first > today for _code, first in matter.starts):
        return State(_("分批下沉中"), "soon")
    return State(_("承接中"), "good")


def streets_in_words(starts: Iterable[tuple[str, date]]) -> str:
    """甲街道（3月1日起）、乙街道（4月1日起）; every street where it came to all at once."""
    named = [
        f"{street_name(code)}（{date_format(first, 'Y-m-d')}）"
        for code, first in sorted(starts, key=lambda one: one[1])
    ]
    return "、".join(named) or _("全区")


def title_of(application: Application) -> str:
    words = {"kind": ApplicationKind(application.kind).label, "name": application.name}
    return _("%(kind)s：%(name)s") % words
