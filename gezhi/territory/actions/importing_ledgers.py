"""Old grids of departments and resources taken in from files, row by row: what can be taken is, what can't is told with its place."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.territory.access import EDIT
from gezhi.territory.actions.ledgers import define_resource, place_resource, register_legacy_grid
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, LegacyGrid, Resource, ResourceCategory


class LegacyRow(NamedTuple):
    """`geometry` None where the department has no outline."""

    position: int
    code: str
    name: str
    geometry: Any = None


class ResourceRow(NamedTuple):
    """A resource and one area that it serves; `category` by code or name."""

    position: int
    category: str
    name: str
    provider: str
    area: str
    note: str = ""


class RefusedEntry(NamedTuple):
    position: int
    code: str
    reason: str


@dataclass
class LedgerReport:
    created: int = 0
    unchanged: int = 0
    refused: list[RefusedEntry] = field(default_factory=list)


def import_legacy_grids(
    rows: Iterable[LegacyRow], department: str, *, crs: Crs, actor: Actor, at: datetime
) -> LedgerReport:
    """Enter a department's old grids; with an outline each is mapped at once. Those that stand in the register already are left alone."""
    actor.require(EDIT, area=settings.DISTRICT)
    report = LedgerReport()
    with unit():
        known = set(LegacyGrid.objects.filter(department=department).values_list("code", flat=True))
        for row in rows:
            if row.code in known:
                report.unchanged += 1
                continue
            try:
                with unit(alone=True):
                    register_legacy_grid(
                        department, row.code, row.name or row.code, actor=actor, at=at, geometry=row.geometry, crs=crs
                    )
            except Refused as refusal:
                report.refused.append(RefusedEntry(row.position, row.code[:40], str(refusal)))
                continue
            known.add(row.code)
            report.created += 1
    return report


def import_resources(rows: Iterable[ResourceRow], *, actor: Actor, at: datetime) -> LedgerReport:
    """Enter resources and where they serve, from today on; `created` counts placements. Repeating a file changes nothing."""
    actor.require(EDIT, area=settings.DISTRICT)
    report, day = LedgerReport(), local_day(at)
    with unit():
        categories = {word: row for row in ResourceCategory.objects.all() for word in (row.code, row.name)}
        resources = {
            (one.category_id, one.name, one.provider): one for one in Resource.objects.select_related("category")
        }
        areas = {area.code: area for area in Area.objects.filter(is_active=True)}
        for row in rows:
            try:
                with unit(alone=True):
                    category = categories.get(row.category)
                    if category is None:
                        raise Refused("no_category", _("没有这个大类：%(name)s") % {"name": row.category[:20]})
                    if row.area not in areas:
                        raise Refused("no_such_area", _("没有这个区域编码，或者已经停用"))
                    key = (category.pk, row.name, row.provider)
                    if key not in resources:
                        resources[key] = define_resource(
                            category, row.name, actor=actor, at=at, provider=row.provider, note=row.note
                        )
                    placed = place_resource(resources[key], [areas[row.area]], actor=actor, at=at, from_on=day)
            except Refused as refusal:
                report.refused.append(RefusedEntry(row.position, row.area[:20], str(refusal)))
                continue
            report.created += len(placed)
            report.unchanged += not placed
    return report
