"""What a plate says, signed: a short text that proves itself to anybody who has the public key, without a network. Pure.

    GZP1.<key>.<content>.<signature>

- `GZP1` is the format. `key` are the first eight hex digits of the SM3 of the public key (its 32 raw bytes): which key signed.
- `content` is base64url without padding of a JSON array in UTF-8: number, name, phone of the work, services, code of the grid, name of the
  grid, day of issue, last day.
- `signature` is base64url without padding of the 64 bytes of Ed25519 (RFC 8032) over the ASCII bytes of everything before the last dot.

The text stands in the QR behind the address of the page that checks it (`.../plates/check/?p=GZP1...`); who has no network takes the part
behind `p=`. docs/domain/people.md shows how to verify it with nothing of ours.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SM3, Hash

FORMAT = "GZP1"
# Longer than anything we sign, shorter than what would be work to look at.
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on a plate, and nothing else of its bearer."""

    number: str
    name: str
    work_phone: str
    services: str
    grid: str
    place: str
    issued_on: str
    valid_until: str

    @property
    def last_day(self) -> date | None:
        try:
            return date.fromisoformat(self.valid_until)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Proof:
    """What the text proves: its content, or why not ("malformed", "unknown_key", "forged")."""

    content: Content | None
    fault: str = ""


def public_bytes(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes_raw()


def key_name(public: bytes) -> str:
    digest = Hash(SM3())
    digest.update(public)
    return digest.finalize().hex()[:8]


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(content: Content, key: Ed25519PrivateKey) -> str:
    """The signed text. The same content always gives the same text."""
    body = json.dumps(astuple(content), ensure_ascii=False, separators=(",", ":")).encode()
    head = f"{FORMAT}.{key_name(public_bytes(key))}.{encoded(body)}"
    return f"{head}.{encoded(key.sign(head.encode()))}"


def verify(text: str, keys: Mapping[str, bytes]) -> Proof:
    """What a text proves under these public keys, by their names. Says nothing of the day: a plate that is over is still genuine."""
    text = text.strip()
    parts = text.split(".")
    if len(text) > LONGEST or len(parts) != 4 or parts[0] != FORMAT or not text.isascii():
        return Proof(None, "malformed")
    public = keys.get(parts[1])
    if public is None:
        return Proof(None, "unknown_key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(decoded(parts[3]), text.rpartition(".")[0].encode())
    except (InvalidSignature, binascii.Error, ValueError):
        return Proof(None, "forged")
    return Proof(content_of(decoded(parts[2])))


def content_of(body: bytes) -> Content:
    """Signed by us, so it is what we wrote."""
    values: list[Any] = json.loads(body)
    return Content(*map(str, values[: len(fields(Content))]))
