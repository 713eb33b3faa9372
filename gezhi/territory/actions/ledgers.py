"""What hangs on the grids: old grids of departments, resources, sizes, the names of the structure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

import numpy as np
import shapely
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.models import Chained
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.access import EDIT
from gezhi.territory.actions.areas import MEANWHILE
from gezhi.territory.actions.boundaries import outline_or_refuse
from gezhi.territory.crs import Crs
from gezhi.territory.dictionary import RESOURCE_CATEGORIES, SIZE_RULES, STRUCTURE
from gezhi.territory.models import (
    Area,
    Boundary,
    LegacyGrid,
    LegacyMapping,
    Level,
    Resource,
    ResourceCategory,
    ResourcePlacement,
    SizeExemption,
    SizeRule,
    StructurePart,
)
from gezhi.territory.outlines import Land, metres_around

NO_NAME = _("请填写名称")
LONG_AGO = date(2000, 1, 1)
# Less of an old grid than this lies in a neighbour only because the two were drawn by different hands.
CRUMB = 0.01


def load_ledgers(*, actor: Actor, at: datetime) -> int:
    """The twelve categories, the names of the structure and the rule of size, as far as they are missing; how many rows were added."""
    actor.require(EDIT, area=settings.DISTRICT)
    added = 0
    with unit():
        known = set(ResourceCategory.objects.values_list("code", flat=True))
        categories = [
            ResourceCategory(position=position, version=1, **row._asdict())
            for position, row in enumerate(RESOURCE_CATEGORIES, start=1)
            if row.code not in known
        ]
        parts_known = set(StructurePart.objects.values_list("group", "code"))
        parts = [
            StructurePart(position=position, version=1, **row._asdict())
            for position, row in enumerate(STRUCTURE, start=1)
            if (row.group, row.code) not in parts_known
        ]
        kinds = set(SizeRule.objects.values_list("kind", flat=True))
        rules = [
            SizeRule(valid_from=LONG_AGO, version=1, **row._asdict()) for row in SIZE_RULES if row.kind not in kinds
        ]
        with first_come(*MEANWHILE):
            ResourceCategory.objects.bulk_create(categories)
            StructurePart.objects.bulk_create(parts)
            SizeRule.objects.bulk_create(rules)
        fresh: list[Chained] = [*categories, *parts, *rules]
        found_many(fresh, lambda row: [Fact(f"{row.subject_kind}.defined", {"row": str(row)})], actor=actor, at=at)
        added = len(fresh)
    return added


def name_entry(
    row: ResourceCategory | StructurePart, name: str, *, actor: Actor, at: datetime, is_confirmed: bool
) -> None:
    """Give an entry of a dictionary its name, and say whether the district has confirmed it."""
    actor.require(EDIT, area=settings.DISTRICT)
    name = typed(name, field="name", longest=30, empty=NO_NAME)
    if (row.name, row.is_confirmed) == (name, is_confirmed):
        return
    with unit():
        changes = {"name": name, "is_confirmed": is_confirmed}
        advance(row, Fact(f"{row.subject_kind}.named", changes), actor=actor, at=at, changes=changes)


# --- old grids of departments ---------------------------------------------------------------------------------------


def register_legacy_grid(
    department: str,
    code: str,
    name: str,
    *,
    actor: Actor,
    at: datetime,
    geometry: Any = None,
    crs: Crs = Crs.CGCS2000,
) -> LegacyGrid:
    """Enter a department's old grid; with an outline it is mapped at once. Refused: empty, too_long, code_taken, and bad outlines."""
    actor.require(EDIT, area=settings.DISTRICT)
    columns: dict[str, Any] = {
        "department": typed(department, field="department", longest=30, empty=_("请填写部门代码")),
        "code": typed(code, field="code", longest=40, empty=_("请填写编码")),
        "name": typed(name, field="name", longest=100, empty=NO_NAME),
    }
    if geometry is not None:
        columns |= {"wkb": shapely.to_wkb(outline_or_refuse(geometry, crs)), "crs_in": crs.value}
    taken = _("这个部门已经登记过编码为 %(code)s 的业务网格。") % {"code": columns["code"]}
    with unit():
        with first_come("code_taken", taken, field="code"):
            grid = LegacyGrid.objects.create(version=1, **columns)
        fact = Fact("legacy_grid.registered", {"department": grid.department, "code": grid.code})
        found(grid, fact, actor=actor, at=at)
        if geometry is not None:
            map_by_outline(grid, actor=actor, at=at)
    return grid


def map_by_outline(grid: LegacyGrid, *, actor: Actor, at: datetime) -> list[LegacyMapping]:
    """Find anew in which of our grids the old one lies. What a person said stays. Refused: no_outline, retired."""
    actor.require(EDIT, area=settings.DISTRICT)
    require_in_use(grid, at)
    if grid.wkb is None:
        raise Refused("no_outline", _("这个业务网格没有边界，请手工指定对应的网格。"))
    old = cast(Land, shapely.from_wkb(bytes(grid.wkb)))
    west, south, east, north = old.bounds
    rows = Boundary.objects.current().filter(
        area__level=Level.GRID, area__is_active=True, west__lte=east, east__gte=west, south__lte=north, north__gte=south
    )
    boundaries = list(rows.order_by("area__code"))
    plane = metres_around(old)
    flat = plane.flatten(old)
    outlines = np.array([plane.flatten(boundary.geometry) for boundary in boundaries], dtype=object)
    shares = shapely.area(shapely.intersection(outlines, flat)) / flat.area if len(outlines) else []
    with unit():
        by_hand = set(grid.mappings.filter(is_by_hand=True).values_list("area_id", flat=True))
        grid.mappings.filter(is_by_hand=False).delete()
        mappings = [
            LegacyMapping(legacy=grid, area_id=boundary.area_id, share=min(1.0, float(share)))
            for boundary, share in zip(boundaries, shares, strict=True)
            if share >= CRUMB and boundary.area_id not in by_hand
        ]
        LegacyMapping.objects.bulk_create(mappings)
        data = {"areas": len(mappings), "share": round(sum(one.share for one in mappings), 4)}
        advance(grid, Fact("legacy_grid.mapped", data), actor=actor, at=at)
    return mappings


def map_by_hand(grid: LegacyGrid, area: Area, share: float, *, actor: Actor, at: datetime) -> LegacyMapping:
    """Say how much of an old grid belongs to an area. Refused: retired, area_retired, bad_share."""
    actor.require(EDIT, area=area.code)
    require_in_use(grid, at)
    if not area.is_active:
        raise Refused("area_retired", _("这个区域已经停用。"), field="area")
    if not 0 < share <= 1:
        raise Refused("bad_share", _("比例应大于 0、不超过 1。"), field="share")
    with unit():
        grid.mappings.filter(area=area).delete()
        mapping = LegacyMapping.objects.create(legacy=grid, area=area, share=share, is_by_hand=True)
        data = {"area": area.code, "share": share}
        advance(grid, Fact("legacy_grid.mapped", data), actor=actor, at=at)
    return mapping


def retire_legacy_grid(grid: LegacyGrid, until_on: date, *, actor: Actor, at: datetime) -> None:
    """The old grid's last day; afterwards it receives no new work. Refused: retired, ends_too_early, legacy_unmapped."""
    actor.require(EDIT, area=settings.DISTRICT)
    require_in_use(grid, at)
    if until_on < local_day(at):
        raise Refused("ends_too_early", _("最后一天不能早于今天。"), field="until_on")
    if not grid.mappings.exists():
        raise Refused("legacy_unmapped", _("先把业务网格 %(code)s 对应到网格，再撤销。") % {"code": grid.code})
    with unit():
        fact = Fact("legacy_grid.retired", {"until": until_on.isoformat()})
        advance(grid, fact, actor=actor, at=at, changes={"until_on": until_on})


def require_in_use(grid: LegacyGrid, at: datetime) -> None:
    if grid.is_retired_on(local_day(at)):
        raise Refused("retired", _("这个业务网格已经撤销。"))


# --- resources ------------------------------------------------------------------------------------------------------


def define_resource(
    category: ResourceCategory, name: str, *, actor: Actor, at: datetime, provider: str = "", note: str = ""
) -> Resource:
    """A resource of a category. Refused: empty, too_long, resource_taken."""
    actor.require(EDIT, area=settings.DISTRICT)
    columns = {
        "name": typed(name, field="name", longest=100, empty=NO_NAME),
        "provider": typed(provider, field="provider", longest=100),
        "note": typed(note, field="note", longest=200),
    }
    with unit():
        with first_come("resource_taken", _("这一类里已经有这个单位的同名资源。"), field="name"):
            resource = Resource.objects.create(category=category, version=1, **columns)
        found(resource, Fact("resource.defined", {"category": category.code}), actor=actor, at=at)
    return resource


def place_resource(
    resource: Resource, areas: Sequence[Area], *, actor: Actor, at: datetime, from_on: date
) -> list[ResourcePlacement]:
    """Let a resource serve areas from a day on; where it serves already, nothing changes. Refused: area_retired."""
    for area in areas:
        actor.require(EDIT, area=area.code)
        if not area.is_active:
            raise Refused("area_retired", _("%(area)s 已经停用，不能再配置资源。") % {"area": area.code}, field="areas")
    with unit():
        there = set(resource.placements.filter(until_on__isnull=True).values_list("area_id", flat=True))
        placements = [
            ResourcePlacement(resource=resource, area=area, from_on=from_on) for area in areas if area.pk not in there
        ]
        if placements:
            with first_come(*MEANWHILE):
                ResourcePlacement.objects.bulk_create(placements)
            data = {"areas": [one.area.code for one in placements], "from": from_on.isoformat()}
            advance(resource, Fact("resource.placed", data), actor=actor, at=at)
    return placements


def end_placement(placement: ResourcePlacement, until_on: date, *, actor: Actor, at: datetime) -> None:
    """The last day on which a resource serves an area. Refused: ends_before_start, ended."""
    actor.require(EDIT, area=placement.area.code)
    if until_on < placement.from_on:
        raise Refused("ends_before_start", _("最后一天不能早于第一天。"), field="until_on")
    with unit():
        resource = Resource.objects.get(pk=placement.resource_id)
        data = {"area": placement.area.code, "until": until_on.isoformat()}
        advance(resource, Fact("resource.ended", data), actor=actor, at=at)
        still = ResourcePlacement.objects.filter(pk=placement.pk, until_on__isnull=True)
        if not still.update(until_on=until_on):
            raise Refused("ended", _("这项资源配置已经结束。"))


# --- sizes ----------------------------------------------------------------------------------------------------------


def set_size_rule(
    kind: str,
    *,
    fewest_households: int,
    most_households: int,
    most_people: int,
    valid_from: date,
    actor: Actor,
    at: datetime,
    basis: str = "",
) -> SizeRule:
    """The rule of a kind of grid from a day on; the one before ends with the day before. Refused: bad_rule, starts_too_early."""
    actor.require(EDIT, area=settings.DISTRICT)
    if not 0 <= fewest_households <= most_households <= 1_000_000 or not 0 < most_people <= 10_000_000:
        raise Refused("bad_rule", _("下限不能大于上限，人数要大于零。"), field="fewest_households")
    columns: dict[str, Any] = {
        "fewest_households": fewest_households,
        "most_households": most_households,
        "most_people": most_people,
        "basis": typed(basis, field="basis", longest=200),
        "valid_from": valid_from,
    }
    with unit():
        before = SizeRule.objects.filter(kind=kind, valid_until__isnull=True).first()
        if before is not None:
            if valid_from <= before.valid_from:
                raise Refused("starts_too_early", _("新规则要晚于现行规则开始。"), field="valid_from")
            last = valid_from - timedelta(days=1)
            fact = Fact("size_rule.ended", {"valid_until": last.isoformat()})
            advance(before, fact, actor=actor, at=at, changes={"valid_until": last})
        with first_come(*MEANWHILE):
            rule = SizeRule.objects.create(kind=kind, version=1, **columns)
        told = columns | {"valid_from": valid_from.isoformat()}
        found(rule, Fact("size_rule.set", told), actor=actor, at=at)
    return rule


def exempt_from_size(
    area: Area, reason: str, *, actor: Actor, at: datetime, from_on: date, until_on: date | None = None
) -> SizeExemption:
    """Let a grid be of another size, for a reason. Refused: not_a_grid, empty, ends_before_start, exempt_already."""
    actor.require(EDIT, area=area.code)
    if area.level != Level.GRID:
        raise Refused("not_a_grid", _("只有网格才有规模要求。"), field="area")
    reason = typed(reason, field="reason", longest=200, empty=_("请写明豁免的理由。"))
    if until_on is not None and until_on < from_on:
        raise Refused("ends_before_start", _("最后一天不能早于第一天。"), field="until_on")
    with unit():
        with first_come("exempt_already", _("这个网格已经豁免。"), field="area"):
            exemption = SizeExemption.objects.create(
                area=area, reason=reason, from_on=from_on, until_on=until_on, version=1
            )
        found(exemption, Fact("size_exemption.given", {"area": area.code}, reason), actor=actor, at=at)
    return exemption


def end_exemption(exemption: SizeExemption, until_on: date, *, actor: Actor, at: datetime) -> None:
    """The last day of an exemption. Refused: ends_before_start."""
    actor.require(EDIT, area=exemption.area.code)
    if until_on < exemption.from_on:
        raise Refused("ends_before_start", _("最后一天不能早于第一天。"), field="until_on")
    with unit():
        fact = Fact("size_exemption.ended", {"until": until_on.isoformat()})
        advance(exemption, fact, actor=actor, at=at, changes={"until_on": until_on})
