"""Plain statements for the paths that every report and every step pass: insert rows, change one, read one.

They are what the ORM would send, and values become what the model's own fields make of them; but the text of a statement is made once a process,
and what a field does with a value of its own plain type (nothing, mostly) is not asked again. The ORM does both anew each time, which costs
several times what the database needs to carry the statement out (docs/bench.md). Only tables of our own, no expressions and no joins: for
everything else there is the ORM.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState
from django.db.transaction import mark_for_rollback_on_error

from gezhi.kernel.cursors import opened
from gezhi.kernel.stored import Convert, loader, storer

Row = TypeVar("Row", bound=models.Model)
# Up to here rows go in by one statement of values, which for one or two is the cheapest. More are written in one go under keys that were
# drawn before: COPY on PostgreSQL, the same statement again and again on SQLite.
FEW = 8


def fresh(model: type[Row], **values: Any) -> Row:
    """`model(**values)` for a row that is to be inserted; names are those of columns (`case_id`). Django asks every field of a row of sixty
    columns what it would be by default; the answer is always the same, so it is asked once a process. No signals: the house has none.
    """
    template = dict(blank(model))
    for name, default in makers(model):
        template[name] = default()
    known = len(template)
    template.update(values)
    if len(template) != known:
        raise TypeError(f"{model.__name__} has no column {', '.join(values.keys() - dict(blank(model)).keys())}")
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(template)
    return row


@cache
def blank(model: type[models.Model]) -> tuple[tuple[str, Any], ...]:
    """Every column of a new row in order, and what stands in it if nothing is said; None where that is made anew each time."""
    made = dict(makers(model))
    return tuple(
        (field.attname, None if field.attname in made else field.get_default()) for field in model._meta.concrete_fields
    )


@cache
def makers(model: type[models.Model]) -> tuple[tuple[str, Callable[[], Any]], ...]:
    made = (field for field in model._meta.concrete_fields if field.has_default() and callable(field.default))
    return tuple((field.attname, field.default) for field in made)


def insert(rows: Sequence[Row]) -> list[Row]:
    """Insert new rows of one model; each has its primary key afterwards. One statement, or two where there are many."""
    if not rows:
        return []
    model = type(rows[0])
    if connection.vendor not in ("postgresql", "sqlite"):
        return list(model._base_manager.bulk_create(rows, batch_size=1000))
    has_own_key = model._meta.auto_field is None
    with mark_for_rollback_on_error(using=connection.alias):
        if len(rows) <= FEW or not connection.in_atomic_block:
            for first in range(0, len(rows), FEW):
                insert_few(model, rows[first : first + FEW])
        else:
            if not has_own_key:
                for row, key in zip(rows, drawn(model, len(rows)), strict=True):
                    row.pk = key
            write(model, tuple(model._meta.local_concrete_fields), rows)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return list(rows)


def insert_few(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    values = list(chain.from_iterable(lines(fields_of(model), rows)))
    with opened() as cursor:
        cursor.execute(insertion(connection.vendor, model, len(rows)), values)
        keys = cursor.fetchall() if model._meta.auto_field is not None else []
    for row, (key,) in zip(rows, keys, strict=bool(keys)):
        row.pk = key


def drawn(model: type[models.Model], number: int) -> list[int]:
    """Keys that nobody else gets: from the sequence on PostgreSQL; on SQLite the next ones, because a transaction there writes alone."""
    table, key = model._meta.db_table, model._meta.pk.column
    with opened() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            (last,) = cursor.fetchone() or (0,)
            return list(range(last + 1, last + 1 + number))
        text = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(text, [quoted(table), key, str(number)])
        return sorted(key for (key,) in cursor.fetchall())


def write(
    model: type[models.Model], fields: "tuple[models.Field[Any, Any], ...]", rows: Sequence[models.Model]
) -> None:
    columns = ", ".join(quoted(field.column) for field in fields)
    with connection.wrap_database_errors, opened() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN") as copy:
                for line in lines(fields, rows):
                    copy.write_row(line)
        else:
            holes = ", ".join(placeholder(field) for field in fields)
            text = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({holes})"  # noqa: S608 - names are the models'
            cursor.executemany(text, list(lines(fields, rows)))


def change(row: models.Model, changes: dict[str, Any], **where: Any) -> bool:
    """Set columns of one row if it is still as `where` says; was it? The object in hand stays as it is."""
    model, vendor = row.__class__, connection.vendor  # not type(): request.user is a proxy
    given = [*changes.items(), ("pk", row.pk), *where.items()]
    with mark_for_rollback_on_error(using=connection.alias), opened() as cursor:
        text = setting(vendor, model, tuple(changes), ("pk", *where))
        cursor.execute(text, [storer(vendor, column(model, name))(value) for name, value in given])
        return bool(cursor.rowcount == 1)


def look_up(model: type[models.Model], names: tuple[str, ...], **where: Any) -> tuple[Any, ...] | None:
    """These columns of the one row that `where` names by a unique key; None if there is none."""
    vendor = connection.vendor
    text, loaders = selection(vendor, model, names, tuple(where))
    with opened() as cursor:
        cursor.execute(text, [storer(vendor, column(model, name))(value) for name, value in where.items()])
        found = cursor.fetchone()
    return None if found is None else tuple(loaded(found, loaders))


def look_through(model: type[models.Model], names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """These columns of every row, in no order: for tables of a handful of rows."""
    text, loaders = selection(connection.vendor, model, names, ())
    with opened() as cursor:
        cursor.execute(text, [])
        return [tuple(loaded(found, loaders)) for found in cursor.fetchall()]


def fetch(model: type[Row], **where: Any) -> Row | None:
    """The one row that `where` names by a unique key, whole; None if there is none."""
    names = tuple(field.attname for field in model._meta.concrete_fields)
    found = look_up(model, names, **where)
    return None if found is None else model.from_db(connection.alias, names, found)


# --- values ---------------------------------------------------------------------------------------------------------


def lines(fields: "tuple[models.Field[Any, Any], ...]", rows: Sequence[models.Model]) -> Iterable[tuple[Any, ...]]:
    """The values of each row as the database is given them. A column at a time: most hold nothing that has to be converted, which one look
    at the kinds of its values tells.
    """
    take, storers = reading(connection.vendor, fields)
    columns = zip(*map(take, rows), strict=True)
    return zip(*(stored(column, *one) for column, one in zip(columns, storers, strict=True)), strict=True)


NOTHING = type(None)


def stored(values: Sequence[Any], free: type | None, convert: Convert) -> Sequence[Any]:
    kinds = set(map(type, values))
    kinds.discard(NOTHING)
    if not kinds or kinds == {free}:
        return values
    return [value if value is None or type(value) is free else convert(value) for value in values]


@cache
def reading(
    vendor: str, fields: "tuple[models.Field[Any, Any], ...]"
) -> tuple[Convert, list[tuple[type | None, Convert]]]:
    """All values of a row in one go, and what becomes of each; see `Storer`."""
    storers = [storer(vendor, field) for field in fields]
    return attrgetter(*(field.attname for field in fields)), [(one.free, one.convert) for one in storers]


def loaded(found: Sequence[Any], loaders: Sequence[Convert | None]) -> Iterable[Any]:
    return (value if load is None else load(value) for load, value in zip(loaders, found, strict=True))


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
) -> tuple[str, list[Convert | None]]:
    fields = [column(model, name) for name in names]
    listed = ", ".join(quoted(field.column) for field in fields)
    text = f"SELECT {listed} FROM {quoted(model._meta.db_table)}"  # noqa: S608 - names are the models'
    return text + (f" WHERE {tests(model, where)}" if where else ""), [loader(vendor, model, field) for field in fields]
