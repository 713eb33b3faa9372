"""Plans for the testing town: its grids are rectangles, so what becomes of them is drawn in rectangles too."""

from datetime import date, datetime, timedelta
from typing import Any

from shapely import box, union_all

from gezhi.kernel.calendar import local_day
from gezhi.territory.actions import WantedArea, WantedChange, draft_plan, take_plan_step
from gezhi.territory.models import Area, Plan
from gezhi.testing import HIGH, NOON, WIDE, Town, corner_of, outline_of

DAY = local_day(NOON) + timedelta(days=7)
ON_THE_DAY = NOON + timedelta(days=7)


def part(code: str, west: float = 0, east: float = 1, south: float = 0, north: float = 1) -> Any:
    """A rectangle of a grid, in shares of its width and height."""
    lng, lat = corner_of(code)
    return box(
        round(lng + WIDE * west, 6),
        round(lat + HIGH * south, 6),
        round(lng + WIDE * east, 6),
        round(lat + HIGH * north, 6),
    )


def together(*codes: str) -> Any:
    return union_all([outline_of(code) for code in codes])


def merging(*codes: str, **more: Any) -> WantedChange:
    return WantedChange("merge", codes, [WantedArea(together(*codes), **more)])


def splitting(code: str, at: float = 0.5) -> WantedChange:
    """West and east, cut at a share of the width."""
    return WantedChange("split", [code], [WantedArea(part(code, east=at)), WantedArea(part(code, west=at))])


def leaving_a_gap(code: str) -> WantedChange:
    """The eastern half stops short of a hundredth."""
    return WantedChange("split", [code], [WantedArea(part(code, east=0.5)), WantedArea(part(code, west=0.51))])


def draft(
    town: Town,
    *changes: WantedChange,
    scope: str = "",
    by: str = "clerk",
    at: datetime = NOON,
    day: date = DAY,
    about: Plan | None = None,
) -> Plan:
    area = Area.objects.get(code=scope or town.community)
    return draft_plan(
        area, "网格优化", "规模太小，力量分散。", changes, actor=town.actor(by), at=at, takes_effect_on=day, about=about
    )


def approve(town: Town, plan: Plan, *, at: datetime = NOON, proposer: str = "clerk") -> Plan:
    """All the way up."""
    take_plan_step("submit", plan, actor=town.actor(proposer), at=at)
    take_plan_step("review", plan, actor=town.actor("street_clerk"), at=at)
    return take_plan_step("approve", plan, actor=town.actor("district_clerk"), at=at)
