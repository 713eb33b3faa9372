"""Days of the district's life by the real actions under a simulated clock: from the report to the end of each case."""

import time
from datetime import datetime, timedelta
from typing import Any

from tests.bench.run import Bench
from tests.bench.table import Row, all_met, both

ABOUT = "the life of cases by `ops.simulate`, extrapolated to a year"
DAYS = 3
MONDAY, FILLING = datetime(2026, 3, 2), timedelta(days=2)  # noqa: DTZ001 - made aware where Django is
A_DAY, A_YEAR = 1_100, 400_000
MOST_MINUTES = 15


def measure(bench: Bench) -> list[Row]:
    found: dict[str, dict[str, float]] = {}
    with bench.copies("simulate") as places:
        for place in places:
            found[place.vendor] = place.call("tests.bench.simulating:life", days=DAYS)
    minutes = {vendor: A_YEAR / one["rate"] / 60 for vendor, one in found.items()}
    return [
        Row(
            f"simulation, {DAYS} working days of {A_DAY:,} reports",
            {vendor: f"{one['rate']:,.0f} cases/s" for vendor, one in found.items()},
            f"a year of {A_YEAR:,} cases",
            both(minutes, "{:.0f}") + " min",
            f"< {MOST_MINUTES} min",
            all_met(one < MOST_MINUTES for one in minutes.values()),
            found,
        ),
        Row("  its deeds", {vendor: f"{one['deeds']:,.0f}/s" for vendor, one in found.items()}),
    ]


def life(days: int) -> dict[str, Any]:
    """Cases and deeds a second. Runs inside a place."""
    from django.utils import timezone

    from gezhi.ops.simulate import Life, Pace

    # Some days to fill the desks, so that what is measured are working days like any other.
    monday = timezone.make_aware(MONDAY)
    first, end = monday + FILLING, monday + FILLING + timedelta(days=days)
    Life(Pace(A_DAY), start=monday, end=first).run()
    started = time.perf_counter()
    tally = Life(Pace(A_DAY, seed=2), start=first, end=end).run()
    took = time.perf_counter() - started
    return {
        "rate": tally.cases / took,
        "deeds": tally.steps.total() / took,
        "refused": dict(tally.refused),
        "steps": dict(tally.steps),
    }
