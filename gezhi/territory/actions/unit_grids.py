"""Unit grids taken in from a file: new ones, ones that are drawn anew, and what was refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import shapely
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.access import EDIT
from gezhi.territory.actions.areas import MEANWHILE
from gezhi.territory.actions.boundaries import outline_or_refuse
from gezhi.territory.crs import Crs
from gezhi.territory.models import UnitGrid
from gezhi.territory.outlines import metres_around
from gezhi.territory.unit_grids import REGISTER, UnitRow, code_of, kind_of


class RefusedCell(NamedTuple):
    """A feature that was not taken: its position in the file, its code as far as it has one, and why."""

    position: int
    code: str
    reason: str


@dataclass
class UnitReport:
    """`changed` were drawn or named anew; `unchanged` said nothing new."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[RefusedCell] = field(default_factory=list)


def import_unit_grids(rows: Iterable[UnitRow], *, crs: Crs, source: str, actor: Actor, at: datetime) -> UnitReport:
    """Take in unit grids (GB/T 30428.1). A cell that was drawn anew ends yesterday and begins anew today; repeating a file changes nothing.

    Rows are refused one by one, the others stored: bad codes, another district, a code twice in the file, bad outlines.
    """
    actor.require(EDIT, area=settings.DISTRICT)
    source = typed(source, field="source", longest=200)
    report, wanted = UnitReport(), dict[str, UnitGrid]()
    day = local_day(at)
    for row in rows:
        try:
            code = code_of(row.code, settings.DISTRICT)
            if code in wanted:
                raise Refused("duplicate", _("文件里有两个编码相同的单元网格"))
            wanted[code] = cell_of(row, code, crs=crs, source=source, day=day)
        except Refused as refusal:
            report.refused.append(RefusedCell(row.position, row.code[:20], str(refusal)))
    with unit():
        known = {cell.code: cell for cell in UnitGrid.objects.current().filter(code__in=list(wanted))}
        fresh = [cell for code, cell in wanted.items() if follows(known.get(code), cell, report, actor=actor, at=at)]
        if fresh:
            with first_come(*MEANWHILE):
                UnitGrid.objects.bulk_create(fresh, batch_size=500)
            found_many(fresh, lambda cell: [Fact("unit_grid.defined", {"code": cell.code})], actor=actor, at=at)
        if fresh or report.changed:
            touch(REGISTER)
    report.refused.sort()
    return report


def cell_of(row: UnitRow, code: str, *, crs: Crs, source: str, day: date) -> UnitGrid:
    land = outline_or_refuse(row.geometry, crs)
    west, south, east, north = land.bounds
    return UnitGrid(
        code=code,
        name=typed(row.name, field="name", longest=100),
        kind=kind_of(row.kind),
        from_on=day,
        wkb=shapely.to_wkb(land),
        west=west,
        south=south,
        east=east,
        north=north,
        square_metres=float(metres_around(land).flatten(land).area),
        source=source,
        crs_in=crs.value,
        version=1,
    )


def follows(before: UnitGrid | None, cell: UnitGrid, report: UnitReport, *, actor: Actor, at: datetime) -> bool:
    """Is the cell to be entered as a new row? One of today is corrected where it stands; an older one ends with yesterday."""
    if before is None:
        report.created += 1
        return True
    redrawn = bytes(before.wkb) != bytes(cell.wkb)
    changes: dict[str, Any] = {
        column: getattr(cell, column)
        for column in ("name", "kind")
        if getattr(cell, column) not in ("", getattr(before, column))
    }
    if not redrawn and not changes:
        report.unchanged += 1
        return False
    report.changed += 1
    if not redrawn or before.from_on >= cell.from_on:
        if redrawn:
            columns = ("wkb", "west", "south", "east", "north", "square_metres", "source", "crs_in")
            changes |= {column: getattr(cell, column) for column in columns}
        told = {column: changes[column] for column in ("name", "kind") if column in changes} | {"redrawn": redrawn}
        advance(before, Fact("unit_grid.changed", told), actor=actor, at=at, changes=changes)
        return False
    cell.name, cell.kind = cell.name or before.name, cell.kind or before.kind
    last = cell.from_on - timedelta(days=1)
    fact = Fact("unit_grid.ended", {"until": last.isoformat()})
    advance(before, fact, actor=actor, at=at, changes={"until_on": last})
    return True
