"""Writes to the rules of scoring."""

import csv
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.calls.models import ScoreRule
from gezhi.calls.score_rules import REGISTER
from gezhi.calls.scoring import Rule
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

RIGHT = "matter.edit"
SHIPPED = Path(__file__).parent.parent / "score_rules.csv"
# The shipped rule holds for everything that is in the district's records already.
LONG_AGO = date(2000, 1, 1)


def set_score_rule(rule: Rule, *, actor: Actor, at: datetime, basis: str = "") -> ScoreRule:
    """A new rule from a day on; the one before ends the day before. Refused: weights that don't make a hundred, and days that are past,
    because scores have been counted by the rule of their day."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if sum(rule.weights) != 100 or min(rule.weights) < 0:
        raise Refused("weights", _("三项权重之和应为 100。"), field="effect")
    if not 0 <= rule.low_level <= 5:
        raise Refused("no_such_level", _("等级是 1 至 5。"), field="low_level")
    if rule.far < 1 or rule.fewest_scores < 1 or rule.fewest_calls < 1:
        raise Refused("no_number", _("偏离和最少次数要大于零。"), field="far")
    basis = typed(basis, field="basis", longest=200)
    with unit():
        if rule.valid_from < local_day(at) and ScoreRule.objects.exists():
            raise Refused(
                "retroactive", _("已经过去的日子按当时的规则计分，不能再改；请从今天或以后开始。"), field="valid_from"
            )
        columns = {name: getattr(rule, name) for name in Rule.__dataclass_fields__}
        with first_come("rule_there", _("这一天已经有一条评分规则。"), field="valid_from"):
            row = ScoreRule.objects.create(**columns, basis=basis, version=1)
        data = {**columns, "valid_from": rule.valid_from.isoformat()}
        found(row, Fact("score_rule.set", data), actor=actor, at=at)
        touch(REGISTER)
    return row


def load_score_rules(*, actor: Actor, at: datetime, valid_from: date = LONG_AGO) -> int:
    """The shipped rule, where the district has none; the number written."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if ScoreRule.objects.exists():
        return 0
    with SHIPPED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        basis = row.pop("basis")
        rule = Rule(valid_from, **{name: int(value) for name, value in row.items()})
        set_score_rule(rule, actor=actor, at=at, basis=basis)
    return len(rows)
