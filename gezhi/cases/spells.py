"""Who used how much time: a case's stays on its desks, told from its history. Pure: events in, spells out.

Each desk answers for its own time. A spell begins when the case comes to lie on a desk and ends when it leaves; while it is suspended, while
the reporter was asked to say more, or while the reporter has the answer, nobody's time runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gezhi.kernel.worktime import WorkCalendar

# Where an event says the desk on which the case lies from then on.
ARRIVALS = {
    "case.reported": "desk", "case.part_made": "desk", "case.solved": "desk", "case.accepted": "to", "case.assigned": "to",
    "case.escalated": "to", "case.returned": "to", "case.ruled": "to", "case.reclassified": "to", "case.left_matter": "to", "case.relocated": "to",
    "case.unmerged": "to", "case.reopened": "desk", "case.reconsidered": "desk", "case.rehandled": "desk",
    "case.regridded": "to", "case.appealed": "desk", "case.admitted": "to",
}  # fmt: skip
# Where the clock stops, and where it runs on.
STOPS = frozenset({"case.suspended", "case.reporter_asked"})
GOES_ON = frozenset({"case.resumed", "case.vacated", "case.supplemented", "case.carried_on"})
# From here on nobody at a desk is waited for, until one of the arrivals above.
RESTS = frozenset(
    {
        "case.answered", "case.declined", "case.dismissed", "case.withdrawn", "case.merged", "case.answered_along", "case.declined_along",
        "case.closed", "case.rated",
    }
)  # fmt: skip


class Happened(Protocol):
    """As much of an event as is needed here."""

    name: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spell:
    """One stay on one desk. Minutes are working minutes; `paused` of them it was suspended, `waited` the reporter was to say more. `until` is
    None while it lasts."""

    desk_id: int
    since: datetime
    until: datetime | None
    taken_at: datetime | None
    minutes: int
    paused: int
    waited: int = 0

    @property
    def used(self) -> int:
        return self.minutes - self.paused - self.waited


def spells(events: Iterable[Happened], calendar: WorkCalendar, *, until: datetime) -> list[Spell]:
    """The stays of a case in order, up to `until`; `events` is its timeline. Two stays in a row on one desk are one."""
    found: list[Spell] = []
    desk: int | None = None
    since: datetime | None = None
    taken_at: datetime | None = None
    stopped: datetime | None = None
    # Minutes that the clock stood still in this spell, by what stopped it.
    still = dict.fromkeys(STOPS, 0)
    stopped_by = "case.suspended"

    def leave(at: datetime, *, is_over: bool) -> None:
        nonlocal stopped
        assert desk is not None
        assert since is not None
        if stopped is not None:
            still[stopped_by] += calendar.between(stopped, at)
            stopped = at
        minutes = calendar.between(since, at)
        paused, waited = still["case.suspended"], still["case.reporter_asked"]
        found.append(Spell(desk, since, at if is_over else None, taken_at, minutes, paused, waited))
        still.update(dict.fromkeys(STOPS, 0))

    for event in events:
        if event.at > until:
            break
        if event.name in ("case.claimed", "case.signed") and taken_at is None:
            taken_at = event.at
        elif event.name in STOPS:
            stopped, stopped_by = event.at, event.name
        elif event.name in GOES_ON and stopped is not None:
            still[stopped_by] += calendar.between(stopped, event.at)
            stopped = None
        place = ARRIVALS.get(event.name)
        goes_to = event.data.get(place) if place is not None else None
        if event.name in RESTS and desk is not None:
            leave(event.at, is_over=True)
            desk = since = taken_at = stopped = None
        elif goes_to is not None and goes_to != desk:
            if desk is not None:
                leave(event.at, is_over=True)
            # Moved with the land while it stands still, it stands still on the next desk as well.
            desk, since, taken_at = goes_to, event.at, None
            stopped = event.at if stopped is not None and event.name == "case.regridded" else None
    if desk is not None:
        leave(until, is_over=False)
    return found
