"""A month as a number, 202603, in the district's own time: what is counted by month is kept and asked for by it."""

from datetime import datetime

from django.utils import timezone

from gezhi.kernel.calendar import local_day


def month_of(at: datetime) -> int:
    """202603 for any instant of March 2026."""
    day = local_day(at)
    return day.year * 100 + day.month


def start_of(month: int) -> datetime:
    """The first instant of a month; that of the next month ends it."""
    return datetime(month // 100, month % 100, 1, tzinfo=timezone.get_default_timezone())


def is_month(month: int) -> bool:
    return 1900 <= month // 100 < 2200 and 1 <= month % 100 <= 12


def before(month: int, months: int = 1) -> int:
    """202512 for the month before 202601; a negative number goes forwards."""
    number = month // 100 * 12 + month % 100 - 1 - months
    return number // 12 * 100 + number % 12 + 1


def months_between(first: int, last: int) -> list[int]:
    """Every month from one to the other, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = before(first, -1)
    return found
