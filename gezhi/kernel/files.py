"""Files that come in from outside: looked at, made harmless, stored once by their content.

What a file is, its first bytes say; the name and the type that the sender claims are never believed and the name
isn't kept. Pictures are decoded and written anew, so nothing but the picture itself survives: no place where a photo
was taken, no camera number, no hidden second file. They are turned upright and brought to at most 2560 pixels; a
small one for lists lies beside each.

Storing belongs before the transaction of the action that uses the file: a file without a row harms nobody, a row
without a file does. The file is complete on the disk, or not there at all.
"""

import errno
import hashlib
import io
import os
import secrets
import struct
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Missing, Refused

SIZE_LIMIT = 10 * 1024 * 1024
# A phone's 50 megapixels pass; decoded, that many take 200 MB for a moment.
PIXEL_LIMIT = 64_000_000
LONG_SIDE = 2560
SMALL_SIDE = 480
JPEG, PNG, PDF = StoredFile.Kind.JPEG, StoredFile.Kind.PNG, StoredFile.Kind.PDF


class Readable(Protocol):
    """An uploaded file, an open file, a BytesIO."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Content:
    """What is stored: the bytes, what they are, and for pictures the size in pixels and a small JPEG."""

    data: bytes
    kind: StoredFile.Kind
    width: int | None = None
    height: int | None = None
    small: bytes | None = None


def keep(upload: Readable, *, at: datetime) -> StoredFile:
    """Take a file in. JPEG, PNG, WebP, GIF and PDF up to 10 MB; anything else is Refused. The same content gives the
    same row.

    Call it at the border, before the action and outside its transaction.
    """
    content = examine(read_limited(upload))
    sha256 = hashlib.sha256(content.data).hexdigest()
    try:
        write_once(path_of(sha256), content.data)
        if content.small is not None:
            write_once(small_path_of(sha256), content.small)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused(
                "file_disk_full", _("服务器存储空间已满，文件没有存下；已填的内容还在，请稍后再传。"), field="file"
            ) from error
        raise
    stored, _created = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            "kind": content.kind,
            "size": len(content.data),
            "width": content.width,
            "height": content.height,
            "created_at": at,
        },
    )
    return stored


def open_file(stored: StoredFile, *, small: bool = False) -> BinaryIO:
    """The content, or with `small` the picture for lists (a JPEG). `Missing` if there is none."""
    try:
        return (small_path_of(stored.sha256) if small else path_of(stored.sha256)).open("rb")
    except FileNotFoundError as error:
        raise Missing("file_missing", _("文件不在存储中。")) from error


def is_intact(stored: StoredFile) -> bool:
    """Is the content on the disk still what was stored?"""
    try:
        with path_of(stored.sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == stored.sha256
    except FileNotFoundError:
        return False


# --- looking --------------------------------------------------------------------------------------------------------


def read_limited(upload: Readable) -> bytes:
    data = bytearray()
    # A short read isn't the end: sockets and uploads in parts give what they have.
    while chunk := upload.read(SIZE_LIMIT + 1 - len(data)):
        data += chunk
        if len(data) > SIZE_LIMIT:
            raise Refused("file_too_large", _("文件超过 10 MB，没有收下。请压缩或拍小一些再传。"), field="file")
    if not data:
        raise Refused("file_empty", _("文件是空的，没有收下。"), field="file")
    return bytes(data)


def examine(data: bytes) -> Content:
    """What the bytes are, made ready to be stored; Refused if nothing we take."""
    picture = picture_format(data)
    if picture is not None:
        return redraw(data, picture)
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return Content(data, PDF)
    raise Refused("file_kind", _("只收照片（JPG、PNG、WebP、GIF）和 PDF，这个文件不是，没有收下。"), field="file")


def picture_format(data: bytes) -> str | None:
    """Pillow's name of the format, by the signature alone."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error, OverflowError)


def redraw(data: bytes, picture: str) -> Content:
    """The first frame, upright, at most 2560 pixels long, written anew: JPEG for photos, PNG where PNG or GIF came in
    or parts are clear.
    """
    try:
        with warnings.catch_warnings():
            # The limit is ours, below; Pillow's own warning would only reach a log.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=[picture])
            if image.width * image.height > PIXEL_LIMIT:
                raise Refused("file_too_many_pixels", _("图片超过 6400 万像素，没有收下。请缩小后再传。"), field="file")
            # Only JPEG knows how: it decodes at a half, a quarter or an eighth right away.
            image.draft("RGB", (LONG_SIDE, LONG_SIDE))
            image.load()
            image = ImageOps.exif_transpose(image)
            has_clear_parts = "A" in image.getbands() or "transparency" in image.info
            image = image.convert("RGBA" if has_clear_parts else "RGB")
            image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    except Image.DecompressionBombError as error:
        raise Refused(
            "file_too_many_pixels", _("图片超过 6400 万像素，没有收下。请缩小后再传。"), field="file"
        ) from error
    except BROKEN as error:
        raise Refused("file_broken", _("图片损坏或不完整，没有收下。请重新拍摄或另存后再传。"), field="file") from error
    kind = PNG if has_clear_parts or picture in {"PNG", "GIF"} else JPEG
    return Content(encoded(image, kind), kind, image.width, image.height, small_of(image))


def encoded(image: Image.Image, kind: StoredFile.Kind) -> bytes:
    # A copy of the pixels alone: whatever the decoder hung on the image stays behind.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    if kind == PNG:
        bare.save(out, "PNG", optimize=False)
    else:
        bare.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue()


def small_of(image: Image.Image) -> bytes:
    """At most 480 pixels, clear parts white."""
    small = image.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    return encoded(small, JPEG)


# --- the disk -------------------------------------------------------------------------------------------------------


def path_of(sha256: str) -> Path:
    return Path(settings.FILES) / sha256[:2] / sha256[2:]


def small_path_of(sha256: str) -> Path:
    return path_of(sha256).with_suffix(".small.jpg")


def write_once(path: Path, data: bytes) -> None:
    """Complete or not at all, and on the disk when this returns. What lies there already under this name has the same
    content.
    """
    if path.exists() and path.stat().st_size == len(data):
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{secrets.token_hex(8)}")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    # The new name itself must outlive a power cut as well.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
