"""The pictures of the drawing manual, from the pages as they are: kept in var/screenshots/manual, shown from docs/images/manual."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from gezhi.territory.models import Plan
from gezhi.testing import Town
from tests.browser.test_drawing import common, drag, middle, opened, outlines, pairs, place_of, plan, press
from tests.conftest import ROOT, SCREENSHOTS

pytestmark = pytest.mark.browser
OFFICE = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
MANUAL = ROOT / "docs" / "manual" / "drawing.zh.md"
PICTURES = {"draw", "themes", "area-sheet"}
COLOURS, MOST_BYTES = 64, 120_000
Picture = Callable[[Any, str], None]
__all__ = ["plan"]


@pytest.fixture
def picture(accessible: Callable[[Any], None]) -> Picture:
    """What stands on the screen, in few colours so that the manual loads quickly."""

    def take(page: Any, name: str) -> None:
        page.wait_for_timeout(400)
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
        path = Path(MANUAL.parent.parent / "images" / "manual" / f"{name}.png")
        assert path.stat().st_size < MOST_BYTES, name


def test_a_plan_on_its_way(plan: Plan, town: Town, open_page: Any, enter: Any, picture: Picture) -> None:
    page = open_page(**OFFICE)
    enter(page, town.user("clerk"))
    opened(page, plan)
    press(page, "j")
    south, north = common(page, town.grid, "1.1")
    drag(page, place_of(page, middle(south, north)), (34, 6))
    ring = sorted(pairs(outlines(page)["1.1"]), key=lambda point: point[1])
    below, above = ring[:3], ring[-3:]
    page.get_by_role("button", name="新划 1.1").click()
    press(page, "f", "s")
    page.mouse.click(*place_of(page, middle(below[1], below[2])))
    x, y = place_of(page, middle(middle(below[1], below[2]), middle(above[1], above[2])))
    page.mouse.click(x + 40, y)
    page.mouse.click(*place_of(page, middle(above[1], above[2])))
    page.wait_for_selector("#draw[data-checked=holds]")
    page.get_by_role("button", name="按面积估算约").click()
    page.wait_for_selector("#draw[data-checked=holds]")
    picture(page, "draw")


def test_numbers_and_paper(live_server: Any, town: Town, open_page: Any, enter: Any, picture: Picture) -> None:
    now = timezone.now()
    for number in range(23):
        grids = (town.grid, town.next_grid, f"{town.next_community}001", f"{town.next_community}002", town.grid)
        town.report(at=now, grid=grids[number % 5])
    page = open_page(**OFFICE)
    enter(page, town.user("street_clerk"))
    page.goto("/operation/map/themes/?theme=open&level=grid")
    page.wait_for_selector("path.theme-area")
    picture(page, "themes")
    page.goto(f"/operation/land/areas/{town.next_grid}/sheet/")
    page.set_viewport_size({"width": 1280, "height": 1180})
    picture(page, "area-sheet")
