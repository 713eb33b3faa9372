"""Whole stories at the residents' door and of a partner: a phone without JavaScript, one with it, a clerk's desk; the pictures of the guide."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.cobuild.actions import accept_project, add_sub_team, announce, found_team, name_feature, open_site
from gezhi.cobuild.models import Partner, Project
from gezhi.cobuild.tests.story import area, finished, partner, project, who
from gezhi.people.actions import open_pilot, publish
from gezhi.people.features import Feature
from gezhi.testing import FOUNDED, SYSTEM, Town
from gezhi.web.tests.resident import TEXT
from tests.conftest import PHONE, ROOT, SCREENSHOTS

pytestmark = pytest.mark.browser
MANUAL = ROOT / "docs" / "manual" / "resident.zh.md"
PICTURES = {"resident-near", "resident-grid", "resident-data", "resident-volunteer"}
MOST_BYTES = 120_000
Open = Callable[..., Any]


def told(town: Town) -> Case:
    """A lamp that somebody else reported, and that was accepted."""
    at = timezone.now() - timedelta(hours=1)
    case = town.report(at=at, text="东门外路灯三天不亮了，晚上看不清路，有老人摔倒。")
    take("accept", case, actor=town.actor("clerk"), at=at, matter_id=town.matter("lamp").id)
    return case


def dressed(town: Town) -> None:
    """A grid with everything that its page can show."""
    open_pilot(Feature.TEAM_PAGE, area(town.street), actor=SYSTEM, at=FOUNDED, from_on=FOUNDED.date())
    publish(town.user("worker"), "代办、巡查", actor=SYSTEM, at=FOUNDED)
    done = finished(town, project(town, by=partner(town)))
    accept_project(done, asked=30, satisfied=28, **who(town))
    open_site(
        "红色微家",
        "柳巷红色微家",
        area(town.community),
        address="柳巷 3 号",
        hours="周一至周六 9:00—17:00",
        services="饮水、歇脚、代办",
        **who(town),
    )
    name_feature(area(town.grid), "音为有你", "每周五晚上在小广场合唱。", **who(town))
    team = found_team("爱心志愿战队", area(town.community), grids=[area(town.grid)], **who(town))
    add_sub_team(team, "law", "法律帮扶战队", **who(town))
    now = who(town) | {"at": timezone.now()}
    announce(
        team,
        "cleaning",
        "山体清理和绿化",
        place="小区后山",
        starts_at=timezone.now() + timedelta(days=2),
        places=150,
        **now,
    )


@pytest.fixture
def picture(accessible: Callable[[Any], None]) -> Callable[[Any, str], None]:
    """The whole page as a phone shows it, in few colours and half the points."""

    def take_one(page: Any, name: str) -> None:
        accessible(page)
        path = SCREENSHOTS / "manual" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True)
        with Image.open(path) as shot:
            small = shot.convert("RGB").resize((shot.width // 2, shot.height // 2), Image.Resampling.LANCZOS)
        small.crop((0, 0, small.width, min(small.height, 1_500))).quantize(64, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        assert path.stat().st_size < MOST_BYTES, name

    return take_one


def test_the_guide_shows_the_pictures_that_are_made() -> None:
    shown = re.findall(r"\(\.\./images/manual/([a-z-]+)\.png\)", MANUAL.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    for name in shown:
        assert Path(ROOT / "docs" / "images" / "manual" / f"{name}.png").stat().st_size < MOST_BYTES


def fill_report(page: Any, town: Town) -> None:
    page.goto("/report/")
    page.fill("#id_text", TEXT)
    page.select_option("#id_community", town.community)


def test_a_resident_without_javascript(town: Town, open_page: Open) -> None:
    main = told(town)
    page = open_page(**PHONE, java_script_enabled=False)
    fill_report(page, town)
    page.click("button[name=look]")
    page.select_option("#id_grid", town.grid)
    page.fill("#id_phone", "13800001111")
    page.click("#send")
    assert "附近已经有人反映" in page.inner_text("#near")
    page.click("button[name=same]")
    code = page.inner_text("#receipt-code")
    assert Case.objects.get(receipt_code=code).merged_into_id == main.pk
    page.click("text=查看进展")
    assert "别人也反映了同一件事" in page.inner_text("main")
    page.click("text=这一件里留了我的什么信息")
    assert "13800001111" in page.inner_text("main")
    page.click("button:has-text('删去')")
    assert "已经删去" in page.inner_text("main")
    page.goto("/complaints/")
    page.check("input[value='delay']")
    page.fill("#id_words", "窗口说了三次再等等。")
    page.click("text=发送")
    assert "还没有答复" in page.inner_text("main")


def test_the_pictures_of_the_guide(town: Town, open_page: Open, picture: Callable[[Any, str], None]) -> None:
    told(town)
    dressed(town)
    page = open_page(**PHONE, color_scheme="light")
    fill_report(page, town)
    page.select_option("#id_grid", town.grid)
    page.fill("#id_name", "李居民")
    page.click("#send")
    page.wait_for_selector("#near")
    picture(page, "resident-near")
    page.click("text=都不是，照样发送")
    code = page.inner_text("#receipt-code")
    page.goto(f"/my-data/?code={code}")
    picture(page, "resident-data")
    page.goto("/")
    page.click("text=找我的网格")
    for code in (town.street, town.community):
        page.click(f"a[href='?in={code}']")
    page.click(f"a[href='/grids/{town.grid}/']")
    assert "音为有你" in page.inner_text("main")
    picture(page, "resident-grid")
    page.goto("/volunteers/")
    page.click("text=山体清理和绿化")
    picture(page, "resident-volunteer")
    page.fill("#id_name", "李志愿")
    page.fill("#id_phone", "13800002222")
    page.click("button:has-text('报名')")
    assert "报名码" in page.inner_text("main")
    for path in (
        "/together/",
        "/brands/",
        "/statistics/",
        "/policies/",
        "/complaints/",
        "/receipt/check/",
        "/volunteers/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_a_partner_from_the_register_to_the_acceptance(
    town: Town, page: Any, enter: Callable[[Any, Any], None], accessible: Callable[[Any], None], screenshot: Any
) -> None:
    enter(page, town.user("clerk"))
    page.goto("/support/cobuild/partners/")
    page.click("text=登记单位")
    page.fill("#f-name", "示例幼儿园")
    page.select_option("#f-kind", "enterprise")
    page.fill("#f-contact_phone", "13800001111")
    page.click("button:has-text('登记单位')")
    unit = Partner.objects.get()
    page.click("text=登记资源")
    page.select_option("#f-topic", "room")
    page.fill("#f-title", "周六的教室")
    page.click("button:has-text('登记资源')")
    accessible(page)
    screenshot(page, "cobuild-partner")
    page.goto(f"/support/cobuild/needs/new/?area={town.community}")
    page.select_option("#f-area", town.grid)
    page.select_option("#f-topic", "room")
    page.fill("#f-title", "孩子周末没有地方活动")
    page.click("button:has-text('登记需求')")
    assert "周六的教室" in page.inner_text("main")
    accessible(page)
    page.click("a:has-text('立项')")
    page.check("text=示例幼儿园：周六的教室")
    page.fill("#f-due_on", f"{timezone.localtime(timezone.now()):%Y-%m-%d}")
    accessible(page)
    screenshot(page, "cobuild-start")
    page.click("button:has-text('立项')")
    assert Project.objects.get().parts.get().partner_id == unit.pk
    accessible(page)
    screenshot(page, "cobuild-project")
    page.goto("/support/cobuild/")
    accessible(page)
    screenshot(page, "cobuild-figures")
