"""The one table at the end of a run."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

COLUMNS = ("what", "SQLite", "PostgreSQL", "limit beside it", "ratio", "target", "met")
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass
class Row:
    """One line. `values` by database; `limit` is what the machine could do at best, `ratio` what is judged against `target`.

    `met` is None where there is nothing to judge. `facts` are the bare numbers, for the JSON file.
    """

    what: str
    values: Mapping[str, str]
    limit: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def cells(self) -> tuple[str, ...]:
        met = {True: "yes", False: "NO", None: ""}[self.met]
        here, there = self.values.get(SQLITE, ""), self.values.get(POSTGRESQL, "")
        return (self.what, here, there, self.limit, self.ratio, self.target, met)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def table(rows: Iterable[Row]) -> str:
    """Aligned, and Markdown all the same."""
    lines: list[Sequence[str]] = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(3, *(shown_width(line[column]) for line in lines)) for column in range(len(COLUMNS))]
    written = [
        f"| {' | '.join(padded(cell, width) for cell, width in zip(line, widths, strict=True))} |" for line in lines
    ]
    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return "\n".join([written[0], rule, *written[1:]])


def padded(cell: str, width: int) -> str:
    return cell + " " * (width - shown_width(cell))


def shown_width(text: str) -> int:
    """Chinese characters take two columns of a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def both(values: Mapping[str, float], form: str = "{:,.0f}") -> str:
    """ "0.12 / 0.15": SQLite, PostgreSQL; one of them alone where only one was measured."""
    return " / ".join(form.format(values[vendor]) for vendor in (SQLITE, POSTGRESQL) if vendor in values)


def all_met(values: Iterable[bool]) -> bool | None:
    """None where nothing was measured."""
    judged = list(values)
    return all(judged) if judged else None
