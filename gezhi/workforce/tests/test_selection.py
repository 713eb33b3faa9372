"""A selection from its posts to the appointment: who may put whom forward, who approves, what stands in the notice, and that it stays."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Missing, Refused
from gezhi.people.models import Post
from gezhi.territory.models import Area, GridSubtype
from gezhi.testing import Town
from gezhi.workforce.access import get_candidate, get_round
from gezhi.workforce.actions import (
    Measure,
    Vacancy,
    add_criterion,
    add_opening,
    answer_objection,
    forget_candidates,
    object_to,
    plan_round,
    set_policy,
)
from gezhi.workforce.actions.selecting import is_intact
from gezhi.workforce.models import Candidate, Objection, Round
from gezhi.workforce.tests.life import DAY, EVERYBODY, Selection, user

RUNNERS = {"street_clerk", "district_clerk"}


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    return pytest.RaisesExc(Refused, check=lambda error: error.code == code)


def test_posts_criteria_candidates_notice_and_appointment(selection: Selection) -> None:
    best, second, third, unfit = selection.noticed((1, 90, 80), (1, 70, 90), (1, 60, 60), (0, 100, 100))
    stages = dict(Candidate.objects.values_list("pk", "stage"))
    assert [stages[one.pk] for one in (best, second, third, unfit)] == [
        "chosen",
        "chosen",
        "passed_over",
        "passed_over",
    ]
    round_ = selection.round
    assert [line["score"] for line in round_.result] == [8600, 7800, 6000, None]
    # Five working days after the Monday: the next Monday.
    assert (round_.notice_from, round_.notice_until) == (date(2026, 3, 2), date(2026, 3, 9))

    selection.at += 7 * DAY
    with refused("notice_over"):
        selection.step("decide")
    selection.at += DAY
    decided = selection.step("decide")
    assert len(decided.digest) == 64
    assert is_intact(decided)

    with pytest.raises(Denied):
        selection.move(best, "appoint", user_id=user("hire_one").pk, from_on=date(2026, 4, 1))
    appointed = selection.move(best, "appoint", "district_clerk", user_id=user("hire_one").pk, from_on=date(2026, 4, 1))
    assert appointed.post is not None
    post = Post.objects.get(pk=appointed.post_id)
    assert (post.user, post.desk, post.role) == (
        user("hire_one"),
        selection.town.desk(selection.town.grid),
        "part_time_worker",
    )
    event = timeline(appointed)[-1]
    assert event.data == {"post": post.pk, "user": post.user_id, "channel": "selected"}
    with refused("wrong_stage"):
        selection.move(third, "appoint", "district_clerk", user_id=user("hire_two").pk, from_on=date(2026, 4, 1))


def test_the_result_can_not_change_and_a_change_behind_our_back_is_seen(selection: Selection) -> None:
    (chosen, _other) = selection.decided((1, 90, 80), (1, 70, 90))
    for step in ("revise", "cancel", "publish", "open"):
        with refused("wrong_stage"):
            selection.step(step, reason="改一改")
    with refused("wrong_stage"):
        selection.mark(Candidate.objects.get(pk=chosen.pk), 1, 1, 1)
    round_ = selection.round
    assert faults(timeline(round_), version=round_.version) == []
    forged = [{**line, "is_chosen": not line["is_chosen"]} for line in round_.result]
    Round.objects.filter(pk=round_.pk).update(result=forged)
    assert not is_intact(selection.round)
    # A name may be erased when its time is over; the result still holds.
    Round.objects.filter(pk=round_.pk).update(result=round_.result)
    Candidate.objects.filter(pk=chosen.pk).update(name="")
    assert is_intact(selection.round)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_do_what(selection: Selection, who: str) -> None:
    town = selection.town
    actor = town.actor(who)
    sees = {"clerk", "street_clerk", "district_clerk", "leader"}
    if who in sees:
        assert get_round(actor, selection.pk).pk == selection.pk
    else:
        with pytest.raises(Missing):
            get_round(actor, selection.pk)
    for step in ("open",):
        with transaction.atomic():
            if who in RUNNERS:
                assert selection.step(step, who).stage == "open"
            else:
                with pytest.raises(Denied):
                    selection.step(step, who)
            transaction.set_rollback(True)
    selection.opened()
    with transaction.atomic():
        if who in sees:
            assert selection.propose(who=who).stage == "proposed"
        else:
            with pytest.raises(Denied):
                selection.propose(who=who)
        transaction.set_rollback(True)
    candidate = selection.propose(who="leader")
    if who in RUNNERS:
        assert selection.move(candidate, "approve", who).stage == "approved"
    else:
        with pytest.raises((Denied, Missing)):
            selection.move(candidate, "approve", who)


def test_nobody_approves_or_marks_a_candidate_of_his_own(selection: Selection) -> None:
    selection.opened()
    own, other = selection.propose("自荐", "street_clerk"), selection.propose("他荐")
    with refused("not_proposer"):
        selection.move(own, "approve")
    selection.move(own, "approve", "district_clerk")
    selection.move(other, "approve")
    selection.step("assess")
    with refused("own_candidate"):
        selection.mark(own, 1, 90, 90)
    selection.mark(own, 1, 90, 90, who="district_clerk")
    with refused("all_marked"):
        selection.step("publish")


def test_part_time_posts_of_a_dedicated_grid_go_by_a_units_recommendation(selection: Selection) -> None:
    market = GridSubtype.objects.get(code="market")
    Area.objects.filter(code=selection.town.grid).update(kind="dedicated", subtype=market)
    selection.opened()
    with refused("unit_only"):
        selection.propose(origin="open", unit_name="")
    with refused("no_unit"):
        selection.propose(origin="stationed", unit_name=" ")
    candidate = selection.propose(origin="stationed", unit_name="西关商场")
    assert (candidate.unit, candidate.stage) == ("西关商场", "proposed")
    with refused("none_waiting"):
        selection.step("assess")
    selection.move(candidate, "refuse", reason="已在别处任职")
    with refused("has_candidates"):
        selection.step("assess")


def test_what_is_not_a_selection(selection: Selection) -> None:
    town, actor = selection.town, selection.town.actor("street_clerk")
    with refused("wrong_desk"):
        add_opening(selection.round, Vacancy(town.desk(town.community), "grid_worker", 1), actor=actor, at=selection.at)
    with refused("not_your_area"):
        add_opening(
            selection.round, Vacancy(town.desk(town.other_grid), "grid_worker", 1), actor=actor, at=selection.at
        )
    with refused("past"):
        plan_round(
            actor=actor,
            at=selection.at,
            name="迟了",
            area=town.desk(town.street).area,
            channel="selected",
            apply_until=date(2026, 3, 1),
        )
    selection.opened()
    with refused("wrong_stage"):
        add_criterion(selection.round, Measure("加一条", 10), actor=actor, at=selection.at)
    with refused("identity_number"):
        selection.propose(name="王37010319900101123X")
    selection.at += timedelta(days=30)
    with refused("too_late"):
        selection.propose()


def test_alike_at_the_edge_is_no_decision(selection: Selection) -> None:
    alike = selection.assessed((1, 90, 80), (1, 70, 70), (1, 70, 70))
    with refused("tie") as told:
        selection.step("publish")
    assert "人选2、人选3" in str(told.value)
    selection.mark(alike[2], 1, 70, 71)
    selection.step("publish")
    assert Candidate.objects.get(pk=alike[2].pk).stage == "chosen"


def test_an_objection_holds_the_result_up_and_one_that_is_upheld_begins_anew(selection: Selection) -> None:
    first, second, third = selection.noticed((1, 90, 80), (1, 70, 90), (1, 60, 60))
    actor = selection.town.actor("street_clerk")
    harmless = object_to(selection.round, actor=actor, at=selection.at, text="听说分数不对。")
    serious = object_to(selection.round, actor=actor, at=selection.at, text="不住在本社区。", candidate=first)
    selection.at += 10 * DAY
    with refused("none_object"):
        selection.step("decide")
    answer_objection(harmless, actor=actor, at=selection.at, answer="已复核，分数无误。", is_upheld=False)
    serious = Objection.objects.select_related("round__area", "candidate").get(pk=serious.pk)
    answer_objection(serious, actor=actor, at=selection.at, answer="核实属实。", is_upheld=True)
    assert selection.round.stage == "assessing"
    selection.step("publish")
    stages = {one.pk: one.stage for one in Candidate.objects.all()}
    assert [stages[one.pk] for one in (first, second, third)] == ["refused", "chosen", "chosen"]
    assert selection.round.notice_until == date(2026, 3, 19)


def test_the_term_of_notice_is_the_districts(selection: Selection) -> None:
    actor = selection.town.actor("district_clerk")
    set_policy("notice_days", 7, actor=actor, at=selection.at, valid_from=date(2026, 3, 2))
    selection.noticed((1, 90, 80))
    assert selection.round.notice_until == date(2026, 3, 11)
    with refused("retroactive"):
        set_policy("notice_days", 1, actor=actor, at=selection.at, valid_from=date(2026, 3, 1))


def test_marks_of_several_assessors_are_averaged(selection: Selection) -> None:
    (candidate,) = selection.assessed((1, 90, 80))
    selection.mark(candidate, 1, 70, 60, who="district_clerk")
    selection.step("publish")
    assert selection.round.result[0]["score"] == 7600


def test_candidates_are_seen_by_those_concerned(selection: Selection, town: Town) -> None:
    selection.opened()
    candidate = selection.propose(who="leader")
    seen = {who for who in EVERYBODY if sees(town, who, candidate.pk)}
    assert seen == {"leader", "clerk", "street_clerk", "district_clerk"}


def sees(town: Town, who: str, key: int) -> bool:
    try:
        return get_candidate(town.actor(who), key).pk == key
    except Missing:
        return False


def test_names_go_when_their_time_is_over_and_the_result_still_holds(selection: Selection) -> None:
    selection.noticed((1, 90, 80), (1, 70, 90))
    actor = selection.town.actor("street_clerk")
    raised = object_to(selection.round, actor=actor, at=selection.at, text="听说分数不对。")
    answer_objection(raised, actor=actor, at=selection.at, answer="已复核。", is_upheld=False)
    selection.at += 14 * DAY
    selection.step("decide")
    assert forget_candidates(at=selection.at + 729 * DAY) == 0
    assert forget_candidates(at=selection.at + 731 * DAY) == 3
    assert Objection.objects.get().text == ""
    assert set(Candidate.objects.values_list("name", flat=True)) == {""}
    assert {one.phone for one in Candidate.objects.all()} == {""}
    assert is_intact(selection.round)
    assert forget_candidates(at=selection.at + 731 * DAY) == 0
