"""The ledger of what the teams cost, summed: whole fen all the way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Sum

from gezhi.people.models import BudgetLine, Purpose, within


@dataclass
class Sums:
    """A year of an area, or of all: by purpose and together, in fen."""

    by_purpose: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Purpose.values, 0))

    @property
    def total(self) -> int:
        return sum(self.by_purpose.values())


@dataclass(frozen=True)
class YearSums:
    year: int
    areas: dict[str, Sums]
    total: Sums


def year_sums(areas: Iterable[str], year: int) -> YearSums:
    """By area and purpose, corrections included. One statement."""
    rows = (
        BudgetLine.objects.filter(within(areas, "area__code"), year=year)
        .order_by()
        .values_list("area__code", "purpose")
        .annotate(fen=Sum("fen"))
    )
    by_area: dict[str, Sums] = defaultdict(Sums)
    total = Sums()
    for code, purpose, fen in rows:
        by_area[code].by_purpose[purpose] += fen
        total.by_purpose[purpose] += fen
    return YearSums(year, dict(sorted(by_area.items())), total)


def years(areas: Iterable[str]) -> list[int]:
    """The years that have lines, the latest first. One statement."""
    rows = BudgetLine.objects.filter(within(areas, "area__code"))
    return sorted(set(rows.order_by().values_list("year", flat=True)), reverse=True)


def lines(areas: Iterable[str], year: int) -> list[BudgetLine]:
    """Every line of a year as it was entered. One statement."""
    rows = BudgetLine.objects.filter(within(areas, "area__code"), year=year)
    return list(rows.select_related("area", "entered_by").order_by("-id"))
