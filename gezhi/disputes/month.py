"""A month of disputes in numbers: by type and by area, each with what it was counted from.

Inside one's own area the numbers stand as they are. Beside it, where one may not look into the disputes themselves, a number from 1 to 4
could point at somebody: it is held back, and so is everything from which it could be reckoned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from gezhi.disputes.models import COLUMNS, Dispute, place_in
from gezhi.disputes.queries import types
from gezhi.kernel.access import Actor
from gezhi.territory.codes import Level
from gezhi.territory.queries import area_name, list_names

SMALLEST = 5
LEVELS: dict[int, Level] = {6: "street", 9: "community", 12: "grid"}


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month where the district lies."""

    year: int
    month: int

    @classmethod
    def of(cls, text: str, at: datetime) -> Self:
        """From `2026-03`; the month of `at` for anything else, and for what is yet to come."""
        now = timezone.localdate(at)
        year, _dash, month = text.partition("-")
        if year.isascii() and year.isdigit() and len(year) == 4 and month.isascii() and month.isdigit():
            wanted = (int(year), int(month))
            if wanted[0] >= 2000 and 1 <= wanted[1] <= 12 and wanted <= (now.year, now.month):
                return cls(*wanted)
        return cls(now.year, now.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def before(self) -> "Month":
        last = date(self.year, self.month, 1) - timedelta(days=1)
        return Month(last.year, last.month)

    @property
    def after(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From its first instant until that of the next month."""
        after = self.after
        zone = timezone.get_default_timezone()
        return datetime(self.year, self.month, 1, tzinfo=zone), datetime(after.year, after.month, 1, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One line. `registered` came in this month, `settled` were settled in it: `agreed` of them by agreement, `late` after the limit.

    None where a number is held back.
    """

    registered: int | None = 0
    settled: int | None = 0
    agreed: int | None = 0
    late: int | None = 0

    @property
    def rate(self) -> int | None:
        """Agreements in a hundred settled; None without any, and where it would tell what is held back."""
        return round(100 * self.agreed / self.settled) if self.settled and self.agreed is not None else None

    def held_back(self) -> "Numbers":
        """As others may read it."""

        def is_small(*numbers: int | None) -> bool:
            return any(number is not None and 0 < number < SMALLEST for number in numbers)

        settled, agreed, late = self.settled or 0, self.agreed or 0, self.late or 0
        return Numbers(
            None if is_small(self.registered) else self.registered,
            None if is_small(settled) else settled,
            None if is_small(settled, agreed, settled - agreed) else agreed,
            None if is_small(settled, late, settled - late) else late,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """`key` is a type's id or an area's code; `is_own` where the reader may open the disputes behind the numbers."""

    key: str
    name: str
    numbers: Numbers
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class MonthlyCounts:
    """`within`: the parts of `area`. `beside`: its neighbours and itself, where the reader's own area ends with it."""

    area: str
    total: Numbers
    by_type: list[Line]
    within: list[Line]
    beside: list[Line]


NAMES = ("registered", "settled", "agreed", "late")


def counts_of_month(month: Month, actor: Actor, *, area: str = "") -> MonthlyCounts:
    """The month in `area`, which is one of the actor's own; by default the first of them. At most three statements."""
    own = actor.areas("dispute.see")
    home = area if area_name(area) is not None and is_within(area, own) else own[0] if own else ""
    home = home or settings.DISTRICT
    by_type = lines_by_type(month, home)
    total = Numbers(*(sum(getattr(line.numbers, name) or 0 for line in by_type) for name in NAMES))
    within = lines_by_area(month, home, own) if len(home) < 15 else []
    beside = lines_by_area(month, home[:-3], own) if home in own and len(home) > 6 else []
    return MonthlyCounts(home, total, by_type, within, beside)


def is_within(code: str, own: Iterable[str]) -> bool:
    return bool(code) and any(code.startswith(one) for one in own)


def tallied(month: Month, where: Q, column: str) -> dict[str, Numbers]:
    """The numbers by the values of a column. One statement."""
    first, end = month.span
    came = Q(reported_at__gte=first, reported_at__lt=end)
    settled = Q(settled_at__gte=first, settled_at__lt=end)
    rows = (
        Dispute.objects.filter(where)
        .filter(came | settled)
        .order_by()
        .values_list(column)
        .annotate(
            registered=Count("pk", filter=came),
            settled=Count("pk", filter=settled),
            agreed=Count("pk", filter=settled & Q(outcome="agreed")),
            late=Count("pk", filter=settled & Q(was_late=True)),
        )
    )
    return {str(key): Numbers(*numbers) for key, *numbers in rows}


def lines_by_type(month: Month, home: str) -> list[Line]:
    found = tallied(month, place_in(home), "type_id")
    return [
        Line(str(one.id), one.name, found.get(str(one.id), Numbers()))
        for one in types().values()
        if one.is_active or str(one.id) in found
    ]


def lines_by_area(month: Month, roof: str, own: Iterable[str]) -> list[Line]:
    """The parts of `roof`; those that are not the reader's own with small numbers held back."""
    found = tallied(month, place_in(roof), COLUMNS[len(roof) + 3])
    return [
        Line(part.code, part.short_name, numbers if is_own else numbers.held_back(), is_own)
        for part in list_names(LEVELS[len(roof)], within=roof)
        for numbers, is_own in [(found.get(part.code, Numbers()), is_within(part.code, own))]
    ]
