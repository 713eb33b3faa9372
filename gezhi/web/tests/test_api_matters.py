"""Matters by program: the same way in and out, the same books, the same eyes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gezhi.matters.admission import CODES
from gezhi.matters.models import Application, Category, OutsideRequest
from gezhi.testing import Town
from gezhi.web.tests.conftest import Caller

Call = Callable[[str], Caller]


def admission(town: Town, **over: Any) -> dict[str, Any]:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    return {
        "desk_id": town.desk("human_resources").pk,
        "name": "灵活就业登记代办",
        "category_id": Category.objects.get(code="04").pk,
        "legal_basis": "《就业促进法》",
        "content": "登记就业意愿。",
        "authority": "查询权限下放。",
        "duty": "审核仍由部门负责。",
        "default_desk": "grid",
        "answers": dict.fromkeys(CODES, False),
        "batches": [{"street": town.street, "starts_on": tomorrow, "yearly_fen": 1_200_000}],
        "demands": [{"name": "登记表", "every": "case", "minutes": 10, "fields": ["就业意愿"]}],
    } | over


def steps(caller: Caller, key: int) -> list[str]:
    found: list[str] = caller.get(f"/matters/applications/{key}").body["steps"]
    return found


def test_the_whole_way_in(town: Town, caller: Call) -> None:
    made = caller("handler").post("/matters/admissions", admission(town))
    assert (made.status, made.body["stage"], made.body["yearly_fen"]) == (201, "draft", 1_200_000)
    key = made.body["id"]
    path = f"/matters/applications/{key}/steps"
    assert steps(caller("handler"), key) == ["submit", "withdraw"]
    assert caller("handler").post(f"{path}/submit", {}).body["stage"] == "submitted"
    assert steps(caller("street_clerk"), key) == ["review", "return", "object"]
    missing = caller("street_clerk").post(f"{path}/review", {"comment": "好"})
    assert (missing.status, missing.body["code"]) == (422, "unanswered")
    answers = dict.fromkeys(CODES, False)
    assert caller("street_clerk").post(f"{path}/review", answers).body["stage"] == "reviewed"
    assert caller("street_clerk").post(f"{path}/approve", {}).status == 403
    done = caller("district_clerk").post(f"{path}/approve", {"comment": "同意"})
    assert (done.status, done.body["stage"]) == (200, "approved")
    day = timezone.localdate() + timedelta(days=1)
    here = caller("clerk").get("/matters", on=day.isoformat(), street=town.street, limit=200).body["items"]
    there = caller("clerk").get("/matters", on=day.isoformat(), street=town.other_street, limit=200).body["items"]
    assert {one["id"] for one in here} - {one["id"] for one in there} == {done.body["matter_id"]}
    funds = caller("street_clerk").get("/matters/funds", year=day.year).body["items"]
    assert [(one["kind"], one["street"]) for one in funds] == [("promised", town.street)]
    received = {
        "matter_id": done.body["matter_id"],
        "street": town.street,
        "year": day.year,
        "amount_fen": 5,
        "document": "凭据",
    }
    if day.year == timezone.localdate().year:
        assert caller("street_clerk").post("/matters/funds", received).status == 201
    assert caller("stranger").post("/matters/funds", received).status == 403
    assert caller("stranger").get("/matters/funds", year=day.year).body["items"] == []


@pytest.mark.parametrize("code", CODES)
def test_a_yes_is_refused_with_its_reason(town: Town, caller: Call, code: str) -> None:
    made = caller("handler").post(
        "/matters/admissions", admission(town, answers=dict.fromkeys(CODES, False) | {code: True})
    )
    answer = caller("handler").post(f"/matters/applications/{made.body['id']}/steps/submit", {})
    assert (answer.status, answer.body["stage"], answer.body["grounds"]) == (200, "refused", [code])
    assert len(answer.body["reasons"]) == 1


def test_written_anew_with_the_version_that_was_seen(town: Town, caller: Call) -> None:
    handler = caller("handler")
    made = handler.post("/matters/admissions", admission(town, authority="")).body
    refused = handler.post(f"/matters/applications/{made['id']}/steps/submit", {})
    assert (refused.status, refused.body["code"]) == (422, "has_authority")
    facts = admission(town)
    del facts["desk_id"]
    path = f"/matters/admissions/{made['id']}"
    assert handler.post(path, facts | {"seen": made["version"]}).status == 200
    assert handler.post(path, facts | {"seen": made["version"]}).status == 409
    assert caller("other_handler").post(path, facts).status == 404
    assert handler.post("/matters/admissions/999999999", facts).status == 404


def test_the_way_out(town: Town, caller: Call) -> None:
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    facts = {
        "matter_id": town.matter("lamp").id,
        "reason": "改由市政管",
        "ends_on": day,
        "desk_id": town.desk(town.street).pk,
    }
    assert caller("handler").post("/matters/exits", facts).status == 403
    made = caller("street_clerk").post("/matters/exits", facts).body
    assert (
        caller("street_clerk").post(f"/matters/exits/{made['id']}", {"reason": "改由市政直接管", "ends_on": day}).status
        == 200
    )
    assert (
        caller("street_clerk").post(f"/matters/applications/{made['id']}/steps/submit", {}).body["stage"] == "submitted"
    )
    assert (
        caller("district_clerk").post(f"/matters/applications/{made['id']}/steps/review", {}).body["stage"]
        == "reviewed"
    )
    own = caller("district_clerk").post(f"/matters/applications/{made['id']}/steps/approve", {})
    assert (own.status, own.body["code"]) == (422, "not_reviewer")
    listed = caller("district_clerk").get("/matters/applications", kind="exit", stage="reviewed").body["items"]
    assert [one["id"] for one in listed] == [made["id"]]


def test_refused_work_and_data_fields(town: Town, caller: Call) -> None:
    facts = {
        "area_code": town.grid,
        "what": "统计空调",
        "asked_on": timezone.localdate().isoformat(),
        "channel": "phone",
        "department_id": town.desk("market_regulation").department_id,
    }
    made = caller("leader").post("/matters/outside", facts)
    assert made.status == 201
    assert "不在网格承担事项清单内" in made.body["sentence"]
    assert caller("worker").post("/matters/outside", facts).status == 422
    assert len(caller("other_handler").get("/matters/outside").body["items"]) == 1
    assert caller("handler").get("/matters/outside").body["items"] == []
    assert OutsideRequest.objects.count() == 1
    names = {one["name"] for one in caller("handler").get("/matters/fields", limit=200).body["items"]}
    assert "事发地址" in names


def test_balance_and_burden_are_for_who_may_see(town: Town, caller: Call) -> None:
    town.report(
        actor=town.actor("worker", at=timezone.now()),
        at=timezone.now(),
        source="worker",
        matter_id=town.matter("lamp").id,
    )
    line = {one["matter_id"]: one for one in caller("district_clerk").get("/matters/balance").body["items"]}
    assert line[town.matter("lamp").id]["cases"] == 1
    assert line[town.matter("lamp").id]["mismatches"] == ["unstated"]
    assert caller("stranger").get("/matters/balance").body["street"] == town.other_street
    owners = {one["owner_id"] for one in caller("handler").get("/matters/balance").body["items"]}
    assert owners <= {town.desk("human_resources").department_id}
    assert caller("district_clerk").get("/matters/burden").body["items"] == []
    for path in ("/matters/balance", "/matters/burden"):
        assert caller("worker").get(path).status == 403


def test_a_draft_of_others_is_not_there(town: Town, caller: Call) -> None:
    key = caller("handler").post("/matters/admissions", admission(town)).body["id"]
    for who in ("other_handler", "street_clerk", "stranger"):
        assert caller(who).get(f"/matters/applications/{key}").status == 404
        assert caller(who).post(f"/matters/applications/{key}/steps/submit", {}).status == 404
        assert caller(who).get("/matters/applications").body["items"] == []
    assert Application.objects.get().stage == "draft"
