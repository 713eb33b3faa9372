"""A street that ends leaves no call behind that nobody may strike off."""

import pytest

from gezhi.calls.models import Call
from gezhi.calls.tests.story import LEAD, CallStory
from gezhi.kernel.events import faults, timeline
from gezhi.territory.actions import WantedArea, WantedChange, effect_due_plans, take_plan_step
from gezhi.territory.plans import preview
from gezhi.territory.tests.planning import ON_THE_DAY, draft, together
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db


def streets_merged(town: Town) -> None:
    """Both streets become one, on the day of the plan."""
    both = (town.street, town.other_street)
    change = WantedChange("merge", both, [WantedArea(together(*both), name="两关街道办事处")])
    plan = draft(town, change, scope=town.district, by="district_clerk")
    for step in ("submit", "review", "approve"):
        take_plan_step(step, plan, actor=SYSTEM, at=NOON)
    foreseen = preview(plan).moves
    assert effect_due_plans(at=ON_THE_DAY) == 1
    assert timeline(plan)[-1].data["moved"] == foreseen
    assert foreseen["calls"] == {"open_calls": 1}


@pytest.mark.parametrize("with_case", [True, False])
def test_an_open_call_is_struck_off_by_the_street_that_took_over(town: Town, with_case: bool) -> None:
    story = CallStory(town, with_case=with_case).summed()
    streets_merged(town)
    story.at = ON_THE_DAY
    call = Call.objects.select_related("desk").get(pk=story.pk)
    assert call.desk.is_open
    assert timeline(call)[-1].name == "call.regridded"
    story.take("strike_off", "street_clerk")
    assert story.call.phase == "struck_off"
    if with_case:
        assert not story.case.is_called
    story.take("score", "street_clerk", response=4, manner=4, effect=4)
    assert story.part(LEAD).score.standing == "counted"
    assert faults(timeline(story.call), version=story.call.version) == []


def test_what_is_still_to_be_scored_goes_along(town: Town) -> None:
    story = CallStory(town, at=ON_THE_DAY).struck_off()
    streets_merged(town)
    story.take("score", "street_clerk", response=4, manner=4, effect=4)
