"""What a theme of the support workspace says of itself: its pages for the bar, and its cards for the landing page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gezhi.kernel.access import Actor
from gezhi.web.middleware import DeskRequest


@dataclass(frozen=True, slots=True)
class Card:
    """A number that waits for somebody, and the way to what it counts. `state` ("overdue", "soon", "ok" or "") colours it; the words say it too."""

    label: Any
    hint: Any
    number: str
    href: str
    state: str = ""
    is_none: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a room in the bar: its label, its address by name, and the rights of which one opens it."""

    label: Any
    url_name: str
    rights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A theme: the people, their training, the party, the matters.

    `cards` is asked for the landing page, by people who hold a right of one of the pages; it should cost few statements and
    leave out what the person has no right to see.
    """

    name: str
    label: Any
    icon: str
    leaves: Sequence[Leaf]
    cards: Callable[[DeskRequest], Sequence[Card]]

    def leaves_for(self, actor: Actor) -> list[Leaf]:
        return [leaf for leaf in self.leaves if any(actor.has(right) for right in leaf.rights)]
