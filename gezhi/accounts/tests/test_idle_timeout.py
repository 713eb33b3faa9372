"""A session left alone ends, and so do those begun before they were ended from elsewhere. What was being typed is kept."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from gezhi.accounts import actions
from gezhi.accounts.middleware import BEGUN, SEEN
from gezhi.testing import Town

pytestmark = pytest.mark.urls("gezhi.accounts.tests.pages")
ClientAs = Callable[[str], Client]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/case/?q=1"}
TYPED = "楼道里的灯坏了，已经报修两次。"


def leave_alone(client: Client, span: timedelta) -> None:
    """Let the session's last use lie this long back."""
    client.get("/")
    session = client.session
    session[SEEN] -= span.total_seconds()
    session.save()


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def goal(address: str) -> str:
    """Where the sign-in page will lead back to."""
    parts = urlsplit(address)
    assert parts.path == "/account/login/"
    return parse_qs(parts.query)["next"][0]


LONG = settings.IDLE_TIMEOUT + timedelta(seconds=1)


def test_a_session_in_use_goes_on(client_as: ClientAs) -> None:
    client = client_as("clerk")
    for _ in range(5):
        leave_alone(client, settings.IDLE_TIMEOUT - timedelta(seconds=30))
        assert is_in(client)


def test_a_session_left_alone_ends_and_leads_back(client_as: ClientAs) -> None:
    client = client_as("clerk")
    leave_alone(client, LONG)
    answer = client.get("/case/?q=1")
    assert answer.status_code == 302
    assert goal(answer.headers["Location"]) == "/case/?q=1"
    assert not is_in(client)


def test_a_fragment_sends_the_whole_page_to_sign_in(client_as: ClientAs) -> None:
    client = client_as("clerk")
    leave_alone(client, LONG)
    answer = client.get("/case/", headers=HTMX)
    assert answer.status_code == 401
    assert goal(answer.headers["HX-Redirect"]) == "/case/?q=1"


@pytest.mark.parametrize(("path", "headers"), [("/api/v1/cases", {}), ("/case/", {"Accept": "application/json"})])
def test_a_program_is_told_in_json(client_as: ClientAs, path: str, headers: dict[str, str]) -> None:
    client = client_as("clerk")
    leave_alone(client, LONG)
    answer = client.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401
    assert "登录" in answer.json()["detail"]


def test_sessions_begun_before_they_were_ended_are_over(town: Town, client_as: ClientAs) -> None:
    here, there = client_as("clerk"), client_as("clerk")
    assert is_in(here)
    assert is_in(there)
    actions.end_sessions(town.user("clerk"), actor=town.actor("clerk"), at=timezone.now())
    assert not is_in(here)
    assert not is_in(there)
    again = client_as("clerk")
    assert is_in(again)
    assert again.session[BEGUN] >= town.user("clerk").sessions_after.timestamp()  # type: ignore[union-attr]


def test_use_costs_a_write_a_minute_at_most(client_as: ClientAs, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = client_as("clerk")
    client.get("/")
    with django_assert_num_queries(2):  # the session and the user
        client.get("/")


# --- nothing typed is lost ------------------------------------------------------------------------------------------


def sign_in_again(client: Client, town: Town, key: str) -> str:
    client.force_login(town.user(key), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.get("/").content.decode()


def typed_too_late(client: Client, *, headers: dict[str, str] | None = None) -> HttpResponseBase:
    leave_alone(client, LONG)
    fields = {"text": TYPED, "matter": "12", "new_password": "blue Lantern 42", "csrf_token": "甲乙丙"}
    return client.post("/case/", fields, headers=headers or {"Referer": "http://testserver/case/?q=1"})


@pytest.mark.parametrize("headers", [None, HTMX])
def test_typed_text_is_shown_again_after_signing_in(
    town: Town, client_as: ClientAs, headers: dict[str, str] | None
) -> None:
    client = client_as("clerk")
    answer = typed_too_late(client, headers=headers)
    address = answer.headers["HX-Redirect" if headers else "Location"]
    assert goal(address) == "/case/?q=1"
    page = sign_in_again(client, town, "clerk")
    assert TYPED in page
    assert "Lantern" not in page
    assert "甲乙丙" not in page
    assert TYPED not in client.get("/").content.decode()


def test_nobody_else_sees_it(town: Town, client_as: ClientAs) -> None:
    client = client_as("clerk")
    typed_too_late(client)
    assert TYPED not in sign_in_again(client, town, "stranger")
    assert TYPED not in sign_in_again(client, town, "clerk")


def test_it_waits_sealed(client_as: ClientAs) -> None:
    client = client_as("clerk")
    typed_too_late(client)
    assert any(str(value).startswith("s1.") for value in client.session.values())
    assert TYPED not in str(dict(client.session))


def test_a_foreign_page_is_never_led_back_to(client_as: ClientAs) -> None:
    client = client_as("clerk")
    leave_alone(client, LONG)
    answer = client.post("/case/", {}, headers={"Referer": "https://evil.example/"})
    assert goal(answer.headers["Location"]) == "/desk/"


def test_residents_are_never_signed_out(town: Town) -> None:
    assert Client().get("/", headers={"HX-Request": "true"}).headers["Location"].startswith("/account/login/")
