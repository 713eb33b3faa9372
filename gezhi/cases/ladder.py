"""The ladder that the clock climbs where nobody moves. Pure: plain values, no clock, no database.

A case stands at the foot of at most one flight: `unsigned` from its arrival on a desk until somebody takes it up, `overdue` from the due
moment until the reporter has an answer. Each rung says after how long the clock does what: urge the desk, have the street supervise,
have the district supervise. Rungs are rows with from-until (`gezhi.cases.models.Rung`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gezhi.kernel.worktime import Limit


class Flight(StrEnum):
    UNSIGNED = "unsigned"
    OVERDUE = "overdue"


class Deed(StrEnum):
    URGE = "urge"
    SUPERVISE = "supervise"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class RungRow:
    flight: str
    is_emergency: bool
    limit: Limit
    deed: str
    valid_from: date
    valid_until: date | None = None
    basis: str = ""

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


# Rough lengths, to put rungs of different units in order; a working day of eight hours.
MINUTES = {
    "working_days": 480, "working_hours": 60, "working_minutes": 1,
    "calendar_days": 1440, "calendar_hours": 60, "calendar_minutes": 1,
}  # fmt: skip


class Ladder:
    """All rungs, in the order in which they are reached."""

    def __init__(self, rungs: Iterable[RungRow]) -> None:
        self.rungs = sorted(rungs, key=lambda rung: rung.limit.amount * MINUTES[rung.limit.unit])

    def flight(self, flight: str, *, is_emergency: bool, on: date) -> list[RungRow]:
        """The rungs of a flight by the rule of the day on which it began. An emergency climbs its own, and the ordinary ones where it has none."""
        held = [rung for rung in self.rungs if rung.flight == flight and rung.holds_on(on)]
        urgent = [rung for rung in held if rung.is_emergency]
        return urgent if is_emergency and urgent else [rung for rung in held if not rung.is_emergency]

    def climbed(
        self, flight: str, *, is_emergency: bool, on: date, until: datetime, end_of: Callable[[Limit], datetime]
    ) -> list[RungRow]:
        """The rungs of a flight that are reached by `until`; `end_of` says when a limit ends that began with the flight."""
        rungs = self.flight(flight, is_emergency=is_emergency, on=on)
        return [rung for rung in rungs if end_of(rung.limit) <= until]
