"""A token acts for its user until it ends, is revoked, or the user leaves. Nobody can read it again."""

from datetime import timedelta

import pytest

from gezhi.accounts import actions
from gezhi.accounts.models import ApiToken
from gezhi.accounts.tokens import user_for
from gezhi.kernel.access import Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import look
from gezhi.testing import NOON, Town

DAY = timedelta(days=1)


def issue(town: Town, **over: object) -> tuple[ApiToken, str]:
    inputs = {"label": "热线对接", "expires_at": NOON + DAY} | over
    user = inputs.pop("user", town.user("clerk"))
    return actions.issue_token(user, actor=town.actor("officer_system"), at=NOON, **inputs)  # type: ignore[arg-type]


def test_it_acts_for_its_user_until_the_instant_it_ends(town: Town) -> None:
    _, plain = issue(town)
    assert user_for(plain, at=NOON) == town.user("clerk")
    assert user_for(plain, at=NOON + DAY - timedelta(seconds=1)) == town.user("clerk")
    assert user_for(plain, at=NOON + DAY) is None


def test_only_a_digest_is_kept(town: Town) -> None:
    token, plain = issue(town)
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert plain not in str(row)
    assert not Event.objects.filter(subject_kind="api_token").filter(data__icontains=plain[:12]).exists()
    assert timeline(token)[0].data["user"] == town.user("clerk").pk


@pytest.mark.parametrize("wrong", ["", "gezhi_", "x" * 49, "gezhi_" + "x" * 43, "gezhi_" + "x" * 10_000_000, "令牌"])
def test_anything_else_is_nobody(town: Town, wrong: str) -> None:
    issue(town)
    assert user_for(wrong, at=NOON) is None


def test_a_token_costs_a_statement_once_and_a_guess_each_time(town: Town, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    _, plain = issue(town)
    look()
    for text, cost in ((plain, 1), (plain, 0), ("nonsense", 1), ("nonsense", 1), ("", 1)):
        with django_assert_num_queries(cost):
            user_for(text, at=NOON)


def test_a_revoked_token_is_over_at_once(town: Town) -> None:
    token, plain = issue(town)
    assert user_for(plain, at=NOON) is not None, "now it is remembered"
    actions.revoke_token(token, actor=town.actor("officer_system"), at=NOON)
    assert user_for(plain, at=NOON) is None
    actions.revoke_token(token, actor=town.actor("officer_system"), at=NOON)
    assert [event.name for event in timeline(token)] == ["api_token.issued", "api_token.revoked"]


def test_its_user_may_revoke_it_and_a_stranger_not(town: Town) -> None:
    token, plain = issue(town)
    with pytest.raises(Denied):
        actions.revoke_token(token, actor=town.actor("stranger"), at=NOON)
    assert user_for(plain, at=NOON) is not None
    actions.revoke_token(token, actor=town.actor("clerk"), at=NOON)
    assert user_for(plain, at=NOON) is None


def test_the_tokens_of_a_retired_user_end(town: Town) -> None:
    token, plain = issue(town)
    assert user_for(plain, at=NOON) is not None, "now it is remembered"
    actions.retire_user(town.user("clerk"), actor=town.actor("officer_system"), at=NOON)
    assert user_for(plain, at=NOON) is None
    token.refresh_from_db()
    assert token.revoked_at == NOON


@pytest.mark.parametrize(
    "over",
    [
        {"label": " "},
        {"label": "长" * 61},
        {"expires_at": NOON},
        {"expires_at": NOON - DAY},
        {"expires_at": NOON + 367 * DAY},
    ],
)
def test_without_purpose_or_end_none_is_issued(town: Town, over: dict[str, object]) -> None:
    with pytest.raises(Refused):
        issue(town, **over)
    assert not ApiToken.objects.exists()


def test_none_is_issued_for_an_officer(town: Town) -> None:
    with pytest.raises(Refused):
        issue(town, user=town.user("officer_audit"))


def test_a_remembered_token_acts_for_what_its_user_is_now(town: Town) -> None:
    _, plain = issue(town)
    assert user_for(plain, at=NOON) is not None
    actions.set_officer(town.user("clerk"), "audit", actor=town.actor("officer_security"), at=NOON)
    found = user_for(plain, at=NOON)
    assert found is not None
    assert found.officer == "audit"
