"""The work calendar of this installation: rows of the database and files of the package, made into a `WorkCalendar`."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import WorkDay, WorkHours, WorkYear
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import Cached
from gezhi.kernel.worktime import Hours, WorkCalendar

# Used until the district enters its own.
DEFAULT_HOURS = (("09:00", "12:00"), ("13:00", "17:00"))
DEFAULT_HOURS_FROM = date(2019, 1, 1)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day on which the weekday misleads. `source` is empty where it is that of the year."""

    date: date
    is_workday: bool
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """The arrangement of a year as its notice gives it."""

    year: int
    source: str
    published_on: date
    days: tuple[NamedDay, ...]


# --- rows -----------------------------------------------------------------------------------------------------------


def load() -> WorkCalendar:
    hours = {valid_from: Hours.of(spans) for valid_from, spans in WorkHours.objects.values_list("valid_from", "spans")}
    return WorkCalendar(
        days=dict(WorkDay.objects.values_list("date", "is_workday")),
        hours=hours or {DEFAULT_HOURS_FROM: Hours.of(DEFAULT_HOURS)},
        published_years=frozenset(WorkYear.objects.values_list("year", flat=True)),
        zone=ZoneInfo(settings.TIME_ZONE),
    )


REGISTER = "calendar"
register = Cached(REGISTER, load)


def work_calendar() -> WorkCalendar:
    """The calendar in force, kept in the process until a year or the hours change."""
    return register.get()


def local_day(at: datetime) -> date:
    """The date of an instant where the district lies: a day ends at its midnight, not at that of UTC or of the reader's browser."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime names no instant")
    return at.astimezone(timezone.get_default_timezone()).date()


def same_days(one: Iterable[NamedDay], other: Iterable[NamedDay]) -> bool:
    return sorted(one, key=day_of) == sorted(other, key=day_of)


def day_of(day: NamedDay) -> date:
    return day.date


# --- what a year may say ----------------------------------------------------------------------------------------------


def check_days(year: int, days: Iterable[NamedDay]) -> tuple[NamedDay, ...]:
    """The days in order, or Refused: a notice names only exceptions, each once, from the December before to the end
    of its year.
    """
    ordered = tuple(sorted(days, key=day_of))
    if not ordered:
        raise Refused("no_days", _("没有任何放假或调休日期，不能发布。"), field="days")
    for day, twins in groupby(ordered, key=day_of):
        if len(list(twins)) > 1:
            raise Refused("day_twice", _("%(day)s 出现了两次。") % {"day": day}, field="days", day=day)
        if not date(year - 1, 12, 1) <= day <= date(year, 12, 31):
            raise Refused(
                "day_outside", _("%(day)s 不在 %(year)s 年内。") % {"day": day, "year": year}, field="days", day=day
            )
    for named in ordered:
        # Nearly always a slip of the finger in the month or the day.
        if named.is_workday != (named.date.weekday() >= 5):
            message = (
                _("%(day)s 本来就是工作日，不必列为上班。")
                if named.is_workday
                else _("%(day)s 本来就是周末，不必列为放假。")
            )
            raise Refused("day_plain", message % {"day": named.date}, field="days", day=named.date)
        if not named.name.strip():
            raise Refused(
                "day_unnamed", _("%(day)s 没有写明是哪个节日。") % {"day": named.date}, field="days", day=named.date
            )
    return ordered


def check_hours(spans: Iterable[Iterable[str]]) -> list[list[str]]:
    """The spans in their stored shape, or Refused."""
    try:
        hours = Hours.of(spans)
    except (ValueError, TypeError) as error:
        raise Refused(
            "hours_wrong",
            _("作息时间有误：每段要先上班后下班，各段按先后排列且不重叠，例如 09:00-12:00。"),
            field="spans",
        ) from error
    return [[f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"] for span in hours.spans]


# --- the files of the package ---------------------------------------------------------------------------------------

HEADER = re.compile(r"# (?P<source>\S+) (?P<published>\d{4}-\d{2}-\d{2})")


def shipped_years() -> list[PublishedYear]:
    """The years that come with Gezhi, in order."""
    folder = files("gezhi.kernel") / "calendars"
    return [
        read_year(int(file.name.removesuffix(".csv")), file.read_text(encoding="utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".csv")
    ]


def read_year(year: int, text: str) -> PublishedYear:
    """A file `2026.csv`: first `# <number of the notice> <its date>`, then columns date, workday (1 or 0), name,
    source (mostly empty).

    ValueError if the file is of another shape.
    """
    header, _newline, body = text.partition("\n")
    match = HEADER.fullmatch(header.strip())
    if match is None:
        raise ValueError(f"{year}.csv: the first line names no notice and date")
    days = []
    for row in csv.DictReader(body.splitlines()):
        if row["workday"] not in {"0", "1"}:
            raise ValueError(f"{year}.csv: {row['date']} is neither 0 nor 1")
        days.append(
            NamedDay(
                date.fromisoformat(row["date"]), row["workday"] == "1", row["name"], row["source"] or match["source"]
            )
        )
    return PublishedYear(year, match["source"], date.fromisoformat(match["published"]), tuple(days))
