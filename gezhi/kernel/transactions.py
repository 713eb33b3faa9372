"""The outermost action owns the transaction; an action called by another joins it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction

from gezhi.kernel import registers
from gezhi.kernel.refusals import Conflict

state = threading.local()
# SQLite lets one write at a time, and who waits for its lock sleeps and asks again. Threads of one process queue here instead and are woken.
writing = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Our turn to write, where the database has but one. Whoever is inside a transaction already has it."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with writing:
        yield


@contextmanager
def unit(*, alone: bool = False) -> Iterator[None]:
    """Everything inside stands or falls together. Also a decorator: `@unit()`.

    A unit inside another joins it without a savepoint, which would cost two statements; if it fails, the outer one fails with it.
    With `alone=True` it may fail by itself inside a larger one: a row of a batch, a case among the alarms.
    """
    depth = getattr(state, "depth", 0)
    try:
        with turn(), transaction.atomic(savepoint=alone or depth == 0):
            state.depth = depth + 1
            try:
                yield
            finally:
                state.depth = depth
    except BaseException:
        registers.take_back()
        raise


@contextmanager
def first_come(code: str, message: Any, *, field: str | None = None) -> Iterator[None]:
    """Two may look at once and both find a name free; the database's uniqueness then decides, and the second gets a `Conflict`.

    To be wrapped around the insert. The transaction is lost after it, so nothing more may be asked.
    """
    try:
        yield
    except IntegrityError as error:
        raise Conflict(code, message, field=field) from error
