"""Files come in before the command that uses them. What is given back is a signed word, not a row's number:
nobody can attach, and so read, a file that somebody else sent in.
"""

from datetime import timedelta
from typing import Annotated, Any

from django.core import signing
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field

from gezhi.cases.models import Attachment, Case
from gezhi.kernel.access import Actor
from gezhi.kernel.files import keep, open_file
from gezhi.kernel.http.inputs import LARGEST_ID, ApiRequest, Text, about, said
from gezhi.kernel.http.repeats import reply_once
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Missing, Refused

SALT = "gezhi.cases.api.file"
USABLE_FOR = timedelta(days=1)
FILE_ANSWER: dict[str, Any] = {
    "responses": {200: {"content": {kind: {} for kind in ("image/jpeg", "image/png", "application/pdf")}}}
}
FileWord = Annotated[Text, Field(max_length=200)]


class FileKept(BaseModel):
    id: Annotated[str, about(_("填进 files；一天内有效，只供上传的人使用。"))]
    kind: str
    size: int
    width: int | None
    height: int | None


def word_for(stored: StoredFile, actor: Actor, at: float) -> str:
    return signing.dumps([stored.pk, int(at)], salt=f"{SALT}:{actor.user_id}")


def files_of(words: list[str], actor: Actor, *, at: float) -> list[StoredFile]:
    """The files that these words stand for; no query, because the signature says that the rows exist. Raises `Refused`."""
    found = []
    for word in words:
        try:
            key, since = signing.loads(word, salt=f"{SALT}:{actor.user_id}")
        except (signing.BadSignature, ValueError, TypeError):
            since = None
        if since is None or at - since > USABLE_FOR.total_seconds():
            raise Refused("no_such_file", _("有一个文件不是您上传的，或者已经过期。请重新上传。"), field="files")
        found.append(StoredFile(pk=key))
    return found


def upload(request: ApiRequest, file: File[UploadedFile]) -> HttpResponse:
    """Take a picture or PDF in. The content is looked at, never the name; photos lose their metadata."""
    actor, at = request.auth, request.at
    # The same content is the same row, so doing this again before a replay changes nothing.
    stored = keep(file, at=at)

    def do() -> tuple[int, BaseModel]:
        kept = FileKept(
            id=word_for(stored, actor, at.timestamp()),
            kind=stored.kind,
            size=stored.size,
            width=stored.width,
            height=stored.height,
        )
        return 201, kept

    return reply_once(request, f"user:{actor.user_id}", {"sha256": stored.sha256}, do, at=at)


def download(request: ApiRequest, file_id: int, small: bool = False) -> FileResponse:
    """A file through a case that the actor may see."""
    visible = Case.objects.visible_to(request.auth).order_by().values("pk")
    attachment = (
        Attachment.objects.filter(file_id=file_id, case__in=visible).select_related("file").first()
        if 0 < file_id <= LARGEST_ID
        else None
    )
    if attachment is None:
        raise Missing("no_such_file", _("没有这个文件，或者它不在您的范围内。"))
    return sent(attachment.file, small=small)


def sent(stored: StoredFile, *, small: bool) -> FileResponse:
    """Its content. Pictures were drawn anew and can't hold anything that runs; documents are only ever downloaded."""
    response = FileResponse(
        open_file(stored, small=small),
        content_type="image/jpeg" if small else stored.kind,
        as_attachment=not stored.is_picture,
        filename=f"{stored.sha256[:12]}.{stored.kind.rpartition('/')[2]}",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def add_to(router: Router) -> None:
    router.post(
        "/files",
        response={201: FileKept},
        operation_id="keep_file",
        **said(
            _("上传文件"), _("照片（JPG、PNG、WebP、GIF）或 PDF，最大 10 MB。返回的 id 填进上报或办理步骤的 files。")
        ),
        tags=["files"],
    )(upload)
    router.get(
        "/files/{file_id}",
        operation_id="get_file",
        **said(_("取文件"), _("只能经由看得到的事件。small=true 为小图。")),
        tags=["files"],
        openapi_extra=FILE_ANSWER,
    )(download)
