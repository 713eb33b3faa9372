"""Files with outlines, whatever program wrote them: GeoJSON, GeoPackage, Shapefiles in a ZIP archive, points in a CSV. Pure.

A GeoPackage says itself in which coordinates it is; of the others somebody has to know it.
"""

from collections.abc import Mapping
from typing import Any

from gezhi.territory.crs import Crs
from gezhi.territory.geojson import Outline
from gezhi.territory.geopackage import NotGeoPackage, read_layer
from gezhi.territory.planner.files import NotReadable, read_any
from gezhi.territory.wanted import WantedArea

# How a property may be called, in the order in which we look.
NAMES: dict[str, tuple[str, ...]] = {
    "code": ("code", "编码", "代码"),
    "name": ("name", "名称"),
    "parent": ("parent", "上级编码"),
    "kind": ("kind", "类别"),
    "subtype": ("subtype", "类型", "专属类型"),
    "households": ("households", "户数"),
    "population": ("population", "人口", "人数"),
    "bounds_east": ("bounds_east", "东至"),
    "bounds_south": ("bounds_south", "南至"),
    "bounds_west": ("bounds_west", "西至"),
    "bounds_north": ("bounds_north", "北至"),
}
KINDS = {"居民区网格": "residential", "居民区": "residential", "专属网格": "dedicated", "专属": "dedicated"}
LONGEST = 200


def read_outlines(name: str, data: bytes) -> tuple[list[Outline], Crs | None]:
    """All features of a file, and its system where it says it. Raises `NotReadable`."""
    if not name.lower().endswith(".gpkg"):
        return read_any(name, data), None
    try:
        return read_layer(data)
    except NotGeoPackage as error:
        raise NotReadable("format", str(error)) from error


def text_of(properties: Mapping[str, Any], what: str) -> str:
    """A property as somebody would have typed it; "" where it isn't said."""
    for name in NAMES[what]:
        value = properties.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if value not in (None, ""):
            return str(value).strip()[:LONGEST]
    return ""


def count_of(properties: Mapping[str, Any], what: str) -> int | None:
    """A whole number; None where none is said, or none that one could read."""
    text = text_of(properties, what)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else None


def wanted_area(outline: Outline) -> WantedArea:
    """A feature as an area that somebody wants."""
    said = outline.properties
    kind = text_of(said, "kind")
    east, south, west, north = (text_of(said, f"bounds_{side}") for side in ("east", "south", "west", "north"))
    return WantedArea(
        outline.geometry,
        parent=text_of(said, "parent")[:20],
        code=text_of(said, "code")[:15],
        name=text_of(said, "name"),
        kind=KINDS.get(kind, kind if kind in KINDS.values() else ""),
        subtype=text_of(said, "subtype"),
        households=count_of(said, "households"),
        population=count_of(said, "population"),
        bounds=(east, south, west, north),
    )
