"""Watched from above: urged 催办, supervised 督办 with a card and a reply that is owed, and the ladder the clock climbs by itself."""

from datetime import timedelta

import pytest

from gezhi.cases.actions import end_rung, load_ladder, set_rung, sound_alarms
from gezhi.cases.actions.rungs import NewRung
from gezhi.cases.models import Rung, Supervision
from gezhi.cases.supervisions import Chosen, listed
from gezhi.cases.tests.story import HOUR, Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.people.models import Notice
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db


def names(story: Story) -> list[str]:
    return [event.name for event in timeline(story.case)]


# --- urging ---------------------------------------------------------------------------------------------------------


def test_clerks_inspectors_and_the_reporter_urge_and_not_twice_a_day(story: Story) -> None:
    story.accepted()
    story.take("urge", "inspector", note="诉求人来电催问。")
    with pytest.raises(Refused) as refusal:
        story.take("urge", "clerk")
    assert refusal.value.code == "urge_rested"
    story.at += timedelta(days=1)
    story.take("urge", Actor.resident())
    assert timeline(story.case)[-1].data["by"] == "resident"
    for who in ("worker", "stranger", "adviser"):
        story.at += timedelta(days=1)
        with pytest.raises(Denied):
            story.take("urge", who)


def test_urging_changes_neither_stage_nor_clock(story: Story) -> None:
    story.claimed()
    before = story.case
    story.take("urge", "clerk")
    after = story.case
    assert (after.stage, after.holder_id, after.due_at) == (before.stage, before.holder_id, before.due_at)


# --- supervising ----------------------------------------------------------------------------------------------------


def supervised(story: Story, card: str = "yellow") -> Story:
    story.claimed().take("supervise", "inspector", card=card, reason="三次反映没有解决。")
    return story


def test_a_card_demands_a_reply_within_a_working_day(story: Story) -> None:
    supervised(story)
    sheet = Supervision.objects.get()
    assert (story.case.card, story.case.supervision) == ("yellow", "open")
    assert sheet.reply_by == work_calendar().add_days(story.at, 1).at
    assert (sheet.desk, sheet.of_desk) == (story.town.desk(story.town.district), story.town.desk(story.town.grid))
    assert sheet.number.startswith(f"{story.town.district}-督-2026")
    story.take("reply", "worker", reply="今晚更换。")
    sheet.refresh_from_db()
    assert (sheet.reply, sheet.replied_by, story.case.supervision) == (
        "今晚更换。",
        story.town.user("worker"),
        "replied",
    )
    story.take("lift", "inspector", note="已更换。")
    sheet.refresh_from_db()
    assert (sheet.lifted_at, story.case.card, story.case.supervision) == (story.at, "", "")
    assert faults(timeline(story.case), version=story.case.version) == []


def test_yellow_turns_red_and_red_stays(story: Story) -> None:
    supervised(story)
    story.take("reply", "worker", reply="明天办。")
    story.take("supervise", "inspector", card="red", reason="没有办。")
    assert (story.case.card, story.case.supervision) == ("red", "open")
    assert Supervision.objects.get().reply == ""
    with pytest.raises(Refused) as refusal:
        story.take("supervise", "inspector", card="yellow", reason="再来")
    assert refusal.value.code == "may_card"


@pytest.mark.parametrize("card", ["", "green", None, 1])
def test_a_card_is_yellow_or_red(story: Story, card: object) -> None:
    story.claimed()
    with pytest.raises(Refused) as refusal:
        story.take("supervise", "inspector", card=card, reason="催")
    assert refusal.value.field == "card"


def test_only_inspectors_issue_and_lift_and_they_change_no_result(story: Story) -> None:
    supervised(story)
    for who in ("worker", "clerk", "street_clerk", "handler", "stranger"):
        with pytest.raises(Denied):
            story.take("lift", who, note="算了")
    for name, inputs in (("finish", {"result": "好"}), ("answer", {"answer": "好"}), ("assign", {"desk_id": 1})):
        with pytest.raises(Denied):
            story.take(name, "inspector", **inputs)


def test_an_inspectors_supervision_outlives_the_answer(story: Story) -> None:
    supervised(story)
    story.take("finish", "worker", result="换了灯泡。")
    story.take("verify", "clerk", answer="修好了。")
    assert story.case.supervision == "open"
    story.take("reply", "worker", reply="已修好。")
    story.take("lift", "inspector", note="属实。")
    assert story.case.supervision == ""


# --- the ladder -----------------------------------------------------------------------------------------------------


def test_who_does_not_sign_is_urged_and_then_supervised(story: Story) -> None:
    story.accepted("parking")
    arrived = story.case.arrived_at
    first, second = (work_calendar().add_days(arrived, days).at for days in (1, 2))
    sound_alarms(at=first)
    assert "case.urged" in names(story)
    assert story.case.supervision == ""
    sound_alarms(at=second)
    assert story.case.supervision == "open"
    sheet = Supervision.objects.get()
    assert (sheet.issued_by, sheet.desk, sheet.card) == (None, story.town.desk(story.town.street), "red")


def test_signing_in_time_stops_the_ladder(story: Story) -> None:
    story.claimed()
    assert story.case.rung_at is None
    sound_alarms(at=work_calendar().add_days(story.at, 1).at)
    assert "case.urged" not in names(story)


def test_overdue_it_climbs_from_the_street_to_the_district(story: Story) -> None:
    story.accepted("other").take("sign", "clerk")
    due = story.case.due_at
    one, three = (work_calendar().add_days(due, days).at for days in (1, 3))
    sound_alarms(at=due)
    assert story.case.card_shown == "red"
    assert story.case.supervision == ""
    sound_alarms(at=one)
    assert Supervision.objects.get().desk == story.town.desk(story.town.street)
    sound_alarms(at=three)
    assert Supervision.objects.get().desk == story.town.desk(story.town.district)
    assert story.case.alarm_at is None
    assert [name for name in names(story) if name == "case.rung_reached"] == ["case.rung_reached"] * 2


def test_all_rungs_at_once_after_a_long_night(story: Story) -> None:
    """A worker that was down for a month finds everything due at the same instant and does it in order, once."""
    story.accepted("other").take("sign", "clerk")
    at = story.case.due_at + timedelta(days=30)
    sound_alarms(at=at)
    assert sound_alarms(at=at) == 0
    assert Supervision.objects.get().desk == story.town.desk(story.town.district)
    assert names(story).count("case.overdue") == 1
    assert faults(timeline(story.case), version=story.case.version) == []


def test_what_the_clock_supervised_the_answer_settles(story: Story) -> None:
    story.accepted("other").take("sign", "clerk")
    at = work_calendar().add_days(story.case.due_at, 1).at
    sound_alarms(at=at)
    story.at = at
    story.take("finish", "clerk", result="好了")
    story.take("verify", "street_clerk", answer="好了")
    assert (story.case.supervision, Supervision.objects.get().lifted_at) == ("", story.at)


def test_an_emergency_climbs_its_own_rungs_in_minutes(town: Town) -> None:
    story = Story(town, is_emergency=True).accepted()
    arrived = story.case.arrived_at
    sound_alarms(at=arrived + timedelta(minutes=30))
    assert "case.urged" in names(story)
    sound_alarms(at=arrived + timedelta(minutes=60))
    assert story.case.supervision == "open"


def test_a_changed_ladder_holds_from_its_day_and_old_cases_go_by_the_old_one(town: Town) -> None:
    tomorrow = local_day(NOON) + timedelta(days=1)
    for rung in Rung.objects.filter(flight="unsigned", is_emergency=False):
        end_rung(rung, actor=SYSTEM, at=NOON, valid_until=local_day(NOON))
    set_rung(NewRung("unsigned", False, 2, "working_hours", "urge"), actor=SYSTEM, at=NOON, valid_from=tomorrow)
    old = Story(town).accepted()
    assert old.case.rung_at == work_calendar().add_days(old.case.arrived_at, 1).at
    new = Story(town, at=NOON + timedelta(days=1))
    new.at = NOON + timedelta(days=1)
    new.accepted()
    assert new.case.rung_at == work_calendar().add(new.case.arrived_at, 120).at


def test_what_climbs_keeps_the_rungs_of_its_day(town: Town) -> None:
    """A rung taken away or put in behind its back would leave a case on a rung that is none."""
    yesterday = local_day(NOON) - timedelta(days=1)
    rung = Rung.objects.filter(flight="unsigned", is_emergency=False).first()
    with pytest.raises(Refused) as refusal:
        end_rung(rung, actor=SYSTEM, at=NOON, valid_until=yesterday)
    assert refusal.value.code == "retroactive"
    with pytest.raises(Refused) as refusal:
        set_rung(NewRung("unsigned", False, 2, "working_hours", "urge"), actor=SYSTEM, at=NOON, valid_from=yesterday)
    assert refusal.value.code == "retroactive"


def test_the_shipped_ladder_is_loaded_once_and_bad_rungs_are_refused(town: Town) -> None:
    assert Rung.objects.count() == 8
    assert load_ladder(actor=SYSTEM, at=NOON) == 0
    day = local_day(NOON)
    for bad in (
        NewRung("never", False, 1, "working_days", "urge"),
        NewRung("overdue", False, 1, "fortnights", "urge"),
        NewRung("overdue", False, 1, "working_days", "shout"),
        NewRung("overdue", False, 0, "working_days", "urge"),
    ):
        with pytest.raises(Refused):
            set_rung(bad, actor=SYSTEM, at=NOON, valid_from=day)
    with pytest.raises(Denied):
        set_rung(
            NewRung("overdue", False, 9, "working_days", "urge"), actor=town.actor("clerk"), at=NOON, valid_from=day
        )


def test_a_warning_shows_yellow_and_overdue_red_without_any_supervision(story: Story) -> None:
    story.claimed()
    case = story.case
    assert case.card_shown == ""
    sound_alarms(at=case.warn_at + HOUR)
    if case.warn_at + HOUR < case.due_at:
        assert story.case.card_shown == "yellow"
    sound_alarms(at=case.due_at)
    assert (story.case.card_shown, story.case.card) == ("red", "")


def test_an_owed_reply_goes_with_the_case_and_the_new_desk_is_told(town: Town) -> None:
    story = Story(town).accepted()
    story.take("supervise", "inspector", card="yellow", reason="三天没有动静。")
    story.take("assign", "clerk", desk_id=town.desk(town.next_grid).pk)
    order = Supervision.objects.get()
    assert (order.of_desk_id, order.reply_by) == (town.desk(town.next_grid).pk, order.reply_by)
    while dispatch(at=story.at):
        pass
    told = Notice.objects.filter(event__name="case.supervision_passed")
    assert [one.desk_id for one in told] == [town.desk(town.next_grid).pk]
    neighbour = town.actor("neighbour", at=story.at)
    assert [one.pk for one in listed(Chosen("owed"), neighbour, story.at)] == [order.pk]
    story.take("reply", "neighbour", reply="今天去。")
    # Answered, it is done with: the next desk owes nothing.
    story.take("assign", "clerk", desk_id=town.desk(town.grid).pk)
    assert Supervision.objects.get().of_desk_id == town.desk(town.next_grid).pk
    assert [event.name for event in timeline(story.case)].count("case.supervision_passed") == 1
