"""A point is located among the district's 1,157 grids, in process: singly, as each report does, and in bulk; beside shapely's STRtree."""

import time
from collections.abc import Callable
from typing import Any

from tests.bench.run import Bench
from tests.bench.table import SQLITE, Row

ABOUT = "a point to its grid, singly and in bulk; limit: shapely's STRtree"
SINGLY, IN_BULK = 100_000, 1_000_000


def measure(bench: Bench) -> list[Row]:
    bench.say("locate ...")
    return rows(bench.places[SQLITE].call("tests.bench.locating:rates"))


def rates(points: int = 100_000, rounds: int = 3) -> dict[str, float]:
    """Points a second, the best of some rounds. Runs inside a place, or in a test on the town that stands there."""
    import numpy as np
    import shapely

    from gezhi.kernel import registers
    from gezhi.territory.crs import Crs, from_wgs84
    from gezhi.territory.locate import LOCATOR, locate, locate_many

    registers.look()
    index = LOCATOR.get().indexes[0]
    west, south, east, north = index.bounds
    random = np.random.default_rng(1)
    lng, lat = random.uniform(west, east, points), random.uniform(south, north, points)
    shifted_lng, shifted_lat = from_wgs84(lng, lat, Crs.GCJ02)
    singly = list(zip(lng.tolist(), lat.tolist(), strict=True))[: points // 5]
    shifted = list(zip(shifted_lng.tolist(), shifted_lat.tolist(), strict=True))[: points // 5]
    tree = shapely.STRtree(index.polygons)
    some = [shapely.Point(x, y) for x, y in singly[: points // 20]]

    def best(count: int, run: Callable[[], Any]) -> float:
        run()
        took = []
        for _round in range(rounds):
            started = time.perf_counter()
            run()
            took.append(time.perf_counter() - started)
        return count / min(took)

    return {
        "grids": float(len(index.codes)),
        "singly": best(len(singly), lambda: [locate(x, y) for x, y in singly]),
        "singly GCJ-02": best(len(shifted), lambda: [locate(x, y, Crs.GCJ02) for x, y in shifted]),
        "singly STRtree": best(len(some), lambda: [tree.query(point, predicate="intersects") for point in some]),
        "bulk": best(points, lambda: locate_many(lng, lat)),
        "bulk GCJ-02": best(points, lambda: locate_many(shifted_lng, shifted_lat, Crs.GCJ02)),
        "bulk STRtree": best(points, lambda: tree.query(shapely.points(lng, lat), predicate="intersects")),
    }


def rows(found: dict[str, float]) -> list[Row]:
    def row(way: str, target: int) -> list[Row]:
        limit = found[f"{way} STRtree"]
        return [
            Row(
                f"locate {'one by one' if way == 'singly' else 'in bulk'}, {found['grids']:,.0f} grids",
                {SQLITE: f"{found[way]:,.0f}/s"},
                f"STRtree: {limit:,.0f}/s",
                f"{found[way] / limit:.1f}x",
                f">= {target:,}/s",
                found[way] >= target,
                {name: value for name, value in found.items() if name.startswith(way)},
            ),
            Row(
                "  given in GCJ-02",
                {SQLITE: f"{found[f'{way} GCJ-02']:,.0f}/s"},
                ratio=f"{found[f'{way} GCJ-02'] / limit:.1f}x",
            ),
        ]

    return row("singly", SINGLY) + row("bulk", IN_BULK)
