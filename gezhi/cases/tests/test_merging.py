"""并单: several reports of one thing are handled once, and every reporter gets the answer."""

from datetime import timedelta

import pytest

from gezhi.cases.actions import sound_alarms
from gezhi.cases.models import Case
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(town: Town) -> tuple[Story, Story]:
    """A case in a worker's hands, and a second report of the same lamp at intake."""
    return Story(town).claimed(), Story(town, text="东门路灯不亮。")


def merged(pair: tuple[Story, Story]) -> tuple[Story, Story]:
    main, other = pair
    other.take("merge", "clerk", main_id=main.pk, note="同一盏灯。")
    return main, other


def hand_on(at) -> None:
    while dispatch(at=at):
        pass


def test_the_merged_case_rests_and_the_main_one_counts_it(pair: tuple[Story, Story]) -> None:
    main, other = merged(pair)
    case = other.case
    assert (case.stage, case.merged_into_id, case.alarm_at, case.holder_id) == ("merged", main.pk, None, None)
    assert main.case.followers == 1
    assert timeline(main.case)[-1].name == "case.joined"
    assert sound_alarms(at=case.due_at + timedelta(days=2)) <= 1, "the clock of the merged one is the main one's"
    assert case.is_open


def test_every_reporter_gets_the_answer_and_may_rate_it(pair: tuple[Story, Story]) -> None:
    main, other = merged(pair)
    main.take("finish", "worker", result="换了灯泡。")
    main.take("verify", "clerk", answer="路灯修好了。")
    hand_on(main.at)
    case = other.case
    assert (case.stage, case.answer) == ("answered", "路灯修好了。")
    assert case.rate_until is not None
    other.at = main.at
    other.take("rate", Actor.resident(), service=5, outcome=5)
    assert other.case.stage == "closed"
    for story in (main, other):
        assert faults(timeline(story.case), version=story.case.version) == []


def test_the_answer_is_given_along_once_however_often_it_is_handed_on(pair: tuple[Story, Story]) -> None:
    main, other = merged(pair)
    main.take("finish", "worker", result="换了灯泡。")
    main.take("verify", "clerk", answer="路灯修好了。")
    for _again in range(3):
        hand_on(main.at)
    assert [event.name for event in timeline(other.case)].count("case.answered_along") == 1


def test_what_is_not_taken_up_is_told_to_all(town: Town) -> None:
    main, other = Story(town), Story(town)
    other.take("merge", "clerk", main_id=main.pk)
    main.take("decline", "clerk", reason="不归这里。", answer="请向供电公司反映。")
    hand_on(main.at)
    assert (other.case.stage, other.case.answer) == ("declined", "请向供电公司反映。")


def test_unmerging_brings_it_back_to_intake_with_a_limit_of_its_own(pair: tuple[Story, Story]) -> None:
    main, other = merged(pair)
    other.at += timedelta(days=3)
    other.take("unmerge", "clerk", reason="不是同一盏灯。")
    case = other.case
    assert (case.stage, case.merged_into_id, main.case.followers) == ("received", None, 0)
    assert case.due_at > other.at
    assert case.alarm_at is not None
    main.take("finish", "worker", result="换了灯泡。")
    main.take("verify", "clerk", answer="路灯修好了。")
    hand_on(main.at)
    assert other.case.stage == "received", "it is no follower any more"


def test_what_can_not_be_merged(pair: tuple[Story, Story], town: Town) -> None:
    main, other = pair
    third = Story(town)

    def refused(story: Story, main_id: object, who: str = "clerk") -> str:
        with pytest.raises(Refused) as refusal:
            story.take("merge", who, main_id=main_id)
        return refusal.value.code

    assert refused(other, other.pk) == "same_case"
    assert refused(other, 999_999) == "no_such_case"
    assert refused(other, "370103-999999-1") == "no_such_case"
    assert refused(other, "²") == "no_such_case", "a digit that is no number"
    assert refused(other, "9" * 40) == "no_such_case"
    assert refused(other, "") == "empty"
    other.take("merge", "clerk", main_id=main.pk)
    assert refused(third, other.pk) == "main_not_open", "never into one that was merged itself"
    assert refused(main, third.pk) == "holder_if_held"
    leader = Story(town)
    third.take("merge", "clerk", main_id=leader.pk)
    assert refused(leader, main.pk) == "leads_none"


def test_a_main_case_by_its_number(pair: tuple[Story, Story]) -> None:
    main, other = pair
    other.take("merge", "clerk", main_id=main.case.number)
    assert other.case.merged_into_id == main.pk


def test_nobody_merges_into_what_he_does_not_see(town: Town) -> None:
    east = Story(town, grid=town.other_grid)
    west = Story(town)
    with pytest.raises(Refused) as refusal:
        west.take("merge", "clerk", main_id=east.pk)
    assert refusal.value.code == "no_such_case"
    with pytest.raises(Denied):
        west.take("merge", "worker", main_id=east.pk)


def test_a_closed_case_leads_nobody(town: Town) -> None:
    done, late = Story(town).answered(), Story(town)
    with pytest.raises(Refused) as refusal:
        late.take("merge", "clerk", main_id=done.pk)
    assert refusal.value.code == "main_not_open"


def test_two_merges_into_each_other_leave_one_main(town: Town) -> None:
    one, other = Story(town), Story(town)
    one.take("merge", "clerk", main_id=other.pk)
    with pytest.raises(Refused):
        other.take("merge", "clerk", main_id=one.pk)
    assert Case.objects.get(pk=other.pk).followers == 1
