"""Scoring after the strike-off, and what keeps it honest: once, in time, words for a low level, a second person, an objection, a ruling."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.calls.actions import set_score_rule
from gezhi.calls.models import CallScore, ScoreRule
from gezhi.calls.scoring import Rule, Rules
from gezhi.calls.tests.story import DAY, LEAD, MINUTE, OTHER, CallStory, second_clerk
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.people.actions import Seat, seat_many, unseat
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town

levels = st.tuples(*(st.integers(1, 5) for _question in range(3)))


@given(levels, st.integers(0, 100), st.integers(0, 100))
def test_a_weighted_score_lies_between_its_levels(given_levels: tuple[int, ...], first: int, second: int) -> None:
    weights = (min(first, second), abs(first - second), 100 - max(first, second))
    rule = Rule(date(2026, 1, 1), *weights, low_level=2, far=150, fewest_scores=5, fewest_calls=5)
    assert 100 * min(given_levels) <= rule.weighted(given_levels) <= 100 * max(given_levels)
    assert rule.weighted(given_levels) == sum(w * level for w, level in zip(weights, given_levels, strict=True))
    assert rule.needs_words(given_levels) == (min(given_levels) <= 2)


def test_the_rule_of_the_day() -> None:
    old, new = (Rule(date(year, 1, 1), 30, 20, 50, 2, 150, 5, 5) for year in (2025, 2026))
    rules = Rules([new, old])
    assert rules.on(date(2024, 12, 31)) is None
    assert rules.on(date(2025, 12, 31)) == old
    assert rules.on(date(2026, 1, 1)) == new


@pytest.mark.django_db
class TestOnce:
    def test_each_department_once(self, story: CallStory) -> None:
        story.struck_off().scored()
        with pytest.raises(Refused) as refusal:
            story.scored(5, 5, 5)
        assert refusal.value.code == "not_scored"
        story.scored(5, 5, 5, department=OTHER)
        assert CallScore.objects.count() == 2
        assert faults(timeline(story.part().score), version=story.part().score.version) == []

    def test_not_before_the_strike_off(self, story: CallStory) -> None:
        story.summed()
        with pytest.raises(Refused) as refusal:
            story.scored()
        assert refusal.value.code == "struck_off"

    def test_not_after_its_term(self, story: CallStory) -> None:
        story.struck_off()
        assert story.call.score_until is not None
        story.at = story.call.score_until
        with pytest.raises(Refused) as refusal:
            story.scored()
        assert refusal.value.code == "in_score_term"

    @pytest.mark.parametrize("wrong", [(0, 3, 3), (6, 3, 3), (3, 3, None), (3, 3, True)])
    def test_five_levels_three_questions(self, story: CallStory, wrong: tuple[int, int, int]) -> None:
        story.struck_off()
        with pytest.raises(Refused) as refusal:
            story.scored(*wrong)
        assert refusal.value.code == "empty"

    def test_a_low_level_needs_words(self, story: CallStory) -> None:
        story.struck_off()
        with pytest.raises(Refused) as refusal:
            story.scored(2, 5, 5)
        assert (refusal.value.code, refusal.value.field) == ("low_needs_words", "words")
        story.scored(2, 5, 5, words="打了三次电话才来。")


@pytest.mark.django_db
def test_nobody_scores_the_department_to_which_they_belong(town: Town) -> None:
    """With a seat at both desks one would mark oneself; and who signed for the department has moved to the street meanwhile."""
    seat_many(
        [
            Seat(town.user("handler"), town.desk(town.street), Role.STREET_CLERK, date(2020, 1, 1)),
            Seat(town.user("street_clerk"), town.desk(OTHER), Role.DEPARTMENT_LEAD, date(2020, 1, 1)),
        ],
        actor=SYSTEM,
        at=FOUNDED,
    )
    story = CallStory(town).struck_off()
    for who, department in (("handler", LEAD), ("street_clerk", OTHER)):
        with pytest.raises(Refused) as refusal:
            story.scored(5, 5, 5, department=department, who=who)
        assert refusal.value.code == "disinterested"
    story.scored(5, 5, 5, department=LEAD, who="street_clerk")


@pytest.mark.django_db
class TestFar:
    @pytest.fixture
    def usual(self, town: Town) -> Town:
        """The street has given 4.00 twice, and two is enough to have a mean."""
        second_clerk(town)
        set_score_rule(RULE_TODAY, actor=SYSTEM, at=NOON)
        CallStory(town).struck_off().scored(4, 4, 4).scored(4, 4, 4, department=OTHER)
        return town

    def test_near_the_mean_it_counts_at_once(self, usual: Town) -> None:
        story = CallStory(usual).struck_off().scored(3, 3, 3)
        score = story.part().score
        assert (score.standing, score.off_mean, score.is_far) == ("counted", -100, False)
        assert score.object_until is not None

    def test_far_from_it_a_second_person_looks(self, usual: Town) -> None:
        story = CallStory(usual).struck_off().scored(2, 2, 2, words="迟迟不来。")
        score = story.part().score
        assert (score.standing, score.off_mean, score.is_far, score.object_until) == ("to_confirm", -200, True, None)
        with pytest.raises(Refused) as refusal:
            story.take("object", "handler", reason="不公平")
        assert refusal.value.code == "wrong_phase"
        with pytest.raises(Refused) as refusal:
            story.take("confirm_score", "street_clerk")
        assert refusal.value.code == "not_scorer"
        story.take("confirm_score", "second", note="我也在场。")
        assert story.part().score.standing == "counted"
        assert story.part().score.object_until is not None

    def test_the_second_person_may_say_no_and_it_stays_on_record(self, usual: Town) -> None:
        story = CallStory(usual).struck_off().scored(1, 1, 1, words="太差。")
        with pytest.raises(Refused) as refusal:
            story.take("refuse_score", "second")
        assert refusal.value.code == "empty"
        story.take("refuse_score", "second", reason="与现场情况不符。")
        assert story.part().score.standing == "refused"
        with pytest.raises(Refused) as refusal:
            story.scored(3, 3, 3)
        assert refusal.value.code == "not_scored", "refused is not erased: it can't be given anew"

    def test_what_did_not_count_makes_no_mean(self, usual: Town) -> None:
        odd = CallStory(usual).struck_off().scored(1, 1, 1, words="太差。")
        odd.take("refuse_score", "second", reason="与现场情况不符。")
        assert CallStory(usual).struck_off().scored(4, 4, 4).part().score.off_mean == 0


# From the day of NOON on.
RULE_TODAY = Rule(date(2026, 3, 2), 30, 20, 50, low_level=2, far=150, fewest_scores=2, fewest_calls=5)


@pytest.mark.django_db
class TestObjection:
    @pytest.fixture
    def scored(self, story: CallStory) -> CallStory:
        return story.struck_off().scored(2, 3, 2, words="来得太晚。")

    def test_once_within_the_term(self, scored: CallStory) -> None:
        until = scored.part().score.object_until
        with pytest.raises(Refused) as refusal:
            scored.take("object", "handler", reason="当天道路封闭。", after=until - scored.at + MINUTE)
        assert refusal.value.code == "in_object_term"

    def test_upheld_it_stays_and_can_not_be_objected_to_again(self, scored: CallStory) -> None:
        scored.take("object", "handler", reason="当天道路封闭。", after=DAY)
        scored.take("uphold", "district_clerk", reason="核实了，没有封路。")
        assert scored.part().score.standing == "upheld"
        with pytest.raises(Refused) as refusal:
            scored.take("object", "handler", reason="再看一次。")
        assert refusal.value.code == "wrong_phase"

    def test_voided_it_is_kept_and_does_not_count(self, scored: CallStory) -> None:
        scored.take("object", "department_lead", reason="当天道路封闭。")
        with pytest.raises(Refused) as refusal:
            scored.take("void", "district_clerk")
        assert (refusal.value.code, refusal.value.field) == ("empty", "reason")
        scored.take("void", "district_clerk", reason="确有封路。")
        score = scored.part().score
        assert (score.standing, score.objection, score.ruling) == ("void", "当天道路封闭。", "确有封路。")

    def test_only_the_department_itself(self, scored: CallStory) -> None:
        for who in ("other_handler", "street_clerk", "district_clerk"):
            with pytest.raises(Denied):
                scored.take("object", who, reason="不公平")

    def test_who_sits_on_either_side_does_not_rule(self, scored: CallStory) -> None:
        town = scored.town
        seat_many(
            [Seat(town.user("district_clerk"), town.desk(LEAD), Role.DEPARTMENT_LEAD, date(2020, 1, 1))],
            actor=SYSTEM,
            at=FOUNDED,
        )
        scored.take("object", "handler", reason="当天道路封闭。")
        with pytest.raises(Refused) as refusal:
            scored.take("void", "district_clerk", reason="帮自己一把。")
        assert refusal.value.code == "neutral"

    def test_who_gave_the_score_does_not_rule_on_it_from_another_desk(self, scored: CallStory) -> None:
        town = scored.town
        scorer = town.user("street_clerk")
        for post in Post.objects.filter(user=scorer):
            unseat(post, actor=SYSTEM, at=scored.at, until_on=local_day(scored.at))
        scored.take("object", "handler", reason="当天道路封闭。", after=DAY)
        seat_many(
            [Seat(scorer, town.desk(town.district), Role.DISTRICT_CLERK, local_day(scored.at))],
            actor=SYSTEM,
            at=scored.at,
        )
        for step in ("uphold", "void"):
            with pytest.raises(Refused) as refusal:
                scored.take(step, "street_clerk", reason="我评得对。")
            assert refusal.value.code == "neutral"
        scored.take("uphold", "district_clerk", reason="核实了，没有封路。")


@pytest.mark.django_db
class TestRule:
    def test_weights_make_a_hundred(self, town: Town) -> None:
        with pytest.raises(Refused) as refusal:
            set_score_rule(Rule(date(2026, 4, 1), 30, 20, 40, 2, 150, 5, 5), actor=SYSTEM, at=NOON)
        assert refusal.value.code == "weights"

    def test_not_for_days_that_are_past_and_only_by_the_district(self, town: Town) -> None:
        rule = Rule(date(2026, 3, 1), 30, 20, 50, 2, 150, 5, 5)
        with pytest.raises(Refused) as refusal:
            set_score_rule(rule, actor=SYSTEM, at=NOON)
        assert refusal.value.code == "retroactive"
        for who in ("street_clerk", "handler", "inspector"):
            with pytest.raises(Denied):
                set_score_rule(RULE_TODAY, actor=town.actor(who), at=NOON)
        set_score_rule(RULE_TODAY, actor=town.actor("district_clerk"), at=NOON)

    def test_without_a_rule_nothing_is_scored(self, story: CallStory) -> None:
        story.struck_off()
        ScoreRule.objects.all().delete()
        from gezhi.kernel.registers import touch

        touch("score_rules")
        with pytest.raises(Refused) as refusal:
            story.scored()
        assert refusal.value.code == "no_score_rule"
