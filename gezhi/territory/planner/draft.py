"""From units to grids: residential ones in range wherever that is possible, dedicated ones for the rest, each inside its community. Pure."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gezhi.territory.mesh import Ints
from gezhi.territory.planner.graph import Graph, atoms, living
from gezhi.territory.planner.rules import THOROUGH, Effort, SizeRule
from gezhi.territory.planner.search import UNIT_STEPS, Halt, Search, Solved, Task, Watch, part_sums, run, tasks_of
from gezhi.territory.planner.units import Borders, Units, borders_of

# Compounds up to so much of the largest size stay whole in the search; larger ones go into pieces of so much of it.
WHOLE, PIECE = 0.5, 0.12

# Why a residential grid is out of range: a unit is too large; the connected land is too small, or its size lies between
# what numbers allow; every division was tried; or nobody knows yet.
Reason = Literal["", "unit_above", "land_below", "land_between", "impossible", "open"]


@dataclass(frozen=True, slots=True)
class Member:
    """One grid of a draft; `community` counts into those of the units. `size` is what the rule counts."""

    community: int
    subtype: str
    size: int
    reason: Reason = ""

    @property
    def is_dedicated(self) -> bool:
        return self.subtype != ""


@dataclass(frozen=True)
class Draft:
    """`grid` gives each unit's place in `members`."""

    units: Units
    borders: Borders
    rule: SizeRule
    grid: Ints
    members: list[Member]

    @property
    def out_of_range(self) -> list[Member]:
        return [one for one in self.members if not one.is_dedicated and not self.rule.fits(one.size)]


def draft(
    units: Units,
    rule: SizeRule,
    *,
    seed: int,
    effort: Effort = THOROUGH,
    wanted: Ints | None = None,
    borders: Borders | None = None,
    halt: Halt | None = None,
    watch: Watch | None = None,
) -> Draft:
    """Divide `units` by `rule`. The same seed gives the same draft, unless `halt` ends it early: then it is the best so far.

    `wanted` (by unit, 0: free) is how many grids a unit's connected part of its community shall have. `watch` is told
    which share is done.
    """
    borders = borders_of(units) if borders is None else borders
    halt = halt or Halt()
    graph, unit = living(units, borders, rule)
    tasks = tasks_of(graph, atoms_of(graph, units.compound[unit], rule), None if wanted is None else wanted[unit])
    search = Search(rule, effort, seed, halt)
    solved = run(tasks, search.solve, steps_of(tasks, effort), halt, watch)
    homes = [(unit[task.node], task, one) for task, one in zip(tasks, solved, strict=True)]
    return assembled(units, borders, rule, homes)


def atoms_of(graph: Graph, compound: Ints, rule: SizeRule) -> Ints:
    return atoms(graph, compound, int(rule.most * WHOLE), max(int(rule.most * PIECE), 1))


def steps_of(tasks: list[Task], effort: Effort) -> int:
    """How many steps a search without repairs takes."""
    return sum(len(task.atoms) * effort.steps + len(task.graph) * UNIT_STEPS for task in tasks)


def assembled(units: Units, borders: Borders, rule: SizeRule, homes: list[tuple[Ints, Task, Solved]]) -> Draft:
    """All grids of a district, residential ones first, each kind in the order of the communities."""
    grid = np.full(len(units), -1, dtype=np.int64)
    members: list[Member] = []
    for nodes, task, solved in sorted(homes, key=lambda home: int(units.community[home[0][0]])):
        grid[nodes] = solved.label + len(members)
        members += judged(int(units.community[nodes[0]]), task.graph, solved, rule)
    dedicated = grid < 0
    for nodes in set_apart(units, borders, dedicated):
        grid[nodes] = len(members)
        members.append(Member(int(units.community[nodes[0]]), str(units.subtype[nodes[0]]), 0))
    return Draft(units, borders, rule, grid, members)


def judged(community: int, graph: Graph, solved: Solved, rule: SizeRule) -> list[Member]:
    """The grids of one connected part, and why some are out of range."""
    sizes = part_sums(graph, solved.label)
    largest = np.zeros(len(sizes), dtype=np.int64)
    np.maximum.at(largest, solved.label, graph.weight)
    total = sum(sizes)
    # How many faults are explained by a proof about the whole.
    left = 0 if rule.divisible(total) and solved.verdict != "impossible" else 1
    whole: Reason = "impossible"
    if not rule.divisible(total):
        whole = "land_below" if total < rule.least else "land_between"
    members = []
    for size, most in zip(sizes, largest.tolist(), strict=True):
        reason: Reason = ""
        if not rule.fits(size):
            reason = "unit_above" if most > rule.most else (whole if left else "open")
            left -= reason == whole
        members.append(Member(community, "", size, reason))
    return members


def set_apart(units: Units, borders: Borders, dedicated: NDArray[np.bool_]) -> list[Ints]:
    """Units of one purpose that lie together in one community, as sets."""
    numbers = np.flatnonzero(dedicated)
    if not len(numbers):
        return []
    place = np.full(len(units), -1, dtype=np.int64)
    place[numbers] = np.arange(len(numbers))
    left, right = borders.pairs.T
    same = (
        dedicated[left]
        & dedicated[right]
        & (units.subtype[left] == units.subtype[right])
        & (units.community[left] == units.community[right])
    )
    pairs = place[borders.pairs[same]]
    piece = Graph.of(np.zeros(len(numbers), dtype=np.int64), pairs, np.ones(len(pairs), dtype=np.int64)).pieces()
    order = np.argsort(piece, kind="stable")
    sets = np.split(numbers[order], np.flatnonzero(np.diff(piece[order])) + 1)
    return sorted(sets, key=lambda nodes: int(units.community[nodes[0]]))
