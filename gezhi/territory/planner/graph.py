"""Graphs of land as arrays, their connected parts, and atoms: units that are only divided where nothing else helps. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gezhi.territory.mesh import Ints
from gezhi.territory.planner.compiled import kernels
from gezhi.territory.planner.rules import SizeRule
from gezhi.territory.planner.units import Borders, Units


@dataclass(frozen=True)
class Graph:
    """Neighbours of v: `adj[start[v]:start[v + 1]]`, with the cost of a border there; `weight` are households."""

    start: Ints
    adj: Ints
    cost: Ints
    weight: Ints

    def __len__(self) -> int:
        return len(self.weight)

    @classmethod
    def of(cls, weight: Ints, pairs: Ints, costs: Ints) -> "Graph":
        """From pairs of neighbours; pairs that come twice are added up, loops are dropped."""
        n = len(weight)
        low, high = np.minimum(*pairs.T), np.maximum(*pairs.T)
        key, back = np.unique((low * n + high)[low != high], return_inverse=True)
        total = np.zeros(len(key), dtype=np.int64)
        np.add.at(total, back, costs[low != high])
        a, b = np.divmod(key, max(n, 1))
        tail, head = np.concatenate((a, b)), np.concatenate((b, a))
        order = np.argsort(tail * n + head, kind="stable")
        start = np.zeros(n + 1, dtype=np.int64)
        np.cumsum(np.bincount(tail, minlength=n), out=start[1:])
        return cls(start, head[order], np.concatenate((total, total))[order], weight.astype(np.int64))

    def pieces(self) -> Ints:
        """The number of the connected part in which each node lies, counted by lowest node."""
        found: Ints = kernels().pieces_of(self.start, self.adj)
        return found

    def contracted(self, label: Ints) -> "Graph":
        """Nodes of one label (0 to k - 1) drawn together."""
        tail = np.repeat(np.arange(len(self)), np.diff(self.start))
        once = tail < self.adj
        pairs = label[np.column_stack((tail[once], self.adj[once]))]
        weight = np.bincount(label, weights=self.weight).astype(np.int64)
        return Graph.of(weight, pairs, self.cost[once])

    def reordered(self, node: Ints) -> "Graph":
        """The same graph with its nodes in another order, named by their old numbers."""
        rank = np.empty(len(node), dtype=np.int64)
        rank[node] = np.arange(len(node))
        degree = np.diff(self.start)[node]
        start = np.zeros(len(node) + 1, dtype=np.int64)
        np.cumsum(degree, out=start[1:])
        edge = np.repeat(self.start[node] - start[:-1], degree) + np.arange(start[-1])
        return Graph(start, rank[self.adj[edge]], self.cost[edge], self.weight[node])

    def between(self, first: int, end: int) -> "Graph":
        """The part made of nodes first to end - 1, which has no edges to others."""
        low, high = self.start[first], self.start[end]
        return Graph(
            self.start[first : end + 1] - low, self.adj[low:high] - first, self.cost[low:high], self.weight[first:end]
        )


@dataclass(frozen=True)
class Components:
    """A graph sorted so that each connected part is a run of nodes: part i is `bounds[i]` to `bounds[i + 1]`; `node` are the old numbers."""

    graph: Graph
    node: Ints
    bounds: Ints

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __iter__(self) -> Iterator[tuple[Graph, Ints]]:
        for first, end in zip(self.bounds[:-1].tolist(), self.bounds[1:].tolist(), strict=True):
            yield self.graph.between(first, end), self.node[first:end]


def living(units: Units, borders: Borders, rule: SizeRule) -> tuple[Graph, Ints]:
    """The graph of residential units by what the rule counts, borders between communities left out, and the units' numbers."""
    lived_in = units.subtype == ""
    number = np.cumsum(lived_in) - 1
    left, right = borders.pairs.T
    inside = lived_in[left] & lived_in[right] & (units.community[left] == units.community[right])
    graph = Graph.of(units.sizes(rule)[lived_in], number[borders.pairs[inside]], borders.costs[inside])
    return graph, np.flatnonzero(lived_in)


def components(graph: Graph) -> Components:
    piece = graph.pieces()
    node = np.argsort(piece, kind="stable")
    bounds = np.flatnonzero(np.diff(piece[node], prepend=-1, append=-1))
    return Components(graph.reordered(node), node, bounds)


def atoms(graph: Graph, compound: Ints, whole: int, part: int) -> Ints:
    """The atom of each node: connected nodes of one compound, whole up to `whole` households, else in pieces of about `part`."""
    tail = np.repeat(np.arange(len(graph)), np.diff(graph.start))
    kept = (compound[tail] == compound[graph.adj]) & (tail < graph.adj)
    pairs = np.column_stack((tail[kept], graph.adj[kept]))
    yards = Graph.of(graph.weight, pairs, graph.cost[kept])
    atom = yards.pieces()
    sums = np.bincount(atom, weights=graph.weight)
    large = np.flatnonzero(sums > whole)
    if len(large):
        found = components(yards)
        first = atom[found.node[found.bounds[:-1]]]
        kernels().cut_up(
            found.graph.start, found.graph.adj, found.graph.cost, found.graph.weight, found.bounds,
            np.flatnonzero(np.isin(first, large)), part, found.node, atom,
        )  # fmt: skip
    numbered: Ints = np.unique(atom, return_inverse=True)[1]
    return numbered
