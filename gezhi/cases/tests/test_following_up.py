"""回访: who is drawn, by which rule, how often it is tried, and what is kept of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.cases.actions import set_follow_up_rule, take
from gezhi.cases.follow_up_rules import lot
from gezhi.cases.follow_ups_due import due_counts, follow_ups_due
from gezhi.cases.models import Answer, FollowUp, FollowUpRule, Rating
from gezhi.cases.sampling import Group, ShareRow, is_drawn, rule_for
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town

PHONE = {"reporter_phone": "13812345678"}
TODAY = NOON.date()


def share_of_rest(share: int) -> None:
    set_follow_up_rule(
        actor=SYSTEM, at=FOUNDED, group="rest", share=share, days=5, attempts=3, valid_from=date(2021, 1, 1)
    )


def answered(town: Town, **report: Any) -> tuple[Story, Answer]:
    story = Story(town, **PHONE | report).answered()
    dispatch(at=story.at, limit=1000)
    return story, Answer.objects.get(case=story.pk, round=1)


def test_everybody_is_drawn_where_the_share_is_everything(town: Town) -> None:
    share_of_rest(100)
    story, answer = answered(town)
    assert answer.drawn == Group.REST
    assert (answer.has_contact, answer.has_point, answer.attempts_due) == (True, True, 3)
    assert answer.month == 202603
    assert [one.case_id for one in follow_ups_due(town.actor("clerk"), at=story.at)] == [story.pk]


def test_nobody_is_drawn_where_the_share_is_nothing(town: Town) -> None:
    share_of_rest(0)
    assert answered(town)[1].drawn == ""


@pytest.mark.parametrize("report", [{"reporter_phone": ""}, {"may_be_contacted": False}])
def test_who_left_no_number_or_wants_no_call_is_not_drawn(town: Town, report: dict[str, Any]) -> None:
    share_of_rest(100)
    _story, answer = answered(town, **report)
    assert (answer.drawn, answer.has_contact) == ("", False)


def test_all_emergencies_are_drawn(town: Town) -> None:
    share_of_rest(0)
    assert answered(town, is_emergency=True)[1].drawn == Group.EMERGENCY


def test_the_lot_is_the_same_at_every_asking_and_spreads_evenly(db: None) -> None:
    lots = [lot(case, 1) for case in range(1, 4001)]
    assert lots == [lot(case, 1) for case in range(1, 4001)]
    drawn = sum(is_drawn(20, one) for one in lots)
    # 800 expected; four standard deviations are about 100.
    assert 700 < drawn < 900
    assert [lot(case, 2) for case in range(1, 11)] != lots[:10]


@given(st.integers(0, 9_999), st.integers(0, 100), st.integers(0, 100))
def test_a_larger_share_draws_everybody_that_a_smaller_one_drew(lot: int, one: int, other: int) -> None:
    if one <= other:
        assert is_drawn(other, lot) >= is_drawn(one, lot)
    assert not is_drawn(0, lot)
    assert is_drawn(100, lot)


def test_of_two_rules_that_hold_the_later_counts() -> None:
    rows = [ShareRow("rest", 20, 5, 3, date(2020, 1, 1)), ShareRow("rest", 30, 5, 3, date(2026, 1, 1))]
    assert rule_for(rows, "rest", date(2025, 12, 31)) == rows[0]
    assert rule_for(rows, "rest", date(2026, 1, 1)) == rows[1]
    assert rule_for(rows, "poor", date(2026, 1, 1)) is None


def test_three_attempts_in_vain_are_enough(town: Town) -> None:
    share_of_rest(100)
    story, _answer = answered(town)
    for left in (2, 1, 0):
        story.take("follow_up", "clerk", contacted=False)
        assert due_counts(town.actor("clerk"), at=story.at).waiting == (1 if left else 0)
    answer = Answer.objects.get()
    assert (answer.attempts, answer.is_over, answer.is_contacted) == (3, True, False)
    assert FollowUp.objects.count() == 3


def test_once_reached_the_first_word_counts(town: Town) -> None:
    share_of_rest(100)
    story, _answer = answered(town)
    story.take("follow_up", "clerk", contacted=False)
    story.take("follow_up", "clerk", contacted=True, solved=False, service=4, outcome=2, note="还是不亮")
    story.take("follow_up", "street_clerk", contacted=True, solved=True, service=5, outcome=5)
    answer = Answer.objects.get()
    assert (answer.attempts, answer.is_over, answer.is_contacted, answer.is_solved) == (3, True, True, False)
    assert (answer.follow_up_service, answer.follow_up_outcome) == (4, 2)


def test_a_poor_rating_is_asked_about_after_it_was_done_again(town: Town) -> None:
    share_of_rest(0)
    story, _answer = answered(town)
    story.take("rate", Actor.resident(), service=5, outcome=1)
    dispatch(at=story.at, limit=1000)
    first = Answer.objects.get(round=1)
    assert (first.drawn, first.is_over, first.link_outcome) == ("", True, 1)
    assert first.reopened_at is not None
    story.take("claim", "worker")
    story.take("finish", "worker", result="又换了。")
    story.take("verify", "clerk", answer="又修好了。")
    dispatch(at=story.at, limit=1000)
    assert Answer.objects.get(round=2).drawn == Group.REHANDLED


def test_a_poor_rating_that_is_not_done_again_is_asked_about_at_once(town: Town) -> None:
    share_of_rest(0)
    story, _answer = answered(town)
    # Somebody closed the way back meanwhile: the term to open it again is over before the event is handed on.
    case = story.take("rate", Actor.resident(), service=1, outcome=1)
    type(case).objects.filter(pk=case.pk).update(reopen_until=story.at)
    dispatch(at=story.at, limit=1000)
    assert Answer.objects.get().drawn == Group.POOR


def test_a_call_not_yet_made_is_dropped_when_the_case_is_opened_again(town: Town) -> None:
    share_of_rest(100)
    story, _answer = answered(town)
    story.take("rate", Actor.resident(), service=4, outcome=4)
    story.take("reopen", "street_clerk", reason="又坏了")
    assert follow_ups_due(town.actor("clerk"), at=story.at) == []


def test_after_its_time_a_call_is_late_and_no_longer_to_be_made(town: Town) -> None:
    share_of_rest(100)
    story, _answer = answered(town)
    later = story.at + timedelta(days=30)
    clerk = town.actor("clerk")
    assert follow_ups_due(clerk, at=later) == []
    assert [one.case_id for one in follow_ups_due(clerk, at=later, is_late=True)] == [story.pk]
    assert due_counts(clerk, at=later).late == 1


def test_calls_are_seen_where_one_may_call(town: Town) -> None:
    share_of_rest(100)
    story, _answer = answered(town)
    seen = {
        key: len(follow_ups_due(town.actor(key), at=story.at))
        for key in (
            "clerk",
            "other_clerk",
            "street_clerk",
            "district_clerk",
            "inspector",
            "stranger",
            "worker",
            "nobody",
        )
    }
    assert seen == {
        "clerk": 1, "other_clerk": 0, "street_clerk": 1, "district_clerk": 1, "inspector": 1, "stranger": 0, "worker": 0, "nobody": 0,
    }  # fmt: skip


def test_a_rule_changes_from_a_day_on_and_the_past_stays(town: Town) -> None:
    clerk = town.actor("district_clerk")
    rule = set_follow_up_rule(actor=clerk, at=NOON, group="rest", share=50, days=3, attempts=2, valid_from=TODAY)
    before = FollowUpRule.objects.filter(group="rest").order_by("valid_from").first()
    assert before is not None
    assert before.valid_until == TODAY - timedelta(days=1)
    assert faults(timeline(rule), version=rule.version) == []
    with pytest.raises(Refused, match="过去的日子"):
        set_follow_up_rule(
            actor=clerk, at=NOON, group="rest", share=0, days=3, attempts=2, valid_from=TODAY - timedelta(days=1)
        )


@pytest.mark.parametrize("wrong", [{"group": "all"}, {"share": 101}, {"share": -1}, {"days": 0}, {"attempts": 0}])
def test_rules_that_make_no_sense_are_refused(town: Town, wrong: dict[str, Any]) -> None:
    given = {"group": "rest", "share": 10, "days": 3, "attempts": 2} | wrong
    with pytest.raises(Refused):
        set_follow_up_rule(actor=town.actor("district_clerk"), at=NOON, valid_from=TODAY, **given)


def test_only_who_keeps_the_catalogue_changes_a_rule(town: Town) -> None:
    with pytest.raises(Denied):
        set_follow_up_rule(
            actor=town.actor("street_clerk"), at=NOON, group="rest", share=0, days=3, attempts=2, valid_from=TODAY
        )


def test_the_levels_of_an_answer_are_those_of_its_rating_and_first_call(town: Town) -> None:
    """What the rates count and what people said can't part."""
    share_of_rest(100)
    story, _answer = answered(town)
    story.take("follow_up", "clerk", contacted=True, solved=True, service=5, outcome=4)
    story.take("rate", Actor.resident(), service=4, outcome=3)
    answer, rating, call = Answer.objects.get(), Rating.objects.get(), FollowUp.objects.get()
    assert (answer.link_service, answer.link_outcome) == (rating.service, rating.outcome)
    assert (answer.follow_up_service, answer.follow_up_outcome, answer.is_solved) == (
        call.service,
        call.outcome,
        call.is_solved,
    )


def test_every_reporter_of_a_merged_case_gets_a_link_of_their_own(town: Town) -> None:
    story = Story(town, **PHONE)
    other = Story(town, **PHONE)
    other.take("merge", "clerk", main_id=str(story.case.number))
    story.answered()
    dispatch(at=story.at + timedelta(minutes=1), limit=1000)
    tokens = set(Answer.objects.values_list("case_id", "token"))
    assert {case for case, _token in tokens} == {story.pk, other.pk}
    assert len({token for _case, token in tokens}) == 2


def test_parts_have_no_answer_of_their_own(town: Town) -> None:
    story = Story(town)
    story.take("accept", "clerk", matter_id=town.matter("parking").id)
    story.take("sign", "clerk")
    story.take("split", "clerk", parts=[{"desk_id": town.desk(town.grid).pk, "text": "去看一下"}])
    part = story.case.parts.get()
    at = story.at + timedelta(hours=1)
    for name, who, inputs in (
        ("claim", "worker", {}), ("finish", "worker", {"result": "看过了"}), ("verify", "clerk", {}),
    ):  # fmt: skip
        part = take(name, part, actor=town.actor(who, at=at), at=at, **inputs)
    assert part.stage == "closed"
    assert not Answer.objects.exists()
