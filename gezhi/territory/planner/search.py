"""The search for a good division: every connected part of the homes for itself, on all cores, from atoms down to units. Pure.

The same seed gives the same division as long as nobody ends the search early; ended, it gives the best so far.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gezhi.territory.mesh import Ints
from gezhi.territory.planner.compiled import kernels
from gezhi.territory.planner.graph import Graph, components
from gezhi.territory.planner.proof import OutOfPatience, divided
from gezhi.territory.planner.rules import OUTSIDE, Effort, SizeRule

# Temperatures of the annealing, as the cost of a border: hundreds of metres at first, ten at last; units move by little.
HOT, COLD = 1_500_000.0, 100_000.0
UNIT_HOT, UNIT_COLD = 100_000.0, 10_000.0
# How often parts are put together and divided anew, instead of one atom changing sides.
RESPLITS = 0.4
UNIT_STEPS = 20
# A count of parts that somebody asked for weighs like two parts out of range.
COUNT_PRICE = 2 * OUTSIDE
# To the programme inside the search, sums that differ by less than this part of the largest size are one: what is cheap
# stays cheap, and there is less to look at.
GRAINS = 60
# How far above the range a part may grow inside the programme.
ROOM = 1.5
LOOK_EVERY = 0.1

Watch = Callable[[float], None]
Verdict = Literal["", "impossible", "open"]


@dataclass
class Halt:
    """Ends a search from another thread or a signal; the search then keeps the best that it has."""

    flag: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1, dtype=np.uint8))

    def now(self) -> None:
        self.flag[0] = 1

    @property
    def is_asked(self) -> bool:
        return bool(self.flag[0])


@dataclass(frozen=True)
class Task:
    """One connected part: its units as a graph with their numbers outside, the atom of each (0 to k - 1), the graph of the atoms.

    `wanted` is the count of parts that somebody asked for, 0 if any will do.
    """

    number: int
    node: Ints
    graph: Graph
    atom: Ints
    atoms: Graph
    wanted: int


@dataclass(frozen=True)
class Solved:
    """The part of each unit. Where more parts stay out of range than numbers explain: "impossible" (proved: some must), or "open"."""

    label: Ints
    verdict: Verdict


@dataclass(frozen=True)
class Search:
    """How one connected part after the other is divided."""

    rule: SizeRule
    effort: Effort
    seed: int
    halt: Halt

    def solve(self, task: Task, done: Ints) -> Solved:
        """The part of each unit; `done[0]` counts steps."""
        state = seeded(self.seed, task.number)
        label = self.divide(task.atoms, task.wanted, state, done)[task.atom]
        self.polish(task, label, state, done)
        return self.settled(task, label, state, done)

    def settled(self, task: Task, label: Ints, state: NDArray[np.uint64], done: Ints) -> Solved:
        """Repair what is out of range, or say why it can't be."""
        for attempt in range(self.effort.repairs):
            if (
                faults(task.graph, label, self.rule, task.wanted) <= least_faults(task.graph, self.rule)
                or self.halt.is_asked
            ):
                break
            label = self.repaired(task, label, attempt, state, done)
        if not self.effort.is_exact:
            return Solved(numbered(label), "open")
        verdict, exact = stubborn(task.graph, label, self.rule, self.halt)
        if exact is not None:
            label = exact
            self.polish(task, label, state, done)
        return Solved(numbered(label), verdict)

    def polish(self, task: Task, label: Ints, state: NDArray[np.uint64], done: Ints) -> None:
        """Single units change sides where that is better."""
        heat = (UNIT_HOT, UNIT_COLD)
        self.improve(task.graph, label, task.wanted, steps=UNIT_STEPS, heat=heat, resplits=0.0, state=state, done=done)

    def divide(self, graph: Graph, wanted: int, state: NDArray[np.uint64], done: Ints) -> Ints:
        """From nothing: the best of some trees, annealed."""
        low, high, cap = bounds(graph, self.rule)
        label: Ints = kernels().first_division(
            graph.start, graph.adj, graph.cost, graph.weight, low, high, cap, max(high // GRAINS, 1), self.effort.trees, state,
            wanted, COUNT_PRICE, self.halt.flag,
        )  # fmt: skip
        steps, heat = self.effort.steps, (HOT, COLD)
        self.improve(graph, label, wanted, steps=steps, heat=heat, resplits=RESPLITS, state=state, done=done)
        return label

    def improve(
        self,
        graph: Graph,
        label: Ints,
        wanted: int,
        *,
        steps: int,
        heat: tuple[float, float],
        resplits: float,
        state: NDArray[np.uint64],
        done: Ints,
    ) -> int:
        """Anneal `label` in place; what the best costs."""
        low, high, cap = bounds(graph, self.rule)
        nobody = np.full(len(graph), -1, dtype=np.int64)
        return int(
            kernels().improve(
                graph.start, graph.adj, graph.cost, graph.weight, label, 0, low, high, cap, max(high // GRAINS, 1), steps * len(graph), *heat,
                resplits, nobody, 0, wanted, COUNT_PRICE, state, self.halt.flag, done,
            )
        )  # fmt: skip

    def repaired(self, task: Task, label: Ints, attempt: int, state: NDArray[np.uint64], done: Ints) -> Ints:
        """Another try where parts stay out of range: by turns from new trees of atoms, and by dividing units anew."""
        other = self.divide(task.atoms, task.wanted, state, done)[task.atom] if attempt % 2 else label.copy()
        steps, heat = UNIT_STEPS * (attempt + 1), (HOT, UNIT_COLD)
        self.improve(task.graph, other, task.wanted, steps=steps, heat=heat, resplits=0.1, state=state, done=done)
        return min(label, other, key=lambda one: self.cost(task.graph, one, task.wanted))

    def cost(self, graph: Graph, label: Ints, wanted: int) -> int:
        low, high, _cap = bounds(graph, self.rule)
        nobody = np.full(len(graph), -1, dtype=np.int64)
        return int(
            kernels().total_cost(
                graph.start, graph.adj, graph.cost, graph.weight, label, int(label.max()) + 1, low, high, nobody, 0,
                wanted, COUNT_PRICE,
            )
        )  # fmt: skip


def bounds(graph: Graph, rule: SizeRule) -> tuple[int, int, int]:
    """The range of a part, and how large one may grow inside the programme."""
    return rule.least, rule.most, max(int(rule.most * ROOM), int(graph.weight.max(initial=0)))


def faults(graph: Graph, label: Ints, rule: SizeRule, wanted: int = 0) -> int:
    """Parts out of range, and parts too many or too few."""
    sums = part_sums(graph, label)
    wrong = sum(1 for size in sums if not rule.fits(size))
    return wrong + (abs(len(sums) - wanted) if wanted else 0)


def stubborn(graph: Graph, label: Ints, rule: SizeRule, halt: Halt) -> tuple[Verdict, Ints | None]:
    """Where more is out of range than numbers explain: the exact answer, if it can be had; a better division with it."""
    if faults(graph, label, rule) <= least_faults(graph, rule):
        return "", None
    if halt.is_asked or (graph.weight > rule.most).any():
        return "open", None
    try:
        exact = divided(graph, rule)
    except OutOfPatience:
        return "open", None
    return ("impossible", None) if exact is None else ("", exact)


def part_sums(graph: Graph, label: Ints) -> list[int]:
    """The size of each part that exists."""
    sums = np.bincount(label, weights=graph.weight).astype(np.int64)
    return [int(size) for size in sums[np.bincount(label) > 0]]


def least_faults(graph: Graph, rule: SizeRule) -> int:
    """No division can have fewer parts out of range: counted from numbers alone."""
    return int((graph.weight > rule.most).sum()) or int(not rule.divisible(int(graph.weight.sum())))


def seeded(seed: int, number: int) -> NDArray[np.uint64]:
    """A state of our random numbers that is never zero, different for each connected part."""
    state = np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)
    return state | np.uint64(1)


def numbered(label: Ints) -> Ints:
    """Labels as 0, 1, 2 ... in the order in which they are met."""
    _, first, back = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    numbers: Ints = rank[back]
    return numbers


def tasks_of(graph: Graph, atom: Ints, wanted: Ints | None) -> list[Task]:
    """One task for each connected part of the graph."""
    parts = components(graph)
    bundle = graph.contracted(atom)
    piece = np.empty(len(graph), dtype=np.int64)
    piece[parts.node] = np.repeat(np.arange(len(parts)), np.diff(parts.bounds))
    of_atom = np.zeros(len(bundle), dtype=np.int64)
    of_atom[atom] = piece
    by_piece = np.argsort(of_atom, kind="stable")
    rank = np.empty(len(bundle), dtype=np.int64)
    rank[by_piece] = np.arange(len(bundle))
    whole = bundle.reordered(by_piece)
    bounds = np.searchsorted(of_atom[by_piece], np.arange(len(parts) + 1))
    tasks = []
    for number, (part, node) in enumerate(parts):
        first, end = int(bounds[number]), int(bounds[number + 1])
        asked = 0 if wanted is None else int(wanted[node[0]])
        tasks.append(Task(number, node, part, rank[atom[node]] - first, whole.between(first, end), asked))
    return tasks


def run(
    tasks: list[Task], solve: Callable[[Task, Ints], Any], steps: int, halt: Halt, watch: Watch | None
) -> list[Any]:
    """All tasks on all cores, the largest first. A keyboard interrupt ends the search, not the program."""
    done = np.zeros((len(tasks), 1), dtype=np.int64)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        order = sorted(tasks, key=lambda task: -len(task.graph))
        futures: dict[int, Future[Any]] = {task.number: pool.submit(solve, task, done[task.number]) for task in order}
        left: set[Future[Any]] = set(futures.values())
        while left:
            try:
                left = wait(left, timeout=LOOK_EVERY).not_done
                if watch:
                    watch(min(float(done.sum()) / max(steps, 1), 1.0) if left else 1.0)
            except KeyboardInterrupt:
                halt.now()
        return [futures[task.number].result() for task in tasks]
