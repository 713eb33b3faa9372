"""Accounts are entered, given duties and closed by the officers alone; each change leaves an event without a name in it."""

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model

from gezhi.accounts import actions
from gezhi.accounts.duties import DUTY_RIGHTS, OFFICER_RIGHTS
from gezhi.accounts.models import Officer, User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town

GOOD = "blue-Lantern-42"


def enter(town: Town, key: str = "officer_system", **over: object) -> User:
    inputs = {"username": "newcomer", "name": "许新人", "password": GOOD} | over
    return actions.enter_user(actor=town.actor(key), at=NOON, **inputs)  # type: ignore[arg-type]


def test_a_system_officer_opens_an_account_that_can_sign_in(town: Town) -> None:
    user = enter(town)
    assert get_user_model().objects.get(username="newcomer").check_password(GOOD)
    event = timeline(user)[-1]
    assert event.name == "user.entered"
    assert event.actor_id == town.user("officer_system").pk
    assert "许新人" not in str(event.data) + event.note
    assert "newcomer" not in str(event.data) + event.note


def test_without_a_password_nobody_gets_in(town: Town) -> None:
    assert not enter(town, password=None).has_usable_password()


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"username": "王"}, "bad_username"),
        ({"username": "ab"}, "bad_username"),
        ({"username": "new comer"}, "bad_username"),
        ({"username": "n" * 61}, "bad_username"),
        ({"username": "clerk"}, "username_taken"),
        ({"name": "  "}, "empty"),
        ({"name": "许" * 41}, "too_long"),
        ({"name": "许\x00"}, "not_text"),
        ({"work_phone": "1" * 21}, "too_long"),
        ({"password": "short"}, "weak_password"),
        ({"password": "1234567890123"}, "weak_password"),
        ({"password": "newcomer2026"}, "weak_password"),
    ],
)
def test_bad_accounts_are_refused_and_nothing_is_entered(town: Town, over: dict[str, str], code: str) -> None:
    before = User.objects.count()
    with pytest.raises(Refused) as refused:
        enter(town, **over)
    assert refused.value.code == code
    assert refused.value.field
    assert User.objects.count() == before


def test_of_many_accounts_all_or_none_are_entered(town: Town) -> None:
    before = User.objects.count()
    twice = [actions.NewUser("first1", "许一"), actions.NewUser("first1", "许二")]
    with pytest.raises(Refused, match="first1"):
        actions.enter_users(twice, actor=town.actor("officer_system"), at=NOON)
    assert User.objects.count() == before


ACTS: dict[str, tuple[str, Callable[[Town, Actor], object]]] = {
    "enter": ("user.edit", lambda t, a: actions.enter_user(actor=a, at=NOON, username="newcomer", name="许")),
    "set_password": ("user.edit", lambda t, a: actions.set_password(t.user("clerk"), GOOD, actor=a, at=NOON)),
    "end_sessions": ("user.edit", lambda t, a: actions.end_sessions(t.user("clerk"), actor=a, at=NOON)),
    "retire": ("user.edit", lambda t, a: actions.retire_user(t.user("clerk"), actor=a, at=NOON)),
    "record_factor": (
        "user.edit",
        lambda t, a: actions.record_factor(t.user("clerk"), "user.second_factor_added", actor=a, at=NOON),
    ),
    "set_officer": (
        "user.authorise",
        lambda t, a: actions.set_officer(t.user("nobody"), Officer.AUDIT, actor=a, at=NOON),
    ),
    "issue_token": (
        "token.edit",
        lambda t, a: actions.issue_token(
            t.user("clerk"), actor=a, at=NOON, label="热线对接", expires_at=NOON.replace(month=6)
        ),
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["officer_system", "officer_security", "officer_audit", "district_clerk", "nobody"])
def test_each_duty_does_its_own_and_nothing_else(town: Town, who: str, act: str) -> None:
    right, run = ACTS[act]
    actor = town.actor(who)
    before = town.user("clerk").version
    if right in OFFICER_RIGHTS[Officer(town.user(who).officer)]:
        run(town, actor)
        return
    with pytest.raises(Denied):
        run(town, actor)
    assert User.objects.get(username="clerk").version == before


def test_no_right_belongs_to_two_duties() -> None:
    given = [right for rights in OFFICER_RIGHTS.values() for right in rights]
    assert sorted(given) == sorted(DUTY_RIGHTS)


def test_nobody_appoints_or_retires_himself(town: Town) -> None:
    security, system = town.user("officer_security"), town.user("officer_system")
    with pytest.raises(Refused):
        actions.set_officer(security, Officer.SYSTEM, actor=town.actor("officer_security"), at=NOON)
    with pytest.raises(Refused):
        actions.retire_user(system, actor=town.actor("officer_system"), at=NOON)


def test_a_new_duty_replaces_the_old_one(town: Town) -> None:
    user = town.user("officer_audit")
    actions.set_officer(user, Officer.SYSTEM, actor=town.actor("officer_security"), at=NOON)
    user.refresh_from_db()
    assert user.officer == "system"
    assert user.sessions_after == NOON
    assert timeline(user)[-1].data == {"officer": "system", "before": "audit"}
    with pytest.raises(Refused):
        actions.set_officer(user, "king", actor=town.actor("officer_security"), at=NOON)


def test_a_retired_user_has_no_rights_and_no_duty(town: Town) -> None:
    user = town.user("officer_audit")
    actions.retire_user(user, actor=town.actor("officer_system"), at=NOON, reason="调离")
    user.refresh_from_db()
    assert not user.is_active
    assert user.officer == ""
    assert town.actor("officer_audit").grants == ()
    assert faults(timeline(user), version=user.version) == []
    with pytest.raises(Refused):
        actions.set_officer(user, Officer.AUDIT, actor=town.actor("officer_security"), at=NOON)


def test_one_changes_ones_own_password_without_any_right(town: Town) -> None:
    actions.set_password(town.user("nobody"), GOOD, actor=town.actor("nobody"), at=NOON)
    user = User.objects.get(username="nobody")
    assert user.check_password(GOOD)
    assert user.sessions_after is None
    with pytest.raises(Refused):
        actions.set_password(user, "12345", actor=town.actor("nobody"), at=NOON)


def test_a_password_given_by_another_ends_the_sessions(town: Town) -> None:
    actions.set_password(town.user("clerk"), GOOD, actor=town.actor("officer_system"), at=NOON)
    assert User.objects.get(username="clerk").sessions_after == NOON
