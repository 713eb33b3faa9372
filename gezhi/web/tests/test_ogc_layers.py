"""The layers as a foreign program reads them: OWSLib follows the links of a real server."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.utils import timezone
from owslib.ogcapi.features import Features
from shapely.geometry import shape

from gezhi.accounts.actions import issue_token
from gezhi.territory.actions import change_area, set_boundary
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area
from gezhi.territory.tests.planning import part
from gezhi.testing import DISTRICT, EAST, FOUNDED, SYSTEM, WEST, Town, outline_of, standing_town
from gezhi.web.tests.conftest import Caller


@pytest.fixture
def town_served(transactional_db: None, live_server: Any) -> tuple[Town, Features]:
    """The town behind a real server on loopback, and a client that knows its address and a token."""
    town = standing_town()
    now = timezone.now()
    _row, token = issue_token(
        town.user("worker"), actor=SYSTEM, at=now, label="QGIS", expires_at=now + timedelta(days=1)
    )
    client = Features(f"{live_server.url}/api/ogc/", headers={"Authorization": f"Bearer {token}"})
    return town, client


@pytest.mark.django_db(transaction=True)
def test_a_client_finds_and_reads_every_layer(town_served: tuple[Town, Features]) -> None:
    town, client = town_served
    assert set(client.feature_collections()) == {"districts", "streets", "communities", "grids", "unit-grids"}
    assert any(text.endswith("/conf/geojson") for text in client.conformance()["conformsTo"])
    assert "/collections" in "".join(client.api()["paths"])
    about = client.collection("grids")
    assert about["extent"]["spatial"]["bbox"][0] == pytest.approx(outline_of(DISTRICT).bounds)
    found = client.collection_items("grids", limit=5)
    assert (found["numberMatched"], found["numberReturned"]) == (12, 5)
    codes = [feature["id"] for feature in found["features"]]
    pages = found
    while following := [one["href"] for one in pages["links"] if one["rel"] == "next"]:
        import requests

        pages = requests.get(following[0], headers=client.headers, timeout=10).json()
        codes += [feature["id"] for feature in pages["features"]]
    assert codes == sorted(codes)
    assert len(set(codes)) == 12
    one = client.collection_item("grids", town.grid)
    assert shape(one["geometry"]).equals_exact(outline_of(town.grid), 1e-9, normalize=True)
    assert one["properties"]["households"] == 400
    west, south, east, north = outline_of(WEST).bounds
    inside = client.collection_items("streets", bbox=[west, south, east - 1e-5, north])
    assert [feature["id"] for feature in inside["features"]] == [WEST]


def test_a_day_of_the_past_shows_its_own_land(town: Town, caller: Callable[[str], Caller]) -> None:
    later = FOUNDED + timedelta(days=100)
    set_boundary(
        Area.objects.get(code=town.grid),
        part(town.grid, east=0.5),
        crs=Crs.WGS84,
        source="测绘",
        actor=SYSTEM,
        at=later,
    )
    change_area(Area.objects.get(code=town.next_grid), is_active=False, actor=SYSTEM, at=later)
    client = caller("worker")

    def items(**query: Any) -> dict[str, float]:
        answer = client.client.get("/api/ogc/collections/grids/items", query, headers=client.headers).json()
        return {one["id"]: shapely.area(shape(one["geometry"])) for one in answer["features"]}

    now, before = items(), items(datetime="2020-02-01")
    assert town.next_grid in before
    assert town.next_grid not in now
    assert now[town.grid] == pytest.approx(before[town.grid] / 2)
    assert items(datetime="../2020-02-01T10:00:00Z") == before
    assert items(datetime="2019-01-01/2019-12-31") == {}
    assert len(items(datetime="2020-02-01/..")) == 12


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("collections/roads", 404), ("collections/grids/items/1", 404), (f"collections/grids/items/{EAST}", 404),
        ("collections/grids/items?bbox=1,2", 400), ("collections/grids/items?bbox=a,b,c,d", 400),
        ("collections/grids/items?bbox=1,2,nan,3", 400), ("collections/grids/items?datetime=soon", 400),
        ("collections/grids/items?limit=0", 422), ("collections/grids/items?colour=red", 400),
        ("collections/grids/items?bbox=116,36,0,117,37,9&f=json", 200), ("collections/nothing/items", 404),
    ],
)  # fmt: skip
def test_wrong_questions_get_plain_answers(town: Town, caller: Callable[[str], Caller], path: str, status: int) -> None:
    client = caller("worker")
    assert client.client.get(f"/api/ogc/{path}", headers=client.headers).status_code == status


def test_nobody_reads_the_layers_without_a_token(town: Town) -> None:
    answer = Caller().client.get("/api/ogc/collections/grids/items")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
