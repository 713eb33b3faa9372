"""After growth as few households as possible change their grid; never is it worse than doing nothing."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gezhi.territory.planner.draft import draft
from gezhi.territory.planner.rebalance import matched, rebalance
from gezhi.territory.planner.rules import QUICK, SizeRule
from gezhi.territory.planner.units import Units
from gezhi.territory.tests.invented_land import any_land, assert_holds, small_town, squares

RULE = SizeRule(300, 500)


def faults(units: Units, grid: np.ndarray) -> int:
    homes = units.subtype == ""
    sizes = np.bincount(grid[homes], weights=units.households[homes])
    return sum(1 for at in set(grid[homes].tolist()) if not RULE.fits(int(sizes[at])))


@given(units=any_land(), seed=st.integers(0, 100), factor=st.lists(st.sampled_from([0, 1, 1, 1, 2]), min_size=36))
@settings(max_examples=40, deadline=None)
def test_never_worse_than_doing_nothing(units: Units, seed: int, factor: list[int]) -> None:
    before = draft(units, RULE, seed=seed, effort=QUICK)
    grown = replace(units, households=units.households * np.array(factor[: len(units)]))
    done = rebalance(grown, RULE, before.grid, seed=seed)
    assert_holds(done.draft)
    assert faults(grown, done.draft.grid) <= faults(grown, before.grid)
    assert done.moved >= 0
    if not faults(grown, before.grid):
        assert done.moved == 0


def test_what_is_in_range_stays_as_it_is() -> None:
    made = draft(small_town(), RULE, seed=1, effort=QUICK)
    done = rebalance(small_town(), RULE, made.grid, seed=2)
    assert done.moved == 0
    assert len(done.draft.members) == len(made.members)
    assert sorted(done.continues) == list(range(len(made.members)))


def test_the_fewest_households_move() -> None:
    """Two grids of ten lots; one lot grows so that 510 live in the left: one lot of forty goes over, not more."""
    units = squares([[40] * 10, [40] * 10])
    before = np.repeat([0, 0, 0, 0, 0, 1, 1, 1, 1, 1] * 2, 1)
    households = units.households.copy()
    households[0] = 150
    done = rebalance(replace(units, households=households), RULE, before, seed=1)
    assert not done.draft.out_of_range
    assert (done.moved, done.unavoidable) == (40, 10)


def test_growth_of_a_town_is_taken_up_by_few() -> None:
    units = small_town()
    made = draft(units, RULE, seed=1, effort=QUICK)
    rng = np.random.default_rng(3)
    grown = replace(units, households=np.where(rng.random(len(units)) < 0.1, units.households * 2, units.households))
    assert faults(grown, made.grid) > len(made.out_of_range)
    done = rebalance(grown, RULE, made.grid, seed=1)
    assert_holds(done.draft)
    assert {one.reason for one in done.draft.out_of_range} <= {"land_below", "land_between"}
    fresh = draft(grown, RULE, seed=5, effort=QUICK)
    _, anew = matched(made.grid, fresh.grid, np.where(grown.subtype == "", grown.households, 0))
    assert done.unavoidable <= done.moved < anew


def test_new_land_joins_a_neighbour_and_counts_as_nobodys_move() -> None:
    units = squares([[100, 100, 100, 100, 50]])
    done = rebalance(units, RULE, np.array([0, 0, 0, 0, -1]), seed=1)
    assert done.moved == 0
    assert [one.size for one in done.draft.members] == [450]


def test_grids_are_matched_by_what_they_share() -> None:
    before, after = np.array([7, 7, 7, 9, 9, -1]), np.array([1, 1, 0, 0, 0, 2])
    continues, moved = matched(before, after, np.array([10, 10, 5, 20, 20, 99]))
    assert continues == [9, 7, -1]
    assert moved == 5
