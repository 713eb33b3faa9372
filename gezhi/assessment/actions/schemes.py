"""Writes to the schemes."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.assessment.measures import MeasureRow, Voices, faults
from gezhi.assessment.models import Family, Measure, Scheme
from gezhi.assessment.schemes import REGISTER
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.months import before, is_month, month_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

RIGHT = "matter.edit"
SHIPPED = Path(__file__).parent.parent / "scheme.csv"
# The shipped scheme judges everything that is in the district's records already.
LONG_AGO = 200001


@dataclass(frozen=True, slots=True)
class NewScheme:
    name: str
    measures: Sequence[MeasureRow]
    voices: str = Voices.BOTH
    fewest: int = 30
    fewest_public: int = 5
    basis: str = ""


def set_scheme(scheme: NewScheme, *, actor: Actor, at: datetime, from_month: int) -> Scheme:
    """Count rates this way from a month on; the scheme before it ends with the month before.

    Refused: a rate that can't be (see `measures.faults`), fewer than two for the public, and a month that is past, because it has been judged.
    """
    actor.require(RIGHT, area=settings.DISTRICT)
    check(scheme, from_month)
    name = typed(scheme.name, field="name", longest=60, empty=_("请写下评价口径的名称。"))
    basis = typed(scheme.basis, field="basis", longest=200)
    with unit():
        last = Scheme.objects.order_by("-from_month").first()
        if last is not None and (from_month <= last.from_month or from_month < month_of(at)):
            message = _("已经过去的月份按当时的口径评价，不能再改；请从本月或以后开始。")
            raise Refused("retroactive", message, field="from_month")
        if last is not None and last.until_month is None:
            until = before(from_month)
            advance(last, Fact("scheme.ended", {"until": until}), actor=actor, at=at, changes={"until_month": until})
        with first_come("scheme_meanwhile", _("刚刚有人改了评价口径，请看过再改。"), field="from_month"):
            row = Scheme.objects.create(
                name=name,
                voices=scheme.voices,
                fewest=scheme.fewest,
                fewest_public=scheme.fewest_public,
                basis=basis,
                from_month=from_month,
                version=1,
            )
        Measure.objects.bulk_create(
            Measure(
                scheme=row,
                position=position,
                code=one.code,
                name=one.name,
                family=one.family,
                numerator=one.numerator,
                denominator=one.denominator,
                weights={str(level): weight for level, weight in one.weights.items()},
                params=dict(one.params),
            )
            for position, one in enumerate(scheme.measures, start=1)
        )
        data = {"from": from_month, "voices": scheme.voices, "measures": [one.code for one in scheme.measures]}
        found(row, Fact("scheme.set", data), actor=actor, at=at)
        touch(REGISTER)
    return row


def check(scheme: NewScheme, from_month: int) -> None:
    if not is_month(from_month):
        raise Refused("no_such_month", _("没有这个月份。"), field="from_month")
    if scheme.voices not in Voices.values:
        raise Refused("no_such_voices", _("没有这种评价来源。"), field="voices")
    if scheme.fewest < 0 or scheme.fewest_public < 2:
        raise Refused("too_few", _("对外公布的最少件数不能少于 2。"), field="fewest_public")
    if not scheme.measures:
        raise Refused("empty", _("至少要有一个指标。"), field="measures")
    codes = [one.code for one in scheme.measures]
    for one in scheme.measures:
        fault = faults(one)
        if fault or one.family not in Family.values or codes.count(one.code) > 1:
            message = _("指标「%(name)s」定义不完整或者有矛盾。") % {"name": one.name[:20]}
            raise Refused(fault or "bad_measure", message, field="measures", measure=one.code)


def load_scheme(*, actor: Actor, at: datetime, from_month: int = LONG_AGO) -> int:
    """The shipped scheme, where the district has none; the number of measures written."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if Scheme.objects.exists():
        return 0
    measures = shipped()
    scheme = NewScheme("通用评价口径", measures, basis="通用评价口径（初始值，可修改）")
    set_scheme(scheme, actor=actor, at=at, from_month=from_month)
    return len(measures)


def shipped() -> list[MeasureRow]:
    with SHIPPED.open(encoding="utf-8") as file:
        return [
            MeasureRow(
                row["code"],
                row["name"],
                row["family"],
                row["numerator"],
                row["denominator"],
                {int(level): weight for level, weight in json.loads(row["weights"] or "{}").items()},
                json.loads(row["params"] or "{}"),
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


__all__ = ["NewScheme", "load_scheme", "set_scheme", "shipped"]
