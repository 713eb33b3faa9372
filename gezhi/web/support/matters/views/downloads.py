"""Files that a page hands out: a workbook, a document."""

from datetime import datetime

from django.http import HttpResponse
from django.utils.timezone import localdate

from gezhi.kernel.documents import MEDIA_TYPE
from gezhi.kernel.workbooks import KIND, Sheet, write
from gezhi.web.operation.views.supervisions import attachment


def file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def workbook(sheets: list[Sheet], name: str, at: datetime) -> HttpResponse:
    return file(write(*sheets), KIND, f"{name}-{localdate(at):%Y%m%d}.xlsx")


def document(content: bytes, name: str) -> HttpResponse:
    return file(content, MEDIA_TYPE, f"{name}.docx")
