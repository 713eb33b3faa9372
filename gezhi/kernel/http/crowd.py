"""So many at once and no more, in each process: a crowd that can wait must not keep from working those who can't."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore


class Crowded(Exception):
    """HTTP 503 with a time after which to come again, drawn anew for everybody so that they don't come back together."""


class Gate:
    """`with gate.entered():` raises `Crowded` at once where `most` are inside already: a thread that waits is one less for the others."""

    def __init__(self, most: int) -> None:
        self.places = BoundedSemaphore(most)

    @contextmanager
    def entered(self) -> Iterator[None]:
        if not self.places.acquire(blocking=False):
            raise Crowded
        try:
            yield
        finally:
            self.places.release()
