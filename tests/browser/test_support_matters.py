"""Matters in a real browser: a department asks, a street examines, the district approves; a grid turns work away. With the pictures of the manual."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from gezhi.matters.actions import record_received, refuse_outside, take
from gezhi.matters.admission import CODES
from gezhi.matters.models import Application, Matter, OutsideRequest
from gezhi.matters.tests.story import batch, drafted
from gezhi.testing import Town
from tests.conftest import PHONE, ROOT, SCREENSHOTS

pytestmark = pytest.mark.browser
OFFICE = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
MANUAL = ROOT / "docs" / "manual" / "matters.zh.md"
PICTURES = {"matters-application", "matters-applications", "matters-balance", "matters-outside"}
COLOURS, MOST_BYTES = 64, 120_000
PAGES = ("", "applications/?tab=all", "balance/", "funds/", "burden/", "outside/")
Open = Callable[..., Any]
Enter = Callable[[Any, Any], None]
NO = dict.fromkeys(CODES, False)


@pytest.fixture
def picture(accessible: Callable[[Any], None]) -> Callable[[Any, str], None]:
    """What stands on the screen, in few colours so that the manual loads quickly."""

    def snap(page: Any, name: str) -> None:
        page.wait_for_timeout(300)
        accessible(page)
        path = SCREENSHOTS / "manual" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path)
        with Image.open(path) as shot:
            small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        assert path.stat().st_size < MOST_BYTES, name

    return snap


@pytest.fixture
def governed(town: Town) -> Town:
    """One admitted and paid for in part, one to be examined that resembles another, one refused, two pieces of work turned away; cases."""
    now = timezone.now()
    soon = timezone.localdate()
    department = town.actor("handler", at=now)

    def asked(name: str, **over: Any) -> Application:
        facts = {"name": name, "words": (name,), "batches": (batch(town.street, on=soon),), "demands": ()} | over
        return take("submit", drafted(town, at=now, **facts), actor=department, at=now)

    admitted = asked("灵活就业登记代办")
    take("review", admitted, actor=town.actor("street_clerk", at=now), at=now, comment="群众需要", **NO)
    take("approve", admitted, actor=town.actor("district_clerk", at=now), at=now, comment="同意")
    asked("路灯报修代办", content="群众说路灯坏了，帮着报修，回头告诉结果。")
    asked("房屋安全鉴定", answers=NO | {"too_specialised": True})
    clerk = town.actor("street_clerk", at=now)
    matter = Matter.objects.get(pk=admitted.matter_id)
    record_received(
        actor=clerk,
        at=now,
        matter=matter,
        street=town.street,
        year=soon.year,
        amount_fen=30_000,
        document="济财〔2026〕7号",
    )
    worker = town.actor("worker", at=now)
    for key in ("lamp", "lamp", "rubbish"):
        town.report(actor=worker, at=now, source="worker", matter_id=town.matter(key).id)
    for code, what in (("market_regulation", "挨家统计煤气罐"), ("housing", "每天报一次巡查照片")):
        refuse_outside(
            actor=town.actor("leader", at=now),
            at=now,
            area_code=town.grid,
            what=what,
            asked_on=soon,
            channel="message",
            department_id=town.desk(code).department_id,
        )
    return town


def test_the_manual_shows_the_pictures_that_are_made() -> None:
    shown = re.findall(r"\(\.\./images/manual/([a-z-]+)\.png\)", MANUAL.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    for name in shown:
        assert Path(MANUAL.parent.parent / "images" / "manual" / f"{name}.png").stat().st_size < MOST_BYTES, name


@pytest.mark.parametrize(("size", "options"), [("desk", OFFICE), ("phone", {**PHONE, "color_scheme": "dark"})])
def test_every_page_is_readable_and_fits(  # noqa: PLR0917 - fixtures
    governed: Town,
    open_page: Open,
    enter: Enter,
    screenshot: Callable[[Any, str], Path],
    accessible: Callable[[Any], None],
    size: str,
    options: dict[str, Any],
) -> None:
    page = open_page(**options)
    enter(page, governed.user("district_clerk"))
    key = Application.objects.latest("pk").pk
    request = OutsideRequest.objects.latest("pk").pk
    lamp = governed.matter("lamp").code
    for number, path in enumerate(
        (*PAGES, f"applications/{key}/", f"of/{lamp}/", f"outside/{request}/", "applications/exit/")
    ):
        page.goto(f"/support/matters/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        accessible(page)
        screenshot(page, f"matters-{size}-{number}")
    page.goto("/matters/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)


def test_a_department_writes_and_hands_in(
    governed: Town, open_page: Open, enter: Enter, accessible: Callable[[Any], None]
) -> None:
    page = open_page(**OFFICE)
    enter(page, governed.user("handler"))
    page.goto("/support/matters/applications/")
    page.keyboard.press("n")
    page.wait_for_url("**/applications/admission/")
    accessible(page)
    page.get_by_label("事项名称").fill("青年见习报名")
    page.get_by_label("类别").select_option(index=1)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/applications/\d+/$"))
    told = page.locator("article").inner_text()
    assert "还不能提交" in told
    assert "权随责走：请写明随事项下放的权限。" in told
    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    for label, words in (
        ("法律法规或政策依据", "见习管理办法"),
        ("需要社区落实的工作内容", "收集见习意愿。"),
        ("随事项下放的权限", "见习岗位查询。"),
        ("部门继续承担的责任", "审核和补贴。"),
    ):
        page.get_by_label(label).fill(words)
    page.get_by_label("由哪一级办理").select_option("grid")
    for group in page.locator("fieldset.question").all():
        group.get_by_label("否").check()
    row = page.get_by_role("row", name=re.compile("西关街道"))
    row.locator("input").nth(0).fill((timezone.localdate() + timedelta(days=5)).isoformat())
    row.locator("input").nth(2).fill("8000.50")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/applications/\d+/$"))
    assert "8,000.50" in page.locator("article").inner_text()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("待初审").first.wait_for()
    assert Application.objects.latest("pk").stage == "submitted"


def test_the_street_examines_on_a_phone(
    governed: Town, open_page: Open, enter: Enter, accessible: Callable[[Any], None]
) -> None:
    page = open_page(**PHONE)
    enter(page, governed.user("street_clerk"))
    waiting = Application.objects.get(stage="submitted")
    page.goto(f"/support/matters/applications/{waiting.pk}/")
    page.get_by_role("link", name="初审通过").click()
    page.wait_for_url("**/steps/review/")
    accessible(page)
    for group in page.locator("form.step fieldset").all():
        group.get_by_label("否").check()
    page.get_by_label("意见").fill("同意")
    page.get_by_role("button", name="初审通过").click()
    page.get_by_text("待核准").first.wait_for()
    waiting.refresh_from_db()
    assert waiting.stage == "reviewed"


def test_a_leader_turns_work_away(
    governed: Town, open_page: Open, enter: Enter, accessible: Callable[[Any], None]
) -> None:
    page = open_page(**PHONE)
    enter(page, governed.user("leader"))
    page.goto("/support/matters/outside/new/")
    accessible(page)
    page.get_by_label("哪个部门布置的").select_option(label="区市场监督管理局")
    page.get_by_label("要网格做什么").fill("拍店铺门头照片")
    page.get_by_label("怎样布置的").select_option("message")
    page.get_by_role("button", name="登记并拒绝").click()
    page.get_by_text("现不予承接").wait_for()
    assert OutsideRequest.objects.latest("pk").what == "拍店铺门头照片"


def test_the_pictures(governed: Town, open_page: Open, enter: Enter, picture: Callable[[Any, str], None]) -> None:
    page = open_page(**OFFICE)
    enter(page, governed.user("district_clerk"))
    waiting = Application.objects.get(stage="submitted")
    for name, path in (
        ("matters-applications", "applications/?tab=all"),
        ("matters-application", f"applications/{waiting.pk}/"),
        ("matters-balance", "balance/?only=1"),
        ("matters-outside", "outside/"),
    ):
        page.goto(f"/support/matters/{path}")
        picture(page, name)
