"""The loop, step by step, and what each step refuses."""

from datetime import timedelta

import pytest

from gezhi.cases.access import get_case
from gezhi.cases.actions import reveal_reporter, sound_alarms, take
from gezhi.cases.models import Case, Rating
from gezhi.cases.queries import route_of, steps_for
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Story:
    """One case and the cast around it; each step is an hour after the last."""

    def __init__(self, town: Town, **report) -> None:
        self.town, self.at = town, NOON
        self.pk = town.report(**report).pk

    @property
    def case(self) -> Case:
        return Case.objects.select_related("desk__area", "area", "holder").get(pk=self.pk)

    def take(self, name: str, who: str | Actor, **inputs) -> Case:
        self.at += HOUR
        actor = self.town.actor(who, at=self.at) if isinstance(who, str) else who
        return take(name, self.case, actor=actor, at=self.at, **inputs)

    def accepted(self, matter: str = "lamp") -> "Story":
        self.take("accept", "clerk", matter_id=self.town.matter(matter).id)
        return self

    def claimed(self, who: str = "worker") -> "Story":
        self.accepted().take("claim", who)
        return self

    def finished(self) -> "Story":
        self.claimed().take("finish", "worker", result="更换了灯泡。")
        return self

    def answered(self) -> "Story":
        self.finished().take("verify", "clerk", answer="路灯已修好。")
        return self


@pytest.fixture
def story(town: Town) -> Story:
    return Story(town)


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


def test_the_promise_never_comes_nearer_by_climbing(story: Story) -> None:
    story.accepted()
    first = story.case.due_at
    story.take("escalate", "worker", reason="难")
    assert story.case.due_at >= first


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


def test_too_long_and_missing_words_are_refused_by_field(story: Story) -> None:
    story.claimed()
    for given, code in ((" ", "empty"), ("长" * 10_001, "too_long"), ("a\x00", "too_long")):
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


# --- who sees what --------------------------------------------------------------------------------------------------


def test_another_streets_people_find_nothing(story: Story) -> None:
    stranger = story.town.actor("stranger")
    for key in (story.pk, story.case.number):
        with pytest.raises(Missing):
            get_case(stranger, key)
    assert not Case.objects.visible_to(stranger).exists()
    with pytest.raises(Denied):
        story.take("accept", "stranger", matter_id=story.town.matter("lamp").id)


@pytest.mark.parametrize("who", ["nobody", "officer_system", "officer_security", "officer_audit", "party_affairs"])
def test_those_without_case_rights_find_nothing(story: Story, who: str) -> None:
    with pytest.raises(Missing):
        get_case(story.town.actor(who), story.pk)


def test_a_case_is_found_by_number_only_if_all_of_it_fits(story: Story) -> None:
    clerk = story.town.actor("clerk")
    assert get_case(clerk, story.case.number).pk == story.pk
    with pytest.raises(Missing):
        get_case(clerk, story.case.number.replace("-260302-", "-260303-"))
    with pytest.raises(Missing):
        get_case(clerk, "nonsense")


def test_a_department_sees_a_case_while_it_lies_there(town: Town) -> None:
    story = Story(town)
    handler = town.actor("handler")
    with pytest.raises(Missing):
        get_case(handler, story.pk)
    story.accepted("wages")
    assert get_case(handler, story.pk)


def test_buttons_are_the_steps_that_would_succeed(story: Story) -> None:
    clerk, worker = story.town.actor("clerk"), story.town.actor("worker")
    names = lambda actor: {step.name for step in steps_for(story.case, actor, story.at)}  # noqa: E731
    assert names(clerk) == {"accept", "decline", "note"}
    assert names(worker) == {"note"}
    story.accepted()
    assert names(worker) == {"claim", "escalate", "return", "note"}
    story.take("claim", "worker")
    assert names(worker) == {"finish", "release", "escalate", "note"}
    assert names(story.town.actor("worker2")) == {"note"}


def test_reading_the_reporter_takes_right_and_reason_and_is_logged(town: Town) -> None:
    story = Story(town, reporter_name="刘诉求", reporter_phone="13805312345")
    with pytest.raises(Refused):
        reveal_reporter(story.case, actor=town.actor("clerk"), at=NOON, reason=" ")
    with pytest.raises(Denied):
        reveal_reporter(story.case, actor=town.actor("adviser"), at=NOON, reason="想看")
    shown = reveal_reporter(story.case, actor=town.actor("clerk"), at=NOON + HOUR, reason="核实位置")
    assert (shown.name, shown.phone) == ("刘诉求", "13805312345")
    last = timeline(story.case)[-1]
    assert (last.name, last.note, last.actor_name) == ("reporter.seen", "核实位置", "钱坐席")


def test_a_confidential_reporter_is_hidden_from_those_who_handle_it(town: Town) -> None:
    story = Story(town, reporter_name="刘诉求", is_confidential=True)
    story.accepted()
    with pytest.raises(Refused) as refusal:
        reveal_reporter(story.case, actor=town.actor("worker"), at=NOON, reason="想问")
    assert refusal.value.code == "confidential"
    assert reveal_reporter(story.case, actor=town.actor("clerk"), at=story.at + HOUR, reason="核实").name == "刘诉求"
