"""Who used how much: every working minute until the answer belongs to exactly one desk."""

from datetime import timedelta

import pytest

from gezhi.cases.spells import spells
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.events import timeline
from gezhi.testing import NOON

pytestmark = pytest.mark.django_db


def told(story: Story) -> list:
    return spells(timeline(story.case), work_calendar(), until=story.at)


def test_each_desk_answers_for_its_own_time(story: Story) -> None:
    town = story.town
    story.accepted()  # 11:00, from intake to the grid
    story.take("claim", "worker")  # 12:00
    story.take("escalate", "worker", reason="难")  # 13:00, to the community
    story.take("sign", "clerk")
    story.at += timedelta(hours=1)
    stays = told(story)
    assert [stay.desk_id for stay in stays] == [
        town.desk(town.community).pk,
        town.desk(town.grid).pk,
        town.desk(town.community).pk,
    ]
    # 10-11 at intake; 11-13 at the grid, of which the lunch hour is no working time; from 13:00 on at the community.
    assert [stay.minutes for stay in stays] == [60, 60, 120]
    assert stays[1].taken_at == NOON + timedelta(hours=2)
    assert stays[-1].until is None
    assert [stay.used for stay in stays] == [60, 60, 120]


def test_all_minutes_up_to_the_answer_are_somebodys(story: Story) -> None:
    story.answered()
    story.at += timedelta(days=3)
    stays = told(story)
    assert sum(stay.minutes for stay in stays) == work_calendar().between(NOON, story.case.answered_at)
    assert all(stay.until is not None for stay in stays)


def test_a_suspension_is_nobodys_time(story: Story) -> None:
    story.claimed()
    story.take("ask_suspension", "worker", reason="等规划", review_on=(NOON + timedelta(days=30)).date())
    story.take("suspend", "clerk")
    story.at += timedelta(days=7)
    story.take("resume", "worker")
    (stay,) = [stay for stay in told(story) if stay.desk_id == story.town.desk(story.town.grid).pk]
    assert stay.paused == work_calendar().between(story.at - timedelta(days=7, hours=1), story.at)
    assert stay.used == stay.minutes - stay.paused


def test_a_second_round_begins_a_new_stay(story: Story) -> None:
    story.answered()
    story.take("rate", Actor.resident(), service=4, outcome=3)
    story.take("reopen", "street_clerk", reason="又坏了")
    stays = told(story)
    assert stays[-1].until is None
    assert stays[-1].since == story.at
