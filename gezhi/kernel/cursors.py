"""Cursors for statements whose text never changes: what can be done once a text is done once.

Django writes the values of a statement into its text on PostgreSQL and looks for its placeholders anew each time on SQLite. That suits texts
which are made for one occasion. Those of `gezhi.kernel.rows` are few and come back with every request: here PostgreSQL parses them once a
connection (a prepared statement; values travel beside the text), and SQLite's placeholders are found once a process.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import RawCursor

PLACEHOLDER = re.compile("%s")


def opened() -> CursorWrapper:
    """A cursor for statements in Django's form (`%s`). Use it as a context."""
    # Each look at `connection` asks anew which thread this is.
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.vendor not in ("postgresql", "sqlite"):
        return ours.cursor()
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    raw: Any = Prepared(ours.connection) if ours.vendor == "postgresql" else ours.connection.cursor(factory=Remembering)
    return ours.make_debug_cursor(raw) if ours.queries_logged else ours.make_cursor(raw)


class Prepared(RawCursor[Any]):
    """A cursor of PostgreSQL that has every statement prepared."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        # Of a prepared one the driver keeps no text, and a log of statements asks for it.
        return super().execute(numbered(query), params, prepare=not connection.queries_logged, **options)


@lru_cache(maxsize=1000)
def numbered(text: str) -> str:
    """Placeholders as PostgreSQL itself counts them: $1, $2, ..."""
    number = count(1)
    return PLACEHOLDER.sub(lambda _found: f"${next(number)}", text)


class Remembering(SQLiteCursorWrapper):
    """Django's cursor, which knows the texts that it has seen."""

    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        assert param_names is None, "values go by their place"
        return questioned(query)


@lru_cache(maxsize=1000)
def questioned(text: str) -> str:
    return PLACEHOLDER.sub("?", text)
