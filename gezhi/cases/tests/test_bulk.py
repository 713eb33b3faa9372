"""One step with many cases: each stands or falls alone."""

import pytest

from gezhi.cases.actions import take_many
from gezhi.cases.actions.bulk import MOST_AT_ONCE
from gezhi.cases.models import Case
from gezhi.cases.tests.story import HOUR, Story
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


def test_the_answer_says_which_stood_and_why_others_fell(town: Town) -> None:
    stories = [Story(town) for _number in range(4)]
    stories[1].take("accept", "clerk", matter_id=town.matter("lamp").id)
    east = Story(town, grid=town.other_grid)
    keys = [story.pk for story in stories] + [east.pk, 999_999]
    outcomes = take_many("accept", keys, actor=town.actor("clerk"), at=NOON + HOUR, matter_id=town.matter("rubbish").id)
    assert [outcome.key for outcome in outcomes] == keys
    assert [outcome.case is not None for outcome in outcomes] == [True, False, True, True, False, False]
    assert "阶段" in str(outcomes[1].refusal)
    assert "没有找到" in str(outcomes[4].refusal)
    assert Case.objects.filter(stage="waiting").count() == 4
    assert east.case.stage == "received"


def test_a_key_that_comes_twice_is_done_once(town: Town) -> None:
    story = Story(town)
    outcomes = take_many("urge", [story.pk, story.pk], actor=town.actor("clerk"), at=NOON + HOUR)
    assert len(outcomes) == 1


def test_a_step_without_the_right_leaves_every_case_as_it_was(town: Town) -> None:
    stories = [Story(town) for _number in range(3)]
    outcomes = take_many(
        "accept",
        [story.pk for story in stories],
        actor=town.actor("worker"),
        at=NOON + HOUR,
        matter_id=town.matter("lamp").id,
    )
    assert all(outcome.case is None and outcome.refusal for outcome in outcomes)
    assert {story.case.version for story in stories} == {1}


def test_more_than_a_page_is_refused_at_once(town: Town) -> None:
    with pytest.raises(Refused) as refusal:
        take_many("urge", list(range(1, MOST_AT_ONCE + 2)), actor=town.actor("clerk"), at=NOON)
    assert refusal.value.code == "too_many"
