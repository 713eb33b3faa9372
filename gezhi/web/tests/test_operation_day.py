"""My day: each number is its list, a bounded number of statements, and what one waits for from others."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.calls.tests.story import CallStory
from gezhi.cases import tasks
from gezhi.cases.actions import Draft, report_many, set_follow_up_rule, sound_alarms
from gezhi.cases.models import Case, Supervision
from gezhi.kernel.access import Actor
from gezhi.testing import CAST, SYSTEM, Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import moved, titles, words
from gezhi.web.tests.mediation import today

Browser = Callable[[str], Client]
STATEMENTS = 22
NUMBER = re.compile(
    r'<a class="go" href="(/operation/\?[^"]*)"><b>([0-9,+]+)</b><span>(?:<svg.*?</svg>)?([^<]+)</span>', re.DOTALL
)


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def numbers(client: Client) -> dict[str, tuple[str, str]]:
    """Label: number and address."""
    page = client.get("/operation/day/").content.decode()
    return {label.strip(): (number, unescape(href)) for href, number, label in NUMBER.findall(page)}


def draw_everybody() -> None:
    """回访 of all who may be called, instead of a fifth of them."""
    rule = {"group": "rest", "share": 100, "days": 3, "attempts": 2, "valid_from": timezone.localdate()}
    set_follow_up_rule(actor=SYSTEM, at=timezone.now(), **rule)


def everything(made: Circumstances) -> None:
    """One of each that waits for somebody."""
    made.report()
    made.accepted()
    made.held()
    made.signed()
    made.asked()
    made.suspended()
    made.supervised()
    made.finished()
    made.verified()
    draw_everybody()
    made.answered(reporter_name="王女士", reporter_phone="13800001234", may_be_contacted=True)
    made.urgent()
    made.to_be_ruled()
    made.split()
    replied = made.supervised("red")
    made.move(replied, "reply", "worker", reply="明天换。")


def test_each_number_is_the_length_of_its_list(client_as: Browser, made: Circumstances) -> None:
    everything(made)
    found = 0
    for who in ("worker", "leader", "clerk", "street_clerk", "district_clerk", "inspector", "handler"):
        client = client_as(who)
        for label, (number, href) in numbers(client).items():
            if label == "期限内":
                continue  # leads to all that is in hand
            assert len(titles(client.get(href))) == int(number), (who, label)
            found += int(number)
    assert found > 20


def test_what_waits_for_whom(client_as: Browser, made: Circumstances, town: Town) -> None:
    everything(made)

    def of(who: str) -> dict[str, str]:
        return {label: number for label, (number, _href) in numbers(client_as(who)).items() if number != "0"}

    worker, clerk, street, inspector = (of(who) for who in ("worker", "clerk", "street_clerk", "inspector"))
    assert worker["待认领、签收"] == "2", "the case and the part"
    assert worker["待回复的督办"] == "1"
    assert worker["等上一级批准的"] == "1"
    assert worker["待交复盘"] == "1"
    assert "待批准" not in worker
    assert clerk["待批准"] == "1"
    assert clerk["待受理"] == "1"
    assert clerk["待核查"] == "2"
    assert clerk["待答复"] == "1"
    assert clerk["待回访"] == "1"
    assert clerk["分单出去的"] == "1"
    assert street["待裁定"] == "1"
    assert "待批准" not in street, "the community decides for its grids"
    assert inspector["已回复，待解除"] == "1"
    assert inspector["督办还没有回复"] == "1"


def test_who_finished_it_does_not_verify_it(client_as: Browser, made: Circumstances, town: Town) -> None:
    case = made.signed()
    made.move(case, "finish", "clerk", result="画了线。")
    assert numbers(client_as("clerk"))["待核查"][0] == "0"
    assert numbers(client_as("street_clerk"))["待核查"][0] == "1"


def test_reached_once_nobody_calls_again(client_as: Browser, made: Circumstances) -> None:
    draw_everybody()
    case = made.answered(reporter_name="王女士", reporter_phone="13800001234")
    made.answered(reporter_name="李先生", reporter_phone="13800005678", may_be_contacted=False)
    clerk = client_as("clerk")
    assert numbers(clerk)["待回访"][0] == "1"
    made.move(case, "follow_up", "clerk", contacted=False)
    assert numbers(clerk)["待回访"][0] == "1", "not reached: try again"
    made.move(case, "follow_up", "clerk", contacted=True, solved=True)
    assert numbers(clerk)["待回访"][0] == "0"


def test_what_was_sent_out_of_sight_is_not_listed(client_as: Browser, made: Circumstances, town: Town) -> None:
    """A department sees its own desk alone; what it sent up is gone from its eyes."""
    case = moved(town, made.report(), "accept", "clerk", matter_id=town.matter("wages").id)
    made.move(case, "sign", "handler")
    made.move(case, "escalate", "handler", reason="要区里协调。")
    assert numbers(client_as("handler"))["交出去、还没有办完的"][0] == "0"
    assert "交出去、还没有办完的" not in numbers(client_as("inspector"))


def test_a_list_behind_a_number_is_an_address(client_as: Browser, made: Circumstances) -> None:
    """Another colleague who opens it sees their own; filters go on top of it."""
    made.asked()
    page = client_as("clerk").get("/operation/?task=decide")
    assert len(titles(page)) == 1
    assert "待批准" in words(page)
    assert titles(client_as("worker").get("/operation/?task=decide")) == []
    assert titles(client_as("clerk").get("/operation/?task=decide&emergency=1")) == []
    assert titles(client_as("clerk").get("/operation/?task=nonsense")) == []


def test_a_quiet_day_says_so(client_as: Browser) -> None:
    page = words(client_as("clerk").get("/operation/day/"))
    assert "现在没有等您办的事" in page
    assert "等别人的" in page


def test_it_costs_the_same_at_any_size(client_as: Browser, made: Circumstances, town: Town) -> None:
    clerk = client_as("district_clerk")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert clerk.get("/operation/day/").status_code == 200
        return len(captured)

    everything(made)
    statements()
    few = statements()
    lng, lat = town.point_in()
    drafts = [Draft(f"第 {n} 件：路灯不亮", lng=lng, lat=lat) for n in range(300)]
    report_many(drafts, actor=Actor.resident(), at=timezone.now())
    assert statements() == few <= STATEMENTS


def test_officers_have_no_day(client_as: Browser) -> None:
    assert client_as("officer_audit").get("/operation/day/").status_code == 302


def test_every_question_can_be_asked_by_everybody(town: Town) -> None:
    at = timezone.now()
    for who in CAST:
        actor = town.actor(who, at=at)
        for name in tasks.QUESTIONS:
            assert list(tasks.cases_of(name, actor, at)) == []


def test_what_the_clock_supervised_waits_for_an_inspector(client_as: Browser, made: Circumstances) -> None:
    """The sheet is the street's, and the only inspector sits at the district: replied to, it stands in the inspector's day and not in nobody's."""
    case = made.held()
    while case.supervision == "":
        assert case.alarm_at is not None
        sound_alarms(at=case.alarm_at)
        case.refresh_from_db()
    sheet = Supervision.objects.get()
    assert sheet.desk_id == made.town.desk(made.town.street).pk

    def of(label: str) -> str:
        return numbers(client_as("inspector"))[label][0]

    assert (of("督办还没有回复"), of("已回复，待解除")) == ("1", "0")
    moved(made.town, case, "reply", "worker", at=sheet.issued_at + timedelta(minutes=5), reply="明天换好。")
    assert (of("督办还没有回复"), of("已回复，待解除")) == ("0", "1")


def test_calls_that_wait_for_one_stand_in_my_day(client_as: Browser, town: Town) -> None:
    """A department's work comes by calls: who is next finds them in the same place as all else."""

    def of(who: str) -> tuple[str, int]:
        client = client_as(who)
        page = client.get("/operation/day/").content.decode()
        number = re.search(r'href="/operation/calls/"><b>(\d+)</b><span>街呼区应', page)
        assert number, who
        return number[1], len(titles(client.get("/operation/calls/")))

    story = CallStory(town, at=timezone.now() - timedelta(hours=3))
    assert [of(who) for who in ("district_clerk", "handler", "street_clerk")] == [("1", 1), ("0", 0), ("0", 0)]
    story.dispatched()
    assert [of(who) for who in ("district_clerk", "handler", "street_clerk")] == [("0", 0), ("1", 1), ("0", 0)]


def test_the_disputes_that_one_mediates_stand_in_my_day(client_as: Browser, town: Town) -> None:
    today(town).accepted()
    for who, number in (("leader", 1), ("clerk", 0)):
        client = client_as(who)
        page = client.get("/operation/day/").content.decode()
        assert f"<b>{number}</b><span>我调解的纠纷" in page, who
        assert len(titles(client.get("/operation/disputes/?scope=mine"))) == number


# Where each of the cast is led, by the bar or from the foot of my day: the address, and the rights one of which it takes.
PLACES = {
    "/operation/calls/": ("call.see",),
    "/operation/disputes/": ("dispute.see", "dispute.mediate"),
    "/operation/rates/": ("case.see",),
    "/operation/supervisions/": ("case.see",),
    "/operation/ledger/": ("case.see",),
    "/operation/notices/": ("case.see",),
    "/operation/follow-ups/": ("case.follow_up",),
    "/operation/exclusions/": ("case.exclude_ask", "case.exclude_decide"),
    "/operation/rules/try/": ("matter.edit",),
    "/operation/new/": ("case.report",),
    "/operation/solve/": ("case.solve",),
}


@pytest.mark.parametrize("who", ["worker", "leader", "clerk", "street_clerk", "district_clerk", "inspector", "handler"])
def test_my_day_leads_to_every_place_that_concerns_one_and_to_no_other(
    client_as: Browser, town: Town, who: str
) -> None:
    client, actor = client_as(who), town.actor(who)
    page = client.get("/operation/day/").content.decode()
    for address, rights in PLACES.items():
        assert (f'href="{address}"' in page) == any(actor.has(right) for right in rights), address
        if f'href="{address}"' in page:
            assert client.get(address).status_code == 200, address
