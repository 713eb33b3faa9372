"""申诉: the reporter objects once to a decline; the desk above looks into it, and the reporter is told either way."""

from datetime import timedelta

import pytest

from gezhi.cases.actions import sound_alarms
from gezhi.cases.queries import steps_for
from gezhi.cases.tasks import QUESTIONS
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import set_limit
from gezhi.people.models import Notice
from gezhi.testing import SYSTEM, Town

pytestmark = pytest.mark.django_db
RESIDENT = Actor.resident()


def declined(story: Story, by: str = "clerk") -> Story:
    story.take("decline", by, reason="不归社区管。", answer="这是物业的事，请找物业。")
    return story


def appealed(story: Story) -> Story:
    declined(story).take("appeal", RESIDENT, reason="物业三年前就撤了。")
    return story


def offered(story: Story, who: str) -> set[str]:
    return {step.name for step in steps_for(story.case, story.town.actor(who, at=story.at), story.at)}


def test_it_goes_to_the_desk_above_with_a_clock_of_its_own(story: Story) -> None:
    appealed(story)
    case = story.case
    assert (case.desk.area.code, case.stage, case.appeal, case.round) == (story.town.street, "received", "open", 2)
    assert (case.answer, case.closed_at) == ("", None), "the old answer stays in the log alone"
    assert case.due_at == work_calendar().add_days(story.at, 5).at
    assert next(event.note for event in timeline(case) if event.name == "case.appealed") == "物业三年前就撤了。"
    while dispatch(at=story.at):
        pass
    told = Notice.objects.filter(event__name="case.appealed")
    assert [one.desk_id for one in told] == [story.town.desk(story.town.street).pk]
    assert faults(timeline(case), version=case.version) == []


def test_found_right_it_is_taken_up_and_the_reporter_is_told(story: Story) -> None:
    appealed(story)
    assert {"admit", "dismiss"} <= offered(story, "street_clerk")
    assert not {"accept", "decline", "relocate", "merge"} & offered(story, "street_clerk")
    with pytest.raises(Refused):
        story.take("admit", "street_clerk", matter_id=story.town.matter("lamp").id)
    story.take("admit", "street_clerk", matter_id=story.town.matter("lamp").id, answer="您说得对，由网格来办。")
    case = story.case
    assert (case.stage, case.appeal, case.desk.area.code) == ("waiting", "admitted", story.town.grid)
    assert next(one.note for one in timeline(case) if one.name == "case.appeal_answered") == "您说得对，由网格来办。"
    story.take("claim", "worker")
    story.take("finish", "worker", result="修好了。")
    story.take("verify", "clerk", answer="修好了。")
    assert story.case.stage == "answered"


def test_found_wrong_the_decline_stands_with_a_new_answer_and_no_second_appeal(story: Story) -> None:
    appealed(story)
    with pytest.raises(Refused):
        story.take("dismiss", "street_clerk", reason="核实过。")
    story.take("dismiss", "street_clerk", reason="核实过。", answer="经核实，小区已有新物业，电话见公示栏。")
    case = story.case
    assert (case.stage, case.appeal, case.answer) == (
        "declined", "dismissed", "经核实，小区已有新物业，电话见公示栏。",
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        story.take("appeal", RESIDENT, reason="还是不同意。")
    assert refusal.value.code == "not_appealed"


def test_only_within_the_term_which_is_data(story: Story) -> None:
    declined(story)
    term = work_calendar().add_days(story.case.answered_at, 15).at
    story.at = term
    with pytest.raises(Refused) as refusal:
        story.take("appeal", RESIDENT, reason="才看到。")
    assert refusal.value.code == "in_appeal_term"
    other = Story(story.town)
    set_limit(
        actor=SYSTEM, at=other.at, kind="appeal", amount=1, unit_of_time="working_days", valid_from=other.at.date()
    )
    declined(other)
    other.at += timedelta(days=3)
    with pytest.raises(Refused):
        other.take("appeal", RESIDENT, reason="才看到。")


def test_who_declined_never_decides(town: Town) -> None:
    """The district is the last: there a colleague looks into it."""
    story = Story(town, kind="tip", area_code=town.district, lng=None, lat=None)
    story.take("decline", "district_clerk", reason="证据不足。", answer="请补充证据。")
    story.take("appeal", RESIDENT, reason="证据已经寄来。")
    assert story.case.desk.area.code == town.district
    district = town.actor("district_clerk", at=story.at)
    assert QUESTIONS["reconsider"].rows(district, story.at).count() == 0
    for name, inputs in (
        ("dismiss", {"reason": "同上。", "answer": "同上。"}),
        ("admit", {"matter_id": town.matter("tip").id, "answer": "受理。"}),
    ):
        with pytest.raises(Refused) as refusal:
            story.take(name, "district_clerk", **inputs)
        assert refusal.value.code == "not_decliner", name


def test_the_desk_that_declined_can_not_take_it_back_into_its_hands(story: Story) -> None:
    appealed(story)
    for name in ("admit", "dismiss", "accept", "decline"):
        with pytest.raises(Denied):
            story.take(name, "clerk", matter_id=story.town.matter("lamp").id, reason="x", answer="x")
    assert QUESTIONS["reconsider"].rows(story.town.actor("street_clerk", at=story.at), story.at).count() == 1
    assert QUESTIONS["accept"].rows(story.town.actor("street_clerk", at=story.at), story.at).count() == 0


def test_staff_appeal_for_nobody_and_nothing_else_is_appealed(story: Story) -> None:
    with pytest.raises(Refused):
        story.take("appeal", RESIDENT, reason="慢。")
    declined(story)
    with pytest.raises(Denied):
        story.take("appeal", "clerk", reason="替他申诉。")
    with pytest.raises(Refused):
        story.take("appeal", RESIDENT, reason="  ")


def test_its_clock_has_teeth(story: Story) -> None:
    appealed(story)
    sound_alarms(at=story.case.due_at)
    assert story.case.overdue_at is not None


def test_who_was_declined_along_may_appeal_alone(story: Story) -> None:
    main = Story(story.town)
    story.take("merge", "clerk", main_id=main.pk)
    declined(main)
    while dispatch(at=main.at):
        pass
    story.at = main.at
    assert (story.case.stage, story.case.declined_by_id) == ("declined", story.town.user("clerk").pk)
    story.take("appeal", RESIDENT, reason="我的不一样。")
    story.take("admit", "street_clerk", matter_id=story.town.matter("lamp").id, answer="受理。")
    assert story.case.stage == "waiting"
