"""A year's holidays were published: waits that had been counted by plain weekdays are counted again."""

from datetime import datetime
from typing import Any

from gezhi.calls.clock import waits
from gezhi.calls.models import IS_OPEN, Call, CallPart
from gezhi.calls.timing import CALL_WAITS, PART_WAITS, clocks_of, term, with_alarm
from gezhi.calls.workflow import TAKING_PART
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.refusals import Conflict
from gezhi.kernel.transactions import unit


def renew_provisional_dues(*, actor: Actor, at: datetime) -> int:
    """Recompute what is waited for and was provisional; the number that moved or became firm. What was found late before and is not past any
    more is not late; that it was marked stays in the log."""
    rows: list[Call | CallPart] = [
        *Call.objects.filter(IS_OPEN, due_is_provisional=True),
        *CallPart.objects.filter(
            due_is_provisional=True, state__in=TAKING_PART, call__ended_at__isnull=True
        ).select_related("call"),
    ]
    renewed = 0
    for row in rows:
        changes = recounted(row, at)
        try:
            with unit(alone=True):
                fact = Fact(f"{row.subject_kind}.due_renewed")
                advance(row, fact, actor=actor, at=at, changes=with_alarm(row, changes))
        except Conflict:
            # Somebody steps with it this instant; what begins then counts by the new calendar.
            continue
        renewed += 1
    return renewed


def recounted(row: Call | CallPart, at: datetime) -> dict[str, Any]:
    call = row.call if isinstance(row, CallPart) else row
    running = {what for _until, what in waits(clocks_of(row))}
    changes: dict[str, Any] = {"due_is_provisional": False}
    for kind, since_column, due_column in PART_WAITS if isinstance(row, CallPart) else CALL_WAITS:
        since = getattr(row, since_column)
        what = due_column.removesuffix("_due_at")
        if since is None or what not in running:
            continue
        end = term(kind, since=since, is_urgent=call.is_urgent)
        changes |= {due_column: end.at}
        changes["due_is_provisional"] |= end.provisional
        if end.at > at:
            changes[f"{what}_late_at"] = None
    return changes
