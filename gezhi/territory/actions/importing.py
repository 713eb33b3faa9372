"""Areas from a file: all good rows in one transaction, every refused row with its line and reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.access import EDIT
from gezhi.territory.actions.areas import (
    BOUNDS,
    LONGEST,
    MEANWHILE,
    MOST_PEOPLE,
    UNKNOWN_PARENT,
    checked_code,
    defined,
    load_subtypes,
)
from gezhi.territory.area_rows import LEVEL_WORDS, AreaRow
from gezhi.territory.codes import NOTHING, level_of, parent_of
from gezhi.territory.models import Area, GridKind, GridSubtype, Level
from gezhi.territory.names import short_name
from gezhi.territory.queries import REGISTER

KIND_WORDS = {
    "": "",
    "residential": GridKind.RESIDENTIAL.value,
    "居民区": GridKind.RESIDENTIAL.value,
    "居民区网格": GridKind.RESIDENTIAL.value,
    "dedicated": GridKind.DEDICATED.value,
    "专属": GridKind.DEDICATED.value,
    "专属网格": GridKind.DEDICATED.value,
}


class GoodRow(NamedTuple):
    line: int
    columns: dict[str, Any]


class RefusedRow(NamedTuple):
    line: int
    code: str
    reason: str


@dataclass
class ImportReport:
    """`done` = rows that became areas or changed one; `unchanged` = rows that said nothing new."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.created + self.changed


def import_areas(rows: Iterable[AreaRow], *, actor: Actor, at: datetime) -> ImportReport:
    """Take in areas in whatever order they stand. Repeating a file changes nothing; a changed name is a change of the area.

    Rows are refused, and listed with line and reason, for a bad code, a code of another district, a second row with the same code,
    a wrong level or parent, a parent that is neither known nor in the file, no name, or bad grid columns.
    """
    actor.require(EDIT, area=settings.DISTRICT)
    with unit():
        report = ImportReport()
        reader = RowReader(load_subtypes(actor=actor, at=at))
        wanted = reader.read(rows, report)
        known = {area.code: area for area in Area.objects.inside(settings.DISTRICT)}
        for code in sorted(wanted, key=len):
            parent = parent_of(code)
            if parent and parent not in known and parent not in wanted:
                reason = str(UNKNOWN_PARENT % {"parent": parent})
                report.refused.append(RefusedRow(wanted.pop(code).line, code, reason))
        fresh = [Area(code=code, version=1, **row.columns) for code, row in wanted.items() if code not in known]
        create(fresh, report, actor, at)
        for code in sorted(wanted.keys() & known.keys()):
            update(known[code], wanted[code].columns, report, actor, at)
        if report.done:
            touch(REGISTER)
    report.refused.sort()
    return report


def create(fresh: list[Area], report: ImportReport, actor: Actor, at: datetime) -> None:
    with first_come(*MEANWHILE):
        Area.objects.bulk_create(fresh, batch_size=500)
    found_many(fresh, lambda area: [defined(area)], actor=actor, at=at)
    report.created = len(fresh)


def update(area: Area, columns: dict[str, Any], report: ImportReport, actor: Actor, at: datetime) -> None:
    """Only what the file says counts: a short name or a number that people corrected here stays."""
    changes = {}
    if area.name != columns["name"]:
        changes = {"name": columns["name"], "short_name": columns["short_name"]}
    for column in ("households", "population", *BOUNDS):
        if columns[column] not in (None, "") and columns[column] != getattr(area, column):
            changes[column] = columns[column]
    if not changes:
        report.unchanged += 1
        return
    advance(area, Fact("area.changed", {"changes": changes}), actor=actor, at=at, changes=changes)
    report.changed += 1


@dataclass
class RowReader:
    """Turns rows into columns of areas, one by one, without looking at other areas."""

    subtypes: dict[str, GridSubtype]

    def read(self, rows: Iterable[AreaRow], report: ImportReport) -> dict[str, GoodRow]:
        wanted: dict[str, GoodRow] = {}
        for row in rows:
            try:
                code = checked_code(row.code)
                if code in wanted:
                    raise Refused("duplicate", _("与第 %(line)d 行编码重复") % {"line": wanted[code].line})
                wanted[code] = GoodRow(row.line, self.columns(code, row))
            except Refused as refusal:
                report.refused.append(RefusedRow(row.line, row.code, str(refusal)))
        return wanted

    def columns(self, code: str, row: AreaRow) -> dict[str, Any]:
        level = level_of(code)
        parent = parent_of(code)
        if row.level and LEVEL_WORDS.get(row.level.lower()) != level:
            message = _("级别“%(given)s”与编码不符，按编码应为%(level)s")
            raise Refused("wrong_level", message % {"given": row.level[:20], "level": Level(level).label})
        if row.parent and not is_parent(row.parent, code):
            raise Refused("wrong_parent", _("上级编码 %(parent)s 与本级编码不符") % {"parent": row.parent[:20]})
        if not row.name:
            raise Refused("no_name", _("没有名称"))
        if len(row.name) > LONGEST:
            raise Refused("long_name", _("名称超过 %(limit)d 个字") % {"limit": LONGEST})
        return {
            "level": level,
            "parent_id": parent or None,
            "name": row.name,
            "short_name": short_name(row.name),
            "households": count(row.households, _("户数")),
            "population": count(row.population, _("人口")),
            **{side: side_of(getattr(row, side)) for side in BOUNDS},
            **self.grid_columns(level, row),
        }

    def grid_columns(self, level: str, row: AreaRow) -> dict[str, Any]:
        kind = KIND_WORDS.get(row.kind.lower())
        if kind is None:
            raise Refused("unknown_kind", _("网格类别“%(kind)s”不认识") % {"kind": row.kind[:20]})
        if level != Level.GRID:
            if kind or row.subtype:
                raise Refused("kind_for_grids", _("只有网格分居民区网格和专属网格"))
            return {"kind": "", "subtype": None}
        if kind != GridKind.DEDICATED:
            if row.subtype:
                raise Refused("subtype_for_dedicated", _("只有专属网格有类型"))
            return {"kind": GridKind.RESIDENTIAL.value, "subtype": None}
        for subtype in self.subtypes.values():
            if row.subtype in (subtype.code, subtype.name):
                return {"kind": kind, "subtype": subtype}
        raise Refused("unknown_subtype", _("专属网格要有类型，且必须是字典里的类型"))


def is_parent(given: str, code: str) -> bool:
    """A district's parent is its city, which we don't keep: only its digits are compared."""
    digits = given
    while digits.endswith(NOTHING):
        digits = digits[: -len(NOTHING)]
    if not parent_of(code):
        return digits.isdigit() and code.startswith(digits.rstrip("0"))
    return digits == parent_of(code)


def side_of(text: str) -> str:
    if len(text) > LONGEST:
        raise Refused("long_name", _("四至超过 %(limit)d 个字") % {"limit": LONGEST})
    return text


def count(text: str, what: Any) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text[:9]) > MOST_PEOPLE or len(text) > 9:
        raise Refused("bad_number", _("%(what)s应为整数") % {"what": what})
    return int(text)
