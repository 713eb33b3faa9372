import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.territory.codes import (
    BadCode,
    CodesExhausted,
    ancestors,
    grid_code,
    is_inside,
    level_of,
    next_grid_code,
    parent_of,
    parse_code,
    subtree,
)

three = st.integers(1, 999).map("{:03d}".format)
districts = st.integers(110101, 659099).filter(lambda number: number % 100).map(str)
codes = st.builds(lambda district, parts: district + "".join(parts), districts, st.lists(three, min_size=0, max_size=3))


@pytest.mark.parametrize(
    ("written", "code", "level"),
    [
        ("370103000000", "370103", "district"),
        (370103, "370103", "district"),
        ("370103002000", "370103002", "street"),
        ("370103002", "370103002", "street"),
        ("370103002001", "370103002001", "community"),
        ("370103002010", "370103002010", "community"),
        ("370103002001000", "370103002001", "community"),
        ("370103002001012", "370103002001012", "grid"),
        (" ３７０１０３００２ \n", "370103002", "street"),
    ],
)
def test_padded_official_codes_are_read(written: str | int, code: str, level: str) -> None:
    assert parse_code(written) == code
    assert level_of(code) == level


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "digits"),
        ("37010三", "digits"),
        ("3701030020O1", "digits"),
        ("-370103", "digits"),
        ("3701", "length"),
        ("37010300200", "length"),
        ("3701030020010011", "length"),
        ("370100000000", "city"),
        ("370000", "city"),
        ("370103000001", "gap"),
        ("370103002000001", "gap"),
    ],
)
def test_other_codes_are_refused_with_a_reason(written: str, reason: str) -> None:
    with pytest.raises(BadCode) as caught:
        parse_code(written)
    assert caught.value.reason == reason


def test_parents_and_ancestors() -> None:
    assert [parent_of(code) for code in ("370103", "370103002", "370103002001", "370103002001012")] == [
        "",
        "370103",
        "370103002",
        "370103002001",
    ]
    assert ancestors("370103002001012") == ("370103", "370103002", "370103002001")
    assert ancestors("370103") == ()


@given(codes, codes)
def test_a_subtree_is_exactly_a_range_of_codes(area: str, code: str) -> None:
    first, end = subtree(area)
    assert (first <= code < end) == is_inside(code, area)


@given(codes)
def test_padding_and_parsing_are_inverse(code: str) -> None:
    if len(code) <= 12:
        assert parse_code(code.ljust(12, "0")) == code
    assert parse_code(code) == code


def test_the_next_grid_follows_the_highest_of_its_own_community() -> None:
    taken = ["370103002001001", "370103002001007", "370103002002031"]
    assert next_grid_code("370103002001", taken) == "370103002001008"
    assert next_grid_code("370103002003", taken) == "370103002003001"
    with pytest.raises(CodesExhausted):
        next_grid_code("370103002001", ["370103002001999"])
    with pytest.raises(BadCode):
        grid_code("370103002", 1)
