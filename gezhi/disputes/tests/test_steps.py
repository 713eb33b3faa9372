"""A mediation from its registration to its end, step by step."""

from datetime import date, timedelta

import pytest

from gezhi.disputes.actions import take
from gezhi.disputes.models import Meeting, Remark, Visit
from gezhi.disputes.tests.mediation import AGREEMENT, Mediation, registered, type_id
from gezhi.disputes.workflow import DisputeStage
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.people.actions import unseat
from gezhi.people.models import Post
from gezhi.testing import NOON, SYSTEM, Town

DAY = timedelta(days=1)


def names(mediation: Mediation) -> list[str]:
    return [event.name for event in timeline(mediation.dispute)]


def test_from_the_quarrel_to_the_kept_agreement(mediation: Mediation) -> None:
    mediation.visited().take("close", "clerk")
    dispute = mediation.dispute
    assert (dispute.stage, dispute.outcome, dispute.agreement) == (DisputeStage.KEPT, "agreed", AGREEMENT)
    assert dispute.closed_at == mediation.at
    assert dispute.alarm_at is None
    assert names(mediation) == [
        "dispute.opened", "dispute.accepted", "dispute.met", "dispute.agreed", "dispute.visited", "dispute.closed",
    ]  # fmt: skip
    assert faults(timeline(dispute), version=dispute.version) == []
    assert Meeting.objects.get().present == ["side1", "side2"]
    assert Visit.objects.get().kept == "yes"


def test_it_lies_on_the_desk_of_who_registers_it(town: Town) -> None:
    for who, place in (("leader", town.grid), ("clerk", town.community), ("street_clerk", town.street)):
        assert registered(town, who).desk_id == town.desk(place).pk
    assert registered(town, SYSTEM).desk_id == town.desk(town.community).pk


def test_thirty_days_from_when_the_parties_came(town: Town) -> None:
    assert registered(town).due_at == NOON + 30 * DAY
    dispute = registered(town, reported_at=NOON - 10 * DAY)
    assert (dispute.due_at, dispute.warn_at) == (NOON + 20 * DAY, NOON + 15 * DAY)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"type_id": 0}, "no_such_type"),
        ({"account": " "}, "empty"),
        ({"sides": ()}, "how_many_sides"),
        ({"area_code": "370103002001001"}, "not_your_area"),
        ({"area_code": "370103"}, "not_your_area"),
        ({"area_code": "nowhere"}, "no_such_area"),
        ({"reported_at": NOON + DAY}, "no_such_time"),
        ({"mediator_id": 0}, "no_such_mediator"),
    ],
)
def test_what_is_refused_at_the_door(town: Town, over: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        registered(town, **over)
    assert refusal.value.code == code


def test_a_case_that_one_may_not_see_leads_to_nothing(town: Town) -> None:
    case = town.report(grid=town.other_grid)
    with pytest.raises(Missing):
        registered(town, case_id=case.pk)


# --- who mediates


@pytest.mark.parametrize(
    ("who", "kind"),
    [("leader", "grid_leader"), ("specialist", "justice"), ("clerk", "people"), ("street_clerk", "people")],
)
def test_whoever_is_seated_there_in_a_mediating_role(town: Town, who: str, kind: str) -> None:
    mediation = Mediation(town, "clerk", mediator_id=town.user(who).pk)
    assert mediation.dispute.mediator_kind == kind
    assert mediation.accepted(who).dispute.stage == DisputeStage.MEDIATING


@pytest.mark.parametrize(
    "who", ["worker", "adviser", "inspector", "other_clerk", "stranger", "officer_audit", "handler"]
)
def test_nobody_else_is_named(mediation: Mediation, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        mediation.take("appoint", "clerk", mediator_id=mediation.town.user(who).pk)
    assert refusal.value.code == "no_such_mediator"


def test_the_first_who_takes_it_up_mediates_it(mediation: Mediation) -> None:
    assert mediation.accepted("clerk").dispute.mediator_id == mediation.town.user("clerk").pk
    with pytest.raises(Refused) as refusal:
        mediation.take("meet", "leader", on=mediation.today, present=["side1"], account="说了")
    assert refusal.value.code == "mediator"


def test_of_two_at_once_one_mediates_it(town: Town) -> None:
    dispute = registered(town)
    mine, theirs = (type(dispute).objects.get(pk=dispute.pk) for _one in range(2))
    take("accept", mine, actor=town.actor("leader"), at=NOON)
    with pytest.raises(Conflict):
        take("accept", theirs, actor=town.actor("clerk"), at=NOON)


def test_who_is_named_accepts_and_nobody_for_them(town: Town) -> None:
    mediation = Mediation(town, "clerk", mediator_id=town.user("leader").pk)
    with pytest.raises(Refused) as refusal:
        mediation.take("accept", "clerk")
    assert refusal.value.code == "mediator_or_free"


def test_the_specialist_sees_what_is_theirs_to_mediate_and_nothing_else(town: Town) -> None:
    mine = Mediation(town, "clerk", mediator_id=town.user("specialist").pk)
    other = Mediation(town)
    assert mine.accepted("specialist").dispute.stage == DisputeStage.MEDIATING
    with pytest.raises(Missing):
        other.take("accept", "specialist")
    specialist = town.actor("specialist")
    assert list(type(mine.dispute).objects.visible_to(specialist)) == [mine.dispute]
    # With the post goes the sight of it.
    post = Post.objects.select_related("desk__area").get(user=town.user("specialist"))
    unseat(post, actor=town.actor("district_clerk"), at=NOON, until_on=NOON.date())
    mine.at += DAY
    with pytest.raises(Missing):
        mine.take("withdraw", "specialist", reason="不调了")


def test_another_mediator_begins_by_accepting(mediation: Mediation) -> None:
    mediation.met().take("appoint", "clerk", mediator_id=mediation.town.user("specialist").pk)
    assert (mediation.dispute.stage, mediation.dispute.meetings_held) == (DisputeStage.OPEN, 1)
    mediation.take("accept", "specialist")
    mediation.take("agree", "specialist", agreement="各让一步。")
    assert mediation.dispute.stage == DisputeStage.AGREED
    with pytest.raises(Refused):
        mediation.take("appoint", "clerk", mediator_id=mediation.town.user("clerk").pk)


def test_the_same_mediator_is_not_named_again(mediation: Mediation) -> None:
    with pytest.raises(Refused) as refusal:
        mediation.accepted().take("appoint", "clerk", mediator_id=mediation.town.user("leader").pk)
    assert refusal.value.code == "same_mediator"


# --- meetings, agreement, no agreement


def test_no_agreement_without_a_meeting(mediation: Mediation) -> None:
    with pytest.raises(Refused) as refusal:
        mediation.accepted().take("agree", "leader", agreement="好")
    assert refusal.value.code == "has_meeting"


@pytest.mark.parametrize("day", [NOON.date() - DAY, NOON.date() + DAY])
def test_a_meeting_lies_between_the_report_and_today(mediation: Mediation, day: date) -> None:
    with pytest.raises(Refused) as refusal:
        mediation.accepted().take("meet", "leader", on=day, present=["side1"], account="说了")
    assert (refusal.value.code, refusal.value.field) == ("no_such_day", "on")


@pytest.mark.parametrize("present", [["side3"], ["张三"], ["side1", "nobody"]])
def test_only_roles_are_present_and_only_those_there_are(mediation: Mediation, present: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        mediation.accepted().take("meet", "leader", on=mediation.today, present=present, account="说了")
    assert refusal.value.code == "no_such_role"


def test_without_agreement_they_are_shown_the_way(mediation: Mediation) -> None:
    mediation.met().take("refer", "leader", referral="arbitration", reason="双方差得太远。")
    dispute = mediation.dispute
    assert (dispute.stage, dispute.outcome, dispute.referral) == (DisputeStage.REFERRED, "referred", "arbitration")
    assert Remark.objects.latest("seq").text == "双方差得太远。"


def test_it_may_be_withdrawn_before_anybody_mediates(mediation: Mediation) -> None:
    mediation.take("withdraw", "clerk", reason="已自行和好。")
    assert mediation.dispute.stage == DisputeStage.WITHDRAWN


# --- after the agreement


def test_it_is_not_closed_before_a_visit_found_it_kept(mediation: Mediation) -> None:
    mediation.agreed()
    for kept in ("", "partly", "no"):
        if kept:
            mediation.take("visit", "clerk", on=mediation.today, kept=kept)
        with pytest.raises(Refused) as refusal:
            mediation.take("close", "clerk")
        assert refusal.value.code == "fulfilled"


def test_a_visit_sets_the_next_one(mediation: Mediation) -> None:
    mediation.agreed()
    assert mediation.dispute.due_at == mediation.at + 30 * DAY
    mediation.at += 3 * DAY
    mediation.take("visit", "leader", on=mediation.today, kept="partly")
    assert mediation.dispute.due_at == mediation.at + 30 * DAY


def test_a_broken_agreement_begins_a_new_round(mediation: Mediation) -> None:
    mediation.visited("no").take("reopen", "clerk", reason="又吵起来了。")
    dispute = mediation.dispute
    assert (dispute.stage, dispute.round, dispute.outcome, dispute.agreement) == (DisputeStage.OPEN, 2, "", "")
    assert dispute.due_at == mediation.at + 30 * DAY
    assert dispute.mediator_id == mediation.town.user("leader").pk
    # What was agreed the first time stays with its event.
    assert AGREEMENT in Remark.objects.values_list("text", flat=True)
    mediation.take("accept", "leader")
    with pytest.raises(Refused):
        mediation.take("agree", "leader", agreement="再不吵了")


def test_a_kept_agreement_may_break_later(mediation: Mediation) -> None:
    mediation.visited().take("close", "leader")
    mediation.at += 90 * DAY
    mediation.take("reopen", "leader", reason="搬来新租户，又吵了。")
    assert mediation.dispute.stage == DisputeStage.OPEN
    assert mediation.dispute.alarm_at is not None


def test_an_agreement_that_holds_is_not_reopened(mediation: Mediation) -> None:
    with pytest.raises(Refused) as refusal:
        mediation.visited("partly").take("reopen", "leader", reason="想再谈")
    assert refusal.value.code == "broken_or_ended"


# --- more time, another desk


def test_more_time_once_by_the_desk_above(mediation: Mediation) -> None:
    due = mediation.dispute.due_at
    mediation.accepted().take("extend", "leader", reason="一方出差。")
    with pytest.raises(Refused) as refusal:
        mediation.take("extend", "leader", reason="再问一次")
    assert refusal.value.code == "not_asked"
    with pytest.raises(Denied):
        mediation.take("approve", "clerk")
    mediation.take("approve", "street_clerk")
    assert mediation.dispute.due_at == due + 15 * DAY
    assert mediation.dispute.warn_at == due + 10 * DAY
    with pytest.raises(Refused) as refusal:
        mediation.take("extend", "leader", reason="还要时间")
    assert refusal.value.code == "not_extended"


def test_a_refused_request_may_be_made_again(mediation: Mediation) -> None:
    due = mediation.dispute.due_at
    mediation.accepted().take("extend", "leader", reason="一方出差。")
    mediation.take("refuse", "street_clerk", reason="先用完现有的时间。")
    assert mediation.dispute.due_at == due
    mediation.take("extend", "leader", reason="一方住院。")
    assert mediation.dispute.extension_asked_at is not None


def test_the_street_asks_the_district(town: Town) -> None:
    mediation = Mediation(town, "street_clerk")
    mediation.accepted("street_clerk").take("extend", "street_clerk", reason="一方出差。")
    with pytest.raises(Denied):
        mediation.take("approve", "street_clerk")
    mediation.take("approve", "district_clerk")
    assert mediation.dispute.extended_at == mediation.at


def test_nobody_approves_their_own_request(town: Town) -> None:
    mediation = Mediation(town)
    mediation.accepted().take("extend", "street_clerk", reason="替网格申请。")
    with pytest.raises(Refused) as refusal:
        mediation.take("approve", "street_clerk")
    assert refusal.value.code == "not_asker"


def test_no_more_time_when_it_is_over(mediation: Mediation) -> None:
    mediation.accepted()
    mediation.at = mediation.dispute.due_at
    with pytest.raises(Refused) as refusal:
        mediation.take("extend", "leader", reason="晚了")
    assert refusal.value.code == "not_over"


def test_an_answer_that_comes_late_still_lengthens_it(mediation: Mediation) -> None:
    from gezhi.disputes.actions import sound_alarms

    mediation.accepted()
    due = mediation.dispute.due_at
    mediation.at = due - DAY
    mediation.take("extend", "leader", reason="一方出差。")
    mediation.at = due + DAY
    sound_alarms(at=mediation.at)
    assert mediation.dispute.overdue_at is not None
    mediation.take("approve", "street_clerk")
    assert mediation.dispute.overdue_at is None
    assert mediation.dispute.due_at == due + 15 * DAY


def test_it_is_handed_over_within_its_place(mediation: Mediation) -> None:
    town = mediation.town
    mediation.accepted().take("transfer", "leader", desk_id=town.desk(town.street).pk, reason="涉及多户。")
    dispute = mediation.dispute
    assert (dispute.desk_id, dispute.stage, dispute.mediator_id) == (town.desk(town.street).pk, DisputeStage.OPEN, None)
    # The grid still sees what lies in it, and no longer works on it.
    with pytest.raises(Denied):
        mediation.take("withdraw", "leader", reason="和好了")
    for desk in (town.street, town.other_community, town.next_grid, "human_resources"):
        with pytest.raises(Refused) as refusal:
            mediation.take("transfer", "street_clerk", desk_id=town.desk(desk).pk, reason="换一个")
        assert refusal.value.code == "no_such_desk"


# --- stale pages


def test_a_stale_page_overtakes_nobody(mediation: Mediation) -> None:
    seen = mediation.dispute.version
    mediation.accepted()
    with pytest.raises(Conflict):
        mediation.take("withdraw", "clerk", reason="不调了", seen=seen)


def test_a_look_at_a_contact_makes_no_page_stale(mediation: Mediation) -> None:
    from gezhi.disputes.actions import reveal_contact

    seen = mediation.dispute.version
    reveal_contact(mediation.dispute, 1, actor=mediation.town.actor("clerk"), at=mediation.at, reason="约时间")
    assert mediation.take("accept", "leader", seen=seen).stage == DisputeStage.MEDIATING


def test_types_are_rows_and_an_inactive_one_is_kept_where_it_was(town: Town) -> None:
    from gezhi.disputes.actions import define_type

    dispute = registered(town)
    define_type(
        actor=town.actor("district_clerk"),
        at=NOON,
        code="neighbours",
        name="邻里纠纷",
        is_confirmed=True,
        is_active=False,
    )
    with pytest.raises(Refused) as refusal:
        registered(town)
    assert refusal.value.code == "no_such_type"
    assert type(dispute).objects.get(pk=dispute.pk).type.name == "邻里纠纷"
    assert type_id("family")
    with pytest.raises(Denied):
        define_type(actor=town.actor("clerk"), at=NOON, code="x", name="新的", is_confirmed=False)
