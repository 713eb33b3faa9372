"""Activities: planned, noticed, recorded by a person of the branch; who lags behind is reminded once."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Missing, Refused
from gezhi.party.access import get_activity
from gezhi.party.actions import let_go, plan_activity, remind, set_activity_rule, take_activity_step
from gezhi.party.lagging import lagging
from gezhi.party.models import Activity, ActivityRule, Attendance, Reminder
from gezhi.party.rules import Every, Rhythm, behind, period_of
from gezhi.party.tests.story import A_DAY, TODAY, Story
from gezhi.party.workflows.activities import STEPS
from gezhi.people.models import Notice
from gezhi.testing import CAST, NOON, SYSTEM

pytestmark = pytest.mark.django_db


def planned(story: Story, who: str = "keeper", **over: Any) -> Activity:
    facts: dict[str, Any] = {"kind": "theme_day", "title": "清扫楼道", "on": TODAY + A_DAY, "place": "一号院"} | over
    return plan_activity(story.again(story.branch), actor=story.actor(who), at=NOON, **facts)


def held(story: Story, members: list[int], **over: Any) -> Activity:
    row = planned(story)
    inputs: dict[str, Any] = {"on": TODAY + A_DAY, "minutes": "大家清扫了三个楼道。", "present": members} | over
    return take_activity_step("record", row, actor=story.actor("keeper"), at=NOON + A_DAY, **inputs)


def test_from_plan_to_record(story: Story) -> None:
    members = [story.member(f"M{number}", f"党员{number}") for number in range(4)]
    row = planned(story)
    take_activity_step("notice", row, actor=story.actor("keeper"), at=NOON)
    while dispatch(at=NOON):
        pass
    told = Notice.objects.filter(subject_kind="party_activity", subject_id=row.pk)
    assert [one.desk.area.code for one in told] == [story.town.community]
    keys = [member.pk for member in members]
    inputs = {"on": TODAY + A_DAY, "minutes": "大家清扫了三个楼道。", "present": keys[:2], "excused": keys[1:3]}
    take_activity_step("record", row, actor=story.actor("keeper"), at=NOON + A_DAY, **inputs)
    row = Activity.objects.get(pk=row.pk)
    assert (row.stage, row.expected, row.present, row.excused) == ("held", 4, 2, 1), "who came is not excused as well"
    assert row.minutes == "大家清扫了三个楼道。"
    events = timeline(row)
    assert [event.name.partition(".")[2] for event in events] == ["planned", "noticed", "recorded"]
    assert faults(events, version=row.version) == []
    assert "清扫了" not in str([(event.data, event.note) for event in events])


def test_what_was_written_wrongly_is_corrected_with_a_reason(story: Story) -> None:
    first, second = story.member("M1"), story.member("M2", "田二民")
    row = held(story, [first.pk])
    take_activity_step(
        "correct",
        row,
        actor=story.actor("keeper"),
        at=NOON + A_DAY,
        minutes="改",
        present=[second.pk],
        reason="记错了人",
    )
    assert list(Attendance.objects.filter(activity=row).values_list("member_id", flat=True)) == [second.pk]
    assert timeline(row)[-1].note == "记错了人"


def test_who_is_of_another_branch_was_not_here(story: Story) -> None:
    other = story.member("M9", branch=story.other_branch, grid="")
    with pytest.raises(Refused) as refusal:
        held(story, [other.pk])
    assert refusal.value.code == "not_a_member"


@pytest.mark.parametrize(
    ("step", "inputs", "days", "code"),
    [
        ("record", {"on": TODAY, "minutes": "记", "present": [1]}, 0, "has_come"),
        ("record", {"on": TODAY + 2 * A_DAY, "minutes": "记", "present": [1]}, 1, "no_such_day"),
        ("record", {"on": TODAY + A_DAY, "minutes": "", "present": [1]}, 1, "empty"),
        ("record", {"on": TODAY + A_DAY, "minutes": "记", "present": []}, 1, "empty"),
        ("notice", {}, 2, "not_past"),
        ("postpone", {"on": TODAY - A_DAY, "reason": "下雨"}, 0, "in_the_past"),
        ("cancel", {"reason": ""}, 0, "empty"),
        ("correct", {"minutes": "记", "present": [1], "reason": "错"}, 0, "wrong_stage"),
    ],
)
def test_what_makes_no_sense_is_refused(story: Story, step: str, inputs: dict[str, Any], days: int, code: str) -> None:
    row = planned(story)
    with pytest.raises(Refused) as refusal:
        take_activity_step(step, row, actor=story.actor("keeper"), at=NOON + days * A_DAY, **inputs)
    assert (refusal.value.code, Activity.objects.get(pk=row.pk).version) == (code, 1)


def test_a_postponed_one_has_to_be_told_again(story: Story) -> None:
    row = planned(story)
    keeper = story.actor("keeper")
    take_activity_step("notice", row, actor=keeper, at=NOON)
    take_activity_step("postpone", row, actor=keeper, at=NOON, on=TODAY + 5 * A_DAY, reason="下雨")
    assert (row.stage, row.planned_on, row.place) == ("planned", TODAY + 5 * A_DAY, "一号院")


def test_no_identity_number_in_the_minutes(story: Story) -> None:
    member = story.member()
    with pytest.raises(Refused) as refusal:
        held(story, [member.pk], minutes="张三 370103199001011234 发言")
    assert refusal.value.code == "identity_number"


def test_the_books_are_kept_by_the_branch_and_the_party_s_people(story: Story) -> None:
    """Everybody of the house tries to open it and to plan: the keepers and the branch's recorder can, the others can't."""
    story.appointed(story.branch, "leader", "recorder")
    row = planned(story)
    may = {"keeper", "party_affairs", "top_keeper", "leader"}
    for key in [*CAST, "keeper", "next_keeper", "east_keeper", "top_keeper"]:
        try:
            get_activity(story.actor(key), row.pk, on=TODAY)
            planned(story, key)
            assert key in may, key
        except (Missing, Denied):
            assert key not in may, key


def test_nobody_signs_in_by_themselves() -> None:
    """The only step that writes attendance is the recorder's; it takes a right and no step is anybody's own."""
    assert {step.name for step in STEPS.values() if "present" in step.needs} == {"record", "correct"}
    assert {step.right for step in STEPS.values()} == {"party.activity"}


def test_counts_stay_when_a_member_has_left(story: Story) -> None:
    member = story.member()
    row = held(story, [member.pk])
    let_go(member, actor=story.actor("keeper"), at=NOON + A_DAY)
    assert not Attendance.objects.exists()
    assert Activity.objects.get(pk=row.pk).present == 1


# --- the rhythm -------------------------------------------------------------------------------------------------------


def test_who_lags_is_told_once_a_period_and_the_desk_sees_it(story: Story) -> None:
    late = NOON.replace(month=3, day=27)
    found = [(one.org.pk, one.rule.kind) for one in lagging(story.town.community, on=late.date())]
    assert (story.branch.pk, "theme_day") in found
    assert (story.group.pk, "group_meeting") in found
    assert remind(actor=SYSTEM, at=late) == 3, "two branches and a group; the committee is asked for nothing"
    assert remind(actor=SYSTEM, at=late + A_DAY) == 0
    while dispatch(at=late):
        pass
    assert Notice.objects.filter(event__name="party_org.reminded").count() == 3


def test_who_held_it_does_not_lag(story: Story) -> None:
    member = story.member()
    held(story, [member.pk])
    on = date(2026, 3, 30)
    kinds = {
        one.rule.kind
        for one in lagging(story.town.community, on=on)
        if one.org == story.branch and not one.behind.is_over
    }
    assert "theme_day" not in kinds
    assert "committee_meeting" in kinds


def test_a_rule_changes_from_a_day_on(story: Story) -> None:
    set_activity_rule(
        actor=story.actor("top_keeper"), at=NOON, org_kind="branch", kind="theme_day", every="quarter", times=1,
        remind_days=10, from_on=date(2026, 4, 1), basis="区委组织部通知",
    )  # fmt: skip
    spans = ActivityRule.objects.filter(org_kind="branch", kind="theme_day").order_by("valid_from")
    assert [(row.every, row.valid_until) for row in spans] == [("month", date(2026, 3, 31)), ("quarter", None)]
    with pytest.raises(Denied):
        set_activity_rule(
            actor=story.actor("party_affairs"), at=NOON, org_kind="branch", kind="theme_day", every="month", times=1,
            remind_days=1, from_on=date(2026, 6, 1),
        )  # fmt: skip


@given(
    every=st.sampled_from(Every.values),
    times=st.integers(1, 4),
    remind_days=st.integers(0, 40),
    on=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    since=st.dates(date(2019, 1, 1), date(2030, 12, 31)),
    held_days=st.lists(st.integers(-500, 0), max_size=30),
)
def test_lagging_is_what_counting_day_by_day_says(  # noqa: PLR0917
    every: str, times: int, remind_days: int, on: date, since: date, held_days: list[int]
) -> None:
    """Against the slowest obvious way: which periods end, how many days of each were held."""
    held_on = [on + timedelta(days=day) for day in held_days]
    rhythm = Rhythm("theme_day", every, times, remind_days)
    found = {one.first: one.held for one in behind(rhythm, held_on, on=on, since=since)}
    months = {"month": 1, "quarter": 3, "year": 12}[every]
    period = lambda day: (day.year, (day.month - 1) // months)  # noqa: E731
    first_of = {}
    day = on - timedelta(days=800)
    while day <= on + timedelta(days=400):
        first_of.setdefault(period(day), day)
        last_of_period = day
        day += timedelta(days=1)
        if period(day) != period(last_of_period):
            key = period(last_of_period)
            begins = first_of[key]
            if begins > on - timedelta(days=780):
                is_now = period(on) == key
                is_before = (
                    not is_now
                    and period(begins - timedelta(days=1)) != key
                    and period(last_of_period + timedelta(days=1)) == period(on)
                )
                count = sum(period(one) == key for one in held_on)
                is_due = is_before or (is_now and on >= last_of_period - timedelta(days=remind_days))
                expected = is_due and begins >= since and count < times
                assert (begins in found) is expected, (begins, last_of_period)
                if expected:
                    assert found[begins] == count


@given(st.sampled_from(Every.values), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_periods_leave_no_day_out(every: str, day: date) -> None:
    first, last = period_of(day, every)
    assert first <= day <= last
    assert period_of(last + timedelta(days=1), every)[0] == last + timedelta(days=1)


def test_reminders_are_rows_and_not_people(story: Story) -> None:
    """Organisations are reminded. Nobody's presence is added up."""
    assert {field.name for field in Reminder._meta.local_fields} == {"id", "org", "rule", "first", "told_at"}
