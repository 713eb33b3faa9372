"""Process-wide copies of rarely changed tables: boundaries, calendar, desks, matters.

Each register has a row with a random stamp. The action that changes the tables calls `touch(name)` in its transaction; every process
calls `look()` once a request (one small query) and loads anew what carries another stamp. So a changed boundary reaches all processes
without a restart. A thread believes its own stamp at once; rolled back, it is forgotten (`take_back`) and the comparison does the rest.
"""

import threading
import time
import uuid
from collections.abc import Callable
from typing import Generic, TypeVar

from gezhi.kernel.models import Register
from gezhi.kernel.rows import look_through

T = TypeVar("T")

seen = threading.local()


def look(*, no_older_than: float = 0.0) -> None:
    """Read the stamps of all registers: one query. What they guard is loaded only when it is asked for.

    With `no_older_than` seconds a look of this thread that is younger will do: an action joins the look of its request.
    """
    now = time.monotonic()
    if no_older_than and hasattr(seen, "stamps") and now - seen.looked < no_older_than:
        return
    seen.stamps = dict(look_through(Register, ("name", "stamp")))
    seen.unstamped = {}
    seen.looked = now


def forget() -> None:
    """The thread begins something new: the first register asked for looks again."""
    seen.__dict__.clear()


def touch(*names: str) -> None:
    """Say, inside the transaction of the change, that these registers changed."""
    for name in names:
        stamp = uuid.uuid4().hex
        Register.objects.update_or_create(name=name, defaults={"stamp": stamp})
        seen.is_own = True
        if hasattr(seen, "stamps"):
            seen.stamps[name] = stamp


def take_back() -> None:
    """A transaction of this thread was rolled back: the stamps it made are worth nothing, nor is what was loaded under them."""
    if getattr(seen, "is_own", False):
        forget()


class Cached(Generic[T]):
    """The value of `load()`, kept until the stamp of the register `name` changes."""

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self.name = name
        self.load = load
        self.held: tuple[str, T] | None = None
        self.lock = threading.Lock()

    def get(self) -> T:
        if not hasattr(seen, "stamps"):
            look()
        stamp = seen.stamps.get(self.name, "")
        held = self.held
        if held is not None and held[0] == stamp:
            return held[1]
        if not stamp:
            # Nobody has written these tables through an action yet: there is nothing to go by, so nothing outlives this look.
            if self.name not in seen.unstamped:
                seen.unstamped[self.name] = self.load()
            value: T = seen.unstamped[self.name]
            return value
        # One thread loads, the others wait for it: loading a thousand boundaries eight times over helps nobody.
        with self.lock:
            held = self.held
            if held is None or held[0] != stamp:
                held = self.held = (stamp, self.load())
            return held[1]
