"""Personal data at rest: sealed with SM4-GCM, found by a blind index, shown masked.

A sealed value is `s1.<key name>.<base64url of nonce, ciphertext, tag>`. The name tells which key opens it, so keys
can change while old rows stay readable until `rotate_keys` has re-sealed them. The context (model and field) is bound
in: a value moved into another column doesn't open. Swapping two rows of one column is not detected here; the event
log is what shows that.

Keys. `GEZHI_DATA_KEYS` lists `name:32 hex digits`, newest first; the first seals. Without it the installation makes
its own key at first start, named `own`; its file stays in the ring as the oldest for as long as it exists. The key of
the blind index is another one, because it can't change without computing every index anew. Random nonces of 96 bits
carry about four thousand million values a key before a repetition becomes worth a thought.
"""

import os
import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from gezhi.kernel.keyfile import own_key

VERSION = "s1"
NONCE, TAG = 12, 16
KEY = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]{0,15}):(?P<hex>[0-9a-fA-F]{32})")


class Unreadable(Exception):
    """A sealed value can't be opened: it was changed, stands in the wrong column, or its key is gone. Never says what
    it might hold.
    """


# --- keys -----------------------------------------------------------------------------------------------------------


def key_ring() -> Mapping[str, bytes]:
    """Keys by name, the sealing one first. ImproperlyConfigured if a setting is malformed or a name stands twice."""
    return ring_of(tuple(settings.DATA_KEYS), settings.VAR)


@cache
def ring_of(configured: tuple[str, ...], var: Path) -> Mapping[str, bytes]:
    ring: dict[str, bytes] = {}
    for entry in configured:
        match = KEY.fullmatch(entry.strip())
        if match is None:
            raise ImproperlyConfigured("GEZHI_DATA_KEYS: each key is name:32 hex digits, name of a-z, 0-9 and -")
        if match["name"] in ring or match["name"] == "own":
            raise ImproperlyConfigured(f"GEZHI_DATA_KEYS: the name {match['name']} is taken")
        ring[match["name"]] = bytes.fromhex(match["hex"])
    if not ring or (var / "keys" / "data").exists():
        ring["own"] = bytes.fromhex(own_key(var, "data"))[:16]
    return ring


@cache
def sm4(key: bytes) -> SM4:
    """Made once a key: checking and laying it out costs as much as sealing a phone number."""
    return SM4(key)


def sealing_key() -> str:
    """The name of the key that seals new values."""
    return next(iter(key_ring()))


def sealed_prefix(key: str) -> str:
    """How every value sealed with this key begins."""
    return f"{VERSION}.{key}."


def key_of(token: str) -> str:
    """The name of the key of a sealed value, also when we don't hold it. Unreadable if it isn't a sealed value at
    all.
    """
    version, _, rest = token.partition(".")
    name, dot, _ = rest.partition(".")
    if version != VERSION or not dot:
        raise Unreadable("not a sealed value")
    return name


# --- sealing --------------------------------------------------------------------------------------------------------


def seal(text: str, *, context: str) -> str:
    """The text sealed under the newest key; `context` must be given again to open it. The same text never seals the
    same twice.
    """
    name, key = next(iter(key_ring().items()))
    nonce = os.urandom(NONCE)
    encryptor = Cipher(sm4(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context.encode())
    body = encryptor.update(text.encode()) + encryptor.finalize()
    return sealed_prefix(name) + urlsafe_b64encode(nonce + body + encryptor.tag).decode()


def unseal(token: str, *, context: str) -> str:
    """What was sealed. Unreadable if a bit of it changed, the context is another one, or its key isn't in the ring."""
    name = key_of(token)
    key = key_ring().get(name)
    if key is None:
        raise Unreadable(f"{context}: sealed with key {name}, which is not in GEZHI_DATA_KEYS")
    try:
        body = token[len(sealed_prefix(name)) :]
        blob = urlsafe_b64decode(body)
        # The decoder skips foreign characters and spare bits; a changed value must not pass as the same.
        if urlsafe_b64encode(blob).decode() != body:
            raise Unreadable(f"{context}: changed since it was sealed")
        if len(blob) < NONCE + TAG:
            raise Unreadable(f"{context}: cut off")
        decryptor = Cipher(sm4(key), GCM(blob[:NONCE], blob[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(context.encode())
        return (decryptor.update(blob[NONCE:-TAG]) + decryptor.finalize()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable(f"{context}: changed since it was sealed, or sealed for another field") from error


class SealedTextField(models.TextField):  # type: ignore[type-arg]  # Django's fields are generic for the type checker alone
    """Text that the database sees only sealed. Empty stays empty; None stays None.

    Reading opens it, so a changed value raises `Unreadable` when its row is loaded: leave the field out (`defer`)
    where it isn't shown. It can't be searched, sorted or compared; only `isnull` works. For exact look-up keep a
    `blind_index` in a column beside it. The context is `app.model.field`; give `context=` when a model or field with
    data is renamed.
    """

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given_context = context

    @property
    def context(self) -> str:
        return self.given_context or f"{self.model._meta.label_lower}.{self.name}"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.given_context:
            kwargs["context"] = self.given_context
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return unseal(value, context=self.context) if value else value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None or value == "" or hasattr(value, "as_sql"):
            return super().get_db_prep_save(value, connection)
        return seal(str(value), context=self.context)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            self.refuse()
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        self.refuse()

    def refuse(self) -> NoReturn:
        raise FieldError(f"{self.context} is sealed: it can't be searched or compared, only asked for isnull")


# --- finding --------------------------------------------------------------------------------------------------------


def blind_index(value: str, *, context: str) -> str:
    """HMAC-SM3 of the normalised value, 64 hex digits: equal values can be found again, nothing can be read from it.
    Empty for empty.

    `context` keeps the indexes of different columns from matching each other.
    """
    value = normalise(value)
    if not value:
        return ""
    mac = blind_mac(settings.BLIND_INDEX_KEY, settings.VAR).copy()
    mac.update(f"{context}\x00{value}".encode())
    return mac.finalize().hex()


@cache
def blind_mac(configured: str, var: Path) -> HMAC:
    """Keyed and empty; whoever uses it takes a copy."""
    return HMAC(blind_key(configured, var), SM3())


def blind_key(configured: str, var: Path) -> bytes:
    try:
        key = bytes.fromhex(configured or own_key(var, "blind"))
    except ValueError as error:
        raise ImproperlyConfigured("GEZHI_BLIND_INDEX_KEY is written in hex digits") from error
    if len(key) < 16:
        raise ImproperlyConfigured("GEZHI_BLIND_INDEX_KEY needs at least 32 hex digits")
    return key


def normalise(value: str) -> str:
    """One spelling for equal things: a phone number as bare digits without +86, anything else folded in width, case
    and outer space.
    """
    value = unicodedata.normalize("NFKC", value).strip()
    if LIKE_PHONE.fullmatch(value):
        return phone_digits(value)
    return value.casefold()


LIKE_PHONE = re.compile(r"[+(0-9][0-9\s()+.-]{5,24}", re.ASCII)


def phone_digits(value: str) -> str:
    """The digits of a phone number as dialled inside China: +86 stripped, a fixed line with the 0 of its area code."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", value))
    abroad = re.fullmatch(r"(?:00)?86(?:(1[3-9][0-9]{9})|0?([1-9][0-9]{8,10}))", digits)
    if abroad is None:
        return digits
    return abroad[1] or f"0{abroad[2]}"


# --- showing --------------------------------------------------------------------------------------------------------


def mask_name(name: str) -> str:
    """`张三丰` becomes `张**`; a single character is hidden altogether."""
    name = name.strip()
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_phone(phone: str) -> str:
    """`13812345678` becomes `138****5678`; of numbers too short for that only the last two digits stay."""
    digits = phone_digits(phone)
    if len(digits) >= 10:
        return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:] if len(digits) > 4 else "*" * len(digits)


GAP = r"[ \-－–—]?"
# The old identity number of 15 digits is left alone on purpose: it is void since 2013, and our grid codes have 15
# digits too.
PATTERNS = (
    (
        "identity",
        r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\d)",
    ),
    ("card", rf"(?<!\d)(?:[3-6]\d{{3}}(?:{GAP}\d{{4}}){{3}}(?:{GAP}\d{{1,3}})?|62\d{{14,17}})(?!\d)"),
    ("mobile", rf"(?<!\d)(?:(?:\+|00)?86{GAP})?1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)"),
    ("landline", rf"(?<!\d)0\d{{2,3}}{GAP}[2-9]\d{{6,7}}(?!\d)"),
    (
        "plate",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•. ]?"
        r"(?:[A-Z0-9]{6}|[A-Z0-9]{4}[A-Z0-9挂学警港澳领])(?![A-Z0-9])",
    ),
    ("email", r"[A-Z0-9][A-Z0-9._%+-]*@[A-Z0-9-]+(?:\.[A-Z0-9-]+)+"),
)
FINDERS = tuple((what, re.compile(pattern, re.IGNORECASE)) for what, pattern in PATTERNS)


def redact(text: str) -> str:
    """Free text for readers who don't handle the matter: numbers of phones, identities, cards and plates, and mail
    addresses masked.
    """
    for what, finder in FINDERS:
        pieces, rest = [], 0
        # Searched as if typed in half width: one character for one, so the places are the same.
        for match in finder.finditer(text.translate(HALF_WIDTH)):
            pieces += [text[rest : match.start()], MASKS[what](match)]
            rest = match.end()
        text = "".join([*pieces, text[rest:]])
    return text


HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \u3000·.\-－–—]{1,3}(?=[\dXx])")


def holds_identity_number(text: str) -> bool:
    """Does the text hold an identity number of 18 places, also in full width or with gaps? For inputs where none may be kept.

    Its check digit is not asked: a mistyped number is somebody's number all the same.
    """
    finder = dict(FINDERS)["identity"]
    plain = unicodedata.normalize("NFKC", text)
    return bool(finder.search(plain) or finder.search(BETWEEN_DIGITS.sub("", plain)))


def stars_after(keep: int) -> Callable[[re.Match[str]], str]:
    return lambda match: match[0][:keep] + "*" * (len(match[0]) - keep)


MASKS: Mapping[str, Callable[[re.Match[str]], str]] = {
    "identity": stars_after(3),
    "card": stars_after(0),
    "mobile": lambda match: mask_phone(match[0]),
    "landline": lambda match: mask_phone(match[0]),
    "plate": stars_after(2),
    "email": stars_after(1),
}
