"""撤回呼叫 after departments were asked: they are told and stop, nobody is scored, and nothing that was late is forgotten."""

from datetime import timedelta

import pytest

from gezhi.calls.actions import sound_alarms
from gezhi.calls.assessment import Period, response_table
from gezhi.calls.queries import rows_of
from gezhi.calls.tests.story import DAY, LEAD, OTHER, CallStory
from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.people.models import Notice
from gezhi.testing import NOON

pytestmark = pytest.mark.django_db


def withdrawn(story: CallStory) -> CallStory:
    story.take("withdraw", "street_clerk", reason="已经自己解决。")
    return story


def test_departments_stop_where_they_are_and_are_told(about_case: CallStory) -> None:
    story = about_case.dispatched()
    story.take("sign", "handler")
    withdrawn(story)
    assert (story.call.phase, story.call.alarm_at, story.case.is_called) == ("withdrawn", None, False)
    assert [(story.part(one).state, story.part(one).alarm_at) for one in (LEAD, OTHER)] == [
        ("acting", None), ("waiting", None),
    ]  # fmt: skip
    assert sound_alarms(at=story.at + 30 * DAY) == 0
    while dispatch(at=story.at):
        pass
    told = Notice.objects.filter(event__name="call_part.dismissed").values_list("desk_id", flat=True)
    assert set(told) == {story.town.desk(LEAD).pk, story.town.desk(OTHER).pk}
    for row in (story.call, story.part(LEAD), story.part(OTHER)):
        assert faults(timeline(row), version=row.version) == []


def test_nothing_more_is_done_in_it(story: CallStory) -> None:
    story.signed()
    withdrawn(story)
    for name, who, inputs in (
        ("arrive", "handler", {}),
        ("file", "handler", {"result": "办了。"}),
        ("score", "street_clerk", {"response": 1, "manner": 1, "effect": 1, "words": "慢"}),
    ):
        with pytest.raises(Refused):
            story.take(name, who, **inputs)
    handler = story.town.actor("handler", at=story.at)
    assert rows_of("todo", handler, story.at) == ([], False)
    (row,) = rows_of("ended", handler, story.at)[0]
    assert row.wait is None, "nothing is waited for"


def test_only_the_street_that_called_and_not_after_the_summary(story: CallStory) -> None:
    story.dispatched()
    for who in ("district_clerk", "handler", "stranger"):
        with pytest.raises(Denied):
            story.take("withdraw", who, reason="不要了。")
    over = CallStory(story.town, at=story.at).summed()
    with pytest.raises(Refused) as refusal:
        over.take("withdraw", "street_clerk", reason="不要了。")
    assert refusal.value.code == "wrong_phase"


def test_who_was_late_stays_late_and_who_still_had_time_does_not_count(story: CallStory) -> None:
    story.dispatched()
    late = story.part(OTHER).sign_due_at + timedelta(minutes=1)
    story.take("sign", "handler")
    sound_alarms(at=late)
    story.at = late
    withdrawn(story)
    story.take("account", "other_handler", OTHER, account="值班人员漏看。")
    assert story.part(OTHER).alarm_at is None, "the account starts no clock"
    CallStory(story.town, at=story.at).dispatched(LEAD, "urban_management").take(
        "withdraw", "street_clerk", reason="不用。"
    )
    period = Period(NOON.date(), NOON.date() + 30 * DAY)
    table = response_table(period, story.town.actor("district_clerk"), NOON + 20 * DAY)
    lines = {line.department_id: line for line in table.lines}
    assert set(lines) == {story.town.desk(LEAD).pk, story.town.desk(OTHER).pk}
    assert lines[story.town.desk(OTHER).pk].signed_in_time.count == 0
    assert lines[story.town.desk(OTHER).pk].signed_in_time.of == 1
    assert lines[story.town.desk(LEAD).pk].signed_in_time.count == 1
    assert lines[story.town.desk(LEAD).pk].calls == 1


def test_what_still_had_time_when_it_was_withdrawn_is_not_judged_later(story: CallStory) -> None:
    withdrawn(story.signed())
    table = response_table(Period(NOON.date(), NOON.date()), story.town.actor("district_clerk"), NOON + 20 * DAY)
    lines = {line.department_id: line for line in table.lines}
    assert lines[story.town.desk(LEAD).pk].arrived_in_time.of == 0
