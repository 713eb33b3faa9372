"""The residents' home page: what can be done here, in both languages, without a trace left behind."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, override_settings

from gezhi.testing import Town
from gezhi.web.tests.resident import words

PAGES = ["/", "/follow/", "/privacy/"]


def test_home_offers_to_report_and_to_follow(town: Town, client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="/report/"' in page.content.decode()
    assert 'action="/follow/"' in page.content.decode()
    assert "城中区" in words(page)


@pytest.mark.parametrize("path", PAGES)
def test_pages_that_only_tell_set_no_cookie(town: Town, client: Client, path: str) -> None:
    assert not client.get(path).cookies


def test_the_form_sets_nothing_but_the_guard_against_forgery(town: Town, client: Client) -> None:
    assert set(client.get("/report/").cookies) == {"csrftoken"}


def test_english_is_one_press_away_and_stays(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/choose-language/", {"language": "en", "next": "/follow/"})
    assert (answer.status_code, answer["Location"]) == (302, "/follow/")
    page = client.get("/").content.decode()
    assert '<html lang="en">' in page


def test_the_choice_of_language_leads_nowhere_else(town: Town, client: Client) -> None:
    answer = client.post("/choose-language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


@override_settings(FILING_NUMBER="鲁ICP备00000000号")
def test_the_filing_number_stands_at_the_foot(town: Town, client: Client) -> None:
    assert "鲁ICP备00000000号" in words(client.get("/"))


def test_no_filing_number_no_line(town: Town, client: Client) -> None:
    assert "beian" not in client.get("/").content.decode()


def test_privacy_page_tells_purpose_and_term_of_the_inventory(town: Town, client: Client) -> None:
    from gezhi.kernel.privacy import inventory

    page = words(client.get("/privacy/"))
    told = [entry for entry in inventory() if entry.model == "cases.Reporter" and entry.personal]
    assert told
    for entry in told:
        assert entry.personal is not None
        assert str(entry.personal.purpose) in page


def test_first_visit_weighs_less_than_150_kb(town: Town, client: Client) -> None:
    """Uncompressed, form and scripts included, the map not: it is loaded only when somebody opens it."""
    total = len(client.get("/report/").content)
    for name in ("portal.css", "mark.svg", "report.js", "draft.js", "photos.js", "map.js"):
        path = finders.find(f"portal/{name}")
        assert isinstance(path, str), name
        with open(path, "rb") as file:
            total += len(file.read())
    assert total < 150_000
