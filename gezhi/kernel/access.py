"""Who acts, and what that person may do: right x area subtree x desk.

An `Actor` is computed once a request from the posts of a user (`gezhi.people.access.actor_for`); rules and actions only ever ask it.
Area codes are prefixes of each other, so "inside this street" is `code.startswith(street_code)`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["staff", "resident", "system", "connector"]


class Denied(Exception):
    """The actor lacks a right here. HTTP 403; where an object was asked for, the fetching function turns it into `Missing`."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


@dataclass(frozen=True, slots=True)
class Grant:
    """One right, given by one post.

    `area` is a code prefix ("" is everywhere). With a `desk_id` the right holds at that desk alone, without one in the whole subtree of `area`.
    """

    right: str
    area: str
    desk_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Somebody or something that acts. `name` is what the timeline shows; `desks` are those where the actor sits today."""

    kind: Kind
    name: str
    user_id: int | None = None
    grants: tuple[Grant, ...] = ()
    desks: frozenset[int] = frozenset()
    # The officer's duty (system, security, audit), or "" for everybody else.
    officer: str = ""

    @staticmethod
    def system(name: str) -> "Actor":
        """The clock, an import, the simulation: it may do everything, and the log names it."""
        return Actor(kind="system", name=name, grants=(Grant("*", ""),))

    @staticmethod
    def resident(name: str = "居民") -> "Actor":
        """Whoever stands at the residents' door: no rights but those that the portal's actions give by receipt code."""
        return Actor(kind="resident", name=name)

    @cached_property
    def by_right(self) -> dict[str, tuple[Grant, ...]]:
        table: dict[str, tuple[Grant, ...]] = {}
        for grant in self.grants:
            table[grant.right] = (*table.get(grant.right, ()), grant)
        return table

    def granted(self, right: str) -> tuple[Grant, ...]:
        return self.by_right.get(right, ()) + self.by_right.get("*", ())

    def may(self, right: str, *, area: str = "", desk_id: int | None = None) -> bool:
        """Does a grant of `right` cover this area code, or this very desk?"""
        return any(
            (grant.desk_id is None and area.startswith(grant.area))
            or (grant.desk_id is not None and grant.desk_id == desk_id)
            for grant in self.granted(right)
        )

    def has(self, right: str) -> bool:
        """Does the actor hold `right` anywhere at all? For menus, never for decisions."""
        return bool(self.granted(right))

    def require(self, right: str, *, area: str = "", desk_id: int | None = None) -> None:
        if not self.may(right, area=area, desk_id=desk_id):
            raise Denied(right)

    def areas(self, right: str) -> tuple[str, ...]:
        """The code prefixes in whose whole subtree `right` holds, none inside another; ("",) is everywhere."""
        codes = sorted({grant.area for grant in self.granted(right) if grant.desk_id is None})
        kept: list[str] = []
        for code in codes:
            if not kept or not code.startswith(kept[-1]):
                kept.append(code)
        return tuple(kept)

    def desks_with(self, right: str) -> frozenset[int]:
        """The desks at which `right` holds by a seat there, beyond the subtrees of `areas`."""
        return frozenset(grant.desk_id for grant in self.granted(right) if grant.desk_id is not None)
