"""Following by receipt code: all that concerns the resident, nothing that concerns only the house."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gezhi.cases.actions import reveal_reporter, sound_alarms, take
from gezhi.kernel.numbers import receipt_code
from gezhi.testing import Town
from gezhi.web.tests.resident import TEXT, answered, photo, send, words


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def test_the_code_opens_the_case_however_it_is_typed(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now())
    for typed in (case.receipt_code, case.receipt_code.lower(), case.receipt_code.replace("-", " ")):
        page = client.get("/follow/", {"code": typed})
        assert page.status_code == 200
        assert TEXT in words(page)


def test_a_new_report_names_desk_next_step_and_time(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now())
    page = words(client.get("/follow/", {"code": case.receipt_code}))
    assert case.desk.name in page
    assert "决定是否受理" in page
    assert timezone.localtime(case.due_at).strftime("%H:%M") in page
    assert "已收到，等待受理" in page


def test_five_steps_with_the_present_one_marked(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now())
    take("accept", case, actor=town.actor("clerk"), at=timezone.now(), matter_id=town.matter("lamp").id)
    body = client.get("/follow/", {"code": case.receipt_code}).content.decode()
    assert [body.count(f'<li class="{state}"') for state in ("done", "now", "todo")] == [2, 1, 2]
    assert body.count('aria-current="step"') == 1


def test_the_whole_way_is_told_without_names_and_inner_notes(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    take("note", case, actor=town.actor("clerk"), at=timezone.now(), note="内部：此人常来电")
    page = words(client.get("/follow/", {"code": case.receipt_code}))
    assert "路灯已经修好，换了灯泡。" in page
    assert "请您评价" in page
    for desk in (town.desk(town.community), town.desk(town.grid)):
        assert desk.name in page
    for inner in ("钱坐席", "王专职", "此人常来电", "灯杆编号"):
        assert inner not in page


def test_a_declined_report_shows_the_answer_and_not_the_inner_reason(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now())
    reason, answer = "内部理由：重复件", "这件事归燃气公司管，请拨 96777。"
    take("decline", case, actor=town.actor("clerk"), at=timezone.now(), reason=reason, answer=answer)
    page = words(client.get("/follow/", {"code": case.receipt_code}))
    assert "不予受理" in page
    assert answer in page
    assert reason not in page


def test_lateness_is_admitted(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now() - timedelta(days=60))
    sound_alarms(at=timezone.now())
    page = words(client.get("/follow/", {"code": case.receipt_code}))
    assert "比说好的时间晚了" in page


def test_the_phone_is_masked_and_its_reading_is_told(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now(), reporter_name="张三丰", reporter_phone="13812345678")
    assert "查看了您留的姓名和电话" not in words(client.get("/follow/", {"code": case.receipt_code}))
    reveal_reporter(case, actor=town.actor("clerk"), at=timezone.now(), reason="核实地址")
    page = words(client.get("/follow/", {"code": case.receipt_code}))
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "张三丰" not in page
    assert "查看了您留的姓名和电话" in page
    assert "核实地址" not in page


def test_own_photos_are_shown(town: Town, client: Client) -> None:
    case = send(client, photos=[photo()])
    body = client.get("/follow/", {"code": case.receipt_code}).content.decode()
    assert body.count('src="/follow/photo/') == 1


@pytest.mark.parametrize("path", ["/follow/?code={}", "/report/done/{}/"])
def test_a_wrong_code_gets_a_kind_word(town: Town, client: Client, path: str) -> None:
    page = client.get(path.format(receipt_code()))
    assert page.status_code == 404
    assert "没有找到这个回执码" in words(page)


@pytest.mark.parametrize("path", ["/follow/?code={}", "/report/done/{}/"])
def test_guessing_is_stopped_and_then_even_the_right_code_waits(town: Town, client: Client, path: str) -> None:
    case = town.report(at=timezone.now())
    for _ in range(10):
        assert client.get(path.format(receipt_code())).status_code == 404
    assert client.get(path.format(receipt_code())).status_code == 429
    assert client.get(f"/follow/?code={case.receipt_code}").status_code == 429
    other_network = client.get(f"/follow/?code={case.receipt_code}", REMOTE_ADDR="192.0.2.9")
    assert other_network.status_code == 200


def test_slips_of_the_finger_are_no_guesses(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now())
    wrong = ("2" if case.receipt_code[0] != "2" else "3") + case.receipt_code[1:]
    for _ in range(15):
        assert client.get("/follow/", {"code": wrong}).status_code == 404
    assert client.get("/follow/", {"code": case.receipt_code}).status_code == 200


def test_the_page_is_kept_out_of_caches_and_referrers(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now())
    page = client.get("/follow/", {"code": case.receipt_code})
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert not page.cookies


def test_following_takes_few_statements(town: Town, client: Client, django_assert_max_num_queries: object) -> None:
    case = answered(town, at=timezone.now())
    client.get("/follow/", {"code": case.receipt_code})
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get("/follow/", {"code": case.receipt_code})
