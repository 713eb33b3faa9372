"""A command sent twice is done once and answered twice the same."""

from datetime import UTC, datetime, timedelta

import pytest

from gezhi.kernel import receipts
from gezhi.kernel.models import Receipt
from gezhi.kernel.refusals import Conflict, Refused

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


class Counter:
    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> tuple[int, dict[str, int]]:
        self.done += 1
        return 201, {"done": self.done}


def test_a_replay_gets_the_first_answer_and_does_nothing() -> None:
    do = Counter()
    first = receipts.once("user:1", "k", {"a": 1, "b": 2}, do, at=AT)
    again = receipts.once("user:1", "k", {"b": 2, "a": 1}, do, at=AT)
    assert first == ((201, {"done": 1}), False)
    assert again == ((201, {"done": 1}), True)
    assert do.done == 1


def test_another_sender_may_use_the_same_key() -> None:
    do = Counter()
    receipts.once("user:1", "k", {}, do, at=AT)
    receipts.once("user:2", "k", {}, do, at=AT)
    assert do.done == 2


def test_the_same_key_with_other_content_is_a_conflict() -> None:
    do = Counter()
    receipts.once("user:1", "k", {"a": 1}, do, at=AT)
    with pytest.raises(Conflict):
        receipts.once("user:1", "k", {"a": 2}, do, at=AT)
    assert do.done == 1


def test_a_refusal_leaves_no_receipt_so_the_corrected_command_may_come() -> None:
    def refuse() -> tuple[int, None]:
        raise Refused("empty", "空")

    with pytest.raises(Refused):
        receipts.once("user:1", "k", {"a": ""}, refuse, at=AT)
    assert receipts.once("user:1", "k", {"a": "好"}, Counter(), at=AT)[1] is False


def test_without_a_key_nothing_is_kept() -> None:
    receipts.once("user:1", "", {}, Counter(), at=AT)
    assert not Receipt.objects.exists()


def test_old_receipts_are_forgotten() -> None:
    receipts.once("user:1", "old", {}, Counter(), at=AT)
    receipts.once("user:1", "new", {}, Counter(), at=AT + timedelta(days=20))
    assert receipts.forget(at=AT + timedelta(days=31)) == 1
    assert list(Receipt.objects.values_list("key", flat=True)) == ["new"]
