"""The pages of figures in a real browser: rates and their cases, an exclusion by two people, calls to make, a dry run; on a desk and on a phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gezhi.kernel.months import month_of
from gezhi.testing import Town

pytestmark = pytest.mark.browser


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Callable[[Any, str], None]:
    def looked(page: Any, name: str) -> None:
        screenshot(page, name)
        accessible(page)

    return looked


def test_from_the_rate_to_the_exclusion(
    measured: Town, page: Any, open_page: Callable[..., Any], enter: Callable[..., None], look: Callable[..., None]
) -> None:
    enter(page, measured.user("district_clerk"))
    page.goto("/operation/rates/")
    look(page, "figures-rates")
    page.get_by_role("link", name="五字").click()
    look(page, "figures-five")
    page.goto("/operation/rates/?by=month")
    look(page, "figures-months")
    page.goto("/operation/rates/")
    page.locator("tfoot tr").first.locator("td").nth(2).get_by_role("link").click()
    page.get_by_role("link", name="没有达到的").click()
    page.get_by_text("申请剔除").first.click()
    look(page, "figures-cases")
    page.get_by_label("理由").first.select_option("not_ours")
    page.get_by_label("为什么").first.fill("这条路归市里管，区里没有养护职责。")
    page.get_by_role("button", name="提交申请").first.click()
    page.get_by_text("剔除申请已提交").wait_for()
    page.goto("/operation/exclusions/")
    page.get_by_text("您自己申请的，由别人决定").wait_for()
    second = open_page()
    enter(second, measured.user("inspector"))
    second.goto("/operation/exclusions/")
    look(second, "figures-exclusions")
    second.get_by_role("button", name="同意剔除").click()
    second.get_by_text("不再计入指标").wait_for()
    page.goto("/operation/rates/")
    page.get_by_text("剔1").first.wait_for()


def test_calls_to_make(measured: Town, page: Any, enter: Callable[..., None], look: Callable[..., None]) -> None:
    enter(page, measured.user("clerk"))
    page.goto("/operation/follow-ups/")
    look(page, "figures-follow-ups")
    page.locator("tbody a").first.click()
    page.get_by_text("回访").first.wait_for()


def test_a_dry_run(measured: Town, page: Any, enter: Callable[..., None], look: Callable[..., None]) -> None:
    enter(page, measured.user("district_clerk"))
    page.goto("/operation/rules/try/")
    page.get_by_label("哪个月的事件").select_option(str(month_of(timezone.now())))
    page.get_by_label("岗台级别").select_option("grid")
    page.get_by_label("改为").fill("1")
    page.get_by_label("单位").select_option("working_hours")
    page.get_by_role("button", name="试算").click()
    page.get_by_text("件会不一样").wait_for()
    look(page, "figures-try-limit")
    page.get_by_role("link", name="办理层级").click()
    page.get_by_label("哪个月的事件").select_option(str(month_of(timezone.now())))
    page.get_by_label("事项").select_option(str(measured.matter("lamp").id))
    page.get_by_label("改由哪一级办").select_option("community")
    page.get_by_role("button", name="试算").click()
    page.get_by_text("换了岗台的").wait_for()
    look(page, "figures-try-desk")


def test_on_a_phone(measured: Town, phone: Any, enter: Callable[..., None], look: Callable[..., None]) -> None:
    enter(phone, measured.user("inspector"))
    for path, name in (
        ("/operation/rates/", "figures-rates-phone"),
        ("/operation/follow-ups/", "figures-follow-ups-phone"),
        ("/operation/exclusions/", "figures-exclusions-phone"),
    ):
        phone.goto(path)
        look(phone, name)
        wide = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide}"
