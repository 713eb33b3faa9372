"""The real names of the district's streets and communities, cut from the open data package china-division.

One district's rows go to var/demo/open-data/areas.csv, which is never committed. `GEZHI_DISTRICT` chooses the district.

Shape: code (12 digits), parent (12 digits), name, level (county, town, village): the national statistics' own words.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from tools.shell import DEMO_VAR, NODE_MODULES, warn

SOURCE = NODE_MODULES / "china-division" / "dist"
AREAS = DEMO_VAR / "open-data" / "areas.csv"
# File of the package, what it calls its rows' level, and how many digits their codes and their parents' have.
LEVELS = (("areas", "county", 6, 4), ("streets", "town", 9, 6), ("villages", "village", 12, 9))
Row = tuple[str, str, str, str]


def district() -> str:
    return os.environ.get("GEZHI_DISTRICT") or "370103"


def prepare() -> bool:
    """Write the file unless this district's is there already; False when the package is missing."""
    if _written_for(district()):
        return True
    if not SOURCE.exists():
        warn("The open data with the names of streets and communities is not here; names will be invented.")
        return False
    rows = list(rows_of(district(), SOURCE))
    if not rows:
        warn(f"The open data knows no district {district()}; names will be invented.")
        return False
    AREAS.parent.mkdir(parents=True, exist_ok=True)
    part = AREAS.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "parent", "name", "level"))
        writer.writerows(rows)
    part.replace(AREAS)
    return True


def rows_of(prefix: str, source: Path) -> Iterator[Row]:
    """The district itself, then its streets, then its communities, each by code."""
    for name, level, digits, parent_digits in LEVELS:
        with (source / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            found = sorted((row["code"], row["name"]) for row in csv.DictReader(file) if row["code"].startswith(prefix))
        for code, label in found:
            yield code[:digits].ljust(12, "0"), code[:parent_digits].ljust(12, "0"), label, level


def _written_for(code: str) -> bool:
    try:
        with AREAS.open(encoding="utf-8", newline="") as file:
            return next(csv.DictReader(file))["code"] == code.ljust(12, "0")
    except (OSError, StopIteration, KeyError):
        return False
