"""What is in a store and in whose hands, from movements alone. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

TAKEN_IN, ISSUED, RETURNED, LOST, WRITTEN_OFF = "taken_in", "issued", "returned", "lost", "written_off"
# What a movement does to the store, and to what a person holds.
EFFECTS = {TAKEN_IN: (1, 0), ISSUED: (-1, 1), RETURNED: (1, -1), LOST: (0, -1), WRITTEN_OFF: (-1, 0)}


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement: what kind, how many, with whom (None where only the store is concerned)."""

    kind: str
    count: int
    user_id: int | None = None


@dataclass
class Balance:
    """How much is in the store, and how much each person holds."""

    in_store: int = 0
    held: Counter[int] = field(default_factory=Counter)

    @property
    def in_hands(self) -> int:
        return sum(self.held.values())

    @property
    def is_sound(self) -> bool:
        """Nothing below nothing."""
        return self.in_store >= 0 and all(count >= 0 for count in self.held.values())

    def after(self, moved: Moved) -> "Balance":
        store, person = EFFECTS[moved.kind]
        held = Counter(self.held)
        if moved.user_id is not None and person:
            held[moved.user_id] += person * moved.count
        return Balance(self.in_store + store * moved.count, held)


def balance_of(movements: Iterable[Moved]) -> Balance:
    """The sum of everything that ever moved."""
    balance = Balance()
    for moved in movements:
        balance = balance.after(moved)
    return balance


def allows(balance: Balance, moved: Moved) -> bool:
    """Would the balance still be sound? The ledger refuses anything else, so what it says can always be laid on the table."""
    return moved.count >= 1 and balance.after(moved).is_sound
