"""Signing in: pages in the look of the house, in Chinese, that say what to do."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from gezhi.accounts.actions import set_password
from gezhi.kernel.access import Actor
from gezhi.testing import FOUNDED, Town
from gezhi.web.tests.resident import words

PASSWORD = "correct-horse-柳巷-7"
OURS = "portal/portal.css"


@pytest.fixture
def clerk(town: Town) -> str:
    set_password(town.user("clerk"), PASSWORD, actor=Actor.system("test"), at=FOUNDED)
    return PASSWORD


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(client: Client, password: str, **extra: Any) -> Any:
    return client.post("/account/login/", {"login": "clerk", "password": password}, **extra)


def test_sign_in_in_chinese(town: Town, client: Client) -> None:
    page = client.get("/account/login/")
    assert OURS in page.content.decode()
    assert "工作人员登录" in words(page)
    assert "登录名" in words(page)


def test_the_right_password_leads_to_the_desk(clerk: str, client: Client) -> None:
    answer = sign_in(client, clerk)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert "notice-success" not in client.get("/operation/").content.decode(), (
        "nobody needs to be told forty times a day"
    )


def test_a_wrong_password_keeps_the_name_and_never_the_password(clerk: str, client: Client) -> None:
    page = sign_in(client, "wrong-password")
    body = page.content.decode()
    assert 'value="clerk"' in body
    assert "wrong-password" not in body
    assert 'role="alert"' in body


def test_the_locked_page_tells_how_long(clerk: str, client: Client) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        page = sign_in(client, "wrong-password")
    assert page.status_code == 429
    assert OURS in page.content.decode()
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    assert f"{minutes} 分钟后可以再试" in words(page)
    assert sign_in(client, clerk).status_code == 429
    assert sign_in(client, clerk, REMOTE_ADDR="192.0.2.8").status_code == 302


def test_a_second_factor_from_enrolment_to_sign_in(clerk: str, client: Client) -> None:
    sign_in(client, clerk)
    asked_again = client.get("/account/2fa/totp/activate/", follow=True)
    assert "请再输一次密码" in words(asked_again)
    here = "/account/reauthenticate/?next=/account/2fa/totp/activate/"
    page = client.post(here, {"password": clerk}, follow=True)
    body = page.content.decode()
    assert OURS in body
    secret = re.search(r'class="secret">([A-Z2-7]+)<', body)
    assert secret is not None
    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert OURS in wrong.content.decode()
    shown = client.post("/account/2fa/totp/activate/", {"code": code_for(secret[1])}, follow=True)
    assert "备用码" in words(shown)
    codes = re.findall(r"<li>(\d+)</li>", client.get("/account/2fa/recovery-codes/").content.decode())
    assert len(codes) >= 8
    assert "已开启" in words(client.get("/account/2fa/"))

    client.post("/account/logout/")
    asked = sign_in(client, clerk, follow=True)
    assert "两步验证" in words(asked)
    assert OURS in asked.content.decode()
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/authenticate/", {"code": codes[0]})["Location"] == "/desk/"


def test_changing_the_password(clerk: str, client: Client) -> None:
    sign_in(client, clerk)
    page = client.get("/account/password/change/")
    assert OURS in page.content.decode()
    short = client.post("/account/password/change/", {"oldpassword": clerk, "password1": "abc", "password2": "abc"})
    assert short.status_code == 200
    assert 'class="error"' in short.content.decode()
    new = "another-horse-槐树-8"
    client.post("/account/password/change/", {"oldpassword": clerk, "password1": new, "password2": new})
    fresh = Client()
    assert sign_in(fresh, new).status_code == 302


def test_signing_out_asks_first(clerk: str, client: Client) -> None:
    sign_in(client, clerk)
    assert "退出登录？" in words(client.get("/account/logout/"))
    assert client.post("/account/logout/")["Location"] == "/"


@pytest.mark.parametrize("path", ["/account/2fa/", "/account/reauthenticate/", "/account/inactive/"])
def test_the_other_pages_wear_our_look(clerk: str, client: Client, path: str) -> None:
    sign_in(client, clerk)
    assert OURS in client.get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("account/messages/logged_in", ""),
        ("account/messages/logged_out", "已退出登录。"),
        ("account/messages/password_changed", "密码已修改。"),
        ("mfa/messages/totp_activated", "两步验证已开启。"),
        ("mfa/messages/totp_deactivated", "两步验证已关闭。"),
        ("mfa/messages/recovery_codes_generated", ""),
    ],
)
def test_what_was_done_is_said_in_our_words(name: str, text: str) -> None:
    """The library's own sentences are translated word by word; an empty one is said by the page that follows."""
    assert render_to_string(f"{name}.txt").strip() == text
