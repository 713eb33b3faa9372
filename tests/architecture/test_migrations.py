"""The migrations say what the models say, and a database made by them has the tables that the tests run on."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.tables import described
from tools.shell import ROOT

DESCRIBE = (
    "import django, json; django.setup(); from tests.tables import described; print(json.dumps(list(described())))"
)


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The address of a database of its own beside the one of the tests."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'migrated.sqlite3'}"
        return
    import psycopg

    words = {key: connection.settings_dict[key.upper()] for key in ("host", "port", "user", "password")}
    name = f"{connection.settings_dict['NAME']}_migrated"
    with psycopg.connect(
        **{key: value for key, value in words.items() if value}, dbname="postgres", autocommit=True
    ) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            given = os.environ["GEZHI_TEST_POSTGRES_URL"]
            yield given.rpartition("/")[0] + "/" + quote(name)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(*words: str, url: str, folder: Path) -> str:
    env = os.environ | {
        "GEZHI_DATABASE_URL": url,
        "GEZHI_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_migrations_make_the_tables_of_the_models(db: None, tmp_path: Path) -> None:
    with empty_database(tmp_path) as url:
        run("-m", "gezhi", "migrate", "--verbosity", "0", url=url, folder=tmp_path)
        run("-m", "gezhi", "makemigrations", "--check", "--dry-run", url=url, folder=tmp_path)
        migrated = set(json.loads(run("-c", DESCRIBE, url=url, folder=tmp_path)))
    here = described()
    assert (migrated - here, here - migrated) == (set(), set())
