"""When the clock must look at a case, and what rings then. Pure.

A case has one alarm: the earliest instant at which something is due. Every step recomputes it, the worker wakes for it.
"""

from dataclasses import dataclass
from datetime import datetime

from gezhi.cases.ladder import Flight
from gezhi.cases.workflow import PROMISED, Stage


@dataclass(frozen=True, slots=True)
class Clocks:
    """The columns of a case that the clock reads; all instants are aware."""

    stage: str
    due_at: datetime
    warn_at: datetime | None = None
    warned_at: datetime | None = None
    overdue_at: datetime | None = None
    hold_until: datetime | None = None
    rate_until: datetime | None = None
    arrived_at: datetime | None = None
    suspended_at: datetime | None = None
    review_at: datetime | None = None
    ruling: str = ""
    asked: str = ""
    rung_at: datetime | None = None


def flight(clocks: Clocks) -> tuple[Flight, datetime] | None:
    """The flight of the ladder at which the case stands, and since when; None where nobody is waited for."""
    if clocks.stage not in PROMISED or clocks.suspended_at is not None:
        return None
    if clocks.overdue_at is not None:
        return Flight.OVERDUE, clocks.due_at
    if clocks.stage == Stage.WAITING and clocks.arrived_at is not None and clocks.ruling != "pending":
        return Flight.UNSIGNED, clocks.arrived_at
    return None


def bells(clocks: Clocks) -> list[tuple[datetime, str]]:
    """All that is still to ring, earliest first: `warn`, `overdue`, `rung` (the next of the ladder), `expire` (take back a claim),
    `resume` (a suspension ends), `close` (the time to rate is over)."""
    ahead = []
    if clocks.suspended_at is not None:
        assert clocks.review_at is not None, "a constraint sees to it"
        ahead.append((clocks.review_at, "resume"))
    elif clocks.stage in PROMISED:
        if clocks.overdue_at is None:
            ahead.append((clocks.due_at, "overdue"))
            if clocks.warn_at is not None and clocks.warned_at is None:
                ahead.append((clocks.warn_at, "warn"))
        if clocks.rung_at is not None:
            ahead.append((clocks.rung_at, "rung"))
        # Who waits for an answer from above is not punished for the waiting.
        if clocks.stage == Stage.HANDLING and clocks.hold_until is not None and not clocks.asked:
            ahead.append((clocks.hold_until, "expire"))
    elif clocks.stage == Stage.ANSWERED and clocks.rate_until is not None:
        ahead.append((clocks.rate_until, "close"))
    return sorted(ahead)


def next_alarm(clocks: Clocks) -> datetime | None:
    """The next instant at which something rings; None when nothing is left to ring."""
    ahead = bells(clocks)
    return ahead[0][0] if ahead else None


def ringing(clocks: Clocks, at: datetime) -> list[str]:
    """What has come due by `at`, earliest first."""
    return [bell for when, bell in bells(clocks) if when <= at]
