"""What the tests of the planner share: random land of small squares, a small invented town, and what must hold of any division."""

from functools import cache

import numpy as np
import shapely
from hypothesis import strategies as st

from gezhi.territory.crs import LocalMetres
from gezhi.territory.drawing import sketch_outline
from gezhi.territory.planner.draft import Draft
from gezhi.territory.planner.graph import Graph
from gezhi.territory.planner.town import invent
from gezhi.territory.planner.units import MILLIMETRES, Units

PLANE = LocalMetres.at(117.0, 36.6)
SIDE = 100_000.0


@cache
def small_town(seed: int = 1) -> Units:
    """Some eight hundred lots in four communities."""
    outline = sketch_outline(2.0)
    plane = LocalMetres.at(outline.centroid.x, outline.centroid.y)
    flat = shapely.transform(plane.flatten(outline), lambda xy: np.round(xy * MILLIMETRES))
    return invent(flat, plane, units=800, households=11_000, communities=4, seed=seed)


def squares(households: list[list[int]], *, communities: list[list[int]] | None = None) -> Units:
    """A chequerboard of lots, a hundred metres wide, each a compound of its own; -1 households is a school, -2 is no land at all."""
    outlines, people, community, subtype = [], [], [], []
    for y, line in enumerate(households):
        for x, count in enumerate(line):
            if count == -2:
                continue
            outlines.append(shapely.box(x * SIDE, y * SIDE, (x + 1) * SIDE, (y + 1) * SIDE))
            people.append(max(count, 0))
            community.append(communities[y][x] if communities else 0)
            subtype.append("school" if count == -1 else "")
    number = len(outlines)
    return Units(
        shapely.orient_polygons(np.array(outlines, dtype=object)),
        np.array(people, dtype=np.int64),
        np.array(community, dtype=np.int64),
        [f"37010300100{at + 1}" for at in range(max(community) + 1)],
        np.array(subtype, dtype="<U20"),
        np.zeros(number, dtype=np.int64),
        np.arange(number),
        PLANE,
    )


@st.composite
def any_land(draw: st.DrawFn) -> Units:
    """Squares with holes, schools, empty lots, towers that are too large, and up to three communities."""
    width, height = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    lot = st.one_of(st.integers(0, 120), st.integers(100, 450), st.sampled_from([-2, -1, 0, 501, 700]))
    rows = draw(st.lists(st.lists(lot, min_size=width, max_size=width), min_size=height, max_size=height))
    rows[0][0] = max(rows[0][0], 0)
    one = st.lists(st.integers(0, 2), min_size=width, max_size=width)
    return squares(rows, communities=draw(st.lists(one, min_size=height, max_size=height)))


@st.composite
def any_graph(draw: st.DrawFn, most: int = 9) -> Graph:
    """A connected graph with random households and borders."""
    count = draw(st.integers(1, most))
    pairs = [(draw(st.integers(0, v - 1)), v) for v in range(1, count)]
    pairs += draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=count))
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    weight = draw(st.lists(st.integers(0, 500), min_size=count, max_size=count))
    costs = draw(st.lists(st.integers(1, 1_000), min_size=len(pairs), max_size=len(pairs)))
    return Graph.of(np.array(weight), np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(costs, dtype=np.int64))


def assert_holds(made: Draft) -> None:
    """Every unit in exactly one grid, every grid connected, of one community and one purpose, and honestly judged."""
    units = made.units
    assert (made.grid >= 0).all()
    assert sorted(set(made.grid.tolist())) == list(range(len(made.members)))
    left, right = made.borders.pairs.T
    within = made.grid[left] == made.grid[right]
    inside = Graph.of(units.households, made.borders.pairs[within], made.borders.costs[within])
    assert int(inside.pieces().max()) + 1 == len(made.members)
    sizes = np.bincount(made.grid, weights=units.sizes(made.rule)).astype(int)
    for at, member in enumerate(made.members):
        of = np.flatnonzero(made.grid == at)
        assert set(units.community[of].tolist()) == {member.community}
        assert set(units.subtype[of].tolist()) == {member.subtype}
        if not member.is_dedicated:
            assert member.size == sizes[at]
            assert bool(member.reason) != made.rule.fits(member.size)
