"""What belongs to one's own work and lies elsewhere by now: its number is shown, its words are not."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.cases.actions import take
from gezhi.cases.models import Answer, Case
from gezhi.kernel.access import Actor
from gezhi.kernel.months import month_of
from gezhi.people.actions import Seat, seat_many
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, SYSTEM, Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import moved, url_of, words

Browser = Callable[[str], Client]
SECRET = "东关那户人家漏水，影响楼下"


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def test_the_main_case_of_another_street(client_as: Browser, made: Circumstances, town: Town) -> None:
    main = made.report(grid=town.other_grid, text=SECRET)
    case = moved(town, made.report(), "merge", "district_clerk", main_id=main.pk)
    page = words(client_as("clerk").get(url_of(case)))
    assert main.number in page
    assert SECRET[:8] not in page
    assert SECRET[:8] in words(client_as("district_clerk").get(url_of(case)))
    theirs = words(client_as("stranger").get(url_of(main)))
    assert case.number in theirs
    assert case.title not in theirs


def gone_east(town: Town, case: Case) -> Case:
    return moved(town, case, "relocate", "district_clerk", area_code=town.other_grid, reason="在东关。")


def test_a_supervised_case_that_went_to_another_street(client_as: Browser, made: Circumstances, town: Town) -> None:
    seat = Seat(town.user("assessor"), town.desk(town.street), Role.INSPECTOR, date(2020, 1, 1))
    seat_many([seat], actor=SYSTEM, at=FOUNDED)
    case = moved(town, made.accepted(text=SECRET), "supervise", "assessor", card="yellow", reason="居民多次反映。")
    page = "/operation/supervisions/?side=issued"
    assert SECRET[:8] in words(client_as("assessor").get(page))
    gone_east(town, case)
    assert SECRET[:8] not in words(client_as("assessor").get(page))


def test_an_answer_of_a_case_that_went_to_another_street(client_as: Browser, made: Circumstances, town: Town) -> None:
    case = made.answered(text=SECRET)
    case = take("rate", case, actor=Actor.resident(), at=timezone.now(), service=3, outcome=3)
    gone_east(town, moved(town, case, "reopen", "street_clerk", reason="又漏了。"))
    here = f"from={month_of(timezone.now())}&until={month_of(timezone.now())}"
    address = f"/operation/rates/cases/?measure=complete&part=size&{here}"
    assert Answer.objects.get(case=case).street_code == town.street
    page = client_as("clerk").get(address)
    assert page.status_code == 200, words(page)
    assert case.number in words(page)
    assert SECRET[:8] not in words(page)
