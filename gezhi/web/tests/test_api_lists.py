"""Over HTTP: one step with many, my day, supervisions, what stands still, saved lists, notices."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from gezhi.cases.actions import save_filter
from gezhi.cases.filters import Filters
from gezhi.cases.models import Case, Supervision
from gezhi.kernel.events import dispatch
from gezhi.people.models import Notice
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.conftest import Caller

Call = Callable[[str], Caller]


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def bulk(caller: Caller, step: str, *cases: Any, key: str = "", **inputs: Any) -> Any:
    return caller.post(
        "/cases/steps", {"step": step, "cases": [str(case) for case in cases], "inputs": inputs}, key=key
    )


# --- many at once ---------------------------------------------------------------------------------------------------


def test_each_is_answered_by_itself(caller: Call, made: Circumstances) -> None:
    one, other = made.accepted("parking"), made.report()
    answer = bulk(caller("clerk"), "sign", one.number, other.pk, 999_999)
    assert answer.status == 200
    assert (answer.body["taken"], answer.body["refused"]) == (1, 2)
    first, second, third = answer.body["answers"]
    assert first["case"]["stage"] == "handling"
    assert (first["why"], first["key"]) == ("", one.number)
    assert second["case"] is None
    assert "现在不在能做这一步的阶段" in second["why"]
    assert "没有找到这一件" in third["why"]


def test_sent_twice_done_once(caller: Call, made: Circumstances) -> None:
    case = made.report()
    clerk = caller("clerk")
    first = bulk(clerk, "note", case.pk, key="a-key-of-its-own", note="已电话联系。")
    again = bulk(clerk, "note", case.pk, key="a-key-of-its-own", note="已电话联系。")
    assert first.body == again.body
    case.refresh_from_db()
    assert case.version == 2


@pytest.mark.parametrize(
    ("step", "inputs", "status"),
    [
        ("nonsense", {}, 404),
        ("report", {}, 404),
        ("call", {}, 404),
        ("expire", {}, 404),
        ("note", {}, 400),
        ("note", {"note": 5}, 400),
        ("ask_suspension", {"review_on": "bald", "reason": "x"}, 400),
    ],
)
def test_what_can_not_be_read(
    caller: Call, made: Circumstances, step: str, inputs: dict[str, Any], status: int
) -> None:
    answer = bulk(caller("clerk"), step, made.report().pk, **inputs)
    assert answer.status in (status, 422), answer.body
    assert answer.body["code"]
    assert Case.objects.get().version == 1


def test_a_day_is_read_from_json(caller: Call, made: Circumstances) -> None:
    case = made.held()
    day = timezone.localdate().replace(year=timezone.localdate().year)
    answer = bulk(
        caller("worker"),
        "ask_suspension",
        case.pk,
        review_on=f"{day.fromordinal(day.toordinal() + 30)}",
        reason="等改造。",
    )
    assert answer.body["taken"] == 1, answer.body


# --- lists ----------------------------------------------------------------------------------------------------------


def test_my_day_and_the_cases_behind_it(caller: Call, made: Circumstances) -> None:
    made.asked()
    clerk = caller("clerk")
    numbers = {one["task"]: one for one in clerk.get("/day").body["numbers"]}
    assert (numbers["decide"]["count"], numbers["decide"]["waits_for"]) == (1, "me")
    listed = clerk.get(numbers["decide"]["href"].partition("?")[0], task="decide").body["items"]
    assert [one["asked"] for one in listed] == ["extension"]
    assert caller("worker").get("/cases", task="decide").body["items"] == []
    assert clerk.get("/cases", task="nonsense").status == 400


def test_filters_of_the_new_columns(caller: Call, made: Circumstances) -> None:
    suspended, asked, supervised = made.suspended(), made.asked(), made.supervised()
    clerk = caller("clerk")

    def ids(**query: Any) -> set[int]:
        return {one["id"] for one in clerk.get("/cases", **query).body["items"]}

    assert ids(suspended="true") == {suspended.pk}
    assert ids(asked="extension") == {asked.pk}
    assert ids(supervision="open") == {supervised.pk}
    assert ids(called="true") == set()
    assert ids(suspended="false") == {asked.pk, supervised.pk}


def test_supervisions(caller: Call, made: Circumstances) -> None:
    case = made.supervised("red")
    one = caller("worker").get("/supervisions").body["items"][0]
    assert (one["number"], one["case"]["id"], one["state"]) == (Supervision.objects.get().number, case.pk, "open")
    assert caller("inspector").get("/supervisions", side="issued", card="red").body["items"]
    assert caller("stranger").get("/supervisions", side="watched").body["items"] == []


def test_what_stands_still(caller: Call, made: Circumstances) -> None:
    case = made.suspended()
    made.held()
    found = caller("clerk").get("/suspensions").body
    assert (found["suspended"], found["open"]) == (1, 2)
    one = found["items"][0]
    assert (one["case"]["id"], one["times"], round(one["years"], 1)) == (case.pk, 1, 2.7)


def test_saved_lists(caller: Call, town: Town) -> None:
    at = timezone.now()
    actor = town.actor("worker", at=at)
    save_filter(actor=actor, at=at, name="急", filters=Filters(emergency=True), desk_id=town.desk(town.grid).id)
    one = caller("worker2").get("/filters").body["items"][0]
    assert (one["name"], one["query"], one["owner"]["name"]) == ("急", "emergency=1", "王专职")
    assert caller("clerk").get("/filters").body["items"] == []


def test_notices(caller: Call, made: Circumstances) -> None:
    case = made.supervised()
    while dispatch(at=timezone.now()):
        pass
    worker = caller("worker")
    one = worker.get("/notices", unseen="true").body["items"][0]
    assert (one["event"], one["subject_id"], one["seen_at"]) == ("case.supervised", case.pk, None)
    assert caller("neighbour").post("/notices/seen", {"notices": [one["id"]]}).status == 404
    assert worker.post("/notices/seen", {"notices": [one["id"]]}).body == {"seen": 1}
    assert worker.get("/notices", unseen="true").body["items"] == []
    assert Notice.objects.get(pk=one["id"]).seen_by_id == made.town.user("worker").pk


@pytest.mark.parametrize("path", ["/day", "/supervisions", "/suspensions", "/filters", "/notices"])
def test_nothing_without_signing_in(resident: Caller, caller: Call, path: str) -> None:
    assert resident.get(path).status == 401
    assert caller("handler").get(path).status == 200
    assert caller("nobody").get(path).status == 200
