"""排查: drafted, started, worked off, ended; forms in versions, findings as cases, notices to whom it concerns."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction

from gezhi.cases.models import Case
from gezhi.fieldwork.access import get_campaign, get_target
from gezhi.fieldwork.actions import (
    Finding,
    change_campaign,
    draft_campaign,
    remind_due,
    set_questions,
    set_targets,
    take_campaign,
)
from gezhi.fieldwork.actions.campaign_steps import DOOR
from gezhi.fieldwork.models import Campaign, CampaignAnswer, CampaignForm
from gezhi.fieldwork.questions import Question
from gezhi.fieldwork.tests.rounds import DUE, FORM, Rounds
from gezhi.fieldwork.workflow import ENDED, STEPS, CampaignStage
from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.people.models import Notice
from gezhi.testing import CAST, NOON, Town

pytestmark = pytest.mark.django_db


def test_every_stage_can_be_reached_and_every_open_one_left() -> None:
    reached = {CampaignStage.DRAFT} | {step.target for step in STEPS.values() if step.target}
    assert reached == set(CampaignStage)
    for stage in CampaignStage:
        leaves = [step for step in STEPS.values() if stage in step.sources and step.target not in (None, stage)]
        assert bool(leaves) is (stage not in ENDED)


def test_from_draft_to_closed(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running()
    assert (campaign.stage, campaign.form_number, campaign.targets.count()) == (CampaignStage.RUNNING, 1, 3)
    for code in (town.grid, town.next_grid):
        rounds.answer(rounds.target(campaign, code), "leader" if code == town.grid else "neighbour")
    rounds.take("close", campaign, reason="两处够了。")
    campaign = Campaign.objects.get()
    assert (campaign.stage, campaign.ended_at) == (CampaignStage.CLOSED, NOON)
    last = timeline(campaign)[-1]
    assert last.data == {"targets": 3, "done": 2}
    assert faults(timeline(campaign), version=campaign.version) == []
    with pytest.raises(Refused) as refusal:
        rounds.answer(rounds.target(campaign, f"{town.community}003"), "worker")
    assert refusal.value.code in {"ended", "not_found"}


@pytest.mark.parametrize(("left_out", "code"), [("form", "no_form"), ("targets", "no_targets"), ("time", "too_late")])
def test_what_a_start_needs(rounds: Rounds, town: Town, left_out: str, code: str) -> None:
    clerk, campaign = town.actor("clerk"), rounds.draft()
    if left_out != "form":
        set_questions(campaign, FORM, actor=clerk, at=NOON)
    if left_out != "targets":
        set_targets(campaign, actor=clerk, at=NOON)
    at = NOON + timedelta(days=11) if left_out == "time" else NOON
    assert "start" not in {step.name for step in DOOR.offered(campaign, clerk, at)}
    with pytest.raises(Refused) as refusal:
        take_campaign("start", campaign, actor=clerk, at=at)
    assert refusal.value.code == code


def test_before_the_start_nobody_is_asked(rounds: Rounds, town: Town) -> None:
    campaign = rounds.draft()
    set_questions(campaign, FORM, actor=town.actor("clerk"), at=NOON)
    set_targets(campaign, actor=town.actor("clerk"), at=NOON)
    with pytest.raises(Refused) as refusal:
        rounds.answer(rounds.target(campaign))
    assert refusal.value.code == "not_started"
    assert not Campaign.objects.visible_to(town.actor("worker")).exists()


# --- forms -----------------------------------------------------------------------------------------------------------


def test_a_form_gets_a_new_version_once_it_is_asked(rounds: Rounds, town: Town) -> None:
    clerk, campaign = town.actor("clerk"), rounds.draft()
    set_questions(campaign, FORM[:1], actor=clerk, at=NOON)
    set_questions(campaign, FORM[:2], actor=clerk, at=NOON)
    assert CampaignForm.objects.count() == 1, "a draft has one"
    set_targets(campaign, actor=clerk, at=NOON)
    take_campaign("start", campaign, actor=clerk, at=NOON)
    old = rounds.answer(rounds.target(campaign), values={"blocked": True})
    shorter = (Question("gas", "燃气软管是否超期", "yes_no", is_required=True),)
    set_questions(campaign, shorter, actor=clerk, at=NOON)
    assert (campaign.form_number, CampaignForm.objects.count()) == (2, 2)
    assert old.form.number == 1
    # Who was offline answers what they were asked, by the version of their phone; everybody else the new one.
    target = rounds.target(campaign, town.next_grid)
    with pytest.raises(Refused):
        rounds.answer(target, "neighbour", values={"blocked": True})
    assert rounds.answer(target, "neighbour", values={"blocked": True}, form_number=1).form.number == 1


def test_the_same_form_again_is_no_new_version(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running()
    version = campaign.version
    set_questions(campaign, FORM, actor=town.actor("clerk"), at=NOON)
    assert (campaign.version, campaign.form_number) == (version, 1)


def test_a_stale_page_changes_nothing(rounds: Rounds, town: Town) -> None:
    campaign, clerk = rounds.draft(), town.actor("clerk")
    change_campaign(campaign, actor=clerk, at=NOON, title="新名称", due_on=DUE)
    with pytest.raises(Conflict), transaction.atomic():
        change_campaign(Campaign.objects.get(), actor=clerk, at=NOON, title="旧名称", due_on=DUE, seen=1)
    assert Campaign.objects.get().title == "新名称"


# --- targets ---------------------------------------------------------------------------------------------------------


def test_targets_are_grids_or_address_points(rounds: Rounds, town: Town) -> None:
    clerk = town.actor("clerk")
    doors = [rounds.door(door=number) for number in ("301", "302")]
    campaign = rounds.draft(target_kind="address_points")
    set_targets(campaign, actor=clerk, at=NOON)
    assert set(campaign.targets.values_list("address_point_id", flat=True)) == {door.pk for door in doors}
    with pytest.raises(Refused) as refusal:
        set_targets(campaign, actor=clerk, at=NOON, codes=[town.next_grid])
    assert refusal.value.code == "nothing_there"


def test_a_draft_is_narrowed_and_a_running_one_only_widened(rounds: Rounds, town: Town) -> None:
    clerk, campaign = town.actor("clerk"), rounds.draft()
    set_targets(campaign, actor=clerk, at=NOON)
    set_targets(campaign, actor=clerk, at=NOON, codes=[town.grid])
    assert campaign.targets.get().grid_code == town.grid
    set_questions(campaign, FORM, actor=clerk, at=NOON)
    take_campaign("start", campaign, actor=clerk, at=NOON)
    set_targets(campaign, actor=clerk, at=NOON, codes=[town.next_grid])
    assert campaign.targets.count() == 2


def test_nobody_is_sent_beyond_the_area(rounds: Rounds, town: Town) -> None:
    with pytest.raises(Refused) as refusal:
        set_targets(rounds.draft(), actor=town.actor("clerk"), at=NOON, codes=[town.next_community])
    assert refusal.value.code == "outside"


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_finding_becomes_a_case(rounds: Rounds, town: Town) -> None:
    answer = rounds.answer(
        rounds.target(rounds.running()),
        values={"blocked": True},
        finding=Finding("一楼楼道堆满纸箱。", may_be_contacted=False),
    )
    case = Case.objects.get()
    assert (answer.case_id, answer.has_finding, case.grid_code, case.source) == (case.pk, True, town.grid, "worker")


def test_a_target_is_answered_once(rounds: Rounds) -> None:
    target = rounds.target(rounds.running())
    rounds.answer(target)
    with pytest.raises(Conflict) as conflict:
        rounds.answer(target, "worker2", finding=Finding("一楼堆物。"))
    assert "王专职" in str(conflict.value)
    assert (CampaignAnswer.objects.count(), Case.objects.count()) == (1, 0)


def test_after_the_last_day_an_answer_still_counts(rounds: Rounds) -> None:
    target = rounds.target(rounds.running())
    rounds.answer(target, at=NOON + timedelta(days=30))
    assert rounds.target(target.campaign).done_at is not None


# --- days and notices ------------------------------------------------------------------------------------------------


def told() -> list[str]:
    while dispatch(at=NOON):
        pass
    rows = Notice.objects.filter(subject_kind="campaign").order_by("event_id", "desk__area__code")
    return [f"{one.event.name} {one.desk.area.code[-3:]}" for one in rows.select_related("event", "desk__area")]


def test_desks_hear_of_what_is_left_for_them(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running()
    assert told() == ["campaign.started 001", "campaign.started 002", "campaign.started 003"]
    rounds.answer(rounds.target(campaign))
    rounds.take("remind", campaign)
    assert told()[3:] == ["campaign.reminded 002", "campaign.reminded 003"]


def test_the_day_reminds_by_itself_once(rounds: Rounds) -> None:
    campaign = rounds.running(remind_on=DUE - timedelta(days=3))
    morning = NOON + timedelta(days=7)
    assert [remind_due(at=morning - timedelta(days=1)), remind_due(at=morning), remind_due(at=morning)] == [0, 1, 0]
    with pytest.raises(Refused) as refusal:
        rounds.take("remind", campaign, at=morning)
    assert refusal.value.code == "reminded_today"
    rounds.take("postpone", campaign, at=morning, due_on=DUE + timedelta(days=7), reason="下雨。")
    campaign = Campaign.objects.get()
    assert (campaign.remind_on, campaign.reminded_on) == (DUE + timedelta(days=4), None)


def test_whoever_is_done_is_not_reminded(rounds: Rounds, town: Town) -> None:
    campaign = rounds.draft(due_on=DUE)
    set_questions(campaign, FORM, actor=town.actor("clerk"), at=NOON)
    set_targets(campaign, actor=town.actor("clerk"), at=NOON, codes=[town.grid])
    take_campaign("start", campaign, actor=town.actor("clerk"), at=NOON)
    rounds.answer(rounds.target(campaign))
    assert remind_due(at=NOON + timedelta(days=9)) == 0


def test_a_withdrawn_draft_bothers_nobody(rounds: Rounds) -> None:
    rounds.take("withdraw", rounds.draft(), reason="写错了。")
    assert told() == []


@pytest.mark.parametrize("due_on", [NOON.date() - timedelta(days=1), NOON.date() + timedelta(days=400)])
def test_a_last_day_lies_ahead_and_within_a_year(rounds: Rounds, due_on: object) -> None:
    with pytest.raises(Refused):
        rounds.draft(due_on=due_on)


# --- who -------------------------------------------------------------------------------------------------------------

RUN = {"clerk", "street_clerk", "district_clerk"}
SEE = RUN | {"worker", "worker2", "part_timer", "leader", "neighbour", "inspector", "assessor"}


@pytest.mark.parametrize("who", CAST)
def test_who_sees_and_who_runs_a_campaign_of_the_community(rounds: Rounds, town: Town, who: str) -> None:
    campaign, actor = rounds.running(), town.actor(who)
    assert Campaign.objects.visible_to(actor).exists() is (who in SEE)
    if who in SEE:
        assert get_campaign(actor, campaign.pk) == campaign
    else:
        with pytest.raises(Missing):
            get_campaign(actor, campaign.pk)
    if who in RUN:
        assert get_campaign(actor, campaign.pk, "campaign.edit") == campaign
        return
    with pytest.raises(Missing):
        get_campaign(actor, campaign.pk, "campaign.edit")
    for step in STEPS:
        with pytest.raises(Denied):
            take_campaign(step, campaign, actor=actor, at=NOON, due_on=DUE, reason="试试")
    with pytest.raises(Denied):
        set_questions(campaign, FORM[:1], actor=actor, at=NOON)
    with pytest.raises(Denied):
        set_targets(campaign, actor=actor, at=NOON)


@pytest.mark.parametrize("who", CAST)
def test_who_works_off_a_target(rounds: Rounds, town: Town, who: str) -> None:
    target, actor = rounds.target(rounds.running()), town.actor(who)
    if who in {"worker", "worker2", "part_timer", "leader"}:
        assert rounds.answer(target, who).by_id == actor.user_id
    else:
        with pytest.raises(Missing):
            get_target(actor, target.pk)


@pytest.mark.parametrize("who", ["worker", "leader", "inspector", "assessor", "stranger", "nobody", "officer_system"])
def test_who_does_not_draft_one(town: Town, who: str) -> None:
    with pytest.raises(Denied):
        draft_campaign(actor=town.actor(who), at=NOON, key=uuid4(), title="排查", area_code=town.community, due_on=DUE)


def test_a_community_does_not_touch_what_its_street_runs(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running("street_clerk", area_code=town.street)
    assert get_campaign(town.actor("clerk"), campaign.pk) == campaign
    with pytest.raises(Missing):
        get_campaign(town.actor("clerk"), campaign.pk, "campaign.edit")


def test_the_page_about_the_domain_names_every_step() -> None:
    text = (settings.BASE_DIR / "docs" / "domain" / "fieldwork.md").read_text(encoding="utf-8")
    for name, step in STEPS.items():
        assert f"| `{name}` | {step.label} |" in text
