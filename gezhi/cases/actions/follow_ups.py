"""Writes to the rules by which answers are drawn for 回访."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.follow_up_rules import REGISTER
from gezhi.cases.models import FollowUpRule
from gezhi.cases.sampling import Group
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

RIGHT = "matter.edit"
SHIPPED = Path(__file__).parent.parent / "follow_up_rules.csv"
LONG_AGO = date(2000, 1, 1)


def set_follow_up_rule(
    *,
    actor: Actor,
    at: datetime,
    group: str,
    share: int,
    days: int,
    attempts: int,
    valid_from: date,
    basis: str = "",
) -> FollowUpRule:
    """How a group is followed up from a day on; the row before it ends the day before. Refused: no such group, a share beyond 100, no days
    or attempts, and a change of what held on days that are past."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if group not in list(Group):
        raise Refused("no_such_group", _("没有这一类。"), field="group")
    if not 0 <= share <= 100:
        raise Refused("no_such_share", _("比例在 0 到 100 之间。"), field="share")
    if days < 1 or attempts < 1:
        raise Refused("no_time", _("天数和次数要大于零。"), field="days" if days < 1 else "attempts")
    basis = typed(basis, field="basis", longest=200)
    with unit():
        before = FollowUpRule.objects.filter(group=group).order_by("-valid_from").first()
        if before is not None and valid_from <= max(before.valid_from, local_day(at) - timedelta(days=1)):
            message = _("已经过去的日子按当时的规则抽取，不能再改；请从今天或以后开始。")
            raise Refused("retroactive", message, field="valid_from")
        if before is not None and before.valid_until is None:
            last = valid_from - timedelta(days=1)
            fact = Fact("follow_up_rule.ended", {"until": last.isoformat()})
            advance(before, fact, actor=actor, at=at, changes={"valid_until": last})
        with first_come("rule_there", _("这一类刚刚有人改过，请看过再改。"), field="valid_from"):
            row = FollowUpRule.objects.create(
                group=group,
                share=share,
                days=days,
                attempts=attempts,
                basis=basis,
                valid_from=valid_from,
                version=1,
            )
        data = {"group": group, "share": share, "days": days, "attempts": attempts, "from": valid_from.isoformat()}
        found(row, Fact("follow_up_rule.set", data), actor=actor, at=at)
        touch(REGISTER)
    return row


def load_follow_up_rules(*, actor: Actor, at: datetime, valid_from: date = LONG_AGO) -> int:
    """The shipped rules, where the district has none; the number written."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if FollowUpRule.objects.exists():
        return 0
    with SHIPPED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        set_follow_up_rule(
            actor=actor,
            at=at,
            group=row["group"],
            share=int(row["share"]),
            days=int(row["days"]),
            attempts=int(row["attempts"]),
            basis=row["basis"],
            valid_from=valid_from,
        )
    return len(rows)


__all__ = ["load_follow_up_rules", "set_follow_up_rule"]
