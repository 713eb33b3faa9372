"""The room 选育管用 in a real browser: its pages at a desk and on a phone, an exam that brings a post to life, and the manual's pictures."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from gezhi.accounts.actions import enter_user
from gezhi.accounts.models import User
from gezhi.kernel.calendar import local_day
from gezhi.people.actions import seat
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.testing import SYSTEM, Town
from gezhi.workforce.actions import (
    Measure,
    Turn,
    Vacancy,
    add_material,
    add_question,
    ask_promotion,
    ask_swap,
    begin_tenure,
    certify,
    enter_device,
    enter_honour,
    evaluate,
    hand_out,
    load_workforce,
    move,
    offer_course,
    plan_round,
    plan_shifts,
    require_course,
)
from gezhi.workforce.models import Course, Item, Pass, Skill
from gezhi.workforce.tests.life import Selection
from tests.browser.test_manual_pictures import MOST_BYTES, OFFICE, picture
from tests.conftest import DESK, PHONE, ROOT

__all__ = ["picture"]
pytestmark = pytest.mark.browser
MANUAL = ROOT / "docs" / "manual" / "workforce.zh.md"
PICTURES = {"workforce-selection", "workforce-skills", "workforce-roster", "workforce-mine"}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PAGES = (
    "me", "rounds", "courses", "gate", "skills", "stocks", "move", "devices", "roster", "turns-new", "leaves", "honours",
    "promotions", "tenures", "advisers", "people", "course-new", "device-new",
)  # fmt: skip
Open = Callable[..., Any]
Enter = Callable[[Any, Any], None]


def at(name: str, *args: Any) -> str:
    return reverse(f"support:workforce:{name}", args=args)


@pytest.fixture
def room(live_server: Any, town: Town) -> Town:
    """The town with something in every register."""
    now = timezone.now()
    today = local_day(now)
    load_workforce(actor=SYSTEM, at=now)
    for key, name, place in (("support", "石保障", town.district), ("newcomer", "田新来", town.grid)):
        enter_user(actor=SYSTEM, at=now, username=key, name=name)
        role = Role.SUPPORT_CLERK if key == "support" else Role.ADVISER
        seat(User.objects.get(username=key), town.desk(place), role, actor=SYSTEM, at=now, from_on=today)
    teach(town)
    seat(
        User.objects.get(username="newcomer"),
        town.desk(town.grid),
        Role.GRID_WORKER,
        actor=SYSTEM,
        at=now,
        from_on=today,
    )
    worker, desk = town.user("worker"), town.desk(town.community)
    clerk = town.actor("street_clerk", at=now)
    for number, skill in enumerate(Skill.objects.order_by("pk")):
        certify(town.user("leader"), skill, 1 + number % 3, actor=clerk, at=now, until_on=today + 40 * DAY)
    move(Item.objects.get(code="kit"), desk, "taken_in", 20, actor=SYSTEM, at=now)
    move(Item.objects.get(code="kit"), desk, "issued", 1, actor=SYSTEM, at=now, user=worker)
    phone = enter_device(actor=SYSTEM, at=now, desk=desk, imei="490154203237518", model="5G 直板手机", number="SJ-001")
    hand_out(phone, worker, actor=SYSTEM, at=now)
    grid = town.desk(town.grid)
    morning = timezone.localtime(now).replace(hour=8, minute=0, second=0, microsecond=0)
    monday = morning - timedelta(days=morning.weekday())
    people = [town.user(key).pk for key in ("worker", "worker2", "part_timer", "leader")]
    turns = [Turn(people[n % 4], monday + n * DAY, monday + n * DAY + 12 * HOUR) for n in range(14)]
    made = plan_shifts(grid, turns, actor=SYSTEM, at=now)
    theirs = next(one for one in made if one.user_id == people[1] and one.starts_at > now)
    ask_swap(theirs, worker, actor=town.actor("worker2", at=now), at=now, reason="那天要去开家长会")
    enter_honour(
        actor=clerk, at=now, title="区优秀网格员", level="district", granted_by="区委、区政府", granted_on=today - 90 * DAY,
        user=worker, result="全年调解邻里矛盾 38 起",
    )  # fmt: skip
    begin_tenure(town.user("leader"), grid, actor=clerk, at=now, from_on=today - 700 * DAY)
    ask_promotion(
        actor=town.actor("worker2", at=now),
        at=now,
        from_rung="grid_worker",
        to_rung="community_staff",
        statement="六年了。",
    )
    post = Post.objects.get(user=town.user("adviser"))
    evaluate(post.user, post.desk, actor=town.actor("leader", at=now), at=now, year=today.year, support=5, contact=4)
    return town


def teach(town: Town) -> Course:
    now = timezone.now()
    area = town.desk(town.district).area
    course = offer_course(
        actor=SYSTEM,
        at=now,
        code="start",
        name="网格员岗前培训",
        kind="academy",
        area=area,
        summary="职责、流程、纪律。",
    )
    add_material(course, actor=SYSTEM, at=now, title="网格员守则", text="看见就报，报了就办，办了就回。")
    options = ["立即上报并看护现场", "等下次巡查再说"]
    add_question(course, actor=SYSTEM, at=now, kind="single", text="井盖破损，先做什么？", options=options, correct=[0])
    add_question(course, actor=SYSTEM, at=now, kind="yes_no", text="入户走访可以登记身份证号码。", correct=[1])
    require_course(Role.GRID_WORKER, course, actor=SYSTEM, at=now, valid_from=local_day(now))
    return course


@pytest.mark.parametrize(
    ("size", "options"),
    [("desk", {**DESK, "color_scheme": "light"}), ("phone", {**PHONE, "color_scheme": "dark"})],
    ids=["desk", "phone"],
)
def test_every_page_fits_and_is_accessible(  # noqa: PLR0917 - fixtures
    room: Town,
    open_page: Open,
    enter: Enter,
    screenshot: Callable[[Any, str], Path],
    accessible: Callable[[Any], None],
    size: str,
    options: dict[str, Any],
) -> None:
    page = open_page(**options)
    enter(page, User.objects.get(username="support"))
    records = [at("person", room.user("worker").pk), at("course", Course.objects.get().pk)]
    for number, path in enumerate([*(at(name) for name in PAGES), *records]):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        screenshot(page, f"workforce-{size}-{number:02d}")
        accessible(page)


def test_an_exam_on_the_phone_brings_a_post_to_life(
    room: Town, open_page: Open, enter: Enter, screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]
) -> None:
    page = open_page(**PHONE)
    newcomer = User.objects.get(username="newcomer")
    enter(page, newcomer)
    page.goto(at("me"))
    screenshot(page, "workforce-newcomer")
    accessible(page)
    page.get_by_role("link", name="去考试：网格员岗前培训").click()
    page.get_by_label("立即上报并看护现场").check()
    page.get_by_label("错", exact=True).check()
    accessible(page)
    screenshot(page, "workforce-exam")
    page.get_by_role("button", name="交卷").click()
    page.wait_for_selector(".notice-success")
    assert "100 分，通过了" in page.locator(".notice-success").inner_text()
    assert Pass.objects.get().user == newcomer


def test_the_pictures_of_the_manual(
    room: Town, open_page: Open, enter: Enter, picture: Callable[[Any, str], None]
) -> None:
    now = timezone.now()
    page = open_page(**OFFICE)
    enter(page, User.objects.get(username="support"))
    selection(room)
    page.goto(at("rounds"))
    page.get_by_role("link", name="西关街道兼职网格员选聘").click()
    page.wait_for_selector(".record-section")
    picture(page, "workforce-selection")
    page.goto(at("skills"))
    picture(page, "workforce-skills")
    page.goto(at("roster") + f"?desk={room.desk(room.grid).pk}&from={local_day(now)}")
    picture(page, "workforce-roster")
    other = open_page(**OFFICE)
    enter(other, room.user("worker"))
    other.goto(at("me"))
    picture(other, "workforce-mine")


def selection(town: Town) -> None:
    """A selection that is being assessed; played by the street today."""
    now = timezone.now()
    round_ = plan_round(
        actor=town.actor("street_clerk", at=now),
        at=now,
        name="西关街道兼职网格员选聘",
        area=town.desk(town.street).area,
        channel="selected",
        apply_until=local_day(now) + 10 * DAY,
        openings=[Vacancy(town.desk(town.grid), "part_time_worker", 2)],
        criteria=[Measure("常住本社区"), Measure("群众基础", 60), Measure("服务意愿", 40)],
    )
    Selection(town, round_.pk, now).assessed((1, 90, 80), (1, 70, 90), (1, 60, 60))


def test_the_manual_shows_the_pictures_that_are_made() -> None:
    shown = re.findall(r"\(\.\./images/manual/([a-z-]+)\.png\)", MANUAL.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    for name in shown:
        assert (MANUAL.parent.parent / "images" / "manual" / f"{name}.png").stat().st_size < MOST_BYTES, name
