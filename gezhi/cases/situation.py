"""What the conditions of the workflow look at, read from a case and the one who acts. No query, but one for the whole of a part."""

from datetime import datetime

from gezhi.cases.conditions import Situation
from gezhi.cases.models import Appeal, Case
from gezhi.cases.timing import deadline
from gezhi.cases.workflow import Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.people.queries import directory


def situation_of(case: Case, actor: Actor, at: datetime) -> Situation:
    desks = directory()
    desk = desks.get(case.desk_id)
    above = desks.above(case.desk_id)
    decider = above or desk
    return Situation(
        stage=case.stage,
        desk_kind=desk.kind,
        at=at,
        due_at=case.due_at,
        is_holder=case.holder_id is not None and case.holder_id == actor.user_id,
        is_held=case.holder_id is not None,
        is_finisher=case.finished_by_id is not None and case.finished_by_id == actor.user_id,
        is_verified=case.verified_at is not None,
        is_from_above=bool(case.asked) and actor.may("case.approve", area=decider.area_code, desk_id=decider.id),
        has_sender=case.sent_by_id is not None,
        has_level_above=above is not None,
        is_emergency=case.is_emergency,
        is_debriefed=case.debriefed_at is not None,
        is_part=case.part_of_id is not None,
        is_from_whole=is_from_whole(case, actor),
        is_called=case.is_called,
        is_suspended=case.suspended_at is not None,
        awaits_reporter=case.awaits_reporter,
        was_asked_for_more=case.asked_reporter_at is not None,
        is_extended=case.extended_at is not None,
        is_rehandled=case.is_rehandled,
        open_parts=case.open_parts,
        followers=case.followers,
        asked=case.asked,
        ruling=case.ruling,
        supervision=case.supervision,
        card=case.card,
        hold_until=case.hold_until,
        review_at=case.review_at,
        rate_until=case.rate_until,
        reopen_until=case.reopen_until,
        return_until=limit_end("return", case, desk.kind, case.arrived_at)
        if case.stage == Stage.WAITING and case.sent_by_id is not None
        else None,
        is_appealed=case.appealed_at is not None,
        is_in_appeal=case.appeal == Appeal.OPEN,
        is_decliner=case.declined_by_id is not None and case.declined_by_id == actor.user_id,
        appeal_until=appeal_end(case, desk.kind),
        urge_from=limit_end("urge", case, desk.kind, case.urged_at) if case.urged_at is not None else None,
    )


def is_from_whole(case: Case, actor: Actor) -> bool:
    if case.part_of is None:
        return False
    desk = directory().get(case.part_of.desk_id)
    return actor.may("case.assign", area=desk.area_code, desk_id=desk.id)


def appeal_end(case: Case, level: str) -> datetime | None:
    """Until when the reporter may object; None for what was not declined, and where the district knows no such term."""
    if case.stage != Stage.DECLINED or case.answered_at is None:
        return None
    try:
        return limit_end("appeal", case, level, case.answered_at)
    except Refused:
        return None


def limit_end(kind: str, case: Case, level: str, since: datetime) -> datetime:
    return deadline(kind, since=since, matter_id=case.matter_id, level=level, is_emergency=case.is_emergency).at
