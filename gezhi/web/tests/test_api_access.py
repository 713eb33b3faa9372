"""Who may do what by the API: deny by default, and what one can't see looks like what is not there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from gezhi.accounts.actions import issue_token, revoke_token
from gezhi.accounts.models import ApiToken
from gezhi.cases.workflow import INPUTS, STEPS, Who
from gezhi.kernel.access import Actor
from gezhi.kernel.events import timeline
from gezhi.testing import Town
from gezhi.web.tests.conftest import Caller
from gezhi.web.tests.test_api_loop import picture

STAFF_STEPS = [step for step in STEPS.values() if Who.STAFF in step.by and not step.creates and not step.door]
# Something that each kind of input takes, so that nothing but the right stands in the way.
FILLED: dict[str, Any] = {
    "text": "理由", "matter": 1, "desk": 1, "person": 1, "case": "1", "card": "red", "days": 1, "date": "2030-01-01", "flag": True,
    "parts": [{"desk_id": 1, "text": "办"}],
}  # fmt: skip
SYSTEM = Actor.system("town")


def needed(names: tuple[str, ...]) -> dict[str, Any]:
    if "place" in names:
        return {"area_code": "370103001", **needed(tuple(name for name in names if name != "place"))}
    return {INPUTS[name].wire: FILLED[INPUTS[name].kind] for name in names}


def test_a_case_of_another_street_is_not_there(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]
) -> None:
    case, stranger = reported(), caller("stranger")
    for path in (f"/cases/{case.pk}", f"/cases/{case.number}", f"/cases/{case.pk}/timeline", f"/cases/{case.pk}/steps"):
        assert stranger.get(path).status == 404, path
        assert stranger.get(path).body["code"] == "no_such_case"
    assert stranger.post(f"/cases/{case.pk}/reporter", {"reason": "想看"}).status == 404
    for step in STAFF_STEPS:
        assert stranger.step(case.pk, step.name, **needed(step.needs)).status == 404, step.name
    assert stranger.get("/cases", state="all").body["items"] == []
    assert caller("clerk").get("/cases").body["items"][0]["id"] == case.pk


def test_a_case_that_is_not_there_looks_the_same(town: Town, caller: Callable[[str], Caller]) -> None:
    clerk = caller("clerk")
    keys = (
        "4711",
        "370103-260302-0004711",
        "999999999999999999",
        "x",
        "370103-261124-99999999999999999999999",
        "-1",
        "１",
    )
    for key in keys:
        assert clerk.get(f"/cases/{key}").status == 404, key


@pytest.mark.parametrize("step", STAFF_STEPS, ids=lambda step: step.name)
def test_seeing_is_not_doing(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any], step: Any
) -> None:
    """An assessor sees the whole street and may do nothing there."""
    case = reported()
    answer = caller("assessor").step(case.pk, step.name, **needed(step.needs))
    assert (answer.status, answer.body["code"], answer.body["right"]) == (403, "denied", step.right)


def test_a_grid_worker_does_not_accept(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]
) -> None:
    answer = caller("worker").step(reported().pk, "accept", matter_id=town.matter("lamp").id)
    assert (answer.status, answer.body["right"]) == (403, "case.accept")


@pytest.mark.parametrize("who", ["nobody", "party_affairs"])
def test_without_a_fitting_post_there_is_nothing(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any], who: str
) -> None:
    case, someone = reported(), caller(who)
    assert someone.get("/cases").body == {"items": [], "next": None}
    assert someone.get(f"/cases/{case.pk}").status == 404
    assert someone.post("/cases", {"text": "路灯不亮", "area_code": town.grid}).status == 422
    assert all(right.startswith(("party.", "cobuild.", "topic.")) for right in someone.get("/me").body["rights"])


def test_a_report_stays_in_ones_own_area(town: Town, caller: Callable[[str], Caller]) -> None:
    answer = caller("worker").post("/cases", {"text": "路灯不亮", "area_code": town.other_grid})
    assert (answer.status, answer.body["code"]) == (422, "not_your_area")


@pytest.mark.parametrize("path", ["/me", "/cases", "/cases/1", "/steps", "/areas", "/desks", "/matters", "/files/1"])
def test_staff_endpoints_want_somebody(town: Town, resident: Caller, path: str) -> None:
    answer = resident.get(path)
    assert (answer.status, answer.body["code"]) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_tokens_that_do_not_hold(town: Town, client_as: Callable[[str], Client]) -> None:
    at = timezone.now()
    old, _plain = issue_token(
        town.user("clerk"), at=at - timedelta(days=9), expires_at=at - timedelta(days=1), actor=SYSTEM, label="test"
    )
    assert ApiToken.objects.get(pk=old.pk).expires_at < at
    gone, revoked = issue_token(
        town.user("clerk"), at=at, expires_at=at + timedelta(days=1), actor=SYSTEM, label="test"
    )
    revoke_token(gone, actor=SYSTEM, at=at)
    for token in (_plain, revoked, "gezhi_" + "x" * 43, "", "x", "令牌"):
        header = f"Bearer {token}".encode().decode("latin-1")
        answer = Caller({"Authorization": header}).get("/me")
        assert answer.status == 401, token
        # A wrong token is refused even where a session would do.
        assert token == "" or Caller({"Authorization": header}, client_as("clerk")).get("/me").status == 401


def test_a_session_needs_its_csrf_token_to_change_anything(
    town: Town, reported: Callable[..., Any], client_as: Callable[[str], Client]
) -> None:
    case = reported()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(town.user("clerk"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    caller = Caller(client=browser)
    assert caller.get(f"/cases/{case.pk}").status == 200
    refused = caller.step(case.pk, "note", note="你好")
    assert (refused.status, refused.body["code"]) == (403, "csrf")
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    answer = caller.post(f"/cases/{case.pk}/steps/note", {"note": "你好"}, headers={"X-CSRFToken": "a" * 32})
    assert answer.status == 200


def test_who_reported_is_shown_with_a_reason_and_each_time_recorded(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]
) -> None:
    case, clerk = reported(reporter_name="张三", reporter_phone="13800000000"), caller("clerk")
    assert clerk.get(f"/cases/{case.pk}").body["has_reporter"] is True
    assert clerk.post(f"/cases/{case.pk}/reporter", {}).body["field"] == "reason"
    assert clerk.post(f"/cases/{case.pk}/reporter", {"reason": " "}).body["field"] == "reason"
    for _time in range(2):
        seen = clerk.post(f"/cases/{case.pk}/reporter", {"reason": "回电核实"}, key="one-and-the-same-key")
        assert seen.body == {"name": "张三", "phone": "13800000000", "may_be_contacted": True}
        assert "Idempotent-Replayed" not in seen.headers
    assert [event.name for event in timeline(case)].count("reporter.seen") == 2
    assert caller("assessor").post(f"/cases/{case.pk}/reporter", {"reason": "好奇"}).status == 403
    nameless = reported()
    assert clerk.post(f"/cases/{nameless.pk}/reporter", {"reason": "回电核实"}).status == 404


def test_a_file_is_used_by_its_sender_and_read_through_a_case(
    town: Town, caller: Callable[[str], Caller], reported: Callable[..., Any]
) -> None:
    worker, worker2, stranger = caller("worker"), caller("worker2"), caller("stranger")
    kept = worker.send_file(picture(), key="a-key-for-the-photo")
    assert (kept.status, kept.body["kind"], kept.body["width"]) == (201, "image/jpeg", 30)
    again = worker.send_file(picture(), key="a-key-for-the-photo")
    assert (again.body, again.headers["Idempotent-Replayed"]) == (kept.body, "true")

    case = reported()
    for files in ([kept.body["id"]], ["1"], ["x:y:z"]):
        refused = worker2.step(case.pk, "note", note="见图", files=files)
        assert (refused.status, refused.body["code"]) == (422, "no_such_file")
    assert worker.step(case.pk, "note", note="见图", files=[kept.body["id"]]).status == 200

    attachment = worker2.get(f"/cases/{case.pk}").body["attachments"][0]
    shown = worker2.get(attachment["href"])
    assert shown.status == 200
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"".join(shown.body.streaming_content).startswith(b"\xff\xd8\xff")
    assert worker2.get(attachment["href"], small="true").status == 200
    assert stranger.get(attachment["href"]).status == 404
    assert worker.get("/files/99999999999999999999").status == 404


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip named .jpg", b"<script>alert(1)</script>"])
def test_what_is_no_picture_is_not_kept(town: Town, caller: Callable[[str], Caller], content: bytes) -> None:
    answer = caller("worker").send_file(content)
    assert (answer.status, answer.body["field"]) == (422, "file")
