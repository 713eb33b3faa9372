"""Numbers that people read aloud and type."""

import random
from datetime import date
from itertools import combinations
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.numbers import (
    ALPHABET,
    LENGTH,
    case_number,
    parse_case_number,
    parse_receipt_code,
    receipt_code,
)

codes = st.integers(0, 2**64).map(lambda seed: receipt_code(random.Random(seed).randrange))


def test_a_receipt_code_is_three_groups_without_characters_that_look_alike() -> None:
    code = receipt_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert not set("0O1Il") & set(ALPHABET)
    assert parse_receipt_code(code) == code


def test_a_receipt_code_cannot_be_guessed() -> None:
    assert (LENGTH - 1) * log2(len(ALPHABET)) >= 50
    assert len({receipt_code() for _ in range(2000)}) == 2000
    # Every character takes part: none is constant, and all the alphabet is used.
    drawn = [receipt_code().replace("-", "") for _ in range(2000)]
    assert all(len({code[place] for code in drawn}) == len(ALPHABET) for place in range(LENGTH))


@given(codes)
def test_any_one_wrong_character_is_found(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in ALPHABET:
            if right not in {"-", wrong}:
                assert parse_receipt_code(code[:place] + wrong + code[place + 1 :]) is None


@given(codes)
def test_any_two_exchanged_characters_are_found(code: str) -> None:
    bare = code.replace("-", "")
    for one, other in combinations(range(LENGTH), 2):
        if bare[one] != bare[other]:
            swapped = list(bare)
            swapped[one], swapped[other] = bare[other], bare[one]
            assert parse_receipt_code("".join(swapped)) is None


@given(codes)
def test_a_receipt_code_is_understood_however_it_is_typed(code: str) -> None:
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in code)
    for typed in (
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        f"  {code}\n",
        full_width,
        code.replace("-", "—"),
    ):
        assert parse_receipt_code(typed) == code


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert parse_receipt_code(text) is None or len(text) >= LENGTH
    parse_case_number(text)


def test_a_case_number_says_district_day_and_key() -> None:
    number = case_number("370103", date(2026, 11, 23), 1234)
    assert number == "370103-261123-0001234"
    assert parse_case_number(number) == ("370103", date(2026, 11, 23), 1234)
    assert parse_case_number("３７０１０３－２６１１２３－０００１２３４ ") == ("370103", date(2026, 11, 23), 1234)


@given(st.integers(100_000, 999_999), st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 10**12))
def test_case_numbers_can_be_read_back(district: int, on: date, key: int) -> None:
    assert parse_case_number(case_number(str(district), on, key)) == (str(district), on, key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "370103-261323-0001234",
        "370103-261123-1234",
        "37010-261123-0001234",
        "x",
        "370103-2611230001234",
        # A key that no database holds; Python itself refuses to read so many digits.
        "370103-261123-" + "9" * 5000,
    ],
    ids=range(7),
)
def test_what_is_no_case_number_is_none(text: str) -> None:
    assert parse_case_number(text) is None


@pytest.mark.parametrize(
    ("district", "on", "key"),
    [("3701", date(2026, 1, 1), 1), ("370103", date(1999, 1, 1), 1), ("370103", date(2026, 1, 1), -1)],
)
def test_a_number_that_could_not_be_read_back_is_never_made(district: str, on: date, key: int) -> None:
    with pytest.raises(ValueError, match="no case number"):
        case_number(district, on, key)
