"""The room 党建 in a real browser, on a desk and on a phone; and the pictures of its manual, from the pages as they are."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from gezhi.party.actions import (
    decide_points,
    define_point_rule,
    enter_cultivation,
    mark_vacancies,
    plan_activity,
    propose_points,
    take_activity_step,
    take_claim_step,
)
from gezhi.party.tests.story import TODAY, Story
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, Town
from tests.conftest import PHONE, ROOT, SCREENSHOTS

pytestmark = pytest.mark.browser
OFFICE = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
MANUAL = ROOT / "docs" / "manual" / "party.zh.md"
PICTURES = {"party-tree", "party-coverage", "party-members", "party-record", "party-ledger", "party-reading"}
COLOURS, MOST_BYTES = 64, 120_000
NAMES = ("鲁一民", "花二宁", "岳三平", "龙四海", "万五福")


class Hall:
    """A party with something in it: members, an activity held and one ahead, points in use, somebody in cultivation."""

    def __init__(self, town: Town) -> None:
        self.story = story = Story(town)
        self.now = timezone.now()
        story.appointed(story.branch)
        story.appointed(story.committee, "clerk")
        mark_vacancies(actor=SYSTEM, at=NOON)
        self.members = [
            story.member(f"DY-{number:03d}", name, grid=town.grid if number < 4 else "")
            for number, name in enumerate(NAMES, start=1)
        ]
        held = plan_activity(
            story.branch, kind="theme_day", title="清扫楼道", on=TODAY, place="一号院", actor=SYSTEM, at=NOON
        )
        present = [member.pk for member in self.members[:3]]
        take_activity_step(
            "record", held, on=TODAY, minutes="分三组清扫了六个楼道。", present=present, actor=SYSTEM, at=NOON
        )
        self.ahead = plan_activity(
            story.branch, kind="lecture", title="党课：网格里的党员做什么", on=timezone.localdate(), place="党群服务中心",
            actor=SYSTEM, at=self.now,
        )  # fmt: skip
        self.use_points()
        keeper = story.actor("keeper", at=self.now)
        self.row = enter_cultivation(
            story.branch, name="花二宁", on=TODAY, text="兼职网格员，楼道清扫一直带头。", actor=keeper, at=self.now
        )

    def use_points(self) -> None:
        story, area = self.story, Area.objects.get(code=self.story.town.street)
        first = date(2026, 1, 1)
        decide_points(area, basis="街道党工委会议〔2026〕3号", from_on=first, actor=SYSTEM, at=NOON)
        rule = define_point_rule(
            area, code="A1", title="参加志愿服务", points=5, evidence="活动记录", from_on=first, actor=SYSTEM, at=NOON
        )
        for number in range(2):
            claim = propose_points(
                self.members[0],
                rule=rule,
                on=TODAY,
                evidence="清扫楼道的活动记录",
                actor=story.actor("leader"),
                at=NOON,
            )
            if not number:
                take_claim_step("approve", claim, actor=story.actor("keeper"), at=NOON)


@pytest.fixture
def hall(live_server: Any, town: Town) -> Hall:
    return Hall(town)


def pages_of(hall: Hall) -> dict[str, str]:
    branch, member = hall.story.branch.pk, hall.members[0].pk
    return {
        "home": "/support/",
        "tree": "/support/party/orgs/",
        "org": f"/support/party/orgs/{branch}/",
        "appoint": f"/support/party/orgs/{branch}/appoint/",
        "coverage": "/support/party/coverage/",
        "vacancies": "/support/party/vacancies/",
        "members": f"/support/party/members/?branch={branch}",
        "member": f"/support/party/members/{member}/",
        "roll": "/support/party/members/roll/",
        "activities": "/support/party/activities/",
        "record": f"/support/party/activities/{hall.ahead.pk}/steps/record/",
        "notice": f"/support/party/activities/{hall.ahead.pk}/notice/",
        "points": "/support/party/points/",
        "ledger": f"/support/party/points/members/{member}/",
        "cultivation": "/support/party/cultivation/",
        "reserve": "/support/party/reserve/new/",
        "rules": "/support/party/rules/",
    }


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Callable[[Any, str], None]:
    def looked(page: Any, name: str) -> None:
        screenshot(page, name)
        accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], f"{name} is wider than the screen"

    return looked


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_page_is_readable_and_fits(
    hall: Hall, open_page: Callable[..., Any], enter: Callable[..., None], look: Callable[..., None], size: str
) -> None:
    page = open_page(**(OFFICE if size == "desk" else {**PHONE, "color_scheme": "dark"}))
    enter(page, hall.story.users["keeper"])
    for name, path in pages_of(hall).items():
        page.goto(path)
        look(page, f"party-{name}-{size}")


def test_a_record_and_a_reading_by_hand(hall: Hall, page: Any, enter: Callable[..., None]) -> None:
    enter(page, hall.story.users["keeper"])
    page.goto(f"/support/party/activities/{hall.ahead.pk}/")
    page.get_by_role("link", name="记录", exact=True).click()
    page.get_by_label("会议记录").fill("讲了三件身边的事。")
    page.get_by_label("鲁一民").first.check()
    page.get_by_label("花二宁").first.check()
    page.keyboard.press("Control+Enter")
    page.get_by_text("应到 5，到会 2，请假 0").first.wait_for()
    page.goto(f"/support/party/cultivation/{hall.row.pk}/")
    assert page.get_by_text("花二宁").count() == 0
    page.get_by_label("查看的理由").fill("支部委员会研究")
    page.get_by_role("button", name="查看").click()
    page.get_by_text("花二宁").first.wait_for()
    page.goto(f"/support/party/cultivation/{hall.row.pk}/")
    page.get_by_text("支部委员会研究").wait_for()
    assert page.get_by_text("花二宁").count() == 0


def test_the_manual_shows_the_pictures_that_are_made() -> None:
    shown = re.findall(r"\(\.\./images/manual/([a-z-]+)\.png\)", MANUAL.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    for name in shown:
        path = MANUAL.parent.parent / "images" / "manual" / f"{name}.png"
        assert path.stat().st_size < MOST_BYTES, name


def test_pictures(hall: Hall, open_page: Callable[..., Any], enter: Callable[..., None]) -> None:
    """What the manual shows, in few colours so that it loads quickly."""
    page, pages = open_page(**OFFICE), pages_of(hall)
    enter(page, hall.story.users["keeper"])
    for name in sorted(PICTURES - {"party-reading"}):
        page.goto(pages[name.removeprefix("party-")])
        picture(page, name)
    page.goto(f"/support/party/cultivation/{hall.row.pk}/")
    page.get_by_label("查看的理由").fill("支部委员会研究")
    page.get_by_role("button", name="查看").click()
    page.get_by_text("花二宁").first.wait_for()
    picture(page, "party-reading")


def picture(page: Any, name: str) -> None:
    page.wait_for_timeout(300)
    path = SCREENSHOTS / "manual" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    with Image.open(path) as shot:
        small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES, name
