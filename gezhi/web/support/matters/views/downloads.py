"""Files that a page hands out: a document."""

from django.http import HttpResponse

from gezhi.kernel.documents import MEDIA_TYPE
from gezhi.web.operation.views.supervisions import attachment


def file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def document(content: bytes, name: str) -> HttpResponse:
    return file(content, MEDIA_TYPE, f"{name}.docx")
