"""What the matters of the catalogue cost and bring: real cases beside authority, funds and forms.

It lies here because cases are counted above `matters`, and because what is out of balance is assessed, not written.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.utils import timezone

from gezhi.cases.models import Case
from gezhi.kernel.calendar import local_day
from gezhi.matters import books
from gezhi.matters.balance import Account, Measure, Mismatch, mismatches, share_gone
from gezhi.matters.burden import Every, Form, is_far, minutes_a_week
from gezhi.matters.queries import MatterInfo, catalogue

# The forms of a case are counted over a quarter of a year: long enough for seldom ones, short enough to be of today.
WEEKS = 13


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def cases_between(first: date, after: date, *, street: str = "") -> Counter[int]:
    """Cases that came in on these days, by matter; `after` is the first day that is not counted. Parts are work of their whole. One query."""
    rows = Case.objects.filter(
        reported_at__gte=midnight(first), reported_at__lt=midnight(after), matter__isnull=False, part_of__isnull=True
    )
    if street:
        rows = rows.filter(street_code=street)
    counted = rows.values("matter_id").annotate(cases=Count("pk")).order_by("matter_id")
    return Counter({row["matter_id"]: row["cases"] for row in counted})


@dataclass(frozen=True, slots=True)
class Balance:
    """A matter's line of the balance report."""

    matter: MatterInfo
    account: Account
    mismatches: tuple[Mismatch, ...]

    @property
    def is_founding(self) -> bool:
        """Was it in the catalogue before there were applications?"""
        return not self.account.has_authority


def balances(year: int, at: datetime, *, street: str = "", only_mismatched: bool = False) -> list[Balance]:
    """The matters of a year in the order of their codes, whole district or one street: four queries.

    Listed is what stood in the catalogue on some day of the year up to today, and whatever money or cases came for besides.
    """
    today = local_day(at)
    first, end = date(year, 1, 1), min(date(year + 1, 1, 1), today + timedelta(days=1))
    rule = books.rule_on(min(today, date(year, 12, 31)))
    measure = Measure(rule.fewest_cases, rule.least_fen_a_case, rule.least_received)
    papers, money = books.papers(), books.funds(year, street=street)
    counts = cases_between(first, end, street=street) if end > first else Counter[int]()
    found = []
    for matter in catalogue().codes.values():
        stood = matter.valid_from < end and (matter.valid_until is None or matter.valid_until >= first)
        if street and matter.starts and street not in dict(matter.starts):
            stood = False
        if not stood and matter.id not in money and matter.id not in counts:
            continue
        funds = money.get(matter.id, books.Funds())
        account = Account(
            matter.id in papers and bool(papers[matter.id].authority),
            funds.promised,
            funds.received,
            counts[matter.id],
            share_gone(begins_on(matter, street), matter.valid_until, today, year),
        )
        row = Balance(matter, account, mismatches(account, measure))
        if row.mismatches or not only_mismatched:
            found.append(row)
    return found


def begins_on(matter: MatterInfo, street: str) -> date:
    return dict(matter.starts).get(street, matter.valid_from)


# --- what the forms cost ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Burden:
    """A form of a matter with its minutes a week: as the department declared them, and by the cases of the last weeks. `counted` is None for a
    form that no case brings: what nobody counts stands as it was declared."""

    matter: MatterInfo
    form: Form
    declared: float
    counted: float | None
    is_far: bool

    @property
    def minutes(self) -> float:
        return self.declared if self.counted is None else self.counted


def burdens(at: datetime, *, street: str = "") -> list[Burden]:
    """The forms of all matters in force today, the dearest first: four queries."""
    today = local_day(at)
    known, papers = catalogue(), books.papers()
    asked = [
        one for one in books.forms() if one.matter_id is not None and offered(known.get(one.matter_id), today, street)
    ]
    first = today - timedelta(weeks=WEEKS)
    has_cases = any(one.form.every == Every.CASE for one in asked)
    counts = cases_between(first, today, street=street) if has_cases else Counter[int]()
    rows = []
    for one in asked:
        matter = known.get(one.matter_id or 0)
        weeks = (today - max(first, matter.valid_from)).days / 7
        # What is younger than a week can't be counted yet.
        a_week = counts[matter.id] / weeks if weeks >= 1 else None
        rows.append(burden(matter, one.form, expected=papers[matter.id].expected_a_week, counted=a_week))
    return sorted(rows, key=lambda row: (-row.minutes, row.matter.code, row.form.name))


def offered(matter: MatterInfo, day: date, street: str) -> bool:
    return matter.is_offered(day, street) if street else matter.is_valid_on(day)


def burden(matter: MatterInfo, form: Form, *, expected: float, counted: float | None) -> Burden:
    """The form with the cases a week that its department expects, and those that were counted."""
    declared = minutes_a_week(form, cases_a_week=expected)
    if form.every != Every.CASE or counted is None:
        return Burden(matter, form, declared, None, False)
    real = minutes_a_week(form, cases_a_week=counted)
    return Burden(matter, form, declared, real, is_far(declared, real))


def total_minutes(rows: Iterable[Burden]) -> float:
    return sum(row.minutes for row in rows)


__all__ = ["Balance", "Burden", "balances", "burdens", "cases_between", "total_minutes"]
