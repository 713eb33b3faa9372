"""The roll of members (党员名册) as an Excel file: four columns and no more, out of bytes and into rows.

A column that the allocation does not need is not passed over in silence: the file is refused with its heading, so that it is taken out before
it comes in.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gezhi.kernel.workbooks import FORMULA

# Heading on paper -> column of `RollRow`.
HEADINGS = {"编号": "number", "姓名": "name", "党支部": "branch", "网格编码": "grid"}
OTHER_NAMES = {"党员编号": "编号", "内部编号": "编号", "所在党支部": "党支部", "网格": "网格编码"}
REQUIRED = ("编号", "姓名", "党支部")
MOST_ROWS, MOST_MEGABYTES, LONGEST_CELL = 20_000, 60, 200


class UnreadableRoll(ValueError):
    """`reason`: "workbook" (no Excel file, or one that unpacks into far too much), "empty", "missing" or "too_many" columns (`headings`),
    "rows" (too many)."""

    def __init__(self, reason: str, headings: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.headings = tuple(headings)


@dataclass(frozen=True, slots=True)
class RollRow:
    """One line of the file as it was typed; `line` counts from the heading, which is 1."""

    line: int
    number: str
    name: str
    branch: str
    grid: str = ""


def read_roll(data: bytes) -> list[RollRow]:
    """The rows of the first sheet by their headings. Formulas are not reckoned. Raises `UnreadableRoll`."""
    lines = lines_of(data)
    if not lines:
        raise UnreadableRoll("empty")
    titles = [OTHER_NAMES.get(text_of(cell), text_of(cell)) for cell in lines[0]]
    strange = [
        title or "?"
        for at, title in enumerate(titles)
        if title not in HEADINGS and (title or any(at < len(line) and text_of(line[at]) for line in lines[1:]))
    ]
    if strange:
        raise UnreadableRoll("too_many", strange)
    missing = [title for title in REQUIRED if title not in titles]
    if missing:
        raise UnreadableRoll("missing", missing)
    columns = {HEADINGS[title]: at for at, title in reversed(list(enumerate(titles))) if title in HEADINGS}
    return [
        RollRow(number, **{name: text_of(line[at]) if at < len(line) else "" for name, at in columns.items()})
        for number, line in enumerate(lines[1:], start=2)
        if any(text_of(cell) for cell in line)
    ]


def lines_of(data: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_MEGABYTES * 1_000_000:
                raise UnreadableRoll("workbook")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        lines = [list(line) for line in book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, values_only=True)]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise UnreadableRoll("workbook") from error
    if len(lines) > MOST_ROWS + 1:
        raise UnreadableRoll("rows")
    return lines


def text_of(cell: Any) -> str:
    """A cell as one would have typed it; Excel keeps codes as numbers with a fraction, and we put an apostrophe before a formula."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()[:LONGEST_CELL]
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
