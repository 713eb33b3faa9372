"""Rows of a CSV file of which some may be broken. Pure.

A missing quotation mark makes an ordinary reader swallow the rows behind it and turn inside and outside around for the rest of the file.
Here every row is read on its own from the line where it begins. When it can't be one - a quote that isn't followed by a comma, too few
columns - or when one of the lines it swallowed begins a good row itself, only that row is given up, and reading goes on at the next line
that begins one.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

# No message is longer; so a quote that is never closed costs a bounded look ahead, not the rest of the file.
MOST_LINES, MOST_CHARACTERS = 2_000, 400_000
csv.field_size_limit(MOST_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells as they stand in the file; `line` is where the row begins, counted from 1 as editors do. `fault`: why it is none."""

    line: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True)
class Text:
    """A file as lines with their ends, and which of them (from 0) could not be decoded."""

    lines: list[str]
    encoding: str
    undecodable: frozenset[int] = field(default_factory=frozenset)


def decode(content: bytes) -> Text:
    """UTF-8 with or without its mark, UTF-16 with one, or GB 18030 (GBK). A few bad bytes make bad lines, not another encoding."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Text(lines_of(content.decode("utf-16", errors="replace")), "utf-16")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return Text(lines_of(content.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        pass
    raw = re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", content)
    faults = {encoding: {at for at, line in enumerate(raw) if not decodes(line, encoding)} for encoding in ENCODINGS}
    encoding = min(ENCODINGS, key=lambda name: len(faults[name]))
    lines = [line.decode(encoding, errors="replace") for line in raw]
    return Text(lines, encoding, frozenset(faults[encoding]))


ENCODINGS = ("utf-8", "gb18030")


def decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def lines_of(text: str) -> list[str]:
    """Lines with their ends, cut where CSV cuts them: not at every separator that Unicode knows."""
    return io.StringIO(text, newline="").readlines()


class Broken(Exception):
    """No row begins here. `fault` says why."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Layout(Protocol):
    """What reading must know of a file's columns; `mapping.Layout` knows it."""

    @property
    def width(self) -> int:
        """How many columns a row has."""

    def is_plausible(self, row: list[str]) -> bool:
        """Could these cells be a whole row?"""

    def may_begin(self, line: str, delimiter: str) -> bool:
        """Does a line look like the beginning of a row, by its first cells alone?"""


@dataclass(frozen=True)
class Table:
    """The rows of a file behind its header."""

    text: Text
    delimiter: str = ","

    @property
    def header(self) -> list[str]:
        """The first row; empty for an empty file."""
        try:
            return self.read(0)[0]
        except Broken:
            return []

    def rows(self, layout: Layout) -> Iterator[Row]:
        """Every row behind the header, good or given up. Empty lines are nobody's row."""
        try:
            at = self.read(0)[1]
        except Broken:
            at = 1
        lines = self.text.lines
        while at < len(lines):
            if not lines[at].strip():
                at += 1
                continue
            row, at = self.row_at(at, layout)
            yield row

    def row_at(self, start: int, layout: Layout) -> tuple[Row, int]:
        """The row that begins on this line, and the line on which the next one begins."""
        line = start + 1
        try:
            cells, end = self.read(start)
        except Broken as broken:
            return Row(line, [], broken.fault), self.next_start(line, layout)
        if len(cells) != layout.width:
            return Row(line, cells), self.next_start(line, layout)
        # Quotes can be odd and the columns still come out even: then a line in the middle begins a whole row of its own.
        for inner in range(start + 1, end):
            if layout.may_begin(self.text.lines[inner], self.delimiter) and self.reads_well(inner, layout):
                return Row(line, [], "quote"), inner
        if any(at in self.text.undecodable for at in range(start, end)):
            return Row(line, cells, "encoding"), end
        return Row(line, cells), end

    def next_start(self, start: int, layout: Layout) -> int:
        """The first line from `start` on that begins another row: what lies before it are the remains of the broken one."""
        for at in range(start, len(self.text.lines)):
            line = self.text.lines[at]
            if layout.may_begin(line, self.delimiter) or (self.delimiter in line and self.reads_well(at, layout)):
                return at
        return len(self.text.lines)

    def reads_well(self, start: int, layout: Layout) -> bool:
        try:
            return layout.is_plausible(self.read(start)[0])
        except Broken:
            return False

    def read(self, start: int) -> tuple[list[str], int]:
        """The cells of the row that begins on line `start` and the line behind it. Raises `Broken`."""
        reader = csv.reader(self.lines_from(start), delimiter=self.delimiter, strict=True)
        try:
            cells = next(reader)
        except StopIteration:
            raise Broken("quote") from None
        except csv.Error as error:
            raise Broken("too_long" if "limit" in str(error) else "quote") from None
        return cells, start + reader.line_num

    def lines_from(self, start: int) -> Iterator[str]:
        """A bounded look ahead, so that a quote that is never closed ends soon."""
        room = MOST_CHARACTERS
        for at in range(start, min(start + MOST_LINES, len(self.text.lines))):
            line = self.text.lines[at]
            room -= len(line)
            if room < 0 and at > start:
                return
            yield line
