"""What a matter's forms cost the people who fill them in. Pure: arithmetic on plain values.

Minutes a week are the one measure: a form a week of ten minutes costs ten, a form a year of an hour a little over one. A form for every
case costs what the cases cost, so it needs a count; the declared number stands until real ones are there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WEEKS_A_YEAR = 365.25 / 7
# Declared and counted may differ so much before the ledger says so.
FAR = 1.5


class Every(TextChoices):
    WEEK = "week", _("每周")
    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季度")
    YEAR = "year", _("每年")
    CASE = "case", _("每件事件")


# How many of these there are in a week; of a case nobody knows but by counting.
A_WEEK = {
    Every.WEEK: 1.0,
    Every.MONTH: 12 / WEEKS_A_YEAR,
    Every.QUARTER: 4 / WEEKS_A_YEAR,
    Every.YEAR: 1 / WEEKS_A_YEAR,
}


@dataclass(frozen=True, slots=True)
class Form:
    """A form: `times` `every` so often, `minutes` each time."""

    name: str
    times: int
    every: str
    minutes: int
    fields: tuple[str, ...] = ()


def minutes_a_week(form: Form, *, cases_a_week: float = 0.0) -> float:
    """Minutes that the form costs in a week, over everybody who fills it in once."""
    often = cases_a_week if form.every == Every.CASE else A_WEEK[Every(form.every)]
    return form.times * form.minutes * often


def total(forms: Iterable[Form], *, cases_a_week: float = 0.0) -> float:
    return sum(minutes_a_week(form, cases_a_week=cases_a_week) for form in forms)


def is_far(declared: float, counted: float) -> bool:
    """Is one of the two half as much again as the other? Nothing against nothing is not far."""
    low, high = sorted((declared, counted))
    return high > 0 and high > low * FAR
