"""Reads about the land: names without a query, subtrees, outlines for maps."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.db.models import Count, Q, Sum

from gezhi.kernel.registers import Cached
from gezhi.territory.codes import Level, ancestors, subtree
from gezhi.territory.geojson import write_features
from gezhi.territory.models import Area, AreaQuerySet, Boundary, GridKind

# The register whose stamp changes with every area and boundary.
REGISTER = "territory"
SEPARATOR = " / "
METRES_A_DEGREE = 111_320.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class AreaName:
    """What pages need of an area on every line: kept in memory."""

    id: int
    code: str
    level: Level
    name: str
    short_name: str
    kind: str
    subtype: str
    is_active: bool


def load_names() -> dict[str, AreaName]:
    columns = ("id", "code", "level", "name", "short_name", "kind", "subtype__code", "is_active")
    rows = Area.objects.order_by("code").values_list(*columns)
    return {
        code: AreaName(key, code, level, name, short, kind, subtype or "", active)
        for key, code, level, name, short, kind, subtype, active in rows
    }


NAMES = Cached(REGISTER, load_names)


def area_name(code: str) -> AreaName | None:
    """The area of a code, from memory."""
    return NAMES.get().get(code)


def name_path(code: str, *, with_district: bool = False) -> str:
    """「花园街道 / 东门社区 / 第3网格」, from memory. The district is left out unless it is all there is, or asked for."""
    names = NAMES.get()
    codes = [*ancestors(code), code]
    if not with_district and len(codes) > 1:
        codes = codes[1:]
    return SEPARATOR.join(names[part].short_name if part in names else part for part in codes)


def district_name() -> str:
    """The name of the district that this installation serves; its code as long as it has no name."""
    known = area_name(settings.DISTRICT)
    return known.short_name if known else settings.DISTRICT


def list_names(level: Level, *, within: str = "") -> list[AreaName]:
    """Active areas of a level inside `within`, by code, from memory: for choice lists."""
    return [
        known
        for code, known in NAMES.get().items()
        if known.level == level and known.is_active and code.startswith(within)
    ]


def subtree_of(code: str) -> AreaQuerySet:
    """The area and all below it, by code."""
    return Area.objects.inside(code).order_by("code")


def children_of(code: str) -> AreaQuerySet:
    """The areas one level below, by code."""
    return Area.objects.filter(parent__code=code).order_by("code")


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over the active grids of a subtree."""

    residential: int
    dedicated: int
    households: int
    population: int


def tally(code: str) -> Tally:
    """How many grids and, as far as known, households and persons an area holds. One query."""
    sums = (
        subtree_of(code)
        .filter(level="grid", is_active=True)
        .order_by()
        .aggregate(
            residential=Count("pk", filter=Q(kind=GridKind.RESIDENTIAL)),
            dedicated=Count("pk", filter=Q(kind=GridKind.DEDICATED)),
            households=Sum("households", default=0),
            population=Sum("population", default=0),
        )
    )
    return Tally(**sums)


def current_boundary(code: str) -> Boundary | None:
    return Boundary.objects.current().filter(area__code=code).first()


def bounds_of(code: str) -> Box | None:
    """West, south, east, north of an area's current outline in degrees; None without an outline. Centres a map."""
    row = current_boundary(code)
    return (row.west, row.south, row.east, row.north) if row else None


def as_geojson(
    *,
    codes: Collection[str] | None = None,
    within: str = "",
    level: Level | None = None,
    bbox: Box | None = None,
    tolerance: float = 0.0,
) -> str:
    """Current outlines of active areas as a GeoJSON FeatureCollection (text), by code.

    `codes` picks areas by name; `within` and `level` pick from a subtree ("all grids of a street"); `bbox` (west, south,
    east, north in degrees) keeps what touches the window. `tolerance` in metres simplifies, common borders alike on both sides.
    Properties: code, name, level, kind, subtype, sketch.
    """
    rows = Boundary.objects.current().filter(area__is_active=True)
    if codes is not None:
        rows = rows.filter(area__code__in=list(codes))
    if within:
        first, end = subtree(within)
        rows = rows.filter(area__code__gte=first, area__code__lt=end)
    if level is not None:
        rows = rows.filter(area__level=level)
    if bbox is not None:
        west, south, east, north = bbox
        rows = rows.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    columns = (
        "area__code",
        "area__short_name",
        "area__level",
        "area__kind",
        "area__subtype__name",
        "is_sketch",
        "wkb",
    )
    properties: list[dict[str, Any]] = []
    blobs: list[bytes] = []
    for code, name, of_level, kind, subtype, is_sketch, wkb in rows.order_by("area__code").values_list(*columns):
        properties.append(
            {"code": code, "name": name, "level": of_level, "kind": kind, "subtype": subtype or "", "sketch": is_sketch}
        )
        blobs.append(bytes(wkb))
    shapes = shapely.from_wkb(np.array(blobs, dtype=object))
    return write_features(properties, simplified(shapes, tolerance / METRES_A_DEGREE))


def simplified(shapes: Any, degrees: float) -> Any:
    """Fewer vertices. Neighbours stay neighbours where they form a coverage; others are simplified one by one."""
    if degrees <= 0 or not len(shapes):
        return shapes
    if len(shapes) > 1 and shapely.coverage_is_valid(shapes):
        return shapely.coverage_simplify(shapes, degrees)
    return shapely.simplify(shapes, degrees, preserve_topology=True)
