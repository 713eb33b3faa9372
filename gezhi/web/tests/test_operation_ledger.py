"""挂账台账: what stands still, how old it is, its share, and the same in Excel."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.testing import SYSTEM, Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import send_step, url_of, words
from gezhi.web.tests.resident import photo

Browser = Callable[[str], Client]


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def test_what_stands_still_and_its_share(client_as: Browser, made: Circumstances) -> None:
    case = made.suspended()
    made.held()
    made.held()
    made.answered()
    page = words(client_as("clerk").get("/operation/ledger/"))
    assert "1 件挂账，在办的 3 件，占 33.3%" in page
    assert case.title in page
    assert "2.7 年" in page, "a thousand days"
    assert "等老旧小区改造。" in page
    assert "0 件挂账" in words(client_as("stranger").get("/operation/ledger/"))


def test_put_aside_twice_counts_twice(client_as: Browser, made: Circumstances) -> None:
    case = made.suspended()
    made.move(case, "resume", "worker")
    review = timezone.localdate() + timedelta(days=90)
    made.move(case, "ask_suspension", "worker", review_on=review, reason="改造推迟了。")
    made.move(case, "suspend", "clerk")
    page = words(client_as("clerk").get("/operation/ledger/"))
    assert "改造推迟了。" in page
    assert "2.7 年" in page, "the oldest day counts"
    assert f" 2 {review}" in page


def test_as_a_workbook(client_as: Browser, made: Circumstances) -> None:
    case = made.suspended()
    answer = client_as("clerk").get("/operation/ledger/ledger.xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.values)
    assert rows[1][0] == case.number
    assert rows[1][7] == 2.7
    assert any("占 100.0%" in str(cell) for row in rows for cell in row)


def test_cells_cannot_run(client_as: Browser, made: Circumstances) -> None:
    case = made.held(text="=1+1")
    review = timezone.localdate() + timedelta(days=90)
    made.move(case, "ask_suspension", "worker", review_on=review, reason="@SUM(A1)")
    made.move(case, "suspend", "clerk")
    answer = client_as("clerk").get("/operation/ledger/ledger.xlsx")
    row = list(load_workbook(io.BytesIO(answer.content)).active.values)[1]
    assert row[1] == "'=1+1"
    assert row[11] == "'@SUM(A1)"


def test_pages_meet(client_as: Browser, made: Circumstances) -> None:
    from gezhi.cases import ledger

    now = timezone.now()
    first, second = made.suspended(), made.suspended()
    actor = made.town.actor("clerk", at=now)
    key = ledger.key_of(min((first, second), key=lambda case: (case.review_at, case.pk)))
    page = ledger.page_of(actor, now, after=key)
    assert [one.case.pk for one in page.entries] == [max(first.pk, second.pk)]
    for nonsense in ("x", "1", "²." + "9" * 30, "1.2.3"):
        assert len(ledger.page_of(actor, now, after=nonsense).entries) in (0, 2)
        assert client_as("clerk").get("/operation/ledger/", {"after": nonsense}).status_code == 200


def test_a_street_by_itself(client_as: Browser, made: Circumstances, town: Town) -> None:
    made.suspended()
    district = client_as("district_clerk")
    assert "1 件挂账" in words(district.get(f"/operation/ledger/?street={town.street}"))
    assert "0 件挂账" in words(district.get(f"/operation/ledger/?street={town.other_street}"))


def test_an_empty_ledger_teaches(client_as: Browser) -> None:
    assert "申请挂账" in words(client_as("clerk").get("/operation/ledger/"))


def test_the_case_says_how_long(client_as: Browser, made: Circumstances) -> None:
    page = words(client_as("clerk").get(url_of(made.suspended())))
    assert "挂账中，时钟停走" in page
    assert "已经 2.7 年" in page
    assert "复核，到时自动恢复办理" in page


def test_what_is_over_stands_in_it_with_its_evidence_and_its_meeting(client_as: Browser, made: Circumstances) -> None:
    case = made.move(made.suspended(), "resume", "worker")
    refused = send_step(client_as("worker"), case, "finish", result="改造完成。")
    assert refused.status_code == 422
    assert "办结要附证据" in words(refused)
    sent = send_step(
        client_as("worker"),
        case,
        "finish",
        result="改造完成。",
        meeting="https://example.org/minutes/12",
        files=photo(),
    )
    assert sent.status_code == 302, words(sent)
    case = made.move(Case.objects.get(), "verify", "clerk", answer="改造完成。")
    take("close", case, actor=SYSTEM, at=case.rate_until)
    assert "没有挂账的件" in words(client_as("clerk").get("/operation/ledger/"))
    page = client_as("clerk").get("/operation/ledger/?state=over")
    assert "1 个附件" in words(page)
    assert 'href="https://example.org/minutes/12"' in page.content.decode()
