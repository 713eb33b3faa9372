"""A plan is drawn in a real browser: a shared vertex, split, undo, a planted gap, two people at once, by keyboard alone, on a phone."""

from collections.abc import Callable
from datetime import timedelta
from math import asinh, pi, radians, tan
from typing import Any

import pytest
from django.utils import timezone

from config.tiles import tiles_of
from gezhi.kernel.calendar import local_day
from gezhi.territory.actions import draft_plan
from gezhi.territory.crs import Crs, from_wgs84
from gezhi.territory.models import Area, Plan
from gezhi.territory.plans import outlook
from gezhi.territory.tests.planning import merging
from gezhi.testing import Town
from tests.conftest import DESK

pytestmark = pytest.mark.browser
Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]


@pytest.fixture
def plan(live_server: Any, town: Town) -> Plan:
    """A draft of the first community that wants nothing but what will be drawn: its first two grids as one, to begin with."""
    now = timezone.now()
    scope = Area.objects.get(code=town.community)
    day = local_day(now) + timedelta(days=30)
    return draft_plan(
        scope, "东片网格优化", "新楼入住，第一网格人多。", [merging(f"{town.community}002", f"{town.community}003")],
        actor=town.actor("clerk", at=now), at=now, takes_effect_on=day,
    )  # fmt: skip


def opened(page: Any, plan: Plan) -> Any:
    page.goto(f"/operation/land/plans/{plan.pk}/draw/")
    page.wait_for_selector("#draw[data-ready]")
    return page


def told(page: Any) -> dict[str, Any]:
    """What would be sent now."""
    return page.evaluate(
        "() => { const detail = {}; document.getElementById('draw').dispatchEvent(new CustomEvent('tell', {detail})); return detail.drawing; }"
    )


@pytest.fixture
def look(screenshot: Callable[[Any, str], Any], accessible: Callable[[Any], None]) -> Callable[[Any, str], None]:
    """Keep a picture, and let axe look at the page."""

    def looked(page: Any, name: str) -> None:
        page.wait_for_timeout(300)
        screenshot(page, name)
        accessible(page)

    return looked


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_looks_right(plan: Plan, town: Town, open_page: Open, enter: Enter, look: Any, scheme: str) -> None:  # noqa: PLR0917 - fixtures
    page = open_page(**DESK, color_scheme=scheme)
    enter(page, town.user("clerk"))
    opened(page, plan)
    press(page, "j", "ArrowRight", "ArrowRight")
    look(page, f"draw-{scheme}")
    press(page, "?")
    look(page, f"draw-keys-{scheme}")


def outlines(page: Any) -> dict[str, list[int]]:
    """The outer ring of every area by key, as whole millimetres."""
    script = """() => {
        const detail = {};
        document.getElementById('draw').dispatchEvent(new CustomEvent('tell', {detail}));
        const {land} = detail.editor;
        return Object.fromEntries([...land.areas.values()].map((area) => [area.key, land.outline(area)[0][0]]));
    }"""
    return page.evaluate(script)


def pairs(flat: list[int]) -> set[tuple[int, int]]:
    return set(zip(flat[::2], flat[1::2], strict=True))


def place_of(page: Any, point: tuple[float, float]) -> tuple[float, float]:
    """Where on the screen a point in millimetres is drawn."""
    script = """(point) => {
        const detail = {};
        document.getElementById('draw').dispatchEvent(new CustomEvent('tell', {detail}));
        const {canvas} = detail.editor;
        const at = canvas.pixel(point), box = canvas.place.getBoundingClientRect();
        return [box.left + at.x, box.top + at.y];
    }"""
    x, y = page.evaluate(script, list(point))
    return x, y


def middle(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def common(page: Any, first: str, second: str) -> list[tuple[int, int]]:
    """The vertices that two areas share, from south to north."""
    drawn = outlines(page)
    return sorted(pairs(drawn[first]) & pairs(drawn[second]), key=lambda point: point[1])


def drag(page: Any, start: tuple[float, float], by: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0] / 2, start[1] + by[1] / 2)
    page.mouse.move(start[0] + by[0], start[1] + by[1])
    page.mouse.up()


def swipe(page: Any, start: tuple[float, float], by: tuple[float, float]) -> None:
    """With a finger."""
    touch = page.context.new_cdp_session(page)
    steps: tuple[tuple[str, float | None], ...] = (
        ("touchStart", 0.0),
        ("touchMove", 0.5),
        ("touchMove", 1.0),
        ("touchEnd", None),
    )
    for kind, share in steps:
        point = [] if share is None else [{"x": start[0] + by[0] * share, "y": start[1] + by[1] * share}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": point})


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Any) -> None:
    press(page, "Control+s")
    page.wait_for_selector("#draw[data-saved]")


def test_a_shared_vertex_moves_in_both_and_is_saved(plan: Plan, town: Town, page: Any, enter: Enter) -> None:
    enter(page, town.user("clerk"))
    opened(page, plan)
    before = outlines(page)
    south, north = common(page, town.grid, "1.1")
    page.mouse.click(*place_of(page, middle(*sorted(pairs(before[town.grid]))[::3])))
    assert page.locator("[data-area-name]").inner_text().startswith("第1网格")
    # The handle in the middle of the shared border becomes a vertex of both, and goes where it is dragged.
    drag(page, place_of(page, middle(south, north)), (60, 10))
    after = outlines(page)
    new = pairs(after[town.grid]) - pairs(before[town.grid])
    assert len(new) == 1
    assert new == pairs(after["1.1"]) - pairs(before["1.1"])
    # Nothing else has another number than before.
    assert pairs(before[town.grid]) < pairs(after[town.grid])
    assert page.locator("#draw").get_attribute("data-defects") == "0"
    page.wait_for_selector("#draw[data-checked=holds]")
    assert int(page.locator("#draw").get_attribute("data-proof-ms")) < 100
    saved(page)
    plan.refresh_from_db()
    assert plan.version == 2
    view = outlook(plan)
    assert view.holds
    kinds = {change.kind: change for change in plan.changes.all()}
    assert set(kinds) == {"redraw", "merge"}
    assert kinds["redraw"].sources == [town.grid]


def test_undo_redo_and_a_reload_lose_nothing(plan: Plan, town: Town, page: Any, enter: Enter) -> None:
    enter(page, town.user("clerk"))
    opened(page, plan)
    before = outlines(page)
    south, north = common(page, town.grid, "1.1")
    page.mouse.click(*place_of(page, middle(*sorted(pairs(before[town.grid]))[::3])))
    drag(page, place_of(page, middle(south, north)), (60, 0))
    moved = outlines(page)
    page.reload()
    page.wait_for_selector("#draw[data-ready]")
    assert outlines(page) == moved
    assert "都在" in page.locator("[data-said]").inner_text()
    press(page, "Control+z", "Control+z")
    assert outlines(page) == before
    assert page.get_by_role("button", name="退回一步").is_disabled()
    press(page, "Control+y", "Control+Shift+z")
    assert outlines(page) == moved


def test_a_planted_gap_is_shown_and_not_saved(plan: Plan, town: Town, page: Any, enter: Enter, look: Any) -> None:
    """The first grid is retired: its land lies open, is shown, and nothing is kept until somebody has it."""
    enter(page, town.user("clerk"))
    opened(page, plan)
    press(page, "j", "r")
    assert page.locator("[data-state]").inner_text() == "有 1 处要改"
    assert "缝隙" in page.locator("ol[data-defects] li").inner_text()
    assert page.locator("path.land-wrong.is-gap").count() == 1
    press(page, "Control+s")
    assert "改好才能保存" in page.locator("[data-said]").inner_text()
    look(page, "draw-gap")
    # The server says the same, whoever asks it past the page.
    refusal = page.evaluate(
        """async () => {
            const root = document.getElementById('draw'), detail = {};
            root.dispatchEvent(new CustomEvent('tell', {detail}));
            const headers = {'Content-Type': 'application/json', 'X-CSRFToken': root.querySelector('[name=csrfmiddlewaretoken]').value};
            const answer = await fetch(root.dataset.save, {method: 'POST', headers, body: JSON.stringify(detail.drawing)});
            return [answer.status, await answer.json()];
        }"""
    )
    assert refusal[0] == 422
    assert refusal[1]["message"] == "划分还不完整：共 1 处缝隙、重叠或越界，请先修正。"
    plan.refresh_from_db()
    assert plan.version == 1
    page.get_by_role("button", name="并入…").click()
    press(page, "Enter")
    assert page.locator("[data-state]").inner_text().startswith("划分完整")
    saved(page)
    plan.refresh_from_db()
    assert [(change.kind, len(change.sources)) for change in plan.changes.all()] == [("retire", 1), ("merge", 2)]


def test_a_split_by_a_line_and_the_households(plan: Plan, town: Town, page: Any, enter: Enter) -> None:
    enter(page, town.user("clerk"))
    opened(page, plan)
    press(page, "j")
    ring = sorted(pairs(outlines(page)[town.grid]))
    west_south, west_north, east_south, east_north = ring
    press(page, "s")
    page.mouse.click(*place_of(page, middle(west_south, east_south)))
    page.mouse.click(*place_of(page, middle(west_north, east_north)))
    drawn = {area["key"]: area for area in told(page)["areas"]}
    assert set(drawn) == {"1.1", "n1", "n2"}
    assert drawn["n1"]["sources"] == [town.grid]
    page.wait_for_selector("#draw[data-checked=holds]")
    assert "按面积估算约" in page.locator("[data-area-households]").inner_text()
    page.get_by_role("button", name="按面积估算约").click()
    page.get_by_label("方案中的户数").fill("210")
    page.get_by_label("方案中的户数").press("Enter")
    saved(page)
    plan.refresh_from_db()
    split = plan.changes.get(kind="split")
    assert split.sources == [town.grid]
    assert sorted(area.households or 0 for area in split.results.all()) == [0, 210]
    assert outlook(plan).holds


def test_two_people_draw_the_same_plan(plan: Plan, town: Town, open_page: Open, enter: Enter, screenshot: Any) -> None:
    mine, other = open_page(**DESK), open_page(**DESK)
    for page in (mine, other):
        enter(page, town.user("clerk"))
        opened(page, plan)
        press(page, "j")
    for page, by in ((other, 40), (mine, 80)):
        south, north = common(page, town.grid, "1.1")
        drag(page, place_of(page, middle(south, north)), (by, 0))
    saved(other)
    drawn = outlines(mine)
    press(mine, "Control+s")
    mine.wait_for_selector("[data-stale]:not([hidden])")
    assert "先保存了第 2 版" in mine.locator("[data-stale-words]").inner_text()
    screenshot(mine, "draw-stale")
    assert outlines(mine) == drawn
    mine.reload()
    mine.wait_for_selector("#draw[data-ready]")
    assert outlines(mine) == drawn
    press(mine, "Control+s")
    mine.wait_for_selector("[data-stale]:not([hidden])")
    mine.get_by_role("button", name="用我画的替换").click()
    mine.wait_for_selector("#draw[data-saved]")
    plan.refresh_from_db()
    assert plan.version == 3
    assert outlines(mine) == drawn


def test_by_keyboard_alone(plan: Plan, town: Town, page: Any, enter: Enter) -> None:
    """A vertex is added, picked up, moved by metres and put down; an area is cut in two and merged again; all is saved."""
    enter(page, town.user("clerk"))
    opened(page, plan)
    page.locator("#draw-map").focus()
    press(page, "j", "ArrowRight")
    south, north = common(page, town.grid, "1.1")
    for _step in range(4):
        if "不能动" in page.locator("[data-vertex]").inner_text():
            press(page, "ArrowRight")
    # All four corners lie on the outer border; between the two of the shared border a new one may go anywhere.
    while True:
        press(page, "ArrowRight", "a")
        new = pairs(outlines(page)[town.grid]) & pairs(outlines(page)["1.1"]) - {south, north}
        if new:
            break
        press(page, "Control+z")
    press(page, "Enter", "ArrowRight", "ArrowRight", "Shift+ArrowUp", "Alt+ArrowLeft")
    assert "已移动" in page.locator("[data-said]").inner_text()
    press(page, "Enter")
    (x, y), (was_x, was_y) = (common(page, town.grid, "1.1")[1], new.pop())
    assert (x - was_x, y - was_y) == (1900, 10_000)
    assert "放下了，移动了 10.2 米" in page.locator("[data-said]").inner_text()
    press(page, "s", "ArrowRight", "ArrowRight", "s")
    drawn = {area["key"]: area for area in told(page)["areas"]}
    assert {"n1", "n2"} <= set(drawn)
    press(page, "m")
    page.wait_for_selector("[data-choices] button:focus")
    page.locator("[data-choices] button", has_text="新划 2").focus()
    press(page, "Enter")
    drawn = {area["key"]: area for area in told(page)["areas"]}
    assert len(drawn) == 2
    page.wait_for_selector("#draw[data-checked=holds]")
    saved(page)
    plan.refresh_from_db()
    assert {change.kind for change in plan.changes.all()} == {"merge", "redraw"}
    press(page, "?")
    assert page.locator("dialog#keys").is_visible()


def test_a_strip_goes_to_the_neighbour(plan: Plan, town: Town, page: Any, enter: Enter) -> None:
    enter(page, town.user("clerk"))
    opened(page, plan)
    press(page, "j")
    west_south, west_north, east_south, east_north = sorted(pairs(outlines(page)[town.grid]))
    press(page, "g")
    for one, other in ((west_south, east_south), (west_north, east_north)):
        x, y = place_of(page, (one[0] * 0.2 + other[0] * 0.8, one[1]))
        page.mouse.click(x, y)
    page.locator("[data-choices] button").first.click()
    assert page.locator("#draw").get_attribute("data-defects") == "0"
    assert len(common(page, town.grid, "1.1")) == 2
    saved(page)
    plan.refresh_from_db()
    redraw = plan.changes.get(kind="redraw")
    assert redraw.sources == [town.grid]
    assert outlook(plan).holds


def test_on_a_phone(plan: Plan, town: Town, phone: Any, enter: Enter, look: Any) -> None:
    enter(phone, town.user("clerk"))
    opened(phone, plan)
    phone.get_by_role("button", name="第1网格").tap()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    south, north = common(phone, town.grid, "1.1")
    phone.evaluate("scrollTo(0, 0)")
    before = outlines(phone)
    swipe(phone, place_of(phone, middle(south, north)), (30, 10))
    new = pairs(outlines(phone)[town.grid]) - pairs(before[town.grid])
    assert len(new) == 1
    assert new == pairs(outlines(phone)["1.1"]) - pairs(before["1.1"])
    x, _y = place_of(phone, new.pop())
    assert abs(x - place_of(phone, middle(south, north))[0]) > 20, "the finger carried the vertex, not the map"
    look(phone, "draw-phone")


def test_what_is_not_in_one_s_hands_is_only_looked_at(plan: Plan, town: Town, page: Any, enter: Enter) -> None:
    enter(page, town.user("street_clerk"))
    opened(page, plan)
    assert page.get_by_role("button", name="保存").count() == 0
    press(page, "j", "r")
    assert page.locator("[data-state]").inner_text().startswith("划分完整")


def test_a_street_s_plan_moves_the_border_of_two_communities(
    live_server: Any, town: Town, page: Any, enter: Enter
) -> None:
    """A vertex of four grids and two communities moves in all six; the communities are redrawn with their grids."""
    now = timezone.now()
    scope = Area.objects.get(code=town.street)
    wide = draft_plan(
        scope, "两社区边界调整", "路改道了。", [merging(town.next_grid, f"{town.community}003")],
        actor=town.actor("street_clerk", at=now), at=now, takes_effect_on=local_day(now) + timedelta(days=30),
    )  # fmt: skip
    enter(page, town.user("street_clerk"))
    opened(page, wide)
    below = f"{town.next_community}001"
    page.get_by_role("button", name="第1网格").first.click()
    before = outlines(page)
    inner = max(common(page, town.grid, below))
    drag(page, place_of(page, inner), (20, 25))
    after = outlines(page)
    changed = {key for key in after if after[key] != before[key]}
    assert {town.grid, below, town.community, town.next_community, f"{town.next_community}002", "1.1"} <= changed
    assert page.locator("#draw").get_attribute("data-defects") == "0"
    saved(page)
    wide.refresh_from_db()
    assert outlook(wide).holds
    redrawn = [change.sources for change in wide.changes.filter(kind="redraw")]
    assert [town.community, town.next_community] in redrawn


@pytest.mark.parametrize("cut", ["wgs84", "gcj02", "degrees"])
def test_on_tiles_the_land_keeps_its_numbers(  # noqa: PLR0917 - fixtures
    plan: Plan, town: Town, page: Any, enter: Enter, live_server: Any, settings: Any, cut: str
) -> None:
    """Tiles and land meet however the tiles are cut, and what nobody moved is the same to the millimetre."""
    tile = f"{live_server.url}/static/web/mark.svg?{{z}}/{{x}}/{{y}}"
    settings.TILES = tiles_of(tile, cut=cut, credit="底图测试")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "mark.svg?" in request.url else None)
    enter(page, town.user("clerk"))
    opened(page, plan)
    page.wait_for_function("document.querySelectorAll('.leaflet-tile').length > 0")
    assert "底图测试" in page.locator(".leaflet-control-attribution").inner_text()
    zoom = max(int(url.rpartition("?")[2].split("/")[0]) for url in asked)
    # The tile under the middle of the grid is the one that the source has there.
    x, y = tile_of(*town.point_in(), zoom, cut)
    assert any(url.endswith(f"?{zoom}/{x}/{y}") for url in asked), (zoom, x, y, asked[:3])
    before = outlines(page)
    press(page, "j")
    first, last = common(page, town.grid, "1.1")
    drag(page, place_of(page, middle(first, last)), (50, 0))
    after = outlines(page)
    assert pairs(before[town.grid]) < pairs(after[town.grid])
    saved(page)
    assert outlook(Plan.objects.get(pk=plan.pk)).holds


def tile_of(lng: float, lat: float, zoom: int, cut: str) -> tuple[int, int]:
    """Column and row, by the formulas of the sources themselves."""
    if cut == "degrees":
        return int((lng + 180) / 360 * 2**zoom), int((90 - lat) / 360 * 2**zoom)
    if cut == "gcj02":
        lng, lat = from_wgs84(lng, lat, Crs.GCJ02)
    return int((lng + 180) / 360 * 2**zoom), int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**zoom)


def test_a_vertex_that_was_put_back_lies_where_it_lay(plan: Plan, town: Town, page: Any, enter: Enter) -> None:
    """On the screen as well."""
    enter(page, town.user("clerk"))
    opened(page, plan)
    page.locator("#draw-map").focus()
    press(page, "j")
    south, north = common(page, town.grid, "1.1")
    drag(page, place_of(page, middle(south, north)), (60, 0))
    shape = "document.querySelector('path.land-area.is-chosen').getAttribute('d')"
    drawn, before = page.evaluate(shape), outlines(page)
    press(page, "Enter", "Shift+ArrowLeft", "Shift+ArrowLeft")
    assert page.evaluate(shape) != drawn
    press(page, "Escape")
    assert "放回了原处" in page.locator("[data-said]").inner_text()
    assert page.evaluate(shape) == drawn
    assert outlines(page) == before
