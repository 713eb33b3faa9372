"""The worklist: who sees what, each filter, order, pages, counts, and what a page costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.cases.actions import Draft, report_many
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.events import dispatch
from gezhi.testing import Town
from gezhi.web.tests.desk import moved, titles, words

Browser = Callable[[str], Client]
Report = Callable[..., Case]
STATEMENTS = 10


def chip(answer: Any, label: str) -> str:
    """The count beside a choice."""
    found = re.search(rf"{label} <b>([^<]*)</b>", answer.content.decode())
    assert found, label
    return found[1]


def many(town: Town, number: int) -> list[Any]:
    lng, lat = town.point_in()
    at = timezone.now()
    drafts = [Draft(f"第 {n} 件：路灯不亮", lng=lng, lat=lat) for n in range(number)]
    return report_many(drafts, actor=Actor.resident(), at=at)


def test_my_desk_first(client_as: Browser, reported: Report, town: Town) -> None:
    """A clerk begins with what lies on the own desk; the area also holds what lies on the desks below."""
    mine = reported(text="社区里的事")
    below = moved(town, reported(text="网格里的事"), "accept", "clerk", matter_id=town.matter("lamp").id)
    assert below.desk_id == town.desk(town.grid).id
    reported(text="隔壁社区的事", grid=f"{town.next_community}001")
    assert titles(client_as("clerk").get("/operation/")) == [mine.title]
    assert set(titles(client_as("clerk").get("/operation/?scope=area"))) == {mine.title, below.title}


def test_another_street_sees_nothing_of_it(client_as: Browser, reported: Report) -> None:
    reported()
    for scope in ("", "?scope=area", "?scope=mine", "?scope=area&stage=all"):
        assert titles(client_as("stranger").get(f"/operation/{scope}")) == []


def test_what_i_hold(client_as: Browser, reported: Report, town: Town) -> None:
    accepted = moved(town, reported(), "accept", "clerk", matter_id=town.matter("lamp").id)
    assert titles(client_as("worker").get("/operation/?scope=mine")) == []
    moved(town, accepted, "claim", "worker")
    assert titles(client_as("worker").get("/operation/?scope=mine")) == [accepted.title]
    assert titles(client_as("worker2").get("/operation/?scope=mine")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=received", ["灯"]),
        ("stage=waiting", ["井盖", "急"]),
        ("stage=handling", []),
        ("kind=request", ["灯"]),
        ("source=counter", ["井盖"]),
        ("emergency=1", ["急"]),
        ("area=370103001001002", ["井盖"]),
        ("area=370103001002", []),
        ("stage=nonsense&kind=nonsense&area=1&matter=x&after=zzz", ["灯", "井盖", "急"]),
    ],
)
def test_each_filter(client_as: Browser, reported: Report, town: Town, query: str, found: list[str]) -> None:
    reported(text="灯", kind="request")
    other = reported(text="井盖", grid=town.next_grid, source="counter", actor=town.actor("clerk"))
    urgent = reported(text="急", is_emergency=True)
    for case, matter in ((other, "manhole"), (urgent, "lamp")):
        moved(town, case, "accept", "clerk", matter_id=town.matter(matter).id)
    assert sorted(titles(client_as("clerk").get(f"/operation/?scope=area&{query}"))) == sorted(found)


def test_filter_by_matter(client_as: Browser, reported: Report, town: Town) -> None:
    for text, matter in (("灯", "lamp"), ("井盖", "manhole")):
        moved(town, reported(text=text), "accept", "clerk", matter_id=town.matter(matter).id)
    page = client_as("clerk").get(f"/operation/?scope=area&matter={town.matter('manhole').id}")
    assert titles(page) == ["井盖"]
    assert town.matter("manhole").name in words(page)


def test_clocks_in_words_and_as_filters(client_as: Browser, reported: Report) -> None:
    now = timezone.now()
    reported(text="早就到期", at=now - timedelta(days=20))
    reported(text="刚来")
    page = client_as("clerk").get("/operation/")
    assert titles(page) == ["早就到期", "刚来"]
    assert "超期" in words(page)
    assert "还剩" in words(page)
    assert chip(page, "已超期") == "1"
    assert titles(client_as("clerk").get("/operation/?clock=overdue")) == ["早就到期"]
    soon = Case.objects.get(title="刚来")
    Case.objects.filter(pk=soon.pk).update(warn_at=now - timedelta(minutes=1))
    assert titles(client_as("clerk").get("/operation/?clock=soon")) == ["刚来"]


def test_a_provisional_limit_says_so(client_as: Browser, reported: Report) -> None:
    case = reported()
    Case.objects.filter(pk=case.pk).update(due_is_provisional=True)
    assert "预计，节假日未公布" in words(client_as("clerk").get("/operation/"))


def test_search_by_words_number_and_receipt(client_as: Browser, reported: Report) -> None:
    lamp, _other = reported(text="东门路灯不亮"), reported(text="井盖松动")
    dispatch(at=timezone.now())
    clerk = client_as("clerk")
    for query in ("路灯", lamp.number, lamp.receipt_code, f" {lamp.number} "):
        assert titles(clerk.get("/operation/", {"q": query})) == [lamp.title], query
    for query in ("不存在的词", "！！", "' OR 1=1 --", "\x00"):
        assert clerk.get("/operation/", {"q": query}).status_code == 200


def test_words_also_find_what_has_ended(client_as: Browser, reported: Report, town: Town) -> None:
    case = reported(text="反映停水")
    dispatch(at=timezone.now())
    moved(town, case, "decline", "clerk", reason="不归本区", answer="请拨打供水热线。")
    assert titles(client_as("clerk").get("/operation/?q=停水")) == [case.title]
    assert titles(client_as("clerk").get("/operation/?stage=declined")) == [case.title]
    assert titles(client_as("clerk").get("/operation/")) == []


def follow(client: Client, answer: Any, rel: str) -> Any:
    link = re.search(rf'<a href="(\?[^"]*)"[^>]*rel="{rel}"', answer.content.decode())
    assert link, rel
    return client.get("/operation/" + link[1].replace("&amp;", "&"))


@pytest.mark.parametrize("archive", [False, True])
def test_pages_meet_without_gap_or_overlap(client_as: Browser, town: Town, archive: bool) -> None:
    many(town, 120)
    clerk = client_as("clerk")
    first = clerk.get("/operation/" + ("?stage=all" if archive else ""))
    second = follow(clerk, first, "next")
    third = follow(clerk, second, "next")
    pages = [titles(page) for page in (first, second, third)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({title for page in pages for title in page}) == 120
    assert titles(follow(clerk, third, "prev")) == pages[1]
    assert titles(follow(clerk, follow(clerk, third, "prev"), "prev")) == pages[0]
    assert 'rel="next"' not in third.content.decode()


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_a_page_costs_the_same_at_any_size(client_as: Browser, town: Town, database: str) -> None:
    """At most ten statements, the same for three cases and for more than a thousand, on every desk, place and matter."""
    clerk = client_as("street_clerk")
    many(town, 3)
    clerk.get("/operation/?scope=area")  # warms what is kept in memory
    few = statements(clerk, "/operation/?scope=area")
    for case in many(town, 1_010)[:40:2]:
        moved(town, case, "accept", "clerk", matter_id=town.matter("lamp").id)
    assert statements(clerk, "/operation/?scope=area") == few <= STATEMENTS
    assert statements(clerk, "/operation/?scope=area&stage=all&q=路灯") <= STATEMENTS
    page = clerk.get("/operation/?scope=area")
    assert len(titles(page)) == 50
    assert chip(page, "待办") == "1,000+"


def test_empty_pages_teach(client_as: Browser) -> None:
    assert "会按期限先后排在这里" in words(client_as("clerk").get("/operation/"))
    assert "清除全部条件" in words(client_as("clerk").get("/operation/?kind=tip"))


def test_only_the_list_for_a_filter(client_as: Browser, reported: Report) -> None:
    """A filter leaves the open case alone: its address answers with the list only."""
    case = reported()
    headers = {"HX-Request": "true", "HX-Target": "list"}
    page = client_as("clerk").get(f"/operation/cases/{case.number}/?stage=received", headers=headers).content.decode()
    assert "<html" not in page
    assert 'class="case"' not in page
    assert 'aria-current="true"' in page


def test_texts_are_shown_and_never_run(client_as: Browser, reported: Report) -> None:
    case = reported(text="<script>alert(1)</script>\n{{ 7*7 }}")
    page = client_as("clerk").get(f"/operation/cases/{case.number}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_number_finds_its_case_whatever_was_chosen(client_as: Browser, reported: Report, town: Town) -> None:
    """Somebody on the telephone reads out a number: neither the scope nor a chip that is still set may hide the case."""
    below = moved(town, reported(text="网格里的事"), "accept", "clerk", matter_id=town.matter("lamp").id)
    assert below.desk_id == town.desk(town.grid).id
    for name in (below.number, below.receipt_code):
        assert titles(client_as("clerk").get(f"/operation/?scope=desk&stage=received&q={name}")) == [below.title]
        assert titles(client_as("stranger").get(f"/operation/?scope=desk&stage=received&q={name}")) == []


def test_the_way_to_what_waits_for_verification(client_as: Browser, reported: Report, town: Town) -> None:
    """Finished in the grid, it lies on no clerk's desk; the clerk's own list leads there, the worker's doesn't."""
    finished = moved(town, reported(), "accept", "clerk", matter_id=town.matter("lamp").id)
    moved(town, finished, "claim", "worker")
    moved(town, finished, "finish", "worker", result="换了灯泡。")
    address = "?scope=area&amp;stage=finished"
    assert address in client_as("clerk").get("/operation/").content.decode()
    assert titles(client_as("clerk").get("/operation/?scope=area&stage=finished")) == [finished.title]
    assert "辖区待核查" not in client_as("worker").get("/operation/").content.decode()


@pytest.mark.parametrize("last", ["9" * 5000, "²"])
def test_numbers_that_no_case_can_have(client_as: Browser, reported: Report, last: str) -> None:
    reported()
    assert client_as("clerk").get(f"/operation/cases/370103-261123-{last}/").status_code == 404
    assert titles(client_as("clerk").get(f"/operation/?q=370103-261123-{last}")) == []
