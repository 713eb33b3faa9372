"""The support workspace: who comes in, what stands in its bars, and the way between workspaces."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, SYSTEM, Town
from gezhi.web.tests.resident import words


@pytest.fixture
def supporter(town: Town, client_as: Callable[[str], Client]) -> Client:
    """Somebody who is a support clerk of the street and nothing else."""
    seat(
        town.user("nobody"),
        town.desk(town.street),
        Role.SUPPORT_CLERK,
        actor=SYSTEM,
        at=FOUNDED,
        from_on=date(2020, 1, 1),
    )
    return client_as("nobody")


def test_a_support_clerk_lands_in_support(supporter: Client) -> None:
    answer = supporter.get("/desk/")
    assert (answer.status_code, answer["Location"]) == (302, "/support/")
    page = supporter.get("/support/")
    assert page.status_code == 200
    assert "组织" in words(page)
    assert "队伍" in words(page)


def test_who_has_one_workspace_sees_no_switch(supporter: Client) -> None:
    assert "切换工作台" not in supporter.get("/support/").content.decode()


def test_who_has_two_switches_between_them(town: Town, client_as: Callable[[str], Client]) -> None:
    client = client_as("district_clerk")
    assert client.get("/desk/")["Location"] == "/operation/"
    assert 'href="/support/"' in client.get("/operation/day/").content.decode()
    assert 'href="/operation/"' in client.get("/support/").content.decode()


def test_who_has_no_room_is_sent_to_the_own_desk(town: Town, client_as: Callable[[str], Client]) -> None:
    answer = client_as("worker").get("/support/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert 'href="/support/"' not in client_as("worker").get("/operation/day/").content.decode()


def test_strangers_are_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/support/")["Location"].startswith("/account/login/")


def test_every_page_of_the_bars_opens(supporter: Client) -> None:
    page = supporter.get("/support/")
    for block in page.context["blocks"]:
        for leaf in block["leaves"]:
            from django.urls import reverse

            assert supporter.get(reverse(leaf.url_name)).status_code == 200, leaf.url_name
