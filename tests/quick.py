"""The quick loop: with `--budget SECONDS` tests are run in an order of the day until the time is over.

What is left out is counted as skipped, with the reason, so nobody takes a quick loop for the whole; over some days it still sees everything.
Which tests are near to what was changed `tools/changed.py` says.
"""

import hashlib
import time
from datetime import date

import pytest

LEFT_OUT = "left out of the quick loop: its time is over (./dev test runs all)"
began = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--budget", type=float, metavar="SECONDS", help="run no more tests than this time allows")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[began] = time.monotonic()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--budget") is not None:
        today = date.today().isoformat()  # noqa: DTZ011 - any order will do, as long as it changes
        items.sort(key=lambda item: hashlib.sha256(f"{today} {item.nodeid}".encode()).digest())


def pytest_runtest_setup(item: pytest.Item) -> None:
    budget = item.config.getoption("--budget")
    if budget is not None and time.monotonic() - item.config.stash[began] > budget:
        pytest.skip(LEFT_OUT)
