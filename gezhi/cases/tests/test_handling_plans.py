"""办理方案模板 by category and level: rows with from-until, the particular one before the general."""

from datetime import timedelta

import pytest

from gezhi.cases.actions import load_handling_plans, set_handling_plan
from gezhi.cases.handling_plans import plan_for
from gezhi.cases.models import HandlingPlan
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.matters.models import Category
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
TODAY = local_day(NOON)
DAY = timedelta(days=1)


def category(code: str = "07") -> int:
    return Category.objects.get(code=code).pk


def put(town: Town, who: str = "district_clerk", **over: object) -> HandlingPlan:
    given = {"category_id": category(), "steps": "先看，再修。", "valid_from": TODAY + DAY} | over
    return set_handling_plan(actor=town.actor(who), at=NOON, **given)


def test_the_plan_of_this_level_goes_before_the_general_one(town: Town) -> None:
    lamp = town.matter("lamp").id
    general = plan_for(lamp, "grid", on=TODAY)
    assert general is not None
    assert (general.level, "产权" in general.steps) == ("", True)
    put(town, level="grid", steps="网格：先看再报。")
    assert plan_for(lamp, "grid", on=TODAY) == general, "not before its day"
    assert plan_for(lamp, "grid", on=TODAY + DAY).steps == "网格：先看再报。"
    assert plan_for(lamp, "community", on=TODAY + DAY) == general
    assert plan_for(None, "grid", on=TODAY) is None


def test_the_row_before_ends_the_day_before_and_the_log_says_who(town: Town) -> None:
    old = HandlingPlan.objects.get(category=category(), level="")
    new = put(town, answer="已修好。", basis="区办〔2026〕3号")
    old.refresh_from_db()
    assert old.valid_until == TODAY
    assert plan_for(town.matter("lamp").id, "grid", on=TODAY).steps == old.steps
    assert [event.actor_name for event in timeline(new)] == [town.user("district_clerk").name]
    assert faults(timeline(old), version=old.version) == []


def test_what_can_not_be_kept(town: Town) -> None:
    for over, code in (
        ({"valid_from": TODAY - DAY}, "retroactive"),
        ({"steps": " "}, "empty"),
        ({"level": "planet"}, "no_such_level"),
        ({"category_id": 0}, "no_such_category"),
    ):
        with pytest.raises(Refused) as refusal:
            put(town, **over)
        assert refusal.value.code == code
    with pytest.raises(Denied):
        put(town, who="street_clerk")


def test_the_shipped_ones_are_loaded_once(town: Town) -> None:
    assert HandlingPlan.objects.filter(category=category()).count() == 2
    assert load_handling_plans(actor=SYSTEM, at=NOON) == 0
