"""The columns of a case that say when; each from a limit of the catalogue and the working calendar."""

from datetime import datetime
from typing import Any

from gezhi.cases.clock import Clocks, flight, next_alarm
from gezhi.cases.models import Appeal, Case
from gezhi.cases.rungs import ladder
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.worktime import Deadline, Limit
from gezhi.matters.queries import Catalogue, catalogue


def limit(
    kind: str, *, since: datetime, matter_id: int | None, level: str, is_emergency: bool, rules: Catalogue | None = None
) -> Limit:
    """The limit `kind` by the rule of the day of `since`; `rules` where it is to be judged by others than those in force."""
    known = catalogue() if rules is None else rules
    return known.limit(kind, matter_id=matter_id, level=level, is_emergency=is_emergency, on=local_day(since))


def deadline(kind: str, *, since: datetime, matter_id: int | None, level: str, is_emergency: bool) -> Deadline:
    """The instant at which the limit `kind` ends that began at `since`."""
    chosen = limit(kind, since=since, matter_id=matter_id, level=level, is_emergency=is_emergency)
    return chosen.deadline(work_calendar(), since)


def promise(kind: str, *, since: datetime, matter_id: int | None, level: str, is_emergency: bool) -> dict[str, Any]:
    """`due_at`, whether it is provisional, and `warn_at` before it (none where the whole span is shorter than the warning)."""
    facts: dict[str, Any] = {"matter_id": matter_id, "level": level, "is_emergency": is_emergency}
    return due_on(deadline(kind, since=since, **facts), since=since, **facts)


def due_on(due: Deadline, *, since: datetime, matter_id: int | None, level: str, is_emergency: bool) -> dict[str, Any]:
    """The columns of a promise that ends at `due`: nothing has been rung for it yet."""
    warning = limit("warn", since=since, matter_id=matter_id, level=level, is_emergency=is_emergency)
    warn_at = warning.before(work_calendar(), due.at).at
    return {
        "due_at": due.at,
        "due_is_provisional": due.provisional,
        "warn_at": warn_at if warn_at > since else None,
        "warned_at": None,
        "overdue_at": None,
    }


def promised_kind(case: Case) -> str:
    """Which limit the promise of a case comes from, as it stands."""
    if case.accepted_at is not None:
        return "handle"
    return "reconsider" if case.appeal == Appeal.OPEN else "accept"


def after_standstill(case: Case, level: str, at: datetime) -> dict[str, Any]:
    """The promise of a case whose clock stood still and runs on at `at`: what was left then is left now, in the time in which its limit counts.

    One that was overdue already stays so.
    """
    assert case.suspended_at is not None, "the condition suspended looked before"
    if case.suspended_at >= case.due_at:
        return {}
    facts: dict[str, Any] = {"matter_id": case.matter_id, "level": level, "is_emergency": case.is_emergency}
    unit = limit(promised_kind(case), since=case.accepted_at or case.arrived_at, **facts).unit
    calendar = work_calendar()
    if unit.startswith("calendar"):
        due = Deadline(case.due_at + (at - case.suspended_at), provisional=case.due_is_provisional)
    else:
        due = calendar.add(at, calendar.between(case.suspended_at, case.due_at))
    return due_on(due, since=at, **facts)


CLOCK_COLUMNS = (
    "stage", "due_at", "warn_at", "warned_at", "overdue_at", "hold_until", "rate_until", "arrived_at", "suspended_at",
    "review_at", "asked", "ruling", "rung_at",
)  # fmt: skip


def clocks_of(case: Case, changes: dict[str, Any] | None = None) -> Clocks:
    """What the clock sees of a row, as it will be after `changes`."""
    if not changes:
        return Clocks(**{column: getattr(case, column) for column in CLOCK_COLUMNS})
    return Clocks(
        **{column: changes[column] if column in changes else getattr(case, column) for column in CLOCK_COLUMNS}
    )


def with_alarm(case: Case, changes: dict[str, Any]) -> dict[str, Any]:
    """`changes`, the rung of the ladder at which the case then stands, and the alarm that follows from them and the rest of the row."""
    after = clocks_of(case, changes)
    standing = flight(after)
    is_emergency = changes.get("is_emergency", case.is_emergency)
    is_new = case.pk is None or standing != flight(clocks_of(case)) or is_emergency != case.is_emergency
    rung = 0 if is_new else changes.get("rung", case.rung)
    rung_at = None
    if standing is not None:
        name, since = standing
        rungs = ladder().flight(name, is_emergency=is_emergency, on=local_day(since))
        if rung < len(rungs):
            rung_at = rungs[rung].limit.deadline(work_calendar(), since).at
    if rung != case.rung or rung_at != case.rung_at:
        changes = {**changes, "rung": rung, "rung_at": rung_at}
        after = clocks_of(case, changes)
    return {**changes, "alarm_at": next_alarm(after)}


HAPPENED = (
    "reported_at", "accepted_at", "arrived_at", "warned_at", "overdue_at", "suspended_at", "finished_at", "verified_at",
    "answered_at", "closed_at",
)  # fmt: skip


def not_before(case: Case, at: datetime) -> datetime:
    """The instant of an action, never before the case's last known one: a clock set back must not turn history around."""
    known: list[datetime | None] = [getattr(case, column) for column in HAPPENED]
    return max(at, *(instant for instant in known if instant is not None))
