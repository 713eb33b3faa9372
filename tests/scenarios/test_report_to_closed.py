"""One story over HTTP: a lamp is out, a resident writes, three people do their part, the resident reads the answer and rates it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gezhi.cases.models import Attachment, Case
from gezhi.kernel import search
from gezhi.kernel.events import faults, timeline
from gezhi.ops.daily import Day
from gezhi.ops.worker import Worker
from gezhi.testing import Town
from gezhi.web.tests.desk import send_step, titles, url_of
from gezhi.web.tests.resident import photo, send, words

Browser = Callable[[str], Client]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Nobody has reported or guessed from this address before."""
    cache.clear()


def open_list(browser: Client) -> list[str]:
    return titles(browser.get("/operation/"))


def page_of_receipt(resident: Client, case: Case) -> Any:
    return resident.get("/follow/", {"code": case.receipt_code.lower().replace("-", " ")})


def test_from_the_report_to_the_rating(town: Town, client_as: Browser, client: Client) -> None:
    resident, clerk, worker, stranger = client, client_as("clerk"), client_as("worker"), client_as("stranger")
    lng, lat = town.point_in()

    case = send(resident, text="槐树下的路灯不亮了。已经三天。", lng=lng, lat=lat, phone="12000000000", photos=photo())
    assert (case.stage, case.grid_code) == ("received", town.grid)
    assert case.receipt_code in words(resident.get(f"/report/done/{case.receipt_code}/"))

    assert open_list(clerk) == [case.title]
    assert open_list(stranger) == []
    assert stranger.get(url_of(case)).status_code == 404
    assert send_step(clerk, case, "accept", matter_id=town.matter("lamp").id).status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.desk_id) == ("waiting", town.desk(town.grid).pk)

    claimed = worker.post(url_of(case, "claim"), {"seen": case.version, "seal": "a" * 32})
    assert claimed.status_code == 302
    case.refresh_from_db()
    assert case.holder == town.user("worker")
    assert send_step(worker, case, "finish", result="换了灯泡，试亮正常。", files=photo("green")).status_code == 302
    # Whoever did the work does not check it, and a page drawn before says nothing any more.
    assert client_as("worker").post(url_of(case, "verify"), {"seal": "b" * 32}).status_code in (403, 404, 422)

    case.refresh_from_db()
    assert send_step(clerk, case, "verify", answer="您好，路灯已换新灯泡，今晚就亮。").status_code == 302
    page = page_of_receipt(resident, case)
    assert "今晚就亮" in words(page)
    assert "换了灯泡，试亮正常" not in words(page)

    link = re.search(r'href="(/rate/[^"]+)"', page.content.decode())
    assert link is not None
    assert resident.post(link[1], {"service": "5", "outcome": "5", "note": "很快"}).status_code == 302
    case.refresh_from_db()
    assert case.stage == "closed"
    assert "您的评价" in words(page_of_receipt(resident, case))
    assert open_list(clerk) == []

    # What the worker process does afterwards: the case can be found by a word of its answer.
    Worker(day=Day(())).drain()
    assert list(Case.objects.filter(pk__in=search.matching("case", "灯泡"))) == [case]
    history = [event.name for event in timeline(case)]
    assert history[:3] == ["case.reported", "case.accepted", "case.claimed"]
    assert history[-1] == "case.rated"
    assert faults(timeline(case), version=case.version) == []
    assert Attachment.objects.filter(case=case).count() == 2
    assert case.closed_at is not None
    assert case.closed_at <= timezone.now()
