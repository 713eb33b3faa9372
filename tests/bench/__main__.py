"""`./dev bench [names] [--full] [--seconds N]`: measure and print one table. See docs/bench.md."""

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import psycopg

from tests.bench import (
    importing,
    intake,
    locating,
    log,
    phones,
    planning,
    proving,
    rates,
    simulating,
    stepping,
    worklists,
)
from tests.bench.machine import facts
from tests.bench.place import Failed, founded
from tests.bench.run import Bench
from tests.bench.table import POSTGRESQL, SQLITE, Row, table
from tools.shell import ROOT, stop_politely_when_terminated

BENCHES = {
    "intake": intake,
    "import": importing,
    "step": stepping,
    "worklist": worklists,
    "locate": locating,
    "prove": proving,
    "simulate": simulating,
    "log": log,
    "phones": phones,
    "rates": rates,
    "plan": planning,
}
# These need no PostgreSQL, and none has to be founded for them.
IN_PROCESS = {"locate", "plan", "prove"}
# And these no database at all.
PURE = {"plan", "prove"}


def main(words: list[str]) -> int:
    listing = "; ".join(f"{name}: {module.ABOUT}" for name, module in BENCHES.items())
    parser = argparse.ArgumentParser(prog="./dev bench", description=f"Measure. {listing}.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"{', '.join(BENCHES)}; all by default")
    parser.add_argument(
        "--full", action="store_true", help="the worklist also at ten million cases, a plan also of a city"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round; three rounds, the median counts")
    options = parser.parse_args(words)
    if unknown := [name for name in options.names if name not in BENCHES]:
        parser.error(f"no such bench: {', '.join(unknown)}")
    chosen = [name for name in BENCHES if not options.names or name in options.names]
    started = time.monotonic()
    about = facts()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gezhi-bench-")))
        server = "" if set(chosen) <= IN_PROCESS else os.environ.get("GEZHI_BENCH_POSTGRES_URL", "")
        places = {}
        vendors = [] if set(chosen) <= PURE else [SQLITE, *([POSTGRESQL] if server else [])]
        for vendor in vendors:
            say(f"a district on {vendor} ...")
            places[vendor] = stack.enter_context(founded(vendor, folder, server if vendor == POSTGRESQL else ""))
        if server:
            about["PostgreSQL"] = about_server(server)
        programs = os.environ.get("GEZHI_BENCH_POSTGRES_PROGRAMS")
        bench = Bench(places, Path(programs) if programs else None, options.seconds, options.full, say)
        rows: list[Row] = []
        code = 0
        for name in chosen:
            try:
                rows += BENCHES[name].measure(bench)
            except (Failed, AssertionError) as error:
                code = 1
                say(f"{name} failed: {error}")
                rows.append(Row(f"{name}: failed, see above", {}, met=False))
    about["took"] = f"{time.monotonic() - started:.0f} s"
    kept = keep(about, rows)
    print("\n".join([*(f"{name}: {value}" for name, value in about.items()), "", table(rows), "", f"kept in {kept}"]))
    return code


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def about_server(server: str) -> str:
    """The version, and whether a commit waits for the disk, without which no rate means anything."""
    with psycopg.connect(server) as connection:
        said = [
            connection.execute(f"SHOW {name}").fetchone() for name in ("server_version", "synchronous_commit", "fsync")
        ]
    version, commit, fsync = (row[0] if row else "?" for row in said)
    return f"{version}, synchronous_commit {commit}, fsync {fsync} (SQLite: WAL, synchronous NORMAL)"


def keep(about: dict[str, str], rows: list[Row]) -> Path:
    path = ROOT / "var" / "bench" / f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"about": about, "rows": [row.as_json() for row in rows]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return path.relative_to(ROOT)


if __name__ == "__main__":
    stop_politely_when_terminated()
    sys.exit(main(sys.argv[1:]))
