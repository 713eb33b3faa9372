"""From a drawing to the changes of a plan: the fewest that make of the land what was drawn."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gezhi.kernel.refusals import Conflict, Refused
from gezhi.territory.actions import redraw_plan
from gezhi.territory.coverage import Lattice
from gezhi.territory.models import Plan
from gezhi.territory.plan_drawings import as_drawn, drawing_of, flat_outline, look_at, outline_of
from gezhi.territory.plans import land_of, outlook
from gezhi.territory.redivision.drawn import DrawnArea, changes_drawn, estimated_households
from gezhi.territory.redivision.pieces import Facts, Piece
from gezhi.territory.tests.planning import draft, merging
from gezhi.testing import NOON, Town

LATTICE = Lattice.around(117.0, 36.6)
COMMUNITY = "370103001001"
ONE, TWO, THREE = (f"{COMMUNITY}00{number}" for number in (1, 2, 3))
STEP = 0.01


def strip(west: float, east: float) -> Polygon:
    """A piece of a street of land, from west to east."""
    shape: Polygon = LATTICE.snapped(box(117 + west * STEP, 36.6, 117 + east * STEP, 36.61))
    return shape


LAND = {
    COMMUNITY: Piece(COMMUNITY, "community", COMMUNITY[:9], strip(0, 3)),
    **{
        code: Piece(code, "grid", COMMUNITY, strip(at, at + 1), Facts(kind="residential", households=400))
        for at, code in enumerate((ONE, TWO, THREE))
    },
}


def grid(key: str, west: float, east: float, *sources: str) -> DrawnArea:
    code = key if key.isdigit() else ""
    return DrawnArea(
        key,
        "grid",
        COMMUNITY,
        strip(west, east),
        code,
        sources,
        Facts(kind="residential", households=400 if code else None),
    )


def told(*drawn: DrawnArea) -> list[tuple[str, list[str], list[str]]]:
    changes = changes_drawn(drawn, LAND, lattice=LATTICE)
    return [(one.kind, list(one.sources), [result.code or result.key for result in one.results]) for one in changes]


STANDS = [grid(ONE, 0, 1), grid(TWO, 1, 2), grid(THREE, 2, 3)]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (STANDS, []),
        ([grid(ONE, 0, 1.2), grid(TWO, 1.2, 2), STANDS[2]], [("redraw", [ONE, TWO], [ONE, TWO])]),
        (
            [grid("n1", 0, 0.4, ONE), grid("n2", 0.4, 1, ONE), *STANDS[1:]],
            [("split", [ONE], ["n1", "n2"])],
        ),
        ([grid("n1", 0, 2, ONE, TWO), STANDS[2]], [("merge", [ONE, TWO], ["n1"])]),
        (STANDS[1:], [("retire", [ONE], [])]),
        # Split and put together again: nothing happened, though the key is new.
        ([grid("n3", 0, 1, ONE), *STANDS[1:]], []),
        # Cut in two, and one of the parts put together with the neighbour: both go on, with another border.
        (
            [grid("n1", 0, 0.4, ONE), grid("n3", 0.4, 2, ONE, TWO), STANDS[2]],
            [("redraw", [ONE, TWO], [ONE, TWO])],
        ),
        # Three become two: the one that has most in common goes on, the others are merged.
        (
            [grid("n1", 0, 0.9, ONE), grid("n2", 0.9, 3, ONE, TWO, THREE)],
            [("redraw", [ONE], [ONE]), ("merge", [TWO, THREE], ["n2"])],
        ),
        # Two become three.
        (
            [grid("n1", 0, 0.5, ONE), grid("n2", 0.5, 1.5, ONE, TWO), grid("n3", 1.5, 2, TWO), STANDS[2]],
            None,
        ),
        ([*STANDS, grid("n1", 3, 4)], [("create", [], ["n1"])]),
    ],
)  # fmt: skip
def test_what_a_drawing_comes_to(drawn: list[DrawnArea], expected: Any) -> None:
    if expected is not None:
        assert told(*drawn) == expected
        return
    kinds = told(*drawn)
    assert [kind for kind, _sources, _results in kinds] == ["redraw", "split"]
    assert sorted(code for _kind, sources, _results in kinds for code in sources) == [ONE, TWO]
    assert sum(len(results) for _kind, _sources, results in kinds) == 3


def test_another_count_of_households_is_a_change_too() -> None:
    drawn = [
        DrawnArea(ONE, "grid", COMMUNITY, strip(0, 1), ONE, (), Facts(kind="residential", households=410)),
        *STANDS[1:],
    ]
    assert told(*drawn) == [("redraw", [ONE], [ONE])]


def test_households_follow_the_land() -> None:
    drawn = [grid("n1", 0, 0.25, ONE), grid("n2", 0.25, 1.5, ONE, TWO), grid(THREE, 1.5, 3)]
    assert estimated_households(drawn, LAND, lattice=LATTICE) == {"n1": 100, "n2": 500, THREE: 600}
    unknown = LAND | {TWO: Piece(TWO, "grid", COMMUNITY, strip(1, 2), Facts(kind="residential"))}
    assert estimated_households(drawn, unknown, lattice=LATTICE) == {"n1": 100, "n2": None, THREE: None}


@settings(max_examples=60, deadline=None)
@example(cuts=[1000], sources=Random(1))
@given(
    cuts=st.lists(st.integers(1, 2999), min_size=1, max_size=6, unique=True), sources=st.randoms(use_true_random=False)
)
def test_however_it_is_drawn_the_changes_are_complete(cuts: list[int], sources: Any) -> None:
    """Every code that ended is the source of one change, every new area the result of one."""
    ends = [0, *sorted(cuts), 3000]
    drawn = []
    for number, (west, east) in enumerate(pairwise(ends)):
        overlapping = [code for at, code in enumerate((ONE, TWO, THREE)) if west < (at + 1) * 1000 and east > at * 1000]
        drawn.append(grid(f"n{number}", west / 1000, east / 1000, *overlapping))
    sources.shuffle(drawn)
    changes = changes_drawn(drawn, LAND, lattice=LATTICE)
    # What is drawn exactly as it stands is no change, whatever it was called on the way.
    alike = {(at * 1000, (at + 1) * 1000) for at in range(3)} & set(pairwise(ends))
    told = [code for one in changes for code in one.sources]
    assert len(told) == len(set(told)) == 3 - len(alike)
    area = sum(result.outline.area for one in changes for result in one.results)
    assert area == pytest.approx(strip(0, 3).area - len(alike) * strip(0, 1).area)


@given(
    st.lists(
        st.tuples(st.integers(-(10**7), 10**7), st.integers(-(10**7), 10**7)), min_size=3, max_size=12, unique=True
    )
)
def test_millimetres_there_and_back_are_the_same(points: list[tuple[int, int]]) -> None:
    """What is sent to be drawn and comes back untouched is the same to the last bit."""
    hull = shapely.convex_hull(shapely.MultiPoint(points))
    if not isinstance(hull, Polygon):
        return
    outline = LATTICE.unflat(hull)
    flat = flat_outline(outline, LATTICE)
    back = outline_of(flat, LATTICE)
    assert flat_outline(back, LATTICE) == flat
    assert shapely.to_wkb(shapely.normalize(back)) == shapely.to_wkb(shapely.normalize(outline))


def test_a_ring_of_two_vertices_is_no_land() -> None:
    assert outline_of([[[0, 0, 5, 5]]], LATTICE).is_empty
    assert outline_of([], LATTICE).is_empty
    assert isinstance(outline_of([[[0, 0, 9, 0, 9, 9]], [[20, 0, 29, 0, 29, 9]]], LATTICE), MultiPolygon)


# --- with the database ------------------------------------------------------------------------------------------------


def drawn_split(plan: Plan, town: Town, *, until: float = 1.0) -> list[DrawnArea]:
    """What stands in the plan, with the first grid cut in two; the eastern part ends at a share of its width."""
    rows = {one.key: one for one in drawing_of(plan)}
    first = rows.pop(town.grid)
    west, south, east, north = first.outline.bounds
    cut = west + (east - west) / 2
    parts = (box(west, south, cut, north), box(cut, south, west + (east - west) * until, north))
    halves = [
        DrawnArea(f"n{number}", "grid", town.community, part, "", (town.grid,), Facts(kind="residential"))
        for number, part in enumerate(parts, start=1)
    ]
    return [*rows.values(), *halves]


def test_a_plan_is_what_was_drawn(town: Town) -> None:
    plan = draft(town, merging(town.next_grid, f"{town.community}003"))
    drawn = drawing_of(plan)
    assert [one.sources for one in drawn if not one.code] == [(town.next_grid, f"{town.community}003")]
    redraw_plan(plan, drawn_split(plan, town), actor=town.actor("clerk"), at=NOON, seen=1)
    assert [(change.kind, change.sources) for change in plan.changes.order_by("position")] == [
        ("split", [town.grid]),
        ("merge", [town.next_grid, f"{town.community}003"]),
    ]
    assert outlook(plan).holds
    # Drawn once more as it is: the same.
    before = [(area.key, bytes(area.wkb)) for change in plan.changes.all() for area in change.results.all()]
    redraw_plan(plan, drawing_of(plan), actor=town.actor("clerk"), at=NOON)
    assert [(area.key, bytes(area.wkb)) for change in plan.changes.all() for area in change.results.all()] == before


def test_a_gap_is_not_kept(town: Town) -> None:
    plan = draft(town, merging(town.next_grid, f"{town.community}003"))
    drawn = drawn_split(plan, town, until=0.98)
    seen = look_at(plan, drawn)
    assert seen.view is not None
    assert not seen.view.holds
    assert seen.households == {"n1": 200, "n2": 192, "1.1": 800}
    with pytest.raises(Refused) as refusal:
        redraw_plan(plan, drawn, actor=town.actor("clerk"), at=NOON)
    assert refusal.value.code == "proof_failed"
    plan.refresh_from_db()
    assert plan.version == 1
    assert [change.kind for change in plan.changes.all()] == ["merge"]


def test_who_drew_on_an_older_version_is_told(town: Town) -> None:
    plan = draft(town, merging(town.next_grid, f"{town.community}003"))
    drawn = drawn_split(plan, town)
    redraw_plan(plan, drawn, actor=town.actor("clerk"), at=NOON, seen=1)
    with pytest.raises(Conflict):
        redraw_plan(Plan.objects.get(pk=plan.pk), drawn, actor=town.actor("clerk"), at=NOON, seen=1)


def test_what_crosses_itself_is_named(town: Town) -> None:
    plan = draft(town, merging(town.next_grid, f"{town.community}003"))
    rows = {one.key: one for one in drawing_of(plan)}
    west, south, east, north = rows[town.grid].outline.bounds
    bow = Polygon([(west, south), (east, north), (east, south), (west, north)])
    crossed = DrawnArea(town.grid, "grid", town.community, bow, town.grid, (), rows.pop(town.grid).facts)
    with pytest.raises(Refused) as refusal:
        look_at(plan, [*rows.values(), crossed])
    assert refusal.value.code == "self_crossing"


def test_nothing_drawn_is_no_plan(town: Town) -> None:
    plan = draft(town, merging(town.next_grid, f"{town.community}003"))
    rows = [one for one in drawing_of(plan) if one.code]
    land = land_of(town.community)
    rows += [as_drawn(land[code]) for code in (town.next_grid, f"{town.community}003")]
    assert look_at(plan, rows).view is None
    with pytest.raises(Refused) as refusal:
        redraw_plan(plan, rows, actor=town.actor("clerk"), at=NOON)
    assert refusal.value.code == "empty_plan"


def test_the_border_of_two_communities_moves_on_both_levels(town: Town) -> None:
    """A street's plan: the row of grids in the south gives a strip to the north, and their communities with them."""
    plan = draft(town, merging(town.next_grid, f"{town.community}003"), scope=town.street, by="street_clerk")
    rows = drawing_of(plan)
    middle = rows[0].outline.bounds[1 if rows[0].code == town.community else 3]

    def moved(one: DrawnArea) -> DrawnArea:
        lower = shapely.transform(one.outline, lambda xy: xy - (abs(xy - (0, middle)) < (0, 1e-7)) * (0, 0.0004))
        return DrawnArea(one.key, one.level, one.parent, lower, one.code, one.sources, one.facts)

    redraw_plan(plan, [moved(one) for one in rows], actor=town.actor("street_clerk"), at=NOON)
    assert outlook(plan).holds
    redrawn = {tuple(change.sources) for change in plan.changes.filter(kind="redraw")}
    assert (town.community, town.next_community) in redrawn


def test_a_community_that_is_cut_takes_its_grids_along(town: Town) -> None:
    """Along the border of its first grid: the grids are drawn as they stand, and lie in whichever part is around them."""
    plan = draft(
        town, merging(f"{town.next_community}001", f"{town.next_community}002"), scope=town.street, by="street_clerk"
    )
    rows = {one.key: one for one in drawing_of(plan)}
    whole = rows.pop(town.community)
    west, south, _east, north = whole.outline.bounds
    cut = rows[town.grid].outline.bounds[2]
    parts = (box(west, south, cut, north), box(cut, south, whole.outline.bounds[2], north))
    for number, part in enumerate(parts, start=1):
        key = f"n{number}"
        facts = Facts(name=f"柳巷{'东西'[number - 1]}社区居民委员会")
        rows[key] = DrawnArea(key, "community", town.street, part, "", (town.community,), facts)
    redraw_plan(plan, list(rows.values()), actor=town.actor("street_clerk"), at=NOON)
    view = outlook(plan)
    assert view.holds
    made = [piece.code for piece in view.fate.made if piece.level == "community"]
    assert view.fate.heirs[town.community] == (made[1], made[0])
    assert view.fate.heirs[town.grid] == (f"{made[0]}001",)
    # And drawn again from what the plan wants, each grid has the part around it as its parent.
    again = {one.key: one for one in drawing_of(plan)}
    assert (again[town.grid].parent, again[town.next_grid].parent) == ("n1", "n2")
    redraw_plan(plan, list(again.values()), actor=town.actor("street_clerk"), at=NOON)
    assert outlook(plan).holds
