"""What the files of a planner mean: lots, points, roads, rivers, communities; and what is refused, with the reason. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon

from gezhi.territory.crs import CHINA, Crs, geometry_to_wgs84
from gezhi.territory.geojson import Outline
from gezhi.territory.outlines import Land

Reason = Literal[
    "no_geometry", "not_numbers", "outside_china", "swapped", "invalid", "households", "people", "subtype",
    "outside_communities", "no_code", "code_twice", "not_polygon",
]  # fmt: skip
HOUSEHOLDS = ("households", "户数")
PEOPLE = ("population", "people", "人口", "人数")
NAMES = ("name", "名称", "路名")
COMPOUNDS = ("compound", "小区", "院落")
CODES = ("code", "community", "编码", "代码")
LINES = ("kind", "type", "类型")
RIVERS = ("river", "water", "河流", "水系")
SUBTYPES = ("subtype", "专属类型")
MOST_HOUSEHOLDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A feature that was left out: its file, its position there, and why."""

    file: str
    position: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Lot:
    """A piece of land, or a point, with those who live there. `subtype` is what it is for, if not for living."""

    geometry: Any
    households: int
    people: int | None
    subtype: str
    compound: str
    file: str
    position: int


@dataclass
class Survey:
    """Everything in degrees of CGCS2000."""

    lots: list[Lot] = field(default_factory=list)
    roads: list[tuple[Any, str]] = field(default_factory=list)
    rivers: list[tuple[Any, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@dataclass
class Communities:
    """Outlines in degrees of CGCS2000 and names, by code."""

    outlines: dict[str, Land] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


class Unfit(ValueError):
    """One feature can't be taken."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def take(survey: Survey, file: str, features: Iterable[Outline], crs: Crs, subtypes: Iterable[str]) -> None:
    """Add the features of a file to a survey."""
    known = set(subtypes)
    for feature in features:
        try:
            add(survey, file, feature, crs, known)
        except Unfit as unfit:
            survey.refused.append(Refused(file, feature.position, unfit.reason))


def add(survey: Survey, file: str, feature: Outline, crs: Crs, subtypes: set[str]) -> None:
    geometry = placed(feature, crs)
    values = feature.properties
    if isinstance(geometry, LineString | MultiLineString):
        lines = survey.rivers if text(values, LINES).lower() in RIVERS else survey.roads
        lines.append((geometry, text(values, NAMES)))
        return
    if not isinstance(geometry, Polygon | MultiPolygon | Point | MultiPoint):
        raise Unfit("not_polygon")
    subtype = text(values, SUBTYPES)
    if subtype and subtype not in subtypes:
        raise Unfit("subtype")
    households = whole(values, HOUSEHOLDS, "households")
    people = whole(values, PEOPLE, "people")
    survey.lots.append(Lot(geometry, households or 0, people, subtype, text(values, COMPOUNDS), file, feature.position))


def take_communities(communities: Communities, file: str, features: Iterable[Outline], crs: Crs) -> None:
    """Add the communities of a file: polygons with a code (or any name that tells them apart)."""
    for feature in features:
        try:
            geometry = placed(feature, crs)
            if not isinstance(geometry, Polygon | MultiPolygon):
                raise Unfit("not_polygon")
            code = text(feature.properties, CODES) or text(feature.properties, NAMES)
            if not code:
                raise Unfit("no_code")
            if code in communities.outlines:
                raise Unfit("code_twice")
        except Unfit as unfit:
            communities.refused.append(Refused(file, feature.position, unfit.reason))
            continue
        communities.outlines[code] = geometry
        communities.names[code] = text(feature.properties, NAMES) or code


def placed(feature: Outline, crs: Crs) -> Any:
    """The geometry in degrees of CGCS2000, valid. Raises `Unfit`."""
    geometry = feature.geometry
    if geometry is None or geometry.is_empty:
        raise Unfit("no_geometry")
    xy = shapely.get_coordinates(geometry)
    if not np.isfinite(xy).all():
        raise Unfit("not_numbers")
    (min_x, min_y), (max_x, max_y) = xy.min(axis=0), xy.max(axis=0)
    west, south, east, north = CHINA
    if not (west <= min_x and max_x <= east and south <= min_y and max_y <= north):
        is_swapped = west <= min_y and max_y <= east and south <= min_x and max_x <= north
        raise Unfit("swapped" if is_swapped else "outside_china")
    flat = geometry_to_wgs84(shapely.force_2d(geometry), crs)
    if not flat.is_valid:
        flat = shapely.make_valid(flat, method="structure", keep_collapsed=False)
        if flat.is_empty:
            raise Unfit("invalid")
    return flat


def text(values: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first of these properties that is there, as text."""
    return next((str(values[name]).strip() for name in names if values.get(name) not in (None, "")), "")


def whole(values: Mapping[str, Any], names: Iterable[str], reason: Reason) -> int | None:
    """A whole number of at least 0; None where nothing is said. Raises `Unfit`."""
    word = text(values, names)
    if not word:
        return None
    try:
        number = float(word)
    except ValueError:
        raise Unfit(reason) from None
    if not (0 <= number <= MOST_HOUSEHOLDS and number.is_integer()):
        raise Unfit(reason)
    return int(number)
