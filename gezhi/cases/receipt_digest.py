"""The digest of a receipt: what was received, in three lines, under SM3. Pure.

Whoever keeps the digest can compute it again without us and show that the text was not changed afterwards: `openssl dgst -sm3` over the receipt code,
the instant in UTC and the text, each on a line of its own, UTF-8, no line end after the last.
"""

from datetime import UTC, datetime

from gezhi.kernel.events import sm3


def stamp_of(at: datetime) -> str:
    """「2026-03-02T02:00:00Z」, whole seconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def receipt_digest(code: str, stamp: str, text: str) -> str:
    """64 hex digits. Line ends of the text count as one character, blanks around it not at all, as it was kept."""
    plain = text.replace("\r\n", "\n").strip()
    return sm3(f"{code}\n{stamp}\n{plain}")
