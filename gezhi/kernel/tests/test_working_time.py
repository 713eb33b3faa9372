"""Working time against a counter that looks at every single minute."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gezhi.kernel.calendar import shipped_years
from gezhi.kernel.worktime import UNITS, Hours, Limit, WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Hours.of([["09:00", "12:00"], ["13:00", "17:00"]])
SUMMER = Hours.of([["08:30", "11:45"], ["14:00", "18:15"]])
SHIPPED = shipped_years()
REAL = WorkCalendar(
    days={day.date: day.is_workday for year in SHIPPED for day in year.days},
    # The hours change on a day that is worked, with limits running across it.
    hours={date(2019, 1, 1): OFFICE, date(2024, 7, 1): SUMMER, date(2024, 10, 8): OFFICE},
    published_years=frozenset(year.year for year in SHIPPED),
    zone=ZONE,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class MinuteCounter:
    """A flag for every minute from the first day on: the slow way, with nothing in common with the fast one."""

    def __init__(self, calendar: WorkCalendar, first: date, days: int) -> None:
        self.calendar = calendar
        self.zero = datetime.combine(first, time(), ZONE)
        self.flags = bytearray(days * 1440)
        for number in range(days):
            day = first + timedelta(days=number)
            if not calendar.days.get(day, day.weekday() not in {5, 6}):
                continue
            starts = sorted(calendar.hours)
            hours = calendar.hours[starts[max(0, bisect_right(starts, day) - 1)]]
            for span in hours.spans:
                for minute in range(
                    span.opens.hour * 60 + span.opens.minute, span.closes.hour * 60 + span.closes.minute
                ):
                    self.flags[number * 1440 + minute] = 1

    def index(self, moment: datetime) -> int:
        return (moment - self.zero) // timedelta(minutes=1)

    def moment(self, index: int) -> datetime:
        return self.zero + timedelta(minutes=index)

    def between(self, start: datetime, end: datetime) -> int:
        return sum(self.flags[self.index(start) : self.index(end)])

    def add(self, start: datetime, minutes: int) -> datetime:
        index = self.index(start) - 1
        for _ in range(minutes or 1):
            index = self.flags.index(1, index + 1)
        return self.moment(index + 1 if minutes else index)

    def subtract(self, due: datetime, minutes: int) -> datetime:
        index = self.index(due)
        for _ in range(minutes or 1):
            index = self.flags.rindex(1, 0, index)
        return self.moment(index if minutes else index + 1)

    def is_provisional(self, one: datetime, other: datetime) -> bool:
        day, last = sorted((one.date(), other.date()))
        while day <= last:
            if day.year not in self.calendar.published_years:
                return True
            day += timedelta(days=1)
        return False


COUNTER = MinuteCounter(REAL, date(2018, 9, 1), 3600)
minutes_from_2019 = st.integers(1440 * 120, 1440 * 3350)
amounts = st.integers(0, 480 * 40)
# On a busy machine an example may wait; how fast it is has a test of its own.
unhurried = settings(max_examples=150, deadline=None)


@given(minutes_from_2019, amounts)
@unhurried
@example(COUNTER.index(at("2026-12-31T16:00")), 60)
@example(COUNTER.index(at("2026-12-31T16:00")), 61)
@example(COUNTER.index(at("2024-06-28T11:00")), 960)
def test_adding_agrees_with_counting_every_minute(start: int, amount: int) -> None:
    begin = COUNTER.moment(start)
    deadline = REAL.add(begin, amount)
    assert deadline.at == COUNTER.add(begin, amount)
    assert deadline.provisional == COUNTER.is_provisional(begin, deadline.at)


@given(minutes_from_2019, amounts)
@unhurried
def test_subtracting_agrees_with_counting_every_minute(due: int, amount: int) -> None:
    end = COUNTER.moment(due)
    expected = COUNTER.subtract(end, amount)
    assert REAL.subtract(end, amount) == (expected, COUNTER.is_provisional(end, expected))


@given(minutes_from_2019, minutes_from_2019)
@unhurried
def test_the_time_between_agrees_with_counting_every_minute(one: int, other: int) -> None:
    start, end = COUNTER.moment(min(one, other)), COUNTER.moment(max(one, other))
    assert REAL.between(start, end) == COUNTER.between(start, end)
    assert REAL.between(end, start) == -COUNTER.between(start, end)
    assert REAL.between(start, start) == 0


@st.composite
def small_calendars(draw: st.DrawFn) -> WorkCalendar:
    def hours() -> Hours:
        edges = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True)))
        pairs = zip(edges[0::2], edges[1::2], strict=False)
        return Hours.of([[f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}"] for a, b in pairs])

    first = date(2025, 12, 1)
    days = draw(st.dictionaries(st.dates(first, date(2026, 2, 20)), st.booleans(), max_size=30))
    change = draw(st.dates(date(2025, 12, 10), date(2026, 1, 20)))
    years = draw(st.sets(st.sampled_from([2025, 2026])))
    return WorkCalendar(days, {first: hours(), change: hours()}, frozenset(years), ZONE)


@given(small_calendars(), st.integers(1440 * 20, 1440 * 50), st.integers(0, 3000))
@unhurried
def test_any_calendar_agrees_with_counting_every_minute(calendar: WorkCalendar, start: int, amount: int) -> None:
    # A day may have a single working minute: then the amount is cut down to what the counter can see.
    counter = MinuteCounter(calendar, date(2025, 11, 1), 400)
    begin = counter.moment(start)
    amount = min(amount, sum(counter.flags[start:]), sum(counter.flags[:start]))
    deadline = calendar.add(begin, amount)
    assert deadline.at == counter.add(begin, amount)
    assert deadline.provisional == counter.is_provisional(begin, deadline.at)
    if amount:
        assert calendar.subtract(begin, amount).at == counter.subtract(begin, amount)


# Down to the microsecond, unlike the counter.
instants = st.integers(0, 8 * 365 * 86_400_000_000).map(
    lambda passed: at("2019-02-01") + timedelta(microseconds=passed)
)


@given(instants, amounts)
@unhurried
def test_what_was_added_is_what_lies_between(start: datetime, amount: int) -> None:
    assert REAL.between(start, REAL.add(start, amount).at) == amount
    assert REAL.between(REAL.subtract(start, amount).at, start) == amount


@given(instants, st.integers(1, 5000), st.integers(1, 5000))
@unhurried
def test_minutes_laid_end_to_end(start: datetime, one: int, other: int) -> None:
    assert REAL.add(REAL.add(start, one).at, other).at == REAL.add(start, one + other).at


@given(instants, st.integers(0, 30), st.integers(0, 30))
@unhurried
def test_days_laid_end_to_end(start: datetime, one: int, other: int) -> None:
    assert REAL.add_days(REAL.add_days(start, one).at, other).at == REAL.add_days(start, one + other).at


@given(instants, st.integers(0, 60))
@unhurried
def test_days_agree_with_walking_from_day_to_day(start: datetime, days: int) -> None:
    def walk(day: date, step: int) -> date:
        day += timedelta(days=step)
        while not REAL.is_workday(day):
            day += timedelta(days=step)
        return day

    def close(day: date) -> datetime:
        return datetime.combine(day, REAL.hours_on(day).spans[-1].closes, ZONE)

    day = start.date()
    if not REAL.is_workday(day) or start > close(day):
        day = walk(day, 1)
    for _ in range(days):
        day = walk(day, 1)
    deadline = REAL.add_days(start, days)
    assert deadline == (close(day), COUNTER.is_provisional(start, close(day)))

    back = REAL.subtract_days(deadline.at, days).at
    for _ in range(days):
        day = walk(day, -1)
    assert back.date() == day


def test_the_days_that_calendars_get_wrong() -> None:
    assert REAL.is_workday(date(2019, 4, 28)), "the Sunday worked for a longer May holiday, said five weeks ahead"
    assert not REAL.is_workday(date(2020, 1, 31)), "the Spring Festival that was made longer"
    assert not REAL.is_workday(date(2020, 2, 1)), "a Saturday first to be worked, then not"
    assert not REAL.is_workday(date(2020, 2, 2))
    assert REAL.is_workday(date(2020, 2, 3))
    assert REAL.is_workday(date(2026, 10, 10)), "a worked Saturday"
    assert not REAL.is_workday(date(2026, 10, 7))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # Friday before the shifted May Day: the worked Sunday is the first day, the holiday is jumped over.
        ("2019-04-26T10:00", 1, "2019-04-28T17:00"),
        ("2019-04-26T10:00", 5, "2019-05-06T17:00"),
        # The last day before the long Spring Festival of 2020.
        ("2020-01-23T16:59", 1, "2020-02-03T17:00"),
        ("2026-10-09T09:00", 1, "2026-10-10T17:00"),
        # A Saturday report counts from Monday; so does one on Friday night.
        ("2026-11-21T10:00", 1, "2026-11-24T17:00"),
        ("2026-11-20T17:01", 1, "2026-11-24T17:00"),
        # At closing time sharp the day still counts, so that limits can be laid end to end.
        ("2026-11-20T17:00", 1, "2026-11-23T17:00"),
        ("2026-11-20T12:30", 1, "2026-11-23T17:00"),
        ("2026-11-20T06:00", 0, "2026-11-20T17:00"),
    ],
)
def test_working_days_end_at_a_close(start: str, days: int, due: str) -> None:
    assert REAL.add_days(at(start), days) == (at(due), False)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-23T09:00", 0, "2026-11-23T09:00"),
        ("2026-11-23T12:00", 0, "2026-11-23T13:00"),
        ("2026-11-23T11:30", 30, "2026-11-23T12:00"),
        ("2026-11-23T11:30", 31, "2026-11-23T13:01"),
        ("2026-11-20T16:30", 60, "2026-11-23T09:30"),
        ("2026-09-30T16:59", 2, "2026-10-08T09:01"),
    ],
)
def test_working_minutes_jump_over_breaks(start: str, minutes: int, due: str) -> None:
    assert REAL.add(at(start), minutes) == (at(due), False)


def test_a_year_not_yet_published_is_marked_provisional_and_only_then() -> None:
    assert not REAL.add(at("2026-12-31T16:00"), 60).provisional, "ends at the last close of the published year"
    assert REAL.add(at("2026-12-31T16:00"), 61) == (at("2027-01-01T09:01"), True)
    assert REAL.add_days(at("2026-12-30T10:00"), 1) == (at("2026-12-31T17:00"), False)
    assert REAL.add_days(at("2026-12-31T10:00"), 1).provisional
    assert REAL.add_days(at("2026-12-31T18:00"), 0).provisional, "its day of arrival lies in 2027"
    assert REAL.subtract_days(at("2027-01-04T17:00"), 5).provisional
    assert not REAL.is_published(at("2026-12-31T10:00"), at("2027-01-01T00:00"))
    assert not REAL.is_published(at("2018-12-31T10:00"), at("2019-01-02T00:00"))


def test_the_moments_of_opening_and_closing() -> None:
    assert REAL.next_opening(at("2026-11-21T10:00")) == at("2026-11-23T09:00")
    assert REAL.next_opening(at("2026-11-23T12:00")) == at("2026-11-23T13:00")
    assert REAL.next_opening(at("2026-11-23T10:07")) == at("2026-11-23T10:07")
    assert REAL.last_closing(at("2026-11-22T10:00")) == at("2026-11-20T17:00")
    assert REAL.last_closing(at("2026-11-23T09:00")) == at("2026-11-20T17:00")
    assert REAL.last_closing(at("2026-11-23T12:00")) == at("2026-11-23T12:00")
    assert REAL.is_open(at("2026-11-23T09:00"))
    assert not REAL.is_open(at("2026-11-23T17:00"))


def test_an_instant_is_the_same_in_every_zone() -> None:
    start = at("2026-11-20T16:30")
    assert REAL.add(start.astimezone(UTC), 60) == REAL.add(start, 60)
    assert REAL.add_days(start.astimezone(ZoneInfo("America/New_York")), 2) == REAL.add_days(start, 2)


def test_clocks_set_forward_cost_no_working_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = Hours.of([["01:00", "05:00"]])
    calendar = WorkCalendar({date(2026, 3, 29): True}, {date(2026, 1, 1): night}, frozenset({2026}), berlin)
    start = datetime(2026, 3, 29, 1, 0, tzinfo=berlin)
    assert calendar.between(start, datetime(2026, 3, 29, 5, 0, tzinfo=berlin)) == 180
    assert calendar.add(start, 180).at == datetime(2026, 3, 29, 5, 0, tzinfo=berlin)


@pytest.mark.parametrize("question", ["add", "subtract", "add_days", "subtract_days"])
def test_a_naive_datetime_is_refused(question: str) -> None:
    with pytest.raises(ValueError, match="naive"):
        getattr(REAL, question)(datetime(2026, 11, 23, 10, 0), 1)  # noqa: DTZ001 - that is the point


def test_naive_datetimes_are_refused_by_the_other_questions_too() -> None:
    naive = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"):
        REAL.next_opening(naive)
    with pytest.raises(ValueError, match="naive"):
        REAL.between(naive, naive)
    with pytest.raises(ValueError, match="naive"):
        Limit(1, "calendar_days").deadline(REAL, naive)
    with pytest.raises(TypeError):
        REAL.is_workday(at("2026-11-23T10:00"))


def test_negative_amounts_and_impossible_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        REAL.add(at("2026-11-23T10:00"), -1)
    with pytest.raises(ValueError, match="negative"):
        Limit(-1, "working_days")
    with pytest.raises(ValueError, match="unknown unit"):
        Limit(1, "fortnights")  # type: ignore[arg-type]
    for spans in ([], [["12:00", "09:00"]], [["09:00", "12:00"], ["11:00", "17:00"]]):
        with pytest.raises(ValueError, match="working"):
            Hours.of(spans)


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        (Limit(5, "working_days"), "2026-11-27T17:00"),
        (Limit(3, "working_hours"), "2026-11-20T16:00"),
        (Limit(300, "working_minutes"), "2026-11-23T10:00"),
        (Limit(30, "calendar_minutes"), "2026-11-20T13:30"),
        (Limit(2, "calendar_hours"), "2026-11-20T15:00"),
        (Limit(30, "calendar_days"), "2026-12-20T13:00"),
    ],
)
def test_a_limit_says_when_it_ends(limit: Limit, due: str) -> None:
    # Friday 13:00 with four hours left; the working days begin to count on Monday.
    assert limit.deadline(REAL, at("2026-11-20T13:00")) == (at(due), False)


@pytest.mark.parametrize(
    ("limit", "due", "before"),
    [
        (Limit(1, "working_days"), "2026-11-23T17:00", "2026-11-20T17:00"),
        (Limit(1, "working_days"), "2026-11-24T10:30", "2026-11-23T10:30"),
        (Limit(1, "working_days"), "2026-11-24T03:00", "2026-11-20T17:00"),
        (Limit(1, "working_days"), "2026-10-08T17:00", "2026-09-30T17:00"),
        # The earlier day closed sooner.
        (Limit(1, "working_days"), "2024-07-01T18:15", "2024-06-28T17:00"),
        (Limit(4, "working_hours"), "2026-11-23T10:00", "2026-11-20T14:00"),
        (Limit(2, "calendar_hours"), "2026-11-23T10:00", "2026-11-23T08:00"),
    ],
)
def test_a_limit_counted_back_says_when_to_warn(limit: Limit, due: str, before: str) -> None:
    assert limit.before(REAL, at(due)) == (at(before), False)


@given(instants, st.sampled_from(UNITS), st.integers(1, 40))
@unhurried
def test_a_warning_never_comes_after_its_deadline(start: datetime, unit: str, amount: int) -> None:
    limit = Limit(amount, unit)  # type: ignore[arg-type]
    due = limit.deadline(REAL, start).at
    assert due >= start
    assert limit.before(REAL, due).at < due


@pytest.fixture
def warm() -> WorkCalendar:
    REAL.between(at("2019-01-02T10:00"), at("2026-12-01T10:00"))
    return REAL


def test_a_deadline_costs_microseconds_and_years_cost_no_more(warm: WorkCalendar) -> None:
    def cost(question: object, *args: object) -> float:
        best = 1.0
        for _ in range(5):
            begin = perf_counter()
            for _ in range(200):
                question(*args)  # type: ignore[operator]
            best = min(best, (perf_counter() - begin) / 200)
        return best

    start = at("2026-11-20T16:30")
    assert cost(warm.add, start, 5 * 7 * 60) < 100e-6
    assert cost(warm.add_days, start, 5) < 100e-6
    near = cost(warm.between, start, at("2026-11-24T10:00"))
    far = cost(warm.between, at("2019-01-02T10:00"), start)
    assert far < 10 * near + 20e-6
