"""The pages of the land in a real browser: a plan from its headings to the approval, the registers, the planner; the pictures of their manual."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from shapely import box

from gezhi.kernel.events import dispatch
from gezhi.ops.worker import Worker
from gezhi.territory.actions import import_unit_grids, load_ledgers, register_legacy_grid, set_boundary
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, LegacyGrid, PlanningRun
from gezhi.territory.tests.planning import leaving_a_gap, merging
from gezhi.territory.unit_grids import UnitRow
from gezhi.testing import HIGH, SYSTEM, WIDE, Town, corner_of, outline_of
from gezhi.web.tests.land import HOME, drafted, geojson, in_days, lots, walked
from tests.conftest import PHONE, ROOT, SCREENSHOTS

pytestmark = pytest.mark.browser
MANUAL = ROOT / "docs" / "manual" / "land.zh.md"
PICTURES = {"land-overview", "land-plan", "land-proof", "land-planner", "land-area"}
OFFICE = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
COLOURS, MOST_BYTES = 64, 120_000
Look = Callable[[Any, str], None]
Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]


@pytest.fixture
def land(live_server: Any, town: Town) -> Town:
    """The town behind a real server, with something going on everywhere on its land."""
    now = timezone.now()
    load_ledgers(actor=SYSTEM, at=now)
    plan = walked(town, drafted(town, merging(town.grid, town.next_grid)), ("clerk", "submit"))
    walked(
        town, drafted(town, merging(town.grid, town.next_grid), days=9), ("clerk", "submit"), ("street_clerk", "return")
    )
    drafted(town, leaving_a_gap("370103001002001"), by="other_clerk", scope=town.next_community)
    assert plan.stage == "proposed"
    whole = outline_of(town.grid).union(outline_of(town.next_grid))
    register_legacy_grid("urban_management", "CG01", "城管一片", actor=SYSTEM, at=now, geometry=whole, crs=Crs.WGS84)
    lng, lat = corner_of(town.grid)
    cells = [
        UnitRow(x + 1, f"{town.community}{x + 1:02d}", f"{x + 1}号", "road",
                box(lng + WIDE * x / 2, lat, lng + WIDE * (x + 1) / 2, lat + HIGH))
        for x in range(4)
    ]  # fmt: skip
    import_unit_grids(cells, crs=Crs.WGS84, source="示意", actor=SYSTEM, at=now)
    while dispatch(at=now, limit=1000):
        pass
    return town


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Look:
    """Keep a picture, and let axe look at the page."""

    def looked(page: Any, name: str) -> None:
        page.wait_for_timeout(200)
        screenshot(page, name)
        accessible(page)

    return looked


@pytest.fixture
def picture(accessible: Callable[[Any], None]) -> Look:
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


def fits(page: Any) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


def test_the_manual_shows_the_pictures_that_are_made() -> None:
    shown = re.findall(r"\(\.\./images/manual/([a-z-]+)\.png\)", MANUAL.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    for name in shown:
        assert (ROOT / "docs" / "images" / "manual" / f"{name}.png").stat().st_size < MOST_BYTES, name


def test_a_plan_from_its_headings_to_the_approval(
    land: Town, page: Any, open_page: Open, enter: Enter, look: Look
) -> None:
    enter(page, land.user("clerk"))
    page.goto("/operation/")
    page.keyboard.press("6")
    page.wait_for_url(f"**{HOME}")
    page.get_by_role("link", name="调整方案").click()
    look(page, "land-plans")
    page.get_by_role("link", name="起草方案").click()
    page.get_by_label("方案名称").fill("柳巷三网格合一")
    page.get_by_label("调整的理由").fill("三个网格都在一个小区里。")
    page.get_by_label("生效日期").fill(in_days(5).isoformat())
    look(page, "land-plan-new")
    page.get_by_role("button", name="起草", exact=True).click()
    page.get_by_text("还没有任何调整").wait_for()
    page.get_by_role("link", name="合并", exact=True).click()
    for name in ("第1网格", "第2网格", "第3网格"):
        page.get_by_label(name).check()
    look(page, "land-plan-merge")
    page.get_by_role("button", name="加入方案").click()
    page.get_by_text("证明成立").wait_for()
    look(page, "land-plan-draft")
    page.get_by_role("button", name="提报").click()
    page.get_by_text("已提报，等街道初审").wait_for()
    dispatch(at=timezone.now(), limit=1000)
    street, district = open_page(), open_page()
    enter(street, land.user("street_clerk"))
    street.goto("/operation/notices/")
    street.get_by_role("link", name="柳巷三网格合一").first.click()
    street.get_by_role("button", name="初审通过").click()
    street.get_by_text("初审通过。").first.wait_for()
    enter(district, land.user("district_clerk"))
    district.goto(page.url)
    look(district, "land-plan-district")
    district.get_by_label("意见（可以不填）").fill("同意。")
    district.get_by_role("button", name="核准", exact=True).click()
    district.get_by_text("已核准。").wait_for()
    page.reload()
    page.get_by_text("待生效").first.wait_for()
    page.get_by_role("link", name="提撤回方案").wait_for()


REGISTERS = (
    "", "areas/", "areas/370103001001/", "areas/370103001001001/", "areas/370103001001/proof/?deep=1", "sizes/",
    "resources/?category=party", "legacy/?department=urban_management", "units/?lng=116.961&lat=36.6435&crs=wgs84",
    "units/37010300100101/", "imports/", "imports/units/", "planner/", "planner/new/", "plans/?stage=all", "resources/new/",
)  # fmt: skip


@pytest.mark.parametrize("screen", ["desk-light", "phone-dark"])
def test_every_page_of_the_registers_is_readable(
    land: Town, open_page: Open, enter: Enter, look: Look, screen: str
) -> None:
    size, _dash, scheme = screen.partition("-")
    options = OFFICE if size == "desk" else PHONE
    page = open_page(**{**options, "color_scheme": scheme})
    enter(page, land.user("district_clerk"))
    wrong = []
    for number, path in enumerate([*REGISTERS, f"legacy/{LegacyGrid.objects.get().pk}/"]):
        page.goto(HOME + path)
        try:
            look(page, f"land-registers-{number}-{screen}")
            if size == "phone":
                fits(page)
        except AssertionError as error:
            wrong.append(f"{path}: {error}")
    assert not wrong, "\n".join(wrong)


def test_the_planner_on_a_page(land: Town, page: Any, enter: Enter, look: Look, picture: Look) -> None:
    content = geojson(*lots(land.community, households=44)).read()
    file = {"name": "lots.geojson", "mimeType": "application/geo+json", "buffer": content}
    enter(page, land.user("clerk"))
    page.goto(f"{HOME}planner/new/")
    page.get_by_label("名称").fill("柳巷试划")
    page.get_by_label("单元文件").set_input_files(file)
    page.get_by_label("快算").check()
    page.get_by_role("button", name="排队开始").click()
    page.get_by_text("可以离开这一页去做别的").wait_for()
    look(page, "land-planner-waiting")
    Worker().drain()
    # The page asks now and then, and then shows what was found by itself.
    page.get_by_text("居民区网格规模合规").wait_for(timeout=15_000)
    look(page, "land-planner-done")
    page.set_viewport_size(OFFICE["viewport"])
    picture(page, "land-planner")
    page.get_by_label("方案名称").fill("柳巷重划")
    page.get_by_label("调整的理由").fill("按新的户数重划。")
    page.get_by_label("生效日期").fill(in_days(9).isoformat())
    page.get_by_role("button", name="转成方案").click()
    page.get_by_text("已转成方案，还没有提报").wait_for()
    page.get_by_text("证明成立").wait_for()
    assert PlanningRun.objects.get().plan_id is not None


def test_a_small_gap_is_mended_on_the_page(land: Town, page: Any, enter: Enter, look: Look, picture: Look) -> None:
    lng, lat = corner_of(land.grid)
    narrow = outline_of(land.grid).intersection(box(lng, lat, lng + WIDE - 5e-7, lat + HIGH))
    set_boundary(
        Area.objects.get(code=land.grid), narrow, crs=Crs.WGS84, source="手误", actor=SYSTEM, at=timezone.now() - timedelta(minutes=1)
    )  # fmt: skip
    enter(page, land.user("district_clerk"))
    page.goto(f"{HOME}areas/{land.community}/proof/")
    page.get_by_label("容差（米）").select_option("0.1")
    page.get_by_role("button", name="看会怎样修补").click()
    page.get_by_text("修补以后什么问题都没有").wait_for()
    page.set_viewport_size(OFFICE["viewport"])
    picture(page, "land-proof")
    look(page, "land-proof-mending")
    page.get_by_role("button", name="就这样修补").click()
    page.get_by_text("个区域的边界").wait_for()
    page.get_by_text("证明成立").wait_for()


def test_the_other_pictures_of_the_manual(land: Town, open_page: Open, enter: Enter, picture: Look) -> None:
    page = open_page(**OFFICE)
    enter(page, land.user("street_clerk"))
    page.goto(HOME)
    picture(page, "land-overview")
    page.goto(f"{HOME}plans/")
    page.get_by_role("link", name="网格优化").last.click()
    picture(page, "land-plan")
    page.goto(f"{HOME}areas/{land.community}/")
    picture(page, "land-area")
