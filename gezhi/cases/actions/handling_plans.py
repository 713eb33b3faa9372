"""Writes to the handling plans."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.handling_plans import REGISTER
from gezhi.cases.models import HandlingPlan
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.matters.models import Category
from gezhi.people.models import DeskKind

RIGHT = "matter.edit"
SHIPPED = Path(__file__).parent.parent / "handling_plans.csv"
LONG_AGO = date(2000, 1, 1)
LONGEST = 4_000


def set_handling_plan(
    *,
    actor: Actor,
    at: datetime,
    category_id: int,
    steps: str,
    valid_from: date,
    level: str = "",
    answer: str = "",
    basis: str = "",
) -> HandlingPlan:
    """How a category is handled at a level ("": all that have none of their own) from a day on; the row before it ends the day before.

    Refused: no such category or level, nothing said, and a day before the row that holds or before today.
    """
    actor.require(RIGHT, area=settings.DISTRICT)
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        raise Refused("no_such_category", _("没有这一类。"), field="category_id")
    if level not in ("", *DeskKind.values):
        raise Refused("no_such_level", _("没有这一级。"), field="level")
    steps = typed(steps, field="steps", longest=LONGEST, empty=_("请写下怎样办理。"))
    answer = typed(answer, field="answer", longest=LONGEST)
    basis = typed(basis, field="basis", longest=200)
    with unit():
        rows = HandlingPlan.objects.filter(category=category, level=level)
        before = rows.order_by("-valid_from").first()
        if before is not None and valid_from <= max(before.valid_from, local_day(at) - timedelta(days=1)):
            message = _("已经过去的日子不能再改；请从今天或以后、并且晚于现行的一条开始。")
            raise Refused("retroactive", message, field="valid_from")
        if before is not None and before.valid_until is None:
            last = valid_from - timedelta(days=1)
            fact = Fact("handling_plan.ended", {"until": last.isoformat()})
            advance(before, fact, actor=actor, at=at, changes={"valid_until": last})
        with first_come("plan_there", _("这一条刚刚有人改过，请看过再改。"), field="valid_from"):
            row = HandlingPlan.objects.create(
                category=category,
                level=level,
                steps=steps,
                answer=answer,
                basis=basis,
                valid_from=valid_from,
                version=1,
            )
        data = {"category": category.code, "level": level, "from": valid_from.isoformat()}
        found(row, Fact("handling_plan.set", data), actor=actor, at=at)
        touch(REGISTER)
    return row


def load_handling_plans(*, actor: Actor, at: datetime, valid_from: date = LONG_AGO) -> int:
    """The shipped plans, where the district has none; the number written. Categories that the district doesn't know are passed over."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if HandlingPlan.objects.exists():
        return 0
    known = dict(Category.objects.values_list("code", "pk"))
    with SHIPPED.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["category"] in known]
    for row in rows:
        set_handling_plan(
            actor=actor,
            at=at,
            category_id=known[row["category"]],
            level=row["level"],
            steps=row["steps"].replace("|", "\n"),
            answer=row["answer"],
            basis=row["basis"],
            valid_from=valid_from,
        )
    return len(rows)


__all__ = ["load_handling_plans", "set_handling_plan"]
