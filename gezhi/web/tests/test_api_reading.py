"""Lists a page at a time, their filters, and the small registers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.cases.actions import take
from gezhi.kernel.access import Actor
from gezhi.kernel.events import dispatch
from gezhi.testing import Town
from gezhi.web.tests.conftest import Caller

SYSTEM = Actor.system("town")


def many(town: Town, number: int, **over: Any) -> list[Any]:
    at = timezone.now() - timedelta(days=1)
    return [town.report(at=at + timedelta(minutes=minute), **over) for minute in range(number)]


def ids_of_all_pages(caller: Caller, path: str, *, between: Callable[[], Any] = lambda: None) -> list[int]:
    found, link = [], path
    while link:
        page = caller.get(link).body
        found += [row["id"] for row in page["items"]]
        link = page["next"]
        between()
    return found


def test_pages_hold_every_case_once_whatever_comes_in_between(town: Town, caller: Callable[[str], Caller]) -> None:
    cases, clerk = many(town, 7), caller("clerk")
    expected = {case.pk for case in cases}
    newer = lambda: town.report(at=timezone.now())  # noqa: E731
    by_due = ids_of_all_pages(clerk, "/cases?limit=3", between=newer)
    assert len(by_due) == len(set(by_due))
    assert set(by_due) >= expected
    newest = ids_of_all_pages(clerk, "/cases?limit=3&state=all", between=newer)
    assert len(newest) == len(set(newest))
    assert newest == sorted(newest, reverse=True)


def test_open_cases_stand_by_what_is_due_first(town: Town, caller: Callable[[str], Caller]) -> None:
    many(town, 3)
    urgent = town.report(at=timezone.now(), is_emergency=True)
    rows = caller("clerk").get("/cases").body["items"]
    dues = [row["due_at"] for row in rows]
    assert dues == sorted(dues)
    assert {row["id"]: row["is_emergency"] for row in rows}[urgent.pk] is True


def test_a_cursor_belongs_to_its_list(town: Town, caller: Callable[[str], Caller]) -> None:
    many(town, 3)
    clerk = caller("clerk")
    link = clerk.get("/cases?limit=1").body["next"]
    assert clerk.get(link).status == 200
    for wrong in (
        link + "x",
        link.replace("limit=1", "state=all"),
        "/cases?cursor=x",
        "/cases?cursor=%00",
        "/desks?cursor=1:2:3",
    ):
        answer = clerk.get(wrong)
        assert answer.status in (400, 422), wrong
        assert answer.body["field"] == "cursor"
    # Another length of page is no other list.
    assert clerk.get(link.replace("limit=1", "limit=2")).status == 200


def test_a_page_costs_the_same_at_any_size(town: Town, caller: Callable[[str], Caller]) -> None:
    clerk, costs = caller("clerk"), []
    many(town, 2)
    clerk.get("/cases")
    for more in (0, 58):
        many(town, more)
        with CaptureQueriesContext(connection) as queries:
            page = clerk.get("/cases?limit=200").body
        costs.append((len(page["items"]), len(queries)))
    assert costs == [(2, 2), (60, 2)]


def test_filters(town: Town, caller: Callable[[str], Caller]) -> None:
    now = timezone.now()
    lamp, parking = town.matter("lamp").id, town.matter("parking").id
    first, second, third = many(town, 3)
    elsewhere = town.report(at=now, grid=town.next_grid)
    late = town.report(at=now - timedelta(days=30))
    clerk = caller("clerk")
    take("accept", first, actor=SYSTEM, at=now, matter_id=lamp)
    take("claim", first, actor=town.actor("worker"), at=now)
    take("accept", second, actor=SYSTEM, at=now, matter_id=parking)
    take("decline", third, actor=SYSTEM, at=now, reason="不归这里", answer="请找物业。")
    dispatch(at=now)

    def ids(query: str, who: Caller = clerk) -> set[int]:
        return {row["id"] for row in who.get(f"/cases?{query}").body["items"]}

    assert ids("") == {first.pk, second.pk, elsewhere.pk, late.pk}
    assert ids("state=ended") == {third.pk}
    assert ids("state=all") == {first.pk, second.pk, third.pk, elsewhere.pk, late.pk}
    assert ids("stage=handling") == {first.pk}
    assert ids("stage=handling&stage=declined") == {first.pk, third.pk}
    assert ids(f"desk={town.desk(town.grid).pk}") == {first.pk}
    assert ids(f"area={town.next_grid}") == {elsewhere.pk}
    assert ids(f"area={town.district}") == ids("")
    assert ids(f"area={town.other_street}") == set()
    assert ids(f"matter={parking}") == {second.pk}
    assert ids("overdue=true") == {late.pk}
    assert late.pk not in ids("overdue=false")
    assert ids("holder=me", caller("worker")) == {first.pk}
    assert ids("holder=me") == set()
    assert ids(f"q={second.number}") == {second.pk}
    assert third.pk in ids("q=路灯&state=all")
    assert ids("q=游泳池&state=all") == set()


def test_one_case_whole(town: Town, caller: Callable[[str], Caller]) -> None:
    case = town.report(at=timezone.now(), address="东门", reporter_name="张三", reporter_phone="13800000000")
    clerk = caller("clerk")
    answer = clerk.get(f"/cases/{case.number}")
    assert answer.body["number"] == case.number
    assert answer.body["area"] == {"code": town.grid, "name": "西关街道 / 柳巷社区 / 第1网格"}
    assert answer.headers["ETag"] == f'"{case.version}"'
    assert answer.body["due_at"].endswith("Z")
    # Whoever works here can't rate in the reporter's place.
    assert case.receipt_code not in str(answer.body)
    assert "13800000000" not in str(answer.body)
    full_width = case.number.translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    assert clerk.get(f"/cases/{full_width}").body["id"] == case.pk


def test_the_timeline_comes_in_pages(town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]) -> None:
    case, clerk = reported(), caller("clerk")
    for number in range(5):
        clerk.step(case.pk, "note", note=f"第{number}次")
    page = clerk.get(f"/cases/{case.pk}/timeline?limit=4").body
    rest = clerk.get(page["next"]).body
    assert [event["seq"] for event in page["items"] + rest["items"]] == [1, 2, 3, 4, 5, 6]
    assert rest["next"] is None


def test_a_batch_answers_each_by_itself(town: Town, caller: Callable[[str], Caller]) -> None:
    clerk = caller("clerk")
    drafts = [
        {"text": "路灯不亮", "area_code": town.grid, "source": "import", "external_key": "x:1"},
        {"text": "", "area_code": town.grid},
        "nonsense",
        {"text": "路灯不亮", "area_code": town.other_grid},
        {"text": "a\x00", "area_code": town.grid},
        {"text": "井盖", "area_code": town.grid, "source": "import", "external_key": "x:1"},
        {"text": "垃圾", "area_code": town.grid, "files": ["x"]},
        {"text": "停车", "area_code": town.community, "source": "import", "external_key": "x:2"},
    ]
    answer = clerk.post("/cases/batch", {"drafts": drafts})
    assert answer.status == 200
    assert [one["status"] for one in answer.body["answers"]] == [201, 422, 422, 422, 422, 409, 422, 201]
    assert (answer.body["taken"], answer.body["refused"]) == (2, 6)
    assert answer.body["answers"][1]["problem"]["field"] == "text"
    assert answer.body["answers"][1]["problem"]["errors"][0]["in"] == "body"
    assert answer.body["answers"][5]["problem"]["code"] == "known"
    assert answer.body["answers"][7]["case"]["receipt_code"]
    again = clerk.post("/cases", drafts[0])
    assert (again.status, again.body["code"]) == (409, "known")
    solved = caller("worker").post(
        "/cases/solve",
        {
            "text": "路灯",
            "area_code": town.grid,
            "matter_id": town.matter("lamp").id,
            "result": "好了",
            "external_key": "x:2",
        },
    )
    assert (solved.status, solved.body["field"]) == (409, "external_key")


@pytest.mark.parametrize("number", [0, 501])
def test_a_batch_has_its_size(town: Town, caller: Callable[[str], Caller], number: int) -> None:
    answer = caller("clerk").post("/cases/batch", {"drafts": [{"text": "x"}] * number})
    assert (answer.status, answer.body["field"]) == (422, "drafts")


def test_a_batch_costs_a_handful_of_statements(town: Town, caller: Callable[[str], Caller]) -> None:
    clerk, costs = caller("clerk"), []
    for number in (5, 100):
        drafts = [
            {"text": f"第{n}盏灯", "area_code": town.grid, "reporter_phone": "13800000000"} for n in range(number)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert clerk.post("/cases/batch", {"drafts": drafts}, key=f"batch-{number}").body["taken"] == number
        costs.append(len([one for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]))
    # Rows go in by the hundred; SQLite takes fewer at a time than PostgreSQL.
    assert costs[0] <= 8
    assert costs[1] <= 16


def test_the_small_registers(town: Town, caller: Callable[[str], Caller]) -> None:
    worker = caller("worker")
    me = worker.get("/me").body
    assert me["name"] == town.user("worker").name
    assert [desk["id"] for desk in me["desks"]] == [town.desk(town.grid).pk]
    assert me["rights"]["case.claim"] == {"areas": [], "desks": [town.desk(town.grid).pk]}
    assert me["rights"]["case.report"]["areas"] == [town.grid]

    assert [area["code"] for area in worker.get("/areas").body["items"]] == [town.district]
    assert [area["code"] for area in worker.get("/areas", parent=town.community).body["items"]] == [
        f"{town.community}{number:03d}" for number in (1, 2, 3)
    ]
    street = worker.get(f"/areas/{town.street}").body
    assert street["grids"] == {"residential": 6, "dedicated": 0}
    assert worker.get("/areas/370103999").status == 404
    outline = worker.get(f"/areas/{town.street}/geojson", level="grid")
    assert outline.headers["Content-Type"] == "application/geo+json"
    assert len(outline.body["features"]) == 6

    lng, lat = town.point_in(town.next_grid)
    place = worker.get("/locate", lng=lng, lat=lat).body
    assert (place["grid_code"], place["street_code"]) == (town.next_grid, town.street)
    out_lng, out_lat = town.point_outside()
    assert worker.get("/locate", lng=out_lng, lat=out_lat).body["code"] == "outside_district"
    assert worker.get("/locate", lng=lat, lat=min(lng, 90)).status == 422
    assert worker.get("/locate", lng=lng, lat=lat, on="2021-05-01").body == place
    assert worker.get("/locate", lng=lng, lat=lat, on="2019-05-01").body["code"] == "outside_district"

    desks = worker.get("/desks", kind="street").body["items"]
    assert [desk["area_code"] for desk in desks] == [town.street, town.other_street]
    every = ids_of_all_pages(worker, "/desks?limit=4")
    assert len(every) == len(set(every)) == len(worker.get("/desks?limit=200").body["items"])

    matters = worker.get("/matters?limit=200").body["items"]
    assert town.matter("lamp").id in {matter["id"] for matter in matters}
    assert worker.get("/matters/categories").body["items"]
    limits = worker.get("/matters/limits", kind="accept").body["items"]
    assert {limit["kind"] for limit in limits} == {"accept"}
    steps = {step["name"]: step for step in worker.get("/steps").body["steps"]}
    assert steps["accept"]["needs"] == ["matter_id"]
    assert steps["rate"]["by"] == ["reporter"]
    assert worker.get("/").body["openapi"] == "/api/v1/openapi.json"
