"""A file of messages by `gezhi import-messages`, as a district would take in what a hotline kept."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.bench.place import Place
from tests.bench.run import Bench
from tests.bench.table import Row, all_met, both
from tests.bench.texts import name, phone, text

ABOUT = "`gezhi import-messages` with an invented file of 20,000 rows"
LINES, WHOLE = 20_000, 400_000
MOST_MINUTES = 10
HEADINGS = ("编号", "内容", "时间", "姓名", "电话", "经度", "纬度")
FIELDS = ("number", "text", "said_at", "reporter_name", "reporter_phone", "lng", "lat")


def measure(bench: Bench) -> list[Row]:
    rates, again = {}, {}
    with bench.copies("import") as places:
        for place in places:
            rates[place.vendor], again[place.vendor] = measure_one(place)
    minutes = {vendor: WHOLE / rate / 60 for vendor, rate in rates.items()}
    return [
        Row(
            f"import of a file of {LINES:,} rows",
            {vendor: f"{rate:,.0f}/s" for vendor, rate in rates.items()},
            f"{WHOLE:,} rows",
            both(minutes, "{:.1f}") + " min",
            f"< {MOST_MINUTES} min",
            all_met(one < MOST_MINUTES for one in minutes.values()),
            {"rate": rates},
        ),
        Row(
            "  the same file again, no row twice",
            {vendor: f"{rate:,.0f}/s" for vendor, rate in again.items()},
            facts={"rate": again},
        ),
    ]


def measure_one(place: Place) -> tuple[float, float]:
    """Rows a second, the start of the command included; and when all of them are known already."""
    file, mapping = place.home / "messages.csv", place.home / "mapping.json"
    columns = dict(zip(FIELDS, HEADINGS, strict=True))
    mapping.write_text(json.dumps({"system": "bench", "crs": "gcj02", "columns": columns}), encoding="utf-8")
    write(file, place.call("tests.bench.town:cast"))
    before = place.call("tests.bench.log:cases")
    words = ("import-messages", str(file), "--mapping", str(mapping), "--batch", "500")
    first, second = place.gezhi(*words), place.gezhi(*words)
    taken = place.call("tests.bench.log:cases") - before
    assert taken == LINES, f"{taken} cases of {LINES} rows"
    return LINES / first, LINES / second


def write(path: Path, cast: dict[str, Any]) -> None:
    random = Random(1)
    said_at = datetime(2026, 1, 5, 8, tzinfo=UTC)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(HEADINGS)
        for number in range(1, LINES + 1):
            lng, lat = random.choice(cast["points"])
            moment = said_at + timedelta(minutes=3 * number)
            lines.writerow([number, text(random), f"{moment:%Y-%m-%d %H:%M:%S}", name(random), phone(random), lng, lat])
