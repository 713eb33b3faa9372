"""GeoReport v2: what programs of others read and send, and that no word of a reporter goes out."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.accounts.actions import issue_token
from gezhi.cases.actions import report
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.matters.queries import catalogue
from gezhi.testing import DISTRICT, GRID, MATTERS, Town, corner_of

AT = "/open311/v2/"
SECRET = "张三住在三号楼"
PHONE = "13800138000"


@pytest.fixture
def key(town: Town) -> str:
    now = timezone.now()
    return issue_token(
        town.users["clerk"],
        actor=town.actor("officer_system"),
        at=now,
        label="open311",
        expires_at=now + timedelta(days=30),
    )[1]


def place() -> dict[str, float]:
    west, south = corner_of(GRID)
    return {"lat": south + 0.00123, "long": west + 0.00123}


def send(client: Client, key: str, form: str = "json", **given: Any) -> Any:
    fields = {
        "api_key": key,
        "service_code": MATTERS["lamp"],
        "description": SECRET,
        "first_name": "三",
        "last_name": "张",
        "phone": PHONE,
        **place(),
        **given,
    }
    return client.post(f"{AT}requests.{form}", {name: value for name, value in fields.items() if value is not None})


def made(matter: str, **facts: Any) -> Case:
    info = catalogue().by_code(MATTERS[matter])
    assert info is not None
    facts = {"area_code": GRID, "text": SECRET, **facts}
    return report(actor=Actor.resident(), at=timezone.now() - timedelta(days=1), matter_id=info.id, **facts)


def codes(answer: Any) -> tuple[int, int]:
    return answer.status_code, answer.json()[0]["code"]


def test_what_is_sent_becomes_a_report_of_a_resident_and_is_read_without_a_word_of_it(
    town: Town, client: Client, key: str
) -> None:
    answer = send(client, key)
    assert answer.status_code == 201, answer.content
    [row] = answer.json()
    case = Case.objects.get()
    assert row["service_request_id"] == case.number
    assert case.receipt_code in row["service_notice"]
    assert case.grid_code == GRID
    assert case.reporter.name == "张 三"
    for form in ("json", "xml"):
        for address in ("requests", f"requests/{case.number}", f"tokens/{case.number}"):
            read = client.get(f"{AT}{address}.{form}")
            assert read.status_code == 200
            words = read.content.decode()
            assert case.number in words
            for hidden in (SECRET, PHONE, "张", case.receipt_code):
                assert hidden not in words
    [told] = client.get(f"{AT}requests/{case.number}.json").json()
    assert (told["status"], told["service_code"]) == ("open", MATTERS["lamp"])
    assert told["lat"] == round(place()["lat"], 3) != place()["lat"]
    assert told["address_id"] == GRID


def test_the_services_in_both_forms_and_none_that_is_confidential(town: Town, client: Client) -> None:
    rows = client.get(f"{AT}services.json", {"jurisdiction_id": DISTRICT}).json()
    by_code = {row["service_code"]: row for row in rows}
    assert by_code[MATTERS["lamp"]]["metadata"] is False
    assert MATTERS["tip"] not in by_code
    tree = ElementTree.fromstring(client.get(f"{AT}services.xml").content)
    assert tree.tag == "services"
    assert {one.findtext("service_code") for one in tree.findall("service")} == set(by_code)
    assert {one.findtext("metadata") for one in tree} == {"false"}
    defined = client.get(f"{AT}services/{MATTERS['lamp']}.json").json()
    assert defined == {"service_code": MATTERS["lamp"], "attributes": []}
    assert codes(client.get(f"{AT}services/{MATTERS['tip']}.json")) == (404, 404)


def test_discovery_names_where_it_stands(town: Town, client: Client) -> None:
    found = client.get(f"{AT}discovery.json").json()
    assert found["endpoints"][0]["url"] == "http://testserver/open311/v2"
    tree = ElementTree.fromstring(client.get(f"{AT}discovery.xml").content)
    assert [one.text for one in tree.findall("endpoints/endpoint/formats/format")][:2] == [
        "text/xml",
        "application/json",
    ]


def test_confidential_cases_look_like_none(town: Town, client: Client) -> None:
    hidden = [made("tip"), made("lamp", kind="tip"), made("lamp", is_confidential=True)]
    shown = made("lamp")
    unsettled = report(actor=Actor.resident(), at=timezone.now(), text=SECRET, area_code=GRID)
    assert [row["service_request_id"] for row in client.get(f"{AT}requests.json").json()] == [shown.number]
    for case in (*hidden, unsettled):
        assert codes(client.get(f"{AT}requests/{case.number}.json")) == (404, 404)
    # A number whose day was guessed opens nothing either.
    wrong = f"{DISTRICT}-200101-{shown.pk:07d}"
    assert codes(client.get(f"{AT}requests/{wrong}.json")) == (404, 404)


def test_filters_and_pages(town: Town, client: Client) -> None:
    lamp, rubbish = made("lamp"), made("rubbish")

    def numbers(**given: Any) -> list[str]:
        return [row["service_request_id"] for row in client.get(f"{AT}requests.json", given).json()]

    assert numbers() == [rubbish.number, lamp.number]
    assert numbers(service_code=MATTERS["lamp"]) == [lamp.number]
    assert numbers(service_code=f"{MATTERS['lamp']},{MATTERS['rubbish']}") == [rubbish.number, lamp.number]
    assert numbers(service_code="0000") == []
    assert numbers(service_request_id=f"{lamp.number},nothing", status="closed") == [lamp.number]
    assert numbers(status="open,closed") == numbers(status="open") == [rubbish.number, lamp.number]
    assert numbers(status="closed") == []
    assert numbers(page_size=1, page=2) == [lamp.number]
    assert numbers(end_date="2020-01-01T00:00:00Z") == []
    assert numbers(start_date="2020-01-01T00:00:00+08:00") == []


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "yesterday"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"end_date": "0001-01-01T00:00:00+14:00"},
        {"status": "lost"},
        {"page": "0"},
        {"page_size": "1001"},
        {"page": "²"},
    ],
)
def test_questions_that_say_nothing(town: Town, client: Client, given: dict[str, str]) -> None:
    assert codes(client.get(f"{AT}requests.json", given)) == (400, 400)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"api_key": "gezhi_no"}, 403),
        ({"api_key": None}, 403),
        ({"service_code": None}, 400),
        ({"service_code": "0000"}, 404),
        ({"jurisdiction_id": "other"}, 404),
        ({"lat": None}, 400),
        ({"lat": None, "long": None}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": 1, "long": 1}, 400),
        ({"attribute[c]": "1"}, 400),
        ({"address_string": "x" * 201}, 400),
        ({"media_url": "javascript:1"}, 400),
        ({"description": "x" * 10_001}, 400),
        ({"lat": None, "long": None, "address_id": "370103999"}, 400),
    ],
)
def test_what_is_refused_is_not_kept(town: Town, client: Client, key: str, given: dict[str, Any], status: int) -> None:
    answer = send(client, key, **given)
    assert codes(answer) == (status, status)
    assert answer.json()[0]["description"]
    assert not Case.objects.exists()


def test_by_an_address_or_an_area_and_from_the_query(town: Town, client: Client, key: str) -> None:
    answer = client.post(
        f"{AT}requests.xml?api_key={key}&jurisdiction_id={DISTRICT}",
        f"service_code={MATTERS['lamp']}&address_id={GRID}&media_url=https://example.org/1.jpg",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 201
    case = Case.objects.get()
    assert ElementTree.fromstring(answer.content).findtext("request/service_request_id") == case.number
    assert case.grid_code == GRID
    assert "https://example.org/1.jpg" in case.text
    assert send(client, key, lat=None, long=None, address_string="泉城路一号").status_code == 201


def test_other_methods_and_forms(town: Town, client: Client) -> None:
    assert codes(client.delete(f"{AT}requests.json")) == (405, 405)
    refused = client.get(f"{AT}requests.yaml")
    assert refused.status_code == 404
    assert ElementTree.fromstring(refused.content).findtext("error/code") == "404"


def test_only_what_the_district_has_opened(town: Town, client: Client, settings: Any) -> None:
    shown, hidden = made("lamp"), made("noise")
    codes = {one["service_code"] for one in client.get(f"{AT}services.json").json()}
    assert MATTERS["lamp"] in codes
    assert MATTERS["noise"] not in codes
    assert client.get(f"{AT}services/{MATTERS['noise']}.json").status_code == 404
    assert [one["service_request_id"] for one in client.get(f"{AT}requests.json").json()] == [shown.number]
    assert client.get(f"{AT}requests/{hidden.number}.json").status_code == 404
    settings.OPEN311_MATTERS = []
    for path in ("discovery", "services", "requests", f"requests/{shown.number}"):
        assert client.get(f"{AT}{path}.json").status_code == 404
