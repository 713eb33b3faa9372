"""Files from outside: what is taken, what is made of it, and that it lies on the disk once and whole."""

import errno
import hashlib
import io
import os
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image, ImageDraw
from pytest_django import Settings

from gezhi.kernel import files
from gezhi.kernel.files import is_intact, keep, open_file
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Missing, Refused

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.FILES = tmp_path / "files"
    return settings.FILES


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> io.BytesIO:
    """A picture with a red upper left corner, so that one can see which way up it is."""
    image = Image.new(mode, size, 128 if mode in {"L", "I;16", "P"} else None)
    if mode in {"RGB", "RGBA"}:
        ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="red")
    out = io.BytesIO()
    image.save(out, form, **options)
    out.seek(0)
    return out


def refusal_of(content: bytes | io.BytesIO) -> Refused:
    with pytest.raises(Refused) as refusal:
        keep(io.BytesIO(content) if isinstance(content, bytes) else content, at=NOW)
    assert refusal.value.field == "file"
    assert "没有" in str(refusal.value), "says what became of the file"
    assert not StoredFile.objects.exists()
    return refusal.value


def on_disk(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()] if store.exists() else []


# --- what is taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "mode", "kind"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("WEBP", "RGB", "image/jpeg"),
        ("WEBP", "RGBA", "image/png"),
        ("GIF", "P", "image/png"),
    ],
)
def test_every_picture_becomes_a_plain_jpeg_or_png(form: str, mode: str, kind: str) -> None:
    stored = keep(picture(form, mode=mode), at=NOW)
    assert (stored.kind, stored.width, stored.height) == (kind, 64, 48)
    assert stored.created_at == NOW
    with open_file(stored) as file, Image.open(file) as image:
        assert image.size == (64, 48)
        assert Image.MIME[str(image.format)] == kind
    with open_file(stored, small=True) as file, Image.open(file) as image:
        assert image.format == "JPEG"


def test_a_pdf_is_kept_as_it_came() -> None:
    content = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    stored = keep(SimpleUploadedFile("来信 张三 13812345678.pdf", content), at=NOW)
    assert (stored.kind, stored.size, stored.width) == ("application/pdf", len(content), None)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    with open_file(stored) as file:
        assert file.read() == content
    with pytest.raises(Missing):
        open_file(stored, small=True)
    assert not any("张三" in path.name for path in on_disk(files.path_of("ab").parent.parent))


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.jpg", b"x" * 100)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        zipped(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><body>photo.jpg</body></html>",
        b"MZ\x90\x00",
        b"%PDF-1.7 with no end",
        b" %PDF-1.7\n%%EOF",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"BM" + b"\0" * 60,
        "纯文字".encode(),
    ],
)
def test_anything_else_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        keep(SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg"), at=NOW)
    assert refusal.value.code == "file_kind"
    assert "照片" in str(refusal.value)


def test_too_much_and_nothing_are_refused() -> None:
    assert refusal_of(b"\xff\xd8\xff" + b"\0" * files.SIZE_LIMIT).code == "file_too_large"
    assert refusal_of(b"").code == "file_empty"


def test_an_upload_is_read_no_further_than_the_limit() -> None:
    class Endless:
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            chunk = b"\xff" * min(size, 65_536)
            self.given += len(chunk)
            return chunk

    endless = Endless()
    with pytest.raises(Refused):
        keep(endless, at=NOW)
    assert endless.given == files.SIZE_LIMIT + 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_cut_off_picture_is_refused(form: str) -> None:
    whole = picture(form, size=(300, 300), mode="P" if form == "GIF" else "RGB").getvalue()
    assert refusal_of(whole[: len(whole) // 2]).code == "file_broken"
    assert refusal_of(whole[:16]).code == "file_broken"


def test_a_picture_that_would_burst_the_memory_is_refused_before_it_is_decoded() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for side in (9_000, 60_000):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
            + chunk(b"IEND", b"")
        )
        assert refusal_of(bomb).code == "file_too_many_pixels"


# --- what is made of it -----------------------------------------------------------------------------------------------


def test_the_place_and_the_camera_do_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 39.0, 4.0), 3: "E", 4: (117.0, 7.0, 12.0)})
    came = picture("JPEG", exif=exif.tobytes(), comment=b"SecretComment")
    assert b"SecretCamera" in came.getvalue(), "else this test proves nothing"
    stored = keep(came, at=NOW)
    for small in (False, True):
        with open_file(stored, small=small) as file:
            content = file.read()
        assert b"Secret" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert dict(image.getexif()) == {}
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }


def test_text_hidden_in_a_png_does_not_survive() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "SecretAuthor")
    came = picture("PNG", pnginfo=notes)
    came.seek(0, io.SEEK_END)
    came.write(zipped())
    came.seek(0)
    stored = keep(came, at=NOW)
    with open_file(stored) as file:
        content = file.read()
    assert b"SecretAuthor" not in content
    assert b"PK\x03\x04" not in content, "nor a second file hung on behind"


def test_a_photo_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    stored = keep(picture("JPEG", size=(200, 100), exif=exif.tobytes()), at=NOW)
    assert (stored.width, stored.height) == (100, 200)
    with open_file(stored) as file, Image.open(file) as image:
        red, green, _blue = image.getpixel((90, 10))  # type: ignore[misc]
        assert red > 180
        assert green < 90


def test_large_pictures_shrink_and_small_ones_stay() -> None:
    stored = keep(picture(size=(5000, 2500)), at=NOW)
    assert (stored.width, stored.height) == (2560, 1280)
    with open_file(stored, small=True) as file, Image.open(file) as image:
        assert image.size == (480, 240)
    assert keep(picture(size=(10, 8)), at=NOW).width == 10


# --- the disk ---------------------------------------------------------------------------------------------------------


def test_the_same_content_is_stored_once(store: Path) -> None:
    one, other = keep(picture(), at=NOW), keep(picture(), at=NOW)
    assert one == other
    assert len(on_disk(store)) == 2, "the picture and its small one"
    assert files.path_of(one.sha256) == store / one.sha256[:2] / one.sha256[2:]
    assert is_intact(one)
    assert one.size == files.path_of(one.sha256).stat().st_size


def test_a_lost_file_comes_back_with_its_next_upload(store: Path) -> None:
    stored = keep(picture(), at=NOW)
    files.path_of(stored.sha256).unlink()
    assert not is_intact(stored)
    with pytest.raises(Missing):
        open_file(stored)
    assert keep(picture(), at=NOW) == stored
    assert is_intact(stored)


def test_a_changed_file_is_noticed(store: Path) -> None:
    stored = keep(picture(), at=NOW)
    path = files.path_of(stored.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert not is_intact(stored)


def test_files_are_readable_by_the_service_alone(store: Path) -> None:
    keep(picture(), at=NOW)
    assert all(path.stat().st_mode & 0o077 == 0 for path in on_disk(store))


def test_a_full_disk_leaves_nothing_half_and_says_so(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert refusal_of(picture()).code == "file_disk_full"
    assert on_disk(store) == []


@pytest.mark.django_db(transaction=True)
def test_many_uploads_of_one_photo_at_once_give_one_row(store: Path) -> None:
    content = picture(size=(400, 300)).getvalue()

    def upload(_: int) -> int:
        try:
            return keep(io.BytesIO(content), at=NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(upload, range(16)))
    assert len(keys) == 1
    assert StoredFile.objects.count() == 1
    assert len(on_disk(store)) == 2
