"""A real Chromium for tests marked `browser`.

`page` is a desk's screen and `phone` a worker's; both fail the test at its end when a script failed or the
Content-Security-Policy was broken on the way. `screenshot(page, name)` keeps a picture in var/screenshots.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
SCREENSHOTS = Path(os.environ.get("GEZHI_SCREENSHOTS") or ROOT / "var" / "screenshots")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A browser that talks to nobody but us; Chromium as root has no sandbox.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """Debian's Chromium, started once; Playwright's own browser is never downloaded."""
    from playwright.sync_api import sync_playwright

    program = shutil.which(os.environ.get("GEZHI_CHROMIUM", "/usr/bin/chromium"))
    if program is None:
        pytest.skip("needs Chromium: apt-get install chromium, or ./dev test browser as root")
    # Playwright keeps an event loop in this thread, which makes Django believe that its calls are asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: "Browser", live_server: Any) -> "Iterator[Callable[..., Page]]":
    """Open a page in a context of its own (another person): `open_page(**DESK)`; paths are relative to the server."""
    contexts, trouble = [], []

    def open_one(**options: Any) -> "Page":
        context = chromium.new_context(
            base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **(options or DESK)
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda line: trouble.append(f"{page.url}: {line.text}") if "Content Security Policy" in line.text else None,
        )
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not trouble, "the pages reported:\n" + "\n".join(trouble)


@pytest.fixture
def page(open_page: "Callable[..., Page]") -> "Page":
    """A desk's screen, 1440 x 900."""
    return open_page(**DESK)


@pytest.fixture
def phone(open_page: "Callable[..., Page]") -> "Page":
    """A phone, 390 x 844, with touch."""
    return open_page(**PHONE)


@pytest.fixture
def enter(live_server: Any) -> "Callable[[Page, Any], None]":
    """Sign a user in without the form: `enter(page, user)`."""
    from django.conf import settings
    from django.test import Client

    def sign_in(page: "Page", user: Any) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def screenshot() -> "Callable[[Page, str], Path]":
    """Keep a picture of the whole page: `screenshot(page, "worklist")`."""

    def take(page: "Page", name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take


@pytest.fixture
def accessible() -> "Callable[[Page], None]":
    """Assert that axe finds nothing against WCAG 2.2 AA on the page as it stands."""
    if not AXE.exists():
        pytest.skip("needs axe-core: ./dev setup fetches it by npm")
    source = AXE.read_text(encoding="utf-8")

    def check(page: "Page") -> None:
        # Evaluated through the debugger, which the Content-Security-Policy does not bind.
        page.evaluate(source)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)["violations"]
        lines = [f"{rule['id']}: {rule['help']}\n    {node['html']}" for rule in found for node in rule["nodes"]]
        assert not lines, f"{page.url}: {len(lines)} places are not accessible:\n" + "\n".join(lines)

    return check
