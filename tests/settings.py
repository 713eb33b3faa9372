"""The settings of the test runs: those of config, on a home of their own that goes away afterwards.

SQLite in a file, because threads that compete for a row have to compete for a real lock; PostgreSQL where
GEZHI_TEST_POSTGRES_URL says so (`./dev test postgres` starts one and sets it).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = Path(tempfile.mkdtemp(prefix="gezhi-test-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)

# Nothing of the installation that the developer may have here is read or written.
for _name in [name for name in os.environ if name.startswith("GEZHI_") and not name.startswith("GEZHI_TEST_")]:
    if _name not in {"GEZHI_SHARED_DATA", "GEZHI_SCREENSHOTS", "GEZHI_CHROMIUM"}:
        del os.environ[_name]
os.environ["GEZHI_VAR"] = str(_home)
if os.environ.get("GEZHI_TEST_POSTGRES_URL"):
    os.environ["GEZHI_DATABASE_URL"] = os.environ["GEZHI_TEST_POSTGRES_URL"]

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, LOGGING, STATIC_ROOT, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Hashing a password properly costs a third of a second; no test is about that.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING["root"]["level"] = "WARNING"
