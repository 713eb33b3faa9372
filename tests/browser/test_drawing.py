"""A plan is drawn in a real browser: a shared vertex, split, undo, a planted gap, two people at once, by keyboard alone, on a phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gezhi.kernel.calendar import local_day
from gezhi.territory.actions import draft_plan
from gezhi.territory.models import Area, Plan
from gezhi.territory.plans import outlook
from gezhi.territory.tests.planning import merging
from gezhi.testing import Town
from tests.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]


@pytest.fixture
def plan(live_server: Any, town: Town) -> Plan:
    """A draft of the first community that wants nothing but what will be drawn: its first two grids as one, to begin with."""
    now = timezone.now()
    scope = Area.objects.get(code=town.community)
    day = local_day(now) + timedelta(days=30)
    return draft_plan(
        scope, "东片网格优化", "新楼入住，第一网格人多。", [merging(f"{town.community}002", f"{town.community}003")],
        actor=town.actor("clerk", at=now), at=now, takes_effect_on=day,
    )  # fmt: skip


def opened(page: Any, plan: Plan) -> Any:
    page.goto(f"/operation/land/plans/{plan.pk}/draw/")
    page.wait_for_selector("#draw[data-ready]")
    return page


def told(page: Any) -> dict[str, Any]:
    """What would be sent now."""
    return page.evaluate(
        "() => { const detail = {}; document.getElementById('draw').dispatchEvent(new CustomEvent('tell', {detail})); return detail.drawing; }"
    )


def test_it_opens(plan: Plan, town: Town, page: Any, enter: Enter, screenshot: Any, accessible: Any) -> None:
    enter(page, town.user("clerk"))
    opened(page, plan)
    page.keyboard.press("j")
    page.wait_for_timeout(500)
    screenshot(page, "draw-desk")
    print(told(page))
    accessible(page)
