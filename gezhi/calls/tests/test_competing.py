"""Several at once: one dispatches, one signs, one scores, every alarm rings once. On real transactions and real threads."""

import pytest

from gezhi.calls.access import get_call
from gezhi.calls.actions import raise_call, sound_alarms, take
from gezhi.calls.models import Call, CallPart, CallScore, Lateness
from gezhi.calls.tests.story import LEAD, OTHER, CallStory, held_case, second_clerk
from gezhi.cases.access import get_case
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town, at_once, standing_town

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def living_town(transactional_db: None) -> Town:
    return standing_town()


def test_two_dispatchers_at_once(living_town: Town) -> None:
    story = CallStory(living_town)
    actor = living_town.actor("district_clerk")
    shares = [story.shares(LEAD, OTHER), story.shares(OTHER, LEAD)]

    def dispatch(number: int) -> Call:
        return take("dispatch", get_call(actor, story.pk).call, actor=actor, at=NOON, shares=shares[number % 2])

    answers = at_once(6, dispatch)
    assert sum(isinstance(answer, Call) for answer in answers) == 1, answers
    losers = [answer for answer in answers if not isinstance(answer, Call)]
    assert all(isinstance(loser, Refused) and loser.status == 409 and "褚坐席" in str(loser) for loser in losers), (
        losers
    )
    assert CallPart.objects.count() == 2
    assert faults(timeline(story.call), version=story.call.version) == []


def test_the_last_two_file_at_once_and_the_lead_is_called_on_once(living_town: Town) -> None:
    story = CallStory(living_town).signed()
    story.take("arrive", "handler")
    people = [(living_town.actor("handler"), story.part()), (living_town.actor("other_handler"), story.part(OTHER))]

    def file(number: int) -> CallPart:
        actor, part = people[number]
        return take("file", part, actor=actor, at=story.at, result="办好了。")

    answers = at_once(2, file)
    assert all(isinstance(answer, CallPart) for answer in answers), answers
    lead = story.part()
    assert [event.name for event in timeline(lead)].count("call_part.to_sum_up") == 1
    assert (story.joint.are_all_filed, lead.sum_due_at is not None) == (True, True)
    for part in story.joint.parts:
        assert faults(timeline(part), version=part.version) == []


def test_one_score_a_department(living_town: Town) -> None:
    second_clerk(living_town)
    story = CallStory(living_town).struck_off()
    actors = [living_town.actor("street_clerk"), living_town.actor("second")]
    part = story.part()

    def score(number: int) -> CallPart:
        return take("score", part, actor=actors[number % 2], at=story.at, response=4, manner=4, effect=4)

    answers = at_once(6, score)
    assert sum(isinstance(answer, CallPart) for answer in answers) == 1, answers
    assert all(isinstance(loser, Refused) for loser in answers if not isinstance(loser, CallPart)), answers
    assert CallScore.objects.count() == 1


def test_one_call_a_case(living_town: Town) -> None:
    case = held_case(living_town)
    actor = living_town.actor("street_clerk")

    def call(_number: int) -> Call:
        return raise_call(actor=actor, at=NOON, title="呼叫", text="请来", case=get_case(actor, case.pk))

    answers = at_once(5, call)
    assert sum(isinstance(answer, Call) for answer in answers) == 1, answers
    assert all(isinstance(loser, Refused) for loser in answers if not isinstance(loser, Call)), answers
    assert Call.objects.count() == 1


def test_four_clocks_ring_every_alarm_once(living_town: Town) -> None:
    stories = [CallStory(living_town).dispatched() for _number in range(8)]
    due = max(story.part().sign_due_at for story in stories)

    def ring(_number: int) -> int:
        rung = 0
        while more := sound_alarms(at=due, limit=3):
            rung += more
        return rung

    answers = at_once(4, ring)
    assert all(isinstance(answer, int) for answer in answers), answers
    assert sum(answers) == Lateness.objects.count() == 16
    for part in CallPart.objects.all():
        assert [event.name for event in timeline(part)].count("call_part.late") == 1
        assert faults(timeline(part), version=part.version) == []
