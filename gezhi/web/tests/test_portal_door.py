"""The residents' door beside reporting: me too, digests, own data, my grid, policies, statistics, what one says of the service."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gezhi.cases.actions import reveal_reporter, take
from gezhi.cases.models import Case, Reporter
from gezhi.cobuild.actions import accept_project, forget_complaints, name_feature, open_site
from gezhi.cobuild.models import ServiceComplaint
from gezhi.cobuild.tests.story import area, finished, partner, project, who
from gezhi.kernel.events import dispatch
from gezhi.people.actions import issue_policy
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town
from gezhi.web.tests.desk import seal_in
from gezhi.web.tests.resident import TEXT, answered, filled, send, words

SignIn = Callable[[str], Client]


def accepted(town: Town, **over: Any) -> Case:
    """A report about the lamp at the gate that somebody accepted an hour ago."""
    at = timezone.now() - timedelta(hours=1)
    case = town.report(at=at, **over)
    take("accept", case, actor=town.actor("clerk"), at=at, matter_id=town.matter("lamp").id)
    return case


def here(town: Town) -> dict[str, Any]:
    lng, lat = town.point_in(town.grid, east=0.52)
    return {"lng": lng, "lat": lat}


# --- me too -------------------------------------------------------------------------------------------------------------


def test_what_is_already_told_is_shown_before_it_is_sent(town: Town, client: Client) -> None:
    main = accepted(town, text="东门外的路灯三天不亮了，王小明家门口晚上看不清路。")
    page = client.post("/report/", filled(**here(town)))
    text = words(page)
    assert page.status_code == 200
    assert "我也遇到" in text
    assert town.matter("lamp").name in text
    assert "王小明" not in text, "another's words stay with the desk"
    assert TEXT in page.content.decode(), "nothing typed is lost"
    assert Case.objects.count() == 1
    token = page.context["near"][0].token
    answer = client.post("/report/", filled(asked="1", same=token, **here(town)))
    joined = Case.objects.exclude(pk=main.pk).get()
    assert answer["Location"] == f"/report/done/{joined.receipt_code}/"
    assert (joined.stage, joined.merged_into_id) == ("merged", main.pk)
    main.refresh_from_db()
    assert main.followers == 1
    at = timezone.now()
    worker, clerk = town.actor("worker", at=at), town.actor("clerk", at=at)
    take("claim", main, actor=worker, at=at)
    take("finish", main, actor=worker, at=at, result="换了灯泡")
    take("verify", main, actor=clerk, at=at, answer="路灯已经修好。")
    dispatch(at=at)
    assert "路灯已经修好" in words(client.get(f"/follow/?code={joined.receipt_code}"))


def test_none_of_these_is_sent_as_its_own(town: Town, client: Client) -> None:
    accepted(town)
    assert client.post("/report/", filled(asked="1", **here(town))).status_code == 302
    assert (
        client.post("/report/", filled(asked="1", same="forged", text="另一盏路灯也不亮了", **here(town))).status_code
        == 302
    )
    assert Case.objects.filter(merged_into__isnull=True).count() == 3


def test_secret_things_are_shown_to_nobody_and_join_nobody(town: Town, client: Client) -> None:
    accepted(town, is_confidential=True)
    town.report(at=timezone.now())
    assert client.post("/report/", filled(**here(town))).status_code == 302, "confidential, or not accepted yet"
    accepted(town)
    assert client.post("/report/", filled(is_confidential="on", **here(town))).status_code == 302
    assert client.post("/report/", filled(kind="tip", **here(town))).status_code == 302
    far = town.point_in(town.other_grid)
    assert client.post("/report/", filled(lng=far[0], lat=far[1])).status_code == 302


# --- the receipt --------------------------------------------------------------------------------------------------------


def test_anybody_can_compute_the_digest_of_a_receipt(town: Town, client: Client, tmp_path: Path) -> None:
    case = send(client)
    page = client.get(f"/report/done/{case.receipt_code}/")
    digest, stamp = page.context["digest"], page.context["stamp"]
    assert digest in page.content.decode()
    given = {"code": case.receipt_code.lower(), "stamp": stamp, "text": TEXT, "digest": digest}
    assert "一致" in words(client.post("/receipt/check/", given))
    assert "不一致" in words(client.post("/receipt/check/", given | {"text": TEXT + "！"}))
    assert client.post("/receipt/check/", given | {"code": "x"}).status_code == 422
    assert not client.get("/receipt/check/").cookies
    if shutil.which("openssl"):
        paper = tmp_path / "receipt.txt"
        paper.write_text(f"{case.receipt_code}\n{stamp}\n{TEXT}", encoding="utf-8")
        found = subprocess.run(["openssl", "dgst", "-sm3", paper], capture_output=True, text=True, check=False)
        assert found.returncode != 0 or digest in found.stdout


# --- own data -----------------------------------------------------------------------------------------------------------


def test_one_sees_corrects_and_deletes_what_is_kept_and_who_read_it(town: Town, client: Client) -> None:
    case = send(client, name="李居民", phone="13800001111")
    at = timezone.now()
    reveal_reporter(
        case, actor=town.actor("district_clerk", at=at), at=at, reason="电话里问清楚是哪盏灯，他的号码13800001111"
    )
    page = client.post("/my-data/", {"code": case.receipt_code})
    text = words(page)
    assert "李居民" in text
    assert "褚**" in text
    assert "褚坐席" not in text
    assert "问清楚是哪盏灯" in text
    own = {"code": case.receipt_code}
    assert client.post("/my-data/", own | {"step": "correct", "phone": "abc"}).status_code == 422
    assert (
        client.post("/my-data/", own | {"step": "correct", "name": "李小民", "phone": "13900002222"}).status_code == 302
    )
    kept = Reporter.objects.get(case=case)
    assert (kept.name, kept.phone, kept.may_be_contacted) == ("李小民", "13900002222", False)
    assert client.post("/my-data/", own | {"step": "erase"}).status_code == 302
    assert not Reporter.objects.exists()
    assert client.post("/my-data/", own | {"step": "erase"}).status_code == 404
    assert "姓名和电话已经删去" in words(client.get(f"/follow/?code={case.receipt_code}"))
    assert not client.get("/my-data/").cookies


def test_guessing_codes_there_is_slowed_down_too(town: Town, client: Client) -> None:
    wrong = "2222-2222-2222"
    statuses = {client.post("/my-data/", {"code": wrong}).status_code for _try in range(40)}
    assert statuses <= {404, 429}
    assert client.post("/my-data/", {"code": "nonsense"}).status_code in (404, 429)


# --- my grid ------------------------------------------------------------------------------------------------------------


def test_my_grid_shows_what_is_public_and_nobody_s_phone(town: Town, client: Client) -> None:
    unit = partner(town, contact_name="张联络", contact_phone="13800001111")
    done = finished(town, project(town, by=unit))
    accept_project(done, asked=10, satisfied=9, **who(town))
    open_site(
        "红色微家",
        "柳巷红色微家",
        area(town.community),
        address="柳巷 3 号",
        hours="周一至周六 9:00—17:00",
        services="饮水、歇脚",
        **who(town),
    )
    name_feature(area(town.grid), "音为有你", "每周五晚上合唱。", **who(town))
    text = words(client.get(f"/grids/{town.grid}/"))
    for expected in ("示例幼儿园", "周末借用活动室", "周一至周六 9:00", "音为有你"):
        assert expected in text
    assert "张联络" not in text
    assert "<path" in client.get(f"/grids/{town.grid}/").content.decode()
    assert "音为有你" not in words(client.get(f"/grids/{town.other_grid}/"))
    brands = words(client.get(f"/brands/?street={town.street}&brand=红色微家"))
    assert "柳巷红色微家" in brands
    assert "柳巷红色微家" not in words(client.get(f"/brands/?street={town.other_street}"))
    together = words(client.get("/together/"))
    assert "问了 10 户，9 户满意" in together
    assert "不会算两次" in together
    assert client.get(f"/grids/{town.community}/").status_code == 404
    assert client.get("/grids/x/").status_code == 404


# --- policies, statistics -------------------------------------------------------------------------------------------------


def test_normative_documents_in_force_are_public_and_no_others(town: Town, client: Client) -> None:
    given: dict[str, Any] = {
        "number": "示例发〔2026〕1号",
        "issued_on": date(2026, 1, 1),
        "effective_from": date(2026, 1, 1),
    }
    issue_policy("normative", "网格服务办法", actor=SYSTEM, at=FOUNDED, **given)
    issue_policy("measure", "内部考评办法", actor=SYSTEM, at=FOUNDED, **given)
    text = words(client.get("/policies/"))
    assert "网格服务办法" in text
    assert "内部考评办法" not in text
    assert "网格服务办法" not in words(client.get("/policies/?q=养老"))
    assert client.get("/policies/999/file/").status_code == 404


def test_small_numbers_are_not_published(town: Town, client: Client) -> None:
    cache.clear()
    last = timezone.localtime(timezone.now()).replace(day=1, hour=9) - timedelta(days=3)
    for number in range(7):
        town.report(at=last + timedelta(minutes=number))
    for number in range(3):
        town.report(at=last + timedelta(minutes=number), grid=town.other_grid)
    page = client.get("/statistics/")
    shown = {one["name"]: one["number"] for one in page.context["streets"]}
    assert shown == {"西关街道": None, "东关街道": None}, "the one large number would tell the small one"
    assert page.context["total"] == 10
    cache.clear()
    for number in range(3):
        town.report(at=last + timedelta(minutes=number), grid=town.other_grid)
    page = client.get("/statistics/")
    assert {one["number"] for one in page.context["streets"]} == {6, 7}
    assert f"{timezone.localtime(timezone.now()):%Y-%m-%d}" in words(page)


# --- about the service itself -----------------------------------------------------------------------------------------------


def test_what_one_says_of_the_service_is_answered_by_others(town: Town, client: Client, client_as: SignIn) -> None:
    given = {"about": "delay", "area_code": town.street, "words": "窗口说了三次“再等等”。"}
    assert client.post("/complaints/", given | {"words": ""}).status_code == 422
    answer = client.post("/complaints/", given)
    row = ServiceComplaint.objects.get()
    assert answer["Location"] == f"/complaints/{row.receipt_code}/"
    client.post("/complaints/", given)
    assert ServiceComplaint.objects.count() == 1, "sent twice in a moment, kept once"
    for key in ("clerk", "street_clerk", "leader"):
        assert client_as(key).get(f"/support/cobuild/complaints/{row.pk}/").status_code in (403, 404)
    inspector = client_as("inspector")
    assert "拖延" in words(inspector.get("/support/cobuild/complaints/"))
    path = f"/support/cobuild/complaints/{row.pk}/"
    seal = seal_in(inspector.get(path).content.decode())
    assert inspector.post(path, {"seal": seal, "answer": "已经核实，窗口当场道歉。"}).status_code == 302
    assert "当场道歉" in words(client.get(f"/complaints/{row.receipt_code}/"))
    assert client.get("/complaints/2222-2222-2222/").status_code == 404
    forget_complaints(at=timezone.now() + timedelta(days=731))
    row.refresh_from_db()
    assert (row.words, row.answer) == ("", "")


@pytest.mark.parametrize(
    "path", ["/together/", "/topics/", "/brands/", "/policies/", "/statistics/", "/complaints/", "/my-data/"]
)
def test_each_page_stands_without_anything_in_it(town: Town, client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert not page.cookies


def test_an_answered_case_is_nothing_to_join(town: Town, client: Client) -> None:
    answered(town, at=NOON)
    assert client.post("/report/", filled(**here(town))).status_code == 302
