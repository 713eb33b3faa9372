"""Gates before a post: what must have happened before it gives rights. A higher app registers one, people asks it and knows no more of it.

A post that is held back stands on the roster, so that everybody sees who is coming; it gives no right and no seat until its gate lets it
through. Whoever lets something through touches the register "people", as after every change of who may do what.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Wanting:
    """A post that would hold on the day."""

    post_id: int
    user_id: int
    role: str
    from_on: date


# The posts among these that stay shut on this day, each with the sentence why.
Gate = Callable[[Sequence[Wanting], date], dict[int, Any]]
gates: dict[str, Gate] = {}


def register(key: str, gate: Gate) -> None:
    """Put up a gate. It is asked in the hot path: no statement where it has nothing to say about these roles."""
    assert gates.get(key, gate).__qualname__ == gate.__qualname__, key
    gates[key] = gate


def held_back(posts: Sequence[Wanting], *, on: date) -> dict[int, Any]:
    """The posts that give no right on this day, by key, each with a sentence for the person."""
    found: dict[int, Any] = {}
    for gate in gates.values():
        for post_id, reason in gate(posts, on).items():
            found.setdefault(post_id, reason)
    return found
