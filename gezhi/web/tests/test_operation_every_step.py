"""Every step of the table through its page: shown to whom it is open, hidden from everybody else, and done when it is sent."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.cases.access import get_case
from gezhi.cases.models import Case
from gezhi.cases.queries import steps_for
from gezhi.cases.workflow import STEPS, Who
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Missing
from gezhi.testing import CAST, Town
from gezhi.web.tests.circumstances import Circumstances, case_for, situations
from gezhi.web.tests.desk import send_step, url_of, words

Browser = Callable[[str], Client]
ON_PAGES = [step.name for step in STEPS.values() if Who.STAFF in step.by and not step.creates and not step.door]
WITH_PLACES = ["worker", "leader", "adviser", "clerk", "street_clerk", "district_clerk", "inspector", "assessor"]


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def offered(page: Any) -> set[str]:
    """The steps that the page of a case offers as buttons or in its menu."""
    return set(re.findall(r"/steps/([a-z_]+)/", unescape(page.content.decode())))


def test_the_table_is_covered(town: Town) -> None:
    assert set(situations(town)) == set(ON_PAGES)


@pytest.mark.parametrize("name", ON_PAGES)
def test_the_button_is_shown_and_works(client_as: Browser, made: Circumstances, town: Town, name: str) -> None:
    how, who, inputs = situations(town)[name]
    case = case_for(how, made)
    if name == "merge":
        inputs = {"main_id-shown": Case.objects.get(text__startswith="主件").number}
    client = client_as(who)
    assert name in offered(client.get(url_of(case)))
    form = client.get(url_of(case, name))
    assert form.status_code == 200
    assert 'class="problem"' not in form.content.decode()
    answer = send_step(client, case, name, **inputs)
    assert answer.status_code == 302, words(answer)
    assert STEPS[name].event in [event.name for event in timeline(case)]


@pytest.mark.parametrize(
    "how", ["report", "accepted", "held", "asked", "supervised", "finished", "split", "merged", "closed"]
)
def test_what_is_shown_is_what_is_allowed(client_as: Browser, made: Circumstances, town: Town, how: str) -> None:
    case = case_for(how, made)
    for who in WITH_PLACES:
        at = timezone.now()
        actor = town.actor(who, at=at)
        page = client_as(who).get(url_of(case))
        try:
            fresh = get_case(actor, case.pk)
        except Missing:
            assert page.status_code == 404
            continue
        assert offered(page) == {step.name for step in steps_for(fresh, actor, at) if not step.door}, who


def test_a_step_behind_another_door_has_no_form(client_as: Browser, made: Circumstances, town: Town) -> None:
    case = made.move(made.accepted("heating"), "sign", "street_clerk")
    assert "call" in {
        step.name for step in steps_for(case, town.actor("street_clerk", at=timezone.now()), timezone.now())
    }
    assert client_as("street_clerk").get(url_of(case, "call")).status_code == 404


def test_what_is_seldom_needed_waits_behind_more(client_as: Browser, made: Circumstances) -> None:
    page = client_as("worker").get(url_of(made.held())).content.decode()
    menu = page[page.index('class="menu more-steps"') : page.index("</details>", page.index("more-steps"))]
    assert offered_in(menu) == {"ask_extension", "ask_suspension", "alert"}
    assert 'btn-primary" href' in page
    assert offered_in(page.replace(menu, "")) >= {"finish", "release", "note"}


def offered_in(part: str) -> set[str]:
    return set(re.findall(r"/steps/([a-z_]+)/", part))


# --- the forms ------------------------------------------------------------------------------------------------------


def test_colleagues_are_those_who_work_here_today(client_as: Browser, made: Circumstances) -> None:
    form = words(client_as("leader").get(url_of(made.held(), "hand_over")))
    assert "李专职（专职网格员）" in form
    assert "周指导" not in form, "an adviser handles nothing"
    assert "王专职（" not in form, "it is in his hands already"


def test_a_main_case_is_chosen_by_number_too(
    client_as: Browser, made: Circumstances, reported: Callable[..., Case]
) -> None:
    main = made.held(text="主件：路灯不亮")
    case = reported(text="又说路灯不亮")
    clerk = client_as("clerk")
    form = clerk.get(url_of(case, "merge"))
    assert main.text in words(form)
    assert "相距" in words(form)
    wrong = send_step(clerk, case, "merge", main_id="370103-260101-0099999", **{"main_id-shown": main.number})
    assert wrong.status_code == 422, "what was typed goes before what was chosen"
    assert "没有找到这一件" in words(wrong)
    assert send_step(clerk, case, "merge", main_id=main.number).status_code == 302


def test_mains_are_found_by_words(client_as: Browser, made: Circumstances, reported: Callable[..., Case]) -> None:
    from gezhi.kernel.events import dispatch

    far = reported(text="东关桥栏杆断了", grid=f"{made.town.next_community}001")
    case = reported(text="栏杆坏了")
    while dispatch(at=timezone.now()):
        pass
    street = client_as("street_clerk")
    found = street.get(f"{url_of(case)}alike/?like=东关桥", headers={"HX-Request": "true"})
    assert far.text in words(found)
    assert "没有找到" in words(street.get(f"{url_of(case)}alike/?like=没有这个词"))
    assert client_as("stranger").get(f"{url_of(case)}alike/?like=东关桥").status_code == 404


def test_rows_of_parts_come_and_go_without_a_script(client_as: Browser, made: Circumstances, town: Town) -> None:
    case, clerk = made.signed(), client_as("clerk")
    grid = str(town.desk(town.grid).id)
    typed = {"parts-0-desk_id": grid, "parts-0-text": "清路面", "parts-1-desk_id": "", "parts-1-text": "画线"}
    more = send_step(clerk, case, "split", more="1", **typed)
    page = more.content.decode()
    assert more.status_code == 200
    assert "parts-2-text" in page
    assert "清路面" in page
    assert "画线" in page
    less = send_step(clerk, case, "split", drop="0", **typed)
    assert "清路面" not in less.content.decode()
    assert "画线" in less.content.decode()
    refused = send_step(clerk, case, "split", **typed)
    assert refused.status_code == 422
    assert "请选择“画线”交给哪个岗台" in words(refused)
    assert not Case.objects.filter(part_of=case).exists()


def test_too_long_an_extension_says_how_long_it_may_be(client_as: Browser, made: Circumstances) -> None:
    answer = send_step(client_as("worker"), made.held(), "ask_extension", days="11", reason="要等配件。")
    assert answer.status_code == 422
    assert "10" in words(answer)
    assert "要等配件。" in answer.content.decode()


def test_who_was_not_reached_rates_nothing(client_as: Browser, made: Circumstances) -> None:
    answer = send_step(client_as("clerk"), made.answered(), "follow_up", contacted="no", solved="yes")
    assert answer.status_code == 422
    assert "没有联系上，就不能替诉求人评价" in words(answer)


def test_where_a_point_would_take_it(client_as: Browser, made: Circumstances, town: Town) -> None:
    case, clerk = made.accepted(), client_as("clerk")
    lng, lat = town.point_in(town.next_grid)
    told = words(clerk.get(f"{url_of(case)}place/?lng={lng}&lat={lat}"))
    assert f"交{town.desk(town.next_grid).name}办理" in told
    outside = town.point_outside()
    assert clerk.get(f"{url_of(case)}place/?lng={outside[0]}&lat={outside[1]}").status_code == 200
    assert "坐标不正确" in words(clerk.get(f"{url_of(case)}place/?lng=x&lat="))
    refused = send_step(clerk, case, "relocate", reason="说不清")
    assert refused.status_code == 422
    assert "请在地图上选点，或者选择区域" in words(refused)


def test_a_decision_shows_what_was_asked(client_as: Browser, made: Circumstances) -> None:
    form = words(client_as("clerk").get(url_of(made.asked(), "grant_extension")))
    assert "申请延期 3 个工作日" in form
    assert "要等配件。" in form


def test_everybody_may_open_every_page(client_as: Browser, made: Circumstances) -> None:
    """No page breaks for a role that has little to do there."""
    made.supervised()
    for who in CAST:
        client = client_as(who)
        for path in ("day", "ledger", "supervisions", "notices", "filters", "bulk"):
            assert client.get(f"/operation/{path}/").status_code in (200, 302), (who, path)
