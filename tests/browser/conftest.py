"""Towns with something in them, behind a real server."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gezhi.assessment.tests.rows import answers, called
from gezhi.cases.actions import set_follow_up_rule
from gezhi.cases.models import Case
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.events import dispatch
from gezhi.kernel.months import before, month_of
from gezhi.testing import SYSTEM, Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.resident import answered
from tests.browser.phones import waiting


@pytest.fixture
def made(live_server: Any, town: Town) -> Circumstances:
    """The town behind a real server; cases are made as they are needed."""

    def report(**over: Any) -> Case:
        return town.report(**{"at": timezone.now(), **over})

    return Circumstances(town, report)


@pytest.fixture
def measured(live_server: Any, town: Town) -> Town:
    """Two months of answers, some drawn for a call, some of the day."""
    now = timezone.now()
    this = month_of(now)
    lamp, noise = town.matter("lamp").id, town.matter("noise").id
    grids = (town.grid, town.next_grid, f"{town.next_community}001", town.other_grid)
    rows = []
    for number in range(160):
        facts: dict[str, Any] = {
            "month": this if number % 2 else before(this),
            "place": grids[number % 4 if number % 3 else 0],
            "matter_id": lamp if number % 3 else noise,
            "source": "worker" if number % 5 == 0 else "portal",
            "has_point": number % 4 > 0,
            "has_contact": number % 7 > 0,
            "accept_minutes": number * 2,
            "was_suspended": number % 40 == 0,
        }
        if number % 3 == 0:
            facts |= called(
                is_solved=number % 5 > 0, follow_up_service=5 - number % 3, follow_up_outcome=5 - number % 5
            )
        elif number % 3 == 1:
            facts |= {"link_service": 5 - number % 2, "link_outcome": 5 - number % 4}
        rows.append(facts)
    answers(town, *rows)
    set_follow_up_rule(
        actor=SYSTEM, at=now, group="rest", share=100, days=5, attempts=3, valid_from=timezone.localdate(now)
    )
    for number in range(6):
        answered(town, at=now - timedelta(minutes=30 * number), reporter_phone="13812345678", is_emergency=number == 2)
    dispatch(at=now, limit=1000)
    return town


@pytest.fixture
def grid(live_server: Any, town: Town) -> Town:
    """A case that waits in the first grid, a door, a spot and a campaign; behind a real server."""
    now, rounds = timezone.now(), Rounds(town)
    waiting(town, "单元门口的路灯不亮")
    rounds.door(at=now)
    rounds.spot(at=now)
    rounds.running(at=now, due_on=timezone.localdate(now) + timedelta(days=5))
    return town
