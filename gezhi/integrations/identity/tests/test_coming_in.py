"""From a code of the platform to the workers' app: only for people whom the district has entered, and never by somebody else's link."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.utils import timezone

from gezhi.accounts.actions import retire_user, set_password
from gezhi.accounts.models import Officer, User
from gezhi.integrations.identity.actions import admit, bind, end_binding, forget, open_with
from gezhi.integrations.identity.models import Binding, Ticket
from gezhi.integrations.identity.tests.fake_platform import FakePlatform
from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, timeline
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.testing import NOON, SYSTEM, Town, at_once

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/identity/weixin/admissions"
WEB_VIEW = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0 miniProgram/wx0"
PASSWORD = "correct horse battery"


def come(code: str) -> Any:
    return Client().post(ADDRESS, {"code": code}, content_type="application/json")


def bound(town: Town, platform: FakePlatform, who: str = "worker", identity: str = "o-1") -> Binding:
    platform.codes["first"] = identity
    ticket, nobody = open_with(admit("weixin", "first", at=NOON).ticket, at=NOON)
    assert nobody is None
    return bind(ticket.pk, town.user(who), actor=town.actor(who), at=NOON)


def test_the_first_time_by_hand_and_then_by_itself(town: Town, platform: FakePlatform) -> None:
    set_password(town.user("worker"), PASSWORD, actor=SYSTEM, at=NOON)
    people = User.objects.count()
    platform.codes |= {"c1": "o-worker", "c2": "o-worker"}
    told = come("c1").json()
    assert told["is_bound"] is False
    phone = Client(headers={"User-Agent": WEB_VIEW})
    asked = phone.get(f"/field/enter/?ticket={told['ticket']}", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/account/login/")
    signed = phone.post(asked.redirect_chain[-1][0], {"login": "worker", "password": PASSWORD}, follow=True)
    assert "绑定小程序" in signed.content.decode()
    assert not Binding.objects.exists(), "nothing is bound before the person says so"
    assert phone.post("/field/bind/").headers["Location"] == "/field/enrol/"
    assert Binding.objects.get().user == town.user("worker")

    again = come("c2").json()
    assert again["is_bound"] is True
    other = Client(headers={"User-Agent": WEB_VIEW})
    entered = other.get(f"/field/enter/?ticket={again['ticket']}")
    assert entered.headers["Location"] == "/field/"
    assert other.get("/field/enrol/").status_code == 200
    assert User.objects.count() == people, "nobody was entered by coming in"


def test_a_ticket_opens_once_and_not_for_long(town: Town, platform: FakePlatform) -> None:
    bound(town, platform)
    platform.codes |= {"a": "o-1", "b": "o-1"}
    ticket = come("a").json()["ticket"]
    assert Client(headers={"User-Agent": WEB_VIEW}).get(f"/field/enter/?ticket={ticket}").status_code == 302
    second = Client(headers={"User-Agent": WEB_VIEW})
    assert second.get(f"/field/enter/?ticket={ticket}").status_code == 422
    assert second.get("/field/enrol/").status_code == 302, "still signed out"
    late = admit("weixin", "b", at=NOON).ticket
    with pytest.raises(Refused, match="失效"):
        open_with(late, at=NOON + timedelta(minutes=3))
    with pytest.raises(Refused):
        open_with("made up", at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_in(town: Town, platform: FakePlatform) -> None:
    platform.codes["c"] = "o-9"
    ticket = admit("weixin", "c", at=NOON).ticket
    got = at_once(4, lambda _number: open_with(ticket, at=NOON))
    assert sum(not isinstance(one, Exception) for one in got) == 1
    assert sum(isinstance(one, Refused) for one in got) == 3


def test_a_link_outside_the_program_neither_signs_in_nor_binds(town: Town, platform: FakePlatform) -> None:
    """Somebody sends a ticket of the own to a clerk: opened in a browser it does nothing, and the clerk's session is not used for it."""
    platform.codes |= {"x": "o-evil", "y": "o-evil"}
    victim = Client()
    victim.force_login(town.user("clerk"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert victim.get(f"/field/enter/?ticket={come('x').json()['ticket']}").status_code == 422
    # And in the victim's own web view it begins with signing in anew.
    inside = Client(headers={"User-Agent": WEB_VIEW})
    inside.force_login(town.user("clerk"), backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = inside.get(f"/field/enter/?ticket={come('y').json()['ticket']}")
    assert asked.headers["Location"].startswith("/account/login/")
    assert inside.post("/field/bind/").headers["Location"].startswith("/account/login/")
    assert not Binding.objects.exists()


def test_the_second_factor_is_still_asked_for(town: Town, platform: FakePlatform) -> None:
    bound(town, platform)
    TOTP.activate(town.user("worker"), generate_totp_secret())
    platform.codes["c"] = "o-1"
    phone = Client(headers={"User-Agent": WEB_VIEW})
    asked = phone.get(f"/field/enter/?ticket={come('c').json()['ticket']}")
    assert asked.headers["Location"].startswith("/account/2fa/authenticate/")
    assert phone.get("/field/enrol/").status_code == 302


def test_what_the_platform_says_no_to(platform: FakePlatform, settings: Any) -> None:
    answer = come("never given")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_code")
    assert come("x" * 500).status_code == 422
    assert come("换行\n").status_code == 422
    for mood in ("busy", "broken", "gone"):
        platform.mood = mood
        answer = come("c")
        assert (answer.status_code, answer.json()["code"]) == (503, "platform_silent"), mood
        assert "secret" not in answer.content.decode()
    platform.mood = ""
    settings.WEIXIN_SECRET = ""
    assert come("c").status_code == 404
    assert (
        Client().post("/api/v1/identity/other/admissions", {"code": "c"}, content_type="application/json").status_code
        == 404
    )
    assert not Ticket.objects.exists()


def test_one_identity_one_person(town: Town, platform: FakePlatform) -> None:
    first = bound(town, platform)
    platform.codes |= {"b": "o-1", "c": "o-2"}
    stolen, whose = open_with(admit("weixin", "b", at=NOON).ticket, at=NOON)
    assert whose == town.user("worker")
    with pytest.raises(Conflict, match="已经绑定了别人"):
        bind(stolen.pk, town.user("worker2"), actor=town.actor("worker2"), at=NOON)
    # A new phone with another account of the platform takes the place of the old.
    new, _whose = open_with(admit("weixin", "c", at=NOON).ticket, at=NOON)
    bind(new.pk, town.user("worker"), actor=town.actor("worker"), at=NOON)
    first.refresh_from_db()
    assert first.ended_at == NOON
    assert [event.name for event in timeline(first)] == ["binding.made", "binding.ended"]
    with pytest.raises(Denied):
        end_binding(Binding.objects.get(ended_at__isnull=True), actor=town.actor("worker2"), at=NOON)


def test_officers_sign_in_by_hand(town: Town, platform: FakePlatform) -> None:
    platform.codes["c"] = "o-3"
    ticket, _nobody = open_with(admit("weixin", "c", at=NOON).ticket, at=NOON)
    who = f"officer_{Officer.SYSTEM.value}"
    with pytest.raises(Refused, match="三员"):
        bind(ticket.pk, town.user(who), actor=town.actor(who), at=NOON)


def test_who_leaves_is_bound_no_more(town: Town, platform: FakePlatform) -> None:
    binding = bound(town, platform)
    retire_user(town.user("worker"), actor=SYSTEM, at=NOON)
    platform.codes["c"] = "o-1"
    ticket, whose = open_with(admit("weixin", "c", at=NOON).ticket, at=NOON)
    assert whose is None, "at once, before any event was handed on"
    while dispatch(at=NOON):
        pass
    binding.refresh_from_db()
    assert binding.ended_at is not None
    with pytest.raises(Denied):
        bind(ticket.pk, User.objects.get(pk=binding.user_id), actor=town.actor("worker"), at=NOON)


def test_identities_are_sealed_and_go_in_time(town: Town, platform: FakePlatform) -> None:
    binding = bound(town, platform, identity="o-very-own")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT identity, identity_index FROM {Binding._meta.db_table}")
        assert "o-very-own" not in str(cursor.fetchall())
    end_binding(binding, actor=town.actor("worker"), at=NOON)
    platform.codes["c"] = "o-7"
    admit("weixin", "c", at=NOON)
    forget(at=NOON + timedelta(days=2))
    assert not Ticket.objects.exists()
    binding.refresh_from_db()
    assert binding.identity == "o-very-own"
    forget(at=NOON + timedelta(days=731))
    binding.refresh_from_db()
    assert (binding.identity, binding.identity_index) == ("", "")
    assert timezone.is_aware(binding.ended_at)
