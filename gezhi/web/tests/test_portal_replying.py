"""What the holder of a receipt code writes later, on the follow page and over HTTP: an appeal, and what a desk asked to be added."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from gezhi.cases.models import Attachment, Case
from gezhi.kernel.events import timeline
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.conftest import Caller
from gezhi.web.tests.desk import moved
from gezhi.web.tests.resident import photo, words


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    cache.clear()
    return Circumstances(town, reported)


def declined(made: Circumstances) -> Case:
    return made.move(made.report(), "decline", "clerk", reason="内部：踢给物业", answer="这是物业的事。")


def asked(made: Circumstances) -> Case:
    return made.move(made.held(), "ask_reporter", "worker", question="是几号楼的路灯？")


def follow(client: Client, case: Case) -> str:
    return words(client.get(f"/follow/?code={case.receipt_code}"))


def test_an_appeal_from_the_page_to_its_answer(client: Client, made: Circumstances, town: Town) -> None:
    case = declined(made)
    assert "可以申诉一次" in follow(client, case)
    sent = client.post("/follow/appeal/", {"code": case.receipt_code, "reason": "物业早就撤了。"}, follow=True)
    page = words(sent)
    assert "申诉已经收到" in page
    assert "正在复核您的申诉" in page
    assert "踢给物业" not in page
    case = Case.objects.get()
    assert (case.appeal, case.stage) == ("open", "received")
    again = client.post("/follow/appeal/", {"code": case.receipt_code, "reason": "再说一遍。"})
    assert again.status_code == 422
    moved(town, case, "admit", "street_clerk", matter_id=town.matter("lamp").id, answer="您说得对，由网格来办。")
    page = follow(client, case)
    assert "申诉的结果：成立" in page
    assert "您说得对，由网格来办。" in page


def test_a_dismissed_appeal_is_told_and_not_asked_for_again(client: Client, made: Circumstances, town: Town) -> None:
    case = declined(made)
    client.post("/follow/appeal/", {"code": case.receipt_code, "reason": "物业早就撤了。"})
    moved(town, Case.objects.get(), "dismiss", "street_clerk", reason="核实过", answer="已有新物业。")
    page = follow(client, case)
    assert "已有新物业。" in page
    assert "可以申诉一次" not in page


def test_what_was_typed_comes_back_with_the_refusal(client: Client, made: Circumstances) -> None:
    case = declined(made)
    answer = client.post("/follow/appeal/", {"code": case.receipt_code, "reason": "  "})
    assert answer.status_code == 422
    long = "长" * 10_001
    answer = client.post("/follow/appeal/", {"code": case.receipt_code, "reason": long})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert [event.name for event in timeline(case)][-1] == "case.told"


def test_a_supplement_from_the_page(client: Client, made: Circumstances) -> None:
    case = asked(made)
    page = follow(client, case)
    assert "是几号楼的路灯？" in page
    assert "请您补充情况" in page
    sent = client.post(
        "/follow/supplement/", {"code": case.receipt_code, "text": "三号楼。", "photos": photo()}, follow=True
    )
    assert "补充已经收到" in words(sent)
    case = Case.objects.get()
    assert (case.awaits_reporter, case.suspended_at) == (False, None)
    assert Attachment.objects.get(case=case).step == "supplement"
    assert timeline(case)[-1].note == "三号楼。"
    assert client.post("/follow/supplement/", {"code": case.receipt_code, "text": "再补充。"}).status_code == 422


def test_pictures_stay_when_the_words_are_refused(client: Client, made: Circumstances) -> None:
    case = asked(made)
    answer = client.post("/follow/supplement/", {"code": case.receipt_code, "text": " ", "photos": photo()})
    assert answer.status_code == 422
    assert 'name="kept"' in answer.content.decode()


def test_a_guessed_code_writes_nothing_and_no_cookie_is_set(made: Circumstances) -> None:
    case = declined(made)
    strict = Client(enforce_csrf_checks=True)
    for path in ("appeal", "supplement"):
        assert strict.post(f"/follow/{path}/", {"code": "nonsense", "reason": "x", "text": "x"}).status_code == 404
        assert strict.get(f"/follow/{path}/").status_code == 405
    assert strict.post("/follow/appeal/", {"code": case.receipt_code, "reason": "物业撤了。"}).status_code == 302
    assert not strict.cookies


def test_over_http(resident: Caller, made: Circumstances) -> None:
    case = declined(made)
    standing = resident.get(f"/reports/{case.receipt_code}").body
    assert standing["may_appeal"] is True
    assert standing["appeal_until"]
    first = resident.post(f"/reports/{case.receipt_code}/appeal", {"reason": "物业撤了。"}, key="a-long-enough-key-1")
    assert first.status == 201, first.body
    again = resident.post(f"/reports/{case.receipt_code}/appeal", {"reason": "物业撤了。"}, key="a-long-enough-key-1")
    assert again.body == first.body
    assert resident.post(f"/reports/{case.receipt_code}/appeal", {"reason": "再来。"}).status == 422
    assert resident.get(f"/reports/{case.receipt_code}").body["appeal"] == "open"

    waits = asked(made)
    standing = resident.get(f"/reports/{waits.receipt_code}").body
    assert standing["question"] == "是几号楼的路灯？"
    sent = resident.post(f"/reports/{waits.receipt_code}/supplement", {"text": "三号楼。"})
    assert (sent.status, sent.body["stage"]) == (201, "handling")
    assert resident.get(f"/reports/{waits.receipt_code}").body["question"] == ""


def test_the_desk_sees_what_was_asked_and_what_came(client_as: Callable[[str], Client], made: Circumstances) -> None:
    case = asked(made)
    page = words(client_as("worker").get(f"/operation/cases/{case.number}/"))
    assert "等诉求人补充，时钟停走" in page
    Client().post("/follow/supplement/", {"code": case.receipt_code, "text": "三号楼。"})
    page = words(client_as("worker").get(f"/operation/cases/{case.number}/"))
    assert "诉求人补充： 三号楼。" in page or "诉求人补充：三号楼。" in page
