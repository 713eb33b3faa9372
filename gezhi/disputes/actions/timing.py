"""The columns of a dispute that say when; each from a limit of the catalogue."""

from datetime import datetime
from typing import Any

from gezhi.disputes.clock import Clocks, next_alarm
from gezhi.disputes.models import Dispute
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.worktime import Limit
from gezhi.matters.models import LimitKind
from gezhi.matters.queries import catalogue

CLOCK_COLUMNS = ("stage", "due_at", "warn_at", "warned_at", "overdue_at")


def limit_of(kind: str, level: str, on: datetime) -> Limit:
    """How long `kind` may take at this level of desk, by the rule of that day."""
    return catalogue().limit(kind, matter_id=None, level=level, is_emergency=False, on=local_day(on))


def timing(kind: str, *, since: datetime, level: str) -> dict[str, Any]:
    """`due_at` of the limit `kind` that begins at `since`, and `warn_at` before it (none where the whole span is shorter than the warning)."""
    due_at = limit_of(kind, level, since).deadline(work_calendar(), since).at
    return {"due_at": due_at, "warned_at": None, "overdue_at": None} | warning(due_at, since=since, level=level)


def warning(due_at: datetime, *, since: datetime, level: str) -> dict[str, Any]:
    warn_at = limit_of(LimitKind.REMIND, level, since).before(work_calendar(), due_at).at
    return {"warn_at": warn_at if warn_at > since else None}


def prolonged(dispute: Dispute, *, at: datetime, level: str) -> dict[str, Any]:
    """The clock after an extension was granted: it lengthens what was due, however late the answer comes."""
    due_at = limit_of(LimitKind.PROLONG, level, dispute.reported_at).deadline(work_calendar(), dispute.due_at).at
    columns = {"due_at": due_at, "warned_at": None, "overdue_at": dispute.overdue_at if due_at <= at else None}
    return columns | warning(due_at, since=dispute.due_at, level=level)


def with_alarm(dispute: Dispute, changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` and the alarm that follows from them and the rest of the row."""
    columns = {column: changes.get(column, getattr(dispute, column)) for column in CLOCK_COLUMNS}
    return {**changes, "alarm_at": next_alarm(Clocks(**columns))}


HAPPENED = ("reported_at", "registered_at", "accepted_at", "warned_at", "overdue_at", "settled_at", "closed_at")


def not_before(dispute: Dispute, at: datetime) -> datetime:
    """The instant of an action, never before the dispute's last known one: a clock set back must not turn history around."""
    known: list[datetime | None] = [getattr(dispute, column) for column in HAPPENED]
    return max(at, *(instant for instant in known if instant is not None))
