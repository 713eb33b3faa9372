"""The sketch: nested without gaps or overlaps, connected, the same for the same seed."""

from collections import Counter
from io import StringIO
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from shapely.affinity import translate

from gezhi.kernel.access import Actor
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.territory.actions import define_area, draw_town, set_boundary
from gezhi.territory.crs import Crs, LocalMetres
from gezhi.territory.drawing import Drawing, Wanted, draw, sizes, sketch_outline, spread
from gezhi.territory.locate import locate
from gezhi.territory.models import Area, Boundary
from gezhi.territory.numbering import reading_order
from gezhi.territory.queries import name_path
from gezhi.territory.tests.conftest import AT

COMMUNITIES = [f"37010300{street}{number:03d}" for street in (1, 2, 3) for number in range(1, 6)]


def edges_once(polygons: Any) -> Counter[Any]:
    """Directed edges left when each cancels with its opposite: of a gapless division only the outer border stays."""
    left: Counter[Any] = Counter()
    for ring in shapely.get_rings(shapely.orient_polygons(shapely.get_parts(polygons))):
        points = [tuple(point) for point in shapely.get_coordinates(ring).tolist()]
        for a, b in pairwise(points):
            if left[b, a]:
                left[b, a] -= 1
            else:
                left[a, b] += 1
    return +left


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return draw(sketch_outline(20.0), sizes(COMMUNITIES, 60, 15, seed=4), seed=4)


def test_grids_fill_communities_streets_and_the_district_exactly(drawing: Drawing) -> None:
    grids = [grid.outline for grid in drawing.grids]
    border = edges_once([drawing.district])
    for level in (grids, list(drawing.communities.values()), list(drawing.streets.values())):
        assert shapely.is_valid(np.array(level)).all()
        assert edges_once(level) == border
    for code, community in drawing.communities.items():
        assert edges_once([grid.outline for grid in drawing.grids if grid.community == code]) == edges_once([community])


def test_the_land_is_the_given_outline_to_the_millimetre(drawing: Drawing) -> None:
    outline = sketch_outline(20.0)
    plane = LocalMetres.at(outline.centroid.x, outline.centroid.y)
    assert (
        plane.flatten(drawing.district).symmetric_difference(plane.flatten(outline)).area < 0.001 * outline.length * 1e5
    )
    assert plane.flatten(outline).area == pytest.approx(20e6, rel=1e-3)


def test_every_piece_is_connected(drawing: Drawing) -> None:
    for pieces in ([grid.outline for grid in drawing.grids], drawing.communities.values(), drawing.streets.values()):
        assert all(isinstance(piece, Polygon) for piece in pieces)


def test_counts_kinds_and_households(drawing: Drawing) -> None:
    assert Counter(grid.kind for grid in drawing.grids) == {"residential": 60, "dedicated": 15}
    for grid in drawing.grids:
        if grid.kind == "residential":
            assert 300 <= grid.households <= 500
            assert 2.4 < grid.population / grid.households < 2.8
            assert grid.subtype == ""
            assert all(grid.bounds)
        else:
            assert grid.subtype
            assert (grid.households, grid.population) == (0, 0)
    for code in COMMUNITIES:
        numbers = [grid.number for grid in drawing.grids if grid.community == code]
        assert numbers == list(range(1, len(numbers) + 1))


def test_numbers_run_from_west_to_east_and_north_to_south() -> None:
    square = np.array([(x, y) for y in (0.0, 1.0, 2.0) for x in (2.0, 0.0, 1.0)])
    jitter = np.random.default_rng(1).uniform(-0.2, 0.2, square.shape)
    order = [square[i].tolist() for i in reading_order(square + jitter)]
    assert order == [[x, y] for y in (2.0, 1.0, 0.0) for x in (0.0, 1.0, 2.0)]
    assert reading_order(np.array([(5.0, 0.0), (1.0, 0.1), (3.0, -0.1)])) == [1, 2, 0]
    assert reading_order(np.array([(0.0, 1.0), (0.1, 9.0), (-0.1, 5.0)])) == [1, 2, 0]
    assert reading_order(np.array([(0.0, 0.0)])) == [0]


def test_the_first_streets_are_the_dense_ones(drawing: Drawing) -> None:
    density = [
        sum(grid.households for grid in drawing.grids if grid.community.startswith(street)) / land.area
        for street, land in drawing.streets.items()
    ]
    assert density[0] > 1.3 * density[-1]


def test_the_seed_decides() -> None:
    wanted = {code: Wanted(2, 1) for code in COMMUNITIES[:4]}
    outline = sketch_outline(3.0)
    first, again, other = (draw(outline, wanted, seed=seed) for seed in (1, 1, 2))
    assert first.grids == again.grids
    assert first.grids != other.grids


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1_000), communities=st.integers(1, 8), grids=st.integers(1, 4))
def test_any_town_is_drawn_without_gaps(seed: int, communities: int, grids: int) -> None:
    wanted = {code: Wanted(grids) for code in COMMUNITIES[:communities]}
    drawn = draw(sketch_outline(5.0, seed=seed), wanted, seed=seed)
    assert len(drawn.grids) == communities * grids
    assert edges_once([grid.outline for grid in drawn.grids]) == edges_once([drawn.district])


def test_land_in_several_parts_and_with_a_hole_is_covered() -> None:
    ring = Polygon(box(117.0, 36.6, 117.05, 36.65).exterior.coords, [box(117.02, 36.62, 117.03, 36.63).exterior.coords])
    island = translate(box(117.0, 36.6, 117.01, 36.61), 0.06, 0.0)
    drawn = draw(MultiPolygon([ring, island]), {code: Wanted(3) for code in COMMUNITIES}, seed=1)
    assert edges_once([grid.outline for grid in drawn.grids]) == edges_once([drawn.district])
    assert len(edges_once([drawn.district])) > 12
    assert drawn.district.area == pytest.approx(ring.area + island.area, rel=1e-6)


def test_chosen_streets_get_the_place_they_have_in_the_whole() -> None:
    wanted = {code: Wanted(3) for code in COMMUNITIES}
    whole = draw(sketch_outline(10.0), wanted, seed=3)
    part = draw(sketch_outline(10.0), wanted, seed=3, only=["370103001"])
    here, there = part.streets["370103001"], whole.streets["370103001"]
    # Lots beside the border put vertices on it: each moves it by less than a millimetre.
    assert here.symmetric_difference(there).area < 1e-6 * there.area
    assert {grid.community[:9] for grid in part.grids} == {"370103001"}


@pytest.mark.parametrize(("wanted", "outline"), [({}, box(117, 36, 118, 37)), ({"370103001001": Wanted(1)}, Polygon())])
def test_nothing_to_draw_is_said_so(wanted: dict[str, Wanted], outline: Polygon) -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        draw(outline, wanted, seed=1)


@given(total=st.integers(0, 500), parts=st.integers(1, 40), seed=st.integers(0, 100))
def test_totals_are_split_exactly(total: int, parts: int, seed: int) -> None:
    counts = spread(total, parts, np.random.default_rng(seed))
    assert len(counts) == parts
    assert sum(counts) == total
    assert min(counts) >= 0


# --- the action ----------------------------------------------------------------------------------------------------


def test_a_town_is_drawn_for_the_communities_of_the_database(areas: dict[str, Area], importer: Actor) -> None:
    town = draw_town(residential_total=14, dedicated_total=4, seed=2, actor=importer, at=AT)
    assert (town.streets, town.communities, town.residential, town.dedicated) == (2, 3, 14, 4)
    grids = Area.objects.filter(level="grid")
    assert Counter(grids.values_list("kind", flat=True)) == {"residential": 14, "dedicated": 4}
    current = Boundary.objects.current()
    assert current.count() == 18 + 3 + 2 + 1
    assert all(current.values_list("is_sketch", flat=True))
    for grid in grids:
        boundary = current.get(area=grid)
        inside = boundary.geometry.representative_point()
        found = locate(inside.x, inside.y)
        assert found is not None
        assert found.grid_code == grid.code
        assert faults(timeline(grid), version=grid.version) == []
    assert name_path("370103001001001") == "花园街道 / 东门社区 / 第1网格"
    assert grids[0].name == "东门社区第1网格"


def test_the_districts_own_outline_is_kept_and_filled(areas: dict[str, Area], importer: Actor) -> None:
    outline = sketch_outline(12.0)
    set_boundary(areas["370103"], outline, crs=Crs.CGCS2000, source="测绘", actor=importer, at=AT)
    draw_town(streets=["370103001"], residential_total=6, dedicated_total=0, actor=importer, at=AT)
    district = Boundary.objects.get(area__code="370103")
    assert (district.is_sketch, district.source) == (False, "测绘")
    assert Boundary.objects.filter(area__code="370103001").exists()
    assert not Boundary.objects.filter(area__code="370103002").exists()
    assert Area.objects.filter(level="grid").count() == 6


def test_drawing_costs_statements_by_the_hundred_rows(areas: dict[str, Area], importer: Actor) -> None:
    with CaptureQueriesContext(connection) as queries:
        draw_town(residential_total=60, dedicated_total=10, actor=importer, at=AT)
    assert len(queries) <= 30


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"residential_total": 2}, "too_few_grids"),
        ({"dedicated_total": -1}, "too_few_grids"),
        ({"residential_total": 9_000}, "too_many_grids"),
        ({"streets": ["370103009"]}, "no_streets"),
        ({"streets": []}, "no_streets"),
    ],
)
def test_impossible_towns_are_refused(
    areas: dict[str, Area], importer: Actor, arguments: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Refused) as caught:
        draw_town(actor=importer, at=AT, **arguments)
    assert caught.value.code == reason
    assert not Boundary.objects.exists()


def test_nothing_is_drawn_over_what_is_there(areas: dict[str, Area], importer: Actor) -> None:
    draw_town(residential_total=6, actor=importer, at=AT)
    with pytest.raises(Refused) as caught:
        draw_town(residential_total=6, actor=importer, at=AT)
    assert caught.value.code == "already_drawn"


def test_an_empty_database_says_what_to_do_first(db: None, importer: Actor) -> None:
    with pytest.raises(Refused, match="import-areas"):
        draw_town(actor=importer, at=AT)
    define_area("370103", "某某区", actor=importer, at=AT)
    with pytest.raises(Refused, match="import-areas"):
        draw_town(actor=importer, at=AT)


def test_the_command_draws_the_first_streets(areas: dict[str, Area]) -> None:
    out = StringIO()
    call_command("draw_town", "--streets=1", "--grids=5", "--dedicated=2", "--seed=3", stdout=out)
    assert out.getvalue() == "已画 1 个街道、2 个社区：5 个居民区网格，2 个专属网格（示意）\n"
    with pytest.raises(CommandError, match="已经有网格"):
        call_command("draw_town")
