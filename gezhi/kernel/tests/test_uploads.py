"""Files in pieces: any cut, any repetition, any order of sending ends with the whole file kept once."""

import hashlib
import io
import os
from datetime import timedelta
from random import Random
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from PIL import Image

from gezhi.kernel import uploads
from gezhi.kernel.models import SentFile, StoredFile
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.testing import NOON

ME, OTHER = "user:1", "user:2"


def photo(seed: int = 1, side: int = 400) -> bytes:
    noise = Random(seed).randbytes(side * side * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(out, "JPEG", quality=90)
    return out.getvalue()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def send(data: bytes, *, sender: str = ME, step: int = 50_000) -> uploads.Arrival:
    name, arrival = digest(data), uploads.arrived(sender, digest(data))
    while not arrival.is_kept:
        begin = arrival.received
        arrival = uploads.receive(sender, name, data[begin : begin + step], offset=begin, size=len(data), at=NOON)
    return arrival


@pytest.mark.django_db
def test_a_photo_comes_in_pieces_and_is_kept_as_any_other() -> None:
    data = photo()
    assert len(data) > 100_000
    assert send(data).received == len(data)
    stored = uploads.sent(ME, [digest(data)])[digest(data)]
    assert stored.is_picture
    assert stored.sha256 != digest(data), "drawn anew"
    assert not uploads.part_of(ME, digest(data)).exists()
    # Sent again, it is there already.
    assert send(data).is_kept
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
def test_what_one_sent_another_can_neither_use_nor_spoil() -> None:
    data = photo(2)
    uploads.receive(ME, digest(data), data[:1000], offset=0, size=len(data), at=NOON)
    assert uploads.arrived(OTHER, digest(data)).received == 0
    with pytest.raises(Conflict):
        uploads.receive(OTHER, digest(data), b"x" * 10, offset=1000, size=len(data), at=NOON)
    send(data)
    assert uploads.sent(OTHER, [digest(data)]) == {}
    assert not uploads.arrived(OTHER, digest(data)).is_kept


@pytest.mark.django_db
def test_bad_pieces_are_refused_and_what_arrived_stays() -> None:
    data = photo(3)
    name, size = digest(data), len(data)
    uploads.receive(ME, name, data[:5000], offset=0, size=size, at=NOON)
    with pytest.raises(Conflict) as conflict:
        uploads.receive(ME, name, data[9000:9100], offset=9000, size=size, at=NOON)
    assert conflict.value.facts == {"received": 5000}
    wrong: list[tuple[bytes, int, int]] = [
        (b"", 5000, size),
        (data, 5000, size),
        (data[:9], size - 3, size),
        (b"x", 0, 0),
    ]
    wrong += [(b"x" * (uploads.PIECE_LIMIT + 1), 5000, 9_000_000), (b"x", 0, 11_000_000)]
    for piece, offset, announced in wrong:
        with pytest.raises(Refused):
            uploads.receive(ME, name, piece, offset=offset, size=announced, at=NOON)
    assert uploads.arrived(ME, name).received == 5000
    for strange in ("../../etc/passwd", "A" * 64, "", "0" * 63):
        with pytest.raises(Refused):
            uploads.arrived(ME, strange)


@pytest.mark.django_db
def test_bytes_that_do_not_give_the_digest_are_thrown_away() -> None:
    name = digest(b"something else")
    with pytest.raises(Refused) as refused:
        uploads.receive(ME, name, b"nothing of the kind", offset=0, size=19, at=NOON)
    assert refused.value.code == "bad_digest"
    assert uploads.arrived(ME, name) == uploads.Arrival(0, is_kept=False)
    # And what gives it but is no picture is refused like at every other door.
    text = b"#!/bin/sh"
    with pytest.raises(Refused) as refused:
        uploads.receive(ME, digest(text), text, offset=0, size=len(text), at=NOON)
    assert refused.value.code == "file_kind"
    assert not SentFile.objects.exists()


@pytest.mark.django_db
def test_old_parts_and_old_digests_are_forgotten() -> None:
    data, other = photo(4, 60), photo(5, 60)
    send(data)
    uploads.receive(ME, digest(other), other[:100], offset=0, size=len(other), at=NOON)
    part = uploads.part_of(ME, digest(other))
    os.utime(part, (NOON.timestamp(), NOON.timestamp()))
    assert uploads.forget(at=NOON + timedelta(days=6)) == 0
    assert uploads.forget(at=NOON + timedelta(days=8)) == 1
    assert uploads.arrived(ME, digest(other)).received == 0
    assert uploads.forget(at=NOON + timedelta(days=31)) == 1
    assert not uploads.arrived(ME, digest(data)).is_kept
    assert StoredFile.objects.count() == 1, "what was attached to a case stays"


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_piece_at_once_leave_one_piece() -> None:
    data = photo(6)
    name, outcomes = digest(data), []
    together = Barrier(4)

    def one() -> None:
        together.wait()
        try:
            outcomes.append(uploads.receive(ME, name, data[:2000], offset=0, size=len(data), at=NOON).received)
        except Conflict as conflict:
            outcomes.append(conflict.facts["received"])
        finally:
            connection.close()

    threads = [Thread(target=one) for _sender in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [2000] * 4
    assert uploads.part_of(ME, name).read_bytes() == data[:2000]


class AnyCut(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(
        cuts=st.lists(
            st.tuples(st.integers(1, 30_000), st.sampled_from(["go", "repeat", "ahead", "lost"])), max_size=40
        )
    )
    def test_any_way_of_sending_ends_with_the_whole_file(self, cuts: list[tuple[int, str]]) -> None:
        data = photo(7, 120)
        name, arrived = digest(data), 0
        for step, way in cuts:
            begin = {"repeat": 0, "ahead": arrived + 1}.get(way, arrived)
            piece = data[begin : begin + step]
            if not piece:
                continue
            try:
                answer = uploads.receive(ME, name, piece, offset=begin, size=len(data), at=NOON)
            except Conflict as conflict:
                assert begin != arrived
                assert conflict.facts["received"] == arrived
                continue
            if answer.is_kept:
                break
            # An answer that was lost on its way: the sender asks how far it is.
            arrived = uploads.arrived(ME, name).received if way == "lost" else answer.received
        assert send(data).is_kept
        assert SentFile.objects.count() == StoredFile.objects.count() == 1
