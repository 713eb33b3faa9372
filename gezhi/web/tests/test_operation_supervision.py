"""督办单: for inspectors and for desks that owe replies, on paper and in Word."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document

from gezhi.cases.models import Case, Supervision
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import moved, url_of, words

Browser = Callable[[str], Client]


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_owed_watched_and_issued(client_as: Browser, made: Circumstances) -> None:
    case = made.supervised("red")
    one = Supervision.objects.get()
    owed = words(client_as("worker").get("/operation/supervisions/"))
    assert one.number in owed
    assert case.title in owed
    assert "红牌" in owed
    assert one.number in words(client_as("inspector").get("/operation/supervisions/?side=issued"))
    assert one.number in words(client_as("street_clerk").get("/operation/supervisions/?side=watched"))
    for side in ("", "?side=watched", "?side=owed", "?side=issued"):
        assert one.number not in words(client_as("stranger").get(f"/operation/supervisions/{side}"))


def test_states_and_cards(client_as: Browser, made: Circumstances) -> None:
    made.supervised("red")
    yellow = made.supervised("yellow")
    numbers = {one.card: one.number for one in Supervision.objects.all()}
    inspector = client_as("inspector")
    page = words(inspector.get("/operation/supervisions/?card=yellow"))
    assert numbers["yellow"] in page
    assert numbers["red"] not in page
    Supervision.objects.filter(case=yellow).update(reply_by=timezone.now() - timedelta(hours=1))
    late = words(inspector.get("/operation/supervisions/?state=late"))
    assert numbers["yellow"] in late
    assert numbers["red"] not in late
    made.move(yellow, "reply", "worker", reply="明天换。")
    assert numbers["yellow"] in words(inspector.get("/operation/supervisions/?state=replied"))
    made.move(yellow, "lift", "inspector", note="看过了。")
    assert numbers["yellow"] in words(inspector.get("/operation/supervisions/?state=lifted"))
    assert numbers["yellow"] not in words(inspector.get("/operation/supervisions/"))


def test_the_sheet_and_its_word_file(client_as: Browser, made: Circumstances) -> None:
    case = made.supervised("red")
    one = Supervision.objects.get()
    sheet = words(client_as("worker").get(f"/operation/supervisions/{one.pk}/"))
    for text in (one.number, "红牌", "居民多次反映。", case.number, "待回复", "承办负责人"):
        assert text in sheet, text
    made.move(case, "reply", "worker", reply="明天换灯泡。")
    answer = client_as("worker").get(f"/operation/supervisions/{one.pk}/order.docx")
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert "attachment" in answer["Content-Disposition"]
    written = text_of(answer.content)
    for text in (one.number, "居民多次反映。", "明天换灯泡。", "王专职", case.number):
        assert text in written, text


@pytest.mark.parametrize("path", ["", "order.docx"])
def test_of_another_street_it_is_not_there(client_as: Browser, made: Circumstances, path: str) -> None:
    made.supervised()
    one = Supervision.objects.get()
    assert client_as("stranger").get(f"/operation/supervisions/{one.pk}/{path}").status_code == 404
    assert client_as("worker").get(f"/operation/supervisions/{'9' * 18}/{path}").status_code == 404


def test_its_case_shows_it(client_as: Browser, made: Circumstances) -> None:
    case = made.supervised("red")
    one = Supervision.objects.get()
    page = client_as("worker").get(url_of(case))
    assert f"/operation/supervisions/{one.pk}/" in page.content.decode()
    assert "红牌：督办" in words(page)
    assert "前回复" in words(page)


def test_the_clock_s_own_order_says_so(client_as: Browser, made: Circumstances) -> None:
    from gezhi.cases.actions import take
    from gezhi.kernel.access import Actor

    case = made.held()
    take("supervise", case, actor=Actor.system("时钟"), at=timezone.now(), card="red", reason="超过期限没有答复。")
    page = words(client_as("street_clerk").get("/operation/supervisions/?side=watched"))
    assert "系统发出" in page
    assert "系统" in words(client_as("street_clerk").get(f"/operation/supervisions/{Supervision.objects.get().pk}/"))


def test_the_list_costs_the_same_at_any_size(client_as: Browser, made: Circumstances, town: Town) -> None:
    inspector = client_as("inspector")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert inspector.get("/operation/supervisions/?side=watched").status_code == 200
        return len(captured)

    made.supervised()
    statements()
    few = statements()
    for _n in range(5):
        made.supervised()
    assert statements() == few <= 9


def test_a_file_that_cannot_be_broken_by_words(client_as: Browser, made: Circumstances, town: Town) -> None:
    case = made.held()
    moved(town, case, "supervise", "inspector", card="red", reason="<b>\x0b& 第二行\n第三行")
    one = Supervision.objects.get()
    answer = client_as("inspector").get(f"/operation/supervisions/{one.pk}/order.docx")
    assert "第三行" in text_of(answer.content)
    assert (
        "<b>"
        not in client_as("inspector").get(f"/operation/supervisions/{one.pk}/").content.decode().split("paper")[-1]
    )
