"""Every write to the catalogue and the time limits. Each tells the register "matters"."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.kernel.worktime import UNITS
from gezhi.matters.catalogue_files import CatalogueRows, CategoryRow, DepartmentRow, LimitEntry, MatterRow
from gezhi.matters.models import Category, LimitKind, Matter, TimeLimit
from gezhi.matters.suggest import is_too_short
from gezhi.people.actions import found_department, rename_department
from gezhi.people.models import Department, DeskKind
from gezhi.territory.models import Area

RIGHT = "matter.edit"
REGISTER = "matters"
# The first version of a rule also judges whatever history is taken in later: there is no older rule to judge it by.
BEGINNING = date(2000, 1, 1)
LONGEST_TEMPLATE = 10_000
NO_NAME = _("事项要有代码和名称。")
# Two people at the same row of the catalogue at once: the second is told and looks again.
MEANWHILE = ("catalogue_meanwhile", _("刚刚有人改动了事项清单，请看过最新情况再提交。"))


def define_category(*, actor: Actor, at: datetime, code: str, name: str, is_confirmed: bool) -> tuple[Category, str]:
    """Enter one of the ten classes or change it; what was done: "inserted", "updated" or "unchanged"."""
    actor.require(RIGHT, area=settings.DISTRICT)
    code = typed(code, field="code", longest=4, empty=NO_NAME)
    columns = {"name": typed(name, field="name", longest=40, empty=NO_NAME), "is_confirmed": is_confirmed}
    with unit():
        category = Category.objects.filter(code=code).first()
        if category is None:
            with first_come(*MEANWHILE, field="code"):
                category = Category.objects.create(code=code, version=1, **columns)
            found(category, Fact("category.defined", {"code": code, **columns}), actor=actor, at=at)
            done = "inserted"
        else:
            done = change(category, columns, "category.changed", actor=actor, at=at)
        if done != "unchanged":
            touch(REGISTER)
    return category, done


def define_matter(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    name: str,
    category: Category,
    owner: Department | None = None,
    default_desk: str,
    is_for_grid: bool = True,
    is_confidential: bool = False,
    words: tuple[str, ...] = (),
    answer_template: str = "",
    handling_template: str | None = None,
    valid_from: date = BEGINNING,
) -> tuple[Matter, str]:
    """Enter a matter or change it; what was done: "inserted", "updated" or "unchanged". `valid_from` counts for a new one only; a
    handling template that isn't given stays.

    Refused: a department's matter without a department, a grid's matter that grids may not be given, words of one character.
    """
    actor.require(RIGHT, area=settings.DISTRICT)
    code = typed(code, field="code", longest=12, empty=NO_NAME)
    if default_desk not in DeskKind.values:
        raise Refused("no_such_desk", _("没有这一级岗台。"), field="default_desk")
    if default_desk == DeskKind.DEPARTMENT and owner is None:
        raise Refused("no_owner", _("由部门办理的事项要写明主责部门。"), field="owner")
    if default_desk == DeskKind.GRID and not is_for_grid:
        raise Refused("not_for_grid", _("由网格办理的事项必须允许下沉到网格。"), field="default_desk")
    if any(is_too_short(word) for word in words):
        raise Refused("short_word", _("提示词至少两个字。"), field="words")
    columns = {
        "name": typed(name, field="name", longest=60, empty=NO_NAME),
        "category_id": category.pk,
        "owner_id": owner.pk if owner else None,
        "default_desk": default_desk,
        "is_for_grid": is_for_grid,
        "is_confidential": is_confidential,
        "words": list(words),
        "answer_template": typed(answer_template, field="answer_template", longest=LONGEST_TEMPLATE),
    }
    if handling_template is not None:
        columns["handling_template"] = typed(handling_template, field="handling_template", longest=LONGEST_TEMPLATE)
    with unit():
        matter = Matter.objects.filter(code=code).first()
        if matter is None:
            with first_come(*MEANWHILE, field="code"):
                matter = Matter.objects.create(code=code, valid_from=valid_from, version=1, **columns)
            fact = Fact("matter.defined", {"code": code, "valid_from": valid_from.isoformat()} | columns)
            found(matter, fact, actor=actor, at=at)
            done = "inserted"
        else:
            done = change(matter, columns, "matter.changed", actor=actor, at=at)
        if done != "unchanged":
            touch(REGISTER)
    return matter, done


def change(row: Category | Matter, columns: dict[str, Any], event: str, *, actor: Actor, at: datetime) -> str:
    changes = {column: value for column, value in columns.items() if getattr(row, column) != value}
    if not changes:
        return "unchanged"
    before = {column: getattr(row, column) for column in changes}
    advance(row, Fact(event, {"changes": changes, "before": before}), actor=actor, at=at, changes=changes)
    return "updated"


def end_matter(matter: Matter, *, actor: Actor, at: datetime, valid_until: date) -> None:
    """Take a matter out of the catalogue with the day `valid_until`, its last; cases that have it keep it."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if valid_until < max(matter.valid_from, local_day(at)):
        raise Refused("ends_too_early", _("事项的最后一天不能早于今天，也不能早于它的第一天。"), field="valid_until")
    with unit():
        fact = Fact("matter.ended", {"valid_until": valid_until.isoformat()})
        advance(matter, fact, actor=actor, at=at, changes={"valid_until": valid_until})
        touch(REGISTER)


def set_limit(
    *,
    actor: Actor,
    at: datetime,
    kind: str,
    amount: int,
    unit_of_time: str,
    valid_from: date,
    matter: Matter | None = None,
    level: str = "",
    is_emergency: bool = False,
    basis: str = "",
) -> tuple[TimeLimit, str]:
    """A new version of a limit from a day on; what was done: "inserted", "updated" (the version before ends the day before) or "unchanged".

    `unit_of_time` is a unit of `gezhi.kernel.worktime`. Refused: an unknown kind or unit, no time at all, and a change of what already
    holds on days that are past, because cases have been judged by it.
    """
    actor.require(RIGHT, area=settings.DISTRICT)
    if kind not in LimitKind.values or unit_of_time not in UNITS or level not in ("", *DeskKind.values):
        raise Refused("unknown_limit", _("没有这种时限、单位或层级。"), field="kind")
    if amount < 1:
        raise Refused("no_time", _("时限要大于零。"), field="amount")
    basis = typed(basis, field="basis", longest=200)
    with unit():
        versions = list(
            TimeLimit.objects.filter(kind=kind, matter=matter, level=level, is_emergency=is_emergency).order_by(
                "valid_from"
            )
        )
        before = next((row for row in reversed(versions) if row.valid_from <= valid_from), None)
        after = next((row for row in versions if row.valid_from > valid_from), None)
        if (
            before
            and (before.amount, before.unit, before.basis) == (amount, unit_of_time, basis)
            and holds(before, valid_from)
        ):
            return before, "unchanged"
        if before and valid_from < local_day(at) and holds(before, valid_from):
            raise Refused(
                "retroactive", _("已经过去的日子按当时的时限办理，不能再改；请从今天或以后开始。"), field="valid_from"
            )
        columns = {"amount": amount, "unit": unit_of_time, "basis": basis}
        said = {
            "kind": kind,
            "matter": matter.pk if matter else None,
            "level": level,
            "is_emergency": is_emergency,
        } | columns
        if before and before.valid_from == valid_from:
            advance(before, Fact("time_limit.changed", said), actor=actor, at=at, changes=columns)
            touch(REGISTER)
            return before, "updated"
        if before and holds(before, valid_from):
            last = valid_from - timedelta(days=1)
            fact = Fact("time_limit.ended", {"valid_until": last.isoformat()})
            advance(before, fact, actor=actor, at=at, changes={"valid_until": last})
        with first_come(*MEANWHILE, field="valid_from"):
            limit = TimeLimit.objects.create(
                kind=kind,
                matter=matter,
                level=level,
                is_emergency=is_emergency,
                valid_from=valid_from,
                valid_until=after.valid_from - timedelta(days=1) if after else None,
                version=1,
                **columns,
            )
        found(limit, Fact("time_limit.set", said | {"valid_from": valid_from.isoformat()}), actor=actor, at=at)
        touch(REGISTER)
    return limit, "updated" if before else "inserted"


def holds(limit: TimeLimit, day: date) -> bool:
    return limit.valid_from <= day and (limit.valid_until is None or day <= limit.valid_until)


# --- whole catalogues -------------------------------------------------------------------------------------------------


@dataclass
class Loaded:
    """What a load did: table ("categories", "departments", "matters", "limits") and outcome, counted."""

    counts: dict[str, Counter[str]] = field(
        default_factory=lambda: {table: Counter() for table in ("categories", "departments", "matters", "limits")}
    )

    def count(self, table: str, outcome: str) -> None:
        self.counts[table][outcome] += 1

    @property
    def is_unchanged(self) -> bool:
        return not any(counter["inserted"] or counter["updated"] for counter in self.counts.values())


def load_catalogue(rows: CatalogueRows, *, actor: Actor, at: datetime) -> Loaded:
    """Bring the catalogue to what these rows say, in one transaction; loading the same again changes nothing.

    What is not in the rows stays as it is. A limit that differs gets a new version from the day of `at` on. Refused where the district
    itself is not in the table of areas yet: departments have their desks in it.
    """
    actor.require(RIGHT, area=settings.DISTRICT)
    loader = Loader(actor, at)
    with unit():
        categories = {row.code: loader.category(row) for row in rows.categories}
        departments = loader.departments(rows.departments)
        matters = {
            row.code: loader.matter(row, categories[row.category], departments.get(row.owner)) for row in rows.matters
        }
        for entry in rows.limits:
            loader.limit(entry, matters[entry.matter] if entry.matter else None)
    return loader.loaded


class Loader:
    """Writes row by row and counts what each did."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor = actor
        self.at = at
        self.loaded = Loaded()

    def category(self, row: CategoryRow) -> Category:
        category, done = define_category(
            actor=self.actor, at=self.at, code=row.code, name=row.name, is_confirmed=row.is_confirmed
        )
        self.loaded.count("categories", done)
        return category

    def departments(self, rows: Iterable[DepartmentRow]) -> dict[str, Department]:
        """All departments by code, those of the past among them."""
        district = Area.objects.filter(code=settings.DISTRICT).first()
        if district is None:
            raise Refused("no_district", _("还没有导入本区的区划，请先运行 gezhi import-areas。"))
        known = {department.code: department for department in Department.objects.all()}
        for row in rows:
            if row.code not in known:
                known[row.code] = found_department(
                    actor=self.actor, at=self.at, code=row.code, name=row.name, area=district
                )
                self.loaded.count("departments", "inserted")
            else:
                renamed = rename_department(known[row.code], row.name, actor=self.actor, at=self.at, area=district)
                self.loaded.count("departments", "updated" if renamed else "unchanged")
        return known

    def matter(self, row: MatterRow, category: Category, owner: Department | None) -> Matter:
        matter, done = define_matter(
            actor=self.actor,
            at=self.at,
            code=row.code,
            name=row.name,
            category=category,
            owner=owner,
            default_desk=row.default_desk,
            is_for_grid=row.is_for_grid,
            is_confidential=row.is_confidential,
            words=row.words,
            answer_template=row.answer_template,
            handling_template=row.handling_template,
        )
        self.loaded.count("matters", done)
        return matter

    def limit(self, entry: LimitEntry, matter: Matter | None) -> None:
        versions = TimeLimit.objects.filter(
            kind=entry.kind, matter=matter, level=entry.level, is_emergency=entry.is_emergency
        )
        _limit, done = set_limit(
            actor=self.actor,
            at=self.at,
            kind=entry.kind,
            matter=matter,
            level=entry.level,
            is_emergency=entry.is_emergency,
            amount=entry.amount,
            unit_of_time=entry.unit,
            basis=entry.basis,
            valid_from=local_day(self.at) if versions.exists() else BEGINNING,
        )
        self.loaded.count("limits", done)
