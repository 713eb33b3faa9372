"""What the conditions of the workflow look at, read from a call in hand and the one who acts. No query."""

from datetime import datetime

from gezhi.calls.conditions import Situation
from gezhi.calls.joint import Joint
from gezhi.calls.models import Account, CallPart, CallScore
from gezhi.kernel.access import Actor
from gezhi.people.queries import directory


def situation_of(joint: Joint, part: CallPart | None, actor: Actor, at: datetime) -> Situation:
    """Of the call as a whole, or with the eyes on one part and its score."""
    call = joint.call
    if part is None:
        return Situation(at=at, phase=call.phase, are_all_filed=joint.are_all_filed)
    score = joint.scores.get(part.pk)
    return Situation(
        at=at,
        phase=call.phase,
        state=part.state,
        is_lead=part.is_lead,
        is_on_site=part.is_on_site,
        is_bound=part.is_bound,
        is_desk_open=directory().get(part.desk_id).is_open,
        has_arrived=part.arrived_at is not None,
        is_arrival_confirmed=part.arrival_confirmed_at is not None,
        owes_account=part.account == Account.OWED,
        are_all_filed=joint.are_all_filed,
        sign_due_at=part.sign_due_at,
        score=score.standing if score is not None else "",
        score_until=call.score_until,
        object_until=score.object_until if score is not None else None,
        is_scorer=scored_it(score, actor),
        took_part=part.desk_id in actor.desks or acted_in(part, actor),
        is_of_either=bool({part.desk_id, call.desk_id} & actor.desks) or acted_in(part, actor) or gave(score, actor),
    )


def scored_it(score: CallScore | None, actor: Actor) -> bool:
    return score is not None and score.scored_by_id is not None and score.scored_by_id == actor.user_id


def gave(score: CallScore | None, actor: Actor) -> bool:
    """Is it this person's own score, given or confirmed while they sat at the street?"""
    return (
        score is not None and actor.user_id is not None and actor.user_id in (score.scored_by_id, score.confirmed_by_id)
    )


def acted_in(part: CallPart, actor: Actor) -> bool:
    """Did this person act for the department, wherever they sit today?"""
    return actor.user_id is not None and actor.user_id in (part.signed_by_id, part.filed_by_id)
