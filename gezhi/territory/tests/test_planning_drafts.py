"""A draft: complete, connected, nested, the same for a seed; every grid in range, or the proof that it can't be."""

import _thread
import signal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gezhi.territory.planner import kernels
from gezhi.territory.planner.draft import Draft, draft
from gezhi.territory.planner.graph import Graph
from gezhi.territory.planner.proof import OutOfPatience, divided
from gezhi.territory.planner.rules import QUICK, Effort, SizeRule
from gezhi.territory.planner.search import Halt, part_sums
from gezhi.territory.planner.units import Units
from gezhi.territory.tests.invented_land import any_graph, any_land, assert_holds, small_town, squares

RULE = SizeRule(300, 500)
NONE = np.empty((0, 2), dtype=np.int64)


def labels(count: int) -> list[tuple[int, ...]]:
    """Every way to sort `count` things into groups, each once."""
    found: list[tuple[int, ...]] = [()]
    for _ in range(count):
        found = [(*one, group) for one in found for group in range(max(one, default=-1) + 2)]
    return found


def is_connected(graph: Graph, label: np.ndarray) -> bool:
    tail = np.repeat(np.arange(len(graph)), np.diff(graph.start))
    within = label[tail] == label[graph.adj]
    pieces = Graph.of(graph.weight, np.column_stack((tail, graph.adj))[within], graph.cost[within]).pieces()
    return int(pieces.max()) == int(label.max())


@given(units=any_land(), seed=st.integers(0, 1_000))
@settings(max_examples=60, deadline=None)
def test_any_land_is_divided_completely(units: Units, seed: int) -> None:
    assert_holds(draft(units, RULE, seed=seed, effort=QUICK))


@given(units=any_land(), seed=st.integers(0, 1_000))
@settings(max_examples=15, deadline=None)
def test_the_seed_decides(units: Units, seed: int) -> None:
    one, again = (draft(units, RULE, seed=seed, effort=QUICK) for _ in range(2))
    assert (one.grid == again.grid).all()
    assert one.members == again.members


def test_every_grid_of_a_town_is_in_range_or_can_not_be() -> None:
    for seed in (1, 2, 3):
        made = draft(small_town(seed), RULE, seed=seed, effort=QUICK)
        assert_holds(made)
        assert {one.reason for one in made.out_of_range} <= {"land_below", "land_between"}
        assert len(made.out_of_range) < 0.2 * len(made.members)


def test_people_may_be_counted_instead() -> None:
    made = draft(small_town(), SizeRule(750, 1250, "people"), seed=1, effort=QUICK)
    assert_holds(made)
    fitting = [one for one in made.members if 750 <= one.size <= 1250]
    assert len(fitting) > 0.8 * sum(1 for one in made.members if not one.is_dedicated)


def test_borders_run_along_walls_and_roads() -> None:
    """Two compounds of two lots each: the border lies on the wall between them, though it is longer."""
    units = squares([[100, 100], [100, 100], [100, 100], [100, 100]])
    object.__setattr__(units, "compound", np.array([0, 0, 0, 0, 1, 1, 1, 1]))
    made = draft(units, RULE, seed=1, effort=QUICK)
    assert made.grid.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


# --- exceptions and their proofs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lots", "reasons"),
    [
        ([[120, 100]], ["land_below"]),
        ([[300, 250]], ["land_between"]),
        ([[0, 0]], ["land_below"]),
        ([[501, 350]], ["unit_above", ""]),
        # Three pairs could be made by numbers (350 each), but everything hangs on the one in the middle.
        ([[-2, 250, -2], [250, 50, 250], [-2, 250, -2]], ["impossible", "impossible"]),
        ([[400, 400]], ["", ""]),
        ([[-1, 400]], ["", ""]),
    ],
)
def test_each_exception_has_its_reason(lots: list[list[int]], reasons: list[str]) -> None:
    made = draft(squares(lots), RULE, seed=1, effort=QUICK)
    assert_holds(made)
    if reasons[0] == "impossible":
        assert "impossible" in {one.reason for one in made.members}
    else:
        assert sorted(one.reason for one in made.members) == sorted(reasons)


@given(graph=any_graph(8))
@settings(max_examples=80, deadline=None)
def test_the_proof_agrees_with_trying_everything(graph: Graph) -> None:
    possible = any(
        all(RULE.fits(size) for size in part_sums(graph, np.array(label))) and is_connected(graph, np.array(label))
        for label in labels(len(graph))
    )
    found = divided(graph, RULE)
    assert (found is not None) == possible
    if found is not None:
        assert is_connected(graph, np.unique(found, return_inverse=True)[1])
        assert all(RULE.fits(size) for size in part_sums(graph, found))


def test_the_proof_says_when_it_gives_up() -> None:
    rng = np.random.default_rng(1)
    pairs = np.array([(a, b) for a in range(40) for b in range(a)])
    graph = Graph.of(rng.integers(90_000, 110_000, 40) * 2, pairs, np.ones(len(pairs), dtype=np.int64))
    quarter = int(graph.weight.sum()) // 4
    with pytest.raises(OutOfPatience):
        divided(graph, SizeRule(quarter, quarter + 1), patience=4_000)


# --- the programme --------------------------------------------------------------------------------------------------


@given(graph=any_graph(9), seed=st.integers(1, 2**40))
@settings(max_examples=80, deadline=None)
def test_the_programme_is_optimal_on_trees(graph: Graph, seed: int) -> None:
    """Against every subset of tree edges to cut."""
    members, state = np.arange(len(graph)), np.array([seed], dtype=np.uint64)
    order, parent = kernels.random_tree(graph.start, graph.adj, graph.cost, members, members, state)
    price = np.where(parent >= 0, np.arange(len(graph)) * 37 % 101 + 1, 0)

    def cost(part: np.ndarray) -> int:
        sums = part_sums(graph, part)
        cut = sum(int(price[v]) for v in range(len(graph)) if parent[v] >= 0 and part[v] != part[parent[v]])
        return cut + sum(int(kernels.fault(size, 300, 500)) for size in sums)

    def after(cuts: tuple[bool, ...]) -> np.ndarray:
        part = np.arange(len(graph))
        for v in order.tolist():
            if parent[v] >= 0 and not cuts[v]:
                part[v] = part[parent[v]]
        return part

    part, sums = kernels.split_tree(graph.weight, members, order, parent, price, 300, 500, 10_000, 1, 0)
    assert sorted(sums.tolist()) == sorted(part_sums(graph, part))
    assert cost(part) == min(cost(after(cuts)) for cuts in product((False, True), repeat=len(graph)))


@given(graph=any_graph(12), seed=st.integers(1, 2**40))
@settings(max_examples=60, deadline=None)
def test_the_search_reckons_its_cost_right(graph: Graph, seed: int) -> None:
    """What the loops add up change by change is what a fresh count of the result gives, and parts stay connected."""
    none, count = np.full(len(graph), -1), len(graph)
    label, state, stop = np.zeros(count, np.int64), np.array([seed], np.uint64), np.zeros(1, np.uint8)
    arrays = (graph.start, graph.adj, graph.cost, graph.weight)
    told = kernels.improve(
        *arrays, label, 0, 300, 500, 750, 1, 400, 5e7, 1e3, 0.4, none, 0, 2, 10**8, state, stop, np.zeros(1, np.int64)
    )
    assert told == kernels.total_cost(*arrays, label, count + 5, 300, 500, none, 0, 2, 10**8)
    assert is_connected(graph, np.unique(label, return_inverse=True)[1])


# --- ending early ---------------------------------------------------------------------------------------------------


def test_a_search_that_is_ended_keeps_the_best_so_far() -> None:
    halt = Halt()
    halt.now()
    made = draft(small_town(), RULE, seed=1, effort=Effort(trees=8, steps=10**9), halt=halt)
    assert_holds(made)


def test_ctrl_c_ends_the_search_and_not_the_program() -> None:
    halt, pressed = Halt(), []

    def press(share: float) -> None:
        if not pressed:
            pressed.append(share)
            _thread.interrupt_main()

    # Whoever runs the tests in the background ignores the key, and so would we.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        made = draft(small_town(), RULE, seed=1, effort=Effort(trees=1, steps=10**8), halt=halt, watch=press)
    finally:
        signal.signal(signal.SIGINT, before)
    assert halt.is_asked
    assert_holds(made)


def test_progress_runs_to_the_end() -> None:
    seen: list[float] = []
    halt = Halt()

    def watch(share: float) -> None:
        seen.append(share)
        if share > 0:
            halt.now()

    made: Draft = draft(small_town(), RULE, seed=1, effort=Effort(trees=2, steps=10**7), halt=halt, watch=watch)
    assert_holds(made)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_wanted_count_of_grids_is_kept() -> None:
    units = squares([[50] * 8] * 5)
    for count in (4, 5, 6):
        made = draft(units, RULE, seed=1, effort=QUICK, wanted=np.full(len(units), count))
        assert len(made.members) == count
        assert not made.out_of_range
