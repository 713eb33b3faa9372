"""When two years at the grass roots are over: months of the calendar, and days that don't count because somebody was away. Pure."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """Days on which somebody was away, both included."""

    from_on: date
    until_on: date

    @property
    def days(self) -> int:
        return (self.until_on - self.from_on).days + 1


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`due_on` is the last day of the tenure; `counted` and `left_out` are days up to the day asked about."""

    due_on: date
    counted: int
    left_out: int
    needed: int

    @property
    def is_over(self) -> bool:
        return self.counted >= self.needed


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the last one where that month is shorter."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def joined(spells: Iterable[Spell]) -> list[Spell]:
    """Spells that touch or overlap are one."""
    found: list[Spell] = []
    for spell in sorted(spells, key=lambda one: (one.from_on, one.until_on)):
        if found and spell.from_on <= found[-1].until_on + A_DAY:
            found[-1] = Spell(found[-1].from_on, max(found[-1].until_on, spell.until_on))
        else:
            found.append(spell)
    return found


def reckon(from_on: date, months: int, leaves: Iterable[Spell], *, longest: int, on: date) -> Reckoning:
    """A tenure of so many months from a day on, as it stands at the end of the day `on`.

    As many days are owed as the months have. A spell of more than `longest` days together doesn't count, a shorter one does.
    """
    needed = (months_after(from_on, months) - from_on).days
    away = [
        Spell(max(spell.from_on, from_on), spell.until_on)
        for spell in joined(leaves)
        if spell.days > longest and spell.until_on >= from_on
    ]
    due_on = from_on + (needed - 1) * A_DAY
    for spell in away:
        if spell.from_on <= due_on:
            due_on += spell.days * A_DAY
    left_out = sum((min(spell.until_on, on) - spell.from_on).days + 1 for spell in away if spell.from_on <= on)
    passed = max((on - from_on).days + 1, 0)
    return Reckoning(due_on, max(passed - left_out, 0), left_out, needed)
