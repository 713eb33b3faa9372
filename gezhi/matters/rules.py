"""Which time limit holds. Pure: plain values, no Django, no clock, no database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One row of the table of limits. No matter (None) or no level ("") means all of them; both days are included."""

    kind: str
    matter_id: int | None
    level: str
    is_emergency: bool
    amount: int
    unit: str
    valid_from: date
    valid_until: date | None = None
    basis: str = ""

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class NoLimit(LookupError):
    """No row covers this; the catalogue was never loaded, or the general row was ended without a successor."""


class LimitTable:
    """The rows laid out for look-up. An emergency goes before the ordinary, the matter before the level, the level before the general row."""

    def __init__(self, rows: Iterable[LimitRow]) -> None:
        self.rows: dict[tuple[str, bool, int | None, str], list[LimitRow]] = defaultdict(list)
        # The newest first: should two rows hold on one day, the later decision counts.
        for row in sorted(rows, key=lambda row: row.valid_from, reverse=True):
            self.rows[row.kind, row.is_emergency, row.matter_id, row.level].append(row)

    def choose(self, kind: str, *, matter_id: int | None, level: str, is_emergency: bool, on: date) -> LimitRow:
        """The most particular row that holds on this day. Raises `NoLimit`.

        An emergency falls back to the ordinary rows where none is made for it; nothing else ever sees the emergency rows.
        """
        for urgent in (True, False) if is_emergency else (False,):
            for matter in (matter_id, None) if matter_id is not None else (None,):
                for at_level in (level, "") if level else ("",):
                    for row in self.rows.get((kind, urgent, matter, at_level), ()):
                        if row.holds_on(on):
                            return row
        raise NoLimit(f"no limit of kind {kind!r} holds on {on.isoformat()}")


def choose_limit(
    rows: Iterable[LimitRow], *, kind: str, matter_id: int | None, level: str, is_emergency: bool, on: date
) -> LimitRow:
    """`LimitTable.choose` for a handful of rows."""
    return LimitTable(rows).choose(kind, matter_id=matter_id, level=level, is_emergency=is_emergency, on=on)
