"""A plate proves itself: whoever changes a letter, signs with another key or cuts something off is found out."""

import json
from base64 import urlsafe_b64decode
from dataclasses import astuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from gezhi.people.signing import Content, key_name, public_bytes, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {key_name(public_bytes(KEY)): public_bytes(KEY)}
CONTENT = Content(
    "000012-1",
    "王专职",
    "0531-12345",
    "代办、巡查",
    "370103001001001",
    "西关 / 柳巷 / 第1网格",
    "2026-03-02",
    "2028-03-01",
)
words = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)


@given(st.builds(Content, *[words] * 8))
def test_what_was_signed_is_proved(content: Content) -> None:
    proof = verify(sign(content, KEY), KEYS)
    assert (proof.content, proof.fault) == (content, "")


@given(st.integers(0, 10_000), st.sampled_from("ABab01-_."))
def test_one_other_letter_is_found_out(place: int, letter: str) -> None:
    text = sign(CONTENT, KEY)
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    proof = verify(changed, KEYS)
    # The last letter of a base64 text has bits that stand for nothing: another letter may mean the same bytes.
    assert changed == text or proof.content in (None, CONTENT)
    if place < len(text.rpartition(".")[0]) and changed != text:
        assert proof.content is None


def test_another_key_is_no_key_of_ours() -> None:
    other = Ed25519PrivateKey.generate()
    assert verify(sign(CONTENT, other), KEYS).fault == "unknown_key"
    # Somebody who gives his own key our name.
    name = next(iter(KEYS))
    body = sign(CONTENT, other).split(".")
    assert verify(".".join([body[0], name, body[2], body[3]]), KEYS).fault == "forged"


@pytest.mark.parametrize("text", ["", "GZP1", "GZP1...", "GZP2.a.b.c", "x" * 3000, "GZP1.甲.乙.丙", "http://x/?p="])
def test_anything_else_is_no_plate(text: str) -> None:
    assert verify(text, KEYS).content is None


def test_the_format_is_what_the_document_says() -> None:
    """Verified with nothing of ours but the public key, as docs/domain/people.md shows."""
    head, _, signature = sign(CONTENT, KEY).rpartition(".")
    kind, name, content = head.split(".")

    def plain(text: str) -> bytes:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))

    Ed25519PublicKey.from_public_bytes(KEYS[name]).verify(plain(signature), head.encode())
    assert kind == "GZP1"
    assert json.loads(plain(content)) == list(astuple(CONTENT))
