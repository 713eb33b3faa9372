"""Steps of cases over HTTP: claimed, put back, claimed again, finished, verified with the answer."""

from collections.abc import Iterator
from typing import Any

from tests.bench.load import Outcome, drive, request
from tests.bench.place import Place
from tests.bench.run import CONNECTIONS, ROUNDS, Bench, middle
from tests.bench.table import Row, all_met
from tests.bench.texts import as_body

ABOUT = "claim, release, claim, finish, verify over HTTP"
MOST_STATEMENTS = 10
CASES_A_ROUND = 1_600
# Signalen on a machine like ours: 19 to 26 steps a second.
MODEL, TIMES = 26, 20
# Who takes each step, and what is said.
STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("worker", "claim", {}),
    ("worker", "release", {"reason": "换人办理"}),
    ("worker", "claim", {}),
    ("worker", "finish", {"result": "已联系维修单位更换灯具，当晚恢复照明。"}),
    ("clerk", "verify", {"note": "电话核实过", "answer": "您好，您反映的路灯已经修好，感谢您的关心。"}),
)


def measure(bench: Bench) -> list[Row]:
    rates, took, counts = {}, {}, {}
    with bench.copies("step") as places:
        for place in places:
            rate, outcome, statements = measure_one(bench, place)
            rates[place.vendor], took[place.vendor], counts[place.vendor] = rate, outcome, statements
    most = {vendor: max(len(found) for found in steps.values()) for vendor, steps in counts.items()}
    return [
        Row(
            "steps over HTTP, 8 connections",
            {vendor: f"{rate:,.0f}/s" for vendor, rate in rates.items()},
            f"the model system: {MODEL}/s",
            " / ".join(f"{rate / MODEL:.0f}x" for rate in rates.values()),
            f">= {TIMES}x",
            all_met(rate / MODEL >= TIMES for rate in rates.values()),
            {"rate": rates},
        ),
        Row(
            "  p50 / p95",
            {v: f"{one.percentile(0.5):.1f} / {one.percentile(0.95):.1f} ms" for v, one in took.items()},
        ),
        Row(
            "  statements, the most of any step",
            {vendor: str(count) for vendor, count in most.items()},
            target=f"<= {MOST_STATEMENTS}",
            met=all_met(count <= MOST_STATEMENTS for count in most.values()),
            facts=counts,
        ),
    ]


def measure_one(bench: Bench, place: Place) -> tuple[float, Outcome, dict[str, list[str]]]:
    ready = place.call("tests.bench.stepping_inside:prepare", count=CASES_A_ROUND * ROUNDS + 1)
    statements = place.call("tests.bench.stepping_inside:statements", ready=ready, steps=STEPS)
    keys = ready["cases"][1:]
    together = Outcome()
    rates = []
    with place.served() as port:
        for number in range(ROUNDS):
            mine = keys[number * CASES_A_ROUND : (number + 1) * CASES_A_ROUND]
            plans = [plan(ready, mine[connection::CONNECTIONS]) for connection in range(CONNECTIONS)]
            outcome = drive(port, plans, seconds=bench.seconds).require_success()
            rates.append(outcome.rate)
            together.took += outcome.took
    return middle(rates), together, statements


def plan(ready: dict[str, Any], keys: list[int]) -> Iterator[bytes]:
    """Each case through all its steps; every step says which version it has seen."""
    for key in keys:
        seen = ready["version"]
        for who, step, said in STEPS:
            headers = {"Authorization": f"Bearer {ready[who]}", "Idempotency-Key": f"{key}-{seen}-{step}"}
            body = as_body({**said, "seen": seen})
            yield request("POST", f"/api/v1/cases/{key}/steps/{step}", body=body, headers=headers)
            seen += 1
