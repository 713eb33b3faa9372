"""The ladder in memory."""

from typing import cast

from gezhi.cases.ladder import Ladder, RungRow
from gezhi.cases.models.rung import Rung
from gezhi.kernel.registers import Cached
from gezhi.kernel.worktime import Limit, Unit


def load() -> Ladder:
    rows = Rung.objects.values_list(
        "flight", "is_emergency", "amount", "unit", "deed", "valid_from", "valid_until", "basis"
    )
    return Ladder(
        RungRow(flight, is_emergency, Limit(amount, cast(Unit, unit)), deed, valid_from, valid_until, basis)
        for flight, is_emergency, amount, unit, deed, valid_from, valid_until, basis in rows
    )


REGISTER = "ladder"
register = Cached(REGISTER, load)


def ladder() -> Ladder:
    """The ladder as it stands; no query while nothing changed."""
    return register.get()
