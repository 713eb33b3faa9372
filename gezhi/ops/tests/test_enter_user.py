"""`gezhi enter-user` opens the first accounts of an installation."""

import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gezhi.accounts.models import User
from gezhi.people.access import actor_for
from gezhi.testing import NOON, Town


def enter(username: str, **options: Any) -> str:
    output = io.StringIO()
    call_command("enter_user", username, name="新同事", generate=True, stdout=output, **options)
    return output.getvalue()


def test_an_account_with_a_post(town: Town) -> None:
    output = enter("newcomer", role="community_clerk", desk=town.community)
    user = User.objects.get(username="newcomer")
    password = re.search(r"：(\S+)$", output.strip())
    assert password is not None
    assert user.check_password(password[1])
    assert actor_for(user, at=user.created_at).may("case.accept", area=town.community)


def test_an_officer_handles_no_cases(town: Town) -> None:
    enter("keeper", officer="system")
    actor = actor_for(User.objects.get(username="keeper"), at=NOON)
    assert actor.may("user.edit")
    assert not actor.has("case.see")


def test_all_or_nothing(town: Town) -> None:
    with pytest.raises(CommandError):
        enter("newcomer", role="community_clerk", desk="999")
    with pytest.raises(CommandError):
        enter("newcomer", role="grid_worker", desk=town.community)
    assert not User.objects.filter(username="newcomer").exists()
    with pytest.raises(CommandError):
        enter("clerk")
