"""The columns of a call and of a part that say when; each from a limit of the catalogue and the working calendar."""

from datetime import datetime
from typing import Any

from gezhi.calls.clock import CallClocks, PartClocks, next_alarm
from gezhi.calls.models import Call, CallPart
from gezhi.cases.timing import deadline
from gezhi.kernel.worktime import Deadline

CALL_COLUMNS = ("phase", "dispatch_due_at", "dispatch_late_at", "strike_due_at", "strike_late_at")
PART_COLUMNS = (
    "state", "is_on_site", "sign_due_at", "sign_late_at", "arrived_at", "arrive_due_at", "arrive_late_at", "act_due_at",
    "act_late_at", "sum_due_at", "sum_late_at",
)  # fmt: skip


def term(kind: str, *, since: datetime, is_urgent: bool) -> Deadline:
    """When the limit `kind` ends that began at `since`, by the rule of that day."""
    return deadline(kind, since=since, matter_id=None, level="", is_emergency=is_urgent)


def clocks_of(row: Call | CallPart, changes: dict[str, Any] | None = None) -> CallClocks | PartClocks:
    """What the clock sees of a row, as it will be after `changes`."""
    changes = changes or {}
    if isinstance(row, Call):
        return CallClocks(**after(row, CALL_COLUMNS, changes))
    return PartClocks(**after(row, PART_COLUMNS, changes), is_over=row.call.ended_at is not None)


def after(row: Call | CallPart, columns: tuple[str, ...], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: changes[name] if name in changes else getattr(row, name) for name in columns}


def with_alarm(row: Call | CallPart, changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` and the alarm that follows from them and the rest of the row."""
    return {**changes, "alarm_at": next_alarm(clocks_of(row, changes))}


# --- waits that begin -----------------------------------------------------------------------------------------------

# From which instant on each limit runs, and the column in which its end stands.
CALL_WAITS = (("call_dispatch", "called_at", "dispatch_due_at"), ("call_strike", "summed_at", "strike_due_at"))
PART_WAITS = (
    ("call_sign", "asked_at", "sign_due_at"),
    ("call_arrive", "signed_at", "arrive_due_at"),
    ("call_act", "act_since", "act_due_at"),
    ("call_sum", "sum_since", "sum_due_at"),
)


def begin(column: str, *, since: datetime, is_urgent: bool) -> dict[str, Any]:
    """A wait that begins: its end, not late, and whether a year on the way is not published yet."""
    kind = next(kind for kind, _since, due in (*CALL_WAITS, *PART_WAITS) if due == column)
    end = term(kind, since=since, is_urgent=is_urgent)
    late = column.replace("_due_at", "_late_at")
    return {column: end.at, late: None, **({"due_is_provisional": True} if end.provisional else {})}
