"""The rates, computed by hand: 三率, 回访三率, 五字."""

from fractions import Fraction

import pytest

from gezhi.assessment.access import get_scope
from gezhi.assessment.queries import PAGE, Which, behind, table
from gezhi.assessment.tests.rows import WHOLE, answers, called, march, rate
from gezhi.kernel.refusals import Missing
from gezhi.testing import DISTRICT, EAST, GRID, WEST, Town

NOT_REACHED = {"drawn": "rest", "attempts": 3, "is_over": True}
NOT_YET = {"drawn": "rest", "attempts": 1}


def test_response_is_contacted_of_those_to_be_contacted(town: Town) -> None:
    answers(town, called(), called(), called(is_solved=False), NOT_REACHED, NOT_YET, {})
    response = rate(march(), "response")
    assert (response.numerator, response.size, response.percent) == (3, 5, "60.0%")


def test_what_was_opened_again_before_the_call_need_not_be_called(town: Town) -> None:
    from gezhi.testing import NOON

    answers(town, called(reopened_at=NOON), NOT_YET | {"reopened_at": NOON, "is_over": True}, NOT_REACHED)
    assert (rate(march(), "response").numerator, rate(march(), "response").size) == (1, 2)
    assert (rate(march(), "calls_ended").numerator, rate(march(), "calls_ended").size) == (2, 2)


def test_solution_is_solved_of_those_who_said(town: Town) -> None:
    answers(town, called(), called(), called(is_solved=False), called(is_solved=None), NOT_REACHED)
    solution = rate(march(), "solution")
    assert (solution.numerator, solution.size) == (2, 3)


def test_satisfaction_weighs_the_lower_of_two_levels(town: Town) -> None:
    answers(
        town,
        called(follow_up_service=5, follow_up_outcome=5),  # 1
        called(follow_up_service=5, follow_up_outcome=3),  # 0.6
        called(follow_up_service=2, follow_up_outcome=4),  # 0
        called(follow_up_outcome=4),  # 1: only one of the questions was answered
        called(),  # not asked
        {"link_service": 4, "link_outcome": 5},  # 1
        {"link_service": 1, "link_outcome": 5}
        | called(follow_up_service=5, follow_up_outcome=5),  # 0: the link goes before
    )
    satisfaction = rate(march(), "satisfaction")
    assert satisfaction.numerator == Fraction(36, 10)
    assert (satisfaction.parts, satisfaction.size, satisfaction.percent) == ("3.6", 6, "60.0%")


def test_service_and_result_are_two_questions(town: Town) -> None:
    answers(
        town,
        called(follow_up_service=5, follow_up_outcome=1),
        called(follow_up_service=3, follow_up_outcome=2),
        called(follow_up_service=2),
        {"link_service": 5, "link_outcome": 4},
    )
    service, outcome = rate(march(), "service"), rate(march(), "outcome")
    assert (service.numerator, service.size) == (3, 4)
    assert (outcome.numerator, outcome.size) == (1, 3)


def test_a_call_that_nobody_drew_does_not_count(town: Town) -> None:
    """Else one would call those who are pleased."""
    answers(
        town,
        called(follow_up_service=5, follow_up_outcome=5) | {"drawn": ""},
        called(follow_up_service=1, follow_up_outcome=1),
    )
    shown = march()
    assert (rate(shown, "response").size, rate(shown, "satisfaction").numerator) == (1, 0)
    assert rate(shown, "satisfaction").size == 1


def test_quality_in_five_characters(town: Town) -> None:
    from gezhi.testing import NOON

    lamp = town.matter("lamp").id
    whole = {"matter_id": lamp, "has_point": True, "has_contact": True}
    answers(
        town,
        whole | {"accept_minutes": 120},
        whole | {"has_contact": False, "source": "worker", "accept_minutes": 0},
        whole | {"has_contact": False, "accept_minutes": 121},
        whole | {"has_point": False},
        whole | {"place": WEST},
        whole | {"matter_id": None} | called(is_solved=False),
        whole | {"reopened_at": NOON} | called(),
        {"link_service": 1, "link_outcome": 2},
        {"link_service": 1, "link_outcome": 3},
        called(follow_up_outcome=2),
    )
    shown = march()
    parts = {
        code: (int(rate(shown, code).numerator), rate(shown, code).size)
        for code in ("complete", "early", "prompt", "settled", "true")
    }
    assert parts == {
        "complete": (3, 10),  # the first two and the one opened again
        "early": (1, 10),
        "prompt": (2, 3),
        "settled": (8, 10),
        # Heard: not solved, solved, link 2, link 3, call 2. Confirmed: solved and link 3.
        "true": (2, 5),
    }


def test_what_was_suspended_stands_in_its_own_rate(town: Town) -> None:
    answers(town, called(), called(is_solved=False, was_suspended=True), {"was_suspended": True})
    shown = march()
    assert (rate(shown, "solution").numerator, rate(shown, "solution").size) == (1, 1)
    assert shown.total.answers == 1
    suspended = {one.code: (int(one.numerator), one.size) for one in shown.suspended.rates}
    assert suspended["solution"] == (0, 1)
    assert shown.suspended.answers == 2


def test_nobody_asked_is_no_rate_and_few_are_marked(town: Town) -> None:
    answers(town, {}, called())
    shown = march()
    assert rate(shown, "outcome").percent == "—"
    assert not rate(shown, "outcome").is_small
    assert rate(shown, "solution").is_small
    assert not rate(shown, "solution").size >= 30


def test_levels_add_up(town: Town) -> None:
    answers(
        town,
        called(place=GRID),
        called(place=town.next_grid, is_solved=False),
        called(place=town.community),
        called(place=WEST),
        called(place=EAST),
        called(place=""),
    )
    district = march()
    assert district.total.answers == 6
    assert {line.key: line.answers for line in district.lines} == {WEST: 4, EAST: 1, "": 1}
    street = march(get_scope(town.actor("district_clerk"), WEST))
    assert {line.key: line.answers for line in street.lines} == {town.community: 3, "": 1}
    community = march(get_scope(town.actor("district_clerk"), town.community))
    assert {line.key: line.answers for line in community.lines} == {GRID: 1, town.next_grid: 1, "": 1}
    for shown, within in ((street, WEST), (community, town.community)):
        above = district if within == WEST else street
        for code in ("response", "solution", "settled"):
            assert rate(shown, code).numerator == rate(above, code, within).numerator
            assert rate(shown, code).size == rate(above, code, within).size


def test_months_desks_and_matters(town: Town) -> None:
    lamp, noise = town.matter("lamp").id, town.matter("noise").id
    other = town.desk(town.street).pk
    answers(
        town,
        called(matter_id=lamp, month=202602),
        called(matter_id=lamp),
        called(matter_id=noise, desk=other, is_solved=False),
        called(month=202601),
    )
    months = table(WHOLE, 202602, 202603, by="month")
    assert {line.key: line.answers for line in months.lines} == {202602: 1, 202603: 2}
    matters = table(WHOLE, 202602, 202603, by="matter")
    assert {line.key: line.answers for line in matters.lines} == {lamp: 2, noise: 1}
    desks = table(WHOLE, 202602, 202603, by="desk")
    assert rate(desks, "solution", other).numerator == 0


def test_at_most_two_statements_whatever_is_asked(town: Town, django_assert_max_num_queries) -> None:
    answers(town, *[called() for _ in range(30)])
    march()
    with django_assert_max_num_queries(2):
        march()


def test_whose_rates_one_reads(town: Town) -> None:
    clerk = town.actor("clerk")
    assert get_scope(clerk).area == town.community
    assert get_scope(clerk, GRID).area == GRID
    assert get_scope(town.actor("district_clerk")).area == DISTRICT
    handler = get_scope(town.actor("handler"))
    assert (handler.area, handler.desks) == ("", (town.desk("human_resources").pk,))
    for actor, area in ((clerk, WEST), (clerk, EAST), (town.actor("stranger"), WEST), (clerk, "x"), (clerk, GRID[:-1])):
        with pytest.raises(Missing):
            get_scope(actor, area)
    with pytest.raises(Missing):
        get_scope(town.actor("nobody"))


def test_a_department_reads_its_own_desk(town: Town) -> None:
    wages = town.desk("human_resources").pk
    answers(town, called(desk=wages), called())
    assert march(get_scope(town.actor("handler"))).total.answers == 1


@pytest.mark.parametrize(
    ("measure", "part", "expected"),
    [
        ("solution", "size", 3), ("solution", "counted", 2), ("solution", "short", 1),
        ("satisfaction", "size", 3), ("satisfaction", "counted", 2), ("satisfaction", "short", 1),
        ("response", "short", 1), ("outcome", "short", 1), ("complete", "counted", 0),
    ],
)  # fmt: skip
def test_the_cases_behind_a_number(town: Town, measure: str, part: str, expected: int) -> None:
    answers(
        town,
        called(follow_up_service=5, follow_up_outcome=4),
        called(follow_up_service=5, follow_up_outcome=3),
        called(follow_up_service=3, follow_up_outcome=1, is_solved=False),
        NOT_REACHED,
    )
    shown = rate(march(), measure)
    found = behind(WHOLE, 202603, 202603, Which(measure, part))
    assert len(found) == expected
    if part == "size":
        assert shown.size == expected
    assert len(behind(WHOLE, 202603, 202603, Which(measure, part, key=WEST))) == expected
    assert behind(WHOLE, 202603, 202603, Which(measure, part, key=EAST)) == []
    assert behind(WHOLE, 202602, 202602, Which(measure, part)) == []


def test_the_list_behind_a_number_is_cut_into_pages(town: Town) -> None:
    made = answers(town, *[called() for _ in range(PAGE + 5)])
    first = behind(WHOLE, 202603, 202603, Which("solution"))
    assert len(first) == PAGE + 1
    rest = behind(WHOLE, 202603, 202603, Which("solution"), after=first[PAGE - 1].pk)
    assert [one.pk for one in first[:PAGE] + rest] == sorted((one.pk for one in made), reverse=True)
