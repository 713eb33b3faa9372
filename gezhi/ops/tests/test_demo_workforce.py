"""The demo's teams: something in every register, by the real actions, on the ground where the accounts to remember work."""

from datetime import date, timedelta

import pytest

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.accounts.models import User
from gezhi.kernel.events import faults, timeline
from gezhi.ops.demo.workforce import staff
from gezhi.people.actions import Seat, seat_many
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town
from gezhi.workforce.actions import load_workforce
from gezhi.workforce.actions.selecting import is_intact
from gezhi.workforce.models import (
    Candidate,
    Certification,
    Device,
    Evaluation,
    Exemption,
    Honour,
    Pass,
    Promotion,
    Round,
    Shift,
    Stock,
    Swap,
    Tenure,
)
from gezhi.workforce.queries import stock_lines

BEGIN = NOON - timedelta(days=44)


@pytest.fixture
def peopled(town: Town) -> Town:
    """The town with the names that the demo remembers, and some more hands in the community."""
    seats = {
        "parttimer": (town.grid, Role.PART_TIME_WORKER),
        "street": (town.street, Role.STREET_CLERK),
        "district": (town.district, Role.DISTRICT_CLERK),
        "support": (town.district, Role.SUPPORT_CLERK),
        "streetsupport": (town.street, Role.SUPPORT_CLERK),
        **{f"hand{number}": (town.grid, Role.PART_TIME_WORKER) for number in range(8)},
    }
    users = enter_users([NewUser(key, f"人{key}") for key in seats], actor=SYSTEM, at=FOUNDED, is_invented=True)
    wanted = [
        Seat(user, town.desk(place), role, date(2020, 1, 1))
        for user, (place, role) in zip(users, seats.values(), strict=True)
    ]
    seat_many(wanted, actor=SYSTEM, at=FOUNDED)
    load_workforce(actor=SYSTEM, at=BEGIN)
    return town


def test_something_stands_in_every_register(peopled: Town) -> None:
    staff(seed=1, start=BEGIN, end=NOON, builder=SYSTEM)
    for model in (Certification, Device, Evaluation, Exemption, Honour, Pass, Promotion, Shift, Swap, Tenure):
        assert model.objects.exists(), model
    assert all(line.balance.is_sound for line in stock_lines(Stock.objects.all()))
    decided, taking = Round.objects.order_by("pk")
    assert (decided.stage, taking.stage) == ("decided", "open")
    assert is_intact(decided)
    assert Candidate.objects.filter(stage="appointed").count() == 1
    assert Candidate.objects.filter(round=taking, stage="proposed").count() == 3
    # Nobody signs in but by the demo's door.
    assert all(not user.has_usable_password() for user in User.objects.filter(is_invented=True))
    for row in (decided, taking):
        assert faults(timeline(row), version=row.version) == []
