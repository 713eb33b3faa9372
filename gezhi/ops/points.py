"""Points inside grids, drawn at random: where invented residents stand, and where a trial import puts messages without a place."""

from random import Random

import shapely
from shapely import MultiPolygon, Polygon

from gezhi.territory.models import Boundary, Level

POOL = 64


class GridPoints:
    """Random points of grids. A grid's points are drawn in pools, because asking the outline point by point costs ten times as much."""

    def __init__(self, outlines: dict[str, Polygon | MultiPolygon]) -> None:
        self.outlines = outlines
        self.codes = sorted(outlines)
        self.pools: dict[str, list[tuple[float, float]]] = {}
        for outline in outlines.values():
            shapely.prepare(outline)

    @classmethod
    def load(cls, within: str = "") -> "GridPoints":
        """Of all active grids whose code begins with `within`. One query."""
        rows = Boundary.objects.current().filter(
            area__is_active=True, area__level=Level.GRID, area__code__startswith=within
        )
        return cls({row.area.code: row.geometry for row in rows.select_related("area")})

    def draw(self, code: str, random: Random) -> tuple[float, float]:
        """The next point of a grid, degrees; evenly spread. The same calls in the same order give the same points."""
        pool = self.pools.get(code)
        if not pool:
            pool = self.pools[code] = scatter(self.outlines[code], POOL, random)
        return pool.pop()

    def holds(self, code: str, lng: float, lat: float) -> bool:
        return bool(shapely.contains_xy(self.outlines[code], lng, lat))

    def anywhere(self, random: Random) -> tuple[float, float]:
        """One point in one grid, from `random` alone: the same seed gives the same point whatever was asked before."""
        return scatter(self.outlines[random.choice(self.codes)], 1, random)[0]


def scatter(outline: Polygon | MultiPolygon, count: int, random: Random) -> list[tuple[float, float]]:
    """`count` points inside an outline: drawn in its box, kept if inside."""
    west, south, east, north = outline.bounds
    found: list[tuple[float, float]] = []
    for _attempt in range(100):
        wanted = 2 * (count - len(found)) + 4
        tries = [(random.uniform(west, east), random.uniform(south, north)) for _point in range(wanted)]
        inside = shapely.contains_xy(outline, [x for x, _ in tries], [y for _, y in tries])
        found += [point for point, is_inside in zip(tries, inside, strict=True) if is_inside]
        if len(found) >= count:
            return found[:count]
    middle = outline.representative_point()
    return [*found, *[(middle.x, middle.y)] * (count - len(found))]
