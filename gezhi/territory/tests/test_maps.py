import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.kernel.access import Actor
from gezhi.territory.actions import define_area, draw_town
from gezhi.territory.models import Area
from gezhi.territory.queries import (
    area_name,
    as_geojson,
    bounds_of,
    children_of,
    district_name,
    list_names,
    name_path,
    subtree_of,
    tally,
)
from gezhi.territory.tests.conftest import AT


def codes_in(**arguments: Any) -> list[str]:
    return [feature["properties"]["code"] for feature in json.loads(as_geojson(**arguments))["features"]]


def test_names_come_from_memory(squares: dict[str, Area]) -> None:
    assert name_path("370103001001002") == "花园街道 / 东门社区 / 东门社区第2网格"
    with CaptureQueriesContext(connection) as queries:
        assert name_path("370103001001002", with_district=True).startswith("某某区 / 花园街道")
        assert name_path("370103") == "某某区"
        assert name_path("370103008") == "370103008"
        assert district_name() == "某某区"
        assert [area.code for area in list_names("community", within="370103001")] == ["370103001001", "370103001002"]
        known = area_name("370103002")
    assert known is not None
    assert (known.id, known.short_name) == (squares["370103002"].pk, "河滨街道")
    assert len(queries) == 0


def test_subtrees_and_children(areas: dict[str, Area]) -> None:
    assert [area.code for area in subtree_of("370103001")] == ["370103001", "370103001001", "370103001002"]
    assert [area.code for area in children_of("370103")] == ["370103001", "370103002"]
    assert subtree_of("").count() == len(areas)


def test_outlines_by_code_subtree_level_and_window(squares: dict[str, Area]) -> None:
    assert codes_in(codes=["370103"]) == ["370103"]
    assert codes_in(within="370103001", level="grid") == ["370103001001001", "370103001001002"]
    assert codes_in(level="street") == ["370103001"]
    assert codes_in(level="grid", bbox=(117.012, 36.60, 117.03, 36.61)) == ["370103001001002"]
    assert codes_in(codes=[]) == []


def test_a_feature_carries_what_a_map_needs(squares: dict[str, Area]) -> None:
    feature = json.loads(as_geojson(codes=["370103001001001"]))["features"][0]
    assert feature["properties"] == {
        "code": "370103001001001",
        "name": "东门社区第1网格",
        "level": "grid",
        "kind": "residential",
        "subtype": "",
        "sketch": False,
    }
    assert feature["geometry"]["type"] == "Polygon"
    assert [117.01, 36.6] in feature["geometry"]["coordinates"][0]
    assert bounds_of("370103001001001") == pytest.approx((117.0, 36.6, 117.01, 36.62))
    assert bounds_of("370103002") is None


def test_simplified_maps_are_smaller_and_have_no_gaps(areas: dict[str, Area], importer: Actor) -> None:
    draw_town(residential_total=40, dedicated_total=10, actor=importer, at=AT)
    full, coarse = as_geojson(level="grid"), as_geojson(level="grid", tolerance=150)
    assert len(coarse) < 0.8 * len(full)
    from shapely import coverage_is_valid, from_geojson

    shapes = [from_geojson(json.dumps(feature["geometry"])) for feature in json.loads(coarse)["features"]]
    assert len(shapes) == 50
    assert coverage_is_valid(shapes)
    numbers = [number for point in shapes[0].exterior.coords for number in point]
    assert all(round(number, 6) == number for number in numbers)


def test_a_tally_counts_the_grids_below(areas: dict[str, Area], importer: Actor) -> None:
    define_area("370103001001001", "第1网格", households=400, population=1_000, actor=importer, at=AT)
    define_area("370103001002001", "第1网格", households=350, population=900, actor=importer, at=AT)
    define_area("370103001002002", "第2网格", kind="dedicated", subtype="school", actor=importer, at=AT)
    whole = tally("370103")
    assert (whole.residential, whole.dedicated, whole.households, whole.population) == (2, 1, 750, 1_900)
    assert tally("370103002").households == 0


def test_the_tables_of_the_land_hold_nothing_of_a_person() -> None:
    from gezhi.kernel.privacy import stale, undeclared

    assert [column for column in undeclared() + stale() if column.startswith("territory.")] == []
