"""The outermost action owns the transaction; an action called by another joins it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

state = threading.local()


@contextmanager
def unit(*, alone: bool = False) -> Iterator[None]:
    """Everything inside stands or falls together. Also a decorator: `@unit()`.

    A unit inside another joins it without a savepoint, which would cost two statements; if it fails, the outer one fails with it.
    With `alone=True` it may fail by itself inside a larger one: a row of a batch, a case among the alarms.
    """
    depth = getattr(state, "depth", 0)
    with transaction.atomic(savepoint=alone or depth == 0):
        state.depth = depth + 1
        try:
            yield
        finally:
            state.depth = depth
