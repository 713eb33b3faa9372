"""Recorded cases judged twice: by the rules in force and by changed ones. Reads, and writes nothing.

What is looked at: whole cases that were reported in the span and accepted, with a matter. A case that stood still 挂账, was given more time
延期 or was opened again has a promise that no rule of the catalogue made alone; it is left out, and counted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min, QuerySet

from gezhi.cases.actions.place import Place
from gezhi.cases.actions.route import explained_route
from gezhi.cases.conditions import POOR
from gezhi.cases.dry_run import (
    Change,
    Comparison,
    DeskChange,
    LimitChange,
    Outcome,
    RungChange,
    ShareChange,
    with_limit,
    with_rung,
    with_share,
)
from gezhi.cases.follow_up_rules import drawn_by, follow_up_rules
from gezhi.cases.ladder import Flight, Ladder
from gezhi.cases.models import Answer, Case
from gezhi.cases.rungs import ladder
from gezhi.cases.sampling import ShareRow, group_of
from gezhi.cases.timing import limit
from gezhi.cases.workflow import Stage
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.models import Event
from gezhi.kernel.worktime import Limit
from gezhi.matters.queries import Catalogue, MatterInfo, catalogue
from gezhi.people.queries import directory

# Beyond this a page would take longer than anybody waits; the newest are taken.
MOST_CASES = 60_000
COLUMNS = (
    "pk", "stage", "matter_id", "area_id", "street_code", "community_code", "grid_code", "is_emergency", "reported_at", "accepted_at",
    "answered_at", "due_at",
)  # fmt: skip
REASONS = ("part_of_id", "suspended_at", "extended_at", "asked_reporter_at", "round")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A case as it is judged: plain columns, and when somebody first took it up."""

    pk: int
    stage: str
    matter_id: int
    area_id: int
    street_code: str
    community_code: str
    grid_code: str
    is_emergency: bool
    reported_at: datetime
    accepted_at: datetime
    answered_at: datetime | None
    due_at: datetime

    @property
    def place(self) -> Place:
        code = self.grid_code or self.community_code or self.street_code or settings.DISTRICT
        return Place(self.area_id, code)


@dataclass(frozen=True)
class Rules:
    """Everything that decides where a case goes, by when, and what the clock does."""

    matters: Catalogue
    ladder: Ladder
    shares: list[ShareRow]

    @classmethod
    def in_force(cls) -> "Rules":
        return cls(catalogue(), ladder(), follow_up_rules())

    def changed(self, change: Change, since: date) -> "Rules":
        match change:
            case LimitChange():
                rows = [row for rows in self.matters.limits.rows.values() for row in rows]
                return replace(self, matters=Catalogue(self.matters.matters.values(), with_limit(rows, change, since)))
            case DeskChange():
                every = self.matters.matters
                moved = replace(
                    every[change.matter_id], default_desk=change.default_desk, is_for_grid=change.is_for_grid
                )
                rows = [row for rows in self.matters.limits.rows.values() for row in rows]
                return replace(self, matters=Catalogue({**every, moved.id: moved}.values(), rows))
            case RungChange():
                return replace(self, ladder=with_rung(self.ladder, change))
            case ShareChange():
                return replace(self, shares=with_share(self.shares, change))


MOMENT = timedelta(microseconds=1)


class Judge:
    """Judges recorded cases by one set of rules; what is the same for many, and for both sets (`ends`), is worked out once."""

    def __init__(self, rules: Rules, kind: str, at: datetime, ends: dict[tuple[Limit, datetime], datetime]) -> None:
        self.rules, self.kind, self.at, self.ends = rules, kind, at, ends
        self.desks: dict[tuple[int, str, bool], int] = {}
        self.limits: dict[tuple[int | None, str, bool, date], Limit] = {}
        self.calendar = work_calendar()

    def end_of(self, span: Limit, since: datetime) -> datetime:
        found = self.ends.get((span, since))
        if found is None:
            found = self.ends[span, since] = span.deadline(self.calendar, since).at
        return found

    def limit_of(self, matter_id: int | None, level: str, is_emergency: bool, since: datetime) -> Limit:
        key = (matter_id, level, is_emergency, local_day(since))
        found = self.limits.get(key)
        if found is None:
            facts: dict[str, Any] = {"matter_id": matter_id, "level": level, "is_emergency": is_emergency}
            found = self.limits[key] = limit(self.kind, since=since, rules=self.rules.matters, **facts)
        return found

    def desk_of(self, case: Recorded) -> int:
        place = case.place
        key = (case.matter_id, place.code, case.is_emergency)
        found = self.desks.get(key)
        if found is None:
            matter: MatterInfo = self.rules.matters.get(case.matter_id)
            found = self.desks[key] = explained_route(matter, place, is_emergency=case.is_emergency)[0].id
        return found

    def judge(self, case: Recorded, taken_up_at: datetime | None) -> Outcome:
        desk_id = self.desk_of(case)
        is_accepting = self.kind == "accept"
        judged_at = directory().intake_for(case.place.code).id if is_accepting else desk_id
        since = case.reported_at if is_accepting else case.accepted_at
        level = directory().get(judged_at).kind
        matter_id = None if is_accepting else case.matter_id
        due = self.end_of(self.limit_of(matter_id, level, case.is_emergency, since), since)
        done = case.accepted_at if is_accepting else case.answered_at
        until = done or self.at
        deeds: list[str] = []
        if not is_accepting:
            # Who is overdue stands on the other flight (`clock.flight`), from the very moment.
            deeds += self.climbed(
                Flight.UNSIGNED, case, case.accepted_at, min(taken_up_at or until, until, due - MOMENT)
            )
        if until > due:
            deeds += self.climbed(Flight.OVERDUE, case, due, until)
        return Outcome(desk_id, due, until > due, tuple(deeds))

    def climbed(self, flight: Flight, case: Recorded, since: datetime, until: datetime) -> list[str]:
        rungs = self.rules.ladder.climbed(
            flight,
            is_emergency=case.is_emergency,
            on=local_day(since),
            until=until,
            end_of=lambda span: self.end_of(span, since),
        )
        return [rung.deed for rung in rungs]


def try_rule(change: Change, *, first: datetime, last: datetime, at: datetime) -> "Comparison[int]":
    """What the change would have done with the cases reported from `first` until before `last`; subjects are ids of cases. At most four
    statements. `at` is where those still open are looked at."""
    in_force = Rules.in_force()
    changed = in_force.changed(change, local_day(first) - timedelta(days=3660))
    if isinstance(change, ShareChange):
        return try_share(in_force, changed, first, last)
    kind = change.kind if isinstance(change, LimitChange) else "handle"
    ends: dict[tuple[Limit, datetime], datetime] = {}
    before, after = Judge(in_force, kind, at, ends), Judge(changed, kind, at, ends)
    comparison: Comparison[int] = Comparison()
    taken_up: dict[int, datetime] = {}
    cases = list(recorded(Case.objects.filter(reported_at__gte=first, reported_at__lt=last), comparison.left_out))
    if cases and kind == "handle":
        taken_up = first_taken_up(cases)
    for case in cases:
        one = before.judge(case, taken_up.get(case.pk))
        comparison.as_recorded += kind == "accept" or one.due_at == case.due_at
        comparison.add(case.pk, one, after.judge(case, taken_up.get(case.pk)))
    return comparison


def recorded(rows: "QuerySet[Case]", left_out: Counter[str]) -> Iterator[Recorded]:
    """The cases that can be judged; why the others can't is counted."""
    for values in rows.order_by("-pk").values_list(*COLUMNS, *REASONS)[:MOST_CASES]:
        facts, reasons = values[: len(COLUMNS)], dict(zip(REASONS, values[len(COLUMNS) :], strict=True))
        case = Recorded(*facts)
        reason = why_not(case, **reasons)
        if reason:
            left_out[reason] += 1
        else:
            yield case


def why_not(case: Recorded, **beside: Any) -> str:
    """As a code; "" for a case that can be judged."""
    if beside["part_of_id"] is not None:
        return "part"
    if case.stage in (Stage.DECLINED, Stage.MERGED):
        return str(case.stage)
    # The columns may be empty; whoever judges relies on it that they are not.
    if None in (case.accepted_at, case.matter_id):
        return "not_accepted"
    for column, code in (
        ("asked_reporter_at", "asked_reporter"),
        ("suspended_at", "suspended"),
        ("extended_at", "extended"),
    ):
        if beside[column] is not None:
            return code
    return "opened_again" if beside["round"] > 1 else ""


TAKEN_UP = ("case.claimed", "case.signed")


def first_taken_up(cases: list[Recorded]) -> dict[int, datetime]:
    """When somebody first claimed or signed each. One statement over the events of the span."""
    keys = [case.pk for case in cases]
    events = Event.objects.filter(
        subject_kind=Case.subject_kind, subject_id__gte=min(keys), subject_id__lte=max(keys), name__in=TAKEN_UP
    )
    return dict(events.order_by().values("subject_id").annotate(first=Min("at")).values_list("subject_id", "first"))


def try_share(in_force: Rules, changed: Rules, first: datetime, last: datetime) -> "Comparison[int]":
    """Who would have been drawn: the lots were cast long ago, only the share is another."""
    comparison: Comparison[int] = Comparison()
    columns = (
        "case_id", "round", "desk_id", "answered_at", "is_rehandled", "is_emergency", "link_service", "link_outcome", "reopened_at",
        "has_contact", "drawn",
    )  # fmt: skip
    rows = Answer.objects.filter(answered_at__gte=first, answered_at__lt=last).order_by("-pk")
    for values in rows.values(*columns)[:MOST_CASES]:
        if not values["has_contact"]:
            comparison.left_out["no_contact"] += 1
            continue
        before, after = (share_outcome(rules, values) for rules in (in_force, changed))
        comparison.as_recorded += before.is_drawn == bool(values["drawn"])
        comparison.add(values["case_id"], before, after)
    return comparison


def share_outcome(rules: Rules, answer: dict[str, Any]) -> Outcome:
    levels = [level for level in (answer["link_service"], answer["link_outcome"]) if level is not None]
    is_poor = bool(levels) and min(levels) <= POOR and answer["reopened_at"] is None
    group = group_of(is_rehandled=answer["is_rehandled"], is_poor=is_poor, is_emergency=answer["is_emergency"])
    day = local_day(answer["answered_at"])
    rule = drawn_by(rules.shares, answer["case_id"], answer["round"], group=group, on=day)
    return Outcome(answer["desk_id"], answer["answered_at"], is_overdue=False, is_drawn=rule is not None)
