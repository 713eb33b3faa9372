"""Files that come in piece by piece over a network that breaks: each piece is on the disk when it is answered, and the next goes on from there.

A file is known by the SHA-256 of the bytes that the sender will send. How much has arrived is the length of the part on the disk and stands
nowhere else. When the last piece is in, the digest is checked and the file goes the way of every other (`gezhi.kernel.files`).
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.files import SIZE_LIMIT, keep
from gezhi.kernel.models import SentFile, StoredFile
from gezhi.kernel.refusals import Conflict, Refused

PIECE_LIMIT = 256 * 1024
# Unfinished parts, and what became of finished ones: longer than any phone is without a network.
PARTS_KEPT, SENT_KEPT = timedelta(days=7), timedelta(days=30)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How many bytes have arrived, and whether the file is whole and kept."""

    received: int
    is_kept: bool


def arrived(sender: str, sha256: str) -> Arrival:
    """How far a file has come. Raises `Refused` for what is no digest."""
    require_digest(sha256)
    sent = SentFile.objects.filter(sender=sender, sha256=sha256).select_related("file").first()
    if sent is not None:
        return Arrival(sent.file.size, is_kept=True)
    return Arrival(length(part_of(sender, sha256)), is_kept=False)


def receive(sender: str, sha256: str, piece: bytes, *, offset: int, size: int, at: datetime) -> Arrival:
    """Take the piece that begins at `offset` of a file of `size` bytes. Outside any transaction.

    Raises `Conflict("offset", received=...)` where another piece is due, `Refused` for a piece or a file that is too large, for bytes that
    don't give the digest (the part is thrown away), and whatever `files.keep` says of the content.
    """
    require_digest(sha256)
    if not 1 <= size <= SIZE_LIMIT:
        raise Refused("file_too_large", _("文件超过 10 MB，没有收下。请压缩或拍小一些再传。"), field="size")
    if not 1 <= len(piece) <= PIECE_LIMIT or offset + len(piece) > size:
        raise Refused("bad_piece", _("这一段的长度不对。"), field="offset")
    if SentFile.objects.filter(sender=sender, sha256=sha256).exists():
        return Arrival(size, is_kept=True)
    part = part_of(sender, sha256)
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        # Two requests for one part: the second waits, and then finds that another piece is due.
        fcntl.flock(file, fcntl.LOCK_EX)
        received = file.seek(0, os.SEEK_END)
        if received != offset:
            raise Conflict("offset", _("这一段已经收过，或者前面还缺一段。"), field="offset", received=received)
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        if offset + len(piece) < size:
            return Arrival(offset + len(piece), is_kept=False)
        file.seek(0)
        try:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise Refused("bad_digest", _("文件在路上损坏了，请重新发送。"), field="sha256")
            file.seek(0)
            stored = keep(file, at=at)
        finally:
            # Whatever became of it: a part that is no file can only be sent anew.
            part.unlink(missing_ok=True)
    SentFile.objects.get_or_create(sender=sender, sha256=sha256, defaults={"file": stored, "sent_at": at})
    return Arrival(size, is_kept=True)


def sent(sender: str, digests: Sequence[str]) -> dict[str, StoredFile]:
    """The kept files by the digests under which they were sent; what has not arrived is not in it. One query, none for none."""
    if not digests:
        return {}
    rows = SentFile.objects.filter(sender=sender, sha256__in=digests).select_related("file")
    return {row.sha256: row.file for row in rows}


def forget(*, at: datetime) -> int:
    """Daily: parts that nobody goes on with, and digests that no command will name any more. The number dropped."""
    dropped: int = SentFile.objects.filter(sent_at__lt=at - SENT_KEPT).delete()[0]
    before = (at - PARTS_KEPT).timestamp()
    for part in parts().glob("*.part"):
        if part.stat().st_mtime < before:
            part.unlink(missing_ok=True)
            dropped += 1
    return dropped


def require_digest(sha256: str) -> None:
    if not DIGEST.fullmatch(sha256):
        raise Refused("no_digest", _("要用 64 位小写十六进制的 SHA-256。"), field="sha256")


def parts() -> Path:
    return Path(settings.FILES) / "parts"


def part_of(sender: str, sha256: str) -> Path:
    # Whoever guesses a digest must not be able to spoil another sender's part.
    return parts() / f"{hashlib.sha256(f'{sender} {sha256}'.encode()).hexdigest()}.part"


def length(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0
