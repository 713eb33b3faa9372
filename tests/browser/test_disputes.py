"""Mediation in a real browser: from the registration to the agreement on paper, at a desk and on a phone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gezhi.disputes.models import Dispute
from gezhi.disputes.tests.mediation import ACCOUNT, AGREEMENT, Mediation, type_id
from gezhi.testing import Town
from tests.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
Look = Callable[[Any, str], None]
Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]
HOME = "/operation/disputes/"
DAY = timedelta(days=1)


@pytest.fixture
def quarrels(live_server: Any, town: Town) -> Town:
    """The town behind a real server, with some disputes of every colour."""
    now = timezone.now()
    Mediation(town, at=now - timedelta(hours=30), reported_at=now - 33 * DAY).accepted()
    Mediation(town, "clerk", at=now - timedelta(hours=30), reported_at=now - 27 * DAY, type_id=type_id("property"))
    Mediation(town, "clerk", at=now - 2 * DAY, type_id=type_id("family"), area_code=f"{town.community}002").accepted(
        "clerk"
    )
    Mediation(town, at=now - 20 * DAY).agreed()
    return town


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Look:
    """Keep a picture, and let axe look at the page."""

    def looked(page: Any, name: str) -> None:
        page.wait_for_timeout(200)
        screenshot(page, name)
        accessible(page)

    return looked


def fits(page: Any) -> None:
    """Nothing is wider than the phone; its own idea of its width grows with what is too wide."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


def test_a_mediation_from_registration_to_the_paper(quarrels: Town, page: Any, enter: Enter, look: Look) -> None:
    enter(page, quarrels.user("leader"))
    page.goto(HOME)
    look(page, "disputes-list")
    page.keyboard.press("i")
    page.wait_for_url("**/disputes/new/")
    page.get_by_label("因为什么起了纠纷").fill(ACCOUNT)
    page.get_by_label("纠纷类型").select_option(label="邻里纠纷")
    page.get_by_label("甲方电话").fill("13812345678")
    page.get_by_label("由我调解").check()
    look(page, "disputes-new")
    page.get_by_label("因为什么起了纠纷").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    dispute = Dispute.objects.latest("pk")
    assert "138****5678" in page.locator(".sides").inner_text()

    # By keyboard: take it on, write down a meeting, write down the agreement.
    page.keyboard.press("a")
    page.wait_for_selector('.step-buttons [data-key="t"]')
    page.keyboard.press("t")
    page.wait_for_selector("#step-account")
    for role in ("甲方", "乙方"):
        page.get_by_label(role, exact=True).check()
    page.locator("#step-account").fill("双方都说了经过，愿意各让一步。")
    look(page, "disputes-meet")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    page.keyboard.press("g")
    page.wait_for_selector("#step-agreement:focus")
    page.keyboard.insert_text(AGREEMENT)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#h-agreement")
    dispute.refresh_from_db()
    assert (dispute.stage, dispute.agreement) == ("agreed", AGREEMENT)
    look(page, "disputes-agreed")

    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word").click()
    assert download.value.suggested_filename == f"agreement-{dispute.pk}.docx"
    page.get_by_role("link", name="打印协议书").click()
    page.wait_for_selector(".paper")
    look(page, "disputes-paper")
    page.emulate_media(media="print")
    assert page.locator(".paper h1").is_visible()
    for hidden in (".topbar", ".paper-actions"):
        assert not page.locator(hidden).is_visible(), hidden


def test_whom_to_call_stays_behind_a_reason(quarrels: Town, page: Any, enter: Enter, look: Look) -> None:
    enter(page, quarrels.user("clerk"))
    dispute = Dispute.objects.earliest("pk")
    page.goto(f"{HOME}{dispute.pk}/")
    assert "13812345678" not in page.content()
    page.locator(".sides .reveal").first.click()
    page.get_by_label("为什么要看？").fill("约调解时间")
    look(page, "disputes-contact")
    page.get_by_role("button", name="查看").click()
    page.wait_for_selector(".revealed")
    assert "13812345678" in page.locator(".revealed").inner_text()
    page.goto(f"{HOME}{dispute.pk}/")
    assert "13812345678" not in page.content()


def test_an_identity_number_is_refused_and_nothing_typed_is_lost(quarrels: Town, page: Any, enter: Enter) -> None:
    enter(page, quarrels.user("leader"))
    page.goto(f"{HOME}new/")
    page.get_by_label("纠纷类型").select_option(label="邻里纠纷")
    page.get_by_label("因为什么起了纠纷").fill("甲方 110101199003071234 夜里吵闹")
    page.get_by_role("button", name="登记").click()
    page.wait_for_selector(".problem")
    assert "不能写身份证号码" in page.locator(".problem").inner_text()
    assert "夜里吵闹" in page.get_by_label("因为什么起了纠纷").input_value()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_month_in_numbers(quarrels: Town, open_page: Open, enter: Enter, look: Look, scheme: str) -> None:
    page = open_page(**DESK, color_scheme=scheme)
    enter(page, quarrels.user("clerk"))
    page.goto(f"{HOME}month/")
    look(page, f"disputes-month-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_looks_right_on_a_phone(quarrels: Town, open_page: Open, enter: Enter, look: Look, scheme: str) -> None:
    """The list, then the dispute, a form, and the way back; nothing wider than the screen."""
    page = open_page(**PHONE, color_scheme=scheme)
    enter(page, quarrels.user("leader"))
    page.goto(HOME)
    look(page, f"disputes-phone-list-{scheme}")
    fits(page)
    page.locator("a.row-link").first.tap()
    page.wait_for_selector(".case")
    look(page, f"disputes-phone-one-{scheme}")
    fits(page)
    page.get_by_role("link", name="记录调解").tap()
    page.wait_for_selector("form.step")
    look(page, f"disputes-phone-meet-{scheme}")
    page.goto(f"{HOME}new/")
    look(page, f"disputes-phone-new-{scheme}")
    fits(page)
    page.goto(f"{HOME}{Dispute.objects.get(stage='agreed').pk}/agreement/")
    look(page, f"disputes-phone-paper-{scheme}")
    fits(page)
    page.goto(f"{HOME}month/")
    look(page, f"disputes-phone-month-{scheme}")
    fits(page)
    # And the way there from the desk of cases.
    page.goto("/operation/")
    fits(page)
    page.get_by_role("link", name="调解", exact=True).tap()
    page.wait_for_url(f"**{HOME}")
