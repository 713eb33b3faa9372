"""A page of a register as plain values: facts, tables, forms and steps, one below the other; a table is its own Excel sheet.

A view says what stands there, the one template `support/sheet.html` draws it, and `as_workbook` gives the same rows as a file. So a column is
written once, and no register is without its Excel.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from gezhi.kernel.workbooks import Column, Sheet
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.support.export import as_paper, exported
from gezhi.web.support.page import show


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: `value` for Excel and, unless `shown` says it otherwise, for the page. `state` is a colour beside the words."""

    value: Any
    href: str = ""
    small: Any = ""
    state: str = ""
    shown: Any = None
    is_money: bool = False

    @property
    def words(self) -> Any:
        if self.shown is not None:
            return self.shown
        if isinstance(self.value, date):
            return self.value.isoformat()
        return f"{self.value:,}" if isinstance(self.value, int) and abs(self.value) >= 10_000 else self.value

    @property
    def is_number(self) -> bool:
        return self.is_money or (isinstance(self.value, int | float) and not isinstance(self.value, bool))


@dataclass(frozen=True)
class Table:
    """Rows under headings; the first cell of a row is its heading. `empty` is what the page says without rows, `foot` a last row of sums."""

    title: Any
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    empty: Any = ""
    notes: Sequence[Any] = ()
    foot: Sequence[Any] = ()
    kind: str = "table"

    @property
    def cells(self) -> list[list[Cell]]:
        return [[as_cell(one) for one in row] for row in self.rows]

    @property
    def heads(self) -> list[tuple[Column, bool]]:
        """The headings, and whether numbers stand below: those are set to the right."""
        first = self.cells[0] if self.rows else []
        return [(column, bool(first) and first[at].is_number) for at, column in enumerate(self.columns)]

    @property
    def foot_cells(self) -> list[Cell]:
        return [as_cell(one) for one in self.foot]

    @property
    def sheet(self) -> Sheet:
        rows = [[as_cell(one).value for one in row] for row in (*self.rows, *([self.foot] if self.foot else []))]
        return Sheet(self.title, self.columns, rows, self.notes)


@dataclass(frozen=True)
class Facts:
    """Pairs of what and which; a value may be a `Cell` with a link."""

    pairs: Sequence[tuple[Any, Any]]
    title: Any = ""
    kind: str = "facts"

    @property
    def cells(self) -> list[tuple[Any, Cell]]:
        return [(name, as_cell(value)) for name, value in self.pairs]


@dataclass(frozen=True)
class Fill:
    """A form to be filled in. `action` "" is this very address; `is_folded` hides it behind its title until somebody wants it."""

    form: Any
    submit: Any
    seal: str
    title: Any = ""
    action: str = ""
    back: str = ""
    seen: Any = ""
    hint: Any = ""
    is_folded: bool = False
    kind: str = "fill"


@dataclass(frozen=True, slots=True)
class Button:
    """One press, a POST: `fields` are sent along."""

    label: Any
    action: str
    fields: Sequence[tuple[str, Any]] = ()
    key: str = ""
    is_primary: bool = False


@dataclass(frozen=True)
class Buttons:
    several: Sequence[Button]
    title: Any = ""
    kind: str = "buttons"


@dataclass(frozen=True)
class Words:
    """A paragraph or several lines of it; `state` colours it."""

    text: Any
    title: Any = ""
    state: str = ""
    kind: str = "words"


@dataclass(frozen=True, slots=True)
class Tool:
    """A link above the page: export, new, print."""

    label: Any
    href: str
    icon: str = ""
    key: str = ""
    is_primary: bool = False
    is_download: bool = False


@dataclass(frozen=True)
class Page:
    """The whole page. `chips` are rows of choices, `search` the words sought (None: nothing to seek)."""

    title: Any
    blocks: Sequence[Any]
    lead: Any = ""
    tools: Sequence[Tool] = ()
    chips: Sequence[Sequence[Choice]] = ()
    search: str | None = None
    kept: Sequence[tuple[str, str]] = ()
    previous: str = ""
    next: str = ""
    back: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def as_cell(value: Any) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)


def show_sheet(request: DeskRequest, page: Page, *, room: str = "", status: int = 200) -> HttpResponse:
    page = replace(page, tools=[one for tool in page.tools for one in (tool, *word_beside(tool))])
    return show(
        request, "support/sheet.html", {"title": page.title, "page": page, **page.context}, room=room, status=status
    )


def word_beside(tool: Tool) -> list[Tool]:
    """Whatever goes out as Excel goes out as Word as well."""
    if tool.key != "d" or ".xlsx" not in tool.href:
        return []
    return [Tool(_("导出 Word"), as_paper(tool.href), "download", "", is_download=True)]


def as_workbook(request: DeskRequest, title: Any, *tables: Table) -> HttpResponse:
    """The tables as one Excel file with the day in its name, or with `?as=docx` as Word."""
    return exported(request, title, [table.sheet for table in tables])


def excel_tool(href: str) -> Tool:
    return Tool(_("导出 Excel"), href, "download", "d", is_download=True)


def with_query(path: str, query: Iterable[tuple[str, Any]]) -> str:
    said = [(name, value) for name, value in query if value not in ("", None)]
    return f"{path}?{urlencode(said)}" if said else path
