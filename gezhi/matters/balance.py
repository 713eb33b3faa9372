"""Do authority and funds match the work (权责对等、事财匹配)? Pure: plain values in, what is out of balance out."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Mismatch(TextChoices):
    """What is out of balance with a matter."""

    UNSTATED = "unstated", _("没有权限和责任说明")
    UNFUNDED = "unfunded", _("有事无费")
    UNPAID = "unpaid", _("到账不足")
    THIN = "thin", _("每件经费过低")
    IDLE = "idle", _("有费无事")


@dataclass(frozen=True, slots=True)
class Account:
    """A matter's year up to today; money in fen. `gone` is the share of its days of the year that is over."""

    has_authority: bool
    promised: int
    received: int
    cases: int
    gone: float = 1.0

    @property
    def owed(self) -> int:
        """What should have come by now."""
        return round(self.promised * self.gone)

    @property
    def fen_a_case(self) -> float | None:
        return self.received / self.cases if self.cases else None


@dataclass(frozen=True, slots=True)
class Measure:
    """From when on something is a mismatch: cases, fen a case, per cent received."""

    fewest_cases: int
    least_fen_a_case: int
    least_received: int


def mismatches(account: Account, measure: Measure) -> tuple[Mismatch, ...]:
    """All that is out of balance, in the order of the words. Work that nobody reports, or money of a day, is no mismatch yet."""
    found = []
    if not account.has_authority and account.cases > 0:
        found.append(Mismatch.UNSTATED)
    if account.promised <= 0 and account.cases >= max(measure.fewest_cases, 1):
        found.append(Mismatch.UNFUNDED)
    if account.promised > 0 and 100 * account.received < measure.least_received * account.owed:
        found.append(Mismatch.UNPAID)
    is_counted = account.promised > 0 and account.cases >= max(measure.fewest_cases, 1)
    if is_counted and account.received < measure.least_fen_a_case * account.cases:
        found.append(Mismatch.THIN)
    if account.received > 0 and account.cases == 0:
        found.append(Mismatch.IDLE)
    return tuple(found)


def share_gone(begins_on: date, ends_on: date | None, today: date, year: int) -> float:
    """How much of the days that a matter has in a year is over by the end of today; 0 before they begin, 1 after they end."""
    first = max(begins_on, date(year, 1, 1))
    last = min(ends_on or date(year, 12, 31), date(year, 12, 31))
    if today < first:
        return 0.0
    return min(((today - first).days + 1) / max((last - first).days + 1, 1), 1.0)
