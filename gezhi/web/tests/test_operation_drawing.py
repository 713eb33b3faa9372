"""The drawing page: what it is given, the exact proof while one draws, keeping; and who may."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.territory.actions import take_plan_step
from gezhi.territory.models import Plan
from gezhi.territory.tests.planning import draft, merging
from gezhi.testing import Town

Browser = Callable[[str], Client]


@pytest.fixture
def plan(town: Town) -> Plan:
    now = timezone.now()
    from datetime import timedelta

    return draft(town, merging(town.next_grid, f"{town.community}003"), at=now, day=now.date() + timedelta(days=20))


def path(plan: Plan, part: str = "") -> str:
    return f"/operation/land/plans/{plan.pk}/draw/{part}"


def send(client: Client, plan: Plan, part: str, body: Any) -> Any:
    return client.post(path(plan, part), json.dumps(body), content_type="application/json")


def drawing(client: Client, plan: Plan, **over: Any) -> dict[str, Any]:
    """What the page would send without a change: what is drawn otherwise than it stands."""
    land = client.get(path(plan, "land.json")).json()
    columns = (
        "key",
        "code",
        "level",
        "parent",
        "name",
        "kind",
        "subtype",
        "households",
        "population",
        "sources",
        "outline",
    )
    areas = [
        {name: row[name] for name in columns} for row in land["areas"] if not row["isAsItStands"] and not row["fixed"]
    ]
    alive = {row["code"] for row in land["areas"]}
    gone = [code for code in land["standing"] if code not in alive]
    origin = {"lng": land["plane"]["lng"], "lat": land["plane"]["lat"]}
    return {"seen": land["version"], "origin": origin, "gone": gone, "areas": areas} | over


def test_the_land_comes_in_whole_millimetres(plan: Plan, client_as: Browser, town: Town) -> None:
    land = client_as("clerk").get(path(plan, "land.json")).json()
    rows = {row["key"]: row for row in land["areas"]}
    assert set(rows) == {town.community, town.grid, "1.1"}
    assert rows[town.community]["fixed"]
    assert rows[town.grid]["isAsItStands"]
    assert rows["1.1"]["sources"] == [town.next_grid, f"{town.community}003"]
    numbers = [number for ring in rows[town.grid]["outline"][0] for number in ring]
    assert all(isinstance(number, int) for number in numbers)
    assert len(numbers) == 8
    assert [one["name"] for one in land["around"]] == ["槐树社区"]


def test_unchanged_it_is_kept_bit_by_bit(plan: Plan, client_as: Browser) -> None:
    clerk = client_as("clerk")
    before = [bytes(area.wkb) for change in plan.changes.all() for area in change.results.all()]
    answer = send(clerk, plan, "save/", drawing(clerk, plan))
    assert (answer.status_code, answer.json()["version"], answer.json()["holds"]) == (200, 2, True)
    assert [bytes(area.wkb) for change in plan.changes.all() for area in change.results.all()] == before


def test_the_exact_proof_and_an_estimate_while_one_draws(plan: Plan, client_as: Browser, town: Town) -> None:
    clerk = client_as("clerk")
    body = drawing(clerk, plan)
    ring = body["areas"][0]["outline"][0][0]
    west = min(ring[::2])
    body["areas"][0]["outline"][0][0] = [
        number + 20_000 if not at % 2 and number == west else number for at, number in enumerate(ring)
    ]
    found = send(clerk, plan, "look/", body).json()
    assert not found["holds"]
    assert [one["kind"] for one in found["defects"] if one["kind"] != "one_sided"] == ["gap"]
    assert 740 < found["households"]["1.1"] < 800
    refused = send(clerk, plan, "save/", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "proof_failed")
    assert refused.json()["message"] == "划分还不完整：共 1 处缝隙、重叠或越界，请先修正。"
    plan.refresh_from_db()
    assert plan.version == 1


def test_a_colleague_who_was_quicker_is_named(plan: Plan, client_as: Browser) -> None:
    clerk = client_as("clerk")
    body = drawing(clerk, plan)
    send(clerk, plan, "save/", body)
    answer = send(clerk, plan, "save/", body)
    assert answer.status_code == 409
    assert (answer.json()["version"], answer.json()["who"]) == (2, "钱坐席")
    assert send(clerk, plan, "save/", body | {"seen": 2}).status_code == 200


@pytest.mark.parametrize(
    "over",
    [
        {"areas": [{"key": "n1"}]},
        {"seen": "1"},
        {"more": 1},
        {"gone": ["x"]},
    ],
)
def test_what_is_no_drawing_is_refused(plan: Plan, client_as: Browser, over: dict[str, Any]) -> None:
    clerk = client_as("clerk")
    answer = send(clerk, plan, "look/", drawing(clerk, plan) | over)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_drawing")


def test_what_is_no_land_is_refused(plan: Plan, client_as: Browser) -> None:
    clerk = client_as("clerk")
    body = drawing(clerk, plan)
    body["areas"][0]["outline"] = [[[0, 0, 1, 1]]]
    assert send(clerk, plan, "save/", body).json()["code"] == "empty"
    assert (
        send(clerk, plan, "save/", drawing(clerk, plan, origin={"lng": 0.0, "lat": 0.0})).json()["code"] == "land_moved"
    )


def test_only_the_hands_it_is_in_may_draw(plan: Plan, client_as: Browser, town: Town) -> None:
    clerk, street, stranger = client_as("clerk"), client_as("street_clerk"), client_as("stranger")
    body = drawing(clerk, plan)
    assert "data-read-only" not in clerk.get(path(plan)).content.decode()
    assert "data-read-only" in street.get(path(plan)).content.decode()
    assert send(street, plan, "save/", body).status_code == 403
    assert stranger.get(path(plan)).status_code == 404
    assert stranger.get(path(plan, "land.json")).status_code == 404
    assert send(stranger, plan, "save/", body).status_code == 404
    assert Client().get(path(plan)).status_code == 302
    take_plan_step("submit", plan, actor=town.actor("clerk", at=timezone.now()), at=timezone.now())
    assert "data-read-only" in clerk.get(path(plan)).content.decode()
    assert send(clerk, plan, "save/", body | {"seen": 2}).json()["code"] == "not_open"
