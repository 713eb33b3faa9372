"""Rates and exclusions by the API, and what is open to everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from gezhi.assessment.tests.rows import answers, called
from gezhi.cases.models import Answer
from gezhi.kernel.months import before, month_of
from gezhi.testing import EAST, WEST, Town
from gezhi.web.tests.conftest import Caller


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def last() -> int:
    return before(month_of(timezone.now()))


def some(town: Town, number: int, **facts: Any) -> list[Answer]:
    return answers(town, *[called(follow_up_outcome=5, follow_up_service=5, **facts) for _ in range(number)])


def test_rates_as_json(town: Town, caller: Callable[[str], Caller], last: int) -> None:
    answers(town, called(month=last), called(month=last, is_solved=False), called(month=last, place=town.other_grid))
    answer = caller("district_clerk").get("/rates", first=last)
    assert answer.status == 200
    solution = next(rate for rate in answer.body["total"]["rates"] if rate["code"] == "solution")
    assert solution == {
        "code": "solution", "name": "解决率", "numerator": 2.0, "denominator": 3, "excluded": 0, "rate": 0.666667, "is_small": True,
    }  # fmt: skip
    assert {line["key"]: line["answers"] for line in answer.body["lines"]} == {WEST: 2, EAST: 1}
    assert caller("clerk").get("/rates", first=last).body["area"] == town.community
    assert caller("clerk").get("/rates", first=last, area=EAST).status == 404
    months = caller("district_clerk").get("/rates", first=before(last, 3), last=last, by="month").body
    assert [line["key"] for line in months["lines"]] == [str(last)]


@pytest.mark.parametrize(
    "query",
    [
        {"first": 202613},
        {"first": 202603, "last": 202602},
        {"first": 202001, "last": 202603},
        {"first": "x"},
        {"by": "x"},
        {"areas": WEST},
    ],
)
def test_nonsense_is_refused(town: Town, caller: Callable[[str], Caller], query: dict[str, Any]) -> None:
    assert caller("clerk").get("/rates", **query).status in (400, 422)


def test_schemes_and_reasons(town: Town, caller: Callable[[str], Caller], resident: Caller) -> None:
    (scheme,) = caller("clerk").get("/rates/schemes").body["items"]
    assert [row["code"] for row in scheme["measures"]][:3] == ["response", "solution", "satisfaction"]
    assert caller("clerk").get("/exclusions/reasons").body["items"][0]["code"] == "not_ours"
    for path in ("/rates", "/rates/schemes", "/exclusions", "/exclusions/reasons"):
        assert resident.get(path).status == 401


def test_an_exclusion_by_two_people(town: Town, caller: Callable[[str], Caller], last: int) -> None:
    answer, other = answers(town, called(month=last), called(month=last))
    clerk, inspector = caller("clerk"), caller("inspector")
    body = {"case_id": answer.case_id, "round": answer.round, "reason": "not_ours", "words": "不归区里。"}
    asked = clerk.post("/exclusions", body, key="a-key-of-mine-1")
    assert asked.status == 201
    assert clerk.post("/exclusions", body, key="a-key-of-mine-1").body == asked.body
    assert clerk.post("/exclusions", body).status == 409
    assert caller("worker").post("/exclusions", body | {"round": other.round}).status == 404
    assert clerk.post("/exclusions", body | {"round": 99}).status == 404
    path = f"/exclusions/{asked.body['id']}/verdict"
    assert clerk.post(path, {"grant": True}).status == 404
    decided = inspector.post(path, {"grant": True})
    assert (decided.status, decided.body["verdict"]) == (200, "granted")
    assert inspector.post(path, {"grant": False, "note": "不"}).status == 422
    assert [one["id"] for one in inspector.get("/exclusions").body["items"]] == [asked.body["id"]]
    assert caller("other_clerk").get("/exclusions").body["items"] == []
    total = caller("district_clerk").get("/rates", first=last).body["total"]
    assert (total["answers"], total["excluded"]) == (1, 1)


def test_everybody_sees_the_streets_and_nobody_s_own_voice(town: Town, resident: Caller, last: int) -> None:
    some(town, 12, month=last)
    some(town, 3, month=last, place=town.other_grid)
    answer = resident.get("/rates/public")
    assert answer.status == 200
    streets = {one["area"]: one for one in answer.body["streets"]}
    assert streets[EAST]["rates"]["outcome"] is None
    assert streets[EAST]["sizes"]["outcome"] is None
    # The other one would give it away together with the total.
    assert streets[WEST]["rates"]["outcome"] is None
    assert (answer.body["total"]["rates"]["outcome"], answer.body["total"]["sizes"]["outcome"]) == (1.0, 15)
    assert resident.get("/rates/public", month=month_of(timezone.now())).status == 404


def test_a_total_of_few_is_hidden_as_well(town: Town, resident: Caller, last: int) -> None:
    some(town, 4, month=last)
    answer = resident.get("/rates/public")
    assert answer.body["total"]["rates"]["outcome"] is None
    some(town, 5, month=last)
    assert resident.get("/rates/public").body == answer.body, "counted once in a while"
    cache.clear()
    assert resident.get("/rates/public").body["total"]["rates"]["outcome"] == 1.0
    assert resident.get("/rates/public").body["streets"][0]["rates"]["outcome"] == 1.0
