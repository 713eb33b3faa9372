"""The district's numbers in memory: how long a notice stands, how long a tenure lasts, from how many evaluations on one may sum up."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import Cached
from gezhi.workforce.models import Policy, PolicyKind

REGISTER = "workforce"


class Policies:
    """Every number by its kind and days."""

    def __init__(self, rows: Iterable[tuple[str, date, int]]) -> None:
        self.rows: dict[str, list[tuple[date, int]]] = defaultdict(list)
        for kind, valid_from, number in sorted(rows):
            self.rows[kind].append((valid_from, number))

    def on(self, kind: str, day: date) -> int | None:
        """The number that holds on this day; None where the district has said nothing yet."""
        holding = [number for valid_from, number in self.rows.get(kind, ()) if valid_from <= day]
        return holding[-1] if holding else None


def load() -> Policies:
    return Policies(Policy.objects.values_list("kind", "valid_from", "number"))


register = Cached(REGISTER, load)


def number_on(kind: PolicyKind, day: date) -> int:
    """The number of a day. Raises `Refused`, never guesses."""
    number = register.get().on(kind, day)
    if number is None:
        raise Refused("no_policy", _("还没有设定“%(what)s”，请先设定。") % {"what": kind.label})
    return number
