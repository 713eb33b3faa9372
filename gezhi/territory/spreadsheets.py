"""Grids as an Excel workbook, out and in. Pure: rows in, bytes out, and the other way round.

What people typed may begin with "=" and must never become a formula in somebody's Excel: every text is written as text and marked so.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

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
WIDTHS = {"编码": 18, "名称": 28, "上级编码": 15}


def write_workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a heading that stays in sight. Texts stay texts, numbers numbers, None an empty cell."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title[:31]
    sheet.freeze_panes = "A2"
    for number, values in enumerate([headings, *rows], start=1):
        for column, value in enumerate(values, start=1):
            if value is not None and value != "":
                put(sheet, number, column, value)
    for column, heading in enumerate(headings, start=1):
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(heading, 12)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, bool | int | float):
        cell.value = value
        return
    text = "".join(letter for letter in str(value) if letter >= " " or letter in "\n\t")
    cell.value = text
    # openpyxl takes "=1+1" for a formula; and Excel takes more than that for one when a cell is edited without the mark.
    cell.data_type = "s"
    cell.quotePrefix = True


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
    """A cell as one would have typed it: Excel keeps codes and counts as numbers with a fraction."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()[:LARGEST_FIELD]
