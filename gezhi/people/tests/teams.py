"""People of the support workspace and lists of people, for tests of the teams."""

from datetime import date
from typing import Any

import pytest

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.people.access import actor_for
from gezhi.people.actions import Appointing, appoint, seat
from gezhi.people.models import Post, Source
from gezhi.people.roles import Role
from gezhi.people.sources import Facts
from gezhi.testing import NOON, SYSTEM, Town

TODAY = NOON.date()


def support(town: Town, place: str = "370103001", key: str = "nobody") -> Actor:
    """Somebody of the cast who becomes a support clerk, of the street unless told otherwise, and nothing else."""
    seat(town.user(key), town.desk(place), Role.SUPPORT_CLERK, actor=SYSTEM, at=NOON, from_on=date(2020, 1, 1))
    return actor_for(town.user(key), at=NOON)


def source(code: str) -> Source:
    return Source.objects.get(code=code)


def appointing(town: Town, user: User, **over: Any) -> Appointing:
    """A volunteer as a part-timer of the first grid; everything can be given otherwise."""
    facts = over.pop("facts", Facts())
    given: dict[str, Any] = {
        "desk": town.desk(over.pop("grid", town.grid)),
        "role": Role.PART_TIME_WORKER,
        "from_on": TODAY,
        "source": source(over.pop("source", "volunteer")),
        "channel": "selected",
    }
    return Appointing(user, facts=facts, **(given | over))


def appointed(town: Town, user: User, actor: Actor = SYSTEM, **over: Any) -> Post:
    return appoint(appointing(town, user, **over), actor=actor, at=NOON)


def refused(code: str, do: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        do()
    assert caught.value.code == code
    return caught.value
