"""Writes to the district's numbers."""

import csv
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.workforce.models import Policy, PolicyKind
from gezhi.workforce.policies import REGISTER

RIGHT = "training.require"
SHIPPED = Path(__file__).parent.parent / "catalogue"
# The shipped numbers hold for everything that is in the district's records already.
LONG_AGO = date(2000, 1, 1)


def set_policy(kind: str, number: int, *, actor: Actor, at: datetime, valid_from: date, basis: str = "") -> Policy:
    """A number from a day on. Refused for days that are past, because people were judged by the number of their day."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if kind not in PolicyKind.values:
        raise Refused("no_such_kind", _("没有这一项规定。"), field="kind")
    if not 0 < number <= 1000:
        raise Refused("no_number", _("数值应在 1 至 1000 之间。"), field="number")
    basis = typed(basis, field="basis", longest=200)
    with unit():
        if valid_from < local_day(at) and Policy.objects.filter(kind=kind).exists():
            raise Refused("retroactive", _("已经过去的日子按当时的规定，请从今天或以后开始。"), field="valid_from")
        with first_come("policy_there", _("这一天已经有一条规定。"), field="valid_from"):
            row = Policy.objects.create(kind=kind, number=number, basis=basis, valid_from=valid_from, version=1)
        data = {"kind": kind, "number": number, "valid_from": valid_from.isoformat()}
        found(row, Fact("workforce_policy.set", data), actor=actor, at=at)
        touch(REGISTER)
    return row


def load_policies(*, actor: Actor, at: datetime, valid_from: date = LONG_AGO) -> int:
    """The shipped numbers, each where the district has none; how many were written."""
    known = set(Policy.objects.values_list("kind", flat=True))
    rows = [row for row in shipped("policy.csv") if row["kind"] not in known]
    with unit():
        for row in rows:
            set_policy(row["kind"], int(row["number"]), actor=actor, at=at, valid_from=valid_from, basis=row["basis"])
    return len(rows)


def shipped(name: str) -> list[dict[str, str]]:
    """The rows of a file that comes with Gezhi."""
    with (SHIPPED / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
