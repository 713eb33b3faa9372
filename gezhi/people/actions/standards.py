"""Writes to the rules of staffing: formulas, sources, and the dictionaries they begin with."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.models import Chained
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.actions.desks import REGISTER
from gezhi.people.dictionary import FORCES, SOURCE_RULES, SOURCES, STAFFING
from gezhi.people.models import Force, Source, SourceRule, StaffingRule, Strength
from gezhi.people.roles import STAFFED, Role
from gezhi.people.sources import CONDITIONS
from gezhi.territory.models import GridKind

RULE = "staff.rule"
LONG_AGO = date(2000, 1, 1)
MEANWHILE = ("changed_meanwhile", _("刚刚有人改过，请看过最新情况再决定。"))


def load_standards(*, actor: Actor, at: datetime) -> int:
    """The shipped formulas, sources, rules and forces, as far as they are missing; how many rows were added."""
    actor.require(RULE, area=settings.DISTRICT)
    with unit():
        known = set(Source.objects.values_list("code", flat=True))
        sources = [
            Source(position=position, version=1, **row._asdict())
            for position, row in enumerate(SOURCES, start=1)
            if row.code not in known
        ]
        Source.objects.bulk_create(sources)
        forces_known = set(Force.objects.values_list("code", flat=True))
        forces = [
            Force(position=position, version=1, **row._asdict())
            for position, row in enumerate(FORCES, start=1)
            if row.code not in forces_known
        ]
        Force.objects.bulk_create(forces)
        by_code = {source.code: source for source in Source.objects.all()}
        rules: list[StaffingRule] = []
        if not StaffingRule.objects.exists():
            rules = [StaffingRule(valid_from=LONG_AGO, version=1, **row._asdict()) for row in STAFFING]
            StaffingRule.objects.bulk_create(rules)
        source_rules: list[SourceRule] = []
        if not SourceRule.objects.exists():
            source_rules = [
                SourceRule(
                    role=row.role,
                    source=by_code[row.source],
                    strength=Strength.USUAL if row.is_usual else Strength.EXCEPTION,
                    needs=list(row.needs),
                    valid_from=LONG_AGO,
                    version=1,
                )
                for row in SOURCE_RULES
            ]
            SourceRule.objects.bulk_create(source_rules)
        fresh: list[Chained] = [*sources, *forces, *rules, *source_rules]
        found_many(fresh, lambda row: [Fact(f"{row.subject_kind}.defined", {"row": str(row)})], actor=actor, at=at)
        touch(REGISTER)
    return len(fresh)


def set_staffing_rule(
    kind: str, role: str, *, symbol: str, fewest: int, valid_from: date, actor: Actor, at: datetime, basis: str = ""
) -> StaffingRule:
    """How many of a role a kind of grid needs from a day on; the rule before ends with the day before.

    Refused: bad_rule, retroactive, starts_too_early.
    """
    actor.require(RULE, area=settings.DISTRICT)
    if kind not in GridKind.values or role not in STAFFED or not 0 <= fewest <= 100:
        raise Refused("bad_rule", _("没有这种网格或岗位，或者人数不在 0 至 100 之间。"), field="fewest")
    require_future(valid_from, at)
    symbol = typed(symbol, field="symbol", longest=4, empty=_("请填写公式里的写法，如 1、N、X。"))
    with unit():
        before = StaffingRule.objects.filter(kind=kind, role=role, valid_until__isnull=True).first()
        places = StaffingRule.objects.filter(kind=kind, valid_until__isnull=True).count()
        if before is not None:
            end_row(before, valid_from, actor=actor, at=at)
        with first_come(*MEANWHILE):
            rule = StaffingRule.objects.create(
                kind=kind,
                role=role,
                position=before.position if before is not None else places + 1,
                symbol=symbol,
                fewest=fewest,
                basis=typed(basis, field="basis", longest=200),
                valid_from=valid_from,
                version=1,
            )
        data = {"kind": kind, "role": role, "symbol": symbol, "fewest": fewest, "valid_from": valid_from.isoformat()}
        found(rule, Fact("staffing_rule.set", data), actor=actor, at=at)
    return rule


def set_source_rule(
    role: str,
    source: Source,
    *,
    strength: str,
    needs: Sequence[str] = (),
    valid_from: date,
    actor: Actor,
    at: datetime,
    basis: str = "",
) -> SourceRule:
    """That a role may come from a source from a day on; the rule before ends with the day before. Refused as for the staffing rule."""
    actor.require(RULE, area=settings.DISTRICT)
    if role not in STAFFED or strength not in Strength.values or set(needs) - set(CONDITIONS):
        raise Refused("bad_rule", _("没有这种岗位或条件。"), field="needs")
    require_future(valid_from, at)
    with unit():
        before = SourceRule.objects.filter(role=role, source=source, valid_until__isnull=True).first()
        if before is not None:
            end_row(before, valid_from, actor=actor, at=at)
        with first_come(*MEANWHILE):
            rule = SourceRule.objects.create(
                role=Role(role),
                source=source,
                strength=strength,
                needs=list(needs),
                basis=typed(basis, field="basis", longest=200),
                valid_from=valid_from,
                version=1,
            )
        data: dict[str, Any] = {"role": role, "source": source.code, "strength": strength, "needs": list(needs)}
        found(rule, Fact("source_rule.set", data | {"valid_from": valid_from.isoformat()}), actor=actor, at=at)
        touch(REGISTER)
    return rule


def end_source_rule(rule: SourceRule, valid_until: date, *, actor: Actor, at: datetime) -> None:
    """The last day on which a source is allowed. Refused: retroactive, ends_before_start."""
    actor.require(RULE, area=settings.DISTRICT)
    require_future(valid_until, at)
    with unit():
        end_row(rule, valid_until + timedelta(days=1), actor=actor, at=at)
        touch(REGISTER)


def require_future(day: date, at: datetime) -> None:
    if day < local_day(at):
        message = _("已经过去的日子按当时的规则算，不能再改；请从今天或以后开始。")
        raise Refused("retroactive", message, field="valid_from")


def end_row(row: StaffingRule | SourceRule, new_from: date, *, actor: Actor, at: datetime) -> None:
    if new_from <= row.valid_from:
        raise Refused("starts_too_early", _("新规则要晚于现行规则开始。"), field="valid_from")
    last = new_from - timedelta(days=1)
    fact = Fact(f"{row.subject_kind}.ended", {"valid_until": last.isoformat()})
    advance(row, fact, actor=actor, at=at, changes={"valid_until": last})


def name_source(source: Source, name: str, *, actor: Actor, at: datetime) -> None:
    actor.require(RULE, area=settings.DISTRICT)
    name = typed(name, field="name", longest=40, empty=_("请填写名称"))
    if source.name == name:
        return
    with unit():
        advance(source, Fact("source.named", {"name": name}), actor=actor, at=at, changes={"name": name})
        touch(REGISTER)


def define_source(code: str, name: str, *, actor: Actor, at: datetime) -> Source:
    """Another source for the dictionary. Refused: empty, too_long, code_taken."""
    actor.require(RULE, area=settings.DISTRICT)
    code = typed(code, field="code", longest=30, empty=_("请填写代码"))
    name = typed(name, field="name", longest=40, empty=_("请填写名称"))
    with unit():
        with first_come("code_taken", _("这个代码已经有了。"), field="code"):
            source = Source.objects.create(code=code, name=name, position=Source.objects.count() + 1, version=1)
        found(source, Fact("source.defined", {"code": code}), actor=actor, at=at)
        touch(REGISTER)
    return source
