"""From what offices have (lots, points, roads, rivers, communities, in three formats) to units that fit together exactly."""

import io
import json
import zipfile
from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapefile
import shapely
from shapely import LineString, Point, Polygon, box

from gezhi.territory.crs import Crs, from_wgs84
from gezhi.territory.geojson import Outline
from gezhi.territory.planner.blocks import blocks_of
from gezhi.territory.planner.compose import Composed, compose
from gezhi.territory.planner.draft import draft
from gezhi.territory.planner.files import NotReadable, read_any
from gezhi.territory.planner.grids import border_statistics, grids_before, old_grids, planned, write_grids
from gezhi.territory.planner.rules import QUICK, SizeRule
from gezhi.territory.planner.survey import Communities, Survey, take, take_communities
from gezhi.territory.planner.units import ROAD, THROUGH, WALL, borders_of
from gezhi.territory.tests.invented_land import assert_holds, small_town
from gezhi.territory.tests.test_drawing import edges_once

WEST, SOUTH, STEP = 117.0, 36.6, 0.01
RULE = SizeRule(300, 500)
PURPOSES = ("river", "school", "park")


def place(x: float, y: float) -> tuple[float, float]:
    return WEST + x * STEP, SOUTH + y * STEP


def quad(x: float, y: float, width: float = 1.0, height: float = 1.0) -> Polygon:
    return box(*place(x, y), *place(x + width, y + height))


def feature(geometry: Any, **values: Any) -> Outline:
    return Outline(1, values, geometry, "")


def composed(*features: Outline, communities: dict[str, Polygon] | None = None) -> Composed:
    survey, known = Survey(), Communities()
    take(survey, "units", features, Crs.CGCS2000, PURPOSES)
    assert not survey.refused
    outlines = communities or {"370103001001": quad(0, 0, 4, 2)}
    take_communities(known, "land", [feature(land, code=code) for code, land in outlines.items()], Crs.CGCS2000)
    return compose(survey, known)


def exact(made: Composed) -> None:
    """The units cover the communities once: each directed edge inside is cancelled by its neighbour's."""
    whole = shapely.coverage_union_all(made.units.outlines)
    assert edges_once(made.units.outlines) == edges_once([whole])
    assert shapely.is_valid(made.units.outlines).all()


# --- roads to blocks ------------------------------------------------------------------------------------------------


def test_roads_that_end_a_little_early_still_close_blocks() -> None:
    land = box(0, 0, 100_000, 100_000)
    across = LineString([(400, 50_000), (99_700, 50_000)])
    upwards = LineString([(50_000, 50_300), (50_000, 99_800)])
    blocks = blocks_of([across, upwards], [land])
    assert sorted(round(face.area / 1e9, 1) for face in blocks.faces) == [2.5, 2.5, 5.0]
    assert blocks.dangles == []
    assert edges_once(blocks.faces) == edges_once([shapely.coverage_union_all(blocks.faces)])


def test_a_road_that_ends_in_the_open_is_told() -> None:
    dead_end = LineString([(0, 50_000), (60_000, 50_000)])
    blocks = blocks_of([dead_end], [box(0, 0, 100_000, 100_000)])
    assert len(blocks.faces) == 1
    assert [round(line.length) for line in blocks.dangles] == [60_500]


def test_crossing_roads_make_four_blocks_and_outside_is_left_out() -> None:
    roads = [LineString([(-50_000, 50_000), (150_000, 50_000)]), LineString([(50_000, -9_000), (50_000, 120_000)])]
    blocks = blocks_of(roads, [box(0, 0, 100_000, 100_000)])
    assert len(blocks.faces) == 4
    assert sum(face.area for face in blocks.faces) == pytest.approx(1e10)
    assert blocks.dangles == []


# --- units ----------------------------------------------------------------------------------------------------------


def test_lots_roads_and_a_river_become_units() -> None:
    road = feature(LineString([place(2, -0.1), place(2, 2.1)]), name="和风路")
    river = feature(quad(0, 0.9, 4, 0.2), subtype="river")
    lots = [feature(quad(x, y, 1, 0.9), households=100 + x, compound=f"院{x}") for x in range(4) for y in (0, 1.1)]
    made = composed(road, river, *lots)
    exact(made)
    units = made.units
    assert int(units.households.sum()) == 2 * (100 + 101 + 102 + 103)
    assert Counter(units.subtype.tolist()) == {"": 8, "river": 2}
    assert [one.name for one in units.roads] == ["和风路"]
    borders = borders_of(units)
    assert set(borders.kind.tolist()) == {ROAD, WALL}
    result = draft(units, RULE, seed=1, effort=QUICK)
    assert_holds(result)
    grids = planned(result, {"370103001001": "东门社区"})
    south = [grid for grid in grids if grid.subtype == "" and grid.outline.centroid.y < SOUTH + STEP]
    assert {grid.bounds[3] for grid in south} == {"河流"}
    assert all(grid.bounds[1] == "辖区边界" for grid in south)


def test_points_share_their_block() -> None:
    """No lots are known: each point gets the land that is nearest to it, inside its block."""
    road = feature(LineString([place(2, -0.1), place(2, 2.1)]))
    points = [feature(Point(place(x + 0.5, y + 0.5)), households=90) for x in range(4) for y in range(2)]
    made = composed(road, *points)
    exact(made)
    assert made.units.households.tolist() == [90] * 8
    assert len(set(made.units.block.tolist())) == 2
    areas = shapely.area(made.units.outlines)
    assert areas.max() == pytest.approx(areas.min(), rel=1e-3)


def test_points_inside_lots_add_to_them() -> None:
    made = composed(feature(quad(0, 0, 4, 2), households=5), *[feature(Point(place(1, 1)), households=7)] * 2)
    assert made.units.households.tolist() == [19]


def test_land_between_lots_is_covered_and_nobody_lives_there() -> None:
    made = composed(feature(quad(0, 0, 1.9, 2), households=310), feature(quad(2.1, 0, 1.9, 2), households=320))
    exact(made)
    assert sorted(made.units.households.tolist()) == [0, 310, 320]
    assert float(shapely.area(made.units.outlines).sum()) == pytest.approx(shapely.union_all(made.units.outlines).area)


def test_a_road_through_a_lot_does_not_double_its_people() -> None:
    road = feature(LineString([place(1, -0.1), place(1, 2.1)]))
    made = composed(road, feature(quad(0, 0, 4, 2), households=400, compound="大院"))
    assert sorted(made.units.households.tolist()) == [0, 400]
    assert len(set(made.units.compound.tolist())) == 1
    assert borders_of(made.units).kind.tolist() == [ROAD]


def test_each_community_keeps_to_itself() -> None:
    land = {"370103001001": quad(0, 0, 2, 2), "370103001002": quad(2, 0, 2, 2)}
    lots = [feature(quad(x, y), households=160) for x in range(4) for y in range(2)]
    made = composed(*lots, communities=land)
    exact(made)
    result = draft(made.units, RULE, seed=1, effort=QUICK)
    assert sorted(one.size for one in result.members) == [320] * 4
    assert [grid.code for grid in planned(result)] == [
        f"37010300100{community}00{number}" for community in (1, 2) for number in (1, 2)
    ]


def test_people_are_counted_where_they_are_given() -> None:
    made = composed(
        feature(quad(0, 0, 2, 2), households=100, population=333), feature(quad(2, 0, 2, 2), households=100)
    )
    assert made.units.people is not None
    assert sorted(made.units.people.tolist()) == [260, 333]
    assert made.units.sizes(SizeRule(1, 2, "people")).sum() == 593


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outline", "reason"),
    [
        (Outline(3, {}, None, "torn"), "no_geometry"),
        (feature(Point(36.6, 117.0)), "swapped"),
        (feature(Point(500_000.0, 4_000_000.0)), "outside_china"),
        (feature(quad(0, 0), households="many"), "households"),
        (feature(quad(0, 0), households=-1), "households"),
        (feature(quad(0, 0), households=1.5), "households"),
        (feature(quad(0, 0), population="?"), "people"),
        (feature(quad(0, 0), subtype="castle"), "subtype"),
        (feature(shapely.GeometryCollection([Point(117, 36.6)])), "not_polygon"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_its_reason(outline: Outline, reason: str) -> None:
    survey = Survey()
    take(survey, "some.geojson", [outline], Crs.CGCS2000, PURPOSES)
    assert [(one.file, one.position, one.reason) for one in survey.refused] == [
        ("some.geojson", outline.position, reason)
    ]
    assert not survey.lots


def test_people_outside_all_communities_are_told() -> None:
    made = composed(feature(Point(place(9, 9)), households=9), feature(quad(0, 0, 4, 2), households=300))
    assert [one.reason for one in made.refused] == ["outside_communities"]
    assert int(made.units.households.sum()) == 300


def test_communities_need_a_code_of_their_own() -> None:
    known = Communities()
    take_communities(known, "c", [feature(quad(0, 0), code="1"), feature(quad(1, 0), code="1")], Crs.CGCS2000)
    take_communities(known, "c", [feature(quad(2, 0)), feature(Point(place(0, 0)), code="2")], Crs.CGCS2000)
    assert [one.reason for one in known.refused] == ["code_twice", "no_code", "not_polygon"]


# --- files ----------------------------------------------------------------------------------------------------------


def zipped(encoding: str) -> bytes:
    """A Shapefile of two lots, attributes in Chinese, in a ZIP archive."""
    parts = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        writer.field("户数", "N", 10)
        writer.field("小区", "C", 40)
        for x in range(2):
            writer.poly([[list(point) for point in reversed(quad(2 * x, 0, 2, 2).exterior.coords)]])
            writer.record(301 + x, "和风花园")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for ending, content in parts.items():
            archive.writestr(f"lots/parcels.{ending}", content.getvalue())
    return packed.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_shapefile_in_an_archive_is_read(encoding: str) -> None:
    features = read_any("lots.ZIP", zipped(encoding))
    made = composed(*features)
    assert sorted(made.units.households.tolist()) == [301, 302]
    assert len(set(made.units.compound.tolist())) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_of_points_is_read(encoding: str) -> None:
    content = "经度,纬度,户数,小区\n117.005,36.605,120,甲\n没有,36.6,1,乙\n\n117.025,36.605,130,甲\n"
    features = read_any("points.csv", content.encode(encoding))
    assert [(one.position, one.error) for one in features] == [(2, ""), (3, "no coordinates"), (5, "")]
    assert sorted(composed(features[0], features[2]).units.households.tolist()) == [120, 130]


def test_coordinates_of_a_phone_map_are_converted() -> None:
    lng, lat = from_wgs84(*place(1, 1), Crs.GCJ02)
    survey = Survey()
    take(survey, "p", [feature(Point(lng, lat), households=1)], Crs.GCJ02, ())
    assert shapely.get_coordinates(survey.lots[0].geometry)[0] == pytest.approx(place(1, 1), abs=1e-8)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "format"),
        ("a.geojson", b"{", "format"),
        ("a.csv", b"x;y\n1;2\n", "columns"),
        ("a.csv", b"\xff\x00", "encoding"),
        ("a.zip", b"PK", "archive"),
    ],
)
def test_an_unreadable_file_says_why(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(NotReadable) as caught:
        read_any(name, content)
    assert caught.value.reason == reason


def test_an_archive_without_a_shapefile_says_so() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(NotReadable, match="archive no"):
        read_any("a.zip", packed.getvalue())


# --- what comes out -------------------------------------------------------------------------------------------------


def test_grids_fit_together_exactly_are_numbered_and_told() -> None:
    units = small_town()
    made = draft(units, RULE, seed=1, effort=QUICK)
    grids = planned(made)
    metres = [units.plane.flatten(grid.outline) for grid in grids]
    outlines = shapely.transform(np.array(metres, dtype=object), lambda xy: np.round(xy * 1000))
    assert edges_once(outlines) == edges_once([shapely.coverage_union_all(units.outlines)])
    assert all(isinstance(grid.outline, Polygon) for grid in grids)
    for community in units.communities:
        numbers = [grid.number for grid in grids if grid.community == community]
        assert numbers == list(range(1, len(numbers) + 1))
    assert all(all(grid.bounds) for grid in grids)
    assert {name for grid in grids for name in grid.bounds} & {road.name for road in units.roads if road.name}
    assert sum(grid.households for grid in grids) == int(units.households.sum())
    statistics = border_statistics(made)
    left, right = made.borders.pairs.T
    lived_in = units.subtype == ""
    cut = (made.grid[left] != made.grid[right]) & lived_in[left] & lived_in[right]
    cut &= units.community[left] == units.community[right]
    assert statistics.along_roads + statistics.along_walls + statistics.through_lots == pytest.approx(
        float(made.borders.lengths[cut].sum())
    )
    assert statistics.cost == pytest.approx(
        0.4 * statistics.along_roads + statistics.along_walls + 3 * statistics.through_lots, rel=1e-3
    )
    assert 0.3 < statistics.compactness < 1


def test_a_draft_can_be_read_back() -> None:
    units = small_town()
    made = draft(units, RULE, seed=1, effort=QUICK)
    grids = planned(made)
    text = write_grids(grids)
    values = [one["properties"] for one in json.loads(text)["features"]]
    assert [one["code"] for one in values] == [grid.code for grid in grids]
    assert {one["is_in_range"] for one in values if one["kind"] == "dedicated"} <= {True}
    before = old_grids(read_any("draft.geojson", text.encode()))
    found = grids_before(units, before)
    codes = [before[at].code for at in found.tolist()]
    again = {
        code: {int(at) for at in made.grid[[i for i, one in enumerate(codes) if one == code]]} for code in set(codes)
    }
    assert all(len(one) == 1 for one in again.values())
    assert len(again) == len(grids)


def test_units_of_a_compound_are_told_from_lots_behind_one_wall() -> None:
    assert set(borders_of(small_town()).kind.tolist()) == {ROAD, WALL, THROUGH}
