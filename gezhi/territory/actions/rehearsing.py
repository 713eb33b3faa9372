"""A dry run: everything is done as it would be, told, and taken back."""

from collections.abc import Callable
from typing import TypeVar

from gezhi.kernel.transactions import unit

T = TypeVar("T")


class Rehearsed(Exception):
    """Raised to take everything back; never seen outside."""


def rehearse(do: Callable[[], T]) -> T:
    """What `do` answers; nothing of what it did stays."""
    answer: list[T] = []
    try:
        with unit(alone=True):
            answer.append(do())
            raise Rehearsed
    except Rehearsed:
        return answer[0]
