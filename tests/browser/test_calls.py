"""街呼区应 in a real browser: a department signs and files by keyboard alone, without scripts too, on a desk's screen, a phone and in the dark."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gezhi.calls.actions import sound_alarms
from gezhi.calls.models import Call
from gezhi.calls.tests.story import LEAD, OTHER, CallStory, held_case
from gezhi.testing import Town
from gezhi.web.tests.desk import url_of
from tests.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
Look = Callable[[Any, str], None]
Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Look:
    """Keep a picture, and let axe look at the page."""

    def looked(page: Any, name: str) -> None:
        screenshot(page, name)
        accessible(page)

    return looked


@pytest.fixture
def calls(live_server: Any, town: Town) -> CallStory:
    """Calls at every phase; the one that comes back is joint, with both departments at work."""
    now = timezone.now()
    late = CallStory(town, at=now - timedelta(days=9)).dispatched()
    sound_alarms(at=late.part().sign_due_at)
    CallStory(town, at=now - timedelta(hours=1), is_urgent=True)
    CallStory(town, at=now - timedelta(hours=4)).summed()
    done = CallStory(town, at=now - timedelta(hours=5)).struck_off().scored(2, 4, 3, words="打了三次电话才到。")
    for number, call in enumerate(Call.objects.exclude(pk=done.pk)):
        Call.objects.filter(pk=call.pk).update(
            title=("夜市油烟和占道反复", "化粪池外溢到人行道", "老楼外墙脱落砸车")[number]
        )
    story = CallStory(town, at=now - timedelta(minutes=90), with_case=True).dispatched()
    story.take("sign", "other_handler", OTHER)
    return story


def address(story: CallStory) -> str:
    return f"/operation/calls/{story.pk}/"


def test_a_department_signs_arrives_and_files_by_keyboard(
    calls: CallStory, page: Any, enter: Enter, look: Look
) -> None:
    enter(page, calls.town.user("handler"))
    page.goto("/operation/")
    page.keyboard.press("9")
    page.wait_for_url("**/operation/calls/")
    look(page, "calls-inbox")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".call")
    page.goto(address(calls))
    page.keyboard.press("c")
    page.wait_for_selector(".notice-success")
    page.keyboard.press("a")
    page.wait_for_selector("form.step")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    page.keyboard.press("f")
    page.wait_for_selector("#step-result:focus")
    page.keyboard.type("工资已经结清，工人都签了字。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    assert calls.part().result == "工资已经结清，工人都签了字。"
    page.keyboard.press("p")
    look(page, "calls-filed")


def test_the_district_dispatches(calls: CallStory, page: Any, enter: Enter, look: Look) -> None:
    enter(page, calls.town.user("district_clerk"))
    waiting = Call.objects.get(phase="called")
    page.goto(f"/operation/calls/{waiting.pk}/")
    page.keyboard.press("d")
    page.wait_for_selector("form.step")
    page.locator("#step-desk_0").select_option(label=calls.town.desk(LEAD).name)
    page.locator("#step-task_0").fill("查清欠薪，当天答复。")
    page.locator("#step-desk_1").select_option(label=calls.town.desk(OTHER).name)
    page.locator("#step-task_1").fill("清走占道的摊位。")
    look(page, "calls-dispatch")
    # What was typed and not sent is there again.
    page.reload()
    assert page.locator("#step-task_1").input_value() == "清走占道的摊位。"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    look(page, "calls-dispatched")
    page.goto("/operation/calls/response/")
    look(page, "calls-response")
    page.goto("/operation/calls/?show=late")
    look(page, "calls-late")


def test_the_street_strikes_off_and_scores(calls: CallStory, page: Any, enter: Enter, look: Look) -> None:
    enter(page, calls.town.user("street_clerk"))
    summed = Call.objects.get(phase="summed")
    page.goto(f"/operation/calls/{summed.pk}/")
    page.keyboard.press("n")
    page.wait_for_selector("form.step")
    look(page, "calls-send-back")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/operation/calls/{summed.pk}/")
    page.keyboard.press("v")
    page.wait_for_selector("form.step")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    page.keyboard.press("g")
    page.wait_for_selector("form.step")
    for question in ("response", "manner", "effect"):
        page.locator(f"input[name={question}][value='4']").check()
    look(page, "calls-score")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    scored = Call.objects.get(pk=summed.pk)
    assert scored.parts.filter(score__response=4).count() == 1
    page.goto(url_of(calls.case))
    page.wait_for_selector(".call-panel")
    look(page, "calls-case")


def test_a_street_calls_from_its_case(calls: CallStory, page: Any, enter: Enter, look: Look) -> None:
    case = held_case(calls.town, at=timezone.now() - timedelta(hours=1))
    enter(page, calls.town.user("street_clerk"))
    page.goto(url_of(case))
    page.keyboard.press("h")
    page.wait_for_url("**/operation/calls/new/**")
    look(page, "calls-new")
    page.locator("#step-text").fill("热力井冒水，请住建和市场监管到场。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    assert Call.objects.get(case=case).text == "热力井冒水，请住建和市场监管到场。"


def test_on_a_phone(calls: CallStory, phone: Any, enter: Enter, look: Look) -> None:
    enter(phone, calls.town.user("district_clerk"))
    for path, name in (
        ("/operation/calls/?show=open", "phone-calls"),
        (address(calls), "phone-call"),
        (f"/operation/calls/{Call.objects.get(phase='called').pk}/steps/dispatch/", "phone-calls-dispatch"),
        ("/operation/calls/response/", "phone-calls-response"),
    ):
        phone.goto(path)
        look(phone, name)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the phone"
    enter(phone, calls.town.user("street_clerk"))
    phone.goto(url_of(calls.case))
    look(phone, "phone-calls-case")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_in_the_dark(calls: CallStory, open_page: Open, enter: Enter, look: Look) -> None:
    page = open_page(**DESK, color_scheme="dark")
    enter(page, calls.town.user("district_clerk"))
    page.goto(address(calls))
    look(page, "calls-dark")


def test_without_scripts(calls: CallStory, open_page: Open, enter: Enter) -> None:
    page = open_page(**PHONE, java_script_enabled=False)
    enter(page, calls.town.user("handler"))
    page.goto("/operation/calls/")
    page.get_by_text(calls.call.title).first.click()
    page.goto(address(calls))
    page.get_by_role("button", name="签收").first.click()
    assert calls.part().state == "acting"
    page.get_by_role("link", name="报到").first.click()
    page.get_by_role("button", name="报到").click()
    page.get_by_role("link", name="报送办理情况").first.click()
    page.locator("#step-result").fill("工资结清。")
    page.get_by_role("button", name="报送办理情况").click()
    assert calls.part().result == "工资结清。"
