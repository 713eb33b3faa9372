"""`gezhi plan-grids`: from files to a draft, what it says on the way, and the smallest change of an old one."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command

from gezhi.kernel.access import Actor
from gezhi.kernel.registers import look
from gezhi.territory.actions import define_area, set_boundary
from gezhi.territory.crs import Crs
from gezhi.territory.geojson import write_features
from gezhi.territory.planner.units import MILLIMETRES, Units
from gezhi.territory.tests.invented_land import small_town
from gezhi.testing import NOON

pytestmark = pytest.mark.django_db


def degrees(units: Units, shapes: Any) -> Any:
    metres = shapely.transform(np.array(list(shapes), dtype=object), lambda xy: xy / MILLIMETRES)
    return units.plane.unflatten(metres)


def communities(units: Units) -> list[Any]:
    outlines = [shapely.coverage_union_all(units.outlines[units.community == at]) for at in range(4)]
    return list(degrees(units, outlines))


def write_units(units: Units, path: Path, growth: int = 1) -> None:
    rows = zip(units.households.tolist(), units.subtype.tolist(), units.compound.tolist(), strict=True)
    values = [
        {"households": count * (growth if at % 9 == 0 else 1), "subtype": subtype, "compound": str(compound)}
        for at, (count, subtype, compound) in enumerate(rows)
    ]
    path.write_text(write_features(values, degrees(units, units.outlines), decimals=9), encoding="utf-8")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    units = small_town()
    write_units(units, tmp_path / "units.geojson")
    write_units(units, tmp_path / "grown.geojson", growth=2)
    names = [{"code": code, "name": f"社区{code[-1]}"} for code in units.communities]
    (tmp_path / "communities.geojson").write_text(
        write_features(names, communities(units), decimals=9), encoding="utf-8"
    )
    roads = [{"name": road.name} for road in units.roads]
    lines = degrees(units, [road.line for road in units.roads])
    (tmp_path / "roads.geojson").write_text(write_features(roads, lines, decimals=9), encoding="utf-8")
    return tmp_path


def run(*words: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("plan_grids", *map(str, words), "--quick", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def grids(path: Path) -> list[dict[str, Any]]:
    return [one["properties"] for one in json.loads(path.read_text(encoding="utf-8"))["features"]]


def test_files_become_a_draft(files: Path) -> None:
    target = files / "draft.geojson"
    out, err = run(
        files / "units.geojson",
        files / "roads.geojson",
        "--communities",
        files / "communities.geojson",
        "--out",
        target,
    )
    made = grids(target)
    assert f"{sum(1 for one in made if one['kind'] == 'residential')} 个居民区网格" in out
    assert sum(one["households"] for one in made) == 11_000
    assert {one["code"][:12] for one in made} == set(small_town().communities)
    assert all(one["is_in_range"] or one["reason"] for one in made)
    assert all(one["bounds_east"] and one["bounds_north"] for one in made)
    assert "完成" in err
    again = files / "again.geojson"
    run(
        files / "units.geojson", files / "roads.geojson", "--communities", files / "communities.geojson", "--out", again
    )
    assert again.read_text() == target.read_text()


def test_an_old_draft_is_changed_as_little_as_needed(files: Path) -> None:
    old, new = files / "old.geojson", files / "new.geojson"
    shared = (files / "roads.geojson", "--communities", files / "communities.geojson")
    run(files / "units.geojson", *shared, "--out", old)
    out, _ = run(files / "grown.geojson", *shared, "--out", new, "--rebalance", old)
    assert "户换网格" in out
    before, after = {one["code"]: one for one in grids(old)}, grids(new)
    continued = [one for one in after if one["continues"]]
    assert len(continued) >= len(before) - 1
    assert all(one["code"] == one["continues"] for one in continued)
    assert len({one["code"] for one in after}) == len(after)
    assert sum(1 for one in after if not one["is_in_range"]) <= sum(
        1 for one in before.values() if not one["is_in_range"]
    )


def test_communities_of_the_database_are_the_default(files: Path, settings: Any) -> None:
    settings.DISTRICT = "370103"
    founder = Actor.system("test")
    define_area("370103", "某某区", actor=founder, at=NOON)
    define_area("370103001", "花园街道办事处", actor=founder, at=NOON)
    units = small_town()
    for code, outline in zip(units.communities, communities(units), strict=True):
        area = define_area(code, f"{code[-1]}号社区居民委员会", actor=founder, at=NOON)
        set_boundary(area, outline, crs=Crs.CGCS2000, source="测试", actor=founder, at=NOON)
    look()
    run(files / "units.geojson", "--out", files / "draft.geojson")
    made = grids(files / "draft.geojson")
    assert sum(one["households"] for one in made) == 11_000
    assert "2号社区" in {
        name
        for one in made
        for name in (one["bounds_east"], one["bounds_west"], one["bounds_south"], one["bounds_north"])
    }


def test_what_is_refused_and_what_is_loose_is_told(files: Path) -> None:
    bad = files / "bad.csv"
    bad.write_text("lng,lat,households\n36.6,117.0,5\n117.0,36.6,viele\nx,y,1\n", encoding="utf-8")
    loose = files / "loose.geojson"
    middle = communities(small_town())[0].representative_point()
    line = shapely.LineString([(middle.x, middle.y), (middle.x + 0.0005, middle.y)])
    loose.write_text(write_features([{}], [line], decimals=9), encoding="utf-8")
    _, err = run(bad, loose, "--communities", files / "communities.geojson", "--out", files / "draft.geojson")
    assert "bad.csv 2：经度和纬度写反了" in err
    assert "bad.csv 3：户数不是非负整数" in err
    assert "bad.csv 4：没有图形或图形读不出" in err
    assert "1 条路断在半途" in err


def test_a_time_limit_keeps_what_was_found(files: Path) -> None:
    target = files / "draft.geojson"
    _, err = run(
        files / "units.geojson", "--communities", files / "communities.geojson", "--out", target, "--time-limit", "0"
    )
    assert "提前结束" in err
    assert sum(one["households"] for one in grids(target)) == 11_000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("missing.geojson",), "读不了文件"),
        (("communities.txt",), "不是 GeoJSON"),
        (("units.geojson", "--crs", "mars"), "mars"),
        (("units.geojson", "--least", "9", "--most", "3"), "9 to 3"),
    ],
)
def test_what_can_not_be_done_is_said(files: Path, words: tuple[str, ...], said: str) -> None:
    (files / "communities.txt").write_text("x")
    with pytest.raises(CommandError, match=said):
        run(files / words[0], *words[1:], "--communities", files / "communities.geojson", "--out", files / "d.geojson")


def test_without_communities_there_is_nothing_to_divide(files: Path) -> None:
    with pytest.raises(CommandError, match="没有社区边界"):
        run(files / "units.geojson", "--out", files / "d.geojson")
