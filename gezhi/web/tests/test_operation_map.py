"""The map of the desk: outlines once, cases as far as they may be seen."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from gezhi.cases.models import Case
from gezhi.kernel.registers import touch
from gezhi.testing import Town

Browser = Callable[[str], Client]
Report = Callable[..., Case]


def codes(answer: Any) -> list[str]:
    return [feature["properties"]["code"] for feature in answer.json()["features"]]


def test_outlines_of_one_s_own_area(client_as: Browser, town: Town) -> None:
    assert len(codes(client_as("clerk").get("/operation/map/grids.geojson"))) == 3
    assert codes(client_as("worker").get("/operation/map/grids.geojson")) == [town.grid]
    assert len(codes(client_as("district_clerk").get("/operation/map/grids.geojson"))) == 12


def test_outlines_are_sent_again_only_when_the_land_changed(client_as: Browser, town: Town) -> None:
    clerk = client_as("clerk")
    tag = clerk.get("/operation/map/grids.geojson")["ETag"]
    assert clerk.get("/operation/map/grids.geojson", headers={"If-None-Match": tag}).status_code == 304
    touch("territory")
    changed = clerk.get("/operation/map/grids.geojson", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_cases_by_grid_and_as_points(client_as: Browser, reported: Report, town: Town) -> None:
    one = reported(text="灯")
    reported(text="别处", grid=town.other_grid)
    found = client_as("clerk").get("/operation/map/cases.json?scope=area").json()
    assert found["grids"] == {town.grid: {"name": "西关街道 / 柳巷社区 / 第1网格", "total": 1, "overdue": 0}}
    assert [(point["title"], point["url"]) for point in found["points"]] == [
        ("灯", f"/operation/cases/{one.number}/?scope=area")
    ]


def test_the_map_follows_the_filters(client_as: Browser, reported: Report, town: Town) -> None:
    reported(text="灯")
    reported(text="井盖", grid=town.next_grid)
    found = client_as("clerk").get(f"/operation/map/cases.json?area={town.next_grid}").json()
    assert [point["title"] for point in found["points"]] == ["井盖"]
    assert list(found["grids"]) == [town.next_grid]
