"""The registers of people by JSON: what one may see of them, and the two short tables of steps."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from gezhi.people.actions import Decision, NewLine, enter_lines, hold_meeting, issue_policy, open_pilot, seat
from gezhi.people.features import Feature
from gezhi.people.roles import Role
from gezhi.territory.models import Area
from gezhi.testing import FOUNDED, SYSTEM, Town
from gezhi.web.tests.conftest import Caller

LONG_AGO = date(2020, 1, 1)
REGISTERS = (
    "/staff/gaps",
    "/staff",
    "/first-persons",
    "/forces",
    "/budget?year=2026",
    "/policies",
    "/rules",
    "/pilots",
)


@pytest.fixture
def keeper(town: Town, caller: Callable[[str], Caller]) -> Caller:
    seat(town.user("nobody"), town.desk(town.district), Role.SUPPORT_CLERK, actor=SYSTEM, at=FOUNDED, from_on=LONG_AGO)
    return caller("nobody")


@pytest.fixture
def street(town: Town, caller: Callable[[str], Caller]) -> Caller:
    seat(town.user("assessor"), town.desk(town.street), Role.SUPPORT_CLERK, actor=SYSTEM, at=FOUNDED, from_on=LONG_AGO)
    return caller("assessor")


@pytest.mark.parametrize("path", REGISTERS)
def test_who_has_no_right_is_told_so(town: Town, caller: Callable[[str], Caller], path: str) -> None:
    assert caller("worker").get(path).status == 403


@pytest.mark.parametrize("path", REGISTERS)
def test_support_reads_every_register(keeper: Caller, path: str) -> None:
    assert keeper.get(path).status == 200


@pytest.mark.parametrize("path", ["/staff/gaps", "/staff", "/first-persons", "/forces"])
def test_another_street_is_no_business_of_mine(town: Town, street: Caller, path: str) -> None:
    assert street.get(path, area=town.other_street).status == 403
    assert street.get(path, area=town.street).status == 200


def test_gaps_in_persons(town: Town, keeper: Caller) -> None:
    body = keeper.get("/staff/gaps").body
    assert body["formulas"] == {"residential": "1+1+N+X", "dedicated": "1+X+Y"}
    [full] = [one for one in body["total"] if (one["kind"], one["role"]) == ("residential", "grid_worker")]
    assert (full["needed"], full["present"], full["missing"]) == (12, 4, 8)
    assert {part["area"] for part in body["parts"]} == {town.street, town.other_street}


def test_people_a_page_at_a_time(town: Town, street: Caller) -> None:
    first = street.get("/staff", limit=2).body
    assert len(first["items"]) == 2
    second = street.get(first["next"]).body
    assert not {one["post_id"] for one in first["items"]} & {one["post_id"] for one in second["items"]}
    assert all(one["area"].startswith(town.street) for one in first["items"] + second["items"])
    assert street.get("/staff", misspelt=1).status == 400


def test_money_is_whole_fen(town: Town, keeper: Caller) -> None:
    enter_lines([NewLine(2026, Area.objects.get(code=town.street), "pay", 37)], actor=SYSTEM, at=timezone.now())
    body = keeper.get("/budget", year=2026).body
    assert body["total_fen"] == 37
    assert body["areas"][0]["fen"]["pay"] == 37


def test_what_expired_is_not_offered(keeper: Caller) -> None:
    issue_policy("measure", "旧", actor=SYSTEM, at=FOUNDED, effective_from=LONG_AGO, effective_until=date(2021, 1, 1))
    issue_policy("measure", "新", actor=SYSTEM, at=FOUNDED, effective_from=LONG_AGO)
    assert [one["title"] for one in keeper.get("/policies").body["policies"]] == ["新"]
    assert len(keeper.get("/policies", on="2020-06-01").body["policies"]) == 2


def test_rules_without_a_basis(keeper: Caller) -> None:
    every = keeper.get("/rules").body["rules"]
    assert every == keeper.get("/rules", without="true").body["rules"]
    assert {one["kind"] for one in every} >= {"staffing", "limit", "ladder"}


def test_pilots_by_street(town: Town, keeper: Caller) -> None:
    area = Area.objects.get(code=town.street)
    open_pilot(Feature.TEAM_PAGE, area, actor=SYSTEM, at=FOUNDED, from_on=LONG_AGO)
    assert keeper.get("/pilots").body["pilots"][0]["area"] == town.street


def test_a_recommendation_from_beginning_to_end(town: Town, street: Caller, caller: Callable[[str], Caller]) -> None:
    clerk = caller("clerk")
    asked = {
        "desk_id": town.desk(town.grid).pk,
        "source": "unit_liaison",
        "unit": "商务大厦",
        "name": "何联络",
        "work_phone": "0531-8000003",
    }
    made = clerk.post("/recommendations", asked, key="k1")
    assert made.status == 201
    assert clerk.post("/recommendations", asked, key="k1").body["id"] == made.body["id"]
    key = made.body["id"]
    assert made.body["steps"] == ["withdraw"]
    [waiting] = street.get("/recommendations", stage="waiting").body["items"]
    assert waiting["steps"] == ["approve", "refuse"]
    assert clerk.post(f"/recommendations/{key}/steps/approve", {"from_on": "2026-12-01"}).status == 403
    done = street.post(f"/recommendations/{key}/steps/approve", {"from_on": "2026-12-01", "seen": waiting["version"]})
    assert (done.status, done.body["stage"]) == (200, "approved")
    assert street.post(f"/recommendations/{key}/steps/refuse", {"reason": "晚了"}).status == 422
    assert street.post(f"/recommendations/{key}/steps/dance", {}).status == 404
    assert caller("stranger").post(f"/recommendations/{key}/steps/refuse", {"reason": "x"}).status == 404


def test_a_task_is_reported_and_confirmed(town: Town, keeper: Caller, caller: Callable[[str], Caller]) -> None:
    today = timezone.localdate()
    held = today - timedelta(days=9)
    decisions = [Decision("配齐", town.desk(town.street), today - timedelta(days=1))]
    hold_meeting("会议", held, decisions, actor=SYSTEM, at=timezone.now())
    clerk = caller("street_clerk")
    [task] = clerk.get("/meeting-tasks", overdue="true").body["items"]
    assert (task["is_overdue"], task["steps"]) == (True, ["report"])
    key = task["id"]
    assert caller("worker").post(f"/meeting-tasks/{key}/steps/report", {"result": "x"}).status == 404
    assert clerk.post(f"/meeting-tasks/{key}/steps/report", {}).status == 422
    assert clerk.post(f"/meeting-tasks/{key}/steps/report", {"result": "已配齐"}).body["stage"] == "reported"
    assert keeper.post(f"/meeting-tasks/{key}/steps/confirm", {"seen": 1}).status == 409
    assert keeper.post(f"/meeting-tasks/{key}/steps/confirm", {}).body["stage"] == "done"
