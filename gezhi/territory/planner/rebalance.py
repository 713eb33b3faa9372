"""After growth: the fewest moved households that bring all grids back into range. Pure.

Only connected parts of a community in which something is out of range are touched, and of those first only the grids next to it. There the
search runs with a price on every household that leaves its grid, far above any border and below a grid out of range.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gezhi.territory.mesh import Ints
from gezhi.territory.planner.compiled import kernels
from gezhi.territory.planner.draft import Draft, assembled
from gezhi.territory.planner.graph import Graph, atoms, living
from gezhi.territory.planner.rules import SizeRule
from gezhi.territory.planner.search import (
    Halt,
    Solved,
    Task,
    Watch,
    bounds,
    faults,
    least_faults,
    numbered,
    run,
    seeded,
    stubborn,
    tasks_of,
)
from gezhi.territory.planner.units import Borders, Units, borders_of

# A household that moves costs ten metres; borders count a twentieth of what they do in a draft; what is not divided now
# is kept together as if a hundred metres lay there.
MOVE_PRICE, BORDERS, TOGETHER = 100_000, 20, 1_000_000
# Land that moves together, as parts of the largest size; then single units go home where they can.
WHOLE, PIECE = 0.08, 0.05
STEPS, UNIT_STEPS = 100, 40
# How far around a grid out of range the search looks, in grids: next to it first, at last everywhere (0).
NEAR_FIRST = (2, 4, 0, 0)
HOT, COLD, COLDEST = 3_000_000.0, 50_000.0, 5_000.0
RESPLITS = 0.25
# Sums of households that differ by less than this are one to the programme.
GRAIN = 12


@dataclass(frozen=True)
class Rebalanced:
    """`continues` gives for each grid of the draft the old grid that it goes on from, -1 for a new one.

    `moved` are the households (or people, if the rule counts them) that change grids; no division that fits the rule moves
    fewer than `unavoidable`.
    """

    draft: Draft
    continues: list[int]
    moved: int
    unavoidable: int


def rebalance(
    units: Units,
    rule: SizeRule,
    before: Ints,
    *,
    seed: int,
    borders: Borders | None = None,
    halt: Halt | None = None,
    watch: Watch | None = None,
) -> Rebalanced:
    """Change the division `before` (each unit's old grid, -1: none) as little as possible so that `rule` holds again.

    Never worse than doing nothing: where nothing better is found, land stays as it is.
    """
    borders = borders_of(units) if borders is None else borders
    halt = halt or Halt()
    graph, unit = living(units, borders, rule)
    tasks = tasks_of(graph, clumps(graph, units.compound[unit], before[unit], rule), None)
    mending = Mending(rule, seed, halt, before[unit])
    solved = run(tasks, mending.solve, sum(len(task.atoms) * STEPS for task in tasks), halt, watch)
    homes = [(unit[task.node], task, one) for task, one in zip(tasks, solved, strict=True)]
    draft = assembled(units, borders, rule, homes)
    continues, moved = matched(before, draft.grid, np.where(units.subtype == "", units.sizes(rule), 0))
    return Rebalanced(draft, continues, moved, sum(mending.unavoidable(task) for task in tasks))


def matched(before: Ints, after: Ints, weight: Ints) -> tuple[list[int], int]:
    """The old grid that each new one goes on from, by the largest common weight first; and the weight that moves elsewhere."""
    known = before >= 0
    width = int(after.max(initial=-1)) + 1
    key, back = np.unique(before[known] * width + after[known], return_inverse=True)
    # A grid without households goes on by its units.
    common = np.bincount(back, weights=weight[known])
    count = np.bincount(back)
    continues = [-1] * width
    taken: set[int] = set()
    kept = 0
    for at in np.lexsort((key, -count, -common)).tolist():
        old, new = divmod(int(key[at]), width)
        if continues[new] < 0 and old not in taken:
            continues[new] = old
            taken.add(old)
            kept += int(common[at])
    return continues, int(weight[known].sum()) - kept


def clumps(graph: Graph, compound: Ints, before: Ints, rule: SizeRule) -> Ints:
    """Atoms that lie inside one old grid and one compound."""
    inside = np.unique(np.column_stack((compound, before)), axis=0, return_inverse=True)[1].reshape(-1)
    return atoms(graph, inside, max(int(rule.most * WHOLE), 1), max(int(rule.most * PIECE), 1))


@dataclass(frozen=True)
class Mending:
    """One connected part after the other, each from what there was."""

    rule: SizeRule
    seed: int
    halt: Halt
    before: Ints

    def solve(self, task: Task, done: Ints) -> Solved:
        start, home, homes = self.start(task)
        unchanged = start[task.atom]
        least = least_faults(task.graph, self.rule)
        label, best = unchanged, self.cost(task, unchanged, home[task.atom], homes)
        state = seeded(self.seed, task.number)
        for hops in NEAR_FIRST:
            if faults(task.graph, label, self.rule) <= least or self.halt.is_asked:
                break
            inside = self.around(task.atoms, start, hops)
            other = self.tried(task, start, home, homes, inside=inside, state=state, done=done)
            cost = self.cost(task, other, home[task.atom], homes)
            if cost < best:
                label, best = other, cost
        if faults(task.graph, label, self.rule) > faults(task.graph, unchanged, self.rule):
            label = unchanged
        verdict, exact = stubborn(task.graph, label, self.rule, self.halt)
        return Solved(numbered(label if exact is None else exact), verdict)

    def around(self, graph: Graph, label: Ints, hops: int) -> NDArray[np.bool_]:
        """Which nodes lie in a part out of range, or in one that is so many parts away from it; all of them for 0."""
        if not hops:
            return np.ones(len(graph), dtype=bool)
        sums = np.bincount(label, weights=graph.weight)
        chosen = (np.bincount(label) > 0) & ((sums < self.rule.least) | (sums > self.rule.most))
        tail = np.repeat(np.arange(len(graph)), np.diff(graph.start))
        one, other = label[tail], label[graph.adj]
        for _hop in range(hops):
            wider = chosen.copy()
            np.logical_or.at(wider, other, chosen[one])
            chosen = wider
        inside: NDArray[np.bool_] = chosen[label]
        return inside

    def tried(
        self, task: Task, start: Ints, home: Ints, homes: int, *, inside: NDArray[np.bool_], state: NDArray[np.uint64], done: Ints
    ) -> Ints:  # fmt: skip
        """The part of each unit after a search among some atoms, and then their units; the others keep theirs."""
        label = start.copy()
        self.search(
            task.atoms, label, home, homes, inside=inside, steps=STEPS, heat=(HOT, COLD), resplits=RESPLITS, state=state,
            done=done,
        )  # fmt: skip
        units: Ints = label[task.atom]
        self.search(
            task.graph, units, home[task.atom], homes, inside=inside[task.atom], steps=UNIT_STEPS, heat=(COLD, COLDEST),
            resplits=0.0, state=state, done=done,
        )  # fmt: skip
        return units

    def search(
        self, graph: Graph, label: Ints, home: Ints, homes: int, *, inside: NDArray[np.bool_], steps: int,
        heat: tuple[float, float], resplits: float, state: NDArray[np.uint64], done: Ints,
    ) -> None:  # fmt: skip
        """Anneal the nodes inside as if there were no others. Whole parts are inside or not, so none falls apart by it."""
        if inside.all():
            self.improve(graph, label, home, homes, steps=steps, heat=heat, resplits=resplits, state=state, done=done)
            return
        nodes = np.flatnonzero(inside)
        part, names, own = within(graph, nodes), np.unique(home[nodes]), home[nodes]
        names = names[names >= 0]
        # Old grids come first, under numbers of their own; what has no old grid follows.
        others = np.setdiff1d(label[nodes], names)
        place = np.full(int(max(label.max(), homes)) + 1, -1, dtype=np.int64)
        place[names] = np.arange(len(names))
        place[others] = len(names) + np.arange(len(others))
        small, small_home = place[label[nodes]], np.where(own >= 0, place[own], -1)
        self.improve(
            part, small, small_home, len(names), steps=steps, heat=heat, resplits=resplits, state=state, done=done
        )
        back = np.concatenate((names, others, np.arange(int(small.max(initial=0)) + 1) + place.size))
        label[nodes] = back[small]

    def start(self, task: Task) -> tuple[Ints, Ints, int]:
        """What there was, by atom: a connected part for each; the home of each atom (-1: new land); and how many homes there are."""
        old = np.empty(len(task.atoms), dtype=np.int64)
        old[task.atom] = self.before[task.node]
        names, home = np.unique(old, return_inverse=True)
        home = home.astype(np.int64) - int(names[0] < 0)
        homes = len(names) - int(names[0] < 0)
        piece = same(task.atoms, home).pieces()
        sums = np.bincount(piece, weights=task.atoms.weight + 1e-3)
        label = np.full(len(home), -1, dtype=np.int64)
        fresh, seen = homes, set[int]()
        for number in np.argsort(-sums, kind="stable").tolist():
            inside = piece == number
            of = int(home[inside][0])
            if of < 0:
                continue
            # Of a grid that has fallen apart the largest piece keeps the name.
            label[inside] = fresh if of in seen else of
            fresh += of in seen
            seen.add(of)
        return joined(task.atoms, label, fresh), home, homes

    def improve(
        self,
        graph: Graph,
        label: Ints,
        home: Ints,
        homes: int,
        *,
        steps: int,
        heat: tuple[float, float],
        resplits: float,
        state: NDArray[np.uint64],
        done: Ints,
    ) -> None:
        near = kept_together(graph, home)
        kernels().improve(
            near.start, near.adj, near.cost, near.weight, label, homes, *bounds(near, self.rule), GRAIN, steps * len(near),
            *heat, resplits, home, MOVE_PRICE, 0, 0, state, self.halt.flag, done,
        )  # fmt: skip

    def cost(self, task: Task, label: Ints, home: Ints, homes: int) -> int:
        near = kept_together(task.graph, home)
        low, high, _cap = bounds(near, self.rule)
        room = max(int(label.max()) + 1, homes)
        return int(
            kernels().total_cost(
                near.start, near.adj, near.cost, near.weight, label, room, low, high, home, MOVE_PRICE, 0, 0
            )
        )

    def unavoidable(self, task: Task) -> int:
        """Households that any division in range moves: what is too much must leave, what is missing must come."""
        if not self.rule.divisible(int(task.graph.weight.sum())):
            return 0
        old = self.before[task.node]
        sizes = np.bincount(old[old >= 0], weights=task.graph.weight[old >= 0]).astype(np.int64)
        gone = np.bincount(old[old >= 0], minlength=len(sizes)) == 0
        too_much = np.maximum(sizes - self.rule.most, 0)
        missing = np.where(gone, 0, np.minimum(np.maximum(self.rule.least - sizes, 0), sizes))
        new = int(task.graph.weight[old < 0].sum())
        return max(int(too_much.sum()), int(missing.sum()) - new, 0)


def within(graph: Graph, nodes: Ints) -> Graph:
    """The graph of some of its nodes, in their order."""
    rank = np.full(len(graph), -1, dtype=np.int64)
    rank[nodes] = np.arange(len(nodes))
    tail = np.repeat(np.arange(len(graph)), np.diff(graph.start))
    kept = (rank[tail] >= 0) & (rank[graph.adj] >= 0) & (tail < graph.adj)
    return Graph.of(graph.weight[nodes], np.column_stack((rank[tail[kept]], rank[graph.adj[kept]])), graph.cost[kept])


def same(graph: Graph, home: Ints) -> Graph:
    """Only the edges inside one home."""
    tail = np.repeat(np.arange(len(graph)), np.diff(graph.start))
    kept = (home[tail] == home[graph.adj]) & (tail < graph.adj)
    return Graph.of(graph.weight, np.column_stack((tail[kept], graph.adj[kept])), graph.cost[kept])


def kept_together(graph: Graph, home: Ints) -> Graph:
    """The same graph with cheap borders, and dear ones where both sides have one home."""
    tail = np.repeat(np.arange(len(graph)), np.diff(graph.start))
    together = (home[tail] == home[graph.adj]) & (home[tail] >= 0)
    return replace(graph, cost=graph.cost // BORDERS + np.where(together, TOGETHER, 0))


def joined(graph: Graph, label: Ints, fresh: int) -> Ints:
    """Land without a label (-1) goes to the neighbour with which it shares most; land with no labelled neighbours becomes part `fresh`."""
    while (label < 0).any():
        grown = label.copy()
        for v in np.flatnonzero(label < 0).tolist():
            around = slice(graph.start[v], graph.start[v + 1])
            known = label[graph.adj[around]] >= 0
            if known.any():
                grown[v] = label[graph.adj[around]][known][int(graph.cost[around][known].argmax())]
        if (grown == label).all():
            grown[grown < 0] = fresh
        label = grown
    return label
