from datetime import date, timedelta

import pytest

from gezhi.accounts.actions import enter_user
from gezhi.testing import NOON, SYSTEM, Town
from gezhi.workforce.actions import Measure, Vacancy, plan_round
from gezhi.workforce.tests.life import Selection


@pytest.fixture
def selection(town: Town) -> Selection:
    """A street looks for two part-time workers in the first grid: one condition, two things with points."""
    # A colleague of the street's clerk, because nobody approves what he put forward himself.
    for key in ("hire_one", "hire_two", "hire_three"):
        enter_user(actor=SYSTEM, at=NOON, username=key, name=f"新人{key[5:]}")
    round_ = plan_round(
        actor=town.actor("street_clerk"),
        at=NOON,
        name="西关街道兼职网格员选聘",
        area=town.desk(town.street).area,
        channel="selected",
        apply_until=date(2026, 3, 20),
        openings=[Vacancy(town.desk(town.grid), "part_time_worker", 2)],
        criteria=[Measure("常住本社区"), Measure("群众基础", 60), Measure("服务意愿", 40)],
    )
    return Selection(town, round_.pk, NOON + timedelta(hours=1))
