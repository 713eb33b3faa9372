"""How rates are counted is a row: last year is judged by last year's."""

from dataclasses import replace
from typing import Any

import pytest

from gezhi.assessment.actions import set_scheme
from gezhi.assessment.actions.schemes import NewScheme, shipped
from gezhi.assessment.measures import MeasureRow
from gezhi.assessment.models import Scheme
from gezhi.assessment.queries import Which, behind, table
from gezhi.assessment.schemes import scheme_of, spans
from gezhi.assessment.tests.rows import WHOLE, answers, called, rate
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.months import before, months_between
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town

STRICT = {5: 100, 4: 50, 3: 0, 2: 0, 1: 0}


def stricter(**over: Any) -> NewScheme:
    measures = [replace(row, weights=STRICT) if row.weights else row for row in shipped()]
    return NewScheme("从严口径", measures, **over)


def test_a_new_scheme_judges_from_its_month_on_and_the_past_stays(town: Town) -> None:
    answers(
        town,
        called(follow_up_outcome=4, month=202603),
        called(follow_up_outcome=4, month=202604),
        called(follow_up_outcome=3, month=202603),
    )
    scheme = set_scheme(stricter(), actor=town.actor("district_clerk"), at=NOON, from_month=202604)
    assert faults(timeline(scheme), version=scheme.version) == []
    assert Scheme.objects.get(from_month=200001).until_month == 202603
    march, april = (rate(table(WHOLE, month, month), "outcome") for month in (202603, 202604))
    assert (march.numerator, march.size) == (2, 2)
    assert (float(april.numerator), april.size) == (0.5, 1)
    both = rate(table(WHOLE, 202603, 202604), "outcome")
    assert (float(both.numerator), both.size) == (2.5, 3)
    assert [(start, end) for _scheme, start, end in spans(202601, 202612)] == [(202601, 202603), (202604, 202612)]
    # The list behind the number cuts at the same month: 3 was enough in March.
    assert len(behind(WHOLE, 202603, 202604, Which("outcome", "counted"))) == 3


def test_whose_voice_counts_is_a_row_too(town: Town) -> None:
    answers(town, {"link_outcome": 5, "month": 202603}, called(follow_up_outcome=1, month=202603))
    found = {}
    for month, voices in ((202604, "call"), (202605, "link")):
        set_scheme(stricter(voices=voices), actor=town.actor("district_clerk"), at=NOON, from_month=month)
        answers(town, {"link_outcome": 5, "month": month}, called(follow_up_outcome=1, month=month))
        shown = rate(table(WHOLE, month, month), "outcome")
        found[voices] = (shown.numerator, shown.size)
    assert found == {"call": (0, 1), "link": (1, 1)}
    assert rate(table(WHOLE, 202603, 202603), "outcome").size == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"numerator": "all"}, "no_such_count"),
        ({"numerator": "service", "denominator": "drawn"}, "not_a_part"),
        ({"numerator": "service", "denominator": "service", "weights": {5: 100}}, "no_weights"),
        ({"numerator": "lower", "denominator": "lower", "weights": dict.fromkeys(range(1, 6), 101)}, "no_weights"),
        ({"numerator": "complete"}, "no_facts"),
        ({"numerator": "complete", "params": {"facts": ["mood"]}}, "no_facts"),
        ({"numerator": "prompt"}, "no_minutes"),
        ({"family": "best"}, "bad_measure"),
    ],
)
def test_a_rate_that_can_not_be_is_refused(town: Town, changes: dict[str, Any], code: str) -> None:
    row = replace(MeasureRow("x", "某率", "three", "contacted", "drawn"), **changes)
    with pytest.raises(Refused) as refused:
        set_scheme(NewScheme("口径", [row]), actor=town.actor("district_clerk"), at=NOON, from_month=202604)
    assert refused.value.code == code
    assert Scheme.objects.count() == 1


@pytest.mark.parametrize("month", [202602, 200001, 202613, 0])
def test_months_that_are_past_or_are_none_are_refused(town: Town, month: int) -> None:
    with pytest.raises(Refused):
        set_scheme(stricter(), actor=town.actor("district_clerk"), at=NOON, from_month=month)


def test_a_measure_stands_once_and_the_public_sees_no_single_voice(town: Town) -> None:
    twice = [*shipped(), shipped()[0]]
    for scheme in (
        NewScheme("口径", twice),
        stricter(fewest_public=1),
        NewScheme("口径", []),
        NewScheme(" ", shipped()),
    ):
        with pytest.raises(Refused):
            set_scheme(scheme, actor=town.actor("district_clerk"), at=NOON, from_month=202604)


def test_only_who_keeps_the_rules_sets_a_scheme(town: Town) -> None:
    with pytest.raises(Denied):
        set_scheme(stricter(), actor=town.actor("street_clerk"), at=NOON, from_month=202604)


def test_the_shipped_scheme_names_the_rates_of_the_field(town: Town) -> None:
    scheme = scheme_of(202603)
    assert scheme is not None
    assert [row.name for row in scheme.measures] == [
        "响应率", "解决率", "满意率", "回访办结率", "服务满意率", "结果满意率", "情况明", "发现早", "推送快", "解决好", "反馈实",
    ]  # fmt: skip


def test_months_step_over_the_turn_of_the_year() -> None:
    assert before(202601) == 202512
    assert before(202603, 15) == 202412
    assert months_between(202511, 202602) == [202511, 202512, 202601, 202602]
