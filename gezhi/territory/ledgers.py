"""Reads of what hangs on the grids: the size report, the mapping of old grids, resources, and the 345 overview."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Missing, Refused
from gezhi.territory.models import (
    Area,
    GridKind,
    LegacyGrid,
    LegacyMapping,
    Level,
    ResourceCategory,
    ResourcePlacement,
    SizeExemption,
    SizeRule,
    StructurePart,
    holds_on,
)
from gezhi.territory.plans import resolve
from gezhi.territory.sizes import Limits, Reason, reasons

# How much of an old grid has to lie in ours to call it mapped as a whole.
WHOLE = 0.99


# --- sizes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missized:
    """A grid outside the rule of its kind. `exemption` is the reason for which it may be so, "" where there is none."""

    code: str
    name: str
    kind: str
    households: int | None
    population: int | None
    reasons: tuple[Reason, ...]
    exemption: str


@dataclass(frozen=True)
class SizeReport:
    """`checked` grids were held against a rule; those of kinds without a rule are `free`."""

    checked: int
    free: int
    missized: list[Missized]

    @property
    def open(self) -> list[Missized]:
        """Without an exemption: somebody has to do something, or say why not."""
        return [one for one in self.missized if not one.exemption]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(reason for one in self.missized for reason in one.reasons))


def size_report(within: str, *, on: date) -> SizeReport:
    """The grids of a subtree against the rule of a day. Three queries."""
    rules = limits_on(on)
    exempt = dict(
        SizeExemption.objects.filter(holds_on(on), area__code__startswith=within).values_list("area_id", "reason")
    )
    grids = Area.objects.inside(within).filter(level=Level.GRID, is_active=True).order_by("code")
    checked = free = 0
    found = []
    for pk, code, name, kind, households, population in grids.values_list(
        "pk", "code", "name", "kind", "households", "population"
    ):
        if kind not in rules:
            free += 1
            continue
        checked += 1
        why = reasons(households, population, rules[kind])
        if why:
            found.append(Missized(code, name, kind, households, population, tuple(why), exempt.get(pk, "")))
    return SizeReport(checked, free, found)


def limits_on(day: date) -> dict[str, Limits]:
    """The rule of each kind of grid that holds on a day. One query."""
    return {
        rule.kind: Limits(rule.fewest_households, rule.most_households, rule.most_people)
        for rule in SizeRule.objects.holding_on(day)
    }


def exemption_of(area: Area, *, on: date) -> SizeExemption | None:
    """Why a grid may be of another size on a day. One query."""
    return SizeExemption.objects.filter(holds_on(on), area=area).first()


# --- old grids of departments ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegacyCoverage:
    """How far a department's old grids are dissolved into ours. `partly` and `unmapped` are codes."""

    department: str
    grids: int
    mapped: int
    partly: tuple[str, ...]
    unmapped: tuple[str, ...]
    retired: int

    @property
    def ratio(self) -> float:
        return self.mapped / self.grids if self.grids else 1.0


def legacy_coverage(*, on: date) -> list[LegacyCoverage]:
    """By department. Two queries."""
    shares: dict[int, float] = defaultdict(float)
    for legacy, share in LegacyMapping.objects.filter(area__is_active=True).values_list("legacy_id", "share"):
        shares[legacy] += share
    by_department: dict[str, list[LegacyGrid]] = defaultdict(list)
    for grid in LegacyGrid.objects.defer("wkb"):
        by_department[grid.department].append(grid)
    return [
        LegacyCoverage(
            department,
            len(grids),
            sum(shares[grid.pk] >= WHOLE for grid in grids),
            tuple(grid.code for grid in grids if 0 < shares[grid.pk] < WHOLE),
            tuple(grid.code for grid in grids if not shares[grid.pk]),
            sum(grid.is_retired_on(on) for grid in grids),
        )
        for department, grids in sorted(by_department.items())
    ]


def area_for_work(department: str, code: str, *, on: date) -> Area:
    """Where work goes that a department still addresses to its old grid: the area of ours in which most of it lies.

    A retired grid receives no new work: refused, with the grid of ours that it became. Missing: no_legacy_grid; Refused: legacy_retired,
    legacy_unmapped.
    """
    grid = LegacyGrid.objects.defer("wkb").filter(department=department, code=code).first()
    if grid is None:
        raise Missing("no_legacy_grid", _("没有这个业务网格：%(code)s。") % {"code": code[:40]}, field="code")
    mapping = grid.mappings.select_related("area").order_by("-share", "area__code").first()
    now = resolve(mapping.area.code) if mapping is not None else None
    if grid.is_retired_on(on):
        message = _("业务网格 %(code)s 已于 %(day)s 撤销，不再接收新任务，请改用网格 %(area)s。")
        words = {"code": grid.code, "day": str(grid.until_on), "area": now or "—"}
        raise Refused("legacy_retired", message % words, field="code", area=now)
    if now is None:
        raise Refused("legacy_unmapped", _("业务网格 %(code)s 还没有对应到网格。") % {"code": grid.code}, field="code")
    return Area.objects.get(code=now)


# --- resources ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CategoryTally:
    id: int
    code: str
    name: str
    is_confirmed: bool
    resources: int
    areas: int


def resource_tally(within: str, *, on: date) -> list[CategoryTally]:
    """The twelve categories: how many resources of each serve how many areas of a subtree on a day."""
    placed = holds_on(on, "resources__placements__from_on", "resources__placements__until_on")
    placed &= Q(resources__placements__area__code__startswith=within)
    rows = ResourceCategory.objects.annotate(
        of_resources=Count("resources", filter=placed, distinct=True),
        of_areas=Count("resources__placements__area", filter=placed, distinct=True),
    )
    return [CategoryTally(row.pk, row.code, row.name, row.is_confirmed, row.of_resources, row.of_areas) for row in rows]


def resources_of(code: str, *, on: date) -> list[ResourcePlacement]:
    """What serves an area on a day, that of the areas around it included."""
    return resources_around([code], on=on)


def resources_around(within: Iterable[str], *, on: date) -> list[ResourcePlacement]:
    """`resources_of` for several areas at once, each resource once a place. One statement."""
    codes = {code[:length] for code in within for length in (6, 9, 12, 15) if length <= len(code)}
    rows = ResourcePlacement.objects.filter(holds_on(on), area__code__in=codes)
    return list(rows.select_related("resource__category", "area").order_by("resource__category", "resource", "area"))


def placements_in(within: str, category: str, *, on: date) -> QuerySet[ResourcePlacement]:
    """What serves the areas of a subtree on a day, of one category or ("") of all."""
    rows = ResourcePlacement.objects.filter(holds_on(on), area__code__startswith=within)
    if category:
        rows = rows.filter(resource__category__code=category)
    order = ("resource__category__position", "resource__name", "area__code")
    return rows.select_related("resource__category", "area").order_by(*order)


# --- 345 ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartTally:
    """`count` of areas of the level `counts`, None where nothing is counted for it."""

    id: int
    code: str
    name: str
    is_confirmed: bool
    count: int | None
    counts: str = ""


@dataclass(frozen=True)
class Overview:
    """The 345 structure with its counts, all of them from the table of areas at this moment."""

    platforms: list[PartTally]
    grid_levels: list[PartTally]
    management: list[PartTally]
    residential: int
    dedicated: int
    subtypes: dict[str, int]
    unfinished: list[str]


def overview(within: str) -> Overview:
    """Three queries. `unfinished`: what makes the structure other than three, four and five."""
    active = Area.objects.inside(within).filter(is_active=True).order_by()
    levels: dict[str, int] = dict(active.values_list("level").annotate(n=Count("pk")))
    grids = active.filter(level=Level.GRID).values_list("kind", "subtype__code").annotate(n=Count("pk"))
    kinds: Counter[str] = Counter()
    subtypes: Counter[str] = Counter()
    for kind, subtype, count in grids:
        kinds[kind] += count
        if subtype:
            subtypes[subtype] += count
    groups: dict[str, list[PartTally]] = {group: [] for group in StructurePart.Group.values}
    for part in StructurePart.objects.order_by("group", "position"):
        count = levels.get(part.counts, 0) if part.counts else None
        groups[part.group].append(PartTally(part.pk, part.code, part.name, part.is_confirmed, count, part.counts))
    wanted: dict[Any, int] = dict(zip(StructurePart.Group, (3, 4, 5), strict=True))
    unfinished = [group.value for group, number in wanted.items() if len(groups[group]) != number]
    return Overview(
        groups[StructurePart.Group.PLATFORM],
        groups[StructurePart.Group.GRID_LEVEL],
        groups[StructurePart.Group.MANAGEMENT],
        kinds[GridKind.RESIDENTIAL],
        kinds[GridKind.DEDICATED],
        dict(sorted(subtypes.items())),
        unfinished,
    )
