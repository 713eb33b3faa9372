"""When the clock must look at a call or at a department's part in it, and what is late then. Pure.

Each has one alarm: the earliest instant at which something that is waited for becomes late. A wait that was found late once is marked and
rings no more; what it waited for may still be done, and the mark stays.
"""

from dataclasses import dataclass
from datetime import datetime

from gezhi.calls.workflow import Late, PartState, Phase


@dataclass(frozen=True, slots=True)
class CallClocks:
    """The columns of a call that the clock reads."""

    phase: str
    dispatch_due_at: datetime
    dispatch_late_at: datetime | None = None
    strike_due_at: datetime | None = None
    strike_late_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartClocks:
    """What the clock reads of a part. `sum_due_at` runs for the lead alone, from the last part filed to the summary."""

    state: str
    is_on_site: bool
    sign_due_at: datetime
    sign_late_at: datetime | None = None
    arrived_at: datetime | None = None
    arrive_due_at: datetime | None = None
    arrive_late_at: datetime | None = None
    act_due_at: datetime | None = None
    act_late_at: datetime | None = None
    sum_due_at: datetime | None = None
    sum_late_at: datetime | None = None
    # Of a call that is over nothing is waited for, wherever its parts stopped.
    is_over: bool = False


Bell = tuple[datetime, Late]


def waits_of_call(clocks: CallClocks) -> list[Bell]:
    """What is waited for now and until when, late or not, earliest first."""
    if clocks.phase == Phase.CALLED:
        return [(clocks.dispatch_due_at, Late.DISPATCH)]
    if clocks.phase == Phase.SUMMED and clocks.strike_due_at is not None:
        return [(clocks.strike_due_at, Late.STRIKE)]
    return []


def waits_of_part(clocks: PartClocks) -> list[Bell]:
    """What is waited for now and until when, late or not, earliest first."""
    ahead: list[Bell] = []
    if clocks.is_over:
        return ahead
    if clocks.state == PartState.WAITING:
        ahead.append((clocks.sign_due_at, Late.SIGN))
    elif clocks.state == PartState.ACTING:
        if clocks.is_on_site and clocks.arrived_at is None and clocks.arrive_due_at is not None:
            ahead.append((clocks.arrive_due_at, Late.ARRIVE))
        if clocks.act_due_at is not None:
            ahead.append((clocks.act_due_at, Late.ACT))
    elif clocks.state == PartState.FILED and clocks.sum_due_at is not None:
        ahead.append((clocks.sum_due_at, Late.SUM))
    return sorted(ahead)


def waits(clocks: CallClocks | PartClocks) -> list[Bell]:
    return waits_of_call(clocks) if isinstance(clocks, CallClocks) else waits_of_part(clocks)


def bells(clocks: CallClocks | PartClocks) -> list[Bell]:
    """Those of the waits that have not been found late yet."""
    return [bell for bell in waits(clocks) if getattr(clocks, f"{bell[1]}_late_at") is None]


def next_alarm(clocks: CallClocks | PartClocks) -> datetime | None:
    """The next instant at which something becomes late; None when nothing is left to ring."""
    ahead = bells(clocks)
    return ahead[0][0] if ahead else None
