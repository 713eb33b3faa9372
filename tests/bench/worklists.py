"""The first page of a worklist over HTTP, where there are a hundred thousand cases and where there are ten times as many."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any
from urllib.parse import quote

from tests.bench.load import drive, request
from tests.bench.place import Place
from tests.bench.run import ROUNDS, Bench, middle
from tests.bench.table import Row, all_met, both

ABOUT = "pages of 50 and search at 100,000 and 1,000,000 cases, 2 % open"
SMALL, LARGE, WHOLE = 100_000, 1_000_000, 10_000_000
MOST_STATEMENTS, MOST_GROWTH = 10, 1.3
RARE, COMMON = "蓝花楹", "消防通道"
# What is asked for, by whom, and where.
PAGES = {
    "worklist page, a community's desk": ("clerk", "/operation/"),
    "worklist page, the whole district": ("district", "/operation/?scope=area"),
    "worklist page, the archive of the district": ("district", "/operation/?scope=area&stage=closed"),
    "API, the first 50 open cases": ("token", "/api/v1/cases?limit=50"),
    "search, a word of ten cases": ("district", f"/operation/?scope=area&q={quote(RARE)}"),
    "search, a word of every eighth case": ("district", f"/operation/?scope=area&q={quote(COMMON)}"),
}


@dataclass
class Looked:
    """Milliseconds by page and size, a list of rounds each; statements by page, at the largest size."""

    p50: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    p95: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    statements: dict[str, list[str]] = field(default_factory=dict)

    def at(self, page: str, size: int) -> str:
        return f"{middle(self.p50[page, size]):.1f} / {middle(self.p95[page, size]):.1f}"

    def growth(self, page: str, size: int) -> float:
        return middle(self.p95[page, size]) / middle(self.p95[page, SMALL])


def measure(bench: Bench) -> list[Row]:
    sizes = (SMALL, LARGE, *([WHOLE] if bench.is_full else []))
    found = {}
    with bench.copies("worklist") as places:
        for place in places:
            found[place.vendor] = look(bench, place, sizes)
    return [row for page in PAGES for row in rows(page, found, sizes)]


def look(bench: Bench, place: Place, sizes: tuple[int, ...]) -> Looked:
    ready = place.call("tests.bench.filling:prepare")
    asked = {page: (path, headers_of(who, ready)) for page, (who, path) in PAGES.items()}
    looked = Looked()
    with ExitStack() as stack:
        filled = {}
        for size in sizes:
            if size != SMALL:
                place = stack.enter_context(place.copy(str(size)))
            started = time.monotonic()
            place.call("tests.bench.filling:grow", size=size)
            bench.say(f"  {size:,} cases in {time.monotonic() - started:.0f} s")
            filled[size] = place
        looked.statements = place.call("tests.bench.filling:statements", paths=asked)
        ports = {size: stack.enter_context(one.served()) for size, one in filled.items()}
        for page, (path, headers) in asked.items():
            # Sizes take turns, so that whoever else uses the machine disturbs them alike.
            for _round in range(ROUNDS):
                for size, port in ports.items():
                    asking = repeat(request("GET", path, headers=headers))
                    outcome = drive(port, [asking], seconds=bench.seconds / 2, least=3).require_success()
                    looked.p50.setdefault((page, size), []).append(outcome.percentile(0.5))
                    looked.p95.setdefault((page, size), []).append(outcome.percentile(0.95))
    return looked


def headers_of(who: str, ready: dict[str, Any]) -> dict[str, str]:
    if who == "token":
        return {"Authorization": f"Bearer {ready['token']}"}
    return {"Cookie": f"sessionid={ready[who]}", "Accept": "text/html"}


def rows(page: str, found: dict[str, Looked], sizes: tuple[int, ...]) -> list[Row]:
    largest = sizes[-1]
    growth = {vendor: one.growth(page, largest) for vendor, one in found.items()}
    counts = {vendor: len(one.statements[page]) for vendor, one in found.items()}
    return [
        Row(
            f"{page}: p50 / p95 ms",
            {vendor: " > ".join(one.at(page, size) for size in sizes) for vendor, one in found.items()},
            " > ".join(f"{size:,}" for size in sizes),
            both(growth, "{:.2f}x"),
            f"p95 <= {MOST_GROWTH}x",
            all_met(one <= MOST_GROWTH for one in growth.values()),
            {
                vendor: {f"{label} {size}": values for (label, size), values in one.p95.items()}
                for vendor, one in found.items()
            },
        ),
        Row(
            "  statements",
            {vendor: str(count) for vendor, count in counts.items()},
            target=f"<= {MOST_STATEMENTS}",
            met=all_met(count <= MOST_STATEMENTS for count in counts.values()),
            facts={vendor: one.statements[page] for vendor, one in found.items()},
        ),
    ]
