"""剔除: a reason and a second person."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.assessment.access import get_answer, get_exclusion
from gezhi.assessment.actions import ask_exclusion, decide_exclusion, lift_exclusion
from gezhi.assessment.models import Exclusion
from gezhi.assessment.queries import Which, behind, decided, waiting
from gezhi.assessment.tests.rows import WHOLE, answers, called, march, rate
from gezhi.cases.models import Answer, Case
from gezhi.cases.queries import worked_on
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import EAST, FOUNDED, NOON, SYSTEM, Town


@pytest.fixture
def two(town: Town) -> list[Answer]:
    return answers(town, called(), called(is_solved=False))


def ask(town: Town, answer: Answer, who: str = "clerk", **over: Any) -> Exclusion:
    given = {"reason": "not_ours", "words": "这条路归市里管。"} | over
    return ask_exclusion(get_answer(town.actor(who), answer.pk), actor=town.actor(who), at=NOON, **given)


def decide(town: Town, exclusion: Exclusion, who: str = "inspector", **given: Any) -> Exclusion:
    found = get_exclusion(town.actor(who), exclusion.pk)
    return decide_exclusion(found, actor=town.actor(who), at=NOON, **given)


def test_granted_it_stands_in_no_rate_and_is_counted_beside_them(town: Town, two: list[Answer]) -> None:
    exclusion = ask(town, two[1])
    assert (rate(march(), "solution").numerator, rate(march(), "solution").size) == (1, 2), "only asked for"
    assert [one.pk for one in waiting(town.actor("inspector"))] == [exclusion.pk]
    decide(town, exclusion, grant=True)
    solution = rate(march(), "solution")
    assert (solution.numerator, solution.size, solution.excluded) == (1, 1, 1)
    assert (march().total.answers, march().total.excluded) == (1, 1)
    assert waiting(town.actor("inspector")) == []
    assert [one.pk for one in decided(town.actor("inspector"))] == [exclusion.pk]
    assert [one.pk for one in behind(WHOLE, 202603, 202603, Which("solution", "excluded"))] == [two[1].pk]
    assert faults(timeline(exclusion), version=2) == []
    assert [event.name for event in timeline(exclusion)] == ["exclusion.asked", "exclusion.granted"]


def test_refused_it_counts_and_may_be_asked_again(town: Town, two: list[Answer]) -> None:
    decide(town, ask(town, two[1]), grant=False, note="路灯归我们管。")
    assert rate(march(), "solution").size == 2
    assert ask(town, two[1]).verdict == ""


def test_lifted_it_counts_again(town: Town, two: list[Answer]) -> None:
    exclusion = decide(town, ask(town, two[1]), grant=True)
    lift_exclusion(exclusion, actor=town.actor("district_clerk"), at=NOON, note="核实后属实。")
    assert rate(march(), "solution").size == 2
    with pytest.raises(Refused):
        lift_exclusion(exclusion, actor=town.actor("district_clerk"), at=NOON, note="再来")


def test_who_asked_never_decides(town: Town, two: list[Answer]) -> None:
    exclusion = ask(town, two[1], "district_clerk")
    with pytest.raises(Refused, match="别人"):
        decide(town, exclusion, "district_clerk", grant=True)
    decide(town, exclusion, "inspector", grant=True)
    with pytest.raises(Refused, match="别人"):
        lift_exclusion(Exclusion.objects.get(), actor=town.actor("district_clerk"), at=NOON, note="撤")
    with pytest.raises(IntegrityError), transaction.atomic():
        Exclusion.objects.update(decided_by=town.user("district_clerk"))


def test_one_request_an_answer_stands_at_a_time(town: Town, two: list[Answer]) -> None:
    ask(town, two[1])
    with pytest.raises(Conflict), transaction.atomic():
        ask(town, two[1], "street_clerk")


def test_decided_once(town: Town, two: list[Answer]) -> None:
    exclusion = ask(town, two[1])
    decide(town, exclusion, grant=True)
    with pytest.raises(Refused, match="决定过"):
        decide(town, exclusion, "district_clerk", grant=False, note="不")


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"reason": "because"}, {"words": "  "}, {"words": "长" * 2001}])
def test_without_a_reason_nothing_is_asked(town: Town, two: list[Answer], wrong: dict[str, str]) -> None:
    with pytest.raises(Refused):
        ask(town, two[1], **wrong)
    assert not Exclusion.objects.exists()


def test_a_refusal_says_why(town: Town, two: list[Answer]) -> None:
    with pytest.raises(Refused, match="为什么不同意"):
        decide(town, ask(town, two[1]), grant=False)


def test_who_may_ask(town: Town, two: list[Answer]) -> None:
    may = {}
    for key in (
        "clerk",
        "other_clerk",
        "street_clerk",
        "district_clerk",
        "inspector",
        "worker",
        "stranger",
        "assessor",
    ):
        try:
            get_answer(town.actor(key), two[0].pk)
            may[key] = True
        except Missing:
            may[key] = False
    assert may == {
        "clerk": True, "other_clerk": False, "street_clerk": True, "district_clerk": True, "inspector": False, "worker": False,
        "stranger": False, "assessor": False,
    }  # fmt: skip
    with pytest.raises(Denied):
        ask_exclusion(two[0], actor=town.actor("worker"), at=NOON, reason="not_ours", words="不是我们的")


def test_who_may_decide(town: Town, two: list[Answer]) -> None:
    exclusion = ask(town, two[1])
    may = {}
    for key in ("clerk", "street_clerk", "district_clerk", "inspector", "worker", "stranger", "assessor"):
        try:
            get_exclusion(town.actor(key), exclusion.pk)
            may[key] = True
        except Missing:
            may[key] = False
    assert {key for key, able in may.items() if able} == {"district_clerk", "inspector"}
    with pytest.raises(Denied):
        decide_exclusion(exclusion, actor=town.actor("street_clerk"), at=NOON, grant=True)


def test_the_house_itself_excludes_nothing(town: Town, two: list[Answer]) -> None:
    with pytest.raises(Denied):
        ask_exclusion(two[0], actor=SYSTEM, at=NOON, reason="system", words="系统")
    with pytest.raises(Denied):
        decide_exclusion(ask(town, two[1]), actor=SYSTEM, at=NOON, grant=True)


def worked_on_by_the_district(town: Town) -> tuple[Story, Answer]:
    """The district clerk held the case, finished it and answered; an inspector verified."""
    story = Story(town).accepted("heating")
    story.take("escalate", "street_clerk", reason="要区里办。")
    story.take("sign", "district_clerk")
    story.take("finish", "district_clerk", result="修好了。")
    story.take("verify", "inspector")
    story.take("answer", "district_clerk", answer="修好了。")
    return story, Answer.objects.select_related("case").get(case=story.pk)


def test_who_did_the_work_never_decides(town: Town) -> None:
    _story, answer = worked_on_by_the_district(town)
    exclusion = ask(town, answer)
    with pytest.raises(Refused) as refusal:
        decide(town, exclusion, "district_clerk", grant=True)
    assert refusal.value.code == "own_work"
    decide(town, exclusion, "inspector", grant=True)
    with pytest.raises(Refused) as refusal:
        lift_exclusion(Exclusion.objects.get(), actor=town.actor("district_clerk"), at=NOON, note="撤")
    assert refusal.value.code == "own_work"


def test_who_did_a_part_of_the_work_never_decides(town: Town, two: list[Answer]) -> None:
    whole = two[0].case
    done = town.report()
    part = Story.__new__(Story)
    part.town, part.at, part.pk = town, NOON, done.pk
    part.accepted("heating").take("escalate", "street_clerk", reason="要区里办。")
    part.take("sign", "district_clerk")
    Case.objects.filter(pk=done.pk).update(part_of=whole)
    assert worked_on([whole.pk], town.user("district_clerk").pk) == {whole.pk}
    assert worked_on([whole.pk], town.user("inspector").pk) == set()


def test_where_the_answer_was_given_it_stays_readable_when_the_case_goes_elsewhere(
    town: Town, two: list[Answer]
) -> None:
    """An inspector of the west asked about an answer of the west; the case has gone to the east since."""
    (user,) = enter_users([NewUser("west_inspector", "西督查")], actor=SYSTEM, at=FOUNDED)
    seat(user, town.desk(town.street), Role.INSPECTOR, actor=SYSTEM, at=FOUNDED, from_on=date(2020, 1, 1))
    town.users["west_inspector"] = user
    exclusion = ask(town, two[1], "street_clerk")
    area = town.desk(town.other_grid).area
    place = {"area": area, "street_code": EAST, "community_code": town.other_community, "grid_code": town.other_grid}
    Case.objects.filter(pk=two[1].case_id).update(desk=town.desk(town.other_grid), **place)
    assert [one.pk for one in waiting(town.actor("west_inspector"))] == [exclusion.pk]
    assert get_answer(town.actor("street_clerk"), two[1].pk).pk == two[1].pk
    assert decide(town, exclusion, "west_inspector", grant=False, note="是我们的。").verdict == "refused"
