"""What is late is marked once, goes up to the district, and its desk owes an account; the limits are rows."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.calls.actions import renew_provisional_dues, sound_alarms
from gezhi.calls.clock import CallClocks, PartClocks, bells, next_alarm, waits
from gezhi.calls.models import CallPart, Lateness
from gezhi.calls.queries import next_alarm as head
from gezhi.calls.tests.story import DAY, HOUR, LEAD, MINUTE, OTHER, CallStory
from gezhi.calls.workflow import PartState, Phase
from gezhi.kernel.actions import publish_year
from gezhi.kernel.events import dispatch as hand_out
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import set_limit
from gezhi.people.models import Notice
from gezhi.testing import NOON, SYSTEM, ZONE, Town

instants = st.none() | st.integers(0, 365 * 24 * 60).map(lambda minutes: NOON + minutes * MINUTE)
some = instants.filter(lambda at: at is not None)


@given(
    st.builds(CallClocks, phase=st.sampled_from([one.value for one in Phase]), dispatch_due_at=some,
              dispatch_late_at=instants, strike_due_at=instants, strike_late_at=instants)
    | st.builds(PartClocks, state=st.sampled_from([one.value for one in PartState]), is_on_site=st.booleans(), sign_due_at=some,
                sign_late_at=instants, arrived_at=instants, arrive_due_at=instants, arrive_late_at=instants,
                act_due_at=instants, act_late_at=instants, sum_due_at=instants, sum_late_at=instants)
)  # fmt: skip
def test_the_alarm_is_the_first_bell(clocks: Any) -> None:
    ahead = bells(clocks)
    assert next_alarm(clocks) == (min(when for when, _what in ahead) if ahead else None)
    assert set(ahead) <= set(waits(clocks))
    assert all(getattr(clocks, f"{what}_late_at") is None for _when, what in ahead)


@pytest.mark.django_db
class TestLimits:
    def test_two_hours_to_sign_when_urgent_else_one_working_day(self, town: Town) -> None:
        calm, urgent = CallStory(town).dispatched(), CallStory(town, is_urgent=True).dispatched()
        # Monday at ten past ten: the close of Tuesday, and ten past twelve.
        assert calm.part().sign_due_at == datetime(2026, 3, 3, 17, 0, tzinfo=ZONE)
        assert urgent.part().sign_due_at == urgent.at + 2 * HOUR

    def test_a_changed_row_counts_from_its_day_on(self, town: Town) -> None:
        set_limit(
            actor=SYSTEM, at=NOON, kind="call_sign", amount=3, unit_of_time="working_hours", valid_from=date(2026, 3, 2)
        )
        story = CallStory(town).dispatched()
        # Ten past ten, with an hour at noon in which nobody works.
        assert story.part().sign_due_at == story.at + 4 * HOUR


@pytest.mark.django_db
class TestLate:
    def test_each_wait_rings_once_and_stays_marked(self, story: CallStory) -> None:
        story.dispatched()
        due = story.part().sign_due_at
        assert sound_alarms(at=due - MINUTE) == 0
        assert sound_alarms(at=due) == 2
        assert sound_alarms(at=due + DAY) == 0
        part = story.part()
        assert (part.sign_late_at, part.account, part.alarm_at) == (due, "owed", None)
        found = Lateness.objects.get(part=part)
        assert (found.what, found.of_desk_id, found.due_at) == ("sign", part.desk_id, due)
        assert [event.name for event in timeline(part)].count("call_part.late") == 1
        assert faults(timeline(part), version=part.version) == []
        story.at = due
        story.take("sign", "handler", after=DAY)
        part = story.part()
        assert part.sign_late_at == due, "signing late does not wipe the mark"
        assert part.alarm_at is not None

    def test_it_goes_up_to_the_district_and_the_desk_is_told(self, story: CallStory) -> None:
        story.dispatched()
        sound_alarms(at=story.part().sign_due_at)
        while hand_out(at=story.part().sign_due_at):
            pass
        told = set(Notice.objects.filter(event__name="call_part.late").values_list("desk_id", flat=True))
        town = story.town
        assert told == {town.desk(town.district).pk, town.desk(LEAD).pk, town.desk(OTHER).pk}

    def test_the_department_gives_its_account(self, story: CallStory) -> None:
        story.dispatched()
        story.at = story.part().sign_due_at
        sound_alarms(at=story.at)
        story.take("account", "department_lead", account="经办人外出培训，已安排替岗。")
        assert story.part().account == "given"
        assert Lateness.objects.get(part=story.part()).account.startswith("经办人外出")
        with pytest.raises(Refused) as refusal:
            story.take("account", "department_lead", account="再说一次")
        assert refusal.value.code == "owes_account"

    @pytest.mark.parametrize(
        ("way", "row", "what"),
        [
            ("raised", "call", "dispatch"),
            ("signed", LEAD, "arrive"),
            ("signed", OTHER, "act"),
            ("filed", LEAD, "sum"),
            ("summed", "call", "strike"),
        ],
    )
    def test_every_wait_has_its_bell(self, story: CallStory, way: str, row: str, what: str) -> None:
        if way != "raised":
            getattr(story, way)()

        def subject() -> Any:
            return story.call if row == "call" else story.part(row)

        due = getattr(subject(), f"{what}_due_at")
        sound_alarms(at=due)
        assert getattr(subject(), f"{what}_late_at") == due
        found = Lateness.objects.filter(what=what, due_at=due, part=None if row == "call" else subject())
        assert found.count() == 1

    def test_when_the_district_is_late_it_is_the_districts(self, story: CallStory) -> None:
        sound_alarms(at=story.call.dispatch_due_at)
        assert Lateness.objects.get().of_desk_id == story.town.desk(story.town.district).pk

    def test_nothing_rings_for_what_is_over(self, story: CallStory) -> None:
        story.struck_off()
        assert sound_alarms(at=story.at + 90 * DAY) == 0
        assert head() is None

    def test_the_worker_wakes_for_the_first(self, story: CallStory) -> None:
        assert head() == story.call.dispatch_due_at
        story.dispatched()
        assert head() == story.part().sign_due_at


@pytest.mark.django_db
def test_a_year_that_is_published_later_is_counted_anew(town: Town) -> None:
    at = datetime(2027, 1, 29, 10, 0, tzinfo=ZONE)
    story = CallStory(town, at=at).dispatched()
    part = story.part()
    assert part.due_is_provisional
    assert part.sign_due_at == datetime(2027, 2, 1, 17, 0, tzinfo=ZONE)
    off = [(date(2027, 2, day), False) for day in (1, 2, 3)]
    days = [_named(day, is_workday) for day, is_workday in off]
    publish_year(2027, days, "测试", actor=SYSTEM, at=at, published_on=date(2027, 1, 29))
    assert renew_provisional_dues(actor=SYSTEM, at=at) >= 2
    part = CallPart.objects.get(pk=part.pk)
    assert not part.due_is_provisional
    assert part.sign_due_at == part.alarm_at == datetime(2027, 2, 4, 17, 0, tzinfo=ZONE)
    assert renew_provisional_dues(actor=SYSTEM, at=at) == 0


def _named(day: date, is_workday: bool) -> Any:
    from gezhi.kernel.calendar import NamedDay

    return NamedDay(day, is_workday, "春节", "测试")
