"""Calls by the API: the whole way, the links that it gives, and what is nobody's business."""

from collections.abc import Callable

import pytest

from gezhi.calls.tests.story import LEAD, OTHER
from gezhi.testing import Town
from gezhi.web.tests.conftest import Caller
from gezhi.web.tests.desk import moved

Callers = Callable[[str], Caller]
DRAFT = {"title": "沿街商铺欠薪", "text": "请人社到现场。"}


def shares(town: Town, *departments: str) -> list[dict[str, object]]:
    return [{"desk_id": town.desk(one).pk, "task": "去办", "is_on_site": one == LEAD} for one in departments]


def test_a_call_through_the_api(caller: Callers, town: Town) -> None:
    street, district, lead, other = (
        caller(who) for who in ("street_clerk", "district_clerk", "handler", "other_handler")
    )
    raised = street.post("/calls", DRAFT, key="once-and-no-more")
    assert raised.status == 201, raised.body
    assert street.post("/calls", DRAFT, key="once-and-no-more").body == raised.body
    path = f"/calls/{raised.body['id']}"
    assert lead.get(path).status == 404
    dispatched = district.post(
        f"{path}/steps/dispatch", {"shares": shares(town, LEAD, OTHER)}, seen=raised.body["version"]
    )
    assert dispatched.status == 200, dispatched.body
    first, second = (part["id"] for part in dispatched.body["parts"])
    # Whoever follows the links that are given gets to the end.
    for who, part, name, inputs in (
        (lead, first, "sign", {}), (lead, first, "arrive", {}), (street, first, "confirm_arrival", {}),
        (lead, first, "file", {"result": "结清了。"}), (other, second, "sign", {}), (other, second, "file", {"result": "清走了。"}),
        (lead, first, "sum_up", {"summary": "都好了。"}), (street, None, "strike_off", {}),
        (street, second, "score", {"response": 5, "manner": 5, "effect": 4}),
        (other, second, "object", {"reason": "应该再高一点。"}), (district, second, "uphold", {"reason": "合适。"}),
    ):  # fmt: skip
        links = {(step["name"], step["part"]): step["href"] for step in who.get(path).body["steps"]}
        answer = who.post(links[name, part].removeprefix("/api/v1"), inputs)
        assert answer.status == 200, (name, answer.body)
    assert answer.body["parts"][1]["score"]["standing"] == "upheld"
    assert [row["id"] for row in street.get("/calls", state="ended").body["items"]] == [raised.body["id"]]
    assert street.get("/calls").body["items"] == []
    table = district.get("/calls/response").body
    assert [(line["desk"]["id"], line["calls"], line["is_too_few"]) for line in table["lines"]] == [
        (town.desk(LEAD).pk, 1, True), (town.desk(OTHER).pk, 1, True),
    ]  # fmt: skip


def test_a_call_about_a_case(caller: Callers, town: Town, reported: Callable[..., object]) -> None:
    case = moved(town, reported(), "accept", "street_clerk", matter_id=town.matter("heating").id)
    case = moved(town, case, "sign", "street_clerk")
    street = caller("street_clerk")
    steps = {step["name"]: step for step in street.get(f"/cases/{case.pk}/steps").body["steps"]}
    assert steps["call"]["href"] == f"/api/v1/cases/{case.pk}/steps/call"
    called = street.post(f"/cases/{case.pk}/steps/call", DRAFT, seen=case.version)
    assert (called.status, called.body["case"]) == (201, case.pk), called.body
    after = street.get(f"/cases/{case.pk}").body
    assert after["is_called"]
    assert {"finish", "escalate", "assign"}.isdisjoint(
        step["name"] for step in street.get(f"/cases/{case.pk}/steps").body["steps"]
    )
    assert street.post(f"/cases/{case.pk}/steps/call", DRAFT).status == 422
    # Not before the lead has summed up.
    assert street.step(case.pk, "strike_off").body["code"] == "wrong_phase"
    assert street.post(f"/calls/{called.body['id']}/steps/withdraw", {"reason": "不用了。"}).status == 200
    assert not street.get(f"/cases/{case.pk}").body["is_called"]


@pytest.mark.parametrize("who", ["stranger", "clerk", "worker", "other_handler"])
def test_for_others_there_is_no_call(caller: Callers, town: Town, who: str) -> None:
    path = f"/calls/{caller('street_clerk').post('/calls', DRAFT).body['id']}"
    caller("district_clerk").post(f"{path}/steps/dispatch", {"shares": shares(town, LEAD)})
    program = caller(who)
    assert program.get(path).status == 404
    assert program.post(f"{path}/steps/note", {"note": "看看"}).status == 404
    assert program.get("/calls", state="all").body["items"] == []


@pytest.mark.parametrize("who", ["clerk", "district_clerk", "handler"])
def test_who_is_no_street_may_not_call(caller: Callers, who: str) -> None:
    assert caller(who).post("/calls", DRAFT).status == 403


def test_a_stale_sender_is_told_so(caller: Callers, town: Town) -> None:
    street, district = caller("street_clerk"), caller("district_clerk")
    raised = street.post("/calls", DRAFT).body
    path = f"/calls/{raised['id']}/steps/dispatch"
    assert district.post(path, {"shares": shares(town, LEAD)}, seen=raised["version"]).status == 200
    late = district.post(path, {"shares": shares(town, OTHER)}, seen=raised["version"])
    assert (late.status, late.body["code"]) == (409, "already_dispatched")
