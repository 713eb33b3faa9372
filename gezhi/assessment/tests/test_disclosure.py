"""What the public may see: nobody's own voice."""

from hypothesis import given
from hypothesis import strategies as st

from gezhi.assessment.disclosure import hidden


def test_a_small_cell_is_hidden_together_with_the_next() -> None:
    assert hidden({"a": 40, "b": 3, "c": 12, "d": 0}, 5) == {"b", "c"}


def test_two_small_cells_that_hide_each_other_are_enough() -> None:
    assert hidden({"a": 40, "b": 3, "c": 4}, 5) == {"b", "c"}


def test_nothing_is_hidden_where_all_are_many() -> None:
    assert hidden({"a": 40, "b": 5, "c": 0}, 5) == set()


@given(st.dictionaries(st.integers(1, 9), st.integers(0, 30)), st.integers(2, 10))
def test_what_is_hidden_can_not_be_told_from_the_total(sizes: dict[int, int], fewest: int) -> None:
    gone = hidden(sizes, fewest)
    assert all(size == 0 or size >= fewest for key, size in sizes.items() if key not in gone)
    others = [size for key, size in sizes.items() if key not in gone and size]
    assert not gone or sum(sizes[key] for key in gone) >= fewest or not others
