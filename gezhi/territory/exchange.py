"""The land for other programs: grids as an Excel workbook, layers as GeoPackage or GeoJSON in full precision."""

from typing import Any, Literal

import numpy as np
import shapely

from gezhi.territory.codes import Level
from gezhi.territory.geojson import write_features
from gezhi.territory.geopackage import write_layer
from gezhi.territory.models import Area, Boundary, GridKind
from gezhi.territory.models import Level as LevelChoice
from gezhi.territory.queries import name_path
from gezhi.territory.spreadsheets import HEADINGS, write_workbook

Format = Literal["xlsx", "gpkg", "geojson"]
MEDIA_TYPES: dict[Format, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
}
# Nine decimals of a degree keep whole millimetres.
DECIMALS = 9


def export(within: str, level: Level, form: Format) -> bytes:
    """The active areas of a level inside a subtree; layers hold those that have an outline. Two queries."""
    if form == "xlsx":
        return workbook(within, level)
    rows = (
        Boundary.objects.current()
        .filter(area__in=Area.objects.inside(within), area__level=level, area__is_active=True)
        .select_related("area__subtype")
        .order_by("area__code")
    )
    properties = [properties_of(row) for row in rows]
    shapes = shapely.from_wkb(np.array([bytes(row.wkb) for row in rows], dtype=object))
    if form == "geojson":
        return write_features(properties, shapes, decimals=DECIMALS).encode()
    return write_layer(f"{level}_areas", str(LevelChoice(level).label), properties, list(shapes))


def properties_of(row: Boundary) -> dict[str, Any]:
    area = row.area
    return {
        "code": area.code,
        "name": area.name,
        "parent": area.parent_id or "",
        "level": area.level,
        "kind": area.kind,
        "subtype": area.subtype.code if area.subtype else "",
        "households": area.households,
        "population": area.population,
        "bounds_east": area.bounds_east,
        "bounds_south": area.bounds_south,
        "bounds_west": area.bounds_west,
        "bounds_north": area.bounds_north,
        "sketch": row.is_sketch,
        "source": row.source,
    }


def workbook(within: str, level: Level) -> bytes:
    """The columns that come back in by the same names, and the path for people to read."""
    areas = Area.objects.inside(within).filter(level=level, is_active=True).select_related("subtype").order_by("code")
    rows = [
        [
            area.code,
            area.name,
            area.parent_id or "",
            str(LevelChoice(area.level).label),
            str(GridKind(area.kind).label) if area.kind else "",
            area.subtype.name if area.subtype else "",
            area.households,
            area.population,
            area.bounds_east,
            area.bounds_south,
            area.bounds_west,
            area.bounds_north,
            name_path(area.code),
        ]
        for area in areas
    ]
    return write_workbook(str(LevelChoice(level).label), [*HEADINGS, "所在"], rows)
