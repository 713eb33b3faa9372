"""Choosing by marks, against the slowest obvious way of doing it."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from gezhi.workforce.selection import Marked, Tie, Yardstick, choose, order, standing_of

YARDSTICKS = [Yardstick(1, 0), Yardstick(2, 30), Yardstick(3, 70)]
rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=6)


def standings(values: list[tuple[int, int, int]]) -> list:  # type: ignore[type-arg]
    marks = [
        Marked(candidate, criterion, value)
        for candidate, row in enumerate(values)
        for criterion, value in zip((1, 2, 3), row, strict=True)
    ]
    return [standing_of(candidate, YARDSTICKS, marks) for candidate in range(len(values))]


@given(rows, st.integers(1, 4))
def test_nobody_better_stays_out(values: list[tuple[int, int, int]], count: int) -> None:
    exact = {number: (Fraction(30 * b + 70 * c, 100), b, c) for number, (a, b, c) in enumerate(values) if a}
    try:
        chosen = {one.candidate for one in choose(standings(values), count)}
    except Tie as tie:
        assert len({exact[one] for one in tie.candidates}) == 1
        return
    assert len(chosen) == min(count, len(exact))
    for inside in chosen:
        for outside in set(exact) - chosen:
            assert exact[inside] > exact[outside]


@given(rows)
def test_the_order_does_not_depend_on_the_order_of_marks(values: list[tuple[int, int, int]]) -> None:
    found = [one.candidate for one in order(standings(values))]
    assert set(found) == {number for number, row in enumerate(values) if row[0]}
    for one, other in combinations(found, 2):
        assert (
            values[one] >= values[other]
            or 30 * values[one][1] + 70 * values[one][2] >= 30 * values[other][1] + 70 * values[other][2]
        )


def test_a_condition_needs_every_assessor() -> None:
    marks = [Marked(1, 1, 1), Marked(1, 1, 0), Marked(1, 2, 50), Marked(1, 3, 50)]
    standing = standing_of(1, YARDSTICKS, marks)
    assert (standing.is_eligible, standing.missed) == (False, (1,))
    assert standing_of(2, YARDSTICKS, marks).unmarked == (1, 2, 3)
