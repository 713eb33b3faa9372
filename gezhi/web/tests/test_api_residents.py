"""The residents' doors: no account, no names of people, and no guessing."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.numbers import receipt_code
from gezhi.testing import Town
from gezhi.web.portal.throttle import GUESSING, SENDING
from gezhi.web.tests.conftest import Caller

SYSTEM = Actor.system("town")


def test_a_report_needs_nothing_but_words(town: Town, resident: Caller) -> None:
    sent = resident.post("/reports", {"text": "河边有垃圾"})
    assert sent.status == 201
    assert sent.body["desk"]
    case = Case.objects.get()
    assert (case.source, case.receipt_code, case.number) == ("portal", sent.body["receipt_code"], sent.body["number"])


def test_residents_set_neither_urgency_nor_matter_nor_source(town: Town, resident: Caller) -> None:
    for name, value in (
        ("is_emergency", True),
        ("matter_id", 1),
        ("source", "worker"),
        ("external_key", "x"),
        ("files", []),
    ):
        answer = resident.post("/reports", {"text": "河边有垃圾", name: value})
        assert (answer.status, answer.body["field"]) == (422, name)


def test_whoever_holds_the_code_sees_how_it_stands_and_no_names(
    town: Town, resident: Caller, reported: Callable[..., Any]
) -> None:
    case, at = reported(reporter_name="张三", reporter_phone="13800000000"), timezone.now()
    take("accept", case, actor=town.actor("clerk"), at=at, matter_id=town.matter("lamp").id, note="内部的话")
    take("claim", case, actor=town.actor("worker"), at=at)
    take("finish", case, actor=town.actor("worker"), at=at, result="内部的结果")
    standing = resident.get(f"/reports/{case.receipt_code.lower().replace('-', ' ')}").body
    assert (standing["number"], standing["stage"], standing["answer"]) == (case.number, "finished", "")
    assert standing["may_rate"] is False
    said = str(standing)
    inside = ("内部的话", "内部的结果", "13800000000", "张三", town.user("worker").name, town.user("clerk").name)
    assert not [word for word in inside if word in said]


def test_an_answer_given_on_the_spot_waits_for_its_verification(town: Town, resident: Caller) -> None:
    from gezhi.cases.actions import solve

    at = timezone.now()
    case = solve(
        actor=town.actor("worker"), at=at, text="井盖松动", area_code=town.grid, matter_id=town.matter("manhole").id,
        result="垫稳", answer="已经垫稳",
    )  # fmt: skip
    assert resident.get(f"/reports/{case.receipt_code}").body["answer"] == ""


def test_a_rating_counts_once(town: Town, resident: Caller, reported: Callable[..., Any]) -> None:
    case, at = reported(), timezone.now()
    code = f"/reports/{case.receipt_code}/rating"
    early = resident.post(code, {"service": 5, "outcome": 5})
    assert (early.status, early.body["code"]) == (422, "wrong_stage")
    take("accept", case, actor=SYSTEM, at=at, matter_id=town.matter("lamp").id)
    take("claim", case, actor=town.actor("worker"), at=at)
    take("finish", case, actor=town.actor("worker"), at=at, result="好了")
    take("verify", case, actor=town.actor("clerk"), at=at, answer="已修好")
    for wrong in (
        {"service": 0, "outcome": 5},
        {"service": 6, "outcome": 5},
        {"service": 5},
        {"service": "5", "outcome": 5},
    ):
        assert resident.post(code, wrong).status == 422
    given = {"service": 4, "outcome": 2, "note": "等了三天"}
    first = resident.post(code, given, key="rating-1")
    again = resident.post(code, given, key="rating-1")
    assert (first.status, first.body) == (201, again.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert resident.post(code, given).status == 422
    assert case.ratings.count() == 1


def test_codes_are_not_to_be_guessed(town: Town, resident: Caller, reported: Callable[..., Any]) -> None:
    case = reported()
    for wrong in ("x", "0000-0000-0000", case.receipt_code[:-1] + "%00"):
        assert resident.get(f"/reports/{wrong}").status == 404
    for _guess in range(GUESSING.most):
        assert resident.get(f"/reports/{receipt_code()}").status == 404
    stopped = resident.get(f"/reports/{case.receipt_code}")
    assert (stopped.status, stopped.body["code"]) == (429, "too_many_guesses")


def test_one_address_does_not_flood(town: Town, resident: Caller) -> None:
    for _time in range(SENDING.most):
        assert resident.post("/reports", {"text": ""}).status == 422
        resident.post("/reports", {"text": "河边有垃圾", "area_code": "370103999"})
    assert resident.post("/reports", {"text": "河边有垃圾"}).status == 429
