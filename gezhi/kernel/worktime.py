"""Working time: when a limit ends, and how much of it was used. Pure: no Django, no clock, no database.

A calendar answers in instants. Working periods are half-open, `[opens, closes)`: at 12:00 sharp the morning is over.
Three readings decide everything else, and the tests hold them:

* A report that arrives outside working time counts from the next working moment.
* `n` working days end at the close of the n-th working day after the day of arrival, which itself isn't counted
  (民事诉讼法: 期间开始的时和日不计算在期间内). A limit counted from a close counts from that day, so limits can be
  laid end to end.
* A year whose arrangement isn't published yet is reckoned by plain weekdays and the answer is marked provisional,
  never guessed silently.

Everything rests on one number per instant, the working time since the first of January. Each year keeps the running
sum of its days, so both directions are a bisection, whatever the distance.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
SATURDAY = 5

Unit = Literal[
    "working_days", "working_hours", "working_minutes", "calendar_days", "calendar_hours", "calendar_minutes"
]
UNITS: tuple[Unit, ...] = (
    "working_days",
    "working_hours",
    "working_minutes",
    "calendar_days",
    "calendar_hours",
    "calendar_minutes",
)


class Span(NamedTuple):
    """One working period of a day, local time, `[opens, closes)`."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Hours:
    """The working periods of a day in order, for example 09:00-12:00 and 13:00-17:00. ValueError if empty, crossed or
    overlapping.
    """

    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not self.spans:
            raise ValueError("a working day needs at least one period")
        if any(span.opens >= span.closes for span in self.spans):
            raise ValueError("a working period must close after it opens")
        if any(earlier.closes > later.opens for earlier, later in pairwise(self.spans)):
            raise ValueError("working periods must follow each other without overlap")

    @classmethod
    def of(cls, spans: Iterable[Iterable[str]]) -> "Hours":
        """From `[["09:00", "12:00"], ["13:00", "17:00"]]`, the shape in which rows and forms hold it."""
        periods = []
        for span in spans:
            opens, closes = (time.fromisoformat(text) for text in span)
            periods.append(Span(opens, closes))
        return cls(tuple(periods))


class Deadline(NamedTuple):
    """An instant, and whether the arrangement of a year on the way to it is still unpublished."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class Year:
    """One year laid out. Instants are microseconds since 1970 UTC, working time is microseconds.

    `before[i]` is the working time of the year ahead of its i-th working period and `before[-1]` that of the whole
    year; `workdays` are ordinals of dates, `closes_of[k]` the index of the last period of the k-th workday.
    """

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    workdays: tuple[int, ...]
    closes_of: tuple[int, ...]

    def worked(self, instant: int) -> int:
        """Working time of this year up to `instant`."""
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.before[index] + min(instant, self.closes[index]) - self.opens[index]


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Which days are worked, during which hours, and for which years somebody has said so.

    `days` names the exceptions, True for a worked weekend and False for a holiday; every other day goes by its
    weekday. `hours` maps the first day of validity to the hours; days before the first entry use the first.
    Immutable, safe to share between threads.
    """

    days: Mapping[date, bool]
    hours: Mapping[date, Hours]
    published_years: frozenset[int]
    zone: tzinfo
    years: dict[int, Year] = field(default_factory=dict, init=False, repr=False)
    hours_from: tuple[date, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.hours:
            raise ValueError("a work calendar needs working hours")
        object.__setattr__(self, "hours_from", tuple(sorted(self.hours)))

    # What a day is

    def is_workday(self, day: date) -> bool:
        if isinstance(day, datetime):
            raise TypeError("is_workday asks for a date; an instant first needs a time zone")
        return self.days.get(day, day.weekday() < SATURDAY)

    def is_published(self, start: datetime, end: datetime) -> bool:
        """Is the arrangement of every year from one instant to the other published?"""
        first, last = sorted((self.local(start).year, self.local(end).year))
        return all(year in self.published_years for year in range(first, last + 1))

    def hours_on(self, day: date) -> Hours:
        """The hours in force on a day, worked or not."""
        return self.hours[self.hours_from[max(bisect_right(self.hours_from, day) - 1, 0)]]

    # Moments

    def is_open(self, at: datetime) -> bool:
        """Is this a working moment?"""
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime:
        """The first working moment not before `at`: `at` itself while work goes on, otherwise the next opening."""
        local, instant = self.local(at), microseconds(at)
        year = self.year(local.year)
        index = bisect_right(year.closes, instant)
        number = local.year
        while index == len(year.opens):
            number += 1
            year, index = self.year(number), 0
        return self.moment(max(instant, year.opens[index]))

    def last_closing(self, at: datetime) -> datetime:
        """The last moment not after `at` with work just before it: `at` itself while work goes on or ends, otherwise
        the last close.
        """
        local, instant = self.local(at), microseconds(at)
        number = local.year
        year = self.year(number)
        index = bisect_left(year.opens, instant) - 1
        while index < 0:
            number -= 1
            year = self.year(number)
            index = len(year.opens) - 1
        return self.moment(min(instant, year.closes[index]))

    # Minutes

    def add(self, start: datetime, minutes: int) -> Deadline:
        """The earliest moment by which `minutes` of working time have passed since `start`; for 0 the next working
        moment.

        `between(start, add(start, m).at) == m` for every m >= 0. ValueError below 0: see `subtract`.
        """
        refuse_negative(minutes)
        if minutes == 0:
            return self.marked(start, self.next_opening(start))
        number = self.local(start).year
        year = self.year(number)
        wanted = year.worked(microseconds(start)) + minutes * MINUTE
        while wanted > year.before[-1]:
            wanted -= year.before[-1]
            number += 1
            year = self.year(number)
        index = bisect_left(year.before, wanted) - 1
        return self.marked(start, self.moment(year.opens[index] + wanted - year.before[index]))

    def subtract(self, due: datetime, minutes: int) -> Deadline:
        """The latest moment from which `minutes` of working time still lead to `due`; for 0 the last moment of work
        not after it.
        """
        refuse_negative(minutes)
        if minutes == 0:
            return self.marked(due, self.last_closing(due))
        number = self.local(due).year
        year = self.year(number)
        wanted = year.worked(microseconds(due)) - minutes * MINUTE
        while wanted < 0:
            number -= 1
            year = self.year(number)
            wanted += year.before[-1]
        index = bisect_right(year.before, wanted) - 1
        # Nothing worked yet in this year: the moment before its first opening is the same to the clock, but the
        # opening is later.
        return self.marked(due, self.moment(year.opens[index] + wanted - year.before[index]))

    def between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from `start` to `end`; negative when `end` comes first. Half minutes are cut off
        towards zero.
        """
        if end < start:
            return -self.between(end, start)
        first, last = self.local(start).year, self.local(end).year
        total = self.year(last).worked(microseconds(end)) - self.year(first).worked(microseconds(start))
        total += sum(self.year(number).before[-1] for number in range(first, last))
        return total // MINUTE

    # Days

    def add_days(self, start: datetime, days: int) -> Deadline:
        """The close of the `days`-th working day after the working day on which `start` counts; for 0 the close of
        that day itself.

        `add_days(add_days(t, a).at, b) == add_days(t, a + b)`.
        """
        refuse_negative(days)
        local = self.local(start)
        arrival = local.date()
        if not self.is_workday(arrival) or microseconds(start) > self.close_of(arrival):
            # Too late for today: the next workday is the day of arrival.
            days += 1
        number = local.year
        year = self.year(number)
        index = bisect_right(year.workdays, arrival.toordinal()) - 1 + days
        while index >= len(year.workdays):
            index -= len(year.workdays)
            number += 1
            year = self.year(number)
        return self.marked(start, self.moment(year.closes[year.closes_of[index]]))

    def subtract_days(self, due: datetime, days: int) -> Deadline:
        """The same time of day, `days` working days before `due`: what "one working day before" means on a warning.

        A due moment outside working time stands for the close before it; a time of day at which that earlier day
        wasn't worked goes back to the close before it.
        """
        refuse_negative(days)
        local = self.local(self.last_closing(due))
        number = local.year
        year = self.year(number)
        index = bisect_left(year.workdays, local.toordinal()) - days
        while index < 0:
            number -= 1
            year = self.year(number)
            index += len(year.workdays)
        day = date.fromordinal(year.workdays[index])
        return self.marked(due, self.last_closing(datetime.combine(day, local.time(), self.zone)))

    # How it is kept

    def year(self, number: int) -> Year:
        """The year laid out, made at first need (about a millisecond). Two threads may both make it; they make the
        same.
        """
        year = self.years.get(number)
        if year is None:
            year = self.years[number] = self.lay_out(number)
        return year

    def lay_out(self, number: int) -> Year:
        opens: list[int] = []
        closes: list[int] = []
        workdays: list[int] = []
        closes_of: list[int] = []
        for ordinal in range(date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            if not self.is_workday(day):
                continue
            for span in self.hours_on(day).spans:
                opens.append(microseconds(datetime.combine(day, span.opens, self.zone)))
                closes.append(microseconds(datetime.combine(day, span.closes, self.zone)))
            workdays.append(ordinal)
            closes_of.append(len(closes) - 1)
        lengths = (end - begin for begin, end in zip(opens, closes, strict=True))
        return Year(tuple(opens), tuple(closes), (0, *accumulate(lengths)), tuple(workdays), tuple(closes_of))

    def close_of(self, workday: date) -> int:
        return microseconds(datetime.combine(workday, self.hours_on(workday).spans[-1].closes, self.zone))

    def local(self, at: datetime) -> datetime:
        if at.tzinfo is None or at.utcoffset() is None:
            raise ValueError("working time needs aware datetimes; a naive one names no instant")
        return at.astimezone(self.zone)

    def instant(self, at: datetime) -> int:
        """Microseconds since 1970 UTC; ValueError for a naive datetime."""
        return microseconds(self.local(at))

    def moment(self, instant: int) -> datetime:
        return (EPOCH + timedelta(microseconds=instant)).astimezone(self.zone)

    def marked(self, start: datetime, end: datetime) -> Deadline:
        return Deadline(end, not self.is_published(start, end))


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take: `Limit(5, "working_days")`, `Limit(30, "calendar_minutes")`. ValueError for other
    units or below 0.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        refuse_negative(self.amount)
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit of a limit: {self.unit}")

    def deadline(self, calendar: WorkCalendar, start: datetime) -> Deadline:
        """When the limit ends that begins at `start`."""
        return end_of(self, calendar, start)

    def before(self, calendar: WorkCalendar, due: datetime) -> Deadline:
        """The moment that lies this limit ahead of `due`: when to warn, by when to ask for more time."""
        return ahead_of(self, calendar, due)

    @property
    def minutes(self) -> int:
        """The amount in minutes of its own kind of time; working days have no fixed length, so ValueError for them."""
        factor = {
            "working_minutes": 1,
            "working_hours": 60,
            "calendar_minutes": 1,
            "calendar_hours": 60,
            "calendar_days": 1440,
        }.get(self.unit)
        if factor is None:
            raise ValueError("a working day has no fixed number of minutes")
        return self.amount * factor


# Remembered, because the reports of a batch come in at one instant and most have the same limits.


@lru_cache(maxsize=1024)
def end_of(limit: Limit, calendar: WorkCalendar, start: datetime) -> Deadline:
    match limit.unit:
        case "working_days":
            return calendar.add_days(start, limit.amount)
        case "working_hours" | "working_minutes":
            return calendar.add(start, limit.minutes)
        case _:
            return Deadline(calendar.moment(calendar.instant(start) + limit.minutes * MINUTE), provisional=False)


@lru_cache(maxsize=1024)
def ahead_of(limit: Limit, calendar: WorkCalendar, due: datetime) -> Deadline:
    match limit.unit:
        case "working_days":
            return calendar.subtract_days(due, limit.amount)
        case "working_hours" | "working_minutes":
            return calendar.subtract(due, limit.minutes)
        case _:
            return Deadline(calendar.moment(calendar.instant(due) - limit.minutes * MINUTE), provisional=False)


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def refuse_negative(amount: int) -> None:
    if amount < 0:
        raise ValueError("an amount of time can't be negative; subtract and before go back")
