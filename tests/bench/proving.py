"""A division is proved: certificate, list of defects, and the running sum; beside `shapely.coverage_is_valid`, which is no proof."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from gezhi.territory.coverage import prove
from gezhi.territory.coverage.fingerprint import Balance, total
from gezhi.territory.coverage.lattice import as_shapes
from gezhi.territory.coverage.measuring import measured
from gezhi.territory.tests.patchwork import LATTICE, names, patchwork
from tests.bench.run import Bench
from tests.bench.table import SQLITE, Row

ABOUT = "a division proved, at two sizes; limit: shapely's coverage_is_valid"
# Columns and rows of quarters: about the district's 1,157 grids, ten times and a hundred times as many.
SIZES, FULL = ((34, 34), (107, 108)), (340, 340)
BENDS = 5
TIMES = 10


def measure(bench: Bench) -> list[Row]:
    bench.say("prove ...")
    return [row for size in (*SIZES, *([FULL] if bench.is_full else [])) for row in rows(figures(*size))]


def best(run: Callable[[], Any], rounds: int = 3) -> float:
    """Seconds, the best of some rounds."""
    run()
    took = []
    for _round in range(rounds):
        started = time.perf_counter()
        run()
        took.append(time.perf_counter() - started)
    return min(took)


def figures(columns: int, lines: int, rounds: int = 3) -> dict[str, float]:
    flat = patchwork(columns, lines, BENDS)
    shapes, codes = LATTICE.unflat(flat), names(len(flat))
    parent = LATTICE.unflat(shapely.coverage_union_all(flat))
    proof = prove(codes, shapes, parent, lattice=LATTICE)
    assert proof.certificate is not None
    assert proof.certificate.outlines == len(flat)
    # One polygon in a hundred is left out: as many gaps, or fewer and larger ones where they touch.
    left = np.arange(len(flat)) % 100 != 50
    some = [code for code, stays in zip(codes, left.tolist(), strict=True) if stays]
    spoilt = prove(some, shapes[left], parent, lattice=LATTICE)
    missing = float(shapely.area(flat[~left]).sum()) / 1e6
    assert abs(sum(defect.area for defect in spoilt.defects) - missing) < 1
    lanes = measured(shapes, LATTICE).lanes.tolist()
    balance = Balance(total(measured(as_shapes([parent]), LATTICE).lanes))
    pairs = list(zip(codes, [(first, second) for first, second in lanes], strict=True))

    def update() -> None:
        for code, lane in pairs:
            balance.put(code, lane)

    updating = best(update, rounds)
    assert balance.is_even
    return {
        "polygons": float(len(flat)),
        "coverage_is_valid": best(lambda: shapely.coverage_is_valid(shapes), rounds),
        "certificate": best(lambda: prove(codes, shapes, parent, lattice=LATTICE), rounds),
        "defects": float(len(spoilt.defects)),
        "listing": best(lambda: prove(some, shapes[left], parent, lattice=LATTICE), rounds),
        "update": updating / len(flat),
    }


def rows(found: dict[str, float]) -> list[Row]:
    count = f"{found['polygons']:,.0f}"
    ratio = found["coverage_is_valid"] / found["certificate"]
    limit = f"coverage_is_valid: {1000 * found['coverage_is_valid']:,.1f} ms"
    return [
        Row(
            f"prove {count} polygons: certificate",
            {SQLITE: f"{1000 * found['certificate']:,.1f} ms"},
            limit,
            f"{ratio:.1f}x",
            f">= {TIMES}x",
            ratio >= TIMES,
            found,
        ),
        Row(f"  every defect listed, {found['defects']:,.0f} of them", {SQLITE: f"{1000 * found['listing']:,.1f} ms"}),
        Row("  a polygon changed in the running sum", {SQLITE: f"{1e6 * found['update']:,.2f} µs"}),
    ]
