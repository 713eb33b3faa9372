"""A report comes in over HTTP: one, a hundred a call, and by the action alone; beside a bare view and the same rows written by pgbench."""

import re
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.bench.load import Outcome, drive, request
from tests.bench.place import Failed, Place, hello_served
from tests.bench.run import CONNECTIONS, ROUNDS, Bench, middle
from tests.bench.table import POSTGRESQL, Row, all_met, both
from tests.bench.texts import as_body, finding

ABOUT = "reports over HTTP, singly and a hundred a call; limits: a bare view, pgbench with the same rows"
ONE, MANY = "/api/v1/cases", "/api/v1/cases/batch"
A_CALL = 100
MOST_STATEMENTS, LEAST_SHARE, LEAST_BATCH = 8, 0.10, 8.0
TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)


@dataclass
class Measured:
    """Rates a second by round, and all latencies of the single intake."""

    hello: list[float] = field(default_factory=list)
    single: list[float] = field(default_factory=list)
    batch: list[float] = field(default_factory=list)
    pgbench: list[float] = field(default_factory=list)
    share: list[float] = field(default_factory=list)
    took: Outcome = field(default_factory=Outcome)
    action: float = 0.0
    statements: list[str] = field(default_factory=list)


def measure(bench: Bench) -> list[Row]:
    found = {}
    with bench.copies("intake") as places:
        for place in places:
            found[place.vendor] = measure_one(bench, place)
    return rows(found)


def measure_one(bench: Bench, place: Place) -> Measured:
    cast = place.call("tests.bench.town:cast")
    measured = Measured(statements=place.call("tests.bench.intake_inside:statements", cast=cast))
    script = place.call("tests.bench.intake_inside:pgbench_script", cast=cast) if place.vendor == POSTGRESQL else ""
    with place.served() as port, hello_served(place.vendor) as hello:
        drive(port, singles(cast), seconds=0.5)
        for _round in range(ROUNDS):
            measured.hello.append(drive(hello, singles(cast), seconds=bench.seconds / 2).rate)
            single = drive(port, singles(cast), seconds=bench.seconds).require_success()
            measured.single.append(single.rate)
            measured.took.took += single.took
            batch = drive(port, batches(cast), seconds=bench.seconds).require_success()
            measured.batch.append(batch.rate * A_CALL)
            if script and bench.programs:
                measured.pgbench.append(pgbench(bench.programs, place, script, seconds=bench.seconds))
                measured.share.append(single.rate / measured.pgbench[-1])
    measured.action = place.call("tests.bench.intake_inside:action_rate", cast=cast, seconds=bench.seconds)
    return measured


def singles(cast: dict[str, Any]) -> list[Iterator[bytes]]:
    """A plan for each connection: reports without end."""

    def plan(random: Random) -> Iterator[bytes]:
        while True:
            yield posted(ONE, cast, finding(random, cast))

    return [plan(Random()) for _connection in range(CONNECTIONS)]


def batches(cast: dict[str, Any]) -> list[Iterator[bytes]]:
    def plan(random: Random) -> Iterator[bytes]:
        while True:
            yield posted(MANY, cast, {"drafts": [finding(random, cast) for _draft in range(A_CALL)]})

    return [plan(Random()) for _connection in range(CONNECTIONS)]


def posted(path: str, cast: dict[str, Any], content: Any) -> bytes:
    headers = {"Authorization": f"Bearer {cast['token']}", "Idempotency-Key": uuid.uuid4().hex}
    return request("POST", path, body=as_body(content), headers=headers)


def pgbench(programs: Path, place: Place, script: str, *, seconds: float) -> float:
    """Transactions a second of a script: 8 clients, prepared statements."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        words = [
            str(programs / "pgbench"), "--no-vacuum", "--protocol=prepared", "--client", str(CONNECTIONS), "--jobs", "2",
            "--time", str(max(1, round(seconds))), "--file", file.name, place.url.replace("postgres://", "postgresql://"),
        ]  # fmt: skip
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    tps = TPS.search(done.stdout)
    if done.returncode or tps is None or "aborted" in done.stderr:
        raise Failed(f"pgbench:\n{done.stdout}\n{done.stderr}")
    return float(tps[1])


def rows(found: dict[str, Measured]) -> list[Row]:
    single = {vendor: middle(one.single) for vendor, one in found.items()}
    hello = {vendor: middle(one.hello) for vendor, one in found.items()}
    batch = {vendor: middle(one.batch) for vendor, one in found.items()}
    action = {vendor: one.action for vendor, one in found.items()}
    statements = {vendor: len(one.statements) for vendor, one in found.items()}
    share = {vendor: middle(one.share) for vendor, one in found.items() if one.share}
    limit = {vendor: middle(one.pgbench) for vendor, one in found.items() if one.pgbench}
    return [
        Row(
            "bare view over HTTP, no database",
            {vendor: f"{rate:,.0f}/s" for vendor, rate in hello.items()},
            facts={"rate": hello},
        ),
        Row(
            "intake over HTTP, 8 connections",
            {vendor: f"{rate:,.0f}/s" for vendor, rate in single.items()},
            f"pgbench, same rows: {limit[POSTGRESQL]:,.0f}/s" if limit else "pgbench, same rows: not measured",
            f"{share[POSTGRESQL]:.1%}" if share else "",
            f">= {LEAST_SHARE:.0%} of pgbench",
            share[POSTGRESQL] >= LEAST_SHARE if share else None,
            {"rate": single, "pgbench": limit, "share": share, "rounds": {v: one.single for v, one in found.items()}},
        ),
        Row(
            "  p50 / p95 / p99",
            {vendor: latencies(one.took) for vendor, one in found.items()},
            "bare view",
            both({vendor: single[vendor] / hello[vendor] for vendor in found}, "{:.1%}"),
            facts={
                vendor: [one.took.percentile(share) for share in (0.5, 0.95, 0.99)] for vendor, one in found.items()
            },
        ),
        Row(
            "  statements, one transaction",
            {vendor: str(count) for vendor, count in statements.items()},
            target=f"<= {MOST_STATEMENTS}",
            met=all_met(count <= MOST_STATEMENTS for count in statements.values()),
            facts={vendor: one.statements for vendor, one in found.items()},
        ),
        Row(
            "  the action alone, in process",
            {vendor: f"{rate:,.0f}/s" for vendor, rate in action.items()},
            facts={"rate": action},
        ),
        Row(
            f"intake in batches of {A_CALL} over HTTP",
            {vendor: f"{rate:,.0f}/s" for vendor, rate in batch.items()},
            "single intake",
            both({vendor: batch[vendor] / single[vendor] for vendor in found}, "{:.1f}x"),
            f">= {LEAST_BATCH:.0f}x single",
            all_met(batch[vendor] / single[vendor] >= LEAST_BATCH for vendor in found),
            {"rate": batch, "rounds": {vendor: one.batch for vendor, one in found.items()}},
        ),
    ]


def latencies(outcome: Outcome) -> str:
    return " / ".join(f"{outcome.percentile(share):.1f}" for share in (0.5, 0.95, 0.99)) + " ms"
