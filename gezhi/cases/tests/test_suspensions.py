"""挂账: the clock stands still until a day of review, and nobody is waited for meanwhile."""

from datetime import date, timedelta

import pytest

from gezhi.cases.actions import sound_alarms
from gezhi.cases.ledger import page_of, page_of_settled
from gezhi.cases.models import Case, Request
from gezhi.cases.tests.story import HOUR, Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import set_limit
from gezhi.matters.models import Matter
from gezhi.testing import NOON, SYSTEM

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def suspended(story: Story, **over: object) -> Story:
    story.claimed()
    inputs = {"review_on": (story.at + MONTH).date(), "reason": "等片区改造。", "since_on": date(2014, 5, 1)} | over
    story.take("ask_suspension", "worker", **inputs)
    story.take("suspend", "clerk")
    return story


def test_the_clock_stands_still_and_runs_on_with_what_was_left(story: Story) -> None:
    suspended(story)
    case, calendar = story.case, work_calendar()
    left = calendar.between(case.suspended_at, case.due_at)
    assert sound_alarms(at=case.due_at + timedelta(days=3)) == 0
    story.at = case.suspended_at + timedelta(days=9)
    story.take("resume", "worker")
    case = story.case
    assert calendar.between(story.at, case.due_at) == left
    assert (case.suspended_at, case.review_at, case.overdue_at) == (None, None, None)
    assert case.hold_until is not None
    assert Request.objects.get().resumed_at == story.at


def test_the_case_runs_on_by_itself_on_the_day_of_review(story: Story) -> None:
    suspended(story)
    review = story.case.review_at
    assert work_calendar().is_open(review)
    assert sound_alarms(at=review - timedelta(minutes=1)) == 0
    assert sound_alarms(at=review) == 1
    assert story.case.suspended_at is None
    assert [event.name for event in timeline(story.case)][-1] == "case.resumed"
    assert faults(timeline(story.case), version=story.case.version) == []


def test_nothing_is_done_with_it_meanwhile(story: Story) -> None:
    suspended(story)
    for name, inputs in (
        ("finish", {"result": "好了"}),
        ("release", {}),
        ("escalate", {"reason": "难"}),
        ("ask_extension", {"days": 1, "reason": "难"}),
        ("ask_suspension", {"review_on": story.at.date() + MONTH, "reason": "难"}),
    ):
        with pytest.raises(Refused) as refusal:
            story.take(name, "worker", **inputs)
        assert refusal.value.code == "not_suspended", name
    story.take("note", "worker", note="还在等。")


def test_only_the_holder_takes_it_up_before_the_day(story: Story) -> None:
    suspended(story)
    with pytest.raises(Refused):
        story.take("resume", "worker2")
    with pytest.raises(Denied):
        story.take("resume", "clerk")


@pytest.mark.parametrize("days", [-1, 0, 181])
def test_the_day_of_review_lies_ahead_and_within_the_limit(story: Story, days: int) -> None:
    story.claimed()
    with pytest.raises(Refused) as refusal:
        story.take("ask_suspension", "worker", reason="等", review_on=local_day(story.at) + timedelta(days=days))
    assert refusal.value.field == "review_on"


def test_a_problem_can_not_have_begun_tomorrow(story: Story) -> None:
    story.claimed()
    tomorrow = local_day(story.at) + timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        story.take("ask_suspension", "worker", reason="等", review_on=tomorrow, since_on=tomorrow)
    assert refusal.value.field == "since_on"


def test_a_request_decided_after_its_day_has_to_be_asked_anew(story: Story) -> None:
    story.claimed()
    story.take("ask_suspension", "worker", reason="等", review_on=local_day(story.at) + timedelta(days=1))
    story.at += timedelta(days=2)
    sound_alarms(at=story.at)
    if story.case.asked:
        with pytest.raises(Refused) as refusal:
            story.take("suspend", "clerk")
        assert refusal.value.code == "no_such_day"


def test_what_was_overdue_before_stays_overdue(story: Story) -> None:
    story.claimed()
    case = story.case
    Case.objects.filter(pk=case.pk).update(hold_until=case.due_at + timedelta(days=9))
    sound_alarms(at=case.due_at)
    story.at = case.due_at + HOUR
    story.take("ask_suspension", "worker", reason="等", review_on=(story.at + MONTH).date())
    story.take("suspend", "clerk")
    story.at += timedelta(days=2)
    story.take("resume", "worker")
    assert story.case.overdue_at is not None
    assert story.case.due_at == case.due_at


def test_a_limit_in_calendar_days_goes_on_in_calendar_days(story: Story) -> None:
    lamp = Matter.objects.get(pk=story.town.matter("lamp").id)
    at = story.at - timedelta(days=100)
    set_limit(
        actor=SYSTEM, at=at, kind="handle", matter=lamp, level="grid", amount=20, unit_of_time="calendar_days",
        valid_from=local_day(at),
    )  # fmt: skip
    suspended(story)
    case = story.case
    story.at = case.suspended_at + timedelta(days=5)
    story.take("resume", "worker")
    assert story.case.due_at == case.due_at + (story.at - case.suspended_at)


# --- long-standing troubles -------------------------------------------------------------------------------------------


def evidence() -> StoredFile:
    return StoredFile.objects.create(sha256="0" * 64, kind="image/png", size=1, created_at=NOON)


def test_what_was_put_aside_is_done_with_only_with_evidence(story: Story) -> None:
    """R038: the closure of a trouble of ten years has to be seen."""
    suspended(story, meeting="2026-03-01 街道联席会议")
    story.take("resume", "worker")
    with pytest.raises(Refused) as refusal:
        story.take("finish", "worker", result="片区改造完成。")
    assert (refusal.value.code, refusal.value.field) == ("needs_evidence", "files")
    story.take(
        "finish", "worker", result="片区改造完成。", files=[evidence()], meeting="https://example.org/minutes/12"
    )
    case = story.case
    assert (case.stage, case.is_long_standing, case.meeting) == ("finished", True, "https://example.org/minutes/12")


def test_evidence_that_came_with_a_note_counts(story: Story) -> None:
    suspended(story)
    story.take("note", "worker", note="验收照片。", files=[evidence()])
    story.take("resume", "worker")
    story.take("finish", "worker", result="片区改造完成。")
    assert story.case.stage == "finished"


def test_what_was_never_put_aside_needs_none(story: Story) -> None:
    story.finished()
    assert not story.case.is_long_standing


def test_the_ledger_keeps_what_is_over(story: Story) -> None:
    suspended(story)
    story.take("resume", "worker")
    story.take("finish", "worker", result="片区改造完成。", files=[evidence()], meeting="社区议事会")
    clerk = story.town.actor("clerk", at=story.at)
    assert page_of_settled(clerk, story.at).entries == []
    story.take("verify", "clerk", answer="改造完成，路灯已换新。")
    story.take("rate", Actor.resident(), service=5, outcome=5)
    (entry,) = page_of_settled(clerk, story.at).entries
    assert (entry.case.pk, entry.files, entry.times, entry.since_on) == (story.pk, 1, 1, date(2014, 5, 1))
    assert round(entry.years or 0, 1) == 11.8
    assert page_of(clerk, story.at).entries == []
    assert page_of_settled(story.town.actor("stranger", at=story.at), story.at).entries == []
