"""Word documents on A4: the one place that knows how they are written. Plain functions over one document in memory.

    document = new_document(_("人民调解协议书"), number="370103人调〔2026〕0012号")
    heading(document, _("协议内容"))
    paragraphs(document, text)
    content = as_bytes(document)

Chinese stands in FangSong and SimHei with names that Word, WPS and LibreOffice all know and replace where they are missing. Whatever people
typed goes through `printable`: XML has no place for control characters, and a broken file would be found out by the one who opens it.
"""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.run import Run

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LATIN, BODY, HEADING = "Times New Roman", "仿宋", "黑体"
# What XML 1.0 can't hold.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
BLANK = "＿" * 8


def printable(text: Any) -> str:
    """The text without what no document can hold; line ends as `\\n`."""
    return UNPRINTABLE.sub("", LINE_ENDS.sub("\n", str(text)))


def new_document(title: Any, *, number: str = "", at: datetime) -> Word:
    """An empty A4 sheet with its title in the middle and the number below it. `at` is written into the file as when it was made."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(25)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(14)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    facts = document.core_properties
    # The template of the library comes with a name and a date of its own.
    facts.title, facts.author, facts.last_modified_by, facts.comments = printable(title), "", "", ""
    facts.created = facts.modified = at
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    lettered(line.add_run(printable(title)), HEADING, 20)
    if number:
        below = document.add_paragraph(printable(number))
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return document


def lettered(run: Run, font: str, size: int) -> None:
    """Set a run in a Chinese font; points."""
    run.font.name, run.font.size = LATIN, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def heading(document: Word, text: Any) -> None:
    line = document.add_paragraph()
    line.paragraph_format.space_before, line.paragraph_format.keep_with_next = Pt(10), True
    lettered(line.add_run(printable(text)), HEADING, 14)


def paragraphs(document: Word, text: Any) -> None:
    """Each line a paragraph with two characters of indent, as letters are written; empty lines are left out."""
    for line in printable(text).split("\n"):
        if line.strip():
            paragraph = document.add_paragraph(line.strip())
            paragraph.paragraph_format.first_line_indent = Pt(28)
            paragraph.paragraph_format.line_spacing = 1.5
            paragraph.paragraph_format.space_after = Pt(0)


def pairs(document: Word, rows: Iterable[tuple[Any, Any]]) -> None:
    """A table of two columns: what, and which."""
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for name, value in rows:
        cells = table.add_row().cells
        for cell, width, text in zip(cells, (Mm(40), Mm(116)), (name, value), strict=True):
            cell.width = width
            cell.text = printable(text)


def table(document: Word, headings: Sequence[Any], rows: Sequence[Sequence[Any]]) -> None:
    """A table of any number of columns, its headings repeated on every page."""
    made = document.add_table(rows=len(rows) + 1, cols=len(headings), style="Table Grid")
    for line, texts in zip(made.rows, [headings, *rows], strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = printable(text)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(10.5)
    for cell in made.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.font.bold = True
    head = made.rows[0]._tr.get_or_add_trPr()
    head.append(head.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def signatures(document: Word, names: Sequence[Any], *, date_line: Any = "") -> None:
    """A line to sign on for each, and below them one for the date."""
    document.add_paragraph()
    for name in names:
        line = document.add_paragraph(f"{printable(name)}：{BLANK}")
        line.paragraph_format.space_after = Pt(12)
        line.paragraph_format.keep_together = True
    if date_line:
        line = document.add_paragraph(printable(date_line))
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def as_bytes(document: Word) -> bytes:
    """The file, ready to be sent."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
