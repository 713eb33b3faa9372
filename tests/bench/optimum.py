"""The cheapest division of a small graph, proved: all connected parts in range, and CP-SAT to choose among them."""

from gezhi.territory.planner.graph import Graph
from gezhi.territory.planner.proof import Puzzle, bits
from gezhi.territory.planner.rules import SizeRule

MOST_PARTS = 60_000
SECONDS = 20.0


def optimum(graph: Graph, rule: SizeRule) -> int | None:
    """The cost of all borders between parts; None where that can't be proved in time, or where there is no division."""
    from ortools.sat.python import cp_model

    parts = connected_parts(Puzzle.of(graph), rule)
    if parts is None:
        return None
    inside = [inner_cost(graph, part) for part in parts]
    model = cp_model.CpModel()
    chosen = [model.new_bool_var(f"p{at}") for at in range(len(parts))]
    for v in range(len(graph)):
        model.add_exactly_one([one for one, part in zip(chosen, parts, strict=True) if part >> v & 1])
    model.maximize(sum(cost * one for cost, one in zip(inside, chosen, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = SECONDS
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return int(graph.cost.sum()) // 2 - round(solver.objective_value)


def connected_parts(puzzle: Puzzle, rule: SizeRule) -> list[int] | None:
    """Every connected set in range, each once: by its lowest node. None if there are too many."""
    found = []
    for v in range(len(puzzle.size)):
        # Nodes below v belong to sets that were met before.
        stack = [(1 << v, (1 << v) - 1, puzzle.size[v])]
        while stack:
            part, closed, size = stack.pop()
            if size > rule.most:
                continue
            frontier = 0
            for u in bits(part):
                frontier |= puzzle.beside[u]
            frontier &= ~part & ~closed
            if not frontier:
                if size >= rule.least:
                    found.append(part)
                    if len(found) > MOST_PARTS:
                        return None
                continue
            low = frontier & -frontier
            stack.append((part, closed | low, size))
            stack.append((part | low, closed, size + puzzle.size[low.bit_length() - 1]))
    return found


def inner_cost(graph: Graph, part: int) -> int:
    members = set(bits(part))
    return sum(
        int(graph.cost[e])
        for v in members
        for e in range(graph.start[v], graph.start[v + 1])
        if graph.adj[e] > v and int(graph.adj[e]) in members
    )
