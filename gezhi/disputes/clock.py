"""When the clock must look at a dispute, and what rings then. Pure.

One instant is due at a time: the end of the limit to mediate until the parties have settled, afterwards the next visit. It is warned of
and found overdue once each; every step that sets it anew begins both anew.
"""

from dataclasses import dataclass
from datetime import datetime

from gezhi.disputes.workflow import OPEN


@dataclass(frozen=True, slots=True)
class Clocks:
    """The columns of a dispute that the clock reads; all instants are aware."""

    stage: str
    due_at: datetime
    warn_at: datetime | None = None
    warned_at: datetime | None = None
    overdue_at: datetime | None = None


def bells(clocks: Clocks) -> list[tuple[datetime, str]]:
    """All that is still to ring, earliest first: `warn` and `overdue`."""
    if clocks.stage not in OPEN or clocks.overdue_at is not None:
        return []
    ahead = [(clocks.due_at, "overdue")]
    if clocks.warn_at is not None and clocks.warned_at is None:
        ahead.append((clocks.warn_at, "warn"))
    return sorted(ahead)


def next_alarm(clocks: Clocks) -> datetime | None:
    """The next instant at which something rings; None when nothing is left to ring."""
    ahead = bells(clocks)
    return ahead[0][0] if ahead else None


def ringing(clocks: Clocks, at: datetime) -> list[str]:
    """What has come due by `at`, earliest first."""
    return [bell for when, bell in bells(clocks) if when <= at]
