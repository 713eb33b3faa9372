"""A month in numbers, and what is held back of it beside one's own area."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.disputes.month import SMALLEST, Month, Numbers, counts_of_month
from gezhi.disputes.tests.mediation import Mediation, type_id
from gezhi.testing import NOON, ZONE, Town

MARCH = Month(2026, 3)
whole = st.integers(0, 30)


def lines(found: list[object]) -> dict[str, Numbers]:
    return {line.key: line.numbers for line in found}


@pytest.mark.parametrize("area", ["3701030010", "370103001001001001", "370103001x", "370103999"])
def test_a_code_that_is_no_area_shows_ones_own(town: Town, area: str) -> None:
    assert counts_of_month(MARCH, town.actor("street_clerk"), area=area).area == town.street
    assert counts_of_month(MARCH, town.actor("district_clerk"), area=area).area == town.district


def test_by_type_and_area(town: Town) -> None:
    Mediation(town).agreed()
    Mediation(town, type_id=type_id("family")).take("withdraw", "leader", reason="和好了")
    late = Mediation(town, "clerk", area_code=f"{town.community}002", reported_at=NOON - timedelta(days=31))
    late.accepted("clerk").take("refer", "clerk", referral="court", reason="谈不拢")
    found = counts_of_month(MARCH, town.actor("clerk"))
    assert found.area == town.community
    assert found.total == Numbers(registered=2, settled=3, agreed=1, late=1)
    assert found.total.rate == 33
    by_type = lines(found.by_type)
    assert by_type[str(type_id("family"))] == Numbers(1, 1, 0, 0)
    assert by_type[str(type_id())] == Numbers(1, 2, 1, 1)
    assert by_type[str(type_id("labour"))] == Numbers()
    assert lines(found.within) == {
        f"{town.community}001": Numbers(2, 2, 1, 0),
        f"{town.community}002": Numbers(0, 1, 0, 1),
        f"{town.community}003": Numbers(),
    }
    assert counts_of_month(MARCH.before, town.actor("clerk")).total == Numbers()
    assert counts_of_month(Month(2026, 1), town.actor("clerk")).total == Numbers(registered=1)


def test_neighbours_are_held_back_when_small_and_ones_own_is_not(town: Town) -> None:
    for number in range(6):
        other = Mediation(town, "street_clerk", area_code=town.next_community)
        if number < 2:
            other.take("withdraw", "street_clerk", reason="和好了")
    Mediation(town)
    found = counts_of_month(MARCH, town.actor("clerk"))
    beside = {line.key: line for line in found.beside}
    assert set(beside) == {town.community, town.next_community}
    assert (beside[town.community].is_own, beside[town.community].numbers) == (True, Numbers(registered=1))
    assert (beside[town.next_community].is_own, beside[town.next_community].numbers) == (
        False,
        Numbers(registered=6, settled=None, agreed=None, late=None),
    )
    # Whoever sees both has nothing held back.
    street = counts_of_month(MARCH, town.actor("street_clerk"))
    assert lines(street.within)[town.next_community] == Numbers(6, 2, 0, 0)


def test_nobody_asks_for_an_area_beside_their_own(town: Town) -> None:
    for area in (town.next_community, town.other_grid, town.street, "370103", "x"):
        assert counts_of_month(MARCH, town.actor("clerk"), area=area).area == town.community
    assert counts_of_month(MARCH, town.actor("clerk"), area=town.grid).area == town.grid
    assert counts_of_month(MARCH, town.actor("district_clerk"), area=town.other_grid).area == town.other_grid


@given(whole, whole, whole, whole)
def test_no_small_number_and_none_that_follows_from_others(
    registered: int, settled: int, agreed: int, late: int
) -> None:
    agreed, late = min(agreed, settled), min(late, settled)
    shown = Numbers(registered, settled, agreed, late).held_back()
    for number in (shown.registered, shown.settled, shown.agreed, shown.late):
        assert number is None or number == 0 or number >= SMALLEST
    for part in (shown.agreed, shown.late):
        if part is not None:
            assert shown.settled is not None
            rest = shown.settled - part
            assert rest == 0 or rest >= SMALLEST
    if shown.rate is not None:
        assert shown.agreed is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-02", "2026-02"), ("2026-03", "2026-03"), ("2026-04", "2026-03"), ("2026-13", "2026-03"), ("", "2026-03"),
     ("1999-01", "2026-03"), ("２０２６-02", "2026-03"), ("2025-12", "2025-12")],
)  # fmt: skip
def test_the_month_of_an_address(text: str, expected: str) -> None:
    assert str(Month.of(text, NOON)) == expected


def test_a_month_begins_and_ends_where_the_district_lies() -> None:
    assert Month(2025, 12).span == (datetime(2025, 12, 1, tzinfo=ZONE), datetime(2026, 1, 1, tzinfo=ZONE))
    assert Month(2026, 1).before == Month(2025, 12)
    assert Month(2025, 12).after == Month(2026, 1)
