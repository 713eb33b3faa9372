"""A town is divided into grids: beside METIS and k-means-constrained, and beside the proved optimum where that can be had; then rebalanced.

The same units, borders and communities for all. METIS and k-means are given the connected parts of the communities, as the
planner is, and as many parts as make four hundred households on average.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from gezhi.territory.crs import LocalMetres
from gezhi.territory.drawing import sketch_outline
from gezhi.territory.planner.draft import Draft, atoms_of, draft
from gezhi.territory.planner.graph import Graph, components, living
from gezhi.territory.planner.rebalance import matched, rebalance
from gezhi.territory.planner.rules import QUICK, THOROUGH, Effort, SizeRule
from gezhi.territory.planner.town import invent
from gezhi.territory.planner.units import MILLIMETRES, Borders, Units, borders_of
from tests.bench.optimum import optimum
from tests.bench.run import Bench
from tests.bench.table import SQLITE, Row

ABOUT = "a draft of grids, beside METIS, k-means-constrained and the proved optimum; a rebalance"
RULE = SizeRule(300, 500)
LOOSE, TIGHT = 200, 30
UNITS, HOUSEHOLDS, COMMUNITIES, SQUARE_KM = 25_000, 342_000, 102, 60.0
ROUNDS = 3
# A component of so many atoms or fewer is small enough for the optimum.
PROVABLE = 26


@dataclass(frozen=True)
class Outcome:
    seconds: float
    parts: int
    fitting: int
    broken: int
    cut: float

    def told(self) -> str:
        share = self.fitting / max(self.parts, 1)
        return f"{self.seconds:.2f} s, {share:.2%} in range, {self.broken} broken, cut {self.cut / 1000:,.1f} km"


@dataclass(frozen=True)
class Case:
    """A town, and the connected parts of its homes that numbers allow to be divided: what no method can do counts for none."""

    units: Units
    borders: Borders
    parts: list[tuple[Graph, Any]]


def measure(bench: Bench) -> list[Row]:
    import gezhi.territory.planner.kernels  # noqa: F401 - what is imported and compiled once a machine is not measured

    draft(town(0.02), RULE, seed=1, effort=QUICK)
    rows: list[Row] = []
    seconds: list[float] = []
    for scale in (0.1, 1.0, *((10.0,) if bench.is_full else ())):
        bench.say(f"plan: a town of {int(UNITS * scale):,} units ...")
        case = case_of(scale)
        found, took = rows_of(case, scale, bench.say)
        rows += found
        seconds.append(took)
        if len(seconds) > 1:
            growth = seconds[-1] / seconds[-2]
            rows.append(
                Row("ten times the units", {SQLITE: f"{growth:.1f}x the time"}, target="<= 12x", met=growth <= 12)
            )
    return rows


def town(scale: float, seed: int = 1) -> Units:
    outline = sketch_outline(SQUARE_KM * scale)
    plane = LocalMetres.at(outline.centroid.x, outline.centroid.y)
    flat = shapely.transform(plane.flatten(outline), lambda xy: np.round(xy * MILLIMETRES))
    communities = max(1, round(COMMUNITIES * scale))
    households = round(HOUSEHOLDS * scale)
    return invent(flat, plane, units=round(UNITS * scale), households=households, communities=communities, seed=seed)


def case_of(scale: float) -> Case:
    units = town(scale)
    borders = borders_of(units)
    graph, unit = living(units, borders, RULE)
    parts = [(part, unit[node]) for part, node in components(graph) if RULE.divisible(int(part.weight.sum()))]
    return Case(units, borders, parts)


def rows_of(case: Case, scale: float, say: Callable[[str], None]) -> tuple[list[Row], float]:
    size = f"{len(case.units):,} units"
    loose, tight = metis(case, LOOSE), metis(case, TIGHT)
    quick, _ = planned(case, QUICK)
    thorough, made = planned(case, THOROUGH)
    open_ones = [one for one in made.out_of_range if one.reason == "open"]
    rows = [
        Row(
            f"draft, {size}, quick",
            {SQLITE: quick.told()},
            f"METIS loose: {loose.told()}",
            f"cut {quick.cut / loose.cut:.2f}x, time {quick.seconds / loose.seconds:.1f}x",
            "all in range; cut <= 0.75x, time <= 2x",
            quick.fitting == quick.parts and quick.cut <= 0.75 * loose.cut and quick.seconds <= 2 * loose.seconds,
            {"quick": quick.__dict__, "metis": loose.__dict__},
        ),
        Row(
            f"draft, {size}, thorough",
            {SQLITE: f"{thorough.told()}; {len(made.out_of_range)} exceptions, {len(open_ones)} without proof"},
            f"METIS tight: {tight.told()}",
            f"cut {thorough.cut / loose.cut:.2f}x loose, {thorough.cut / tight.cut:.2f}x tight",
            "all in range, every exception proved",
            thorough.fitting == thorough.parts and not open_ones,
            {"thorough": thorough.__dict__, "metis": tight.__dict__},
        ),
    ]
    if scale <= 1.0:
        say("plan: k-means-constrained ...")
        means = k_means(case)
        rows.append(Row(f"k-means-constrained, {size}", {}, means.told(), f"its cut {means.cut / quick.cut:.1f}x ours"))
        rows.append(gap_row(case, size))
        rows.append(rebalance_row(case, made, size))
    return rows, quick.seconds


# --- methods --------------------------------------------------------------------------------------------------------


def planned(case: Case, effort: Effort) -> tuple[Outcome, Draft]:
    took = []
    for _round in range(ROUNDS if effort is QUICK else 1):
        started = time.perf_counter()
        made = draft(case.units, RULE, seed=1, effort=effort, borders=case.borders)
        took.append(time.perf_counter() - started)
    return judged(case, [made.grid[unit] for _, unit in case.parts], min(took)), made


def metis(case: Case, looseness: int) -> Outcome:
    """`looseness`: how much larger than the average a part may be, in thousandths. Only METIS itself is timed."""
    import pymetis

    options = pymetis.Options(ufactor=looseness, seed=1, contig=1)
    best, labels = float("inf"), []
    for _round in range(ROUNDS):
        labels, took = [], 0.0
        for part, _ in case.parts:
            count = max(1, round(int(part.weight.sum()) / 400))
            if count == 1:
                labels.append(np.zeros(len(part), dtype=np.int64))
                continue
            adjacency = pymetis.CSRAdjacency(part.start, part.adj)
            weights = np.maximum(part.cost // 1000, 1)
            started = time.perf_counter()
            # Only the k-way method keeps parts in one piece.
            _, label = pymetis.part_graph(
                count, adjacency, vweights=part.weight, eweights=weights, options=options, recursive=False
            )
            took += time.perf_counter() - started
            labels.append(np.array(label))
        best = min(best, took)
    return judged(case, labels, best)


def k_means(case: Case) -> Outcome:
    """Households at the middle of their unit; a unit goes where most of its households went."""
    from k_means_constrained import KMeansConstrained

    labels, took = [], 0.0
    for part, unit in case.parts:
        middle = shapely.get_coordinates(shapely.centroid(case.units.outlines[unit])) / MILLIMETRES
        total = int(part.weight.sum())
        count = max(1, round(total / 400))
        points = np.repeat(middle, part.weight, axis=0)
        owner = np.repeat(np.arange(len(part)), part.weight)
        if count == 1:
            labels.append(np.zeros(len(part), dtype=np.int64))
            continue
        started = time.perf_counter()
        least, most = min(RULE.least, total // count), max(RULE.most, -(-total // count))
        solver = KMeansConstrained(count, size_min=least, size_max=most, n_init=1, max_iter=20, random_state=1)
        found = solver.fit_predict(points)
        took += time.perf_counter() - started
        votes = np.zeros((len(part), count), dtype=np.int64)
        np.add.at(votes, (owner, found), 1)
        # Where nobody lives, the nearest middle counts.
        away = np.hypot(*(middle[:, None, :] - solver.cluster_centers_[None, :, :]).transpose(2, 0, 1))
        empty = np.flatnonzero(part.weight == 0)
        votes[empty, away.argmin(axis=1)[empty]] += 1
        labels.append(votes.argmax(axis=1))
    return judged(case, labels, took)


def judged(case: Case, labels: list[Any], seconds: float) -> Outcome:
    count, fitting, broken, cut = 0, 0, 0, 0
    for (part, _), given in zip(case.parts, labels, strict=True):
        _, label = np.unique(given, return_inverse=True)
        sums = np.bincount(label, weights=part.weight)
        tail = np.repeat(np.arange(len(part)), np.diff(part.start))
        within = label[tail] == label[part.adj]
        cut += int(part.cost[~within].sum()) // 2
        pairs = np.column_stack((tail, part.adj))[within]
        pieces = Graph.of(part.weight, pairs, part.cost[within]).pieces()
        count += len(sums)
        fitting += int(((sums >= RULE.least) & (sums <= RULE.most)).sum())
        broken += int(pieces.max()) + 1 - len(sums)
    return Outcome(seconds, count, fitting, broken, cut / (10 * MILLIMETRES))


# --- optimum and rebalance ------------------------------------------------------------------------------------------


def gap_row(case: Case, size: str) -> Row:
    """On small connected parts, over their atoms: the planner's cut above the proved optimum."""
    from gezhi.territory.planner.search import Halt, Search, Task, seeded

    ours = best = proved = 0
    for number, (part, unit) in enumerate(case.parts):
        bundle = part.contracted(atoms_of(part, case.units.compound[unit], RULE))
        if not 2 <= len(bundle) <= PROVABLE:
            continue
        least = optimum(bundle, RULE)
        if not least:
            continue
        search = Search(RULE, THOROUGH, 1, Halt())
        task = Task(number, np.arange(len(bundle)), bundle, np.arange(len(bundle)), bundle, 0)
        label = search.divide(task.atoms, 0, seeded(1, number), np.zeros(1, dtype=np.int64))
        tail = np.repeat(np.arange(len(bundle)), np.diff(bundle.start))
        ours += int(bundle.cost[label[tail] != label[bundle.adj]].sum()) // 2
        best += least
        proved += 1
    if not proved:
        return Row(f"gap to the proved optimum, {size}", {SQLITE: "no part is small enough"})
    gap = ours / best - 1
    return Row(
        f"gap to the proved optimum, {size}",
        {SQLITE: f"{gap:.2%} on {proved} parts"},
        "columns and CP-SAT",
        target="<= 3%",
        met=gap <= 0.03,
    )


def rebalance_row(case: Case, made: Draft, size: str) -> Row:
    """Three in a hundred compounds double, half as many lose four tenths."""
    rng = np.random.default_rng(1)
    compounds = np.unique(case.units.compound)
    households = case.units.households.astype(float)
    households[np.isin(case.units.compound, rng.choice(compounds, len(compounds) * 3 // 100, replace=False))] *= 2
    households[np.isin(case.units.compound, rng.choice(compounds, len(compounds) * 3 // 200, replace=False))] *= 0.6
    grown = replace(case.units, households=households.astype(np.int64))
    rebalance(grown, RULE, made.grid, seed=1, borders=case.borders)
    started = time.perf_counter()
    done = rebalance(grown, RULE, made.grid, seed=1, borders=case.borders)
    took = time.perf_counter() - started
    fresh = draft(grown, RULE, seed=2, effort=THOROUGH, borders=case.borders)
    lived_in = np.where(grown.subtype == "", grown.households, 0)
    _, moved = matched(made.grid, fresh.grid, lived_in)
    proved = sum(1 for one in done.draft.out_of_range if one.reason != "open")
    return Row(
        f"rebalance after growth, {size}",
        {SQLITE: f"{took:.2f} s, {done.moved:,} households move, {proved} exceptions, all proved"},
        f"a fresh draft moves {moved:,}; by numbers at least {done.unavoidable:,}",
        f"{done.moved / max(moved, 1):.2f}x fresh, {done.moved / max(done.unavoidable, 1):.2f}x least",
        "<= 0.1x fresh or 1.5x least, <= 1 s",
        (done.moved <= 0.1 * moved or done.moved <= 1.5 * done.unavoidable)
        and proved == len(done.draft.out_of_range)
        and took <= max(1.0, 2.0 / (os.cpu_count() or 1)),
    )
