"""Areas as an Excel workbook, out and in: rows to bytes by `kernel.workbooks`, and bytes to rows."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gezhi.kernel.workbooks import FORMULA, Column, Sheet, write
from gezhi.territory.area_rows import LARGEST_FIELD, REQUIRED, AreaRow, UnreadableFile

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
# Of the unpacked workbook: a thousand grids take less than one.
MOST_MEGABYTES = 60
WIDTHS = {"编码": 9, "名称": 14, "上级编码": 8, "所在": 20}


def write_workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet under these headings."""
    return write(Sheet(title, [Column(heading, WIDTHS.get(heading, 0)) for heading in headings], rows))


def read_workbook(data: bytes) -> list[AreaRow]:
    """The rows of the first sheet, by their headings, in Chinese as written here or in English as in a CSV. Formulas are not reckoned.

    Raises `UnreadableFile`: "workbook" (no Excel file, or one that unpacks into far too much), "columns", "empty".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_MEGABYTES * 1_000_000:
                raise UnreadableFile("workbook")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        lines = [list(line) for line in book.worksheets[0].iter_rows(max_row=MOST_ROWS + 1, values_only=True)]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise UnreadableFile("workbook") from error
    if not lines:
        raise UnreadableFile("empty")
    known = {field.name for field in fields(AreaRow)} - {"line"}
    names = [HEADINGS.get(text_of(cell), text_of(cell).lower()) for cell in lines[0]]
    missing = tuple(name for name in REQUIRED if name not in names)
    if missing:
        raise UnreadableFile("columns", missing)
    # Of two columns with one name the first counts.
    columns = {name: at for at, name in reversed(list(enumerate(names))) if name in known}
    return [
        AreaRow(number, **{name: text_of(line[at]) if at < len(line) else "" for name, at in columns.items()})
        for number, line in enumerate(lines[1:], start=2)
        if any(cell not in (None, "") for cell in line)
    ]


def text_of(cell: Any) -> str:
    """A cell as one would have typed it: Excel keeps codes and counts as numbers with a fraction, and we put an apostrophe before a formula."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()[:LARGEST_FIELD]
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
