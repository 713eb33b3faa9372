"""Phones of workers in the browser tests: enrolled, kept by the worker script, and what one does on them."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from gezhi.cases.models import Case
from gezhi.testing import Town
from tests.conftest import PHONE

Enter = Callable[[Any, Any], None]
Open = Callable[..., Any]
HERE = {**PHONE, "permissions": ["geolocation"]}


def waiting(town: Town, text: str) -> Case:
    """At the grid's desk, to be claimed."""
    lng, lat = town.point_in()
    facts = {"source": "worker", "matter_id": town.matter("lamp").id, "lng": lng, "lat": lat, "address": "3号楼2单元"}
    return town.report(actor=town.actor("part_timer"), at=timezone.now(), text=text, **facts)


def enrolled(open_page: Open, enter: Enter, town: Town, who: str = "worker") -> Any:
    """The app on somebody's phone, enrolled and kept by its worker script."""
    lng, lat = town.point_in()
    page = open_page(**HERE, geolocation={"longitude": lng, "latitude": lat, "accuracy": 12})
    enter(page, town.user(who))
    page.goto("/field/enrol/")
    page.get_by_label("这部手机叫什么").fill("工作手机")
    page.get_by_role("button", name="登记").tap()
    page.wait_for_url("**/field/")
    page.wait_for_selector("#h-mine")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_selector("#h-mine")
    return page


def go(page: Any, where: str) -> None:
    page.evaluate("where => { location.hash = where; }", where)
    page.wait_for_timeout(150)


def wait_until_sent(page: Any) -> None:
    page.locator("#state", has_text="都已送到").wait_for(timeout=20_000)
