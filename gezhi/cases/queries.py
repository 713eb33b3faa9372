"""Reads that pages and the API share."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from gezhi.cases.access import covers
from gezhi.cases.conditions import NOT_REHANDLED, POOR
from gezhi.cases.models import Case
from gezhi.cases.situation import situation_of
from gezhi.cases.timing import deadline
from gezhi.cases.workflow import Stage, Step, Who, refusal, steps_from
from gezhi.kernel.access import Actor
from gezhi.kernel.events import timeline
from gezhi.kernel.models import Event
from gezhi.people.queries import directory


def steps_for(case: Case, actor: Actor, at: datetime) -> list[Step]:
    """The steps this actor may take with this case now: the buttons of the page, the links of the API."""
    situation = situation_of(case, actor, at)
    return [
        step
        for step in steps_from(case.stage)
        if Who.STAFF in step.by and covers(actor, step.right, case) and refusal(step, situation) is None
    ]


def rehandled_by(case: Case, *, service: int, outcome: int, at: datetime) -> datetime | None:
    """When the reporter gets another answer after this rating; None where nothing is done again: the rating is not poor, or it has been done
    again once already. The clock opens the case a moment after the rating; until then the promise is the one that it will get."""
    if min(service, outcome) > POOR:
        return None
    if case.is_rehandled and case.stage not in (Stage.ANSWERED, Stage.CLOSED):
        return case.due_at
    if not NOT_REHANDLED.holds(situation_of(case, Actor.resident(), at)):
        return None
    facts: dict[str, Any] = {"matter_id": case.matter_id, "is_emergency": case.is_emergency}
    level = directory().get(case.desk_id).kind
    return deadline("rehandle", since=case.closed_at or at, level=level, **facts).at


def route_of(case: Case) -> dict[str, Any] | None:
    """The explanation kept with the last acceptance: rule, facts, what would have changed it."""
    return route_in(timeline(case))


def route_in(events: Sequence[Event]) -> dict[str, Any] | None:
    """`route_of` for whoever has the timeline in hand."""
    return next((event.data["route"] for event in reversed(events) if "route" in event.data), None)


# Who took one of these steps did the work. To verify it is not to do it.
WORK = ("case.claimed", "case.signed", "case.finished", "case.solved", "case.answered")


def worked_on(case_ids: Collection[int], user_id: int | None) -> set[int]:
    """Those of the cases in which, or in a part of which, this person did the work. Two statements."""
    whole_of = dict(Case.objects.filter(part_of__in=case_ids).values_list("pk", "part_of_id"))
    about = [*case_ids, *whole_of]
    done = Event.objects.filter(subject_kind=Case.subject_kind, subject_id__in=about, name__in=WORK, actor_id=user_id)
    return {whole_of.get(key) or key for key in done.values_list("subject_id", flat=True)}
