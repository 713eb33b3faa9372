"""A deadline across a year whose holidays are not published is provisional, and is counted again on publication."""

from datetime import date, datetime, timedelta

import pytest

from gezhi.cases.actions import sound_alarms, take
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.actions import publish_year
from gezhi.kernel.calendar import NamedDay
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.testing import ZONE, Town

pytestmark = pytest.mark.django_db
# Wednesday; the five working days reach into 2027, which nobody has published.
LATE = datetime(2026, 12, 30, 10, tzinfo=ZONE)


def publish(at: datetime, *holidays: date) -> None:
    days = [NamedDay(day, False, "元旦") for day in holidays]
    publish_year(2027, days, "示例通知", actor=Actor.system("test"), at=at)
    while dispatch(at=at):
        pass


@pytest.fixture
def case(town: Town) -> Case:
    row = town.report(at=LATE)
    row.refresh_from_db()
    return take("accept", row, actor=town.actor("clerk"), at=LATE, matter_id=town.matter("rubbish").id)


def test_publication_moves_the_promise_and_makes_it_firm(case: Case) -> None:
    before = case.due_at
    assert case.due_is_provisional
    publish(LATE, date(2027, 1, 1), date(2027, 1, 4))
    case.refresh_from_db()
    assert not case.due_is_provisional
    assert case.due_at > before
    assert case.alarm_at is not None
    assert timeline(case)[-1].name == "case.promise_renewed"
    assert faults(timeline(case), version=case.version) == []


def test_what_had_run_out_by_guess_is_not_overdue_when_the_holiday_was_longer(case: Case) -> None:
    over = case.due_at + timedelta(minutes=1)
    sound_alarms(at=over)
    case.refresh_from_db()
    assert case.overdue_at is not None
    publish(over, *(date(2027, 1, day) for day in (1, 4, 5, 6, 7, 8)))
    case.refresh_from_db()
    assert case.overdue_at is None
    assert case.due_at > over
    assert case.alarm_at is not None


def test_a_firm_promise_is_left_alone(town: Town) -> None:
    row = town.report()
    publish(LATE, date(2027, 1, 1))
    fresh = Case.objects.get(pk=row.pk)
    assert (fresh.due_at, fresh.version) == (row.due_at, row.version)
