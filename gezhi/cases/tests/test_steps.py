"""The loop, step by step, and what each step refuses."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gezhi.cases.actions import sound_alarms, take
from gezhi.cases.models import Rating
from gezhi.cases.queries import route_of
from gezhi.cases.tests.story import HOUR, Story
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import Event, StoredFile
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.matters.actions import set_limit
from gezhi.matters.models import Matter
from gezhi.people.actions import set_desk_open
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db


def test_from_report_to_closed(story: Story) -> None:
    story.accepted()
    assert (story.case.stage, story.case.desk.area.code) == ("waiting", story.town.grid)
    story.take("claim", "worker")
    assert (story.case.stage, story.case.holder.name) == ("handling", "王专职")
    story.take("finish", "worker", result="更换了灯泡。")
    story.take("verify", "clerk", note="现场看过。")
    assert (story.case.stage, story.case.verified_at) == ("finished", story.at)
    story.take("answer", "clerk", answer="路灯已修好，谢谢。")
    assert story.case.stage == "answered"
    story.take("rate", Actor.resident(), service=5, outcome=4, note="很快")
    case = story.case
    assert (case.stage, case.closed_at, case.alarm_at) == ("closed", story.at, None)
    assert Rating.objects.get(case=case).outcome == 4
    names = [event.name for event in timeline(case)]
    assert names == [
        f"case.{name}" for name in ("reported", "accepted", "claimed", "finished", "verified", "answered", "rated")
    ]
    assert faults(timeline(case), version=case.version) == []


def test_verify_with_the_answer_spares_a_step(story: Story) -> None:
    story.answered()
    assert story.case.stage == "answered"
    assert [event.name for event in timeline(story.case)][-2:] == ["case.verified", "case.answered"]


def test_a_case_that_nobody_rates_is_closed_by_the_clock(story: Story) -> None:
    story.answered()
    until = story.case.rate_until
    assert sound_alarms(at=until - timedelta(seconds=1)) == 0
    assert sound_alarms(at=until) == 1
    assert story.case.stage == "closed"
    assert timeline(story.case)[-1].name == "case.closed"


def test_declining_takes_a_reason_and_an_answer(story: Story) -> None:
    with pytest.raises(Refused) as refusal:
        story.take("decline", "clerk", reason="不属于受理范围")
    assert refusal.value.field == "answer"
    story.take("decline", "clerk", reason="不属于受理范围", answer="您反映的事请向法院咨询。")
    assert (story.case.stage, story.case.answer) == ("declined", "您反映的事请向法院咨询。")


def test_the_acceptance_keeps_why_the_case_is_here(story: Story) -> None:
    story.accepted("heating")
    assert story.case.desk.area.code == story.town.street
    route = route_of(story.case)
    assert route["rule"] == "matter_at_street"
    assert route["facts"]["grid_code"] == story.town.grid


def test_a_clerk_may_send_it_elsewhere_and_the_route_says_so(story: Story) -> None:
    other = story.town.desk(story.town.next_grid)
    story.take("accept", "clerk", matter_id=story.town.matter("lamp").id, desk_id=other.pk)
    assert story.case.desk_id == other.pk
    route = route_of(story.case)
    assert (route["rule"], route["instead_of"]) == ("clerk_chose", story.town.desk(story.town.grid).pk)


def test_nobody_sends_a_case_beyond_the_own_area(story: Story) -> None:
    for target in (story.town.other_grid, story.town.street, "human_resources"):
        with pytest.raises(Refused) as refusal:
            story.take("accept", "clerk", matter_id=story.town.matter("lamp").id, desk_id=story.town.desk(target).pk)
        assert refusal.value.code == "no_such_desk"


def test_the_second_claim_is_told_who_was_first(story: Story) -> None:
    story.claimed("worker2")
    with pytest.raises(Conflict) as conflict:
        story.take("claim", "worker")
    assert "李专职" in str(conflict.value.message)


def test_a_claim_seen_too_early_loses_as_well(story: Story) -> None:
    """Both read the waiting case; the row's version lets one through and tells the other."""
    story.accepted()
    one, other = story.case, story.case
    take("claim", one, actor=story.town.actor("worker"), at=story.at + HOUR)
    with pytest.raises(Conflict) as conflict:
        take("claim", other, actor=story.town.actor("worker2"), at=story.at + HOUR)
    assert "王专职" in str(conflict.value.message)
    assert story.case.holder.name == "王专职"


def test_a_claim_that_is_not_used_goes_back_to_the_grid(story: Story) -> None:
    story.claimed()
    sound_alarms(at=story.case.hold_until)
    assert (story.case.stage, story.case.holder) == ("waiting", None)
    story.at = story.case.due_at
    story.take("claim", "worker2")


def test_only_the_holder_finishes_releases_and_escalates(story: Story) -> None:
    story.claimed()
    for name, inputs in (("finish", {"result": "好了"}), ("release", {}), ("escalate", {"reason": "难"})):
        with pytest.raises(Refused) as refusal:
            story.take(name, "worker2", **inputs)
        assert refusal.value.code in ("holder", "holder_if_held")
    story.take("release", "worker")
    assert story.case.stage == "waiting"


def test_escalation_climbs_one_level_at_a_time(story: Story) -> None:
    story.accepted()
    path = []
    for who in ("worker", "clerk", "street_clerk"):
        story.take("escalate", who, reason="这里解决不了")
        path.append(story.case.desk.area.code)
    assert path == [story.town.community, story.town.street, story.town.district]
    with pytest.raises(Refused) as refusal:
        story.take("escalate", "district_clerk", reason="再往上")
    assert refusal.value.code == "level_above"


def test_only_an_emergency_skips_a_level(town: Town) -> None:
    street = town.desk(town.street).pk
    calm = Story(town).claimed()
    with pytest.raises(Refused) as refusal:
        calm.take("escalate", "worker", reason="要街道协调", desk_id=street)
    assert (refusal.value.code, refusal.value.field) == ("one_level", "desk_id")
    calm.take("escalate", "worker", reason="要社区协调", desk_id=town.desk(town.community).pk)
    assert calm.case.desk.area.code == town.community
    urgent = Story(town, is_emergency=True).claimed()
    for elsewhere in (town.desk(town.next_grid).pk, town.desk(town.other_street).pk, town.desk(town.grid).pk, 10**9):
        with pytest.raises(Refused) as refusal:
            urgent.take("escalate", "worker", reason="燃气泄漏", desk_id=elsewhere)
        assert refusal.value.code == "no_such_desk"
    urgent.take("escalate", "worker", reason="燃气泄漏", desk_id=street)
    assert (urgent.case.desk_id, urgent.case.sent_by_id) == (street, town.desk(town.grid).pk)


def test_a_promise_grows_with_the_level_and_never_comes_nearer(story: Story) -> None:
    lamp, day = Matter.objects.get(pk=story.town.matter("lamp").id), date(2019, 1, 1)
    for level, days in (("community", 20), ("street", 10)):
        amount = {"amount": days, "unit_of_time": "working_days", "valid_from": day}
        set_limit(actor=SYSTEM, at=datetime(2018, 1, 1, tzinfo=UTC), kind="handle", matter=lamp, level=level, **amount)
    story.claimed()
    first = story.case.due_at
    story.take("escalate", "worker", reason="难")
    assert story.case.hold_until is None
    longer = story.case.due_at
    assert longer > first
    story.take("escalate", "clerk", reason="难")
    assert story.case.due_at == longer
    story.take("assign", "street_clerk", desk_id=story.town.desk(story.town.grid).pk)
    assert story.case.due_at == longer


def test_return_goes_to_the_sender_once(story: Story) -> None:
    story.accepted()
    story.take("return", "worker", reason="不归网格管")
    assert story.case.desk.area.code == story.town.community
    with pytest.raises(Refused) as refusal:
        story.take("return", "clerk", reason="不要")
    assert refusal.value.code == "sent_here"


def test_the_finisher_does_not_verify(town: Town) -> None:
    story = Story(town).accepted("parking")
    story.take("sign", "clerk")
    story.take("finish", "clerk", result="协调好了车位。")
    with pytest.raises(Refused) as refusal:
        story.take("verify", "clerk")
    assert refusal.value.code == "not_finisher"
    story.take("verify", "street_clerk")


def test_a_rejected_result_goes_back_to_its_maker(story: Story) -> None:
    story.finished().take("reject", "clerk", reason="灯还是不亮。")
    case = story.case
    assert (case.stage, case.holder.name, case.result) == ("handling", "王专职", "")
    assert case.alarm_at is not None


def test_an_answer_needs_the_check_first(story: Story) -> None:
    story.finished()
    with pytest.raises(Refused) as refusal:
        story.take("answer", "clerk", answer="好了。")
    assert refusal.value.code == "verified"


def test_a_rating_is_given_once_in_five_levels(story: Story) -> None:
    story.answered()
    for bad in (0, 6, None, "5"):
        with pytest.raises(Refused):
            story.take("rate", Actor.resident(), service=bad, outcome=3)
    story.take("rate", Actor.resident(), service=3, outcome=3)
    with pytest.raises(Refused):
        story.take("rate", Actor.resident(), service=1, outcome=1)
    assert Rating.objects.count() == 1


def test_reopening_begins_a_new_round_with_a_new_promise(story: Story) -> None:
    story.answered().take("rate", Actor.resident(), service=1, outcome=1)
    story.take("reopen", "street_clerk", reason="又坏了")
    case = story.case
    assert (case.stage, case.round, case.answer, case.answered_at) == ("waiting", 2, "", None)
    assert case.due_at > story.at
    assert "路灯已修好" in next(event.note for event in timeline(case) if event.name == "case.answered")
    story.take("claim", "worker")
    story.take("finish", "worker", result="换了线路。")
    story.take("verify", "clerk", answer="这次换了线路。")
    story.take("rate", Actor.resident(), service=5, outcome=5)
    assert Rating.objects.count() == 2


def test_a_declined_report_is_taken_up_again_at_intake(story: Story) -> None:
    story.take("decline", "clerk", reason="不属于受理范围", answer="您反映的事请向法院咨询。")
    story.take("reconsider", "street_clerk", reason="应当受理")
    case = story.case
    assert (case.stage, case.round, case.answer, case.closed_at, case.accepted_at) == ("received", 2, "", None, None)
    assert case.due_at > story.at
    assert case.alarm_at is not None
    story.accepted()
    assert story.case.stage == "waiting"
    assert faults(timeline(story.case), version=story.case.version) == []


def test_after_its_term_a_case_stays_closed(story: Story) -> None:
    story.answered().take("rate", Actor.resident(), service=5, outcome=5)
    story.at = story.case.reopen_until
    with pytest.raises(Refused) as refusal:
        story.take("reopen", "street_clerk", reason="太晚")
    assert refusal.value.code == "in_reopen_term"


def test_a_department_signs_finishes_and_the_district_verifies(town: Town) -> None:
    story = Story(town).accepted("wages")
    assert story.case.desk_id == town.desk("human_resources").pk
    with pytest.raises(Denied):
        story.take("sign", "other_handler")
    story.take("sign", "handler")
    story.take("finish", "handler", result="已督促发放工资。")
    with pytest.raises(Denied):
        story.take("verify", "clerk")
    story.take("verify", "inspector")
    story.take("answer", "district_clerk", answer="工资已发放。")
    assert story.case.stage == "answered"


def test_an_inspector_verifies_but_does_not_answer_along_with_it(story: Story) -> None:
    story.finished()
    with pytest.raises(Denied):
        story.take("verify", "inspector", answer="灯修好了。")
    assert story.case.verified_at is None
    story.take("verify", "inspector")
    with pytest.raises(Denied):
        story.take("answer", "inspector", answer="灯修好了。")


def test_a_closed_desk_gets_nothing_and_is_passed_over(story: Story) -> None:
    story.accepted()
    clerk, town = story.town.actor("clerk"), story.town
    set_desk_open(town.desk(town.next_grid), False, actor=SYSTEM, at=NOON)
    set_desk_open(town.desk(town.community), False, actor=SYSTEM, at=NOON)
    for who, step, inputs, code in (
        (clerk, "assign", {"desk_id": town.desk(town.next_grid).pk}, "no_such_desk"),
        ("worker", "return", {"reason": "不归网格管"}, "sender_gone"),
    ):
        with pytest.raises(Refused) as refusal:
            story.take(step, who, **inputs)
        assert refusal.value.code == code
    story.take("escalate", "worker", reason="难")
    assert story.case.desk_id == town.desk(town.street).pk


def test_where_no_desk_is_open_the_next_one_above_gets_it(town: Town) -> None:
    set_desk_open(town.desk(town.grid), False, actor=SYSTEM, at=NOON)
    story = Story(town).accepted()
    assert story.case.desk_id == town.desk(town.community).pk
    assert route_of(story.case)["rule"] == "desk_not_open"


def test_a_matter_of_confidence_hides_the_reporter_from_its_acceptance_on(town: Town) -> None:
    story = Story(town, reporter_name="刘诉求")
    assert not story.case.is_confidential
    story.take("accept", "district_clerk", matter_id=town.matter("tip").id)
    assert story.case.is_confidential


def test_a_note_changes_no_stage_and_does_not_make_a_page_stale(story: Story) -> None:
    story.accepted()
    seen = story.case.version
    story.take("note", "adviser", note="路口有施工。")
    assert story.case.stage == "waiting"
    story.take("claim", "worker", seen=seen)


def test_a_page_from_before_a_real_step_is_stale(story: Story) -> None:
    seen = story.case.version
    story.accepted()
    with pytest.raises(Conflict):
        story.take("decline", "clerk", seen=seen, reason="x", answer="y")
    assert story.case.stage == "waiting"


def test_a_warning_while_typing_does_not_make_the_page_stale(story: Story) -> None:
    story.accepted()
    seen = story.case.version
    sound_alarms(at=story.case.due_at)
    assert story.case.overdue_at is not None
    story.at = story.case.due_at
    story.take("claim", "worker", seen=seen)


def test_warning_comes_before_overdue_and_each_once(story: Story) -> None:
    story.accepted("rubbish")
    due = story.case.due_at
    sound_alarms(at=due)
    sound_alarms(at=due + HOUR)
    names = [event.name for event in timeline(story.case)]
    assert names.count("case.warned") == (1 if story.case.warn_at else 0)
    assert names.count("case.overdue") == 1


def test_a_clock_set_back_does_not_turn_history_around(story: Story) -> None:
    story.accepted()
    story.at = NOON - timedelta(days=3)
    story.take("claim", "worker")
    times = [event.at for event in timeline(story.case)]
    assert times == sorted(times)


def test_after_a_note_history_does_not_turn_around_either(story: Story) -> None:
    """A note leaves no instant in the row; the chain itself knows."""
    story.take("note", "clerk", note="打过电话。")
    story.at -= timedelta(hours=3)
    story.take("decline", "clerk", reason="不属于受理范围", answer="请向法院咨询。")
    times = [event.at for event in timeline(story.case)]
    assert times == sorted(times)


def test_what_the_table_does_not_ask_for_is_not_taken(story: Story) -> None:
    story.accepted()
    stored = StoredFile.objects.create(sha256="0" * 64, kind="image/png", size=1, created_at=NOON)
    story.take("claim", "worker", files=[stored], matter_id=1, result="先写上")
    case = story.case
    assert (case.attachments.count(), case.result, case.matter_id) == (0, "", story.town.matter("lamp").id)
    story.take("finish", "worker", files=[stored], result="好了")
    assert story.case.attachments.count() == 1


def test_too_long_and_missing_words_are_refused_by_field(story: Story) -> None:
    story.claimed()
    for given, code in ((" ", "empty"), ("长" * 10_001, "too_long"), ("a\x00b", "not_text")):
        with pytest.raises(Refused) as refusal:
            story.take("finish", "worker", result=given)
        assert (refusal.value.code, refusal.value.field) == (code, "result")


def test_an_unknown_step_is_missing(story: Story) -> None:
    for name in ("vanish", "report", "solve"):
        with pytest.raises(Missing):
            story.take(name, "clerk")


def test_a_step_takes_at_most_six_statements(story: Story, django_assert_max_num_queries) -> None:
    story.accepted()
    case, actor = story.case, story.town.actor("worker")
    with django_assert_max_num_queries(100) as captured:
        take("claim", case, actor=actor, at=story.at + HOUR)
    sent = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(sent) <= 6, sent


def test_one_broken_chain_does_not_silence_the_other_clocks(town: Town) -> None:
    broken, whole = Story(town), Story(town)
    Event.objects.filter(subject_kind="case", subject_id=broken.pk).delete()
    sound_alarms(at=whole.case.due_at)
    assert broken.case.overdue_at is None
    assert whole.case.overdue_at is not None
    # Nor does it stand at the head of the queue for ever.
    assert broken.case.alarm_at > whole.case.due_at


def test_a_promise_keeps_the_limit_of_its_day(story: Story) -> None:
    story.accepted("rubbish")
    due, tomorrow = story.case.due_at, NOON.date() + timedelta(days=1)
    limit = {"kind": "handle", "matter": None, "unit_of_time": "working_days", "amount": 90}
    for level in ("", "community"):
        set_limit(actor=SYSTEM, at=NOON, valid_from=tomorrow, level=level, **limit)
    story.at = NOON + timedelta(days=1)
    story.take("escalate", "worker", reason="难")
    assert story.case.due_at < due + timedelta(days=14), (
        "what was accepted yesterday is judged by the rule of yesterday"
    )
    later = Story(story.town)
    later.at = story.at
    later.accepted("parking")
    assert later.case.due_at > due + timedelta(days=100)
