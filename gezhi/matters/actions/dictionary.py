"""Writes to what judges applications and the ledger: the dictionary of data fields, the standing sentence, the rule of balance."""

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.matters.dictionary import REGISTER, Fields, fields, load_fields, plain
from gezhi.matters.models import Application, BalanceRule, DataField, DemandField, Matter, StandingSentence

RIGHT = "matter.edit"
SHIPPED = Path(__file__).parent.parent / "catalogue"
BEGINNING = date(2000, 1, 1)
MEANWHILE = ("dictionary_meanwhile", _("刚刚有人改动了数据项字典，请看过最新情况再提交。"))
RETROACTIVE = _("已经过去的日子按当时的规定，不能再改；请从今天或以后开始。")


def define_field(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    name: str,
    held_in: str,
    aliases: Sequence[str] = (),
    matter: Matter | None = None,
) -> tuple[DataField, str]:
    """Enter a data field or change it; what was done: "inserted", "updated" or "unchanged". Refused: a name that another field has already."""
    actor.require(RIGHT, area=settings.DISTRICT)
    code = typed(code, field="code", longest=40, empty=_("数据项要有代码。"))
    columns = {
        "name": typed(name, field="name", longest=40, empty=_("数据项要有名称。")),
        "aliases": [typed(one, field="aliases", longest=40) for one in dict.fromkeys(aliases) if one.strip()],
        "held_in": typed(held_in, field="held_in", longest=100, empty=_("请写明这一项由哪里掌握。")),
    }
    with unit():
        row = DataField.objects.filter(code=code).first()
        known = load_fields()
        for one in (columns["name"], *columns["aliases"]):
            other = known.held(str(one))
            if other is not None and other.code != code:
                message = _("「%(name)s」已经是数据项「%(other)s」的名称。") % {"name": one, "other": other.name}
                raise Refused("name_taken", message, field="name")
        if row is None:
            with first_come(*MEANWHILE, field="code"):
                row = DataField.objects.create(code=code, matter=matter, version=1, **columns)
            found(row, Fact("data_field.defined", {"code": code, **columns}), actor=actor, at=at)
            touch(REGISTER)
            return row, "inserted"
        changes = {column: value for column, value in columns.items() if getattr(row, column) != value}
        if not changes:
            return row, "unchanged"
        advance(row, Fact("data_field.changed", {"changes": changes}), actor=actor, at=at, changes=changes)
        touch(REGISTER)
    return row, "updated"


def take_in_fields(application: Application, matter: Matter, *, actor: Actor, at: datetime) -> int:
    """What the forms of an admitted matter ask is held from now on: nobody asks it a second time. The number of fields new to the house."""
    known: Fields = fields()
    new: dict[str, DataField] = {}
    for asked in DemandField.objects.filter(demand__application=application).order_by("pk"):
        key = plain(asked.name)
        held = known.held(asked.name)
        if held is None and key not in new:
            new[key] = DataField.objects.create(
                code=f"{matter.code}.{len(new) + 1}", name=asked.name, held_in=matter.name, matter=matter, version=1
            )
            fact = Fact("data_field.defined", {"code": new[key].code, "matter": matter.pk})
            found(new[key], fact, actor=actor, at=at)
        asked.field_id = held.id if held is not None else new[key].pk
        asked.save(update_fields=["field"])
    if new:
        touch(REGISTER)
    return len(new)


def set_standing_sentence(text: str, *, actor: Actor, at: datetime, valid_from: date) -> StandingSentence:
    """With which words work outside the catalogue is refused from a day on. Refused: nothing said, a day that is past."""
    actor.require(RIGHT, area=settings.DISTRICT)
    text = typed(text, field="text", longest=1_000, empty=_("请写下答复的话。"))
    with unit():
        is_first = not StandingSentence.objects.exists()
        if valid_from < local_day(at) and not is_first:
            raise Refused("retroactive", RETROACTIVE, field="valid_from")
        row = StandingSentence.objects.filter(valid_from=valid_from).first()
        if row is not None:
            advance(row, Fact("standing_sentence.changed", {}, text), actor=actor, at=at, changes={"text": text})
            return row
        with first_come(*MEANWHILE, field="valid_from"):
            row = StandingSentence.objects.create(text=text, valid_from=valid_from, version=1)
        fact = Fact("standing_sentence.set", {"valid_from": valid_from.isoformat()}, text)
        found(row, fact, actor=actor, at=at)
    return row


def set_balance_rule(
    *,
    actor: Actor,
    at: datetime,
    valid_from: date,
    fewest_cases: int,
    least_fen_a_case: int,
    least_received: int,
    basis: str = "",
) -> BalanceRule:
    """When authority and funds don't match the work, from a day on. Refused: figures that can't be, a day that is past."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if not (0 <= fewest_cases <= 10**6 and 0 <= least_fen_a_case <= 10**9 and 0 <= least_received <= 100):
        raise Refused(
            "bad_rule", _("请核对：件数、每件经费不能为负，到账比例在 0 和 100 之间。"), field="least_received"
        )
    columns = {
        "fewest_cases": fewest_cases,
        "least_fen_a_case": least_fen_a_case,
        "least_received": least_received,
        "basis": typed(basis, field="basis", longest=200),
    }
    with unit():
        if valid_from < local_day(at) and BalanceRule.objects.exists():
            raise Refused("retroactive", RETROACTIVE, field="valid_from")
        row = BalanceRule.objects.filter(valid_from=valid_from).first()
        if row is not None:
            advance(row, Fact("balance_rule.changed", columns), actor=actor, at=at, changes=columns)
            return row
        with first_come(*MEANWHILE, field="valid_from"):
            row = BalanceRule.objects.create(valid_from=valid_from, version=1, **columns)
        fact = Fact("balance_rule.set", {"valid_from": valid_from.isoformat(), **columns})
        found(row, fact, actor=actor, at=at)
    return row


def load_governance(*, actor: Actor, at: datetime, folder: Path = SHIPPED) -> Counter[str]:
    """The shipped dictionary, and sentence and rule where the district has none yet; counted by what was done. Repeatable."""
    actor.require(RIGHT, area=settings.DISTRICT)
    done: Counter[str] = Counter()
    with unit():
        with (folder / "fields.csv").open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                aliases = row["aliases"].split()
                _field, outcome = define_field(
                    actor=actor, at=at, code=row["code"], name=row["name"], held_in=row["held_in"], aliases=aliases
                )
                done[outcome] += 1
        with (folder / "governance.csv").open(encoding="utf-8-sig") as file:
            (shipped,) = csv.DictReader(file)
        if not StandingSentence.objects.exists():
            set_standing_sentence(shipped["sentence"], actor=actor, at=at, valid_from=BEGINNING)
            done["inserted"] += 1
        if not BalanceRule.objects.exists():
            numbers = {name: int(shipped[name]) for name in ("fewest_cases", "least_fen_a_case", "least_received")}
            set_balance_rule(actor=actor, at=at, valid_from=BEGINNING, basis=shipped["basis"], **numbers)
            done["inserted"] += 1
    return done
