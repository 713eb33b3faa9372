"""Small maps as drawings in the page: outlines, names and marked places. They need no script, no tiles and no network, and they print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from gezhi.territory.crs import LocalMetres

# Units of the drawing; the page scales it to the room there is.
WIDTH, TALLEST, FLATTEST = 520.0, 560.0, 220.0
MARGIN = 10.0
# More names than this cover each other.
MOST_NAMES = 60


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline in degrees. `tone` is the class that colours it, `label` what is written on it, `title` what a pointer is told."""

    outline: Any
    tone: str
    title: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    d: str
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    x: str
    y: str
    words: str
    tone: str = ""


@dataclass(frozen=True)
class Picture:
    """What the template draws. `words` say the same to who can't see it."""

    width: str
    height: str
    words: str
    paths: list[Path] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def picture(
    shapes: Sequence[Shape], words: Any, *, window: Any = None, marks: Iterable[tuple[float, float, str]] = ()
) -> Picture | None:
    """A drawing of the shapes, cut to `window` (an outline in degrees, by default that of all); None where there is nothing to draw.

    `marks` are places (longitude, latitude) with a short text.
    """
    if not shapes:
        return None
    bounds = shapely.total_bounds([window] if window is not None else [shape.outline for shape in shapes])
    west, south, east, north = (float(value) for value in bounds)
    plane = LocalMetres.at((west + east) / 2, (south + north) / 2)
    left, bottom = plane.forward(west, south)
    right, top = plane.forward(east, north)
    scale = min((WIDTH - 2 * MARGIN) / max(right - left, 1.0), (TALLEST - 2 * MARGIN) / max(top - bottom, 1.0))
    height = max((top - bottom) * scale + 2 * MARGIN, FLATTEST)
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2

    def drawn(degrees: Any) -> Any:
        x, y = plane.forward(degrees[:, 0], degrees[:, 1])
        return np.column_stack((WIDTH / 2 + (x - middle_x) * scale, height / 2 - (y - middle_y) * scale))

    frame = shapely.box(-MARGIN, -MARGIN, WIDTH + MARGIN, height + MARGIN)
    flat = [shapely.transform(shape.outline, drawn) for shape in shapes]
    found = Picture(f"{WIDTH:.0f}", f"{height:.0f}", str(words))
    inside = shapely.box(0, 0, WIDTH, height)
    for shape, outline in zip(shapes, flat, strict=True):
        if not outline.intersects(frame):
            continue
        # Half a unit is less than one sees, and far less to send.
        found.paths.append(Path(path_of(outline.simplify(0.3)), shape.tone, shape.title))
        if shape.label and len(found.labels) < MOST_NAMES and outline.intersects(inside):
            # What is cut by the window is named where one sees it.
            seen = outline.intersection(inside) if outline.is_valid else outline
            point = seen.representative_point()
            found.labels.append(Label(f"{point.x:.1f}", f"{point.y:.1f}", shape.label))
    for lng, lat, text in marks:
        (x, y), *_rest = drawn(np.array([[lng, lat]])).tolist()
        found.labels.append(Label(f"{x:.1f}", f"{y:.1f}", text, "mark"))
    return found


def path_of(outline: Any) -> str:
    """The rings as commands of a path."""
    rings = shapely.get_rings(shapely.get_parts(outline))
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)[:-1].tolist()) + "Z"
        for ring in rings
    )
