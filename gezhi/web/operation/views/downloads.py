"""Files at a case, and the list as a table for a spreadsheet."""

import csv
from collections.abc import Iterator
from datetime import datetime

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases import worklist
from gezhi.cases.access import get_case
from gezhi.cases.models import Attachment, Case, Kind, Source
from gezhi.kernel.files import open_file
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Missing
from gezhi.web.clocks import clock_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import desk_name, matter_name, place_name
from gezhi.web.operation.page import at_desk, filters_of
from gezhi.web.operation.wording import moment, stage_words

MOST_ROWS = 50_000
ENDINGS = {StoredFile.Kind.JPEG: "jpg", StoredFile.Kind.PNG: "png", StoredFile.Kind.PDF: "pdf"}
# A cell that begins like this would run as a formula on somebody's machine.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


@require_safe
@at_desk
def file(request: DeskRequest, number: str, pk: int) -> HttpResponseBase:
    """A picture or document of a case, for those who may see the case. `?small` is the one for lists."""
    found = get_case(request.actor, number)
    attachment = Attachment.objects.filter(pk=pk, case=found).select_related("file").first()
    if attachment is None:
        raise Missing("no_such_file", _("没有找到这个文件，或者它不在您的范围内。"))
    return sent(attachment.file, name=f"{found.number}-{pk}", small="small" in request.GET)


def sent(stored: StoredFile, *, name: str, small: bool) -> FileResponse:
    """A stored file under a name without ending. Pictures were drawn anew and can't hold anything that runs; documents are only downloaded."""
    small = small and stored.is_picture
    kind = str(StoredFile.Kind.JPEG) if small else stored.kind
    ending = ENDINGS.get(StoredFile.Kind(kind), "bin")
    response = FileResponse(
        open_file(stored, small=small),
        as_attachment=not stored.is_picture,
        filename=f"{name}.{ending}",
        content_type=kind,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


# --- the table ------------------------------------------------------------------------------------------------------


class Line:
    """A file for csv.writer that gives each line back."""

    def write(self, text: str) -> str:
        return text


def safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def table(rows: Iterator[Case], at: datetime) -> Iterator[list[str]]:
    yield [
        _("编号"), _("标题"), _("类别"), _("来源"), _("事项"), _("位置"), _("岗台"), _("阶段"), _("办理人"), _("紧急"),
        _("收到时间"), _("期限"), _("时限状态"),
    ]  # fmt: skip
    for case in rows:
        yield [
            case.number,
            case.title,
            str(Kind(case.kind).label),
            str(Source(case.source).label),
            matter_name(case.matter_id),
            place_name(case),
            desk_name(case.desk_id),
            stage_words(case),
            case.holder.name if case.holder is not None else "",
            _("是") if case.is_emergency else "",
            moment(case.reported_at),
            moment(case.due_at),
            clock_of(case, at).words,
        ]


def lines(rows: Iterator[Case], at: datetime) -> Iterator[str]:
    writer = csv.writer(Line())
    # The mark by which Excel knows UTF-8.
    yield "\ufeff"
    for row in table(rows, at):
        yield writer.writerow([safe(cell) for cell in row])


@require_safe
@at_desk
def export(request: DeskRequest) -> HttpResponseBase:
    """The filtered list as CSV, at most 50,000 rows, sent while it is read."""
    filters = filters_of(request)
    rows = worklist.every_row(filters, request.actor, request.at, limit=MOST_ROWS)
    response = StreamingHttpResponse(lines(rows, request.at), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cases-{localdate(request.at):%Y%m%d}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
