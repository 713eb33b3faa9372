"""呼叫、分办、联动、销号: the whole way of a call, and what each step refuses."""

import pytest

from gezhi.calls.actions import raise_call, take
from gezhi.calls.models import Call
from gezhi.calls.queries import story_of
from gezhi.calls.tests.story import DAY, LEAD, MINUTE, OTHER, CallStory, held_case, second_clerk
from gezhi.cases.access import get_case
from gezhi.cases.actions import take as take_with_case
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


def test_from_the_call_to_the_strike_off(about_case: CallStory) -> None:
    story = about_case
    assert (story.call.phase, story.case.is_called) == ("called", True)
    story.dispatched()
    assert [(part.desk_id, part.is_lead, part.state) for part in story.joint.parts] == [
        (story.town.desk(LEAD).pk, True, "waiting"),
        (story.town.desk(OTHER).pk, False, "waiting"),
    ]
    story.take("sign", "handler")
    story.take("arrive", "handler")
    story.take("confirm_arrival", "street_clerk")
    story.take("sign", "other_handler", OTHER)
    story.take("file", "other_handler", OTHER, result="占道已经清走。")
    story.take("file", "handler", result="工资已经结清。")
    assert story.call.phase == "joint"
    story.take("sum_up", "department_lead", summary="两件都办好了。")
    assert (story.call.phase, story.call.summary) == ("summed", "两件都办好了。")
    story.take("strike_off", "street_clerk", note="看过了，属实。")
    assert story.call.phase == "struck_off"
    assert story.call.ended_at is not None
    assert not story.case.is_called
    assert story.call.alarm_at is None
    joint = story.joint
    for row in (joint.call, *joint.parts, story.case):
        assert faults(timeline(row), version=row.version) == []
    told = [event.name for event in story_of(joint)]
    assert told[:4] == ["call.called", "call.dispatched", "call_part.asked", "call_part.asked"]
    assert told[-1] == "call.struck_off"


def test_every_instant_is_kept(story: CallStory) -> None:
    story.struck_off()
    part = story.part()
    spans = (part.signed_at - part.asked_at, part.arrived_at - part.signed_at, part.filed_at - part.arrived_at)
    assert spans == (10 * MINUTE, 20 * MINUTE, 10 * MINUTE)
    # Nobody denied it, so with the strike-off the street has taken it as true.
    assert part.arrival_confirmed_at == story.call.ended_at


def test_what_a_call_blocks_and_frees(about_case: CallStory) -> None:
    story, town = about_case, about_case.town
    clerk = town.actor("street_clerk", at=story.at)
    for step, inputs in (
        ("finish", {"result": "办完了。"}),
        ("escalate", {"reason": "办不了。"}),
        ("assign", {"desk_id": town.desk(town.community).pk}),
    ):
        with pytest.raises(Refused) as refusal:
            take_with_case(step, get_case(clerk, story.case_pk), actor=clerk, at=story.at, **inputs)
        assert refusal.value.code == "not_called", step
    story.struck_off()
    take_with_case("finish", get_case(clerk, story.case_pk), actor=clerk, at=story.at, result="办完了。")
    assert story.case.stage == "finished"


def test_a_case_has_one_open_call_at_a_time(about_case: CallStory) -> None:
    story = about_case
    clerk = story.town.actor("street_clerk", at=story.at)
    with pytest.raises(Refused) as refusal:
        raise_call(actor=clerk, at=story.at, title="再呼", text="再呼一次", case=get_case(clerk, story.case_pk))
    assert refusal.value.code == "not_called"
    story.struck_off()
    raise_call(actor=clerk, at=story.at, title="再呼", text="又出现了", case=get_case(clerk, story.case_pk))
    assert Call.objects.filter(case_id=story.case_pk).count() == 2


@pytest.mark.parametrize("who", ["worker", "clerk", "district_clerk", "inspector", "handler", "assessor", "nobody"])
def test_only_streets_call(town: Town, who: str) -> None:
    with pytest.raises(Denied):
        raise_call(actor=town.actor(who), at=NOON, title="呼叫", text="请来")
    with pytest.raises((Denied, Refused)):
        raise_call(actor=town.actor(who), at=NOON, title="呼叫", text="请来", desk_id=town.desk(town.street).pk)
    assert not Call.objects.exists()


def test_no_street_calls_in_the_name_of_another(town: Town) -> None:
    with pytest.raises(Denied):
        raise_call(
            actor=town.actor("street_clerk"),
            at=NOON,
            title="呼叫",
            text="请来",
            desk_id=town.desk(town.other_street).pk,
        )


def test_a_case_is_called_by_its_holder_from_the_streets_desk(town: Town) -> None:
    clerk = town.actor("street_clerk")
    elsewhere = town.report()
    with pytest.raises(Denied):
        raise_call(actor=clerk, at=NOON, title="呼叫", text="请来", case=get_case(clerk, elsewhere.pk))
    held = held_case(town)
    second_clerk(town)
    colleague = town.actor("second")
    with pytest.raises(Refused) as refusal:
        raise_call(actor=colleague, at=NOON, title="呼叫", text="请来", case=get_case(colleague, held.pk))
    assert refusal.value.code == "holder"
    with pytest.raises(Refused) as refusal:
        raise_call(actor=clerk, at=NOON, title="", text="请来", case=get_case(clerk, held.pk))
    assert (refusal.value.code, refusal.value.field) == ("empty", "title")
    assert not get_case(clerk, held.pk).is_called, "a refused call must leave the case alone"


def test_dispatch_asks_each_department_once_and_only_departments(story: CallStory) -> None:
    for shares, code in (
        (story.shares(LEAD, LEAD), "department_twice"),
        ([{"desk_id": story.town.desk(story.town.street).pk, "task": "去"}], "no_such_department"),
        ([{"desk_id": 999_999, "task": "去"}], "no_such_department"),
        ([{"desk_id": story.town.desk(LEAD).pk, "task": " "}], "empty"),
        ([], "empty"),
    ):
        with pytest.raises(Refused) as refusal:
            story.take("dispatch", "district_clerk", shares=shares)
        assert refusal.value.code == code
    assert story.call.phase == "called"


def test_who_must_come_files_only_after_arriving(story: CallStory) -> None:
    story.signed()
    with pytest.raises(Refused) as refusal:
        story.take("file", "handler", result="办好了")
    assert refusal.value.code == "arrived_if_on_site"
    with pytest.raises(Refused) as refusal:
        story.take("arrive", "other_handler", OTHER)
    assert refusal.value.code == "on_site"


def test_a_denied_arrival_opens_what_was_filed(story: CallStory) -> None:
    story.filed()
    assert story.part().sum_due_at is not None
    story.take("deny_arrival", "street_clerk", reason="没见到人。")
    part = story.part()
    assert (part.state, part.arrived_at, part.result, part.sum_due_at) == ("acting", None, "", None)
    with pytest.raises(Refused) as refusal:
        story.take("sum_up", "department_lead", summary="好了")
    assert refusal.value.code == "wrong_phase"
    story.take("arrive", "handler")
    story.take("confirm_arrival", "street_clerk")
    with pytest.raises(Refused) as refusal:
        story.take("deny_arrival", "street_clerk", reason="反悔")
    assert refusal.value.code == "not_confirmed"


def test_the_lead_alone_sums_up_and_only_when_all_have_filed(story: CallStory) -> None:
    story.signed()
    story.take("arrive", "handler")
    story.take("file", "handler", result="工资已经结清。")
    with pytest.raises(Refused) as refusal:
        story.take("sum_up", "handler", summary="好了")
    assert refusal.value.code == "all_filed"
    story.take("file", "other_handler", OTHER, result="占道已经清走。")
    with pytest.raises(Refused) as refusal:
        story.take("sum_up", "other_handler", OTHER, summary="好了")
    assert refusal.value.code == "leads"


def test_sending_back_opens_the_parts_it_names(story: CallStory) -> None:
    story.summed()
    lead, other = story.part(), story.part(OTHER)
    with pytest.raises(Refused) as refusal:
        story.take("send_back", "street_clerk", returned=[other.pk, 999_999], reason="又占道了。")
    assert refusal.value.code == "no_such_part"
    story.take("send_back", "street_clerk", returned=[other.pk], reason="又占道了。", after=DAY)
    assert (story.call.phase, story.call.round, story.call.summary) == ("joint", 2, "")
    assert story.part().state == "filed"
    again = story.part(OTHER)
    assert (again.state, again.rounds, again.result) == ("acting", 2, "")
    assert again.act_due_at > other.act_due_at
    assert again.signed_at == other.signed_at, "how fast it signed stays as it was"
    story.take("file", "other_handler", OTHER, result="这次设了护栏。")
    story.take("sum_up", "handler", summary="这次好了。")
    story.take("strike_off", "street_clerk")
    assert story.call.phase == "struck_off"
    assert lead.is_lead


def test_a_call_may_be_withdrawn_before_anybody_is_asked(about_case: CallStory) -> None:
    about_case.take("withdraw", "street_clerk", reason="自己解决了。")
    assert about_case.call.phase == "withdrawn"
    assert not about_case.case.is_called


def test_another_department_may_join_later(story: CallStory) -> None:
    story.dispatched(LEAD)
    story.take("sign", "handler")
    story.take("arrive", "handler")
    story.take("file", "handler", result="工资已经结清。")
    assert story.part().sum_due_at is not None
    with pytest.raises(Refused) as refusal:
        story.take("add", "district_clerk", desk_id=story.town.desk(LEAD).pk, task="再去")
    assert refusal.value.code == "department_twice"
    story.take("add", "district_clerk", desk_id=story.town.desk(OTHER).pk, task="一起去", is_on_site=False)
    assert story.part().sum_due_at is None, "the lead waits for the new one"
    assert story.part(OTHER).state == "waiting"


class TestDeclining:
    """推回: a department says that it is not its business, and the district rules."""

    def test_the_district_insists_and_it_is_bound(self, story: CallStory) -> None:
        story.dispatched()
        story.take("decline", "other_handler", OTHER, reason="不归我们管。")
        assert story.part(OTHER).alarm_at is None, "the clock to sign stands still"
        story.take("insist", "district_clerk", OTHER, reason="三定方案写明归你们。", after=10 * 24 * 60 * MINUTE)
        part = story.part(OTHER)
        assert (part.state, part.is_bound, part.asked_at) == ("waiting", True, story.at)
        assert part.sign_due_at > story.at
        with pytest.raises(Refused) as refusal:
            story.take("decline", "other_handler", OTHER, reason="还是不归我们管。")
        assert refusal.value.code == "not_bound"

    def test_the_district_agrees_and_somebody_else_has_its_place(self, story: CallStory) -> None:
        story.dispatched(LEAD)
        story.take("decline", "handler", reason="不归我们管。")
        with pytest.raises(Refused) as refusal:
            story.take("excuse", "district_clerk", reason="确实不归。")
        assert (refusal.value.code, refusal.value.field) == ("needs_lead", "desk_id")
        story.take("excuse", "district_clerk", reason="确实不归。", desk_id=story.town.desk(OTHER).pk)
        assert story.part().state == "excused"
        assert (story.part(OTHER).is_lead, story.part(OTHER).state) == (True, "waiting")
        assert story.joint.lead.desk_id == story.town.desk(OTHER).pk

    def test_excusing_the_last_who_had_not_filed_starts_the_summary(self, story: CallStory) -> None:
        story.dispatched()
        story.take("sign", "handler")
        story.take("arrive", "handler")
        story.take("file", "handler", result="工资已经结清。")
        story.take("decline", "other_handler", OTHER, reason="不归我们管。")
        assert story.part().sum_due_at is None
        story.take("excuse", "district_clerk", OTHER, reason="确实不归。")
        assert story.part().sum_due_at is not None
        story.take("sum_up", "handler", summary="好了。")

    def test_the_district_mends_its_own_mistake(self, story: CallStory) -> None:
        story.dispatched(LEAD)
        story.take("excuse", "district_clerk", reason="分错了。", desk_id=story.town.desk(OTHER).pk)
        assert (story.part().state, story.joint.lead.desk_id) == ("excused", story.town.desk(OTHER).pk)
        story.take("sign", "other_handler", OTHER)
        with pytest.raises(Refused) as refusal:
            story.take("excuse", "district_clerk", OTHER, reason="又分错了。", desk_id=story.town.desk(LEAD).pk)
        assert refusal.value.code == "replaceable"

    def test_not_after_the_time_to_sign(self, story: CallStory) -> None:
        story.dispatched()
        with pytest.raises(Refused) as refusal:
            story.take("decline", "handler", reason="不归我们管。", after=5 * 24 * 60 * MINUTE)
        assert refusal.value.code == "in_sign_term"


def test_a_holder_who_left_does_not_lock_the_call(about_case: CallStory) -> None:
    from gezhi.kernel.access import Actor

    about_case.summed()
    take_with_case("vacate", about_case.case, actor=Actor.system("岗位"), at=about_case.at)
    with pytest.raises(Refused) as refusal:
        about_case.take("strike_off", "street_clerk")
    assert refusal.value.code == "case_not_held"
    clerk = about_case.town.actor("street_clerk", at=about_case.at)
    take_with_case("sign", get_case(clerk, about_case.case_pk), actor=clerk, at=about_case.at)
    about_case.take("strike_off", "street_clerk")
    assert not about_case.case.is_called


def test_a_page_that_is_old_is_told_so(story: CallStory) -> None:
    story.dispatched()
    seen = story.part().version
    story.take("sign", "handler")
    with pytest.raises(Conflict) as conflict:
        story.take("sign", "department_lead", seen=seen)
    assert (conflict.value.code, "韩经办" in str(conflict.value)) == ("already_signed", True)
    story.take("arrive", "handler")
    with pytest.raises(Conflict) as conflict:
        take("file", story.part(), actor=story.town.actor("handler"), at=story.at, seen=seen, result="好了")
    assert conflict.value.code == "stale"
