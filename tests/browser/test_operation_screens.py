"""The pages of the whole loop in a real browser: two people and a request, a merge, parts, a supervision, a selection, my day."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gezhi.cases.models import Case, Supervision
from gezhi.kernel.events import dispatch
from gezhi.kernel.files import keep
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import url_of
from gezhi.web.tests.resident import photo
from tests.conftest import PHONE

pytestmark = pytest.mark.browser
OFFICE = {"viewport": {"width": 1280, "height": 800}}
Look = Callable[[Any, str], None]
Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]


@pytest.fixture
def look(screenshot: Callable[[Any, str], Path], accessible: Callable[[Any], None]) -> Look:
    """Keep a picture, let axe look at the page, and let nothing be wider than the screen."""

    def looked(page: Any, name: str) -> None:
        page.wait_for_timeout(250)
        screenshot(page, name)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"

    return looked


def settled(page: Any) -> None:
    page.wait_for_selector(".htmx-request", state="detached")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        settled(page)


def told() -> None:
    while dispatch(at=timezone.now()):
        pass


def test_an_extension_asked_and_granted(made: Circumstances, open_page: Open, enter: Enter) -> None:
    """The holder asks through the menu of seldom used steps, the clerk above finds it in my day and grants it. Not one click."""
    case = made.held()
    due = case.due_at
    worker, clerk = open_page(**OFFICE), open_page(**OFFICE)
    enter(worker, made.town.user("worker"))
    enter(clerk, made.town.user("clerk"))
    worker.goto(url_of(case))
    press(worker, ".")
    worker.wait_for_selector(".more-steps a:focus, .more-steps button:focus")
    worker.get_by_role("link", name="申请延期").focus()
    press(worker, "Enter")
    worker.wait_for_selector("#step-days:focus")
    worker.keyboard.type("3")
    press(worker, "Tab")
    worker.keyboard.type("要等配件，供货商下周到货。")
    press(worker, "Control+Enter")
    worker.wait_for_selector(".notice-success")
    assert "等批准" in worker.locator(".beside").inner_text()

    clerk.goto("/operation/day/")
    clerk.get_by_role("link", name=re.compile("待批准")).focus()
    press(clerk, "Enter")
    clerk.wait_for_selector("a.row-link")
    press(clerk, "j", "y")
    clerk.wait_for_selector("form.step-grant_extension")
    assert "要等配件" in clerk.locator("form.step").inner_text()
    press(clerk, "Control+Enter")
    clerk.wait_for_selector(".notice-success")
    case.refresh_from_db()
    assert case.extended_at is not None
    assert case.due_at > due


def test_a_merge_with_the_picker(made: Circumstances, open_page: Open, enter: Enter, look: Look) -> None:
    picture = keep(photo(), at=timezone.now())
    main = made.held(text="小区东门路灯不亮三天了，晚上看不清路，老人容易摔。", files=[picture])
    made.held(text="三号楼垃圾桶满了没人收。")
    case = made.report(text="东门那盏路灯坏了，晚上看不清路。")
    page = open_page(**OFFICE)
    enter(page, made.town.user("clerk"))
    page.goto(url_of(case))
    press(page, "l")
    page.wait_for_selector("form.step-merge")
    first = page.locator(".main-choice").first
    assert main.text in first.inner_text(), "the likeliest comes first"
    assert first.locator("img").is_visible()
    look(page, "operation-merge")
    first.locator("input[type=radio]").check()
    press(page, "Control+Enter")
    page.wait_for_selector(".notice-success")
    case.refresh_from_db()
    assert (case.stage, case.merged_into_id) == ("merged", main.pk)
    page.goto(url_of(main))
    assert "并入 1 件" in page.locator(".beside").inner_text()


def test_split_and_finished(made: Circumstances, open_page: Open, enter: Enter, look: Look) -> None:
    """Two rows, a third by the button; both parts finished by the worker; then the whole can be finished."""
    case = made.signed()
    clerk, worker = open_page(**OFFICE), open_page(**OFFICE)
    enter(clerk, made.town.user("clerk"))
    enter(worker, made.town.user("worker"))
    clerk.goto(url_of(case, "split"))
    grid = made.town.desk(made.town.grid).name
    for number, text in enumerate(("清理路面", "重新画线")):
        clerk.locator(f"[name=parts-{number}-desk_id]").select_option(label=grid)
        clerk.locator(f"[name=parts-{number}-text]").fill(text)
    clerk.get_by_role("button", name="再加一行").click()
    assert clerk.locator(".part").count() == 3
    clerk.get_by_role("button", name="去掉").last.click()
    assert clerk.locator(".part").count() == 2
    look(clerk, "operation-split")
    clerk.get_by_role("button", name=re.compile("^分单 Ctrl")).click()
    clerk.wait_for_selector(".notice-success")
    parts = list(Case.objects.filter(part_of=case))
    assert [part.text for part in parts] == ["清理路面", "重新画线"]
    assert clerk.locator('.step-buttons [data-key="f"]').count() == 0, "not before the parts are done"
    for part in parts:
        worker.goto(url_of(part))
        press(worker, "c")
        worker.wait_for_selector('.step-buttons [data-key="f"]')
        press(worker, "f")
        worker.wait_for_selector("#step-result")
        worker.keyboard.type("做好了。")
        press(worker, "Control+Enter")
        worker.wait_for_selector(".notice-success")
        clerk.goto(url_of(part, "verify"))
        clerk.keyboard.press("Control+Enter")
        clerk.wait_for_selector(".notice-success")
    clerk.goto(url_of(case))
    clerk.wait_for_selector('.step-buttons [data-key="f"]')
    assert "已结案" in clerk.locator(".beside").inner_text()


def test_a_supervision_issued_replied_printed_lifted(
    made: Circumstances, open_page: Open, enter: Enter, look: Look
) -> None:
    case = made.held()
    inspector, worker = open_page(**OFFICE), open_page(**OFFICE)
    enter(inspector, made.town.user("inspector"))
    enter(worker, made.town.user("worker"))
    inspector.goto(url_of(case))
    inspector.locator(".more-steps summary").click()
    inspector.get_by_role("link", name="督办").click()
    inspector.wait_for_selector("form.step-supervise")
    inspector.get_by_role("radio", name="红牌").check()
    inspector.locator("#step-reason").fill("居民第三次反映，路口有学校，请今天到现场。")
    look(inspector, "operation-supervise")
    press(inspector, "Control+Enter")
    inspector.wait_for_selector(".notice-success")
    one = Supervision.objects.get()

    told()
    worker.goto("/operation/day/")
    assert "1 条没有看过" in (worker.locator(".bell-link").get_attribute("aria-label") or "")
    worker.get_by_role("link", name=re.compile("待回复的督办")).click()
    worker.wait_for_selector("a.row-link")
    worker.locator("a.row-link").first.click()
    worker.wait_for_selector(".beside-bad")
    worker.get_by_role("link", name="督办回复").click()
    worker.wait_for_selector("#step-reply")
    worker.locator("#step-reply").fill("已到现场，配件今天下午到，晚上八点前换好。")
    press(worker, "Control+Enter")
    worker.wait_for_selector(".notice-success")

    inspector.goto(f"/operation/supervisions/{one.pk}/")
    assert "晚上八点前换好" in inspector.locator(".paper").inner_text()
    look(inspector, "operation-supervision-sheet")
    inspector.emulate_media(media="print")
    assert inspector.locator(".paper").is_visible()
    for hidden in (".topbar", ".paper-tools"):
        assert not inspector.locator(hidden).is_visible(), hidden
    inspector.pdf(path=str(Path("var/screenshots/supervision.pdf")), prefer_css_page_size=True)
    inspector.emulate_media(media="screen")
    with inspector.expect_download() as download:
        inspector.get_by_role("link", name="Word 文件").click()
    assert download.value.suggested_filename == f"{one.number}.docx"

    inspector.goto(url_of(case))
    inspector.locator(".more-steps summary").click()
    inspector.get_by_role("link", name="解除督办").click()
    inspector.wait_for_selector("#step-note")
    inspector.locator("#step-note").fill("已看过现场，灯亮了。")
    press(inspector, "Control+Enter")
    inspector.wait_for_selector(".notice-success")
    case.refresh_from_db()
    assert (case.supervision, case.card) == ("", "")


def test_twenty_signed_at_once_and_one_fails(made: Circumstances, open_page: Open, enter: Enter, look: Look) -> None:
    cases = [made.accepted("parking", text=f"第 {number} 处乱停车，堵住了通道。") for number in range(1, 21)]
    page = open_page(**OFFICE)
    enter(page, made.town.user("clerk"))
    page.goto("/operation/?stage=waiting")
    press(page, "j", "x")
    for _row in range(19):
        page.keyboard.press("j")
    press(page, "Shift+X")
    assert page.locator(".bulk-words").inner_text() == "选中 20 件"
    look(page, "operation-selection")
    page.get_by_role("button", name="批量办理").press("Enter")
    page.wait_for_selector(".bulk .step-buttons")
    page.get_by_role("link", name=re.compile("^签收")).click()
    page.wait_for_selector("form.step-sign")
    # A colleague is quicker with one of them.
    made.move(cases[6], "sign", "clerk")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".bulk-report")
    report = page.locator(".bulk-report").inner_text()
    assert "做成 19 件" in report
    assert "1 件没有做成" in report
    assert cases[6].title in report
    look(page, "operation-bulk-report")
    assert Case.objects.filter(stage="handling").count() == 20


def test_my_day_by_keyboard_alone(made: Circumstances, open_page: Open, enter: Enter) -> None:
    """From anywhere to my day, to a list, to a case, through its step, and back."""
    case = made.report()
    made.finished(text="东门路灯")
    page = open_page(**OFFICE)
    enter(page, made.town.user("clerk"))
    page.goto("/operation/")
    press(page, "0")
    page.wait_for_url(re.compile("/operation/day/"))
    page.wait_for_selector(".numbers")
    for _try in range(30):
        press(page, "j")
        if "待受理" in page.evaluate("document.activeElement.textContent"):
            break
    press(page, "Enter")
    page.wait_for_url(re.compile("task=accept"))
    press(page, "j", "a")
    page.wait_for_selector(".step-actions .btn-primary:focus")
    press(page, "Enter")
    page.wait_for_selector(".notice-success")
    case.refresh_from_db()
    assert case.stage == "waiting"
    press(page, "0")
    page.wait_for_selector(".numbers")
    for _try in range(30):
        press(page, "j")
        if "待核查" in page.evaluate("document.activeElement.textContent"):
            break
    press(page, "Enter")
    page.wait_for_url(re.compile("task=verify"))
    press(page, "j", "v")
    page.wait_for_selector("#step-answer:focus")
    page.keyboard.type("路灯已修好。")
    press(page, "Control+Enter")
    page.wait_for_selector(".notice-success")
    assert Case.objects.get(text="东门路灯").stage == "answered"


def full(made: Circumstances) -> dict[str, Case]:
    """A desk with one of everything."""
    made.suspended()
    made.asked()
    made.split()
    made.to_be_ruled()
    made.answered(reporter_name="王女士", reporter_phone="13800001234", may_be_contacted=True)
    made.move(made.supervised("red"), "reply", "worker", reply="明天换好。")
    main = made.held(text="主件：小区东门的路灯三天不亮了")
    for text in ("路灯还没修", "东门太黑了"):
        made.move(made.report(text=text), "merge", "clerk", main_id=main.number)
    alerted = made.held(text="电线垂到人行道上，有人差点碰到", address="柳巷街 12 号")
    alerted = made.move(alerted, "alert", "clerk", reason="电线垂下来了，学生放学经过。")
    made.supervised("yellow")
    made.report(is_confidential=True)
    told()
    made.move(alerted, "finish", "worker", result="供电所断电抢修，已恢复。")
    made.move(
        alerted, "debrief", "worker", review="十分钟到现场拉了警戒线，供电所二十五分钟到。以后先打供电热线再上报。"
    )
    return {"main": main, "alerted": alerted}


PAGES = ("day", "supervisions", "ledger", "notices", "filters")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "options"), [("desk", OFFICE), ("phone", PHONE)])
def test_it_looks_right(  # noqa: PLR0917 - fixtures
    made: Circumstances, open_page: Open, enter: Enter, look: Look, scheme: str, size: str, options: dict[str, Any]
) -> None:
    several = full(made)
    trouble: list[str] = []

    def looked(name: str) -> None:
        """All pages are looked at before the first trouble is told."""
        try:
            look(page, f"screens-{name}-{size}-{scheme}")
        except AssertionError as error:
            trouble.append(str(error))

    supervised = Supervision.objects.filter(card="red").get()
    asked = Case.objects.exclude(asked="").get()
    page = open_page(**options, color_scheme=scheme)
    enter(page, made.town.user("street_clerk"))
    for name, address in {
        "urgent": "/operation/day/",
        "urgent-list": "/operation/",
        "urgent-rates": "/operation/rates/",
    }.items():
        page.goto(address)
        looked(name)
        strip, work = (page.locator(one).bounding_box() for one in (".urgent-strip", "main"))
        assert strip["y"] + strip["height"] <= work["y"], "an emergency covers what one works with"
        assert strip["height"] < page.viewport_size["height"] / 3, "an emergency leaves no room for work"
    enter(page, made.town.user("clerk"))
    addresses = {
        **{name: f"/operation/{name}/" for name in PAGES},
        "list": "/operation/?scope=area",
        "supervised": url_of(supervised.case),
        "main": url_of(several["main"]),
        "suspended": url_of(Case.objects.get(suspended_at__isnull=False)),
        "split": url_of(Case.objects.get(open_parts=1)),
        "asked": url_of(asked, "grant_extension"),
        "why": f"{url_of(asked)}why/",
        "sheet": f"/operation/supervisions/{supervised.pk}/",
        "after-action": f"{url_of(several['alerted'])}after-action/",
        "relocate": url_of(asked, "relocate"),
        "follow-up": url_of(Case.objects.get(stage="answered"), "follow_up"),
        "bulk": f"/operation/bulk/?case={asked.pk}&case={several['main'].pk}",
        "bulk-note": f"/operation/bulk/note/?case={asked.pk}&case={several['main'].pk}",
    }
    for name, address in addresses.items():
        page.goto(address)
        looked(name)
    enter(page, made.town.user("worker"))
    holding = made.held(text="楼道灯坏了")
    page.goto(url_of(holding))
    page.locator(".more-steps summary").click()
    looked("more")
    page.goto(url_of(holding, "ask_suspension"))
    looked("ask-suspension")
    assert not trouble, "\n".join(trouble)
