"""The desk in a real browser: a case through the loop by keyboard alone, the map, mishaps, a phone, the dark."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gezhi.cases.models import Case
from gezhi.kernel.files import keep
from gezhi.testing import Town
from gezhi.web.tests.desk import moved, url_of
from gezhi.web.tests.resident import photo
from tests.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
Look = Callable[[Any, str], None]
Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]


@pytest.fixture
def busy(live_server: Any, town: Town) -> Town:
    """The town behind a real server, with a morning's reports."""
    now = timezone.now()
    picture = keep(photo(), at=now)
    said = (
        ("小区东门的路灯三天不亮了，晚上看不清路。", 2, {"files": [picture], "reporter_name": "张三丰", "reporter_phone": "13812345678"}),
        ("三号楼垃圾桶满了两天没人收，味道很大。", 30, {"address": "柳巷街 12 号"}),
        ("路口井盖松了，汽车压过去响，晚上睡不着。", 400, {"is_emergency": True}),
        ("小区里乱停车，堵住消防通道。", 1, {"is_confidential": True}),
    )  # fmt: skip
    for number, (text, hours, more) in enumerate(said):
        lng, lat = town.point_in(east=0.2 + number * 0.2, north=0.3 + number * 0.1)
        town.report(text=text, at=now - timedelta(hours=hours), lng=lng, lat=lat, **more)
    return town


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Look:
    """Keep a picture, and let axe look at the page."""

    def looked(page: Any, name: str) -> None:
        screenshot(page, name)
        accessible(page)

    return looked


def settled(page: Any) -> None:
    """htmx has nothing on its way."""
    page.wait_for_selector(".htmx-request", state="detached")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        settled(page)


def focus_in(page: Any, selector: str) -> None:
    page.wait_for_selector(f":is({selector}):focus")


def test_a_case_through_the_loop_by_keyboard(busy: Town, open_page: Open, enter: Enter) -> None:
    """Not one click: accept, claim, finish, check, answer, by those whose turn it is."""
    lamp = Case.objects.get(text__startswith="小区东门")
    clerk, worker = open_page(**DESK), open_page(**DESK)
    enter(clerk, busy.user("clerk"))
    enter(worker, busy.user("worker"))

    clerk.goto("/operation/")
    press(clerk, "j", "j", "j", "k")
    focus_in(clerk, "a.row-link")
    clerk.keyboard.press("/")
    clerk.keyboard.type(lamp.number)
    press(clerk, "Enter")
    clerk.wait_for_url(re.compile("q="))
    clerk.keyboard.press("Escape")
    press(clerk, "j", "a")
    # The likeliest matter is chosen and the focus waits on the button: a second key accepts.
    focus_in(clerk, ".step-actions .btn-primary")
    assert "路灯" in clerk.locator(".suggestions [aria-pressed=true]").inner_text()
    press(clerk, "Enter")
    clerk.wait_for_selector(".notice-success")
    lamp.refresh_from_db()
    assert (lamp.stage, lamp.desk_id) == ("waiting", busy.desk(busy.grid).id)

    worker.goto("/operation/")
    press(worker, "j", "c")
    worker.wait_for_selector('.step-buttons [data-key="f"]')
    press(worker, "f")
    focus_in(worker, "#step-result")
    worker.keyboard.type("换了灯泡，试亮正常。")
    press(worker, "Control+Enter")
    worker.wait_for_selector(".notice-success")
    lamp.refresh_from_db()
    assert lamp.stage == "finished"

    clerk.goto("/operation/?scope=area&stage=finished")
    press(clerk, "j", "v")
    focus_in(clerk, "#step-answer")
    press(clerk, "Control+Enter")
    clerk.wait_for_selector('.step-buttons [data-key="r"]')
    press(clerk, "r")
    focus_in(clerk, "#step-answer")
    clerk.keyboard.press("Control+a")
    clerk.keyboard.type("您好，路灯今天已修好。")
    assert clerk.locator("[data-preview-text]").inner_text() == "您好，路灯今天已修好。"
    press(clerk, "Control+Enter")
    clerk.wait_for_selector(".notice-success")
    lamp.refresh_from_db()
    assert (lamp.stage, lamp.answer) == ("answered", "您好，路灯今天已修好。")


def test_every_state_is_a_link(busy: Town, page: Any, enter: Enter) -> None:
    """Back and forward lead through what was seen, and a copied address shows the same to a colleague."""
    enter(page, busy.user("clerk"))
    page.goto("/operation/?stage=received")
    press(page, "j", "Enter")
    page.wait_for_selector(".case")
    opened = page.url
    press(page, "a")
    page.wait_for_selector("form.step")
    assert page.url.split("?")[0].endswith("/steps/accept/")
    page.go_back()
    page.wait_for_selector(".case")
    page.wait_for_selector("form.step", state="detached")
    assert page.url == opened
    page.go_back()
    page.wait_for_selector(".nothing")
    assert page.url.endswith("?stage=received")
    page.goto(opened)
    assert page.locator("a.row-link[aria-current]").count() == 1
    # The keyboard still works on a page that came back.
    press(page, "j", "Enter")
    page.wait_for_url(lambda url: url != opened)


def test_what_was_typed_outlives_a_lost_connection(busy: Town, page: Any, enter: Enter) -> None:
    case = moved(
        busy, Case.objects.get(text__startswith="小区东门"), "accept", "clerk", matter_id=busy.matter("lamp").id
    )
    enter(page, busy.user("clerk"))
    page.goto(url_of(case, "note"))
    page.locator("#step-note").fill("居民说晚上八点以后在家。")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-error")
    assert "没有连上服务器" in page.locator(".notice-error").inner_text()
    assert page.locator("#step-note").input_value() == "居民说晚上八点以后在家。"
    page.context.set_offline(False)
    page.reload()
    assert page.locator("#step-note").input_value() == "居民说晚上八点以后在家。"
    press(page, "Control+Enter")
    page.wait_for_selector(".notice-success")
    page.goto(url_of(case, "note"))
    assert page.locator("#step-note").input_value() == ""


def test_a_colleague_was_quicker(busy: Town, page: Any, enter: Enter) -> None:
    case = moved(
        busy, Case.objects.get(text__startswith="小区东门"), "accept", "clerk", matter_id=busy.matter("lamp").id
    )
    enter(page, busy.user("clerk"))
    page.goto(url_of(case, "assign"))
    page.locator("#step-note").fill("请第二网格支援。")
    page.locator("#step-desk_id").select_option(label=busy.desk(busy.next_grid).name)
    moved(busy, case, "claim", "worker")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("form.step .problem")
    assert "王专职已先一步认领" in page.locator("form.step .problem").inner_text()
    assert page.locator("#step-note").input_value() == "请第二网格支援。"


def test_the_map_chooses_a_grid(busy: Town, page: Any, enter: Enter, look: Look) -> None:
    enter(page, busy.user("clerk"))
    page.goto("/operation/")
    press(page, "m")
    page.wait_for_selector("path.grid-outline")
    page.wait_for_selector(".case-mark, .grid-count")
    look(page, "operation-map")
    page.locator("path.grid-outline").nth(1).click(position={"x": 10, "y": 10})
    page.wait_for_url(re.compile(f"area={busy.next_grid}"))
    settled(page)
    assert "没有符合这些条件的事件" in page.locator("#list").inner_text()
    press(page, "m")
    page.wait_for_selector(".map-pane", state="detached")


def test_a_call_is_taken_down_with_a_point(busy: Town, page: Any, enter: Enter, look: Look) -> None:
    enter(page, busy.user("clerk"))
    page.goto("/operation/")
    press(page, "i")
    page.wait_for_selector(".pick-map path.grid-outline")
    page.wait_for_timeout(400)
    page.get_by_label("反映的情况").fill("来访居民说楼道灯坏了。")
    page.locator(".pick-map").click()
    page.wait_for_selector("#near b")
    assert "柳巷社区" in page.locator("#near").inner_text()
    look(page, "operation-new")
    page.get_by_label("反映的情况").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    case = Case.objects.latest("pk")
    assert case.receipt_code in page.locator(".notice-success").inner_text()
    assert case.grid_code.startswith(busy.community)
    page.goto("/operation/new/")
    assert page.get_by_label("反映的情况").input_value() == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_looks_right_at_the_desk(busy: Town, open_page: Open, enter: Enter, look: Look, scheme: str) -> None:
    page = open_page(**DESK, color_scheme=scheme)
    enter(page, busy.user("clerk"))
    lamp = Case.objects.get(text__startswith="小区东门")
    for name, path in (
        ("list", "/operation/"),
        ("case", url_of(lamp)),
        ("accept", url_of(lamp, "accept")),
        ("decline", url_of(lamp, "decline")),
        ("empty", "/operation/?kind=opinion"),
        ("missing", "/operation/cases/370103-260101-0009999/"),
    ):
        page.goto(path)
        page.wait_for_timeout(300)
        look(page, f"operation-{name}-{scheme}")
    page.goto("/operation/")
    press(page, "?")
    look(page, f"operation-keys-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_looks_right_on_a_phone(busy: Town, open_page: Open, enter: Enter, look: Look, scheme: str) -> None:
    """The list, then the case, and the way back; nothing wider than the screen."""
    lamp = moved(
        busy, Case.objects.get(text__startswith="小区东门"), "accept", "clerk", matter_id=busy.matter("lamp").id
    )
    page = open_page(**PHONE, color_scheme=scheme)
    enter(page, busy.user("worker"))
    page.goto("/operation/")
    look(page, f"operation-phone-list-{scheme}")
    page.locator("a.row-link").first.tap()
    page.wait_for_selector(".case")
    assert not page.locator("#list").is_visible()
    page.wait_for_timeout(300)
    look(page, f"operation-phone-case-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="认领").tap()
    page.wait_for_selector('.step-buttons [data-key="f"]')
    lamp.refresh_from_db()
    assert lamp.stage == "handling"
    page.get_by_role("link", name="列表").tap()
    page.wait_for_selector("a.row-link")
    assert page.locator("#list").is_visible()


def test_it_prints_as_a_case(busy: Town, page: Any, enter: Enter) -> None:
    enter(page, busy.user("clerk"))
    page.goto(url_of(Case.objects.get(text__startswith="小区东门")))
    page.emulate_media(media="print")
    assert page.locator("#case-title").is_visible()
    for hidden in ("#list", ".topbar", ".step-buttons"):
        assert not page.locator(hidden).is_visible(), hidden
