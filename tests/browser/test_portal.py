"""A resident at a real browser: on a phone with photo and map, without JavaScript, in large type, in the dark."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from gezhi.accounts.models import User
from gezhi.cases.models import Case
from gezhi.kernel.models import Installation
from gezhi.testing import FOUNDED, Town
from gezhi.web.tests.resident import TEXT, answered, photo
from tests.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
Shot = Callable[[Any, str], Path]
Check = Callable[[Any], None]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def street_life(live_server: Any, town: Town) -> Town:
    """The town behind a real server."""
    return town


def file_of(tmp_path: Path, color: str) -> str:
    path = tmp_path / f"{color}.jpg"
    path.write_bytes(photo(color).getvalue())
    return str(path)


def centre_of_map(page: Any) -> None:
    """Tap the map in its middle, once it stands still."""
    page.wait_for_selector("#map path.outline-street")
    page.wait_for_timeout(400)
    page.locator("#map").click()


def test_a_report_on_a_phone_with_photo_and_map(
    street_life: Town, phone: Any, screenshot: Shot, accessible: Check, tmp_path: Path
) -> None:
    phone.goto("/")
    accessible(phone)
    screenshot(phone, "portal-home-phone")
    phone.get_by_role("link", name="我要反映").first.tap()
    phone.get_by_label("情况", exact=True).fill(TEXT)
    phone.get_by_label("照片").set_input_files([file_of(tmp_path, "red"), file_of(tmp_path, "blue")])
    phone.wait_for_selector("#previews li:nth-child(2) img")
    phone.get_by_role("button", name=re.compile("^去掉")).first.tap()
    assert phone.locator("#previews li").count() == 1
    phone.get_by_role("button", name="在地图上点").tap()
    centre_of_map(phone)
    said = phone.locator("#place-said")
    said.filter(has_text="这里是").wait_for()
    assert "受理" in said.inner_text()
    assert phone.locator("#by-list").is_hidden()
    phone.wait_for_selector("#map path.outline-here")
    screenshot(phone, "portal-report-phone")
    accessible(phone)
    phone.get_by_role("button", name="发送").tap()

    phone.wait_for_url("**/report/done/**")
    case = Case.objects.get()
    assert phone.locator("#receipt-code").inner_text() == case.receipt_code
    assert case.grid_code
    assert case.attachments.count() == 1
    screenshot(phone, "portal-done-phone")
    accessible(phone)
    phone.get_by_role("link", name="查看进展").tap()
    phone.wait_for_url("**/follow/**")
    assert phone.get_by_text(TEXT).count() >= 1
    screenshot(phone, "portal-follow-phone")
    accessible(phone)


def test_the_position_of_the_phone(street_life: Town, open_page: Any) -> None:
    lng, lat = street_life.point_in(street_life.grid)
    page = open_page(**PHONE, geolocation={"longitude": lng, "latitude": lat}, permissions=["geolocation"])
    page.goto("/report/")
    page.get_by_label("情况", exact=True).fill(TEXT)
    page.get_by_role("button", name="用我的位置").tap()
    page.locator("#place-said").filter(has_text="第1网格").wait_for()
    page.get_by_role("button", name="发送").tap()
    page.wait_for_url("**/report/done/**")
    assert Case.objects.get().grid_code == street_life.grid


def test_a_refused_position_says_what_else_one_can_do(street_life: Town, phone: Any) -> None:
    phone.goto("/report/")
    phone.get_by_role("button", name="用我的位置").tap()
    phone.locator("#place-said").filter(has_text="写下地址").wait_for()


def test_the_keyboard_alone_places_the_mark(street_life: Town, page: Any) -> None:
    page.goto("/report/")
    page.get_by_role("button", name="在地图上点").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#map path.outline-street")
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    page.locator("#place-said").filter(has_text="这里是").wait_for()


def test_without_javascript_nothing_is_missing(
    street_life: Town, open_page: Any, screenshot: Shot, tmp_path: Path
) -> None:
    page = open_page(**PHONE, java_script_enabled=False)
    page.goto("/report/")
    screenshot(page, "portal-report-no-script-phone")
    assert page.get_by_role("button", name="在地图上点").count() == 0
    page.get_by_label("情况", exact=True).fill(TEXT)
    page.get_by_text("意见").tap()
    page.get_by_label("照片").set_input_files([file_of(tmp_path, "red")])
    page.get_by_label("街道和社区").select_option(street_life.community)
    page.get_by_role("button", name="列出这个社区的网格").tap()
    page.get_by_label("保留").wait_for()
    assert page.get_by_label("保留").is_checked()
    assert page.get_by_label("情况", exact=True).input_value() == TEXT
    page.get_by_label("网格", exact=True).select_option(street_life.grid)
    page.get_by_label("电话", exact=True).fill("不告诉")
    page.get_by_role("button", name="发送").tap()
    page.get_by_role("alert").wait_for()
    screenshot(page, "portal-report-error-phone")
    page.get_by_label("电话", exact=True).fill("13800001234")
    page.get_by_role("button", name="发送").tap()
    page.wait_for_url("**/report/done/**")
    case = Case.objects.get()
    assert case.receipt_code in page.url
    assert (case.kind, case.grid_code, case.attachments.count()) == ("opinion", street_life.grid, 1)

    page.goto("/follow/")
    page.get_by_label("回执码").fill(case.receipt_code.lower())
    page.get_by_role("button", name="查看").tap()
    page.get_by_text(TEXT).first.wait_for()


def test_an_error_is_found_and_reached(street_life: Town, phone: Any, accessible: Check) -> None:
    phone.goto("/report/")
    phone.get_by_label("情况", exact=True).fill(TEXT)
    phone.get_by_label("电话", exact=True).fill("不告诉")
    phone.get_by_role("button", name="发送").tap()
    phone.get_by_role("alert").wait_for()
    assert phone.evaluate("document.activeElement.id") == "summary"
    accessible(phone)
    phone.get_by_role("link", name=re.compile("电话号码只写数字")).tap()
    assert phone.evaluate("document.activeElement.id") == "id_phone"


def test_a_double_click_sends_one_case(street_life: Town, page: Any) -> None:
    page.goto("/report/")
    page.get_by_label("情况", exact=True).fill(TEXT)
    page.get_by_role("button", name="发送").dblclick()
    page.wait_for_url("**/report/done/**")
    assert Case.objects.count() == 1


def test_what_was_typed_survives_a_reload_but_not_the_sending(street_life: Town, page: Any) -> None:
    page.goto("/report/")
    page.get_by_label("情况", exact=True).fill(TEXT)
    page.get_by_label("怎样称呼您").fill("张三")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert page.locator("#id_text").input_value() == TEXT
    assert page.locator("#id_name").input_value() == ""
    page.locator("#send").click()
    page.wait_for_url("**/report/done/**")
    page.goto("/report/")
    assert page.locator("#id_text").input_value() == ""


def test_rating_in_two_taps(street_life: Town, phone: Any, screenshot: Shot, accessible: Check) -> None:
    case = answered(street_life, at=timezone.now())
    phone.goto(f"/follow/?code={case.receipt_code}")
    screenshot(phone, "portal-answered-phone")
    accessible(phone)
    phone.get_by_role("link", name="评价这次办理").tap()
    phone.get_by_role("heading", name="服务怎么样").wait_for()
    accessible(phone)
    screenshot(phone, "portal-rate-service-phone")
    phone.get_by_role("button", name="非常满意").tap()
    phone.get_by_role("heading", name="事情办得怎么样").wait_for()
    accessible(phone)
    screenshot(phone, "portal-rate-outcome-phone")
    phone.get_by_role("button", name="基本满意").tap()
    phone.get_by_text("谢谢您的评价").wait_for()
    rating = case.ratings.get()
    assert (rating.service, rating.outcome) == (5, 3)


def test_a_shrunken_photo_is_small_and_upright(street_life: Town, page: Any, tmp_path: Path) -> None:
    """A big picture is made small before it travels."""
    from PIL import Image

    path = tmp_path / "big.jpg"
    noise = Image.effect_noise((3000, 2000), 80).convert("RGB")
    noise.save(path, "JPEG", quality=95)
    page.goto("/report/")
    page.get_by_label("情况", exact=True).fill(TEXT)
    page.get_by_label("照片").set_input_files([str(path)])
    page.wait_for_selector("#previews img")
    size = page.evaluate("document.getElementById('id_photos').files[0].size")
    assert size < path.stat().st_size * 0.7
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/report/done/**")
    file = Case.objects.get().attachments.get().file
    assert (file.width, file.height) == (2048, 1365)


LOOKS = {
    "desk-light": {**DESK, "color_scheme": "light"},
    "desk-dark": {**DESK, "color_scheme": "dark"},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_pages_in_every_light(
    street_life: Town, open_page: Any, screenshot: Shot, accessible: Check, look: str
) -> None:
    case = answered(street_life, at=timezone.now(), reporter_phone="13812345678", address="柳巷 3 号楼 2 单元门口")
    waiting = street_life.report(at=timezone.now())
    page = open_page(**LOOKS[look])
    paths = {
        "home": "/",
        "report": "/report/",
        "done": f"/report/done/{waiting.receipt_code}/",
        "follow": f"/follow/?code={waiting.receipt_code}",
        "answered": f"/follow/?code={case.receipt_code}",
        "wrong": "/follow/?code=2222-2222-2222",
        "privacy": "/privacy/",
        "login": "/account/login/",
    }
    for name, path in paths.items():
        page.goto(path)
        accessible(page)
        screenshot(page, f"portal-{name}-{look}")


def test_the_demo_landing(
    street_life: Town, open_page: Any, screenshot: Shot, accessible: Check, settings: Any
) -> None:
    settings.DEMO = True
    Installation.objects.create(is_demo=True, founded_at=FOUNDED)
    User.objects.update(is_invented=True)
    page = open_page(**PHONE)
    page.goto("/")
    screenshot(page, "demo-home-phone")
    page.goto("/demo/")
    accessible(page)
    screenshot(page, "demo-landing-phone")
    desk = open_page(**DESK)
    desk.goto("/demo/")
    screenshot(desk, "demo-landing-desk")
    desk.get_by_role("button", name="进入：社区坐席 钱坐席").click()
    desk.wait_for_url("**/operation/**")


@pytest.mark.parametrize("path", ["/", "/report/", "/follow/", "/privacy/", "/account/login/"])
def test_large_type_on_a_narrow_screen_needs_no_sideways_scrolling(
    street_life: Town, open_page: Any, screenshot: Shot, path: str
) -> None:
    """320 pixels wide and the text twice as large (WCAG 1.4.4 and 1.4.10)."""
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    screenshot(page, f"portal-large-type-{path.strip('/').replace('/', '-') or 'home'}")
    assert overflow <= 0


def test_targets_are_large_enough_for_a_thumb(street_life: Town, phone: Any) -> None:
    """Buttons, links outside of sentences and boxes: 44 pixels where WCAG 2.2 AA asks for 24."""
    phone.goto("/report/")
    small = phone.evaluate(
        """() => [...document.querySelectorAll('button, .button, input:not([type=hidden]), select, .choice, .check, .foot nav a')]
            .filter(one => one.offsetParent && !one.closest('.trap') && !one.closest('label'))
            .filter(one => one.getBoundingClientRect().height < 43.5)
            .map(one => one.outerHTML.slice(0, 80) + one.getBoundingClientRect().height)"""
    )
    assert not small
