"""A re-division takes open disputes along, and nobody who mediates loses one by it."""

import pytest

from gezhi.disputes.models import Dispute
from gezhi.disputes.tests.mediation import Mediation
from gezhi.kernel.events import faults, timeline
from gezhi.territory.actions import effect_due_plans
from gezhi.territory.plans import preview
from gezhi.territory.tests.planning import ON_THE_DAY, approve, draft, merging
from gezhi.testing import Town

pytestmark = pytest.mark.django_db


def test_an_open_dispute_goes_to_the_heir_of_its_grid_and_keeps_its_mediator(mediation: Mediation, town: Town) -> None:
    before = mediation.dispute
    plan = approve(town, draft(town, merging(town.grid, town.next_grid)))
    assert preview(plan).moves["disputes"] == {"open_disputes": 1}
    assert effect_due_plans(at=ON_THE_DAY) == 1
    after = Dispute.objects.select_related("desk__area").get(pk=before.pk)
    new = f"{town.community}004"
    assert (after.grid_code, after.desk.area.code, after.desk.is_open) == (new, new, True)
    assert (after.stage, after.mediator_id) == (before.stage, before.mediator_id)
    event = timeline(after)[-1]
    assert (event.name, event.data["was"], event.data["area"]) == ("dispute.regridded", town.grid, new)
    assert faults(timeline(after), version=after.version) == []


def test_an_ended_one_stays_on_the_land_of_its_time(mediation: Mediation, town: Town) -> None:
    mediation.take("withdraw", "leader", reason="双方和好了。")
    version = mediation.dispute.version
    approve(town, draft(town, merging(town.grid, town.next_grid)))
    effect_due_plans(at=ON_THE_DAY)
    assert (mediation.dispute.grid_code, mediation.dispute.version) == (town.grid, version)


def test_one_that_is_taken_up_again_goes_to_the_heirs(mediation: Mediation, town: Town) -> None:
    mediation.visited().take("close", "leader")
    approve(town, draft(town, merging(town.grid, town.next_grid)))
    effect_due_plans(at=ON_THE_DAY)
    mediation.at = ON_THE_DAY
    mediation.take("reopen", "clerk", reason="又吵起来了。")
    after = Dispute.objects.select_related("desk__area").get(pk=mediation.pk)
    new = f"{town.community}004"
    assert (after.stage, after.grid_code, after.desk.area.code, after.desk.is_open) == ("open", new, new, True)
