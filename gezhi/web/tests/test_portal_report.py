"""Reporting without an account, with plain forms as a browser without JavaScript sends them."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from PIL import Image

from gezhi.cases.models import Case, Reporter
from gezhi.kernel.events import timeline
from gezhi.kernel.files import open_file
from gezhi.kernel.models import Receipt
from gezhi.testing import Town
from gezhi.web.tests.resident import TEXT, filled, photo, send, words


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def kept_tokens(answer: object) -> list[str]:
    return re.findall(r'name="kept" value="([^"]+)"', answer.content.decode())  # type: ignore[attr-defined]


def test_text_alone_is_enough(town: Town, client: Client) -> None:
    case = send(client)
    assert (case.text, case.kind, case.source, case.stage) == (TEXT, "problem", "portal", "received")
    assert case.area.code == town.district
    assert case.desk == town.desk(town.district)
    assert not Reporter.objects.exists()
    assert [event.actor_kind for event in timeline(case)] == ["resident"]


def test_the_form_tells_beforehand_what_will_happen(town: Town, client: Client) -> None:
    page = words(client.get("/report/"))
    assert "回执码" in page
    assert re.search(r"最晚.{1,40}决定是否受理", page)
    assert "姓名和电话加密保存" in page


def test_a_point_finds_its_grid_and_wins_over_the_list(town: Town, client: Client) -> None:
    lng, lat = town.point_in(town.grid)
    case = send(client, lng=str(lng), lat=str(lat), community=town.other_community)
    assert case.grid_code == town.grid
    assert case.desk == town.desk(town.community)
    assert case.crs_in == "wgs84"


@pytest.mark.parametrize("level", ["street", "community", "grid"])
def test_a_place_picked_from_the_lists(town: Town, client: Client, level: str) -> None:
    picked = {"community": town.community if level != "street" else town.street}
    if level == "grid":
        picked["grid"] = town.grid
    case = send(client, **picked, address="柳巷 3 号楼")
    assert case.area.code == getattr(town, level)
    assert case.address == "柳巷 3 号楼"


def test_the_grids_of_a_community_without_javascript(town: Town, client: Client) -> None:
    page = client.post("/report/", filled(text="写了一半", community=town.community, look="grids"))
    body = page.content.decode()
    assert page.status_code == 200
    assert f'<option value="{town.grid}">' in body
    assert "写了一半" in body
    assert "还不能发送" not in body
    assert not Case.objects.exists()


def test_a_grid_of_another_community_is_refused(town: Town, client: Client) -> None:
    page = client.post("/report/", filled(community=town.community, grid=town.other_grid))
    assert page.status_code == 422
    assert not Case.objects.exists()


def test_name_phone_and_wishes_arrive_sealed(town: Town, client: Client) -> None:
    case = send(client, name="张三", phone="138 0000 1234", is_confidential="on", may_be_contacted="")
    reporter = Reporter.objects.get(case=case)
    assert (reporter.name, reporter.may_be_contacted) == ("张三", False)
    assert reporter.phone.replace(" ", "") == "13800001234"
    assert case.is_confidential
    assert "13800001234" not in str(Receipt.objects.values_list("fingerprint", "answer"))


def test_a_tip_is_confidential_by_itself(town: Town, client: Client) -> None:
    assert send(client, kind="tip").is_confidential


def test_photos_are_kept_without_their_metadata(town: Town, client: Client) -> None:
    case = send(client, photos=[photo("red"), photo("blue")])
    files = [attachment.file for attachment in case.attachments.all()]
    assert len(files) == 2
    for file in files:
        with open_file(file) as stored:
            assert not Image.open(stored).getexif()


def test_an_error_loses_neither_words_nor_photos(town: Town, client: Client) -> None:
    first = client.post(
        "/report/",
        filled(text="", address="柳巷 3 号楼", name="张三", phone="不告诉你", kind="opinion", photos=[photo()]),
    )
    body = first.content.decode()
    assert first.status_code == 422
    assert "请写下要反映的情况。" in body
    assert "电话号码只写数字" in body
    for typed in ("柳巷 3 号楼", "张三", "不告诉你"):
        assert f'value="{typed}"' in body
    assert re.search(r'value="opinion"[^>]*checked', body)
    tokens = kept_tokens(first)
    assert len(tokens) == 1
    assert client.get(f"/report/photo/{tokens[0]}/")["Content-Type"] == "image/jpeg"

    case = send(client, kept=tokens)
    assert case.attachments.count() == 1


def test_a_kept_photo_can_be_left_out(town: Town, client: Client) -> None:
    tokens = kept_tokens(client.post("/report/", filled(text="", photos=[photo("red"), photo("blue")])))
    assert send(client, kept=tokens[:1]).attachments.count() == 1


def test_six_photos_and_no_more(town: Town, client: Client) -> None:
    colors = ["red", "blue", "green", "white", "black", "pink", "gray"]
    page = client.post("/report/", filled(photos=[photo(color) for color in colors]))
    assert page.status_code == 422
    assert "最多 6 张照片" in words(page)
    tokens = kept_tokens(page)
    assert len(tokens) == 6
    assert send(client, kept=tokens).attachments.count() == 6


def test_a_point_outside_is_told_and_the_text_stays(town: Town, client: Client) -> None:
    lng, lat = town.point_outside()
    page = client.post("/report/", filled(lng=str(lng), lat=str(lat)))
    assert page.status_code == 422
    assert "不在城中区范围内" in words(page)
    assert TEXT in page.content.decode()
    assert not Case.objects.exists()


def test_sent_twice_is_one_case(town: Town, client: Client) -> None:
    form = filled(name="张三", phone="13800001234")
    first, second = client.post("/report/", form), client.post("/report/", form)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_a_replay_with_photos_is_one_case(town: Town, client: Client) -> None:
    form = filled()
    first = client.post("/report/", {**form, "photos": [photo()]})
    second = client.post("/report/", {**form, "photos": [photo()]})
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_gone_back_and_changed_asks_before_making_a_second_case(town: Town, client: Client) -> None:
    form = filled()
    client.post("/report/", form)
    page = client.post("/report/", {**form, "text": "另一件事"})
    body = page.content.decode()
    assert page.status_code == 409
    assert "刚才已经发送过" in body
    assert "另一件事" in body
    assert Case.objects.count() == 1
    key = re.search(r'name="key" value="([^"]+)"', body)
    assert key is not None
    assert key[1] != form["key"]
    client.post("/report/", {**form, "text": "另一件事", "key": key[1]})
    assert Case.objects.count() == 2


def test_the_receipt_says_code_who_what_and_when(town: Town, client: Client) -> None:
    case = send(client, community=town.community, photos=[photo()])
    page = words(client.get(f"/report/done/{case.receipt_code}/"))
    assert case.receipt_code in page
    assert case.number in page
    assert case.desk.name in page
    assert "决定是否受理" in page
    assert "1 张" in page
    local = timezone.localtime(case.due_at)
    days = local.date() - timezone.localdate()
    assert local.strftime("%H:%M") in page or days < timedelta(0)


def test_where_names_the_place_and_the_desk(town: Town, client: Client) -> None:
    lng, lat = town.point_in(town.grid)
    found = client.post("/land/where/", {"lng": lng, "lat": lat}).json()
    assert found["code"] == town.grid
    assert "第1网格" in found["message"]
    assert town.desk(town.community).name in found["message"]


@pytest.mark.parametrize("point", [("1", "1"), ("", ""), ("nan", "inf"), ("abc", "36")])
def test_where_says_so_outside_and_for_nonsense(town: Town, client: Client, point: tuple[str, str]) -> None:
    answer = client.post("/land/where/", {"lng": point[0], "lat": point[1]})
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_the_map_draws_streets_and_then_the_grids_of_one(town: Town, client: Client) -> None:
    streets = client.get("/land/outlines.json").json()["features"]
    assert {one["properties"]["code"] for one in streets} == {town.street, town.other_street}
    grids = client.get("/land/outlines.json", {"street": town.street}).json()["features"]
    assert len(grids) == 6
    assert all(one["properties"]["code"].startswith(town.street) for one in grids)


@pytest.mark.parametrize("street", ["370103001'--", "3", "370103", "３７０１０３００１"])
def test_the_map_knows_no_other_question(town: Town, client: Client, street: str) -> None:
    assert client.get("/land/outlines.json", {"street": street}).json()["features"] == []


def test_grids_of_a_community_for_the_list(town: Town, client: Client) -> None:
    found = client.get("/land/grids.json", {"community": town.community}).json()["grids"]
    assert [name for _code, name in found] == ["第1网格", "第2网格", "第3网格"]
    assert client.get("/land/grids.json", {"community": town.street}).json()["grids"] == []
