"""Years and hours as rows: what may be published, and that every process reckons by it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from django.conf import settings
from django.core.management import call_command

from gezhi.kernel import registers
from gezhi.kernel.access import Actor, Denied, Grant
from gezhi.kernel.actions import load_calendars, publish_year, set_work_hours
from gezhi.kernel.calendar import NamedDay, read_year, shipped_years, work_calendar
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import WorkDay, WorkHours, WorkYear
from gezhi.kernel.refusals import Refused

CLERK = Actor.system("test")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def new_request(db: None) -> None:
    """Every test begins as a request does, by looking at what has changed."""
    registers.look()


def named(text: str, *, is_workday: bool = False) -> NamedDay:
    return NamedDay(date.fromisoformat(text), is_workday, "元旦")


def test_the_shipped_years_agree_with_an_independent_witness_on_every_day() -> None:
    load_calendars(actor=CLERK, at=NOW)
    calendar = work_calendar()
    day = date(2019, 1, 1)
    differing = []
    while day.year <= 2026:
        if calendar.is_workday(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)
    assert differing == []
    assert calendar.published_years == frozenset(range(2019, 2027))


def test_every_shipped_day_names_its_holiday_and_its_notice() -> None:
    for year in shipped_years():
        assert year.source.startswith("国办发明电〔")
        assert all(day.name and day.source for day in year.days)
        assert year.published_on.year == year.year - 1
    extended = {day.date: day.source for year in shipped_years() for day in year.days}
    assert extended[date(2019, 4, 28)] == "国办发明电〔2019〕3号"
    assert extended[date(2020, 1, 31)] == "国办发明电〔2020〕1号"


def test_without_any_row_weekdays_count_and_everything_is_provisional() -> None:
    deadline = work_calendar().add_days(datetime(2026, 9, 30, 10, 0, tzinfo=ZONE), 1)
    assert deadline == (datetime(2026, 10, 1, 17, 0, tzinfo=ZONE), True)


def test_publishing_a_year_makes_its_deadlines_firm_at_once() -> None:
    start = datetime(2026, 12, 31, 10, 0, tzinfo=ZONE)
    load_calendars(actor=CLERK, at=NOW)
    assert work_calendar().add_days(start, 1) == (datetime(2027, 1, 1, 17, 0, tzinfo=ZONE), True)

    row = publish_year(2027, [named("2027-01-01")], "某号通知", actor=CLERK, at=NOW)
    assert work_calendar().add_days(start, 1) == (datetime(2027, 1, 4, 17, 0, tzinfo=ZONE), False)
    assert row.published_on == date(2026, 11, 23)

    event = timeline(row)[0]
    assert (event.name, event.data) == ("calendar.published", {"year": 2027, "days": 1})


def test_publishing_again_replaces_the_year_and_keeps_its_history() -> None:
    publish_year(2027, [named("2027-01-01"), named("2027-01-04")], "甲", actor=CLERK, at=NOW)
    row = publish_year(2027, [named("2027-01-01")], "乙", actor=CLERK, at=NOW, published_on=date(2026, 11, 1))
    assert work_calendar().is_workday(date(2027, 1, 4))
    assert WorkYear.objects.get().source == "乙"
    assert set(WorkDay.objects.values_list("source", flat=True)) == {"乙"}
    assert faults(timeline(row), version=row.version) == []
    assert len(timeline(row)) == 2


def test_a_notice_may_reach_into_the_december_before_and_overrule_it() -> None:
    publish_year(2026, [named("2026-12-31")], "甲", actor=CLERK, at=NOW)
    publish_year(2027, [named("2026-12-31"), named("2027-01-02", is_workday=True)], "乙", actor=CLERK, at=NOW)
    assert WorkDay.objects.get(date=date(2026, 12, 31)).source == "乙"
    assert work_calendar().is_workday(date(2027, 1, 2))


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ([], "no_days"),
        ([named("2027-01-01"), named("2027-01-01")], "day_twice"),
        ([named("2028-01-03")], "day_outside"),
        ([named("2026-11-30")], "day_outside"),
        ([named("2027-01-02")], "day_plain"),
        ([named("2027-01-01", is_workday=True)], "day_plain"),
        ([NamedDay(date(2027, 1, 1), False, " ")], "day_unnamed"),
    ],
)
def test_a_slip_in_the_days_is_refused_and_changes_nothing(days: list[NamedDay], code: str) -> None:
    publish_year(2027, [named("2027-01-01")], "甲", actor=CLERK, at=NOW)
    with pytest.raises(Refused) as refusal:
        publish_year(2027, days, "乙", actor=CLERK, at=NOW)
    assert refusal.value.code == code
    assert WorkYear.objects.get().source == "甲"
    assert WorkDay.objects.count() == 1


def test_a_year_needs_a_source_and_a_plausible_number() -> None:
    with pytest.raises(Refused, match="依据"):
        publish_year(2027, [named("2027-01-01")], "  ", actor=CLERK, at=NOW)
    with pytest.raises(Refused, match="年份"):
        publish_year(27, [named("2027-01-01")], "甲", actor=CLERK, at=NOW)


def test_the_right_over_the_district_suffices() -> None:
    clerk = Actor(kind="staff", name="钱坐席", grants=(Grant("calendar.publish", settings.DISTRICT),))
    publish_year(2027, [named("2027-01-01")], "甲", actor=clerk, at=NOW)
    set_work_hours(date(2027, 1, 1), [["08:30", "12:00"]], actor=clerk, at=NOW)


def test_only_those_who_may_publish_do() -> None:
    stranger = Actor(kind="staff", name="路人")
    with pytest.raises(Denied):
        publish_year(2027, [named("2027-01-01")], "甲", actor=stranger, at=NOW)
    with pytest.raises(Denied):
        set_work_hours(date(2027, 1, 1), [["09:00", "12:00"]], actor=stranger, at=NOW)
    with pytest.raises(Denied):
        load_calendars(actor=stranger, at=NOW)


def test_hours_change_from_their_day_on() -> None:
    load_calendars(actor=CLERK, at=NOW)
    row = set_work_hours(date(2026, 7, 1), [["08:30", "11:30"], ["14:00", "18:00"]], actor=CLERK, at=NOW)
    calendar = work_calendar()
    assert calendar.next_opening(datetime(2026, 6, 30, 1, 0, tzinfo=ZONE)).hour == 9
    assert calendar.next_opening(datetime(2026, 7, 1, 1, 0, tzinfo=ZONE)).minute == 30
    set_work_hours(date(2026, 7, 1), [["10:00", "12:00"]], actor=CLERK, at=NOW)
    assert work_calendar().next_opening(datetime(2026, 7, 1, 1, 0, tzinfo=ZONE)).hour == 10
    assert [event.name for event in timeline(row)] == ["calendar.hours_set"] * 2


@pytest.mark.parametrize(
    "spans", [[], [["12:00", "09:00"]], [["09:00", "12:00"], ["11:00", "13:00"]], [["9 o'clock", "12:00"]], [["09:00"]]]
)
def test_impossible_hours_are_refused(spans: list[list[str]]) -> None:
    with pytest.raises(Refused, match="作息时间有误"):
        set_work_hours(date(2027, 1, 1), spans, actor=CLERK, at=NOW)
    assert not WorkHours.objects.exists()


def test_loading_leaves_what_the_district_entered_unless_told_to_replace() -> None:
    publish_year(2026, [named("2026-06-01")], "本区通知", actor=CLERK, at=NOW)
    assert 2026 not in load_calendars(actor=CLERK, at=NOW)
    assert WorkYear.objects.get(year=2026).source == "本区通知"
    assert load_calendars(actor=CLERK, at=NOW) == [], "everything stands"
    assert load_calendars(actor=CLERK, at=NOW, replace=True) == [2026], "only the one that differs"
    assert WorkYear.objects.get(year=2026).source == "国办发明电〔2025〕7号"


def test_the_command_loads_once_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_calendars")
    assert "2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026" in capsys.readouterr().out
    call_command("load_calendars")
    assert "nothing new" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "date,workday,name,source\n2027-01-01,0,元旦,\n",
        "# 某号 2026-11-01\ndate,workday,name,source\n2027-01-01,yes,元旦,\n",
    ],
)
def test_a_file_of_another_shape_is_not_read_as_something_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"2027\.csv"):
        read_year(2027, text)
