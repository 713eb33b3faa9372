"""The field work's pages in a real browser: a campaign by keyboard, its progress and the counts at a desk and on a phone, light and dark; the room
of the service support; and the pictures of the manual."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from PIL import Image

from gezhi.fieldwork.actions import Finding, send_suggestion
from gezhi.fieldwork.models import Campaign, Suggestion
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, SYSTEM, Town
from tests.conftest import PHONE, ROOT, SCREENSHOTS

pytestmark = pytest.mark.browser
HOME = "/operation/fieldwork/"
OFFICE = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
MANUAL = ROOT / "docs" / "manual" / "fieldwork.zh.md"
PICTURES = {"fieldwork-campaign", "fieldwork-visits"}
MOST_BYTES = 120_000
Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]
Look = Callable[[Any, str], None]


@pytest.fixture
def busy(live_server: Any, town: Town) -> Town:
    """Some weeks of rounds in the first community."""
    now, rounds = timezone.now(), Rounds(town)
    door, beside = rounds.door(at=now), rounds.door("neighbour", area_code=town.next_grid, at=now)
    for number in range(9):
        at = now - timedelta(days=20 * number)
        rounds.visit(door, at=at, trigger=f"visit_{1 + number % 6}")
        rounds.visit(beside, "neighbour", at=at, finding=Finding("楼道灯不亮。") if number == 1 else None)
    spot = rounds.spot(at=now)
    rounds.look(spot, at=now)
    due = timezone.localdate(now) + timedelta(days=2)
    campaign = rounds.running("street_clerk", area_code=town.street, at=now, due_on=due, purpose="逐栋看通道和消火栓。")
    values = {"blocked": True, "bikes": 3, "how": "缺件", "more": "二楼拐角堆着纸箱"}
    rounds.answer(rounds.target(campaign), at=now, values=values, finding=Finding("二楼拐角堆着纸箱。"))
    rounds.answer(rounds.target(campaign, town.next_grid), "neighbour", at=now)
    seat(
        town.user("nobody"),
        town.desk(town.district),
        Role.SUPPORT_CLERK,
        actor=SYSTEM,
        at=FOUNDED,
        from_on=date(2020, 1, 1),
    )
    send_suggestion(
        actor=town.actor("worker", at=now),
        at=now,
        key=uuid4(),
        kind="suggestion",
        text="早会太长，能不能改成每周一次。",
    )
    return town


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Look:
    """Keep a picture, and let axe look at the page."""

    def looked(page: Any, name: str) -> None:
        page.wait_for_timeout(200)
        screenshot(page, name)
        accessible(page)

    return looked


def test_a_campaign_by_keyboard(busy: Town, page: Any, enter: Enter, look: Look) -> None:
    enter(page, busy.user("clerk"))
    page.goto("/operation/")
    page.keyboard.press("5")
    page.wait_for_url(f"**{HOME}")
    page.get_by_role("link", name="布置排查").click()
    page.get_by_label("名称").fill("井盖排查")
    page.get_by_label("截止日期").fill((timezone.localdate() + timedelta(days=6)).isoformat())
    look(page, "fieldwork-new")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/questions/")
    page.get_by_label("问什么").first.fill("井盖有没有松动")
    look(page, "fieldwork-questions")
    page.get_by_label("问什么").first.focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/targets/")
    look(page, "fieldwork-targets")
    page.get_by_role("button", name="选定").click()
    page.wait_for_selector(".step-buttons")
    page.keyboard.press("a")
    page.wait_for_selector('.step-buttons [data-key="f"]')
    campaign = Campaign.objects.latest("pk")
    assert (campaign.title, campaign.stage, campaign.targets.count()) == ("井盖排查", "running", 3)
    page.keyboard.press("p")
    page.wait_for_url("**/postpone/")
    look(page, "fieldwork-postpone")


@pytest.mark.parametrize(("size", "options"), [("desk", OFFICE), ("phone", {**PHONE, "color_scheme": "dark"})])
def test_every_page_at_both_sizes(  # noqa: PLR0917 - what pytest hands in
    busy: Town, open_page: Open, enter: Enter, look: Look, size: str, options: dict[str, Any]
) -> None:
    page = open_page(**options)
    enter(page, busy.user("street_clerk"))
    campaign = Campaign.objects.get()
    pages = (
        "",
        f"{campaign.pk}/",
        f"{campaign.pk}/?area={busy.community}",
        "visits/",
        "looks/",
        "spots/",
        "spots/new/",
        "new/",
    )
    for path in pages:
        page.goto(f"{HOME}{path}")
        look(page, f"fieldwork-{size}-{re.sub(r'[^a-z0-9]+', '-', path) or 'list'}")
        if size == "phone":
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"], path
    support = open_page(**options)
    enter(support, busy.user("nobody"))
    for path in (
        "",
        "fieldwork/suggestions/",
        f"fieldwork/suggestions/{Suggestion.objects.get().pk}/",
        "fieldwork/checklists/",
        "fieldwork/checklists/visit_1/",
    ):
        support.goto(f"/support/{path}")
        look(support, f"support-fieldwork-{size}-{re.sub(r'[^a-z0-9]+', '-', path) or 'home'}")
        if size == "phone":
            assert support.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"], path


def test_the_pictures_of_the_manual(busy: Town, open_page: Open, enter: Enter) -> None:
    page = open_page(**OFFICE)
    enter(page, busy.user("street_clerk"))
    for name, path in (("fieldwork-campaign", f"{Campaign.objects.get().pk}/"), ("fieldwork-visits", "visits/")):
        page.goto(f"{HOME}{path}")
        page.wait_for_timeout(300)
        file = SCREENSHOTS / "manual" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file)
        with Image.open(file) as shot:
            small = shot.convert("RGB").quantize(64, dither=Image.Dither.NONE)
        small.save(file, optimize=True)
        assert file.stat().st_size < MOST_BYTES


def test_the_manual_shows_the_pictures_that_are_made() -> None:
    shown = re.findall(r"\(\.\./images/manual/([a-z-]+)\.png\)", MANUAL.read_text(encoding="utf-8"))
    assert set(shown) == PICTURES
    for name in shown:
        assert (MANUAL.parent.parent / "images" / "manual" / f"{name}.png").stat().st_size < MOST_BYTES
