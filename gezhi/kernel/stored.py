"""From the value that a model holds to what the database is given, and back: what the model's field would do, only quicker.

A field of Django looks at each value from all sides. Most values are of the field's own plain type, and then the answer is known beforehand:
the value itself on SQLite, its text on PostgreSQL. Everything else still goes through the field.

PostgreSQL is given text for everything, because it then takes the type from the column: one prepared statement serves every value.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, TypeAlias

from django.db import connection, models
from psycopg.types.json import Jsonb

Convert = Callable[[Any], Any]
Field: TypeAlias = "models.Field[Any, Any]"
# The plain type of a column by the name that a field gives it.
PLAIN: dict[str, type] = {
    "CharField": str,
    "TextField": str,
    "BooleanField": bool,
    "FloatField": float,
    "DateTimeField": datetime,
    "BigAutoField": int,
    "BigIntegerField": int,
    "IntegerField": int,
    "PositiveIntegerField": int,
    "PositiveSmallIntegerField": int,
}
TEXTS: dict[type, Convert] = {
    bool: {True: "t", False: "f"}.__getitem__,
    int: int.__repr__,
    float: float.__repr__,
    datetime: datetime.isoformat,
}


@dataclass(frozen=True, slots=True)
class Storer:
    """What the database at hand is given for a value of a field: the value itself if it is None or of type `free`, else `convert(value)`."""

    free: type | None
    convert: Convert

    def __call__(self, value: Any) -> Any:
        return value if value is None or type(value) is self.free else self.convert(value)


@cache
def storer(vendor: str, field: Field) -> Storer:
    assert not getattr(field, "auto_now", False), f"{field}: time is passed in"
    assert not getattr(field, "auto_now_add", False), f"{field}: time is passed in"
    asked: Field = field.target_field if isinstance(field, models.ForeignKey) else field
    # A field of our own may do anything with its values.
    plain = PLAIN.get(asked.get_internal_type()) if type(asked).__module__.startswith("django.") else None
    write = TEXTS.get(plain) if vendor == "postgresql" and plain else utc_text if plain is datetime else None

    def convert(value: Any) -> Any:
        if write is not None and type(value) is plain and not is_naive(value):
            return write(value)
        given = asked.get_db_prep_save(value, connection)
        return told(given) if vendor == "postgresql" else given

    return Storer(plain if write is None else None, convert)


def is_naive(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


@lru_cache(maxsize=4096)
def utc_text(at: datetime) -> str:
    """An instant as SQLite keeps it. The rows of a batch share most of theirs."""
    return str(at.astimezone(UTC).replace(tzinfo=None))


def told(given: Any) -> Any:
    """In words for PostgreSQL what a field has already made fit for it."""
    if isinstance(given, str):
        return str(given)
    if isinstance(given, Jsonb):
        return (given.dumps or json.dumps)(given.obj)
    return TEXTS[type(given)](given) if type(given) in TEXTS else given


@cache
def loader(vendor: str, model: type[models.Model], field: Field) -> Convert | None:
    """From what the database gives to what the model holds; None where that is the same."""
    expression = field.get_col(model._meta.db_table)
    chain = [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]
    if not chain:
        return None

    def load(value: Any) -> Any:
        for one in chain:
            value = one(value, expression, connection)
        return value

    return load
