"""为什么在这里, at length: how a case came to its desk, by which rule and which facts, what would have led elsewhere, and what its clocks rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.cases.clock import flight
from gezhi.cases.ladder import Flight
from gezhi.cases.models import Case
from gezhi.cases.models.rung import DEEDS, FLIGHTS
from gezhi.cases.routing import LEVELS, RouteFacts, route
from gezhi.cases.rungs import ladder
from gezhi.cases.situation import situation_of
from gezhi.cases.timing import clocks_of
from gezhi.cases.workflow import PROMISED, Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.models import Event
from gezhi.kernel.worktime import Limit
from gezhi.matters.models import LimitKind, TimeLimit
from gezhi.matters.queries import catalogue
from gezhi.matters.rules import LimitRow, NoLimit
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory
from gezhi.territory.queries import name_path
from gezhi.web.operation.names import desk_name, matter_name
from gezhi.web.operation.wording import Told, Why, told, why

# What put the case where it lies, or took it elsewhere.
MOVES = frozenset(
    {
        "case.reported", "case.accepted", "case.reclassified", "case.left_matter", "case.relocated", "case.assigned", "case.escalated",
        "case.returned", "case.ruled", "case.part_made", "case.unmerged", "case.regridded", "case.solved",
    }
)  # fmt: skip
UNITS = dict(TimeLimit._meta.get_field("unit").choices or ())


@dataclass(frozen=True, slots=True)
class Moved:
    """One stretch of the way: what happened, the rule behind it (None where a person decided), the facts it saw."""

    told: Told
    why: Why | None
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Instead:
    """Where the case would have gone under another fact."""

    fact: str
    desk: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """A limit or a rung of the ladder as it holds for this case. `state`: past, running or "" (not begun)."""

    what: str
    amount: str
    row: str
    basis: str
    since: datetime | None
    until: datetime | None
    state: str


# --- the way --------------------------------------------------------------------------------------------------------


def moves(events: Sequence[Event]) -> list[Moved]:
    """First to last."""
    return [
        Moved(told(event), why(event.data.get("route")), facts_in(event.data.get("route")))
        for event in events
        if event.name in MOVES
    ]


def facts_in(kept: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What the rule looked at, in words."""
    facts = facts_of(kept)
    if facts is None:
        return []
    level = str(DeskKind(facts.default_desk).label) if facts.default_desk in DeskKind.values else facts.default_desk
    place = facts.grid_code or facts.community_code or facts.street_code
    said = [
        (_("事项由哪一级办"), level),
        (_("在网格准入清单内"), _("是") if facts.is_for_grid else _("否")),
        (_("位置"), name_path(place) if place else _("只知道在本区")),
        (_("紧急"), _("是") if facts.is_emergency else _("否")),
    ]
    if facts.owner_id is not None:
        owner = directory().of_department(facts.owner_id)
        said.insert(2, (_("主责部门"), owner.name if owner is not None else ""))
    return said


def facts_of(kept: dict[str, Any] | None) -> RouteFacts | None:
    """The facts as routing takes them; what an older version kept besides is left out."""
    if not kept or not isinstance(kept.get("facts"), dict):
        return None
    known = {field.name for field in fields(RouteFacts)}
    return RouteFacts(**{name: value for name, value in kept["facts"].items() if name in known})


def instead(events: Sequence[Event]) -> list[Instead]:
    """The same place under matters of the other levels; the same matter where the place is known less finely. By the rule itself."""
    kept = next((event.data["route"] for event in reversed(events) if "route" in event.data), None)
    facts = facts_of(kept)
    if facts is None:
        return []
    now = desk_for(facts)
    found = []
    for level in LEVELS:
        if level != facts.default_desk:
            other = desk_for(replace(facts, default_desk=level, is_for_grid=True))
            found.append(Instead(_("事项改为由%(level)s办理的") % {"level": DeskKind(level).label}, other))
    if facts.grid_code:
        found.append(Instead(_("位置只知道到社区"), desk_for(replace(facts, grid_code=""))))
    if facts.community_code:
        found.append(Instead(_("位置只知道到街道"), desk_for(replace(facts, grid_code="", community_code=""))))
    return [one for one in found if one.desk and one.desk != now]


def desk_for(facts: RouteFacts) -> str:
    way = route(facts, settings.DISTRICT)
    desks = directory()
    desk = desks.of_department(way.department_id) if way.department_id else desks.at(way.level, way.area_code)
    desk = desk or desks.upwards(way.area_code)
    return desk.name if desk is not None else ""


# --- the limits -----------------------------------------------------------------------------------------------------


def limits(case: Case, actor: Actor, at: datetime) -> list[Ruled]:
    """Each limit that holds for this case now, with the row it comes from. No statement."""
    situation = situation_of(case, actor, at)
    accepted = case.accepted_at is not None
    is_promised = case.stage in PROMISED
    began: list[tuple[LimitKind, datetime, datetime | None]] = [
        (LimitKind.ACCEPT, case.reported_at, None if accepted else case.due_at),
    ]
    if case.accepted_at is not None:
        began.append((LimitKind.HANDLE, case.accepted_at, case.due_at))
    if is_promised and case.warn_at is not None:
        began.append((LimitKind.WARN, case.accepted_at or case.arrived_at, case.warn_at))
    if case.hold_until is not None:
        began.append((LimitKind.HOLD, case.arrived_at, case.hold_until))
    if situation.return_until is not None:
        began.append((LimitKind.RETURN, case.arrived_at, situation.return_until))
    if case.stage == Stage.HANDLING and case.extended_at is None:
        began.append((LimitKind.EXTEND, at, None))
    if case.stage == Stage.HANDLING:
        began.append((LimitKind.SUSPEND, at, None))
    if case.supervision == "open":
        began.append((LimitKind.REPLY, at, None))
    if is_promised:
        began.append((LimitKind.URGE, at, situation.urge_from))
    if case.rate_until is not None:
        began.append((LimitKind.RATE, case.answered_at or at, case.rate_until))
    if case.reopen_until is not None:
        began.append((LimitKind.REOPEN, case.closed_at or at, case.reopen_until))
    shown = (ruled(case, kind, since, until, at) for kind, since, until in began)
    return [one for one in shown if one is not None]


def ruled(case: Case, kind: LimitKind, since: datetime, until: datetime | None, at: datetime) -> Ruled | None:
    level = directory().get(case.desk_id).kind
    try:
        row = catalogue().limits.choose(
            kind.value, matter_id=case.matter_id, level=level, is_emergency=case.is_emergency, on=local_day(since)
        )
    except NoLimit:
        return None
    state = "" if until is None else "past" if until <= at else "running"
    return Ruled(
        str(kind.label),
        amount_words(row.amount, row.unit),
        row_words(row),
        row.basis,
        since if until is not None else None,
        until,
        state,
    )


def amount_words(amount: int, unit: str) -> str:
    return f"{amount} {UNITS.get(unit, unit)}"


def row_words(row: LimitRow) -> str:
    """For what the row was made: a matter, a level, everything; in emergencies or not."""
    if row.matter_id is not None:
        words = _("“%(matter)s”的时限") % {"matter": matter_name(row.matter_id)}
    elif row.level:
        words = _("%(level)s一级的时限") % {"level": DeskKind(row.level).label}
    else:
        words = _("通用时限")
    return _("%(row)s（紧急）") % {"row": words} if row.is_emergency else words


# --- the ladder -----------------------------------------------------------------------------------------------------

WHILE = {
    Flight.UNSIGNED: gettext_lazy("到岗以后一直没有人认领、签收"),
    Flight.OVERDUE: gettext_lazy("到期以后一直没有答复"),
}


@dataclass(frozen=True, slots=True)
class Climb:
    """A flight of the ladder: what the clock does by itself, and when. `is_on`: the case stands on it now."""

    name: str
    since: datetime
    is_on: bool
    rungs: list[Ruled]


def climbs(case: Case, at: datetime) -> list[Climb]:
    """The flight on which the case stands, and the one that begins should it become overdue. No statement."""
    standing = flight(clocks_of(case))
    found = []
    if standing is not None:
        found.append(climb(case, *standing, at, is_on=True))
    is_running = case.stage in PROMISED and case.suspended_at is None
    if is_running and (standing is None or standing[0] != Flight.OVERDUE):
        found.append(climb(case, Flight.OVERDUE, case.due_at, at, is_on=False))
    return [one for one in found if one.rungs]


def climb(case: Case, name: Flight, since: datetime, at: datetime, *, is_on: bool) -> Climb:
    deeds, calendar = dict(DEEDS), work_calendar()
    rungs = []
    for number, rung in enumerate(ladder().flight(name, is_emergency=case.is_emergency, on=local_day(since))):
        until = rung.limit.deadline(calendar, since).at
        state = "past" if is_on and number < case.rung else "running" if is_on and number == case.rung else ""
        rungs.append(Ruled(str(deeds[rung.deed]), after_words(rung.limit), "", rung.basis, since, until, state))
    return Climb(str(WHILE[name]), since, is_on, rungs)


def after_words(limit: Limit) -> str:
    return _("过 %(amount)s") % {"amount": amount_words(limit.amount, limit.unit)}


__all__ = ["FLIGHTS", "climbs", "desk_name", "instead", "limits", "moves"]
