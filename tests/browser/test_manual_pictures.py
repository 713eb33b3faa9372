"""The pictures of the clerks' manual, from the pages as they are: kept in var/screenshots/manual, shown from docs/images/manual."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from gezhi.calls.tests.story import OTHER, CallStory
from gezhi.cases.models import Case, Supervision
from gezhi.disputes.tests.mediation import registered
from gezhi.kernel.events import dispatch
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import url_of
from tests.conftest import PHONE, ROOT, SCREENSHOTS

pytestmark = pytest.mark.browser
OFFICE = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
MANUAL = ROOT / "docs" / "manual" / "clerk.zh.md"
PICTURES = {"case", "my-day", "bulk-report", "supervision", "calls", "rates"}
COLOURS = 64
MOST_BYTES = 120_000
Open = Callable[..., Any]
Enter = Callable[[Any, Any], None]


@pytest.fixture
def picture(accessible: Callable[[Any], None]) -> Callable[[Any, str], None]:
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
        assert small.width == OFFICE["viewport"]["width"]
        assert path.stat().st_size < MOST_BYTES, name

    return take


def test_the_manual_shows_the_pictures_that_are_made() -> None:
    shown = re.findall(r"\(\.\./images/manual/([a-z-]+)\.png\)", MANUAL.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    for name in shown:
        path = Path(MANUAL.parent.parent / "images" / "manual" / f"{name}.png")
        assert path.stat().st_size < MOST_BYTES, name


def everything_at_once(made: Circumstances) -> Case:
    """The worst that a page has to tell: called and struck off, split, merged into, quarrelled about, suspended, supervised."""
    town = made.town
    text = "翠竹苑 3 号楼供热主管漏水，楼道结冰，全楼十八户家里只有十二度，物业说要等统一改造。"
    story = CallStory(town, with_case=True, at=timezone.now() - timedelta(hours=3), text=text).struck_off()
    case = story.case
    for words in ("翠竹苑 3 号楼暖气不热，楼道还漏水", "三号楼门口结冰了，老人不敢出门"):
        made.move(made.report(text=words), "merge", "street_clerk", main_id=case.number)
    case.refresh_from_db()
    desks = {town.community: "逐户登记家里的温度，给独居老人送电暖器。", town.grid: "每天早上撒盐、清楼道的冰。"}
    parts = [{"desk_id": town.desk(code).id, "text": words} for code, words in desks.items()]
    case = made.move(case, "split", "street_clerk", parts=parts)
    registered(town, "street_clerk", at=timezone.now(), case_id=case.pk)
    case.refresh_from_db()
    review, since = (timezone.localdate() + timedelta(days=days) for days in (120, -1_000))
    words = "主管要等老旧小区改造一起换，改造明年三月开工。"
    case = made.move(case, "ask_suspension", "street_clerk", review_on=review, since_on=since, reason=words)
    case = made.move(case, "suspend", "district_clerk")
    return made.move(case, "supervise", "inspector", card="red", reason="居民两次反映，先把临时供热的办法定下来。")


@pytest.mark.parametrize(("size", "options"), [("desk", OFFICE), ("phone", {**PHONE, "color_scheme": "dark"})])
def test_a_case_with_everything_at_once(  # noqa: PLR0917 - fixtures
    made: Circumstances,
    open_page: Open,
    enter: Enter,
    picture: Callable[[Any, str], None],
    screenshot: Callable[[Any, str], Path],
    accessible: Callable[[Any], None],
    size: str,
    options: dict[str, Any],
) -> None:
    case = everything_at_once(made)
    page = open_page(**options)
    enter(page, made.town.user("street_clerk"))
    page.goto(url_of(case))
    told = page.locator(".case").inner_text()
    for words in (
        "挂账中，时钟停走",
        "督办单",
        "分单 2 件",
        "并入 2 件",
        "街呼区应 已销号",
        "矛盾纠纷调解",
        "谁用了多少时间",
    ):
        assert words in told, words
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(page, f"screens-everything-{size}")
    accessible(page)
    if size == "desk":
        picture(page, "case")


def test_my_day(made: Circumstances, open_page: Open, enter: Enter, picture: Callable[[Any, str], None]) -> None:
    for _number in range(3):
        made.report()
    made.accepted("parking")
    made.signed()
    made.asked()
    made.asked_suspension()
    made.split()
    made.supervised()
    for _number in range(4):
        made.finished()
    made.verified()
    page = open_page(**OFFICE)
    enter(page, made.town.user("clerk"))
    page.goto("/operation/day/")
    picture(page, "my-day")


def test_a_bulk_report(made: Circumstances, open_page: Open, enter: Enter, picture: Callable[[Any, str], None]) -> None:
    places = ("东门", "西门", "南门", "北门", "车棚前", "学校门口")
    cases = [made.accepted("parking", text=f"{place}一直有车乱停，堵住了通道。") for place in places]
    page = open_page(**OFFICE)
    enter(page, made.town.user("clerk"))
    page.goto("/operation/bulk/sign/?" + "&".join(f"case={case.pk}" for case in cases))
    made.move(cases[2], "sign", "clerk")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".bulk-report")
    picture(page, "bulk-report")


def test_a_supervision_sheet(
    made: Circumstances, open_page: Open, enter: Enter, picture: Callable[[Any, str], None]
) -> None:
    case = made.move(
        made.held(), "supervise", "inspector", card="red", reason="居民第三次反映，路口有学校，请今天到现场。"
    )
    made.move(case, "reply", "worker", reply="已到现场，配件今天下午到，晚上八点前换好。")
    page = open_page(**OFFICE)
    enter(page, made.town.user("inspector"))
    page.goto(f"/operation/supervisions/{Supervision.objects.get().pk}/")
    picture(page, "supervision")


def test_the_calls(
    live_server: Any, town: Town, open_page: Open, enter: Enter, picture: Callable[[Any, str], None]
) -> None:
    now = timezone.now()
    CallStory(town, at=now - timedelta(hours=4)).summed()
    story = CallStory(town, at=now - timedelta(minutes=90), with_case=True).dispatched()
    story.take("sign", "other_handler", OTHER)
    story.take("sign", "handler")
    story.take("arrive", "handler")
    while dispatch(at=now):
        pass
    page = open_page(**OFFICE)
    enter(page, town.user("street_clerk"))
    page.goto(f"/operation/calls/{story.pk}/")
    for words in page.locator(".call-part .words").all():
        assert words.bounding_box()["width"] > 200, "a card of a department is squeezed"
    picture(page, "calls")


def test_the_rates(measured: Town, open_page: Open, enter: Enter, picture: Callable[[Any, str], None]) -> None:
    page = open_page(**OFFICE)
    enter(page, measured.user("district_clerk"))
    page.goto("/operation/rates/")
    picture(page, "rates")
