"""The worker's app in a real browser at the size of a phone: installed, days without a network, two phones at one case, lost, full of unsent work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gezhi.cases.models import Attachment, Case
from gezhi.fieldwork.actions.phones import end_phones
from gezhi.fieldwork.models import SyncedCommand, Visit
from gezhi.testing import SYSTEM, Town
from gezhi.web.tests.resident import photo
from tests.browser.phones import HERE, Enter, Open, enrolled, go, wait_until_sent

pytestmark = pytest.mark.browser


@pytest.fixture
def mine(grid: Town, open_page: Open, enter: Enter) -> Any:
    """The first worker's phone."""
    return enrolled(open_page, enter, grid)


def test_days_without_a_network_arrive_once(
    grid: Town, mine: Any, accessible: Callable[[Any], None], screenshot: Any, tmp_path: Path
) -> None:
    page = mine
    page.get_by_text("单元门口的路灯不亮").wait_for()
    accessible(page)
    screenshot(page, "field-today")
    page.context.set_offline(True)
    page.reload()
    page.get_by_text("单元门口的路灯不亮").wait_for()

    # Claimed and finished, with a photo, before anybody heard of it.
    page.get_by_text("单元门口的路灯不亮").tap()
    page.get_by_role("button", name="认领").tap()
    page.locator("form").get_by_role("button", name="认领").tap()
    page.get_by_text("在这部手机上做了、还没送到").wait_for()
    page.get_by_role("button", name="办结").tap()
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(photo("blue").getvalue())
    page.get_by_label("办理结果").fill("换了灯泡，已亮。")
    page.locator('input[type="file"]').set_input_files(str(picture))
    page.wait_for_selector(".photos li img")
    screenshot(page, "field-finish")
    page.locator("form").get_by_role("button", name="办结").tap()
    page.wait_for_selector("#h-mine")

    report_and_visit(page, accessible, screenshot)
    page.context.set_offline(False)
    page.get_by_role("button", name="现在同步").tap()
    wait_until_sent(page)
    done = Case.objects.get(text="单元门口的路灯不亮")
    assert (done.stage, done.finished_by) == ("finished", grid.user("worker"))
    assert Attachment.objects.filter(case=done, step="finish").count() == 1
    assert Visit.objects.get().case is not None
    assert Case.objects.get(text="河边垃圾没有人清").grid_code == grid.grid
    assert SyncedCommand.objects.count() == 4
    # Nothing is sent twice, however often one presses.
    page.get_by_role("button", name="现在同步").tap()
    page.wait_for_timeout(500)
    assert Case.objects.count() == 3


def report_and_visit(page: Any, accessible: Callable[[Any], None], screenshot: Any) -> None:
    # A report in three taps: the matter, the place is known, sent.
    page.get_by_role("link", name="上报").tap()
    page.get_by_text("已定位").wait_for()
    page.get_by_label("什么情况").fill("河边垃圾没有人清")
    page.locator(".chips label").first.tap()
    accessible(page)
    screenshot(page, "field-report")
    page.locator("form").get_by_role("button", name="上报", exact=True).tap()
    page.wait_for_selector("#h-mine")

    # A visit at a door, with a need.
    go(page, "#/visits")
    page.get_by_text("3号楼 2单元 301").tap()
    page.locator('[name="trigger"]').first.check()
    page.get_by_label("有诉求，要办").check()
    page.locator('[name="need_text"]').fill("楼道灯坏了")
    accessible(page)
    page.get_by_role("button", name="登记这一次").tap()
    page.reload()
    page.locator("#state", has_text="4 条待发").wait_for()
    go(page, "#/queue")
    accessible(page)
    screenshot(page, "field-queue")


def test_two_phones_at_one_case_and_the_second_sees_both_sides(grid: Town, open_page: Open, enter: Enter) -> None:
    first, second = enrolled(open_page, enter, grid), enrolled(open_page, enter, grid, "worker2")
    for page in (first, second):
        page.context.set_offline(True)
        page.get_by_text("单元门口的路灯不亮").tap()
        page.get_by_role("button", name="认领").tap()
        page.locator("form").get_by_role("button", name="认领").tap()
        page.get_by_text("在这部手机上做了、还没送到").wait_for()
    first.context.set_offline(False)
    wait_until_sent(first)
    second.context.set_offline(False)
    second.locator("#state", has_text="1 条要您看").wait_for(timeout=20_000)
    go(second, "#/queue")
    second.get_by_text("王专职已先一步认领，由其办理。").wait_for()
    second.get_by_role("heading", name="我写的").wait_for()
    assert "王专职" in second.locator(".beside").inner_text()
    second.get_by_role("button", name="知道了，收起").tap()
    second.get_by_text("没有等着发送的内容。").wait_for()
    assert Case.objects.get(text="单元门口的路灯不亮").holder == grid.user("worker")


def test_off_means_off(grid: Town, open_page: Open, enter: Enter) -> None:
    page = enrolled(open_page, enter, grid)
    go(page, "#/queue")
    page.get_by_label("有网络时自动发送").uncheck()
    go(page, "#/grid")
    page.get_by_role("button", name="看过，没有问题").tap()
    page.locator("#state", has_text="1 条待发").wait_for()
    page.reload()
    page.wait_for_timeout(1500)
    assert not SyncedCommand.objects.exists()
    go(page, "#/queue")
    page.get_by_role("button", name="现在同步").tap()
    wait_until_sent(page)
    assert SyncedCommand.objects.count() == 1


def test_a_lost_phone_is_wiped_at_its_next_contact(grid: Town, open_page: Open, enter: Enter) -> None:
    page = enrolled(open_page, enter, grid)
    page.get_by_text("单元门口的路灯不亮").wait_for()
    assert end_phones(grid.user("worker").pk, actor=SYSTEM, at=timezone.now()) == 1
    go(page, "#/queue")
    page.get_by_role("button", name="现在同步").tap()
    page.get_by_text("这部手机已停用").wait_for()
    page.reload()
    page.get_by_text("请先登录").wait_for()
    held = page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open('gezhi-field');
            asked.onsuccess = () => {
                const names = [...asked.result.objectStoreNames];
                const unit = asked.result.transaction(names);
                Promise.all(names.map((name) => new Promise((one) => {
                    const counted = unit.objectStore(name).count();
                    counted.onsuccess = () => one(counted.result);
                }))).then((counts) => done(counts.reduce((a, b) => a + b, 0)));
            };
        })"""
    )
    assert held == 0


def test_a_clock_that_is_wrong_by_a_day_is_said_and_no_deadline_believes_it(
    grid: Town, open_page: Open, enter: Enter
) -> None:
    lng, lat = grid.point_in()
    page = open_page(**HERE, geolocation={"longitude": lng, "latitude": lat, "accuracy": 12})
    page.add_init_script("const real = Date.now; Date.now = () => real() + 86400000;")
    enter(page, grid.user("worker"))
    page.goto("/field/enrol/")
    page.get_by_role("button", name="登记").tap()
    page.wait_for_selector("#h-mine")
    go(page, "#/queue")
    page.get_by_text("时限按服务器算").wait_for()


def test_every_page_reads_well_in_the_dark_and_in_large_type(
    grid: Town, open_page: Open, enter: Enter, accessible: Callable[[Any], None], screenshot: Any
) -> None:
    page = enrolled(open_page, enter, grid)
    page.emulate_media(color_scheme="dark")
    go(page, "#/me")
    page.get_by_label("大字").check()
    case = Case.objects.get()
    campaign = page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open('gezhi-field');
            asked.onsuccess = () => {
                const got = asked.result.transaction('parts').objectStore('parts').get('work');
                got.onsuccess = () => done(got.result.content.targets[0]);
            };
        })"""
    )
    places = {
        "today": "#/today", "case": f"#/case/{case.pk}", "step": f"#/case/{case.pk}/claim", "report": "#/report", "visits": "#/visits",
        "door": "#/visits/new", "grid": "#/grid", "me": "#/me", "queue": "#/queue", "campaign": f"#/campaign/{campaign['campaign']}",
        "target": f"#/campaign/{campaign['campaign']}/{campaign['id']}",
    }  # fmt: skip
    for name, where in places.items():
        go(page, where)
        page.wait_for_timeout(300)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        screenshot(page, f"field-dark-{name}")


def test_the_first_load_is_small(grid: Town, open_page: Open) -> None:
    page = open_page(**HERE)
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.status == 200 else None)
    page.goto("/field/")
    page.get_by_text("请先登录").wait_for()
    assert sum(sizes) < 300_000
