"""A year's holidays were published: promises that had been counted by plain weekdays are counted again."""

from datetime import datetime

from gezhi.cases.models import IS_OPEN, Case
from gezhi.cases.timing import promise, promised_kind, with_alarm
from gezhi.cases.workflow import Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.refusals import Conflict
from gezhi.kernel.transactions import unit
from gezhi.people.queries import directory


def renew_provisional_promises(*, actor: Actor, at: datetime) -> int:
    """Recompute every provisional promise of an open case; the number that moved or became firm.

    What has rung before stays rung only if it is still past: a case whose time was lengthened is not overdue any more.
    """
    renewed = 0
    for case in Case.objects.filter(IS_OPEN, due_is_provisional=True).exclude(stage__in=[Stage.ANSWERED, Stage.MERGED]):
        timing = promise(
            promised_kind(case),
            since=case.accepted_at or case.arrived_at,
            matter_id=case.matter_id,
            level=directory().get(case.desk_id).kind,
            is_emergency=case.is_emergency,
        )
        if timing["due_at"] == case.due_at and timing["due_is_provisional"]:
            continue
        timing["warned_at"] = case.warned_at if timing["warn_at"] == case.warn_at else None
        timing["overdue_at"] = case.overdue_at if timing["due_at"] <= at else None
        fact = Fact("case.promise_renewed", {"from": case.due_at.isoformat(), "to": timing["due_at"].isoformat()})
        try:
            with unit(alone=True):
                advance(case, fact, actor=actor, at=at, changes=with_alarm(case, timing))
        except Conflict:
            # Somebody steps with it this instant; that step counts by the new calendar or the next publication does.
            continue
        renewed += 1
    return renewed
