"""Reads that pages and the API share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gezhi.cases.access import covers
from gezhi.cases.models import Case
from gezhi.cases.situation import situation_of
from gezhi.cases.workflow import Step, Who, refusal, steps_from
from gezhi.kernel.access import Actor
from gezhi.kernel.events import timeline
from gezhi.kernel.models import Event


def steps_for(case: Case, actor: Actor, at: datetime) -> list[Step]:
    """The steps this actor may take with this case now: the buttons of the page, the links of the API."""
    situation = situation_of(case, actor, at)
    return [
        step
        for step in steps_from(case.stage)
        if Who.STAFF in step.by and covers(actor, step.right, case) and refusal(step, situation) is None
    ]


def route_of(case: Case) -> dict[str, Any] | None:
    """The explanation kept with the last acceptance: rule, facts, what would have changed it."""
    return route_in(timeline(case))


def route_in(events: Sequence[Event]) -> dict[str, Any] | None:
    """`route_of` for whoever has the timeline in hand."""
    return next((event.data["route"] for event in reversed(events) if "route" in event.data), None)
