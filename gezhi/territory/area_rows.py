"""Reads files of areas: CSV with the columns code, parent, name, level. Pure.

The first line names the columns, in any order; more columns than these may stand in the file. Grids may carry kind,
subtype, households, population and the four sides in words (bounds_east ...). UTF-8 (with or without mark) and GB 18030 are read.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from gezhi.territory.codes import Level

REQUIRED = ("code", "name")
LARGEST_FIELD = 1_000

LEVEL_WORDS: dict[str, Level] = {
    "district": "district",
    "county": "district",
    "区": "district",
    "县": "district",
    "区县": "district",
    "street": "street",
    "town": "street",
    "街道": "street",
    "镇": "street",
    "乡": "street",
    "乡镇": "street",
    "community": "community",
    "village": "community",
    "社区": "community",
    "村": "community",
    "社区（村）": "community",
    "grid": "grid",
    "网格": "grid",
}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One line as it stands in the file, unchecked; `line` counts from 1, the heading included."""

    line: int
    code: str
    name: str
    parent: str = ""
    level: str = ""
    kind: str = ""
    subtype: str = ""
    households: str = ""
    population: str = ""
    bounds_east: str = ""
    bounds_south: str = ""
    bounds_west: str = ""
    bounds_north: str = ""


class UnreadableFile(ValueError):
    """Not a file of areas at all. `reason`: "encoding", "columns" (with `missing`), "empty", "workbook"."""

    def __init__(self, reason: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.missing = missing


def decode(data: bytes) -> str:
    """UTF-8 or GB 18030; what is valid UTF-8 with Chinese in it is practically never meant as the other."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile("encoding")


def read_area_rows(data: bytes) -> Iterator[AreaRow]:
    """The rows of a file. A line with fewer cells gives empty values; the action refuses it. Raises `UnreadableFile`."""
    text = decode(data)
    if not text.strip():
        raise UnreadableFile("empty")
    # A stray quotation mark would swallow the lines after it up to the next one: the cells here never need quoting across lines.
    heading, *lines = text.splitlines()
    columns = [name.strip().lower() for name in cells_of(heading)]
    missing = tuple(name for name in REQUIRED if name not in columns)
    if missing:
        raise UnreadableFile("columns", missing)
    known = {name: at for at, name in enumerate(columns) if name in AreaRow.__slots__ and name != "line"}
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        cells = cells_of(line)
        yield AreaRow(number, **{name: cells[at].strip() if at < len(cells) else "" for name, at in known.items()})


def cells_of(line: str) -> list[str]:
    try:
        return [cell[:LARGEST_FIELD] for cell in next(csv.reader(io.StringIO(line)), [])]
    except csv.Error:
        return []
