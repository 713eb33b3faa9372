"""The number of a dispute, on paper and as it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.disputes.numbers import dispute_number, parse_dispute_number


@given(st.integers(1, 10**9), st.integers(2000, 2099))
def test_a_number_names_its_dispute(key: int, year: int) -> None:
    assert parse_dispute_number(dispute_number("370103", year, key)) == key


@pytest.mark.parametrize(
    "text",
    ["12", "#12", "0012", "１２", "370103人调〔2026〕0012号", "370103人调(2026)0012", " 370103 人调 [2026] 12号"],
)
def test_as_people_type_it(text: str) -> None:
    assert parse_dispute_number(text) == 12


@pytest.mark.parametrize("text", ["", "家具", "370103-260302-0000012", "12a", "9" * 19, "人调〔2026〕12号"])
def test_other_words_are_no_number(text: str) -> None:
    assert parse_dispute_number(text) is None
