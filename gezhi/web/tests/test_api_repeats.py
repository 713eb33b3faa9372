"""The same command twice, two people at once, and pages that have gone stale."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from gezhi.cases.models import Case
from gezhi.kernel.models import Receipt
from gezhi.testing import Town
from gezhi.web.tests.conftest import Answer, Caller

KEY = "8f14e45f-ceea-467f-9575-5d4d2f1c9b10"


def test_a_replay_does_nothing_and_answers_the_same(town: Town, caller: Callable[[str], Caller]) -> None:
    worker, draft = caller("worker"), {"text": "路灯不亮", "area_code": town.grid, "reporter_phone": "13800000000"}
    first = worker.post("/cases", draft, key=KEY)
    again = worker.post("/cases", draft, key=KEY)
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Case.objects.count() == 1


def test_a_key_with_other_content_is_a_conflict(town: Town, caller: Callable[[str], Caller]) -> None:
    worker = caller("worker")
    assert worker.post("/cases", {"text": "路灯不亮", "area_code": town.grid}, key=KEY).status == 201
    other = worker.post("/cases", {"text": "井盖松动", "area_code": town.grid}, key=KEY)
    assert (other.status, other.body["code"]) == (409, "key_reused")
    # The phone counts as content too, although it stands nowhere in clear.
    phone = {"text": "路灯不亮", "area_code": town.grid, "reporter_phone": "13800000001"}
    assert worker.post("/cases", phone, key=KEY).status == 409
    assert worker.post("/cases/solve", phone | {"matter_id": 1, "result": "好了"}, key=KEY).status == 409
    assert Case.objects.count() == 1


def test_a_key_belongs_to_its_sender(town: Town, caller: Callable[[str], Caller]) -> None:
    draft = {"text": "路灯不亮", "area_code": town.grid}
    assert caller("worker").post("/cases", draft, key=KEY).status == 201
    other = caller("worker2").post("/cases", draft, key=KEY)
    assert other.status == 201
    assert "Idempotent-Replayed" not in other.headers
    assert Case.objects.count() == 2


def test_what_was_refused_may_be_sent_again_under_its_key(town: Town, caller: Callable[[str], Caller]) -> None:
    worker = caller("worker")
    assert worker.post("/cases", {"text": "路灯不亮", "area_code": town.other_grid}, key=KEY).status == 422
    assert not Receipt.objects.exists()
    assert worker.post("/cases", {"text": "路灯不亮", "area_code": town.grid}, key=KEY).status == 201


def test_a_step_is_taken_once(town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]) -> None:
    case, clerk = reported(), caller("clerk")
    first = clerk.step(case.pk, "accept", key=KEY, matter_id=town.matter("lamp").id)
    again = clerk.step(case.pk, "accept", key=KEY, matter_id=town.matter("lamp").id)
    assert first.body == again.body
    assert again.headers["ETag"] == first.headers["ETag"]
    # Without the key it is another command, and comes too late.
    assert clerk.step(case.pk, "accept", matter_id=town.matter("lamp").id).status == 422


def test_receipts_keep_nothing_of_the_reporter(town: Town, caller: Callable[[str], Caller]) -> None:
    draft = {
        "text": "门口的路灯不亮",
        "area_code": town.grid,
        "reporter_name": "张三丰",
        "reporter_phone": "13800000000",
    }
    caller("worker").post("/cases", draft, key=KEY)
    receipt = Receipt.objects.get()
    kept = str(receipt.answer)
    assert not any(word in kept for word in ("门口的路灯", "张三丰", "13800000000"))


@pytest.mark.parametrize("key", ["a b", "x" * 65, "键"])
def test_keys_are_plain_and_short(town: Town, caller: Callable[[str], Caller], key: str) -> None:
    header = key.encode().decode("latin-1")
    answer = caller("worker").post("/cases", {"text": "路灯不亮", "area_code": town.grid}, key=header)
    assert (answer.status, answer.body["field"]) == (400, "Idempotency-Key")


def test_residents_need_a_key_that_nobody_else_thinks_of(town: Town, resident: Caller) -> None:
    draft = {"text": "路灯不亮", "area_code": town.grid}
    assert resident.post("/reports", draft, key="1").body["code"] == "key_too_short"
    first, again = (resident.post("/reports", draft, key=KEY) for _time in range(2))
    assert first.body["receipt_code"] == again.body["receipt_code"]
    assert Case.objects.count() == 1


def test_a_batch_is_taken_once(town: Town, caller: Callable[[str], Caller]) -> None:
    clerk = caller("clerk")
    batch = {"drafts": [{"text": "路灯不亮", "area_code": town.grid}, {"text": ""}]}
    first, again = (clerk.post("/cases/batch", batch, key=KEY) for _time in range(2))
    assert first.body == again.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Case.objects.count() == 1


# --- stale pages --------------------------------------------------------------------------------------------------------


def test_a_stale_version_is_a_conflict(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]
) -> None:
    case, clerk = reported(), caller("clerk")
    seen = int(clerk.get(f"/cases/{case.pk}").headers["ETag"].strip('"'))
    clerk.step(case.pk, "accept", seen=seen, matter_id=town.matter("parking").id)
    stale = clerk.step(case.pk, "sign", seen=seen)
    assert (stale.status, stale.body["code"]) == (409, "stale")
    assert clerk.step(case.pk, "sign", seen=seen + 1).status == 200


def test_a_note_in_between_makes_nothing_stale(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]
) -> None:
    case, clerk = reported(), caller("clerk")
    caller("adviser").step(case.pk, "note", note="我去看过")
    assert (
        clerk.post(f"/cases/{case.pk}/steps/accept", {"matter_id": town.matter("lamp").id, "seen": case.version}).status
        == 200
    )


@pytest.mark.parametrize("header", ["3", '"x"', '"1", "2"', '"1'])
def test_if_match_is_a_version(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any], header: str
) -> None:
    answer = caller("clerk").post(f"/cases/{reported().pk}/steps/note", {"note": "好"}, headers={"If-Match": header})
    assert (answer.status, answer.body["code"]) == (400, "bad_if_match")


def test_if_match_and_seen_must_agree(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]
) -> None:
    case, clerk = reported(), caller("clerk")
    path = f"/cases/{case.pk}/steps/note"
    assert clerk.post(path, {"note": "好", "seen": 2}, seen=1).status == 400
    assert clerk.post(path, {"note": "好", "seen": 1}, seen=1).status == 200
    assert clerk.post(path, {"note": "好"}, headers={"If-Match": "*"}).status == 200
    assert clerk.post(path, {"note": "好", "seen": 99}).status == 409


# --- two at once --------------------------------------------------------------------------------------------------------


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """Run calls in threads that start together."""
    barrier, answers = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Answer]) -> None:
        barrier.wait(timeout=10)
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_have_one_winner_and_the_other_is_told_who(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]
) -> None:
    case = reported()
    caller("clerk").step(case.pk, "accept", matter_id=town.matter("lamp").id)
    callers = {key: caller(key) for key in ("worker", "worker2", "part_timer")}
    answers = at_once(*(lambda one=one: one.step(case.pk, "claim") for one in callers.values()))
    won = [answer for answer in answers if answer.status == 200]
    lost = [answer for answer in answers if answer.status == 409]
    assert (len(won), len(lost)) == (1, 2), [answer.body for answer in answers]
    for answer in lost:
        assert answer.body["code"] == "already_held"
        assert answer.body["holder"] == won[0].body["holder"]["id"]
        assert won[0].body["holder"]["name"] in answer.body["detail"]


@pytest.mark.django_db(transaction=True)
def test_one_command_sent_twice_at_once_is_done_once(town: Town, caller: Callable[[str], Caller]) -> None:
    worker, draft = caller("worker"), {"text": "路灯不亮", "area_code": town.grid}
    twins = [Caller(worker.headers) for _twin in range(3)]
    answers = at_once(*(lambda one=one: one.post("/cases", draft, key=KEY) for one in twins))
    assert [answer.status for answer in answers] == [201, 201, 201], [answer.body for answer in answers]
    assert len({answer.body["id"] for answer in answers}) == 1
    assert Case.objects.count() == 1
