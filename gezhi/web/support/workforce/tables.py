"""A register said once: as a table on the page, as an Excel workbook, as a Word file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format

from gezhi.kernel import documents, workbooks
from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.web.middleware import DeskRequest

WORKBOOK, PAPER = "xlsx", "docx"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and on the page where it leads, a small line below it and a colour that the words bear out."""

    value: Any
    href: str = ""
    small: Any = ""
    state: str = ""

    @property
    def words(self) -> str:
        return words_of(self.value)


def words_of(value: Any) -> str:
    """A value as one reads it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of cells or bare values. `empty` teaches what would stand here; `name` becomes the name of the file."""

    title: Any
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    empty: Any = ""
    name: str = "table"
    notes: Sequence[Any] = ()

    @property
    def lines(self) -> list[list[tuple[Cell, Any]]]:
        """Every row as cells, each with the title of its column, which stands before it where the screen is narrow."""
        return [
            [
                (cell if isinstance(cell, Cell) else Cell(cell), column.title)
                for cell, column in zip(row, self.columns, strict=True)
            ]
            for row in self.rows
        ]


def bare(cell: Any) -> Any:
    """What goes into a sheet: with the small line behind it where there is one."""
    value = cell.value if isinstance(cell, Cell) else cell
    small = cell.small if isinstance(cell, Cell) else ""
    return f"{words_of(value)}（{small}）" if small else value


def workbook(table: Table, *, at: datetime) -> HttpResponse:
    rows = [[bare(cell) for cell in row] for row in table.rows]
    content = workbooks.write(Sheet(table.title, table.columns, rows, notes=table.notes))
    return attached(content, workbooks.KIND, f"{table.title}-{local_day(at):%Y%m%d}.xlsx")


def paper(table: Table, *, at: datetime) -> HttpResponse:
    document = documents.new_document(table.title, number=words_of(local_day(at)), at=at)
    rows = [[words_of(bare(cell)) for cell in row] for row in table.rows]
    documents.table(document, [column.title for column in table.columns], rows)
    for note in table.notes:
        documents.paragraphs(document, note)
    return attached(documents.as_bytes(document), documents.MEDIA_TYPE, f"{table.title}-{local_day(at):%Y%m%d}.docx")


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to be kept; its name may be Chinese."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def as_file(request: DeskRequest, table: Table) -> HttpResponse | None:
    """The table as the file that the address asks for (`?as=xlsx`, `?as=docx`); None where it asks for the page."""
    wanted = request.GET.get("as", "")
    if wanted == WORKBOOK:
        return workbook(table, at=request.at)
    return paper(table, at=request.at) if wanted == PAPER else None
