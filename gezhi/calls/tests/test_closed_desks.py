"""A department's desk is closed by hand while it takes part: the district is told and puts another in its place, wherever it stopped."""

import pytest

from gezhi.calls.queries import steps_for
from gezhi.calls.tests.story import LEAD, OTHER, CallStory
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.people.actions import set_desk_open
from gezhi.people.models import Desk, Notice
from gezhi.testing import SYSTEM

pytestmark = pytest.mark.django_db
THIRD = "urban_management"


def closed(story: CallStory, department: str = LEAD) -> CallStory:
    set_desk_open(Desk.objects.get(pk=story.town.desk(department).pk), False, actor=SYSTEM, at=story.at)
    while dispatch(at=story.at):
        pass
    return story


def offered(story: CallStory, who: str = "district_clerk") -> set[tuple[str, int]]:
    offers = steps_for(story.joint, story.town.actor(who, at=story.at), story.at)
    return {(offer.step.name, offer.part.desk_id) for offer in offers if offer.part is not None}


def test_the_district_is_told_in_the_call(story: CallStory) -> None:
    closed(story.signed())
    part = story.part(LEAD)
    assert timeline(part)[-1].name == "call_part.desk_closed"
    told = Notice.objects.filter(event__name="call_part.desk_closed")
    assert [one.desk_id for one in told] == [story.town.desk(story.town.district).pk]
    assert faults(timeline(part), version=part.version) == []


def test_one_that_has_signed_is_replaced_only_where_its_desk_is_closed(story: CallStory) -> None:
    story.signed()
    assert not {step for step in offered(story) if step[0] == "excuse"}
    with pytest.raises(Refused) as refusal:
        story.take("excuse", "district_clerk", LEAD, reason="换一家。", desk_id=story.town.desk(THIRD).pk)
    assert refusal.value.code == "replaceable"
    closed(story)
    assert ("excuse", story.town.desk(LEAD).pk) in offered(story)
    story.take("excuse", "district_clerk", LEAD, reason="岗台撤了。", desk_id=story.town.desk(THIRD).pk)
    lead = story.joint.lead
    assert lead is not None
    assert (lead.desk_id, lead.state) == (story.town.desk(THIRD).pk, "waiting")
    assert lead.alarm_at is not None, "its clock runs"


def test_a_lead_that_had_filed_is_replaced_and_the_new_one_sums_up(story: CallStory) -> None:
    story.filed()
    closed(story)
    story.take("excuse", "district_clerk", LEAD, reason="岗台撤了。", desk_id=story.town.desk(THIRD).pk)
    old = story.joint.parts[-1]
    assert (old.state, old.filed_at, old.result) == ("excused", None, "工资已经结清。")
    assert story.joint.lead.sum_due_at is None, "it has not filed yet"


def test_an_assistant_that_had_filed_may_leave_and_the_lead_sums_up(story: CallStory) -> None:
    closed(story.filed(), OTHER)
    story.take("excuse", "district_clerk", OTHER, reason="岗台撤了。")
    story.take("sum_up", "handler", summary="办好了。")
    story.take("strike_off", "street_clerk")
    assert story.call.phase == "struck_off"


def test_the_district_does_not_insist_on_a_desk_that_is_closed(story: CallStory) -> None:
    story.dispatched()
    story.take("decline", "handler", reason="不归我们。")
    closed(story)
    with pytest.raises(Refused) as refusal:
        story.take("insist", "district_clerk", LEAD, reason="就是你们。")
    assert refusal.value.code == "desk_open"
