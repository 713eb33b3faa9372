"""An area on paper: its outline and what lies beside it, on a sheet of millimetres to a round scale, and its four bounds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import shapely
from django.utils.translation import gettext as _
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from gezhi.territory.codes import parent_of
from gezhi.territory.crs import LocalMetres
from gezhi.territory.models import Area, Boundary
from gezhi.territory.outlines import metres_around

# The picture on an A4 sheet, in millimetres, and how much of it stays free around the area.
WIDE, HIGH, MARGIN = 180.0, 170.0, 24.0
SCALES = (
    500,
    1000,
    1500,
    2000,
    2500,
    3000,
    4000,
    5000,
    6000,
    7500,
    10_000,
    15_000,
    20_000,
    25_000,
    50_000,
    100_000,
    200_000,
)
BARS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
LONGEST_BAR = 60.0
SMALLEST_NAMED = 40.0  # of a neighbour in the picture, in mm²
LETTER = 3.4
# Where the arrow and the bar lie.
TAKEN = ((150.0, 0.0, WIDE, 28.0), (0.0, 150.0, 70.0, HIGH))
Side = str
SIDES: tuple[Side, ...] = ("east", "south", "west", "north")
# How far beside a border somebody else is looked for, in metres.
BESIDE = 0.5


@dataclass(frozen=True)
class Label:
    """A name on the picture, in its millimetres from the upper left corner; over it that of the area around it, where it is another."""

    name: str
    over: str
    x: float
    y: float


@dataclass(frozen=True)
class AreaSheet:
    """Paths are those of SVG. `bounds` by side; `is_derived` where they were read off the map because nobody has written them."""

    path: str
    neighbours: list[str]
    around: str
    labels: list[Label]
    scale: int
    bar_metres: int
    bar_millimetres: float
    bounds: dict[Side, str]
    is_derived: bool
    is_sketch: bool
    hectares: float

    @property
    def half_bar(self) -> float:
        return round(self.bar_millimetres / 2, 2)

    @property
    def bar_room(self) -> float:
        """The white ground on which the bar and its numbers are read."""
        return round(self.bar_millimetres + 16, 2)


def sheet_of(area: Area) -> AreaSheet | None:
    """None where no outline is drawn. Four queries."""
    own = Boundary.objects.current().filter(area=area).first()
    if own is None:
        return None
    outline = own.geometry
    plane = metres_around(outline)
    flat = plane.flatten(outline)
    west, south, east, north = flat.bounds
    needed = max((east - west) / (WIDE - 2 * MARGIN), (north - south) / (HIGH - 2 * MARGIN)) * 1000
    scale = next((one for one in SCALES if one >= needed), SCALES[-1])
    frame = Frame((west + east) / 2, (south + north) / 2, scale)
    beside = beside_of(area, frame, plane)
    shapes = [frame.on_paper(one.shape) for one in beside]
    own_name = Label(area.short_name, "", *place(frame.on_paper(flat), len(area.short_name)))
    labels = [
        own_name,
        *(
            Label(one.name, one.over, *place(shape, max(len(one.name), len(one.over))))
            for one, shape in zip(beside, shapes, strict=True)
            if has_room(shape, max(len(one.name), len(one.over)))
        ),
    ]
    written = dict(zip(SIDES, (area.bounds_east, area.bounds_south, area.bounds_west, area.bounds_north), strict=True))
    derived = any(not text for text in written.values())
    found = bounds_beside(flat, beside) if derived else {}
    bar = max((one for one in BARS if one * 1000 / scale <= LONGEST_BAR), default=BARS[0])
    return AreaSheet(
        path=path_of(frame.on_paper(flat)),
        neighbours=[path_of(shape) for shape in shapes if not shape.is_empty],
        around=around_of(area, frame, plane),
        labels=labels,
        scale=scale,
        bar_metres=bar,
        bar_millimetres=round(bar * 1000 / scale, 2),
        bounds={side: text or found.get(side, "") for side, text in written.items()},
        is_derived=derived,
        is_sketch=own.is_sketch,
        hectares=flat.area / 10_000,
    )


@dataclass(frozen=True)
class Frame:
    """What of the plane is in the picture: around a point in metres, to a scale."""

    x: float
    y: float
    scale: int

    @property
    def box(self) -> BaseGeometry:
        half_wide, half_high = WIDE * self.scale / 2000, HIGH * self.scale / 2000
        return shapely.box(self.x - half_wide, self.y - half_high, self.x + half_wide, self.y + half_high)

    def on_paper(self, flat: BaseGeometry) -> BaseGeometry:
        """The part in the picture, in millimetres from its upper left corner."""
        cut = shapely.intersection(flat, self.box)
        per = 1000 / self.scale
        return shapely.transform(cut, lambda xy: (xy - (self.x, self.y)) * (per, -per) + (WIDE / 2, HIGH / 2))


class Beside(NamedTuple):
    """Somebody who comes into the picture, in metres; `over` names the area around it where it is another."""

    name: str
    over: str
    shape: BaseGeometry


def beside_of(area: Area, frame: Frame, plane: LocalMetres) -> list[Beside]:
    """The other areas of the same level, by code."""
    west, south, east, north = plane.unflatten(frame.box).bounds
    rows = Boundary.objects.current().filter(
        area__level=area.level, area__is_active=True, west__lte=east, east__gte=west, south__lte=north, north__gte=south
    )
    found = []
    for boundary in rows.exclude(area=area).select_related("area__parent").order_by("area__code"):
        other = boundary.area
        over = other.parent.short_name if other.parent is not None and other.parent_id != area.parent_id else ""
        found.append(Beside(other.short_name, over, plane.flatten(boundary.geometry)))
    return found


def around_of(area: Area, frame: Frame, plane: LocalMetres) -> str:
    """The border of the area around it, as far as it is in the picture."""
    parent = Boundary.objects.current().filter(area__code=parent_of(area.code)).first() if len(area.code) > 6 else None
    if parent is None:
        return ""
    lines = shapely.get_parts(frame.on_paper(plane.flatten(parent.geometry).boundary))
    return " ".join(path_of_line(line.coords) for line in lines)


def bounds_beside(flat: Any, beside: Sequence[Beside]) -> dict[Side, str]:
    """Who lies along most of each side, read off the outline; what belongs to nobody is the edge of the district."""
    tree = STRtree([one.shape for one in beside])
    lengths: dict[Side, Counter[str]] = {side: Counter() for side in SIDES}
    for ring in (part.exterior for part in shapely.get_parts(shapely.orient_polygons(flat))):
        corners = list(ring.coords)
        for (x1, y1), (x2, y2) in pairwise(corners):
            length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
            if not length:
                continue
            # Rings run leftward: outside is on the right.
            right_x, right_y = (y2 - y1) / length, (x1 - x2) / length
            side = (
                ("east" if right_x > 0 else "west")
                if abs(right_x) > abs(right_y)
                else ("north" if right_y > 0 else "south")
            )
            point = shapely.Point((x1 + x2) / 2 + right_x * BESIDE, (y1 + y2) / 2 + right_y * BESIDE)
            hits = tree.query(point, predicate="intersects")
            hit = beside[int(hits[0])] if len(hits) else None
            lengths[side][" ".join((hit.over, hit.name)).strip() if hit is not None else _("区外")] += length
    return {side: counted.most_common(1)[0][0] for side, counted in lengths.items() if counted}


def has_room(shape: BaseGeometry, letters: int) -> bool:
    """Can a name of so many letters be read as that of this piece, and doesn't it lie under the arrow or the bar?"""
    if shape.area < SMALLEST_NAMED:
        return False
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    west, north, east, south = largest.bounds
    x, y = place(shape, letters)
    is_covered = any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in TAKEN)
    return east - west >= letters * LETTER * 0.6 and south - north >= 2 * LETTER and not is_covered


def place(shape: BaseGeometry, letters: int) -> tuple[float, float]:
    """Where a name of so many letters stands: in the largest part, and whole in the picture."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    at = shapely.point_on_surface(largest)
    half = letters * LETTER / 2 + 1
    return round(min(max(at.x, half), WIDE - half), 2), round(min(max(at.y, 2 * LETTER), HIGH - LETTER), 2)


def path_of(shape: BaseGeometry) -> str:
    """A polygon, or several, as a path of SVG."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [ring for part in polygons for ring in (part.exterior, *part.interiors)]
    return " ".join(f"{path_of_line(list(ring.coords)[:-1])}Z" for ring in rings)


def path_of_line(points: Any) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


__all__ = ["HIGH", "SIDES", "WIDE", "AreaSheet", "Label", "sheet_of"]
