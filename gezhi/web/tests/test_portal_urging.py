"""The reporter urges by receipt code, once in a while; what stands still, was extended or merged is told kindly."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gezhi.cases.models import Case
from gezhi.kernel.events import timeline
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.conftest import Caller
from gezhi.web.tests.resident import words


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    cache.clear()
    return Circumstances(town, reported)


def follow(client: Client, case: Case) -> str:
    return words(client.get(f"/follow/?code={case.receipt_code}"))


def test_urged_once_and_again_tomorrow(client: Client, made: Circumstances) -> None:
    case = made.held()
    assert "催办" in follow(client, case)
    answer = client.post("/follow/urge/", {"code": case.receipt_code}, follow=True)
    page = words(answer)
    assert "已经催办，承办的岗台会收到提醒" in page
    assert "以后可以再催" in page
    event = timeline(case)[-1]
    assert (event.name, event.data["by"]) == ("case.urged", "resident")
    again = client.post("/follow/urge/", {"code": case.receipt_code})
    assert again.status_code == 422
    assert "刚刚催办过" in words(again)
    assert [event.name for event in timeline(case)].count("case.urged") == 1


def test_nothing_to_urge_once_answered(client: Client, made: Circumstances) -> None:
    case = made.answered()
    page = client.get(f"/follow/?code={case.receipt_code}").content.decode()
    assert "/follow/urge/" not in page
    assert client.post("/follow/urge/", {"code": case.receipt_code}).status_code == 422


def test_a_guessed_code_urges_nothing(client: Client, made: Circumstances) -> None:
    made.held()
    assert client.post("/follow/urge/", {"code": "nonsense"}).status_code == 404
    assert client.get("/follow/urge/").status_code == 405


def test_it_takes_no_cookie(made: Circumstances) -> None:
    """The code is the key; the page of somebody who holds it leaves nothing in the browser."""
    case = made.held()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/follow/urge/", {"code": case.receipt_code}).status_code == 302
    assert not strict.cookies


def test_over_http(resident: Caller, made: Circumstances) -> None:
    case = made.held()
    first = resident.post(f"/reports/{case.receipt_code}/urge", key="a-long-enough-key-1")
    assert first.status == 201, first.body
    assert resident.post(f"/reports/{case.receipt_code}/urge", key="a-long-enough-key-1").body == first.body
    assert resident.post(f"/reports/{case.receipt_code}/urge").status == 422


def test_what_stands_still_says_until_when(client: Client, made: Circumstances) -> None:
    case = made.suspended()
    page = follow(client, case)
    assert "暂时解决不了，已挂账" in page
    assert "已经批准先挂账" in page
    assert "比说好的时间晚了" not in page
    assert "等老旧小区改造" not in page, "reasons stay inside"


def test_more_time_is_told(client: Client, made: Circumstances) -> None:
    case = made.move(made.asked(), "grant_extension", "clerk")
    page = follow(client, case)
    assert "已经批准延长一次办理时间" in page
    assert "要等配件" not in page


def test_merged_follows_the_main_case(client: Client, made: Circumstances) -> None:
    case = made.merged()
    main = Case.objects.get(pk=case.merged_into_id)
    due = timezone.localtime() + timedelta(days=400)
    Case.objects.filter(pk=main.pk).update(due_at=due)
    page = follow(client, case)
    assert "与另一件合并办理" in page
    assert made.town.desk(made.town.grid).name in page, "who answers is who handles the main case"
    assert str(due.year) in page
    assert main.receipt_code not in page
    assert main.number not in page
