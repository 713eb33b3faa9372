"""回访 and 重办: asked afterwards, and what a poor rating sets going by itself."""

from datetime import timedelta

import pytest

from gezhi.cases.models import FollowUp
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.events import dispatch, timeline
from gezhi.kernel.refusals import Refused
from gezhi.matters.models import TimeLimit

pytestmark = pytest.mark.django_db


def hand_on(story: Story) -> None:
    while dispatch(at=story.at):
        pass


def rated(story: Story, service: int, outcome: int) -> Story:
    story.answered().take("rate", Actor.resident(), service=service, outcome=outcome)
    hand_on(story)
    return story


# --- 回访 -----------------------------------------------------------------------------------------------------------


def test_a_clerk_asks_afterwards_and_the_case_stays_where_it_is(story: Story) -> None:
    story.answered()
    story.take("follow_up", "inspector", contacted=True, solved=True, service=5, outcome=4, note="很满意。")
    row = FollowUp.objects.get()
    assert (row.is_contacted, row.is_solved, row.service, row.outcome, row.round) == (True, True, 5, 4, 1)
    assert (story.case.stage, row.asked_by) == ("answered", story.town.user("inspector"))


def test_who_was_not_reached_has_said_nothing(story: Story) -> None:
    story.answered()
    story.take("follow_up", "clerk", contacted=False, note="无人接听。")
    for said in ({"solved": True}, {"service": 5}, {"outcome": 1}):
        with pytest.raises(Refused) as refusal:
            story.take("follow_up", "clerk", contacted=False, **said)
        assert refusal.value.code == "not_reached"
    with pytest.raises(Refused) as refusal:
        story.take("follow_up", "clerk", contacted=True)
    assert refusal.value.field == "solved"
    with pytest.raises(Refused) as refusal:
        story.take("follow_up", "clerk")
    assert refusal.value.field == "contacted"
    assert FollowUp.objects.count() == 1


def test_the_finisher_does_not_ask_and_workers_never_do(story: Story) -> None:
    story.answered()
    for who in ("worker", "leader", "stranger"):
        with pytest.raises(Denied):
            story.take("follow_up", who, contacted=True, solved=True)


# --- 重办 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("service", "outcome"), [(5, 2), (1, 5), (2, 2), (1, 1)])
def test_a_poor_rating_opens_the_case_again_for_fifteen_working_days(story: Story, service: int, outcome: int) -> None:
    TimeLimit.objects.filter(kind="rehandle").update(amount=15)
    rated(story, service, outcome)
    case = story.case
    assert (case.stage, case.round, case.is_rehandled, case.answer) == ("waiting", 2, True, "")
    assert case.due_at == work_calendar().add_days(story.at, 15).at
    assert timeline(case)[-1].name == "case.rehandled"


@pytest.mark.parametrize(("service", "outcome"), [(3, 3), (5, 5), (3, 5)])
def test_any_other_rating_closes_it(story: Story, service: int, outcome: int) -> None:
    assert rated(story, service, outcome).case.stage == "closed"


def test_the_second_poor_rating_is_for_people_to_decide(story: Story) -> None:
    rated(story, 1, 1)
    story.take("claim", "worker")
    story.take("finish", "worker", result="再次更换。")
    story.take("verify", "clerk", answer="再次更换了。")
    story.take("rate", Actor.resident(), service=1, outcome=1)
    hand_on(story)
    assert (story.case.stage, story.case.round) == ("closed", 2)
    story.take("reopen", "street_clerk", reason="连续差评。")
    assert (story.case.round, story.case.is_rehandled) == (3, False)


def test_a_rating_handed_on_late_never_opens_a_later_round(story: Story) -> None:
    story.answered().take("rate", Actor.resident(), service=1, outcome=1)
    story.take("reopen", "street_clerk", reason="马上重办。")
    round_ = story.case.round
    hand_on(story)
    assert story.case.round == round_
    assert story.case.stage == "waiting"


def test_no_follow_up_before_the_answer(story: Story) -> None:
    story.finished()
    story.at += timedelta(hours=1)
    with pytest.raises(Refused):
        story.take("follow_up", "clerk", contacted=True, solved=True)
