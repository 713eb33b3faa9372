"""Signing in: by name and password, with a second factor, and not for ever after wrong guesses."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from gezhi.accounts import actions
from gezhi.accounts.models import User
from gezhi.kernel.events import timeline
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.urls("gezhi.accounts.tests.pages")
PASSWORD = "blue-Lantern-42"
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def house(settings) -> None:  # type: ignore[no-untyped-def]
    """Bare templates: how the pages look is another test's business. What allauth counts in memory starts at nothing."""
    cache.clear()
    settings.LOGOUT_REDIRECT_URL = "home"
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)]},
        }
    ]


FORM = "{{ form.errors }}{{ totp_svg }}secret={{ form.secret }};"
TEMPLATES = {
    "account/login.html": FORM,
    "account/locked.html": "locked",
    "account/account_inactive.html": "inactive",
    "account/reauthenticate.html": FORM,
    "account/password_change.html": FORM,
    "mfa/authenticate.html": FORM,
    "mfa/reauthenticate.html": FORM,
    "mfa/totp/activate_form.html": FORM,
    "mfa/recovery_codes/index.html": "{{ unused_codes }}",
    "mfa/index.html": "index",
    "account/messages/password_changed.txt": "",
    "account/messages/logged_in.txt": "",
    "account/messages/logged_out.txt": "",
    "mfa/messages/totp_activated.txt": "",
    "mfa/messages/recovery_codes_generated.txt": "",
}


@pytest.fixture
def clerk(town: Town) -> User:
    user = town.user("clerk")
    actions.set_password(user, PASSWORD, actor=town.actor("officer_system"), at=NOON)
    return user


def sign_in(client: Client, password: str = PASSWORD, username: str = "clerk"):  # type: ignore[no-untyped-def]
    return client.post(LOGIN, {"login": username, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def test_the_right_password_opens_the_desk(clerk: User, client: Client) -> None:
    assert sign_in(client).headers["Location"] == "/desk/"
    assert is_in(client)


def test_the_next_page_is_kept_but_never_on_another_host(clerk: User) -> None:
    inner = Client().post(f"{LOGIN}?next=/case/", {"login": "clerk", "password": PASSWORD})
    assert inner.headers["Location"] == "/case/"
    outer = Client().post(f"{LOGIN}?next=https://evil.example/", {"login": "clerk", "password": PASSWORD})
    assert outer.headers["Location"] == "/desk/"


@pytest.mark.parametrize("username", ["clerk", "whoever"])
def test_a_wrong_password_and_a_wrong_name_look_the_same(clerk: User, client: Client, username: str) -> None:
    answer = sign_in(client, "wrong", username)
    assert answer.status_code == 200
    assert not is_in(client)
    texts = {re.sub(r"\s+", " ", sign_in(Client(), "wrong", name).content.decode()) for name in ("clerk", "whoever")}
    assert len(texts) == 1


def test_five_failures_lock_even_the_right_password_out(clerk: User, client: Client) -> None:
    for _ in range(4):
        assert sign_in(client, "wrong").status_code == 200
    assert sign_in(client, "wrong").content == b"locked"
    answer = sign_in(client)
    assert (answer.status_code, answer.content) == (429, b"locked")
    assert not is_in(client)
    # Neither another person at the same machine nor the same person elsewhere is locked out with it.
    assert Client().post(LOGIN, {"login": "clerk", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_the_lock_opens_after_its_time(clerk: User, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    for _ in range(5):
        sign_in(client, "wrong")
    assert sign_in(client).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1))
    assert sign_in(client).status_code == 302


def test_success_forgets_earlier_failures(clerk: User, client: Client) -> None:
    for _ in range(4):
        sign_in(client, "wrong")
    assert sign_in(client).status_code == 302
    for _ in range(4):
        assert sign_in(Client(), "wrong").status_code == 200


def test_no_password_is_written_into_the_record_of_failures(clerk: User, client: Client) -> None:
    sign_in(client, "my-Secret-guess")
    assert AccessAttempt.objects.exists()
    assert "my-Secret-guess" not in str(list(AccessAttempt.objects.values()))


def test_a_retired_user_stays_outside(town: Town, clerk: User, client: Client) -> None:
    sign_in(client)
    actions.retire_user(clerk, actor=town.actor("officer_system"), at=NOON)
    assert not is_in(client)
    sign_in(client)
    assert not is_in(client)


def test_sign_up_and_mail_pages_are_closed() -> None:
    for name in ("account_signup", "account_email", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert Client().get("/account/signup/").status_code == 404


def test_one_changes_ones_password_and_other_sessions_end(clerk: User) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    fresh = "green-Lantern-43"
    answer = here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert sign_in(Client(), fresh).status_code == 302
    assert timeline(clerk)[-1].name == "user.password_changed"


def test_a_weak_new_password_is_refused(clerk: User, client: Client) -> None:
    sign_in(client)
    answer = client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"}
    )
    assert answer.status_code == 200
    assert sign_in(Client()).status_code == 302


# --- second factor --------------------------------------------------------------------------------------------------


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def enrol(client: Client) -> str:
    """Set up a second factor; the password is asked for once more."""
    asked = client.get("/account/2fa/totp/activate/")
    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"secret=(\w+);", page)[1]  # type: ignore[index]
    answer = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content
    return secret


def test_with_a_second_factor_the_password_alone_opens_nothing(
    clerk: User,
    client: Client,
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    sign_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        secret = enrol(client)
    assert "user.second_factor_added" in [event.name for event in timeline(clerk)]

    other = Client()
    answer = sign_in(other)
    assert answer.headers["Location"].startswith("/account/2fa/authenticate/")
    assert not is_in(other)
    wrong = other.post("/account/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert not is_in(other)
    other.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert is_in(other)


def test_the_secret_of_the_second_factor_is_sealed(clerk: User, client: Client) -> None:
    sign_in(client)
    secret = enrol(client)
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in rows
    assert "s1." in rows


def test_codes_can_not_be_guessed_without_end(clerk: User, client: Client) -> None:
    sign_in(client)
    secret = enrol(client)
    thief = Client()
    sign_in(thief)
    for guess in range(5):
        thief.post("/account/2fa/authenticate/", {"code": f"{guess:06d}"})
    thief.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert not is_in(thief)
