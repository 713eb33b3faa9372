"""延期: asked before the deadline, once, at most ten working days, decided by those above."""

from datetime import date, timedelta

import pytest

from gezhi.cases.actions import sound_alarms
from gezhi.cases.models import Request
from gezhi.cases.tests.story import HOUR, Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.people.actions import Seat, seat_many
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, SYSTEM

pytestmark = pytest.mark.django_db


def ask(story: Story, days: int = 3) -> None:
    story.take("ask_extension", "worker", days=days, reason="要等配件。")


def test_a_granted_extension_lengthens_the_promise(story: Story) -> None:
    story.claimed()
    before = story.case.due_at
    ask(story)
    assert story.case.asked == "extension"
    story.take("grant_extension", "clerk", note="配件下周到。")
    case = story.case
    assert case.due_at == work_calendar().add_days(before, 3).at
    assert (case.asked, case.extended_at, case.stage) == ("", story.at, "handling")
    request = Request.objects.get(case=case)
    assert (request.decision, request.decided_by, request.days) == ("granted", story.town.user("clerk"), 3)
    assert faults(timeline(case), version=case.version) == []


def test_the_warning_moves_with_the_promise(story: Story) -> None:
    story.claimed()
    warned = story.case.warn_at
    ask(story)
    story.take("grant_extension", "clerk")
    assert story.case.warn_at > warned
    sound_alarms(at=story.case.warn_at - timedelta(minutes=1))
    assert story.case.warned_at is None


def test_only_once_in_a_round(story: Story) -> None:
    story.claimed()
    ask(story)
    story.take("grant_extension", "clerk")
    with pytest.raises(Refused) as refusal:
        ask(story)
    assert refusal.value.code == "not_extended"


def test_a_refused_request_may_be_asked_again(story: Story) -> None:
    story.claimed()
    ask(story)
    story.take("refuse_extension", "clerk", reason="现有配件能用。")
    assert (story.case.asked, story.case.extended_at) == ("", None)
    ask(story)


def test_not_after_the_deadline(story: Story) -> None:
    story.claimed()
    story.at = story.case.due_at - HOUR
    with pytest.raises(Refused) as refusal:
        ask(story)
    assert refusal.value.code == "before_due"


def test_asked_in_time_it_may_be_granted_late_and_is_not_overdue_then(story: Story) -> None:
    story.claimed()
    due = story.case.due_at
    story.at = due - 2 * HOUR
    ask(story)
    sound_alarms(at=due)
    assert story.case.overdue_at is not None
    story.at = due
    story.take("grant_extension", "clerk")
    assert story.case.overdue_at is None
    assert story.case.due_at > due


@pytest.mark.parametrize(("days", "is_allowed"), [(0, False), (1, True), (10, True), (11, False), (None, False)])
def test_at_most_ten_working_days(story: Story, days: int | None, is_allowed: bool) -> None:
    story.claimed()
    if is_allowed:
        ask(story, days)  # type: ignore[arg-type]
        return
    with pytest.raises(Refused) as refusal:
        ask(story, days)  # type: ignore[arg-type]
    assert refusal.value.field == "days"


def test_those_above_decide_and_never_the_one_who_asks(story: Story) -> None:
    story.claimed()
    ask(story)
    for who in ("worker", "worker2", "leader", "adviser", "stranger", "inspector"):
        with pytest.raises((Refused, Denied)):
            story.take("grant_extension", who)
    story.take("grant_extension", "street_clerk")


def test_a_clerk_does_not_decide_on_what_lies_at_the_own_desk(story: Story) -> None:
    story.accepted("parking").take("sign", "clerk")
    story.take("ask_extension", "clerk", days=2, reason="要开会。")
    with pytest.raises(Refused) as refusal:
        story.take("grant_extension", "clerk")
    assert refusal.value.code == "from_above"
    story.take("grant_extension", "street_clerk")


def test_who_moves_the_case_lets_the_request_lapse(story: Story) -> None:
    story.claimed()
    ask(story)
    story.take("escalate", "worker", reason="还是难")
    assert story.case.asked == ""
    assert Request.objects.get(case=story.case).decision == "lapsed"


def test_who_asked_and_handed_it_over_does_not_decide(story: Story) -> None:
    """The one who asks may sit above as well; handing the case over must not make the own request somebody else's."""
    town = story.town
    seat = Seat(town.user("street_clerk"), town.desk(town.community), Role.COMMUNITY_CLERK, date(2020, 1, 1))
    seat_many([seat], actor=SYSTEM, at=FOUNDED)
    story.accepted("parking").take("sign", "street_clerk")
    story.take("ask_extension", "street_clerk", days=2, reason="要开会。")
    story.take("hand_over", "street_clerk", colleague_id=town.user("clerk").pk)
    with pytest.raises(Refused) as refusal:
        story.take("grant_extension", "street_clerk")
    assert refusal.value.code == "asked_extension"
    assert Request.objects.get(case=story.case).decision == "lapsed"
    story.take("ask_extension", "clerk", days=2, reason="要开会。")
    story.take("grant_extension", "street_clerk")


def test_the_next_round_may_be_extended_again(story: Story) -> None:
    story.claimed()
    ask(story)
    story.take("grant_extension", "clerk")
    story.take("finish", "worker", result="好了。")
    story.take("verify", "clerk", answer="修好了。")
    story.take("rate", Actor.resident(), service=3, outcome=3)
    story.take("reopen", "street_clerk", reason="又坏了")
    story.take("claim", "worker")
    ask(story)
