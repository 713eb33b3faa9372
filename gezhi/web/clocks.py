"""The clock of a case in words: how long is left, or by how much it is over. Working days where that is how people count, hours on the last day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.cases.models import Case
from gezhi.cases.workflow import PROMISED, Stage
from gezhi.kernel.calendar import work_calendar

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
# Beyond this, working days say no more than calendar days, and counting them one by one would cost.
LONGEST_COUNTED = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Clock:
    """`state` is ok, soon, overdue, resting (the reporter's turn) or ended; `until` the moment it speaks of."""

    state: str
    words: str
    until: datetime | None = None

    @property
    def icon(self) -> str:
        return {"ok": "clock", "soon": "soon", "overdue": "overdue", "resting": "clock", "ended": "done"}[self.state]


def clock_of(case: Case, at: datetime) -> Clock:
    """The clock that runs for a case at `at`. No query while the calendar is warm."""
    if case.suspended_at is not None and case.review_at is not None:
        if case.awaits_reporter:
            words = _("等诉求人补充，到 %(day)s") % {"day": f"{timezone.localdate(case.review_at)}"}
            return Clock("resting", words, case.review_at)
        return Clock(
            "resting", _("挂账，%(day)s 复核") % {"day": f"{timezone.localdate(case.review_at)}"}, case.review_at
        )
    if case.stage in PROMISED:
        if at >= case.due_at:
            return Clock("overdue", _("超期 %(span)s") % {"span": span(case.due_at, at)}, case.due_at)
        state = "soon" if case.warn_at is not None and at >= case.warn_at else "ok"
        words = _("还剩 %(span)s") % {"span": span(at, case.due_at)}
        if case.due_is_provisional:
            words += _("（预计，节假日未公布）")
        return Clock(state, words, case.due_at)
    if case.stage == Stage.ANSWERED and case.rate_until is not None and at < case.rate_until:
        return Clock("resting", _("评价期还剩 %(span)s") % {"span": span(at, case.rate_until)}, case.rate_until)
    return Clock("ended", str(Stage(case.stage).label))


def span(start: datetime, end: datetime) -> str:
    """The time from start to end in the unit in which people think of it."""
    length = end - start
    if length < HOUR:
        return counted("minutes", max(length // MINUTE, 1))
    if length < DAY:
        return counted("hours", length // HOUR)
    days = working_days(start, end) if length <= LONGEST_COUNTED else 0
    return counted("working_days", days) if days else counted("days", length // DAY)


def working_days(start: datetime, end: datetime) -> int:
    """The working days after the day of `start` up to the day of `end`."""
    calendar = work_calendar()
    first, last = timezone.localdate(start), timezone.localdate(end)
    return sum(calendar.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def counted(unit: str, n: int) -> str:
    words: dict[str, Any] = {
        "minutes": ngettext("%(n)s 分钟", "%(n)s 分钟", n),
        "hours": ngettext("%(n)s 小时", "%(n)s 小时", n),
        "days": ngettext("%(n)s 天", "%(n)s 天", n),
        "working_days": ngettext("%(n)s 个工作日", "%(n)s 个工作日", n),
    }
    return str(words[unit] % {"n": n})
