"""Short ways to a unit, a need and a project, through the actions."""

from datetime import date, timedelta
from typing import Any

from gezhi.cobuild.actions import (
    enter_partner,
    finish_project,
    plan_milestone,
    reach_milestone,
    start_project,
    state_need,
)
from gezhi.cobuild.models import Need, Partner, Project
from gezhi.territory.models import Area
from gezhi.testing import NOON, Town

DUE = date(2026, 4, 1)


def area(code: str) -> Area:
    return Area.objects.get(code=code)


def who(town: Town, key: str = "clerk") -> dict[str, Any]:
    return {"actor": town.actor(key), "at": NOON}


def partner(town: Town, name: str = "示例幼儿园", kind: str = "enterprise", code: str = "", **over: Any) -> Partner:
    return enter_partner(name, kind, area(code or town.community), **(who(town) | over))


def need(town: Town, title: str = "缺一间活动室", topic: str = "room", code: str = "", **over: Any) -> Need:
    return state_need(area(code or town.grid), topic, title, **(who(town) | over))


def project(town: Town, **over: Any) -> Project:
    given: dict[str, Any] = {
        "title": "周末借用活动室",
        "due_on": DUE,
        "parts": [(over.pop("by", None) or partner(town), None)],
    } | over
    return start_project(given.pop("title"), area(given.pop("code", town.community)), **(who(town) | given))


def finished(town: Town, one: Project, days: int = 1) -> Project:
    """With one milestone, reached."""
    step = plan_milestone(one, "腾出房间", due_on=DUE, **who(town))
    reach_milestone(step, evidence="房间已经腾出，门口贴了开放时间。", **who(town))
    one.refresh_from_db()
    later = who(town) | {"at": NOON + timedelta(days=days)}
    finish_project(one, outcome="每周六上午开放。", cost_fen=123_450, **later)
    return one
