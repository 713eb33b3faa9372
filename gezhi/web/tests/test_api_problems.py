"""Bad input gets a clear answer, never a 500; every failure is application/problem+json."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import clear_url_caches, include, path

from gezhi.cases.models import Case
from gezhi.kernel.http.door import Door
from gezhi.testing import Town
from gezhi.web.tests.conftest import Answer, Caller

MEMBERS = {"type", "title", "status", "detail", "code"}


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.body) >= MEMBERS
    assert answer.body["status"] == status
    assert answer.body["code"] == code
    assert answer.body["type"] == f"urn:gezhi:refusal:{code}"
    assert answer.body["detail"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"nonsense", b'{"text": "\xff"}', b'{"text": "a", "lng": NaN, "lat": 36}', b'{"lng": Infinity}',
        b'{"lng": -Infinity}', b"[" * 100_000, b'{"n": ' + b"9" * 5000 + b"}", "{“text”: 1}".encode(),
    ],
)  # fmt: skip
def test_what_is_no_json_is_not_understood(town: Town, caller: Callable[[str], Caller], content: bytes) -> None:
    assert_problem(caller("worker").post("/cases", content), 400, "malformed")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "a\x00b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"title": "\udfff标题"}, "title"),
        ({"text": 5}, "text"),
        ({"text": ""}, "text"),
        ({"text": "长" * 10_001}, "text"),
        ({"address": "长" * 201}, "address"),
        ({"lng": "116"}, "lng"),
        ({"lng": 1e400}, "lng"),
        ({"lng": 10**400, "lat": 1}, "lng"),
        ({"lng": 181, "lat": 36}, "lng"),
        ({"lat": True, "lng": 116}, "lat"),
        ({"matter_id": 2**63}, "matter_id"),
        ({"matter_id": 10**30}, "matter_id"),
        ({"matter_id": 0}, "matter_id"),
        ({"matter_id": "1"}, "matter_id"),
        ({"matter_id": True}, "matter_id"),
        ({"kind": "praise"}, "kind"),
        ({"source": "moon"}, "source"),
        ({"files": ["x"] * 7}, "files"),
        ({"files": [1]}, "files.0"),
        ({"said_at": "2026-03-02T10:00:00"}, "said_at"),
        ({"said_at": "1999-01-01T00:00:00Z"}, "said_at"),
        ({"said_at": "yesterday"}, "said_at"),
        ({"external_key": ""}, "external_key"),
        ({"txt": "misspelt"}, "txt"),
        ({"is_emergency": "yes"}, "is_emergency"),
    ],
)
def test_every_wrong_input_is_named(
    town: Town, caller: Callable[[str], Caller], change: dict[str, Any], field: str
) -> None:
    draft = {"text": "路灯不亮", "area_code": town.grid} | change
    content = json.dumps(draft).replace("Infinity", "1e400").encode()
    answer = caller("worker").post("/cases", content)
    assert_problem(answer, 422, "invalid")
    assert answer.body["field"] == field
    assert answer.body["errors"][0]["field"] == field
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lng": 116.0, "lat": 35.0}, "outside_district"),
        ({"lng": 36.6445, "lat": 89.0}, "bad_coordinates"),
        ({"lng": 116.962}, "half_a_point"),
        ({"lng": 116.962, "lat": 36.6445, "crs": "epsg:9999"}, "no_such_crs"),
        ({"area_code": "370103999"}, "no_such_area"),
        ({"area_code": "老街"}, "no_such_area"),
        ({"matter_id": 4711, "area_code": "370103001001001"}, "no_such_matter"),
    ],
)
def test_the_rules_of_the_domain_refuse_by_code(
    town: Town, caller: Callable[[str], Caller], change: dict[str, Any], code: str
) -> None:
    answer = caller("worker").post("/cases", {"text": "路灯不亮"} | change)
    assert_problem(answer, 422, code)
    assert answer.body["field"]


def test_several_wrong_inputs_are_all_named(town: Town, caller: Callable[[str], Caller]) -> None:
    answer = caller("worker").post("/cases", {"kind": "praise", "lng": "x"})
    assert {error["field"] for error in answer.body["errors"]} == {"text", "kind", "lng"}
    assert all(error["detail"] and error["in"] == "body" for error in answer.body["errors"])


def test_ten_megabytes_are_too_large(town: Town, caller: Callable[[str], Caller], resident: Caller) -> None:
    huge = {"text": "大" * 3_500_000, "area_code": town.grid}
    assert_problem(caller("worker").post("/cases", huge), 413, "too_large")
    assert_problem(resident.post("/reports", huge), 413, "too_large")
    assert_problem(caller("worker").send_file(b"x" * 11_000_000), 413, "too_large")


def test_another_format_is_said(town: Town, caller: Callable[[str], Caller]) -> None:
    worker = caller("worker")
    response = worker.client.post("/api/v1/cases", "text=hello", content_type="text/plain", headers=worker.headers)
    assert_problem(worker.answer(response), 415, "not_json")
    response = worker.client.post("/api/v1/files", {"note": "no file"}, headers=worker.headers)
    assert_problem(worker.answer(response), 422, "invalid")
    response = worker.client.post(
        "/api/v1/files", b"--x\r\nbroken", content_type="multipart/form-data; boundary=", headers=worker.headers
    )
    assert_problem(worker.answer(response), 400, "malformed")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"text"', b"5"])
def test_a_body_that_is_no_object(town: Town, caller: Callable[[str], Caller], body: bytes) -> None:
    assert_problem(caller("worker").post("/cases", body), 422, "invalid")


@pytest.mark.parametrize(
    "path", ["/nothing", "/cases/1/steps/fly", "/cases/1/steps/expire", "/cases/", "/%00", "/cases/1/x/y"]
)
def test_no_such_address(town: Town, caller: Callable[[str], Caller], path: str) -> None:
    assert_problem(caller("worker").get(path), 404, "no_such_address")
    assert_problem(caller("worker").post(path, {}), 404, "no_such_address")


def test_head_is_get_without_a_body(town: Town, caller: Callable[[str], Caller]) -> None:
    worker = caller("worker")
    response = worker.client.head("/api/v1/cases", headers=worker.headers)
    assert (response.status_code, response.content) == (200, b"")


def test_another_method(town: Town, caller: Callable[[str], Caller]) -> None:
    worker = caller("worker")
    for method in ("put", "patch", "delete"):
        answer = worker.answer(getattr(worker.client, method)("/api/v1/cases", headers=worker.headers))
        assert_problem(answer, 405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert_problem(worker.get("/cases/1/steps/claim"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/cases?limit=201", "limit"), ("/cases?limit=0", "limit"), ("/cases?limit=x", "limit"), ("/cases?stage=lost", "stage.0"),
        ("/cases?desk=99999999999999999999", "desk"), ("/cases?q=%00", "q"), ("/cases?area=37010", "area"),
        ("/cases?holder=you", "holder"), ("/locate?lng=nan&lat=1", "lng"), ("/locate?lng=1", "lat"),
        ("/locate?lng=inf&lat=1", "lng"), ("/areas?parent=x", "parent"), ("/areas/12", "code"), ("/matters?on=soon", "on"),
        ("/areas/370103/geojson?tolerance=-1", "tolerance"), ("/files/x", "file_id"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_named(town: Town, caller: Callable[[str], Caller], path: str, field: str) -> None:
    answer = caller("worker").get(path)
    assert_problem(answer, 422, "invalid")
    assert answer.body["field"] == field


@pytest.mark.parametrize("path", ["/cases?desks=1", "/matters?date=2026-01-01", "/areas?q=x", "/desks?kinds=grid"])
def test_a_misspelt_filter_does_not_give_everything(town: Town, caller: Callable[[str], Caller], path: str) -> None:
    assert_problem(caller("worker").get(path), 400, "no_such_parameter")


@pytest.mark.parametrize("words", ["'; DROP TABLE", '"', "路灯 OR 1=1", "%", "*", "(", "a" * 100])
def test_no_words_do_harm(town: Town, caller: Callable[[str], Caller], words: str) -> None:
    assert caller("worker").get("/cases", q=words).body["items"] == []


def test_texts_follow_the_readers_language(town: Town, resident: Caller) -> None:
    chinese, english = (
        Caller({"Accept-Language": language}).get("/me") for language in ("zh-CN,zh;q=0.9", "en-GB,en;q=0.9")
    )
    assert chinese.headers["Content-Language"] == "zh-hans"
    assert english.headers["Content-Language"] == "en"
    assert chinese.body["code"] == english.body["code"]
    assert chinese.body["detail"].startswith("请先登录")


# --- what should never happen --------------------------------------------------------------------------------------------

door = Door(urls_namespace="broken")


@door.get("/bug")
def bug(request: Any) -> None:
    raise RuntimeError("secret 4711")


@door.get("/down")
def down(request: Any) -> None:
    raise OperationalError("the database at secret 4711 is gone")


urlpatterns = [path("api/broken/", door.urls), path("", include("gezhi.web.portal.urls"))]


@pytest.fixture
def broken_door(db: None, settings: Any) -> Iterator[Client]:
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield Client()
    clear_url_caches()


@pytest.mark.parametrize(("address", "status", "code"), [("bug", 500, "broken"), ("down", 503, "unavailable")])
def test_our_own_faults_say_nothing_of_the_inside(
    broken_door: Client, address: str, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = broken_door.get(f"/api/broken/{address}")
    assert_problem(Caller.answer(response), status, code)
    assert "4711" not in response.content.decode()
    assert "4711" in caplog.text
