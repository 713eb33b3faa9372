"""What every bench is given: the places, how long to measure, and how to repeat."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar

from tests.bench.place import Place

T = TypeVar("T")
ROUNDS = 3
CONNECTIONS = 8


@dataclass
class Bench:
    """`places` by database; `programs` is the folder of pgbench, if there is one."""

    places: dict[str, Place]
    programs: Path | None = None
    seconds: float = 2.0
    is_full: bool = False
    say: Callable[[str], None] = field(default=print)

    @contextmanager
    def copies(self, label: str) -> Iterator[Iterator[Place]]:
        """A fresh copy of each place in turn."""

        def each() -> Iterator[Place]:
            for place in self.places.values():
                self.say(f"{label} on {place.vendor} ...")
                with place.copy(label) as copy:
                    yield copy

        copies = each()
        try:
            yield copies
        finally:
            copies.close()  # type: ignore[attr-defined]


def middle(values: list[float]) -> float:
    """The median: others may use the machine for a moment."""
    return median(values)
