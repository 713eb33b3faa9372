"""Photos between the choosing and the sending, and later for the eyes of the one who holds the receipt code.

A photo that was taken in stays taken in when the form comes back with an error: the form carries a signed token for it. Tokens are signed,
because stored files have guessable numbers and belong to all cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core import signing
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Attachment, Case
from gezhi.kernel.files import Readable, keep, open_file
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Missing, Refused

KEPT_SALT = "gezhi.portal.kept"
CASE_SALT = "gezhi.portal.case"
# A form may lie open overnight.
KEPT_FOR = 36 * 3600
MOST = 6
# The steps with which a reporter sends pictures.
BY_REPORTER = ("report", "supplement")


class Upload(Readable, Protocol):
    """A file as the form brings it."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo that is here already, and the token that says so."""

    file: StoredFile
    token: str


def kept_before(tokens: Iterable[str]) -> list[Kept]:
    """The photos of these tokens, in their order; forged, expired and repeated ones are passed over."""
    wanted: dict[int, str] = {}
    for token in tokens:
        try:
            wanted.setdefault(int(signing.loads(token, salt=KEPT_SALT, max_age=KEPT_FOR)), token)
        except (signing.BadSignature, ValueError, TypeError):
            continue
    found = StoredFile.objects.in_bulk(list(wanted)[:MOST])
    return [Kept(found[key], token) for key, token in wanted.items() if key in found]


def take_in(uploads: Iterable[Upload], kept: list[Kept], *, at: datetime) -> list[Any]:
    """Add new photos to `kept`, as far as there is room; the sentences about those that were not taken."""
    wrong: list[Any] = []
    present = {photo.file.pk for photo in kept}
    for upload in uploads:
        if len(kept) >= MOST:
            wrong.append(_("最多 %(most)s 张照片，多出的没有收。") % {"most": MOST})
            break
        try:
            file = keep(upload, at=at)
        except Refused as refusal:
            wrong.append(_("%(name)s：%(why)s") % {"name": (upload.name or "")[-40:], "why": refusal.message})
            continue
        if not file.is_picture:
            wrong.append(_("%(name)s：这里只收照片。") % {"name": (upload.name or "")[-40:]})
        elif file.pk not in present:
            present.add(file.pk)
            kept.append(Kept(file, signing.dumps(file.pk, salt=KEPT_SALT)))
    return wrong


def tokens_of(case: Case) -> list[str]:
    """One token for each picture that the reporter sent, with the report or later."""
    files = (
        case.attachments.filter(step__in=BY_REPORTER, file__width__isnull=False)
        .order_by("id")
        .values_list("file_id", flat=True)
    )
    return [signing.dumps([case.pk, file], salt=CASE_SALT) for file in files]


def show_kept(token: str) -> FileResponse:
    """The small picture of a kept photo. Raises `Missing`."""
    kept = kept_before([token])
    if not kept:
        raise no_such_photo()
    return picture(kept[0].file, small=True)


def show_of_case(token: str) -> FileResponse:
    """A picture of a case, for a token from the page of its receipt code. Raises `Missing`, also when it was taken off the case since."""
    try:
        case_id, file_id = signing.loads(token, salt=CASE_SALT, max_age=KEPT_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        raise no_such_photo() from None
    attached = (
        Attachment.objects.filter(case_id=case_id, file_id=file_id, step__in=BY_REPORTER).select_related("file").first()
    )
    if attached is None:
        raise no_such_photo()
    return picture(attached.file, small=False)


def picture(file: StoredFile, *, small: bool) -> FileResponse:
    response = FileResponse(open_file(file, small=small), content_type="image/jpeg" if small else file.kind)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def no_such_photo() -> Missing:
    return Missing("no_such_photo", _("没有这张照片，或者链接已经过期。"))
