import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.territory.actions import NewBoundary, define_area, set_boundaries, set_boundary
from gezhi.territory.crs import Crs, from_wgs84
from gezhi.territory.locate import locate
from gezhi.territory.models import Area, Boundary
from gezhi.territory.tests.conftest import AT

SQUARE = box(117.0, 36.6, 117.01, 36.61)
WIDER = box(117.0, 36.6, 117.02, 36.61)


def put(area: Area, geometry: Any, actor: Actor, *, crs: Crs = Crs.CGCS2000, at: Any = AT) -> Boundary:
    return set_boundary(area, geometry, crs=crs, source="测绘", actor=actor, at=at)


def test_a_boundary_is_stored_with_its_box_and_origin(areas: dict[str, Area], importer: Actor) -> None:
    boundary = put(areas["370103001"], SQUARE, importer)
    assert boundary.geometry.equals(SQUARE)
    assert (boundary.west, boundary.south, boundary.east, boundary.north) == SQUARE.bounds
    assert (boundary.points, boundary.source, boundary.crs_in, boundary.is_sketch) == (5, "测绘", "cgcs2000", False)
    assert (boundary.valid_from, boundary.valid_before) == (date(2026, 3, 2), None)


def test_a_new_version_closes_the_old_one(areas: dict[str, Area], importer: Actor) -> None:
    first = put(areas["370103001"], SQUARE, importer)
    second = put(areas["370103001"], WIDER, importer, at=AT + timedelta(days=10))
    first.refresh_from_db()
    assert (first.valid_before, second.valid_from, second.valid_before) == (date(2026, 3, 12), date(2026, 3, 12), None)
    assert [event.name for event in timeline(first)] == ["boundary.set", "boundary.closed"]
    for boundary in (first, second):
        assert faults(timeline(boundary), version=boundary.version) == []


def test_setting_the_same_outline_again_makes_no_version(areas: dict[str, Area], importer: Actor) -> None:
    first = put(areas["370103001"], SQUARE, importer)
    assert put(areas["370103001"], SQUARE, importer, at=AT + timedelta(days=1)).pk == first.pk


def test_a_clock_set_back_does_not_break_the_versions(areas: dict[str, Area], importer: Actor) -> None:
    put(areas["370103001"], SQUARE, importer)
    put(areas["370103001"], WIDER, importer, at=AT - timedelta(days=5))
    assert Boundary.objects.current().get().geometry.equals(WIDER)


def test_the_database_keeps_one_current_boundary(areas: dict[str, Area], importer: Actor) -> None:
    boundary = put(areas["370103001"], SQUARE, importer)
    boundary.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        boundary.save(force_insert=True)


def test_gcj02_is_converted_on_the_way_in(areas: dict[str, Area], importer: Actor) -> None:
    shifted = Polygon([from_wgs84(x, y, Crs.GCJ02) for x, y in SQUARE.exterior.coords])
    boundary = put(areas["370103001"], shifted, importer, crs=Crs.GCJ02)
    assert boundary.geometry.equals_exact(SQUARE, 1e-9, normalize=True)
    assert boundary.crs_in == "gcj02"


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "empty"),
        (Polygon(), "empty"),
        (Point(117, 36.6), "not_polygon"),
        (LineString([(117, 36.6), (117.1, 36.6)]), "not_polygon"),
        (Polygon([(117, 36.6), (117.01, 36.6), (117.02, 36.6)]), "invalid"),
        (Polygon([(117, 36.6), (117.01, 36.61), (117.01, 36.6), (117, 36.61)]), "invalid"),
        (MultiPolygon([SQUARE, WIDER]), "invalid"),
        (Polygon([(117, 36.6), (117.01, 36.6), (float("inf"), 36.61)]), "not_numbers"),
        (box(-74.0, 40.7, -73.9, 40.8), "outside_china"),
        (box(13_024_000, 4_388_000, 13_025_000, 4_389_000), "outside_china"),
        (box(36.6, 117.0, 36.61, 117.01), "swapped"),
        (box(117.0, 36.6, 117.000_001, 36.600_001), "empty"),
    ],
)
def test_bad_outlines_are_refused_and_nothing_changes(
    areas: dict[str, Area], importer: Actor, geometry: Any, reason: str
) -> None:
    kept = put(areas["370103001"], SQUARE, importer)
    with pytest.raises(Refused) as caught:
        put(areas["370103001"], geometry, importer)
    assert caught.value.code == reason
    assert "边界" in str(caught.value) or "经度" in str(caught.value)
    assert Boundary.objects.get().version == kept.version


def test_a_crossing_is_refused_with_its_place(areas: dict[str, Area], importer: Actor) -> None:
    bow_tie = Polygon([(117, 36.6), (117.01, 36.61), (117.01, 36.6), (117, 36.61)])
    with pytest.raises(Refused, match=r"117\.005000，36\.605000"):
        put(areas["370103001"], bow_tie, importer)


def test_a_slip_of_the_pen_is_mended(areas: dict[str, Area], importer: Actor) -> None:
    """A loop of some square centimetres at a corner, as digitising leaves them."""
    loop = [(116.999999, 36.61), (116.9999995, 36.610001)]
    slip = Polygon([(117, 36.6), (117.01, 36.6), (117.01, 36.61), *loop])
    assert not slip.is_valid
    boundary = put(areas["370103001"], slip, importer)
    assert boundary.geometry.is_valid
    assert boundary.geometry.symmetric_difference(SQUARE).area < 1e-8


def test_heights_are_dropped_and_rings_turned(areas: dict[str, Area], importer: Actor) -> None:
    clockwise = Polygon([(117, 36.6, 5), (117, 36.61, 5), (117.01, 36.61, 5), (117.01, 36.6, 5)])
    geometry = put(areas["370103001"], clockwise, importer).geometry
    assert not geometry.has_z
    assert isinstance(geometry, Polygon)
    assert geometry.exterior.is_ccw


def test_one_bad_outline_of_many_does_not_stop_the_others(areas: dict[str, Area], importer: Actor) -> None:
    items = [
        NewBoundary(areas["370103001"], SQUARE),
        NewBoundary(areas["370103002"], Point(117, 36.6)),
        NewBoundary(areas["370103001"], WIDER),
    ]
    report = set_boundaries(items, crs=Crs.WGS84, source="测绘", actor=importer, at=AT)
    assert (report.done, report.unchanged) == (1, 0)
    assert [code for code, _ in report.refused] == ["370103002", "370103001"]


def test_many_boundaries_cost_few_statements(areas: dict[str, Area], importer: Actor) -> None:
    grids = [define_area(f"370103001001{n:03d}", f"第{n}网格", actor=importer, at=AT) for n in range(1, 41)]

    def cost(part: list[Area]) -> int:
        items = [NewBoundary(area, shapely.transform(SQUARE, lambda xy: xy + 1e-3)) for area in part]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            set_boundaries(items, crs=Crs.WGS84, source="测绘", actor=importer, at=AT)
        return len(queries)

    few = cost(grids[:5])
    # The keys of many are drawn beforehand.
    assert cost(grids[5:]) <= few + 1
    assert few <= 10


def test_only_where_the_right_holds(areas: dict[str, Area], street_editor: Actor) -> None:
    put(areas["370103001"], SQUARE, street_editor)
    with pytest.raises(Denied):
        put(areas["370103002"], SQUARE, street_editor)


def feature(code: Any, geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"adcode": code}, "geometry": geometry}


def write(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


OUTLINE = json.loads(shapely.to_geojson(SQUARE))


@pytest.mark.parametrize(
    "document",
    [
        [feature(370103001, OUTLINE)],
        feature("370103001000", OUTLINE),
        {"type": "FeatureCollection", "features": [feature("370103001", OUTLINE)]},
    ],
)
def test_the_command_reads_the_usual_shapes_of_geojson(areas: dict[str, Area], tmp_path: Path, document: Any) -> None:
    path = write(tmp_path / "streets.geojson", document)
    out = StringIO()
    call_command("import_boundaries", path, "--crs", "EPSG:4490", "--code-property", "adcode", stdout=out)
    assert out.getvalue() == "更新 1，未变 0，拒绝 0\n"
    found = locate(117.005, 36.605)
    assert found is not None
    assert found.code == "370103001"
    assert Boundary.objects.get().source == "streets.geojson"


def test_the_command_lists_what_it_refuses(areas: dict[str, Area], tmp_path: Path) -> None:
    document = [
        feature(370103001, OUTLINE),
        feature(370103009, OUTLINE),
        feature("abc", OUTLINE),
        feature(370103002, None),
        feature(370103002, {"type": "Polygon", "coordinates": [[[117]]]}),
        {"type": "Feature", "properties": {"name": "无编码"}, "geometry": OUTLINE},
        "nonsense",
        feature(370103001001, OUTLINE),
    ]
    out, err = StringIO(), StringIO()
    path = write(tmp_path / "some.geojson", document)
    command = ["import_boundaries", path, "--crs=gcj02", "--code-property=adcode", "--level=street"]
    call_command(*command, stdout=out, stderr=err)
    assert out.getvalue() == "更新 1，未变 0，拒绝 6\n"
    assert len(err.getvalue().splitlines()) == 6
    assert "第 2 个要素 370103009：没有这个区域" in err.getvalue()


def test_the_command_says_what_is_wrong_with_the_whole(areas: dict[str, Area], tmp_path: Path) -> None:
    path = write(tmp_path / "some.geojson", {"type": "Topology"})
    with pytest.raises(CommandError, match="不是 GeoJSON"):
        call_command("import_boundaries", path, "--crs=wgs84")
    with pytest.raises(CommandError, match="不认识的坐标系"):
        call_command("import_boundaries", path, "--crs=EPSG:3857")
