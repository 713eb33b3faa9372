"""What `./dev test` runs: the same tests on SQLite and on PostgreSQL, and the pages in a real Chromium."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from tools import postgres
from tools.changed import changed, near_tests
from tools.debian import need
from tools.shell import ROOT, VENV, Stop, run, say

CHROMIUM = "/usr/bin/chromium"
NOTHING_COLLECTED = 5
NOT_BROWSER = "not browser"
QUICK = "not slow and not browser"
# Of the minute of the quick loop; the rest is for starting and collecting.
BUDGET = "50"


def test(arguments: list[str]) -> int:
    """Run one group when the first word names it, else all; the rest goes to pytest."""
    groups: dict[str, Callable[[list[str]], int]] = {"sqlite": sqlite, "postgres": on_postgres, "browser": browser}
    if arguments[:1] == ["quick"]:
        return quick(arguments[1:])
    if arguments and arguments[0] in groups:
        return groups[arguments[0]](arguments[1:])
    outcome = {}
    for name, group in groups.items():
        say(f"\n=== {name}")
        started = time.monotonic()
        try:
            code = group(arguments)
        except Stop as reason:
            say(str(reason))
            code = 1
        # A selection by hand may lie wholly in one group; an empty group of the whole suite is a mistake.
        passed = code == 0 or (code == NOTHING_COLLECTED and bool(arguments))
        outcome[name] = (passed, time.monotonic() - started)
    say("")
    for name, (passed, seconds) in outcome.items():
        say(f"{'ok  ' if passed else 'FAIL'} {name:<10}{seconds:6.0f} s")
    return 0 if all(passed for passed, _ in outcome.values()) else 1


def quick(arguments: list[str]) -> int:
    """The tests near to what was changed, as many as a minute allows; with words behind it exactly what they say."""
    if arguments:
        return _pytest(QUICK, arguments)
    near = near_tests(changed())
    say("near to what was changed: " + " ".join(near))
    return _pytest(QUICK, [*near, "--budget", BUDGET], parallel=True)


def sqlite(arguments: list[str]) -> int:
    return _pytest(NOT_BROWSER, arguments)


def on_postgres(arguments: list[str]) -> int:
    """On the server named in GEZHI_TEST_POSTGRES_URL, else on a throw-away cluster."""
    given = os.environ.get("GEZHI_TEST_POSTGRES_URL")
    with nullcontext(given) if given else postgres.cluster() as url:
        return _pytest(NOT_BROWSER, arguments, url=url)


def browser(arguments: list[str]) -> int:
    """Needs Debian's Chromium and a Chinese font, and installs them when it may."""
    fonts, libraries = Path("/usr/share/fonts"), Path("/usr/lib")
    here = {
        "chromium": bool(shutil.which(os.environ.get("GEZHI_CHROMIUM", CHROMIUM))),
        "fonts-wqy-microhei": any(fonts.rglob("*wqy*")) or any(fonts.rglob("*CJK*")),
        "libatomic1": any(libraries.glob("*/libatomic.so.1")),  # for the Node.js inside Playwright
    }
    missing = [package for package, found in here.items() if not found]
    if missing:
        need("what the browser tests need", *missing)
    return _pytest("browser", arguments)


def _pytest(marks: str, arguments: list[str], *, url: str | None = None, parallel: bool | None = None) -> int:
    # Starting the workers costs two seconds, which a few chosen files don't earn back.
    chosen = any((ROOT / word.partition("::")[0]).is_file() for word in arguments if not word.startswith("-"))
    workers = ["-n", str(min(4, os.cpu_count() or 1))] if parallel or (parallel is None and not chosen) else []
    env = {"GEZHI_TEST_POSTGRES_URL": url}
    return run(VENV / "bin" / "python", "-m", "pytest", "-q", "-m", marks, *workers, *arguments, env=env)
