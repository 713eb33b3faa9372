"""Rules kept by keyboard, and what a reporter writes later on a phone: an appeal, and what a desk asked to be added."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gezhi.cases.models import Case, HandlingPlan
from gezhi.web.tests.circumstances import Circumstances

pytestmark = pytest.mark.browser


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Callable[[Any, str], None]:
    def looked(page: Any, name: str) -> None:
        screenshot(page, name)
        accessible(page)

    return looked


def test_a_rule_is_kept_without_a_mouse(
    made: Circumstances, page: Any, enter: Callable[..., None], look: Callable[..., None]
) -> None:
    enter(page, made.town.user("district_clerk"))
    page.goto("/operation/rates/")
    page.keyboard.press("g")
    page.wait_for_url("**/rules/plans/")
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    look(page, "figures-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.wait_for_url("**/rules/ladder/")
    look(page, "rules-ladder")
    page.goto("/operation/rules/plans/")
    page.get_by_label("岗台级别").select_option("grid")
    page.get_by_label("办理步骤").fill("一、先看。\n二、再修。")
    page.get_by_label("办理步骤").press("Control+Enter")
    page.get_by_text("已保存，到时自动生效。").wait_for()
    look(page, "rules-plans")
    assert HandlingPlan.objects.filter(steps__startswith="一、先看").count() == 1


def test_an_appeal_and_a_supplement_on_a_phone(
    made: Circumstances, phone: Any, page: Any, enter: Callable[..., None], look: Callable[..., None]
) -> None:
    declined = made.declined()
    phone.goto(f"/follow/?code={declined.receipt_code}")
    look(phone, "phone-appeal")
    phone.get_by_label("为什么应当受理").fill("供水热线说归区里管。")
    phone.get_by_role("button", name="提出申诉").click()
    phone.get_by_text("申诉已经收到").wait_for()
    look(phone, "phone-appealed")
    asked = made.asked_reporter()
    phone.goto(f"/follow/?code={asked.receipt_code}")
    look(phone, "phone-supplement")
    phone.get_by_label("补充的情况").fill("三号楼二单元门口。")
    phone.get_by_role("button", name="发送补充").click()
    phone.get_by_text("补充已经收到").wait_for()
    assert not Case.objects.get(pk=asked.pk).awaits_reporter
    enter(page, made.town.user("worker"))
    page.goto(f"/operation/cases/{asked.number}/")
    look(page, "case-supplemented")
    enter(page, made.town.user("street_clerk"))
    page.goto(f"/operation/cases/{declined.number}/")
    look(page, "case-appeal")
