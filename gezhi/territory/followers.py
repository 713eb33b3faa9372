"""Those who follow the land: what else moves when a plan takes effect, in the same transaction.

Territory knows neither desks nor cases. The apps above say here what they do when codes end: count what would move, for the preview, and
move it, for the day itself. They register in their `reactions.py`. A reaction to an event would come later, in a transaction of its own,
and for a while cases would lie on desks of grids that are no more (docs/decisions/0012).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from gezhi.kernel.access import Actor


@dataclass(frozen=True)
class Relocation:
    """How the land moves on `day`.

    `heirs`: for each code that ends, those that take over its land, the main one first; () for none.
    `made` are codes that come about, `redrawn` keep theirs with other outlines. `locate` gives the finest code of a point (degrees,
    CGCS2000) after the plan, or None.
    `households` are those of the codes that end, as far as known.
    """

    plan_id: int
    day: date
    heirs: Mapping[str, tuple[str, ...]]
    made: frozenset[str]
    redrawn: frozenset[str]
    locate: Callable[[float, float], str | None]
    households: Mapping[str, int] = field(default_factory=dict)

    def heir(self, code: str) -> str:
        """The code that answers for this one afterwards; itself if it doesn't end, the area around it if nobody inherits."""
        while code in self.heirs:
            code = self.heirs[code][0] if self.heirs[code] else code[:-3]
        return code

    def successors(self, code: str) -> tuple[str, ...]:
        """Where what stood on a code goes on: every heir that came about; of areas that stood before only the main one, they have their own."""
        heirs = self.heirs[code]
        return tuple(heir for heir in heirs if heir in self.made) or heirs[:1]


class Follower(Protocol):
    """One app that has something on the land."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        """What would move, counted, by the name of the count."""

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        """Move it, inside the transaction of the plan; counted by the same names."""


followers: dict[str, Follower] = {}


def register(key: str, follower: Follower) -> None:
    """Register under a stable name; the order of the apps is the order of the layers, since the lower app's reactions are loaded first."""
    followers[key] = follower


def foreseen(relocation: Relocation) -> dict[str, Any]:
    """What would move, by follower."""
    return {key: dict(follower.foresee(relocation)) for key, follower in followers.items()}


def all_follow(relocation: Relocation, *, actor: Actor, at: datetime) -> dict[str, Any]:
    return {key: dict(follower.follow(relocation, actor=actor, at=at)) for key, follower in followers.items()}
