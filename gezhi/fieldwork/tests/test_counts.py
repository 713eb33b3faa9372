"""户次 by area and month: the numbers equal a count by hand, and what leaves the offices points at nobody."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.fieldwork.actions import Finding
from gezhi.fieldwork.queries import AreaCounts, visit_counts
from gezhi.fieldwork.queries.counts import SMALLEST, held_back, shown
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.testing import NOON, Town


@pytest.mark.django_db
def test_by_street_community_grid_and_month(rounds: Rounds, town: Town) -> None:
    door, next_door = rounds.door(), rounds.door("neighbour", area_code=town.next_grid)
    far = rounds.door("stranger", area_code=town.other_grid)
    rounds.visit(door, at=NOON.replace(month=1))
    rounds.visit(door, finding=Finding("漏水。", kind="request"))
    rounds.visit(door, trigger="visit_2", finding=Finding("路灯太暗。", kind="opinion"))
    rounds.visit(next_door, "neighbour")
    rounds.visit(far, "stranger")
    district = visit_counts("", first=202601, last=202603)
    assert (district.total.total, district.total.with_more, district.total.by_month) == (5, 2, (1, 0, 4))
    assert [(line.code, line.total) for line in district.lines] == [(town.street, 4), (town.other_street, 1)]
    assert (district.by_trigger, district.by_need) == ({"visit_1": 4, "visit_2": 1}, {"request": 1, "opinion": 1})
    grids = visit_counts(town.community, first=202603, last=202603)
    assert [line.total for line in grids.lines] == [2, 1, 0]
    assert visit_counts(town.grid, first=202603, last=202603).lines[0].total == 2


counts = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=6)


@given(counts, st.data())
def test_no_small_number_leaves_the_offices(table: list[list[int]], data: st.DataObject) -> None:
    lines = [
        AreaCounts(str(row), "", sum(months), data.draw(st.integers(0, sum(months))), tuple(months))
        for row, months in enumerate(table)
    ]
    shown = held_back(lines)
    flat = [[line.total, line.with_more, *line.by_month] for line in shown]
    assert not [value for row in flat for value in row if value is not None and 0 < value < SMALLEST]
    for was, line in zip(lines, shown, strict=True):
        for before, now in zip(
            [was.total, was.with_more, *was.by_month], [line.total, line.with_more, *line.by_month], strict=True
        ):
            assert now in (None, before)
    # Totals stand below each column: of a column that hides something at least two numbers are hidden, unless nothing else is in it.
    for column in range(len(flat[0])):
        hidden = [row for row in range(len(flat)) if flat[row][column] is None]
        others = [row for row in range(len(flat)) if flat[row][column]]
        assert len(hidden) != 1 or not others
    assert Counter(line.code for line in shown) == Counter(line.code for line in lines)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 30)))
def test_no_small_part_is_shown_or_left_alone(numbers: dict[str, int]) -> None:
    kept = shown(numbers)
    assert all(numbers[key] == number >= SMALLEST for key, number in kept.items())
    assert len(numbers.keys() - kept.keys()) != 1 or not kept, "the sum would tell"


@pytest.mark.django_db
def test_a_small_total_stays_inside_too(rounds: Rounds, town: Town) -> None:
    rounds.visit(rounds.door(), finding=Finding("漏水。"))
    outside = visit_counts(town.community, first=202602, last=202603).for_outside()
    assert (outside.total.total, outside.total.with_more, outside.total.by_month) == (None, None, (0, None))
    assert (outside.by_trigger, outside.by_need) == ({}, {})
