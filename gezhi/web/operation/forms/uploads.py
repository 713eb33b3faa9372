"""Uploads: any number in one field, and kept, signed for one person, until the form that they came with passes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.files import keep
from gezhi.kernel.inputs import MOST_FILES
from gezhi.kernel.models import StoredFile

KEPT_FOR_SECONDS = 24 * 3600


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of uploads; what they are is looked at when they are kept."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        uploads = data if isinstance(data, list | tuple) else [data]
        return [forms.FileField.clean(self, upload, initial) for upload in uploads if upload]


def files_field() -> FilesField:
    return FilesField(
        label=_("照片或文件"),
        required=False,
        help_text=_("照片或 PDF，每个不超过 10 MB，最多 %(most)s 个。照片里的拍摄地点等信息会去掉。")
        % {"most": MOST_FILES},
        widget=ManyFiles(attrs={"class": "form-control", "accept": "image/*,application/pdf"}),
    )


def keep_uploads(uploads: "Sequence[UploadedFile[Any]]", *, kept: str, user_id: int, at: datetime) -> list[StoredFile]:
    """The files of a form: those of an earlier try that was refused, then the new ones. Before the action, outside its transaction."""
    earlier = list(StoredFile.objects.filter(pk__in=opened_token(kept, user_id))) if kept else []
    return [*earlier, *(keep(upload, at=at) for upload in uploads)]


def token_of(files: Sequence[StoredFile], user_id: int) -> str:
    """Names stored files in a hidden field. Signed for this person: whoever could write keys here could read other people's files."""
    return signing.dumps([file.pk for file in files], salt=f"kept-files-{user_id}") if files else ""


def opened_token(token: str, user_id: int) -> list[int]:
    try:
        return list(signing.loads(token, salt=f"kept-files-{user_id}", max_age=KEPT_FOR_SECONDS))
    except signing.BadSignature:
        return []
