"""The exact answer for a small stubborn part of the land: a division into parts in range, or the proof that there is none. Pure.

First by numbers, then by necks of the land, then by trying everything. Sets of nodes are the bits of whole numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gezhi.territory.mesh import Ints
from gezhi.territory.planner.compiled import kernels
from gezhi.territory.planner.graph import Graph
from gezhi.territory.planner.rules import SizeRule

# How many sets are looked at before the question is left open: a few seconds.
PATIENCE = 4_000_000
# A set is one number of the machine; the last bit is its sign.
WIDEST = 63


class OutOfPatience(Exception):
    """Too many sets to try: nothing is proved either way."""


@dataclass(frozen=True)
class Puzzle:
    """A connected graph by bits: `beside[v]` are v's neighbours, `members[v]` the nodes of the first graph that are drawn together in v."""

    beside: list[int]
    size: list[int]
    members: list[int]

    @classmethod
    def of(cls, graph: Graph) -> "Puzzle":
        beside = [0] * len(graph)
        for v in range(len(graph)):
            for u in graph.adj[graph.start[v] : graph.start[v + 1]].tolist():
                beside[v] |= 1 << u
        return cls(beside, [int(size) for size in graph.weight], [1 << v for v in range(len(graph))])

    def everything(self) -> int:
        return (1 << len(self.size)) - 1

    def total(self, nodes: int) -> int:
        return sum(self.size[v] for v in bits(nodes))

    def parts(self, nodes: int) -> Iterator[int]:
        """The connected parts of a set."""
        while nodes:
            part = self.reached(nodes & -nodes, nodes)
            yield part
            nodes &= ~part

    def reached(self, begin: int, inside: int) -> int:
        part = fresh = begin
        while fresh:
            around = 0
            for v in bits(fresh):
                around |= self.beside[v]
            fresh = around & inside & ~part
            part |= fresh
        return part

    def drawn_together(self, least: int) -> "Puzzle":
        """Without necks that only small land hangs on: what is cut off by one node and too small for a part goes with the node.

        No division into parts of at least `least` is lost by this.
        """
        chief = list(range(len(self.size)))
        for v in range(len(self.size)):
            if chief[v] != v:
                continue
            rest = self.everything() & ~(1 << v)
            hanging = [part for part in self.parts(rest) if self.total(part) < least]
            # A whole that is too small altogether has no side to which the rest would belong.
            if sum(1 for _ in self.parts(rest)) > len(hanging):
                for part in hanging:
                    for u in bits(part):
                        chief[u] = v
        if all(one == v for v, one in enumerate(chief)):
            return self
        roots = [root(chief, v) for v in range(len(chief))]
        number = {one: at for at, one in enumerate(sorted(set(roots)))}
        beside = [0] * len(number)
        size, members = [0] * len(number), [0] * len(number)
        for v, one in enumerate(roots):
            size[number[one]] += self.size[v]
            members[number[one]] |= self.members[v]
            for u in bits(self.beside[v]):
                if roots[u] != one:
                    beside[number[one]] |= 1 << number[roots[u]]
        return Puzzle(beside, size, members).drawn_together(least)


def root(chief: list[int], v: int) -> int:
    while chief[v] != v:
        v = chief[v]
    return v


def bits(nodes: int) -> Iterator[int]:
    while nodes:
        low = nodes & -nodes
        yield low.bit_length() - 1
        nodes ^= low


class Trial:
    """Tries every division into connected parts in range, the part of the largest node first."""

    def __init__(self, puzzle: Puzzle, rule: SizeRule, patience: int) -> None:
        self.puzzle = puzzle
        self.beside = np.array(puzzle.beside, dtype=np.uint64)
        self.size = np.array(puzzle.size, dtype=np.int64)
        self.rule = rule
        self.left = patience
        self.hopeless: set[int] = set()

    def divide(self, nodes: int) -> list[int] | None:
        """The parts of a connected set, or None if it can't be divided. Raises `OutOfPatience`."""
        size = self.puzzle.total(nodes)
        if not self.rule.divisible(size) or nodes in self.hopeless:
            return None
        if self.rule.fits(size):
            return [nodes]
        v = max(bits(nodes), key=lambda node: self.puzzle.size[node])
        if self.puzzle.size[v] <= self.rule.most:
            for part, rest in self.around(v, nodes):
                parts = [part]
                for one in sorted(rest, key=self.puzzle.total):
                    more = self.divide(one)
                    if more is None:
                        break
                    parts += more
                else:
                    return parts
        self.hopeless.add(nodes)
        return None

    def around(self, v: int, nodes: int) -> Iterator[tuple[int, list[int]]]:
        """Each part in range that holds v, with what is left, in connected parts that numbers don't forbid."""
        room = 2 * WIDEST
        parts, closed, sums = np.zeros(room, np.uint64), np.zeros(room, np.uint64), np.zeros(room, np.int64)
        parts[0], sums[0] = 1 << v, self.puzzle.size[v]
        count = np.array([1, self.left], dtype=np.int64)
        low, high = self.rule.least, self.rule.most
        while True:
            count[1] = self.left
            part = int(
                kernels().next_part(self.beside, self.size, np.uint64(nodes), low, high, parts, closed, sums, count)
            )
            self.left = int(count[1])
            if self.left < 0:
                raise OutOfPatience
            if not part:
                return
            yield part, list(self.puzzle.parts(nodes & ~part))


def divided(graph: Graph, rule: SizeRule, patience: int = PATIENCE) -> Ints | None:
    """A division of a connected graph into connected parts in range; None if there is none. Raises `OutOfPatience`."""
    puzzle = Puzzle.of(graph).drawn_together(rule.least)
    if len(puzzle.size) > WIDEST:
        raise OutOfPatience
    parts = Trial(puzzle, rule, patience).divide(puzzle.everything())
    if parts is None:
        return None
    label = np.zeros(len(graph), dtype=np.int64)
    for number, part in enumerate(parts):
        for v in bits(part):
            label[list(bits(puzzle.members[v]))] = number
    return label
