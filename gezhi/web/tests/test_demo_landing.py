"""The demo's door: open only in a demo, only for invented people; in any other house it does not exist."""

from typing import Any

import pytest
from django.test import Client

from gezhi.accounts.models import User
from gezhi.kernel.models import Installation
from gezhi.testing import FOUNDED, Town
from gezhi.web.tests.resident import words


@pytest.fixture
def demo(town: Town, settings: Any) -> Town:
    """The town as a demo: the setting, a database born as one, and its people invented."""
    settings.DEMO = True
    Installation.objects.create(is_demo=True, founded_at=FOUNDED)
    User.objects.update(is_invented=True)
    return town


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_every_role_has_a_card_with_a_desk(demo: Town, client: Client) -> None:
    page = client.get("/demo/")
    text = words(page)
    assert page.status_code == 200
    for role in ("专职网格员", "社区坐席", "街道坐席", "区指挥中心坐席", "部门经办人", "督查员", "审计管理员"):
        assert role in text
    assert demo.desk(demo.community).name in text


def test_the_cards_belong_to_the_same_ground(demo: Town, client: Client) -> None:
    """So that what the community accepts lands with the worker of the next card."""
    text = words(client.get("/demo/"))
    assert "秦东关" not in text
    for name in ("钱坐席", "陈坐席"):
        assert name in text


def test_the_town_is_described_by_its_own_numbers(demo: Town, client: Client) -> None:
    demo.report()
    town = client.get("/demo/").context["town"]
    assert (town["streets"], town["communities"], town["residential"]) == (2, 4, 12)
    assert (town["cases"], town["open_cases"]) == (1, 1)


def test_entering_signs_in_and_leads_to_the_desk(demo: Town, client: Client) -> None:
    answer = client.post("/demo/enter/", {"user": demo.user("clerk").pk})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert client.session["_auth_user_id"] == str(demo.user("clerk").pk)


def test_entering_as_another_leaves_nothing_of_the_first(demo: Town, client: Client) -> None:
    client.post("/demo/enter/", {"user": demo.user("clerk").pk})
    session = client.session
    session["mark"] = "of the clerk"
    session.save()
    client.post("/demo/enter/", {"user": demo.user("worker").pk})
    assert client.session["_auth_user_id"] == str(demo.user("worker").pk)
    assert "mark" not in client.session


def test_home_shows_the_ribbon_and_the_way_in(demo: Town, client: Client) -> None:
    page = client.get("/")
    assert "演示系统" in words(page)
    assert 'href="/demo/"' in page.content.decode()


def test_looking_never_signs_in(demo: Town, client: Client) -> None:
    assert client.get("/demo/enter/", {"user": demo.user("clerk").pk}).status_code == 405
    assert not is_signed_in(client)


def test_another_site_can_not_enter_for_us(demo: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/demo/enter/", {"user": demo.user("clerk").pk}).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize("key", ["", "0", "999999", "abc", "1 or 1=1", "-1", "①", "9" * 5000], ids=range(8))
def test_nobody_by_that_number(demo: Town, client: Client, key: str) -> None:
    assert client.post("/demo/enter/", {"user": key}).status_code == 404
    assert not is_signed_in(client)


def assert_shut(client: Client, town: Town) -> None:
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/enter/", {"user": town.user("clerk").pk}).status_code == 404
    assert not is_signed_in(client)
    assert "/demo/" not in client.get("/").content.decode()


def test_shut_without_the_setting(demo: Town, client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert_shut(client, demo)


def test_shut_in_a_real_database(demo: Town, client: Client) -> None:
    Installation.objects.update(is_demo=False)
    assert_shut(client, demo)


def test_shut_in_a_database_that_was_never_founded(demo: Town, client: Client) -> None:
    Installation.objects.all().delete()
    assert_shut(client, demo)


@pytest.mark.parametrize("change", [{"is_invented": False}, {"is_active": False}])
def test_shut_for_people_who_are_real_or_gone(demo: Town, client: Client, change: dict[str, bool]) -> None:
    clerk = demo.user("clerk")
    User.objects.filter(pk=clerk.pk).update(**change)
    assert client.post("/demo/enter/", {"user": clerk.pk}).status_code == 404
    assert not is_signed_in(client)
    assert f'value="{clerk.pk}"' not in client.get("/demo/").content.decode()
