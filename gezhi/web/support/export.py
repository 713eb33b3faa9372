"""A register on its way out: as Excel, or as Word where a paper is wanted (`?as=docx`). One door for all rooms."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from gezhi.kernel import documents
from gezhi.kernel.documents import new_document
from gezhi.kernel.workbooks import KIND, Sheet, write
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.views.supervisions import attachment

WORD = "docx"
# A paper is read; whoever wants every row of a long register takes the workbook.
MOST_ROWS = 1_000


def exported(request: DeskRequest, title: Any, sheets: Sequence[Sheet]) -> HttpResponse:
    """The sheets as a file with the day in its name."""
    is_paper = request.GET.get("as") == WORD
    content = paper(title, sheets, at=request.at) if is_paper else write(*sheets)
    response = HttpResponse(content, content_type=documents.MEDIA_TYPE if is_paper else KIND)
    name = f"{title}-{localdate(request.at):%Y%m%d}.{WORD if is_paper else 'xlsx'}"
    response.headers["Content-Disposition"] = attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def paper(title: Any, sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """A document of tables under their headings, with the day on which it was made."""
    document = new_document(title, number=f"{localdate(at):%Y-%m-%d}", at=at)
    for sheet in sheets:
        rows = [[word_of(value) for value in row] for row in sheet.rows]
        if len(sheets) > 1:
            documents.heading(document, sheet.title)
        documents.table(document, [column.title for column in sheet.columns], rows[:MOST_ROWS])
        if len(rows) > MOST_ROWS:
            documents.paragraphs(document, _("只列前 %(most)s 行，全部见 Excel。") % {"most": MOST_ROWS})
        for note in sheet.notes:
            documents.paragraphs(document, note)
    return documents.as_bytes(document)


def as_paper(href: str) -> str:
    """The address of a workbook, asked for as Word."""
    return f"{href}{'&' if '?' in href else '?'}as={WORD}"


def word_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
