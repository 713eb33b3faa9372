"""What the conditions of the workflow look at, read from a case and the one who acts. No query."""

from datetime import datetime

from gezhi.cases.models import Case
from gezhi.cases.workflow import Situation
from gezhi.kernel.access import Actor
from gezhi.people.queries import directory


def situation_of(case: Case, actor: Actor, at: datetime) -> Situation:
    desks = directory()
    return Situation(
        stage=case.stage,
        desk_kind=desks.get(case.desk_id).kind,
        at=at,
        is_holder=case.holder_id is not None and case.holder_id == actor.user_id,
        is_held=case.holder_id is not None,
        is_finisher=case.finished_by_id is not None and case.finished_by_id == actor.user_id,
        is_verified=case.verified_at is not None,
        has_sender=case.sent_by_id is not None,
        has_level_above=desks.above(case.desk_id) is not None,
        hold_until=case.hold_until,
        rate_until=case.rate_until,
        reopen_until=case.reopen_until,
    )
