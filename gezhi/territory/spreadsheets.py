"""Areas as an Excel workbook, out and in: rows to bytes by `kernel.workbooks`, and bytes to rows."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from gezhi.kernel.workbooks import Column, NoWorkbook, Sheet, read_lines, typed_text, write
from gezhi.territory.area_rows import REQUIRED, AreaRow, UnreadableFile

# Heading on paper -> column of `AreaRow`; other headings are for reading only and passed over on the way in.
HEADINGS = {
    "编码": "code",
    "名称": "name",
    "上级编码": "parent",
    "级别": "level",
    "类别": "kind",
    "类型": "subtype",
    "户数": "households",
    "人口": "population",
    "东至": "bounds_east",
    "南至": "bounds_south",
    "西至": "bounds_west",
    "北至": "bounds_north",
}
MOST_ROWS = 20_000
WIDTHS = {"编码": 9, "名称": 14, "上级编码": 8, "所在": 20}


def write_workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet under these headings."""
    return write(Sheet(title, [Column(heading, WIDTHS.get(heading, 0)) for heading in headings], rows))


def read_workbook(data: bytes) -> list[AreaRow]:
    """The rows of the first sheet, by their headings, in Chinese as written here or in English as in a CSV. Formulas are not reckoned.

    Raises `UnreadableFile`: "workbook" (no Excel file, or one that unpacks into far too much), "columns", "empty".
    """
    try:
        lines = read_lines(data, most_rows=MOST_ROWS)
    except NoWorkbook as error:
        raise UnreadableFile("workbook") from error
    if not lines:
        raise UnreadableFile("empty")
    known = {field.name for field in fields(AreaRow)} - {"line"}
    names = [HEADINGS.get(typed_text(cell), typed_text(cell).lower()) for cell in lines[0]]
    missing = tuple(name for name in REQUIRED if name not in names)
    if missing:
        raise UnreadableFile("columns", missing)
    # Of two columns with one name the first counts.
    columns = {name: at for at, name in reversed(list(enumerate(names))) if name in known}
    return [
        AreaRow(number, **{name: typed_text(line[at]) if at < len(line) else "" for name, at in columns.items()})
        for number, line in enumerate(lines[1:], start=2)
        if any(cell not in (None, "") for cell in line)
    ]
