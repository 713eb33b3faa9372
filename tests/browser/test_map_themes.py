"""The thematic map with its table, the search, and an area on paper, in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gezhi.testing import Town
from tests.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
Enter = Callable[[Any, Any], None]
Look = Callable[[Any, str], None]


@pytest.fixture
def busy(live_server: Any, town: Town) -> Town:
    now = timezone.now()
    for number in range(9):
        town.report(at=now - timedelta(hours=number), grid=town.grid if number % 3 else town.next_grid)
    town.report(at=now - timedelta(days=20), grid=town.grid, address="柳巷街 12 号")
    return town


@pytest.fixture
def look(screenshot: Callable[[Any, str], Any], accessible: Callable[[Any], None]) -> Look:
    def looked(page: Any, name: str) -> None:
        page.wait_for_timeout(300)
        screenshot(page, name)
        accessible(page)

    return looked


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_on_areas(busy: Town, open_page: Any, enter: Enter, look: Look, scheme: str) -> None:
    page = open_page(**DESK, color_scheme=scheme)
    enter(page, busy.user("clerk"))
    page.goto("/operation/map/themes/?theme=open")
    page.wait_for_selector("path.theme-area")
    row = page.locator(f"tr[data-code='{busy.grid}']")
    assert [cell.inner_text() for cell in row.locator("td").all()] == ["400", "0", "7", "1"]
    numbers = {mark.inner_text() for mark in page.locator(".theme-number").all()}
    assert numbers == {"7", "3", "0"}
    assert "7 件" in page.locator(".themes-legend").inner_text()
    look(page, f"themes-{scheme}")
    page.locator("path.theme-area").first.click()
    assert row.get_attribute("class") == "is-chosen"
    row.get_by_role("link", name="7").click()
    assert page.locator("a.row-link").count() == 7


def test_on_a_phone(busy: Town, open_page: Any, enter: Enter, look: Look) -> None:
    page = open_page(**PHONE)
    enter(page, busy.user("district_clerk"))
    page.goto("/operation/map/themes/?theme=vacancies&level=community")
    page.wait_for_selector("path.theme-area")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look(page, "themes-phone")


def test_a_place_is_found(busy: Town, page: Any, enter: Enter, look: Look) -> None:
    enter(page, busy.user("clerk"))
    page.goto("/operation/map/")
    page.wait_for_selector("path.grid-outline")
    field = page.get_by_label("在地图上搜索")
    for words, shown in ((busy.next_grid, "第2网格"), ("柳巷 第3网格", "第3网格"), ("柳巷街 12", "柳巷街 12 号")):
        field.fill(words)
        field.press("Enter")
        page.wait_for_function(
            "(words) => document.querySelector('.map-search ul').innerText.includes(words)", arg=shown
        )
    lng, lat = busy.point_in()
    field.fill(f"{lng}, {lat}")
    field.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.map-search li').length === 3")
    assert "第1网格" in page.locator(".map-search li").first.inner_text()
    look(page, "map-search")
    page.keyboard.press("Enter")
    page.wait_for_selector(".case-mark.is-here")


def test_a_grid_on_paper(busy: Town, page: Any, enter: Enter, look: Look) -> None:
    enter(page, busy.user("clerk"))
    page.goto(f"/operation/land/areas/{busy.grid}/sheet/")
    sheet = page.locator(".area-sheet")
    words = sheet.inner_text()
    for said in ("柳巷社区 / 第1网格", busy.grid, "四至", "第2网格", "孙网格", "公顷"):
        assert said in words, said
    assert "1:" in page.locator(".area-sheet-map").text_content()
    look(page, "area-sheet")
    page.emulate_media(media="print")
    for hidden in (".topbar", ".area-sheet-tools"):
        assert not page.locator(hidden).is_visible()
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") <= 1
    page.emulate_media(media="screen")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG").click()
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")
