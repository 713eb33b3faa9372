"""The support workspace in a real browser: every page at the desk and on a phone, by keyboard, and on paper; the pictures of its manual."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from gezhi.ops.demo.teams import settle_teams
from gezhi.people.actions import Decision, hold_meeting, issue_plate, publish, recommend, seat
from gezhi.people.models import Desk, MeetingTask, Post, Recommendation, Source
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, SYSTEM, Town
from tests.conftest import PHONE, ROOT, SCREENSHOTS

pytestmark = pytest.mark.browser
OFFICE = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
MANUAL = ROOT / "docs" / "manual" / "people.zh.md"
PICTURES = {"people-home", "people-gaps", "people-forces", "people-plate", "people-team"}
COLOURS, MOST_BYTES = 64, 120_000
Open = Callable[..., Any]
Enter = Callable[[Any, Any], None]
Picture = Callable[[Any, str], None]
PAGES = (
    "",
    "people/structure/",
    "people/firsts/",
    "people/boards/370103001/",
    "people/pilots/",
    "people/policies/",
    "people/policies/rules/?without=1",
    "people/meetings/",
    "people/meetings/new/",
    "people/gaps/",
    "people/staff/",
    "people/staff/new/",
    "people/staff/import/",
    "people/recommendations/",
    "people/recommendations/new/",
    "people/forces/?area=370103001",
    "people/forces/new/",
    "people/publications/?area=370103001",
    "people/publications/grids/370103001001001/",
    "people/standards/",
    "people/budget/",
    "people/budget/new/",
    "people/mine/",
)

# So that no single test takes minutes.
PARTS = 4


@pytest.fixture
def furnished(live_server: Any, town: Town) -> Town:
    """The town with teams, forces, papers and money, and something that waits in every register."""
    now, on = timezone.now(), FOUNDED.date()
    for key, place in (("nobody", town.district), ("assessor", town.street)):
        seat(town.user(key), town.desk(place), Role.SUPPORT_CLERK, actor=SYSTEM, at=FOUNDED, from_on=date(2020, 1, 1))
    desks = list(Desk.objects.select_related("area", "department").order_by("area__code", "id"))
    settle_teams(desks, seed=1, actor=SYSTEM, at=FOUNDED, on=on)
    publish(town.user("worker"), "代办、巡查、调解", actor=SYSTEM, at=now)
    publish(town.user("leader"), "走访、调解", actor=SYSTEM, at=now)
    held = timezone.localdate() - timedelta(days=20)
    decisions = [
        Decision("十日内补齐空缺的网格长", town.desk(town.street), held + timedelta(days=10)),
        Decision("公示网格员姓名、联系方式和服务项目", town.desk(town.other_street), held + timedelta(days=40)),
    ]
    hold_meeting("党建引领基层治理专题会议", held, decisions, actor=SYSTEM, at=now, minutes="通报队伍配备情况。")
    recommend(
        town.desk(town.grid),
        Source.objects.get(code="unit_liaison"),
        unit_name="泉景商务大厦",
        name="何联络",
        work_phone="0531-8800123",
        actor=town.actor("clerk", at=now),
        at=now,
    )
    post = Post.objects.select_related("user", "desk__area").get(user=town.user("worker"))
    issue_plate(post, actor=SYSTEM, at=now)
    return town


@pytest.fixture
def picture(accessible: Callable[[Any], None]) -> Picture:
    """What stands on the screen, in few colours so that the manual loads quickly."""

    def take(page: Any, name: str) -> None:
        page.wait_for_timeout(300)
        accessible(page)
        path = SCREENSHOTS / "manual" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path)
        with Image.open(path) as shot:
            small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        assert path.stat().st_size < MOST_BYTES, name

    return take


def test_the_manual_shows_the_pictures_that_are_made() -> None:
    shown = re.findall(r"\(\.\./images/manual/([a-z-]+)\.png\)", MANUAL.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    for name in shown:
        assert (ROOT / "docs" / "images" / "manual" / f"{name}.png").stat().st_size < MOST_BYTES, name


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("size", "options"), [("desk", OFFICE), ("phone", {**PHONE, "color_scheme": "dark"})])
def test_every_page_fits_and_can_be_read(  # noqa: PLR0917 - fixtures
    furnished: Town,
    open_page: Open,
    enter: Enter,
    screenshot: Callable[[Any, str], Path],
    accessible: Callable[[Any], None],
    size: str,
    options: dict[str, Any],
    part: int,
) -> None:
    page = open_page(**options)
    enter(page, furnished.user("nobody"))
    more = [
        f"people/staff/{furnished.user('worker').posts.get().pk}/",
        f"people/recommendations/{Recommendation.objects.get().pk}/",
        f"people/tasks/{MeetingTask.objects.order_by('pk')[0].pk}/",
    ]
    for path in [*PAGES, *more][part::PARTS]:
        page.goto(f"/support/{path}")
        page.wait_for_timeout(80)
        screenshot(page, f"support-{size}-{re.sub('[^a-z0-9]+', '-', path) or 'home'}")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"


def test_by_keyboard_alone(furnished: Town, open_page: Open, enter: Enter) -> None:
    """From the landing page to a room by its digit, along the rows, into a form and out of it again, and the table of keys."""
    page = open_page(**OFFICE)
    enter(page, furnished.user("nobody"))
    page.goto("/support/")
    page.keyboard.press("2")
    page.wait_for_url("**/people/gaps/")
    page.keyboard.press("1")
    page.wait_for_url("**/people/structure/")
    page.goto("/support/people/staff/")
    page.keyboard.press("/")
    page.keyboard.type("王专职")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    page.keyboard.press("j")
    page.wait_for_selector("a.go:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:has-text('王专职')")
    page.keyboard.press("Escape")
    page.wait_for_url("**/people/staff/")
    page.keyboard.press("n")
    page.wait_for_url("**/staff/new/")
    page.locator("#f-name").fill("何新人")
    page.locator("#f-work_phone").fill("0531-8000001")
    page.locator("#f-desk_id").select_option(label=furnished.desk(furnished.next_grid).name)
    page.locator("#f-role").select_option("part_time_worker")
    page.locator("#f-source").select_option(label="志愿者")
    page.locator("#f-channel").select_option("selected")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".notice-success")
    assert "何新人任" in page.locator(".notice-success").inner_text()
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    page.wait_for_url("**/support/")


def test_a_missing_reason_is_asked_for_beside_its_field(furnished: Town, open_page: Open, enter: Enter) -> None:
    page = open_page(**OFFICE)
    enter(page, furnished.user("nobody"))
    page.goto("/support/people/staff/new/")
    page.locator("#f-name").fill("何例外")
    page.locator("#f-work_phone").fill("0531-8000002")
    page.locator("#f-desk_id").select_option(label=furnished.desk(furnished.next_grid).name)
    page.locator("#f-role").select_option("part_time_worker")
    page.locator("#f-source").select_option(label="社区专职工作者")
    page.locator("#f-channel").select_option("selected")
    page.get_by_role("button", name=re.compile("^安排")).click()
    page.wait_for_selector(".field-reason .problem")
    assert page.locator("#f-name").input_value() == "何例外"
    page.locator("#f-reason").fill("暂时没有别的人选")
    page.get_by_role("button", name=re.compile("^安排")).click()
    page.wait_for_selector(".notice-success")


def test_a_resident_finds_the_team_and_checks_a_plate(
    furnished: Town,
    open_page: Open,
    enter: Enter,
    accessible: Callable[[Any], None],
    screenshot: Callable[[Any, str], Path],
) -> None:
    """By taps on a phone; then what the QR on the plate leads to."""
    office = open_page(**OFFICE)
    enter(office, furnished.user("nobody"))
    office.goto(f"/support/people/staff/{furnished.user('worker').posts.get().pk}/")
    office.get_by_role("link", name=re.compile("^0000")).first.click()
    office.wait_for_selector(".plate")
    screenshot(office, "support-plate")
    phone = open_page(**PHONE)
    phone.goto("/grids/")
    for _tap in range(3):
        phone.locator(".place-list a").first.click()
    phone.wait_for_selector(".people")
    assert "王专职" in phone.locator("main").inner_text()
    accessible(phone)
    screenshot(phone, "portal-team")
    phone.goto("/plates/check/?p=GZP1.00000000.AAAA.AAAA")
    phone.wait_for_selector(".notice.danger")
    accessible(phone)


def test_pictures_of_the_manual(furnished: Town, open_page: Open, enter: Enter, picture: Picture) -> None:
    page = open_page(**OFFICE)
    enter(page, furnished.user("nobody"))
    for path, name in (
        ("/support/", "people-home"),
        ("/support/people/gaps/", "people-gaps"),
        ("/support/people/forces/?area=370103001", "people-forces"),
    ):
        page.goto(path)
        picture(page, name)
    page.goto(f"/support/people/staff/{furnished.user('worker').posts.get().pk}/")
    page.get_by_role("link", name=re.compile("^0000")).first.click()
    page.wait_for_selector(".plate")
    picture(page, "people-plate")
    page.goto(f"/grids/{furnished.grid}/team/")
    picture(page, "people-team")
