"""The worker's app in trouble: the answer is lost, the photo breaks off, the storage is full, the border moved, the page was closed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from shapely import box

from gezhi.cases.models import Attachment, Case
from gezhi.fieldwork.models import SyncedCommand
from gezhi.territory.actions import NewBoundary, set_boundaries
from gezhi.territory.crs import Crs, convert
from gezhi.territory.models import Area
from gezhi.testing import SYSTEM, Town, outline_of
from gezhi.web.tests.resident import photo
from tests.browser.phones import HERE, Enter, Open, enrolled, go, wait_until_sent

pytestmark = pytest.mark.browser


def reported(page: Any, text: str, *, picture: str = "") -> None:
    go(page, "#/report")
    page.get_by_text("已定位").wait_for()
    page.get_by_label("什么情况").fill(text)
    if picture:
        page.locator('input[type="file"]').set_input_files(picture)
        page.wait_for_selector(".photos li img")
    page.locator("form").get_by_role("button", name="上报", exact=True).tap()
    page.wait_for_selector("#h-mine")


def test_the_connection_breaks_in_the_middle_of_everything(
    grid: Town, open_page: Open, enter: Enter, tmp_path: Any
) -> None:
    page = enrolled(open_page, enter, grid)
    broken = {"sync": 1, "photos": 1}

    def breaking(route: Any) -> None:
        """The server does it, and dies before it says so."""
        kind = "sync" if route.request.url.endswith("/sync") else "photos"
        wanted = (kind == "photos" and route.request.method == "PATCH") or (
            kind == "sync" and '"name"' in (route.request.post_data or "")
        )
        if wanted and broken[kind]:
            broken[kind] -= 1
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.context.route("**/api/v1/field/**", breaking)
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(photo("green").getvalue())
    reported(page, "河边围栏倒了", picture=str(picture))
    for _try in range(4):
        go(page, "#/queue")
        page.get_by_role("button", name="现在同步").tap()
        page.wait_for_timeout(700)
    wait_until_sent(page)
    assert broken == {"sync": 0, "photos": 0}, "both ways of breaking were tried"
    case = Case.objects.get(text="河边围栏倒了")
    assert Attachment.objects.filter(case=case).count() == 1
    assert SyncedCommand.objects.count() == 1


def test_closed_without_a_network_and_opened_again(grid: Town, open_page: Open, enter: Enter) -> None:
    page = enrolled(open_page, enter, grid)
    context = page.context
    context.set_offline(True)
    reported(page, "井盖松动")
    page.close()
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto("/field/")
    page.locator("#state", has_text="1 条待发").wait_for()
    page.get_by_text("单元门口的路灯不亮").wait_for()
    context.set_offline(False)
    wait_until_sent(page)
    assert Case.objects.filter(text="井盖松动").count() == 1


def test_a_full_storage_keeps_what_was_typed(grid: Town, open_page: Open, enter: Enter) -> None:
    page = enrolled(open_page, enter, grid)
    page.evaluate(
        """() => {
            const add = IDBObjectStore.prototype.add;
            window.full = true;
            IDBObjectStore.prototype.add = function (...given) {
                if (window.full) throw new DOMException("full", "QuotaExceededError");
                return add.apply(this, given);
            };
        }"""
    )
    go(page, "#/report")
    page.get_by_text("已定位").wait_for()
    page.get_by_label("什么情况").fill("楼道堆满杂物")
    page.locator("form").get_by_role("button", name="上报", exact=True).tap()
    page.get_by_text("手机存储满了，没有记下").wait_for()
    assert page.get_by_label("什么情况").input_value() == "楼道堆满杂物"
    page.evaluate("() => { window.full = false; }")
    page.locator("form").get_by_role("button", name="上报", exact=True).tap()
    page.wait_for_selector("#h-mine")
    wait_until_sent(page)
    assert Case.objects.filter(text="楼道堆满杂物").count() == 1


def test_the_border_moved_while_the_phone_was_away(
    grid: Town, open_page: Open, enter: Enter, screenshot: Callable[..., Any]
) -> None:
    """By the phone's old outline the point lies in the own grid; it is the neighbour's by now, and goes to the neighbour."""
    page = enrolled(open_page, enter, grid)
    page.context.set_offline(True)
    lng, lat = grid.point_in(east=0.9)
    page.context.set_geolocation({"longitude": lng, "latitude": lat, "accuracy": 9})
    reported(page, "围挡倒了")
    areas = {area.code: area for area in Area.objects.filter(code__in=[grid.grid, grid.next_grid])}
    west, east = outline_of(grid.grid), outline_of(grid.next_grid)
    middle = west.bounds[0] + (west.bounds[2] - west.bounds[0]) * 0.75
    moved = [
        NewBoundary(areas[grid.grid], box(west.bounds[0], west.bounds[1], middle, west.bounds[3])),
        NewBoundary(areas[grid.next_grid], box(middle, east.bounds[1], east.bounds[2], east.bounds[3])),
    ]
    done = set_boundaries(moved, crs=Crs.WGS84, source="moved", actor=SYSTEM, at=timezone.now(), is_sketch=True)
    assert not done.refused
    page.context.set_offline(False)
    go(page, "#/queue")
    page.get_by_role("button", name="现在同步").tap()
    wait_until_sent(page)
    assert Case.objects.get(text="围挡倒了").grid_code == grid.next_grid
    # The phone has the new outline: what was inside is outside now, and says so before it is sent.
    go(page, "#/report")
    page.get_by_text("不在您的网格里").wait_for()


def test_a_place_is_tapped_on_the_drawing(
    grid: Town, open_page: Open, enter: Enter, accessible: Callable[[Any], None], screenshot: Callable[..., Any]
) -> None:
    page = enrolled(open_page, enter, grid)
    page.context.set_offline(True)
    page.context.clear_permissions()
    go(page, "#/report")
    page.get_by_label("什么情况").fill("围墙外有积水")
    page.get_by_role("button", name="在图上点").tap()
    drawing = page.get_by_role("img", name="我的网格图，点一下选位置")
    drawing.wait_for()
    frame = drawing.bounding_box()
    drawing.click(position={"x": 2, "y": frame["height"] / 2})
    page.get_by_text("点在您的网格外面了").wait_for()
    drawing.click(position={"x": frame["width"] / 2, "y": frame["height"] / 2})
    page.get_by_text("图上选的位置").wait_for()
    page.locator('[data-list="near"] li', has_text="单元门口的路灯不亮").wait_for()
    accessible(page)
    screenshot(page, "field-map")
    page.locator("form").get_by_role("button", name="上报", exact=True).tap()
    page.wait_for_selector("#h-mine")
    page.context.set_offline(False)
    wait_until_sent(page)
    case = Case.objects.get(text="围墙外有积水")
    lng, lat = grid.point_in()
    assert case.grid_code == grid.grid
    assert (case.lng, case.lat) == (pytest.approx(lng, abs=2e-4), pytest.approx(lat, abs=2e-4))


def test_a_phone_that_speaks_gcj02_is_put_right(grid: Town, open_page: Open, enter: Enter) -> None:
    page = enrolled(open_page, enter, grid)
    lng, lat = grid.point_in()
    shifted = convert(lng, lat, Crs.WGS84, Crs.GCJ02)
    page.context.set_geolocation({"longitude": shifted[0], "latitude": shifted[1], "accuracy": 9})
    go(page, "#/me")
    page.get_by_label("这部手机的定位用火星坐标").check()
    page.context.set_offline(True)
    page.reload()
    reported(page, "井盖响")
    page.context.set_offline(False)
    go(page, "#/queue")
    page.get_by_role("button", name="现在同步").tap()
    wait_until_sent(page)
    case = Case.objects.get(text="井盖响")
    assert (case.lng, case.lat) == (pytest.approx(lng, abs=1e-5), pytest.approx(lat, abs=1e-5))


# Here the files come as they are; in use they are packed to a third. Lighthouse's slow 3G: 400 kbit/s and 400 ms a round.
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def test_the_first_page_stands_within_three_seconds_on_slow_3g(grid: Town, open_page: Open) -> None:
    # The server has been up for a while; nothing of the app is on this phone.
    assert Client().get("/field/").status_code == 200
    page = open_page(**HERE)
    steering = page.context.new_cdp_session(page)
    steering.send("Network.enable")
    steering.send("Network.emulateNetworkConditions", SLOW_3G)
    page.goto("/field/", wait_until="commit")
    page.get_by_text("请先登录").wait_for()
    took = page.evaluate("performance.now()")
    assert took < 3_000, took
