"""The event log: events handed to their subscribers, and chains proved."""

import time
from typing import Any

from tests.bench.run import Bench
from tests.bench.table import Row

ABOUT = "events dispatched, chains verified"
CASES = 4_000


def measure(bench: Bench) -> list[Row]:
    found = {}
    with bench.copies("log") as places:
        for place in places:
            found[place.vendor] = place.call("tests.bench.log:rates")
    return [
        Row(
            "events handed to their subscribers",
            {vendor: f"{one['dispatch']:,.0f}/s" for vendor, one in found.items()},
            facts=found,
        ),
        Row("events whose chain is verified", {vendor: f"{one['verify']:,.0f}/s" for vendor, one in found.items()}),
    ]


# --- inside a place -------------------------------------------------------------------------------------------------


def cases() -> int:
    from gezhi.cases.models import Case

    return Case.objects.count()


def rates() -> dict[str, Any]:
    from django.utils import timezone

    from gezhi.kernel import events
    from gezhi.ops.verify import verify
    from tests.bench.stepping_inside import prepare

    while events.dispatch(at=timezone.now(), limit=1000):
        pass
    prepare(CASES)
    started, handed = time.perf_counter(), 0
    while count := events.dispatch(at=timezone.now(), limit=200):
        handed += count
    dispatched = time.perf_counter()
    checked = verify()
    done = time.perf_counter()
    assert not checked.faults, f"{checked.faults} faults"
    return {"dispatch": handed / (dispatched - started), "verify": checked.events / (done - dispatched)}
