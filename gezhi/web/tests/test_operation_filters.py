"""Filters for what stands beside the stage, as addresses; and what a case's page costs with and without it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.cases.filters import Filters
from gezhi.cases.models import Case
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import titles, url_of, words

Browser = Callable[[str], Client]
# A case by itself: stamps, session, user, the case, its timeline, attachments and reporter, disputes.
PANE = {"HX-Request": "true", "HX-Target": "pane"}
PLAIN = 9


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


@pytest.fixture
def all_sorts(made: Circumstances) -> dict[str, Case]:
    several = {
        "plain": made.held(text="平常的"),
        "asked": made.asked(),
        "suspended": made.suspended(),
        "ruled": made.to_be_ruled(),
        "red": made.supervised("red"),
        "yellow": made.supervised("yellow"),
        "whole": made.split(),
    }
    several["part"] = Case.objects.get(part_of=several["whole"])
    merged = made.merged()
    several["lead"] = Case.objects.get(pk=merged.merged_into_id)
    late = made.held(text="超期的")
    Case.objects.filter(pk=late.pk).update(warned_at=timezone.now(), overdue_at=timezone.now())
    soon = made.held(text="快到期的")
    Case.objects.filter(pk=soon.pk).update(warned_at=timezone.now())
    called = made.held(text="呼叫中的")
    Case.objects.filter(pk=called.pk).update(is_called=True)
    return several | {"late": late, "soon": soon, "called": called}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("asked=extension", {"asked"}),
        ("asked=suspension", set()),
        ("suspended=1", {"suspended"}),
        ("ruling=pending", {"ruled"}),
        ("ruling=bound", set()),
        ("supervision=open", {"red", "yellow"}),
        ("card=red", {"red", "late"}),
        ("card=yellow", {"yellow", "soon"}),
        ("called=1", {"called"}),
        ("parts=whole", {"whole"}),
        ("parts=part", {"part"}),
        ("parts=leads", {"lead"}),
        ("card=red&supervision=open", {"red"}),
        ("card=green&asked=x&parts=y&ruling=z", None),
    ],
)
def test_each_filter(client_as: Browser, all_sorts: dict[str, Case], query: str, found: set[str] | None) -> None:
    page = client_as("street_clerk").get(f"/operation/?scope=area&{query}").content.decode()
    listed = {name for name, case in all_sorts.items() if f'name="case" value="{case.pk}"' in page}
    assert listed == (set(all_sorts) if found is None else found)


def test_a_filter_by_card_is_what_the_rows_show(client_as: Browser, all_sorts: dict[str, Case]) -> None:
    for case in Case.objects.all():
        shown = case.card_shown
        for card in ("red", "yellow"):
            page = client_as("district_clerk").get(f"/operation/?scope=area&stage=all&card={card}").content.decode()
            assert (f'name="case" value="{case.pk}"' in page) == (shown == card), (case.title, shown, card)


def test_what_narrows_is_said_and_taken_away(client_as: Browser, all_sorts: dict[str, Case]) -> None:
    page = client_as("street_clerk").get("/operation/?scope=area&card=red&suspended=1&task=verify")
    for text in ("红牌", "挂账", "待核查"):
        assert f"{text} × 取消这一项" in words(page), text
    assert titles(client_as("street_clerk").get("/operation/?scope=area&card=red&suspended=1")) == []


def test_an_address_and_its_filters_are_one(town: Town) -> None:
    filters = Filters(task="decide", asked="extension", card="red", parts="part", suspended=True, called=True, q="路灯")
    assert Filters.of(filters.as_query()) == filters


def statements(client: Client, case: Case) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url_of(case), headers=PANE).status_code == 200
    return len(captured)


def test_a_plain_case_pays_for_nothing_that_is_not_there(client_as: Browser, made: Circumstances) -> None:
    clerk = client_as("clerk")
    plain, rich = made.held(), made.supervised("red")
    statements(clerk, plain)
    few = statements(clerk, plain)
    assert few <= PLAIN
    assert statements(clerk, rich) == few + 1, "its orders"
    assert statements(clerk, made.suspended()) == few + 1, "what was said when it was put aside"
    assert statements(clerk, made.split()) == few + 1, "its parts"
