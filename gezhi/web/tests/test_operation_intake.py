"""代录 and 即查即办: taken down once, placed, and nothing lost when something is wrong."""

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from gezhi.cases.models import Case
from gezhi.testing import Town
from gezhi.web.tests.desk import words

Browser = Callable[[str], Client]


def typed(town: Town, **over: Any) -> dict[str, Any]:
    lng, lat = town.point_in()
    return {"seal": "e" * 32, "text": "电话说东门路灯不亮", "kind": "problem", "lng": lng, "lat": lat, **over}


def test_a_call_taken_down(client_as: Browser, town: Town) -> None:
    answer = client_as("clerk").post("/operation/new/", typed(town, reporter_phone="13812345678"), follow=True)
    case = Case.objects.get()
    assert (case.source, case.grid_code, case.reporter.phone) == ("counter", town.grid, "13812345678")
    assert answer.redirect_chain[-1][0] == f"/operation/cases/{case.number}/"
    assert case.receipt_code in words(answer)


def test_taken_down_once_however_often_sent(client_as: Browser, town: Town) -> None:
    clerk = client_as("clerk")
    first, second = (clerk.post("/operation/new/", typed(town)) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_without_a_point_by_its_community(client_as: Browser, town: Town) -> None:
    client_as("clerk").post("/operation/new/", typed(town, lng="", lat="", area_code=town.community))
    case = Case.objects.get()
    assert (case.community_code, case.grid_code) == (town.community, "")


def test_outside_says_so_and_keeps_the_words(client_as: Browser, town: Town) -> None:
    lng, lat = town.point_outside()
    answer = client_as("clerk").post("/operation/new/", typed(town, lng=lng, lat=lat))
    assert answer.status_code == 422
    assert "请在地图上重新选点" in words(answer)
    assert "电话说东门路灯不亮" in answer.content.decode()
    assert not Case.objects.exists()


def test_another_street_s_place_is_refused(client_as: Browser, town: Town) -> None:
    lng, lat = town.point_in(town.other_grid)
    answer = client_as("clerk").post("/operation/new/", typed(town, lng=lng, lat=lat))
    assert answer.status_code == 422
    assert "不在您负责的范围内" in words(answer)


def test_found_and_solved(client_as: Browser, town: Town) -> None:
    sent = typed(town, matter_id=town.matter("rubbish").id, result="当场清走了。")
    assert client_as("worker").post("/operation/solve/", sent).status_code == 302
    case = Case.objects.get()
    assert (case.stage, case.is_on_the_spot, case.result) == ("finished", True, "当场清走了。")


def test_a_worker_of_one_grid_need_not_say_where(client_as: Browser, town: Town) -> None:
    """The grid is chosen already, and nobody is waiting to be told a receipt code."""
    browser = client_as("worker")
    page = browser.get("/operation/solve/").content.decode()
    places = re.findall(r'<option value="(\d*)"', page.split('name="area_code"')[1].split("</select>")[0])
    assert places == [town.grid]
    sent = {"text": "楼道堆物", "kind": "problem", "area_code": town.grid, "matter_id": town.matter("rubbish").id}
    arrived = words(browser.post("/operation/solve/", {**sent, "result": "当场清走了。"}, follow=True))
    assert "已记下，等待别人核查。" in arrived
    assert "来访人" not in arrived


def test_who_may_not(client_as: Browser) -> None:
    assert client_as("inspector").get("/operation/new/").status_code == 403
    assert client_as("clerk").get("/operation/solve/").status_code == 403
    assert 'href="/operation/new/"' not in client_as("inspector").get("/operation/").content.decode()
    assert 'href="/operation/new/"' in client_as("clerk").get("/operation/").content.decode()


def test_what_is_already_reported_near_it(client_as: Browser, town: Town, reported: Callable[..., Case]) -> None:
    near = reported(text="东门路灯坏了")
    reported(text="很远的事", grid=f"{town.community}003")
    lng, lat = town.point_in(east=0.55)
    answer = words(client_as("clerk").get(f"/operation/near/?lng={lng}&lat={lat}"))
    assert near.title in answer
    assert "很远的事" not in answer
    assert f"由{town.desk(town.community).name}受理" in answer
    for query in ("lng=x&lat=1", "lng=nan&lat=nan", "", "lng=0&lat=0"):
        assert client_as("clerk").get(f"/operation/near/?{query}").status_code == 200, query
