"""待补充: the reporter is asked to say more; the clock stands still until they do, and no longer than the limit."""

from datetime import timedelta

import pytest

from gezhi.cases.actions import sound_alarms
from gezhi.cases.ledger import suspended
from gezhi.cases.models import Attachment
from gezhi.cases.spells import spells
from gezhi.cases.tasks import QUESTIONS
from gezhi.cases.tests.story import HOUR, Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.people.models import Notice
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db
RESIDENT = Actor.resident()
DAY = timedelta(days=1)


def asked(story: Story, **over: object) -> Story:
    story.claimed().take("ask_reporter", "worker", question="是几号楼的路灯？", **over)
    return story


def test_the_clock_stands_still_and_runs_on_with_what_was_left(story: Story) -> None:
    asked(story)
    case, calendar = story.case, work_calendar()
    left = calendar.between(case.suspended_at, case.due_at)
    assert (case.awaits_reporter, case.hold_until, case.card_shown) == (True, None, "")
    assert sound_alarms(at=story.at + 2 * DAY) == 0
    story.at += DAY
    story.take("supplement", RESIDENT, text="三号楼东头。")
    case = story.case
    assert calendar.between(story.at, case.due_at) == left
    assert (case.awaits_reporter, case.suspended_at, case.review_at, case.stage) == (False, None, None, "handling")
    assert case.hold_until is not None
    assert timeline(case)[-1].note == "三号楼东头。"
    while dispatch(at=story.at):
        pass
    assert Notice.objects.filter(event__name="case.supplemented", desk=case.desk).count() == 1
    assert faults(timeline(case), version=case.version) == []


def test_it_goes_on_by_itself_when_nothing_comes(story: Story) -> None:
    asked(story)
    until = story.case.review_at
    assert until == work_calendar().add_days(story.at, 5).at
    assert sound_alarms(at=until - timedelta(minutes=1)) == 0
    assert sound_alarms(at=until) == 1
    assert (story.case.awaits_reporter, story.case.suspended_at) == (False, None)
    assert timeline(story.case)[-1].name == "case.carried_on"
    story.at = until
    with pytest.raises(Refused) as refusal:
        story.take("supplement", RESIDENT, text="才看到。")
    assert refusal.value.code == "awaiting_reporter"


def test_a_day_of_review_lies_within_the_limit(story: Story) -> None:
    story.claimed()
    for days in (0, 30):
        with pytest.raises(Refused) as refusal:
            story.take("ask_reporter", "worker", question="几号楼？", review_on=(story.at + days * DAY).date())
        assert refusal.value.code == "no_such_day"
    story.take("ask_reporter", "worker", question="几号楼？", review_on=(story.at + 2 * DAY).date())
    assert story.case.review_at.date() == (story.at + 2 * DAY).date()


def test_all_that_is_missing_is_asked_at_once(story: Story) -> None:
    asked(story).take("supplement", RESIDENT, text="三号楼。")
    with pytest.raises(Refused) as refusal:
        story.take("ask_reporter", "worker", question="还有，几单元？")
    assert refusal.value.code == "not_asked_for_more"


def test_intake_may_ask_before_it_accepts(story: Story) -> None:
    story.take("ask_reporter", "clerk", question="在哪条路上？")
    case = story.case
    assert (case.stage, case.awaits_reporter) == ("received", True)
    left = work_calendar().between(case.suspended_at, case.due_at)
    for name, inputs in (
        ("accept", {"matter_id": story.town.matter("lamp").id}),
        ("decline", {"reason": "x", "answer": "x"}),
    ):
        with pytest.raises(Refused) as refusal:
            story.take(name, "clerk", **inputs)
        assert refusal.value.code == "not_suspended"
    story.at += DAY
    story.take("supplement", RESIDENT, text="经七路。")
    assert work_calendar().between(story.at, story.case.due_at) == left
    story.accepted()


def test_the_holder_need_not_wait_and_others_can_not_end_it(story: Story) -> None:
    asked(story)
    with pytest.raises(Refused):
        story.take("carry_on", "worker2")
    with pytest.raises(Denied):
        story.take("carry_on", "clerk")
    story.take("carry_on", "worker", note="现场已经看清。")
    assert story.case.suspended_at is None
    with pytest.raises(Refused):
        story.take("resume", "worker")


def test_nothing_is_done_with_it_meanwhile(story: Story) -> None:
    asked(story)
    for name, inputs in (("finish", {"result": "好了"}), ("release", {}), ("escalate", {"reason": "难"})):
        with pytest.raises(Refused) as refusal:
            story.take(name, "worker", **inputs)
        assert refusal.value.code == "not_suspended", name


def test_a_holder_who_leaves_takes_the_waiting_along(story: Story) -> None:
    asked(story)
    story.take("vacate", Actor.system("岗位"))
    assert (story.case.awaits_reporter, story.case.suspended_at, story.case.stage) == (False, None, "waiting")


def test_the_time_is_nobodys_and_has_a_figure_of_its_own(story: Story) -> None:
    asked(story)
    story.at += DAY
    story.take("supplement", RESIDENT, text="三号楼。")
    story.take("finish", "worker", result="修好了。")
    stays = spells(timeline(story.case), work_calendar(), until=story.at)
    assert [stay.paused for stay in stays] == [0, 0]
    waited = work_calendar().between(story.at - DAY - 2 * HOUR, story.at - HOUR)
    assert stays[-1].waited == waited > 0
    assert stays[-1].used == stays[-1].minutes - waited


def test_it_stands_in_its_own_list_and_not_in_the_ledger(town: Town, story: Story) -> None:
    asked(story)
    worker = town.actor("worker", at=story.at)
    assert [case.pk for case in QUESTIONS["supplement"].rows(worker, story.at)] == [story.pk]
    assert suspended(worker).count() == 0


def test_pictures_come_with_it(story: Story) -> None:
    stored = StoredFile.objects.create(sha256="0" * 64, kind="image/png", size=1, created_at=NOON)
    asked(story).take("supplement", RESIDENT, text="看图。", files=[stored])
    assert [one.step for one in Attachment.objects.all()] == ["supplement"]
