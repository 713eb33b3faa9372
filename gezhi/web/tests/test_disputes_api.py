"""Disputes by the API: the same steps and rights, and never a word of a side."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gezhi.disputes.models import Dispute
from gezhi.disputes.tests.mediation import ACCOUNT, AGREEMENT, NAME, PHONE, type_id
from gezhi.disputes.workflow import STEPS
from gezhi.kernel.calendar import local_day
from gezhi.kernel.models import Receipt
from gezhi.testing import Town
from gezhi.web.tests.conftest import Caller
from gezhi.web.tests.mediation import today

Call = Callable[[str], Caller]
STAFF_STEPS = [step for step in STEPS.values() if not step.creates]
WIRE = {"mediator": "mediator_id", "desk": "desk_id"}
INPUTS: dict[str, Any] = {
    "mediator_id": 1, "desk_id": 1, "on": "2026-03-02", "present": ["side1"], "account": "说了", "agreement": "好", "reason": "理由",
    "referral": "court", "kept": "yes",
}  # fmt: skip


def needed(step: Any) -> dict[str, Any]:
    return {WIRE.get(name, name): INPUTS[WIRE.get(name, name)] for name in step.needs}


def test_a_mediation_by_the_api(town: Town, caller: Call) -> None:
    leader = caller("leader")
    body = {"type_id": type_id(), "account": ACCOUNT, "area_code": town.grid, "sides": ["individual", "company"]}
    made = leader.post("/disputes", body, key="one-and-the-same-key")
    assert made.status == 201
    assert leader.post("/disputes", body, key="one-and-the-same-key").body == made.body
    assert Dispute.objects.count() == 1
    path = f"/disputes/{made.body['id']}"
    possible = leader.get(f"{path}/steps").body["steps"]
    assert "accept" in {step["name"] for step in possible}
    assert leader.post(f"{path}/steps/accept", {}, seen=1).status == 200
    day = local_day(Dispute.objects.get().registered_at).isoformat()
    met = leader.post(f"{path}/steps/meet", {"on": day, "present": ["side1", "side2"], "account": "都说了"})
    assert met.status == 200, met.body
    agreed = leader.post(f"{path}/steps/agree", {"agreement": AGREEMENT})
    assert (agreed.body["stage"], agreed.body["version"]) == ("agreed", 4)
    whole = leader.get(path)
    assert whole.body["sides"][1] == {"role": "side2", "label": "乙方", "kind": "company", "has_contact": False}
    assert whole.body["meetings"] == [{"held_on": day, "present": ["side1", "side2"]}]
    assert whole.headers["ETag"] == '"4"'
    names = [event["name"] for event in leader.get(f"{path}/timeline").body["items"]]
    assert names == ["dispute.opened", "dispute.accepted", "dispute.met", "dispute.agreed"]
    assert leader.post(f"{path}/steps/withdraw", {"reason": "x"}, seen=2).status == 409


def test_no_answer_holds_what_a_side_said_or_whom_to_call(town: Town, caller: Call) -> None:
    mediation = today(town)
    mediation.visited()
    leader = caller("leader")
    answers = [
        leader.get(path).body
        for path in (
            "/disputes",
            f"/disputes/{mediation.pk}",
            f"/disputes/{mediation.pk}/timeline",
            f"/disputes/{mediation.pk}/steps",
        )
    ]
    answers.append(leader.post(f"/disputes/{mediation.pk}/steps/close", {}, key="k" * 20).body)
    everything = json.dumps([*answers, *Receipt.objects.values_list("answer", flat=True)], ensure_ascii=False)
    for word in (NAME, "张", PHONE, "138", ACCOUNT, "家具", "晚十点", "说了经过", "上门看过"):
        assert word not in everything, word
    assert answers[1]["sides"][0]["has_contact"] is True


def test_the_description_has_no_place_for_a_side(town: Town) -> None:
    """Neither asked for nor given: names, telephones, and in answers the texts."""
    document = Client().get("/api/v1/openapi.json").json()
    schemas = document["components"]["schemas"]
    ours = {
        name: schema
        for name, schema in schemas.items()
        if "Dispute" in name or name in ("SideShape", "MeetingShape", "VisitShape")
    }
    assert len(ours) > 15
    for name, schema in ours.items():
        members = set(schema.get("properties", {}))
        assert not {
            one for one in members if re.search(r"phone|contact_name|side_name|id_(card|number)|identity", one)
        }, name
        if not name.endswith("In"):
            assert not members & {"account", "agreement", "reason", "text", "note"}, name
    assert not [path for path in document["paths"] if "dispute" in path and re.search("contact|sides|search", path)]


def test_of_another_street_it_is_not_there(town: Town, caller: Call) -> None:
    mediation, stranger = today(town), caller("stranger")
    for path in ("", "/timeline", "/steps"):
        answer = stranger.get(f"/disputes/{mediation.pk}{path}")
        assert (answer.status, answer.body["code"]) == (404, "no_such_dispute"), path
    for step in STAFF_STEPS:
        assert stranger.post(f"/disputes/{mediation.pk}/steps/{step.name}", needed(step)).status == 404, step.name
    assert stranger.get("/disputes").body["items"] == []
    for key in (0, 4711, 2**63, 10**30):
        assert caller("leader").get(f"/disputes/{key}").status == 404, key


@pytest.mark.parametrize("step", STAFF_STEPS, ids=lambda step: step.name)
def test_seeing_is_not_doing(town: Town, caller: Call, step: Any) -> None:
    answer = caller("inspector").post(f"/disputes/{today(town).pk}/steps/{step.name}", needed(step))
    assert (answer.status, answer.body["code"], answer.body["right"]) == (403, "denied", step.right)


@pytest.mark.parametrize("step", STAFF_STEPS, ids=lambda step: step.name)
def test_every_step_is_an_operation_with_exactly_its_inputs(town: Town, step: Any) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    operation = document["paths"][f"/api/v1/disputes/{{key}}/steps/{step.name}"]["post"]
    content = operation["requestBody"]["content"]["application/json"]["schema"]
    reference = content.get("$ref") or content["allOf"][0]["$ref"]
    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    needs, offers = ({WIRE.get(one, one) for one in names} for names in (step.needs, step.offers))
    assert set(schema.get("required", [])) == needs
    assert set(schema["properties"]) == needs | offers | {"seen"}


def test_filters_and_pages(town: Town, caller: Call) -> None:
    disputes = [today(town) for _number in range(5)]
    disputes[0].take("withdraw", "leader", reason="和好了")
    leader = caller("leader")
    first = leader.get("/disputes", limit=3).body
    assert len(first["items"]) == 3
    assert len(leader.get(first["next"]).body["items"]) == 1
    assert [one["id"] for one in leader.get("/disputes", stage="withdrawn").body["items"]] == [disputes[0].pk]
    assert leader.get("/disputes", clock="overdue").body["items"] == []
    assert len(leader.get("/disputes", area=town.grid, type=type_id()).body["items"]) == 4
    assert leader.get("/disputes", mediator="me").body["items"] == []
    assert leader.get("/disputes", q="家具").status == 400
    codes = {one["code"] for one in leader.get("/disputes/types").body["items"]}
    assert {"neighbours", "family", "labour", "other"} <= codes


def test_an_identity_number_is_refused_here_too(town: Town, caller: Call) -> None:
    body = {"type_id": type_id(), "account": "甲方 110101199003071234", "area_code": town.grid}
    answer = caller("leader").post("/disputes", body)
    assert (answer.status, answer.body["code"], answer.body["field"]) == (422, "identity_number", "account")
    assert caller("leader").post("/disputes", body | {"side1_phone": PHONE}).status == 422
