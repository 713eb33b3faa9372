"""The columns of a case that say when; each from a limit of the catalogue and the working calendar."""

from datetime import datetime
from typing import Any

from gezhi.cases.clock import Clocks, next_alarm
from gezhi.cases.models import Case
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.worktime import Deadline
from gezhi.matters.queries import catalogue


def deadline(kind: str, *, since: datetime, matter_id: int | None, level: str, is_emergency: bool) -> Deadline:
    """The instant at which the limit `kind` ends that began at `since`; the limit is the one valid on that day."""
    limit = catalogue().limit(
        kind,
        matter_id=matter_id,
        level=level,
        is_emergency=is_emergency,
        on=local_day(since),
    )
    return limit.deadline(work_calendar(), since)


def promise(kind: str, *, since: datetime, matter_id: int | None, level: str, is_emergency: bool) -> dict[str, Any]:
    """`due_at`, whether it is provisional, and `warn_at` before it (none where the whole span is shorter than the warning)."""
    facts: dict[str, Any] = {"matter_id": matter_id, "level": level, "is_emergency": is_emergency}
    due = deadline(kind, since=since, **facts)
    warning = catalogue().limit("warn", on=local_day(since), **facts)
    warn_at = warning.before(work_calendar(), due.at).at
    return {
        "due_at": due.at,
        "due_is_provisional": due.provisional,
        "warn_at": warn_at if warn_at > since else None,
        "warned_at": None,
        "overdue_at": None,
    }


CLOCK_COLUMNS = ("stage", "due_at", "warn_at", "warned_at", "overdue_at", "hold_until", "rate_until")


def with_alarm(case: Case, changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` and the alarm that follows from them and the rest of the row."""
    columns = {column: changes.get(column, getattr(case, column)) for column in CLOCK_COLUMNS}
    return {**changes, "alarm_at": next_alarm(Clocks(**columns))}


HAPPENED = (
    "reported_at", "accepted_at", "arrived_at", "warned_at", "overdue_at", "finished_at", "verified_at", "answered_at", "closed_at",
)  # fmt: skip


def not_before(case: Case, at: datetime) -> datetime:
    """The instant of an action, never before the case's last known one: a clock set back must not turn history around."""
    known: list[datetime | None] = [getattr(case, column) for column in HAPPENED]
    return max(at, *(instant for instant in known if instant is not None))
