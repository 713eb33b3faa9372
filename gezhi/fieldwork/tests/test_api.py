"""The field work over HTTP: what a phone sends, sent twice, sent by others."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.cases.models import Case
from gezhi.fieldwork.models import Campaign, Visit
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.models import Receipt
from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, SYSTEM, Town

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NEED = {"text": "楼上漏水。", "kind": "request", "reporter_name": "林女士", "reporter_phone": "13800000000"}


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_a_visit_from_the_door_to_the_case(town: Town, client_as: SignIn) -> None:
    worker = client_as("worker")
    lists = worker.get("/api/v1/checklists").json()["items"]
    assert {one["group"] for one in lists} == {"promote", "visit", "do", "good"}
    door = post(
        worker, "/address-points", {"key": str(uuid4()), "area_code": town.grid, "building": "3号楼", "door": "301"}
    )
    assert door.status_code == 201, door.content
    body = {
        "key": str(uuid4()),
        "address_point_id": door.json()["id"],
        "trigger": "visit_1",
        "ticked": ["good_1"],
        "finding": NEED | {"may_be_contacted": True},
        "done_at": "2026-03-01T09:00:00+08:00",
    }
    first, again = post(worker, "/visits", body), post(worker, "/visits", body)
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert first.json()["id"] == again.json()["id"]
    assert (Visit.objects.count(), Case.objects.count()) == (1, 1)
    with_key = post(worker, "/visits", body | {"key": str(uuid4())}, **{"Idempotency-Key": "one"})
    assert post(worker, "/visits", body, **{"Idempotency-Key": "one"}).status_code == 409
    assert with_key.status_code == 201
    assert "13800000000" not in str(list(Receipt.objects.values_list("answer", "fingerprint")))
    assert len(worker.get("/api/v1/visits").json()["items"]) == 2
    assert client_as("worker2").get("/api/v1/visits").json()["items"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"finding": NEED}, 422),
        ({"trigger": "visit_77"}, 422),
        ({"key": "no"}, 422),
        ({"address_point_id": 999}, 404),
        ({"opinion": "态度冷淡"}, 422),
        ({"residents": 3}, 422),
    ],
)
def test_what_is_no_visit(rounds: Rounds, client_as: SignIn, change: dict, status: int) -> None:
    body = {"key": str(uuid4()), "address_point_id": rounds.door().pk, "trigger": "visit_1"} | change
    answer = post(client_as("worker"), "/visits", body)
    assert answer.status_code == status, answer.content
    assert not Visit.objects.exists()


def test_counts_for_who_counts(rounds: Rounds, town: Town, client_as: SignIn) -> None:
    rounds.visit(rounds.door())
    for who in ("clerk", "street_clerk", "district_clerk", "inspector", "assessor", "leader"):
        answer = client_as(who).get("/api/v1/visits/counts?first=202603&last=202603").json()
        assert answer["total"]["total"] == 1, who
    outside = client_as("clerk").get("/api/v1/visits/counts?first=202603&last=202603&outside=true").json()
    assert outside["lines"][0]["total"] is None
    assert client_as("worker").get("/api/v1/visits/counts").status_code == 403
    assert client_as("other_clerk").get(f"/api/v1/visits/counts?area={town.community}").status_code == 403
    assert client_as("clerk").get("/api/v1/visits/counts?first=202613").status_code == 422


def test_a_campaign_from_the_desk_to_the_door(town: Town, client_as: SignIn) -> None:
    clerk, worker = client_as("clerk"), client_as("worker")
    given = {
        "key": str(uuid4()),
        "title": "楼道排查",
        "area_code": town.community,
        "due_on": timezone.localdate().isoformat(),
    }
    campaign = post(clerk, "/campaigns", given).json()
    path = f"/campaigns/{campaign['id']}"
    form = {"questions": [{"label": "通道是否被占", "kind": "yes_no", "is_required": True}]}
    assert post(clerk, f"{path}/questions", form).status_code == 200
    refused = post(clerk, f"{path}/questions", {"questions": [{"label": "户主姓名", "kind": "text"}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "never_asked")
    assert post(clerk, f"{path}/targets", {}).status_code == 200
    assert worker.get(f"/api/v1{path}").status_code == 404
    stale = post(clerk, f"{path}/steps/start", {}, **{"If-Match": '"1"'})
    assert stale.status_code == 409
    assert post(clerk, f"{path}/steps/start", {}).json()["stage"] == "running"
    whole = worker.get(f"/api/v1{path}").json()
    assert (whole["questions"][0]["code"], whole["scope"]["total"]) == ("q1", 1)
    targets = worker.get(f"/api/v1{path}/targets").json()["items"]
    assert [one["area"]["code"] for one in targets] == [town.grid]
    answer = {"key": str(uuid4()), "values": {"q1": True}, "finding": {"text": "一楼堆物。"}, "form_number": 1}
    work = f"/campaign-targets/{targets[0]['id']}/answer"
    first = post(worker, work, answer)
    assert (first.status_code, first.json()["values"]) == (201, {"q1": True}), first.content
    assert post(worker, work, answer).json()["id"] == first.json()["id"]
    late = post(client_as("worker2"), work, answer | {"key": str(uuid4())})
    assert (late.status_code, late.json()["code"]) == (409, "done_already")
    assert post(client_as("neighbour"), work, answer | {"key": str(uuid4())}).status_code == 404
    assert post(worker, f"{path}/steps/close", {}).status_code == 403
    assert post(clerk, f"{path}/steps/close", {"reason": "做完了"}).json()["stage"] == "closed"
    assert Campaign.objects.get().ended_at is not None


def test_spots_and_looks(town: Town, client_as: SignIn) -> None:
    spot = {"key": str(uuid4()), "area_code": town.grid, "name": "河边护栏"}
    assert post(client_as("worker"), "/spots", spot).status_code == 403
    made = post(client_as("leader"), "/spots", spot).json()
    worker = client_as("worker")
    assert [one["name"] for one in worker.get("/api/v1/spots").json()["items"]] == ["河边护栏"]
    looked = post(worker, f"/spots/{made['id']}/looks", {"key": str(uuid4())})
    assert (looked.status_code, looked.json()["has_finding"]) == (201, False)
    placed = post(worker, f"/spots/{made['id']}/looks", {"key": str(uuid4()), "lng": 117.0, "lat": 36.6})
    assert placed.status_code == 422, "where somebody stood is not asked"


def test_my_grid_and_my_numbers(rounds: Rounds, town: Town, client_as: SignIn) -> None:
    rounds.visit(rounds.door())
    worker = client_as("worker")
    mine = worker.get("/api/v1/my-grid").json()
    assert (mine["codes"], len(mine["outlines"]["features"]), len(mine["address_points"])) == ([town.grid], 1, 1)
    assert set(mine["colleagues"][0]) == {"grid_code", "name", "role", "role_label", "work_phone"}
    assert worker.get("/api/v1/my-numbers?month=202603").json()["visits"] == 1
    assert worker.get("/api/v1/my-numbers?month=202613").status_code == 422
    assert client_as("nobody").get("/api/v1/my-grid").json()["codes"] == []


def test_suggestions(town: Town, client_as: SignIn) -> None:
    seat(
        town.user("nobody"),
        town.desk(town.street),
        Role.SUPPORT_CLERK,
        actor=SYSTEM,
        at=FOUNDED,
        from_on=date(2020, 1, 1),
    )
    worker, support = client_as("worker"), client_as("nobody")
    body = {"key": str(uuid4()), "kind": "suggestion", "text": "早会太长。"}
    sent = post(worker, "/suggestions", body, **{"Idempotency-Key": "abc"})
    assert (sent.status_code, post(worker, "/suggestions", body, **{"Idempotency-Key": "abc"}).json()) == (
        201,
        sent.json(),
    )
    path = f"/suggestions/{sent.json()['id']}"
    assert support.get(f"/api/v1{path}").json()["text"] == "早会太长。"
    assert client_as("clerk").get(f"/api/v1{path}").status_code == 404
    assert (
        post(support, f"{path}/steps/answer", {"answer": "缩短。"}, **{"Idempotency-Key": "x"}).json()["stage"]
        == "answered"
    )
    assert worker.get("/api/v1/suggestions").json()["items"][0]["answer"] == "缩短。"
    assert post(worker, f"{path}/steps/withdraw", {}).status_code == 422
    kept = str(list(Receipt.objects.values_list("answer", flat=True)))
    assert "早会" not in kept
    assert "缩短" not in kept


def test_there_is_no_list_of_what_happened_at_one_door(rounds: Rounds, client_as: SignIn) -> None:
    door = rounds.door()
    rounds.visit(door)
    leader = client_as("leader")
    for query in (f"address_point_id={door.pk}", f"address_point={door.pk}", "door=301", "building=3"):
        assert leader.get(f"/api/v1/visits?{query}").status_code == 400
    assert leader.get(f"/api/v1/address-points/{door.pk}").status_code == 404
    assert leader.get(f"/api/v1/address-points/{door.pk}/visits").status_code == 404


@pytest.mark.parametrize("path", ["address-points", "visits", "campaigns", "spots", "suggestions", "checklists"])
def test_lists_refuse_misspelt_filters_and_strangers_see_nothing(rounds: Rounds, client_as: SignIn, path: str) -> None:
    rounds.visit(rounds.door())
    rounds.spot()
    rounds.running()
    stranger = client_as("stranger")
    if path != "checklists":
        assert stranger.get(f"/api/v1/{path}").json()["items"] == []
        assert stranger.get(f"/api/v1/{path}?person=1").status_code == 400
    assert Client().get(f"/api/v1/{path}").status_code == 401
