"""The tables of a test database are made from the models at once, which takes two seconds; the migrations take twenty.

What migrations do besides, the index of the search, is done after it. That both ways end in the same tables is proved by
`tests/architecture/test_migrations.py`.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, migrations

from gezhi.testing import own_models


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """pytest-django's, and then what no model says."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for step in beside_the_models():
            step.code(apps, editor)  # type: ignore[arg-type]  # today's models serve as well


def beside_the_models() -> Iterator[migrations.RunPython]:
    """The programs in our own migrations; those that only move rows find none."""
    for config in apps.get_app_configs():
        if not config.name.startswith("gezhi.") or not Path(config.path, "migrations").is_dir():
            continue
        folder = import_module(f"{config.name}.migrations")
        for name in sorted(found.name for found in pkgutil.iter_modules(folder.__path__)):
            operations = import_module(f"{folder.__name__}.{name}").Migration.operations
            yield from (step for step in operations if isinstance(step, migrations.RunPython))


def described() -> set[str]:
    """Every column, constraint and index of our own tables in this database, whatever the order of the columns."""
    tables = sorted(model._meta.db_table for model in own_models())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Django's introspection trips over the commas in our constraints.
            cursor.execute("SELECT tbl_name, name, coalesce(sql, '') FROM sqlite_master")
            return {f"{name} {pieces(sql)}" for table, name, sql in cursor.fetchall() if table in tables}
        lines = set()
        for table in tables:
            for column in connection.introspection.get_table_description(cursor, table):
                lines.add(f"{table}.{column.name} {column.type_code} {column.display_size} {column.null_ok}")
            for name, constraint in connection.introspection.get_constraints(cursor, table).items():
                facts = {key: constraint[key] for key in ("columns", "unique", "primary_key", "foreign_key", "check")}
                lines.add(f"{table} {name} {facts}")
        return lines


def pieces(sql: str) -> list[str]:
    """What stands within a statement's outer brackets, sorted: a column added later stands last in its table."""
    head, _, within = sql.partition("(")
    return [head, *sorted(within.rpartition(")")[0].split(", "))]
