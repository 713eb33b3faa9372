"""What of the books of matters one person reads: the whole district, the own streets, or the own department's matters."""

from dataclasses import dataclass

from gezhi.kernel.access import Actor
from gezhi.people.queries import directory, seats_with
from gezhi.territory.queries import AreaName, list_names


@dataclass(frozen=True, slots=True)
class Scope:
    """`streets` are those to choose from, `owners` the departments whose matters alone are shown (None: everybody's)."""

    streets: tuple[AreaName, ...]
    owners: frozenset[int] | None

    def shows(self, owner_id: int | None) -> bool:
        return self.owners is None or owner_id in self.owners

    def street(self, asked: str) -> str:
        """The street asked for, or the only one; "" is all of them."""
        codes = [one.code for one in self.streets]
        if asked in codes:
            return asked
        return codes[0] if self.is_bound and codes else ""

    @property
    def is_bound(self) -> bool:
        """Must a street be chosen, because nothing above it is the person's?"""
        return self.owners is None and len(self.streets) < len(list_names("street"))


def scope_of(actor: Actor) -> Scope:
    areas = actor.areas("matter.see")
    streets = list_names("street")
    if any(len(code) <= 6 for code in areas):
        return Scope(tuple(streets), None)
    own = {code[:9] for code in areas}
    if own:
        return Scope(tuple(one for one in streets if one.code in own), None)
    desks = directory().desks
    owners = {desks[seat].department_id for seat in seats_with("matter.see", actor)} - {None}
    return Scope(tuple(streets), frozenset(owner for owner in owners if owner is not None))
