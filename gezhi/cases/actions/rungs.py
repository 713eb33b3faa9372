"""Writes to the ladder that the clock climbs."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.ladder import Deed, Flight
from gezhi.cases.models import Rung
from gezhi.cases.rungs import REGISTER
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.kernel.worktime import UNITS

RIGHT = "matter.edit"
SHIPPED = Path(__file__).parent.parent / "ladder.csv"
# The shipped ladder holds for everything that is in the district's records already.
LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class NewRung:
    flight: str
    is_emergency: bool
    amount: int
    unit: str
    deed: str
    basis: str = ""


def set_rung(rung: NewRung, *, actor: Actor, at: datetime, valid_from: date) -> Rung:
    """Add a rung from a day on. Refused: no such flight, unit or deed, no time at all, one that stands there already, and days that are past:
    what climbs since then counts the rungs of its day."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if valid_from < local_day(at):
        message = _("已经过去的日子按当时的规则升级，不能再改；请从今天或以后开始。")
        raise Refused("retroactive", message, field="valid_from")
    return keep_rung(rung, actor=actor, at=at, valid_from=valid_from)


def keep_rung(rung: NewRung, *, actor: Actor, at: datetime, valid_from: date) -> Rung:
    if rung.flight not in list(Flight) or rung.deed not in list(Deed) or rung.unit not in UNITS:
        raise Refused("no_such_rung", _("没有这种升级规则。"), field="deed")
    if rung.amount < 1:
        raise Refused("no_time", _("时间要大于零。"), field="amount")
    basis = typed(rung.basis, field="basis", longest=200)
    with unit():
        with first_come("rung_there", _("这一级已经有了，请先结束原来的。"), field="amount"):
            row = Rung.objects.create(
                flight=rung.flight,
                is_emergency=rung.is_emergency,
                amount=rung.amount,
                unit=rung.unit,
                deed=rung.deed,
                basis=basis,
                valid_from=valid_from,
                version=1,
            )
        data = {"flight": rung.flight, "amount": rung.amount, "unit": rung.unit, "deed": rung.deed}
        found(row, Fact("rung.set", data), actor=actor, at=at)
        touch(REGISTER)
    return row


def end_rung(rung: Rung, *, actor: Actor, at: datetime, valid_until: date) -> None:
    """Let a rung hold until a day, its last. What has begun to climb it goes by the rule of its day, so days that are past keep theirs."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if valid_until < local_day(at):
        raise Refused(
            "retroactive", _("已经过去的日子按当时的规则升级，不能再改；最早到今天为止。"), field="valid_until"
        )
    if valid_until < rung.valid_from:
        raise Refused("ends_before_start", _("结束日期不能早于开始日期。"), field="valid_until")
    with unit():
        fact = Fact("rung.ended", {"until": valid_until.isoformat()})
        advance(rung, fact, actor=actor, at=at, changes={"valid_until": valid_until})
        touch(REGISTER)


def load_ladder(*, actor: Actor, at: datetime, valid_from: date = LONG_AGO) -> int:
    """The shipped rungs, where the district has none; the number written."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if Rung.objects.exists():
        return 0
    rungs = list(shipped())
    for rung in rungs:
        keep_rung(rung, actor=actor, at=at, valid_from=valid_from)
    return len(rungs)


def shipped() -> Iterable[NewRung]:
    with SHIPPED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            is_emergency, amount = row["is_emergency"] == "yes", int(row["amount"])
            yield NewRung(row["flight"], is_emergency, amount, row["unit"], row["deed"], row["basis"])


__all__ = ["NewRung", "end_rung", "load_ladder", "set_rung"]
