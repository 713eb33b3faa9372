"""The ledger of what the teams cost: exact to the fen, added to and never changed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.access import Denied
from gezhi.people.actions import NewLine, correct_line, enter_lines
from gezhi.people.budgets import lines, year_sums
from gezhi.people.models import BudgetLine, Purpose
from gezhi.people.money import fen_of, yuan
from gezhi.people.tests.teams import refused, support
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, Town


def line(town: Town, fen: int, code: str = "", purpose: str = "pay", year: int = 2026) -> NewLine:
    return NewLine(year, Area.objects.get(code=code or town.street), purpose, fen)


def test_thirty_seven_million_from_lines_that_no_float_could_hold(town: Town) -> None:
    """592 lines of 62,500 yuan, and one of what a float would lose."""
    enter_lines(
        [line(town, 6_250_000) for _ in range(591)] + [line(town, 6_250_000 - 1), line(town, 1)], actor=SYSTEM, at=NOON
    )
    total = year_sums([town.district], 2026).total.total
    assert total == 3_700_000_000
    assert yuan(total) == "37,000,000.00"


def test_sums_by_year_street_and_purpose(town: Town) -> None:
    enter_lines(
        [
            line(town, 100),
            line(town, 30, purpose="training"),
            line(town, 7, code=town.other_street),
            line(town, 5, code=town.district, purpose="equipment"),
            line(town, 9, year=2025),
        ],
        actor=SYSTEM,
        at=NOON,
    )
    sums = year_sums([town.district], 2026)
    assert {code: one.total for code, one in sums.areas.items()} == {
        "370103": 5,
        town.street: 130,
        town.other_street: 7,
    }
    assert (sums.total.by_purpose["pay"], sums.total.total) == (107, 142)
    assert year_sums([town.street], 2026).total.total == 130
    assert [one.year for one in lines([town.street], 2025)] == [2025]


def test_a_mistake_is_corrected_by_a_line_of_its_own(town: Town) -> None:
    [wrong] = enter_lines([line(town, 1_000)], actor=SYSTEM, at=NOON)
    refused("empty", lambda: correct_line(wrong, 900, " ", actor=SYSTEM, at=NOON))
    first = correct_line(wrong, 900, "多记了一元", actor=SYSTEM, at=NOON)
    assert (first.fen, first.corrects_id) == (-100, wrong.pk)
    second = correct_line(wrong, 950, "少减了五角", actor=SYSTEM, at=NOON)
    assert second.fen == 50
    refused("is_correction", lambda: correct_line(second, 1, "再改", actor=SYSTEM, at=NOON))
    refused("nothing_new", lambda: correct_line(wrong, 950, "一样", actor=SYSTEM, at=NOON))
    wrong.refresh_from_db()
    assert wrong.fen == 1_000
    assert year_sums([town.street], 2026).total.total == 950


@pytest.mark.parametrize("fen", [0, -5, 10**14])
def test_lines_are_some_money(town: Town, fen: int) -> None:
    refused("no_money", lambda: enter_lines([line(town, fen)], actor=SYSTEM, at=NOON))


def test_lines_belong_to_streets_and_the_district(town: Town) -> None:
    refused("bad_area", lambda: enter_lines([line(town, 5, code=town.community)], actor=SYSTEM, at=NOON))


def test_a_street_keeps_its_own_ledger_and_no_other(town: Town) -> None:
    actor = support(town)
    enter_lines([line(town, 5)], actor=actor, at=NOON)
    with pytest.raises(Denied):
        enter_lines([line(town, 5, code=town.other_street)], actor=actor, at=NOON)
    with pytest.raises(Denied):
        enter_lines([line(town, 5, code=town.district)], actor=actor, at=NOON)


@given(st.integers(-(10**13), 10**13))
def test_what_is_written_can_be_read_back(fen: int) -> None:
    assert fen_of(yuan(fen)) == fen


@given(st.decimals(0, 10**9, places=2))
def test_yuan_are_read_exactly(amount: Decimal) -> None:
    assert fen_of(str(amount)) == int(amount * 100)


@pytest.mark.parametrize("text", ["", "1.234", "abc", "1e5", "--1", "1.2.3", "∞"])
def test_what_is_no_money_is_none(text: str) -> None:
    assert fen_of(text) is None


def test_no_column_of_money_is_a_float() -> None:
    from django.db import models

    assert isinstance(BudgetLine._meta.get_field("fen"), models.BigIntegerField)
    assert set(Purpose.values)
