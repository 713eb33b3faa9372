"""What every test may ask for, in the apps and in tests/."""

import os
from pathlib import Path

import pytest
from django.db import connection

# The town and its cast: fixtures `town` and `client_as`; tables made at once; the order of the quick loop.
pytest_plugins = ["gezhi.testing", "tests.tables", "tests.quick"]
ROOT = Path(__file__).resolve().parent


@pytest.fixture
def database(db: None) -> str:
    """The kind of database that this run uses: "sqlite" or "postgresql"."""
    return connection.vendor


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real messages and areas, which is no part of the repository; the test is skipped without it."""
    folder = Path(os.environ.get("GEZHI_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"needs the real data: set GEZHI_SHARED_DATA or put them in {folder}")
    return folder
