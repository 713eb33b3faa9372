"""Who may do what: each step allowed and denied by role, made from the table of steps and not typed."""

from datetime import timedelta

import pytest
from django.db import transaction

from gezhi.disputes.access import covers, get_dispute
from gezhi.disputes.actions import take
from gezhi.disputes.models import Dispute
from gezhi.disputes.tests.mediation import EVERYTHING, Mediation, registered
from gezhi.disputes.workflow import STEPS, DisputeStage, Step
from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing, Refused
from gezhi.testing import CAST, NOON, Town

STAFF_STEPS = [step for step in STEPS.values() if not step.creates]
# For a dispute on the desk of the first grid that nobody mediates yet.
SEE = {"leader", "clerk", "street_clerk", "district_clerk", "inspector"}
ALLOWED = {
    "dispute.see": SEE,
    "dispute.work": {"leader", "clerk", "street_clerk", "district_clerk"},
    "dispute.mediate": {"leader", "clerk", "street_clerk"},
    "dispute.approve": {"street_clerk", "district_clerk"},
}
# What a condition says to whoever has the right, where nothing else is in the way.
EXPECTED = {"approve": "asked", "refuse": "asked"}


@pytest.mark.parametrize("right", ALLOWED)
def test_each_right_is_held_by_these_and_nobody_else(mediation: Mediation, right: str) -> None:
    holders = {who for who in CAST if covers(mediation.town.actor(who), right, mediation.dispute)}
    assert holders == ALLOWED[right]


@pytest.mark.parametrize("step", STAFF_STEPS, ids=lambda step: step.name)
def test_every_step_by_everybody(mediation: Mediation, step: Step) -> None:
    """Who doesn't see it doesn't find it; who sees it without the right is denied; who has the right is at most refused by a condition."""
    inputs = EVERYTHING | {
        "on": NOON.date(),
        "mediator_id": mediation.town.user("leader").pk,
        "desk_id": mediation.town.desk(mediation.town.community).pk,
    }
    for who in CAST:
        actor, dispute = mediation.town.actor(who), mediation.dispute
        with transaction.atomic():
            if who in SEE:
                assert get_dispute(actor, mediation.pk) == dispute
            else:
                with pytest.raises(Missing):
                    get_dispute(actor, mediation.pk)
            try:
                take(step.name, dispute, actor=actor, at=NOON + timedelta(hours=1), **inputs)
                outcome = "done"
            except Denied:
                outcome = "denied"
            except Refused as refusal:
                outcome = refusal.code
            assert (outcome == "denied") is (who not in ALLOWED[step.right]), who
            if outcome != "denied" and DisputeStage.OPEN not in step.sources:
                assert outcome == "wrong_stage", who
            elif outcome != "denied":
                assert outcome == EXPECTED.get(step.name, "done"), who
            transaction.set_rollback(True)


@pytest.mark.parametrize("who", [who for who in CAST if who not in ALLOWED["dispute.work"] | {"nobody"}])
def test_who_does_not_work_on_disputes_registers_none(town: Town, who: str) -> None:
    with pytest.raises((Refused, Denied)):
        registered(town, who)
    assert not Dispute.objects.exists()


def test_lists_and_single_objects_agree(town: Town) -> None:
    places = (town.grid, town.next_grid, town.community, town.next_community, town.street, town.other_grid)
    disputes = [
        Mediation(town, who, area_code=place).dispute
        for place in places
        for who in ("stranger" if place == town.other_grid else "street_clerk",)
    ]
    for who in CAST:
        actor = town.actor(who)
        listed = set(Dispute.objects.visible_to(actor))
        assert listed == {one for one in disputes if covers(actor, "dispute.see", one)}, who
