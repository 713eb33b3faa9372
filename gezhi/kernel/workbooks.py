"""Excel workbooks of plain tables: a header that stays in sight, cells with the type of their value, and nothing that could run; and read back.

A text that Excel would take for a formula stays a text, also for whoever saves the sheet as CSV and opens that: it gets an apostrophe in front.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins like this would run as a formula on somebody's machine.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE, LONGEST_CELL, WIDEST = 31, 32_767, 60
# Of what is read: an unpacked workbook of a thousand grids takes less than one megabyte.
MOST_MEGABYTES = 60
LONGEST_READ = 1_000
FORMATS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", float: "0.00"}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `width` in characters of Chinese, `shape` a number format of Excel where the type alone does not say it (`0%`)."""

    title: Any
    width: int = 0
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. Values are texts, whole numbers, floats, booleans, days, instants, or None for an empty cell. `notes` stand below it."""

    title: Any
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[Any] = ()


def safe(text: str) -> str:
    """The text without what no sheet can hold, and unable to run."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)[: LONGEST_CELL - 1]
    return f"'{plain}" if plain.startswith(FORMULA) else plain


def write(*sheets: Sheet) -> bytes:
    """The workbook as a file."""
    book = Workbook(write_only=True)
    titles: set[str] = set()
    for sheet in sheets:
        page = book.create_sheet(free_title(str(sheet.title), titles))
        page.freeze_panes = "A2"
        for number, column in enumerate(sheet.columns, start=1):
            width = column.width or len(str(column.title)) + 2
            # A Chinese character is about two of those in which Excel measures.
            page.column_dimensions[get_column_letter(number)].width = min(2 * width, WIDEST)
        page.append([heading(page, column) for column in sheet.columns])
        for row in sheet.rows:
            page.append([cell(page, value, column) for value, column in zip(row, sheet.columns, strict=True)])
        if sheet.notes:
            page.append([])
        for note in sheet.notes:
            page.append([cell(page, str(note), Column(""))])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def free_title(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes, and that no sheet before has."""
    plain = NOT_IN_TITLES.sub(" ", safe(wanted)).strip("' ")[:LONGEST_TITLE] or "1"
    title, number = plain, 1
    while title.lower() in taken:
        number += 1
        title = f"{plain[: LONGEST_TITLE - len(str(number)) - 1]} {number}"
    taken.add(title.lower())
    return title


def heading(page: Any, column: Column) -> Any:
    made = cell(page, str(column.title), column)
    made.font = Font(bold=True)
    made.fill = PatternFill("solid", fgColor="E8EEF7")
    made.alignment = Alignment(wrap_text=True, vertical="center")
    return made


def cell(page: Any, value: Any, column: Column) -> Any:
    """One value in its own type; a lazy text is a text."""
    plain = plain_of(value)
    made = WriteOnlyCell(page, value=plain)
    if isinstance(plain, str):
        made.data_type = "s"
    elif shape := shape_of(plain, column):
        made.number_format = shape
    return made


def plain_of(value: Any) -> Any:
    if isinstance(value, datetime):
        # Excel knows no time zones: what stands there is the time of the house.
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | date):
        return value
    return safe(str(value))


def shape_of(plain: Any, column: Column) -> str:
    """The number format; "" where Excel's own will do."""
    usual = FORMATS.get(type(plain), "")
    return usual if isinstance(plain, date) else "" if isinstance(plain, bool) else column.shape or usual


# --- reading --------------------------------------------------------------------------------------------------------


class NoWorkbook(Exception):
    """The bytes are no Excel file, or one that unpacks into far too much."""


def read_lines(data: bytes, *, most_rows: int) -> list[list[Any]]:
    """The cells of the first sheet, line by line, the heading included. Formulas are not reckoned. Raises `NoWorkbook`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_MEGABYTES * 1_000_000:
                raise NoWorkbook
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        return [list(line) for line in book.worksheets[0].iter_rows(max_row=most_rows + 1, values_only=True)]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise NoWorkbook from error


def typed_text(cell: Any) -> str:
    """A cell as one would have typed it: Excel keeps codes and counts as numbers with a fraction, days as instants, and we put an apostrophe
    before a formula."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()[:LONGEST_READ]
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
