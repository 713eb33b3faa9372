"""A case on the desk: for whom, what it shows, the reporter behind a mask, files behind a check."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.cases.models import Attachment, Case
from gezhi.kernel.events import timeline
from gezhi.kernel.files import keep
from gezhi.testing import Town
from gezhi.web.tests.desk import moved, url_of, words
from gezhi.web.tests.resident import photo

Browser = Callable[[str], Client]
Report = Callable[..., Case]
NAME, PHONE = "张三丰", "13812345678"


def test_the_case_beside_its_list(client_as: Browser, reported: Report) -> None:
    case = reported(address="柳巷街 12 号")
    page = client_as("clerk").get(url_of(case))
    assert page.status_code == 200
    for text in (case.number, case.text, "柳巷街 12 号", "柳巷社区 / 第1网格", "收到（居民网页）", "受理", "不予受理"):
        assert text in words(page), text
    assert 'aria-current="true"' in page.content.decode()


@pytest.mark.parametrize("path", ["", "steps/accept/", "reporter/", "destination/"])
def test_of_another_street_looks_like_missing(client_as: Browser, reported: Report, path: str) -> None:
    case = reported()
    theirs, never = (client_as("stranger").get(f"/operation/cases/{number}/{path}") for number in (case.number, "x-1"))
    assert theirs.status_code == never.status_code == 404
    assert case.title not in words(theirs)
    assert client_as("stranger").post(url_of(case, "accept"), {"seen": 1}).status_code == 404


def test_for_those_without_an_account_the_way_to_sign_in(client: Client, reported: Report) -> None:
    case = reported()
    answer = client.get(url_of(case))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=/operation/cases/")
    within = client.get(
        url_of(case), headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/operation/?q=1"}
    )
    assert within["HX-Redirect"] == "/account/login/?next=/operation/%3Fq%3D1"


@pytest.mark.parametrize("who", ["officer_system", "officer_audit", "nobody"])
def test_an_account_without_cases_is_told_so(client_as: Browser, who: str) -> None:
    page = client_as(who).get("/operation/", follow=True)
    assert "这个账号不办理事件" in words(page)
    assert page.redirect_chain[-1][0] == "/desk/"


def test_who_does_the_party_s_affairs_is_led_to_the_support_workspace(client_as: Browser) -> None:
    page = client_as("party_affairs").get("/operation/", follow=True)
    assert page.redirect_chain[-1][0] == "/support/"


def test_signed_in_the_desk_is_the_operation(client_as: Browser) -> None:
    assert client_as("clerk").get("/desk/")["Location"] == "/operation/"


def test_buttons_are_those_of_the_table(client_as: Browser, reported: Report, town: Town) -> None:
    case = moved(town, reported(), "accept", "clerk", matter_id=town.matter("lamp").id)
    worker = words(client_as("worker").get(url_of(case)))
    assert "认领 c" in worker
    assert "签收 c" not in worker
    assert "派发 s" not in worker
    assert "派发 s" in words(client_as("clerk").get(url_of(case)))
    assert "现在不需要您做什么" in words(client_as("assessor").get(url_of(case)))


def test_why_it_lies_here(client_as: Browser, reported: Report, town: Town) -> None:
    case = moved(town, reported(), "accept", "clerk", matter_id=town.matter("lamp").id)
    page = words(client_as("worker").get(url_of(case)))
    assert "这个事项先由事发网格办理" in page
    assert "位置在别的网格" in page


def test_the_story_in_sentences(client_as: Browser, reported: Report, town: Town) -> None:
    case = moved(town, reported(), "accept", "clerk", matter_id=town.matter("lamp").id)
    moved(town, case, "escalate", "worker", reason="需要登高车")
    page = words(client_as("clerk").get(url_of(case)))
    assert f"从{town.desk(town.grid).name}上报到{town.desk(town.community).name}。" in page
    assert "需要登高车" in page
    assert "钱坐席" in page
    assert "case." not in page


# --- the reporter ---------------------------------------------------------------------------------------------------


def with_reporter(reported: Report, **over: Any) -> Case:
    return reported(reporter_name=NAME, reporter_phone=PHONE, **over)


def test_masked_until_a_reason_is_given(client_as: Browser, reported: Report) -> None:
    case = with_reporter(reported)
    clerk = client_as("clerk")
    page = words(clerk.get(url_of(case)))
    assert "138****5678" in page
    assert PHONE not in page
    assert NAME not in page
    refused = clerk.post(url_of(case) + "reporter/", {"reason": " "})
    assert refused.status_code == 422
    assert PHONE not in words(refused)
    shown = clerk.post(url_of(case) + "reporter/", {"reason": "约上门时间"}, headers={"HX-Request": "true"})
    assert PHONE in words(shown)
    assert NAME in words(shown)
    seen = timeline(case)[-1]
    assert (seen.name, seen.note, seen.actor_name) == ("reporter.seen", "约上门时间", "钱坐席")
    assert "查看了诉求人的联系方式" in words(clerk.get(url_of(case)))


def test_who_may_not_ask_sees_no_button(client_as: Browser, reported: Report, town: Town) -> None:
    case = moved(town, with_reporter(reported), "accept", "clerk", matter_id=town.matter("lamp").id)
    assert "查看联系方式" not in words(client_as("inspector").get(url_of(case)))
    answer = client_as("inspector").post(url_of(case) + "reporter/", {"reason": "看看"})
    assert answer.status_code == 403
    assert PHONE not in words(answer)


def test_a_confidential_reporter_has_no_name(client_as: Browser, reported: Report, town: Town) -> None:
    case = with_reporter(reported, is_confidential=True)
    case = moved(town, case, "accept", "clerk", matter_id=town.matter("lamp").id)
    page = words(client_as("worker").get(url_of(case)))
    assert "张" not in page.replace("张表", "")
    assert "5678" not in page
    assert "保密" in page


# --- files ----------------------------------------------------------------------------------------------------------


def test_pictures_for_those_who_see_the_case(client_as: Browser, reported: Report) -> None:
    case = reported(files=[keep(photo(), at=timezone.now())])
    path = f"{url_of(case)}files/{Attachment.objects.get().pk}/"
    answer = client_as("clerk").get(path)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert client_as("clerk").get(path + "?small").status_code == 200
    assert client_as("stranger").get(path).status_code == 404


def test_a_file_of_another_case_is_not_there(client_as: Browser, reported: Report) -> None:
    reported(files=[keep(photo(), at=timezone.now())])
    other = reported()
    assert client_as("clerk").get(f"{url_of(other)}files/{Attachment.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize("reason", ["字" * 1001, "核\x00实"])
def test_a_reason_that_can_not_be_kept(client_as: Browser, reported: Report, reason: str) -> None:
    case = reported(reporter_name="王女士", reporter_phone="13800001234")
    answer = client_as("clerk").post(url_of(case) + "reporter/", {"reason": reason})
    assert answer.status_code == 422
    assert "13800001234" not in answer.content.decode()
