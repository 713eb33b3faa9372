"""Plain statements for the paths that every report and every step pass: insert rows, change one, read a few columns of one.

They are what the ORM would send, and values go through the model's own fields; but the text of a statement is made once a process. The ORM
builds it anew each time, which costs several times what the database needs to carry it out (docs/bench.md). Only tables of our own, no
expressions and no joins: for everything else there is the ORM.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.transaction import mark_for_rollback_on_error

Row = TypeVar("Row", bound=models.Model)
# A hundred rows a statement: more saves nothing, and each number of rows has its own text to be kept. SQLite took no more than 999
# parameters until 3.32.
MOST_ROWS, MOST_PARAMETERS = 100, 900 if sqlite3.sqlite_version_info < (3, 32) else 20_000


def insert(rows: Sequence[Row]) -> list[Row]:
    """Insert new rows of one model; each has its primary key afterwards. One statement a hundred rows."""
    if not rows:
        return []
    model = type(rows[0])
    fields = fields_of(model)
    if not connection.features.can_return_rows_from_bulk_insert and model._meta.auto_field is not None:
        return list(model._base_manager.bulk_create(rows, batch_size=1000))
    step = min(MOST_ROWS, MOST_PARAMETERS // len(fields))
    for first in range(0, len(rows), step):
        insert_some(model, fields, rows[first : first + step])
    return list(rows)


def insert_some(model: type[models.Model], fields: "tuple[models.Field[Any, Any], ...]", rows: Sequence[Row]) -> None:
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    with mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(insertion(connection.vendor, model, len(rows)), values)
        keys = cursor.fetchall() if model._meta.auto_field is not None else []
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    for row, (key,) in zip(rows, keys, strict=bool(keys)):
        row.pk = key


def change(row: models.Model, changes: dict[str, Any], **where: Any) -> bool:
    """Set columns of one row if it is still as `where` says; was it? The object in hand stays as it is."""
    model = row.__class__  # not type(): request.user is a proxy
    fields = [column(model, name) for name in (*changes, "pk", *where)]
    given = [*changes.values(), row.pk, *where.values()]
    values = [field.get_db_prep_save(value, connection) for field, value in zip(fields, given, strict=True)]
    with mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(setting(connection.vendor, model, tuple(changes), ("pk", *where)), values)
        return bool(cursor.rowcount == 1)


def look_up(model: type[models.Model], names: tuple[str, ...], **where: Any) -> tuple[Any, ...] | None:
    """These columns of the one row that `where` names by a unique key; None if there is none."""
    text, converters = selection(connection.vendor, model, names, tuple(where))
    values = [column(model, name).get_db_prep_save(value, connection) for name, value in where.items()]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = cursor.fetchone()
    if found is None:
        return None
    return tuple(convert(value) for convert, value in zip(converters, found, strict=True))


# --- texts ----------------------------------------------------------------------------------------------------------


def quoted(name: str | None) -> str:
    assert name, "a field without a column"
    return str(connection.ops.quote_name(name))


def placeholder(field: "models.Field[Any, Any]") -> str:
    own = getattr(field, "get_placeholder", None)
    return str(own(None, None, connection)) if own else "%s"


@cache
def fields_of(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    """What an insert writes: everything but a key that the database gives."""
    return tuple(field for field in model._meta.local_concrete_fields if field is not model._meta.auto_field)


@cache
def column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """A field by its name, its column's name (`desk_id`) or `pk`."""
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, models.Field), name
    return field


@cache
def insertion(vendor: str, model: type[models.Model], count: int) -> str:
    fields = fields_of(model)
    row = f"({', '.join(placeholder(field) for field in fields)})"
    key = model._meta.auto_field
    return (
        f"INSERT INTO {quoted(model._meta.db_table)} ({', '.join(quoted(field.column) for field in fields)})"  # noqa: S608 - names are the models'
        f" VALUES {', '.join([row] * count)}" + (f" RETURNING {quoted(key.column)}" if key is not None else "")
    )


def tests(model: type[models.Model], where: tuple[str, ...]) -> str:
    return " AND ".join(f"{quoted(column(model, name).column)} = %s" for name in where)


@cache
def setting(vendor: str, model: type[models.Model], names: tuple[str, ...], where: tuple[str, ...]) -> str:
    fields = [column(model, name) for name in names]
    changes = ", ".join(f"{quoted(field.column)} = {placeholder(field)}" for field in fields)
    return f"UPDATE {quoted(model._meta.db_table)} SET {changes} WHERE {tests(model, where)}"  # noqa: S608 - names are the models'


@cache
def selection(
    vendor: str, model: type[models.Model], names: tuple[str, ...], where: tuple[str, ...]
) -> tuple[str, list[Callable[[Any], Any]]]:
    fields = [column(model, name) for name in names]
    listed = ", ".join(quoted(field.column) for field in fields)
    text = f"SELECT {listed} FROM {quoted(model._meta.db_table)} WHERE {tests(model, where)}"  # noqa: S608 - names are the models'
    return text, [converter(model, field) for field in fields]


def converter(model: type[models.Model], field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    """From what the database gives to what the model holds."""
    expression = field.get_col(model._meta.db_table)
    chain = [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]

    def convert(value: Any) -> Any:
        for one in chain:
            value = one(value, expression, connection)
        return value

    return convert
