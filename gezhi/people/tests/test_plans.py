"""The way of a plan: who may do what, what must hold, and what sends it back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.people.access import actor_for
from gezhi.people.actions import Seat, seat_many
from gezhi.people.roles import ROLE_RIGHTS, Role
from gezhi.territory.actions import (
    WantedArea,
    WantedChange,
    draft_withdrawal,
    effect_due_plans,
    revise_plan,
    set_boundary,
    take_effect,
    take_plan_step,
)
from gezhi.territory.crs import Crs, from_wgs84
from gezhi.territory.models import Area, Boundary, Plan, PlanArea
from gezhi.territory.plans import changes_of, get_plan, preview
from gezhi.territory.tests.planning import (
    DAY,
    ON_THE_DAY,
    approve,
    draft,
    leaving_a_gap,
    merging,
    part,
    splitting,
    together,
)
from gezhi.territory.workflow import ENDED, STEPS, PlanStage, steps_from
from gezhi.testing import EAST, FOUNDED, NOON, SYSTEM, Town, at_once


def first_two(town: Town) -> WantedChange:
    return merging(town.grid, town.next_grid)


def refusal(do: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        do()
    return caught.value


# --- the table ------------------------------------------------------------------------------------------------------


def test_every_stage_can_be_reached_and_every_open_one_left() -> None:
    reached = {PlanStage.DRAFT}
    while True:
        further = {step.target for stage in reached for step in steps_from(stage)} - reached
        if not further:
            break
        reached |= further
    assert reached == set(PlanStage)
    assert all(steps_from(stage) for stage in PlanStage if stage not in ENDED)
    assert not any(steps_from(stage) for stage in ENDED)


def test_no_role_holds_the_rights_of_two_levels_of_one_plan() -> None:
    """Nobody skips a level: whoever may propose for a community neither examines nor approves."""
    levels = ("plan.propose", "plan.review", "plan.approve")
    for rights in ROLE_RIGHTS.values():
        assert sum(right in rights for right in levels) <= 1
    assert {right for right in levels if any(right in rights for rights in ROLE_RIGHTS.values())} == set(levels)


# --- the way up -----------------------------------------------------------------------------------------------------


def test_a_plan_goes_up_level_by_level_and_every_step_is_recorded(town: Town) -> None:
    plan = approve(town, draft(town, first_two(town)))
    assert plan.stage == PlanStage.APPROVED
    assert len(plan.digest) == 64
    events = timeline(plan)
    assert [event.name for event in events] == ["plan.drafted", "plan.submitted", "plan.reviewed", "plan.approved"]
    assert [event.actor_name for event in events] == ["钱坐席", "钱坐席", "陈坐席", "褚坐席"]
    assert faults(events, version=plan.version) == []
    assert Area.objects.get(code=town.grid).is_active


@pytest.mark.parametrize(
    ("step", "stage", "allowed"),
    [
        ("submit", "draft", {"clerk"}),
        ("withdraw", "draft", {"clerk"}),
        ("review", "proposed", {"street_clerk"}),
        ("return", "proposed", {"street_clerk"}),
        ("approve", "reviewed", {"district_clerk"}),
        ("reject", "reviewed", {"district_clerk"}),
    ],
)
def test_each_step_belongs_to_one_level(town: Town, step: str, stage: str, allowed: set[str]) -> None:
    plan = draft(town, first_two(town))
    if stage != "draft":
        take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON)
    if stage == "reviewed":
        take_plan_step("review", plan, actor=town.actor("street_clerk"), at=NOON)
    for key in town.users:
        if key not in allowed:
            with pytest.raises(Denied):
                take_plan_step(step, plan, actor=town.actor(key), at=NOON, comment="理由")
    assert Plan.objects.get(pk=plan.pk).stage == stage
    (key,) = allowed
    take_plan_step(step, plan, actor=town.actor(key), at=NOON, comment="理由")
    assert plan.stage == STEPS[step].target


@pytest.mark.parametrize("step", ["review", "approve", "return", "reject"])
def test_no_step_can_be_skipped(town: Town, step: str) -> None:
    """Not even by somebody with every right."""
    plan = draft(town, first_two(town))
    refused = refusal(lambda: take_plan_step(step, plan, actor=SYSTEM, at=NOON, comment="理由"))
    assert refused.code == "wrong_stage"
    with pytest.raises(Missing):
        take_plan_step("take_effect", plan, actor=SYSTEM, at=NOON)
    assert refusal(lambda: take_effect(plan, actor=SYSTEM, at=ON_THE_DAY)).code == "wrong_stage"


def test_returned_with_a_comment_it_is_corrected_and_comes_again(town: Town) -> None:
    plan = draft(town, first_two(town))
    clerk = town.actor("clerk")
    take_plan_step("submit", plan, actor=clerk, at=NOON)
    street = town.actor("street_clerk")
    assert refusal(lambda: take_plan_step("return", plan, actor=street, at=NOON)).field == "comment"
    take_plan_step("return", plan, actor=street, at=NOON, comment="第三网格也应并入。")
    assert timeline(plan)[-1].note == "第三网格也应并入。"
    revise_plan(plan, actor=clerk, at=NOON, changes=[merging(town.grid, town.next_grid, f"{town.community}003")])
    take_plan_step("submit", plan, actor=clerk, at=NOON)
    take_plan_step("review", plan, actor=street, at=NOON)
    take_plan_step("reject", plan, actor=town.actor("district_clerk"), at=NOON, comment="请补充四至。")
    # What the district sends back passes the street again.
    take_plan_step("submit", plan, actor=clerk, at=NOON)
    assert (plan.stage, plan.reviewers) == ("proposed", {})
    assert [len(change.sources) for change in changes_of(plan)] == [3]


def test_what_was_proposed_can_no_longer_be_changed(town: Town) -> None:
    plan = draft(town, first_two(town))
    take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON)
    assert refusal(lambda: revise_plan(plan, actor=town.actor("clerk"), at=NOON, title="别的")).code == "not_open"
    with pytest.raises(Denied):
        revise_plan(plan, actor=town.actor("other_clerk"), at=NOON, title="别的")


def test_three_different_people(town: Town) -> None:
    """Somebody who sits at two levels doesn't examine what they proposed."""
    both = town.user("street_clerk")
    seat_many([Seat(both, town.desk(town.community), Role.COMMUNITY_CLERK, date(2020, 1, 1))], actor=SYSTEM, at=FOUNDED)
    actor = town.actor("street_clerk")
    plan = draft(town, first_two(town), by="street_clerk")
    take_plan_step("submit", plan, actor=actor, at=NOON)
    assert refusal(lambda: take_plan_step("review", plan, actor=actor, at=NOON)).code == "same_person"


def test_what_concerns_two_streets_is_examined_by_both(town: Town) -> None:
    west, east = first_two(town), merging(f"{EAST}001001", f"{EAST}001002")
    colleague = enter_users([NewUser("colleague", "另坐席", work_phone="")], actor=SYSTEM, at=FOUNDED)[0]
    seat_many(
        [Seat(colleague, town.desk(town.district), Role.DISTRICT_CLERK, date(2020, 1, 1))], actor=SYSTEM, at=FOUNDED
    )
    plan = draft(town, west, east, scope=town.district, by="district_clerk")
    take_plan_step("submit", plan, actor=town.actor("district_clerk"), at=NOON)
    take_plan_step("review", plan, actor=town.actor("street_clerk"), at=NOON)
    assert (plan.stage, list(plan.reviewers)) == ("proposed", [town.street])
    again = refusal(lambda: take_plan_step("review", plan, actor=town.actor("street_clerk"), at=NOON))
    assert again.code == "already_reviewed"
    take_plan_step("review", plan, actor=town.actor("stranger"), at=NOON)
    assert plan.stage == "reviewed"
    assert refusal(
        lambda: take_plan_step("approve", plan, actor=town.actor("district_clerk"), at=NOON)
    ).code == "same_person"  # fmt: skip
    take_plan_step("approve", plan, actor=actor_for(colleague, at=NOON), at=NOON)
    assert plan.stage == "approved"


@pytest.mark.parametrize(
    ("scope", "by"),
    [("", "street_clerk"), ("", "other_clerk"), ("", "worker"), (EAST, "street_clerk"), (EAST, "clerk")],
)
def test_only_those_of_its_own_level_propose(town: Town, scope: str, by: str) -> None:
    with pytest.raises(Denied):
        draft(town, first_two(town), scope=scope, by=by)
    assert not Plan.objects.exists()


def test_a_plan_is_seen_where_it_concerns_somebody(town: Town) -> None:
    plan = draft(town, first_two(town))
    for key in ("clerk", "street_clerk", "district_clerk"):
        assert get_plan(town.actor(key), plan.pk) == plan
    for key in ("other_clerk", "stranger", "worker", "nobody"):
        with pytest.raises(Missing):
            get_plan(town.actor(key), plan.pk)
    wide = draft(town, first_two(town), scope=town.district, by="district_clerk")
    for key in ("clerk", "other_clerk", "stranger"):
        assert get_plan(town.actor(key), wide.pk) == wide
    assert Plan.objects.visible_to(SYSTEM).count() == 2


# --- the proof ------------------------------------------------------------------------------------------------------


def test_a_plan_with_a_planted_gap_is_refused_with_the_list(town: Town) -> None:
    plan = draft(town, leaving_a_gap(town.grid))
    refused = refusal(lambda: take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON))
    assert refused.code == "proof_failed"
    (gap,) = refused.facts["defects"]
    wide, high = 0.004 * 0.01 * 89_400, 0.003 * 110_970
    assert (gap["kind"], gap["around"]) == ("gap", town.community)
    assert gap["square_metres"] == pytest.approx(wide * high, rel=0.01)
    assert part(town.grid, west=0.5, east=0.51).buffer(1e-6).contains(shape_of(gap))
    assert Plan.objects.get(pk=plan.pk).stage == "draft"


def shape_of(defect: dict[str, Any]) -> Any:
    from shapely import Point

    return Point(defect["lng"], defect["lat"])


def test_an_overlap_with_the_neighbour_is_refused_too(town: Town) -> None:
    too_wide = WantedChange("redraw", [town.grid], [WantedArea(part(town.grid, east=1.2), code=town.grid)])
    plan = draft(town, too_wide)
    (overlap,) = refusal(lambda: take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON)).facts["defects"]
    assert (overlap["kind"], overlap["areas"]) == ("overlap", [town.grid, town.next_grid])


def test_the_proof_is_made_again_before_approval(town: Town) -> None:
    """Meanwhile somebody else moved a border."""
    plan = draft(town, splitting(town.grid))
    take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON)
    take_plan_step("review", plan, actor=town.actor("street_clerk"), at=NOON)
    neighbour = Area.objects.get(code=town.next_grid)
    set_boundary(neighbour, part(town.next_grid, west=0.1), crs=Crs.WGS84, source="测绘", actor=SYSTEM, at=NOON)
    refused = refusal(lambda: take_plan_step("approve", plan, actor=town.actor("district_clerk"), at=NOON))
    assert refused.code == "proof_failed"


def test_outlines_in_other_systems_are_converted(town: Town) -> None:
    from shapely import transform

    def shifted(shape: Any) -> Any:
        import numpy as np

        return transform(shape, lambda xy: np.column_stack(from_wgs84(xy[:, 0].copy(), xy[:, 1].copy(), Crs.GCJ02)))

    change = splitting(town.grid)
    results = [WantedArea(shifted(one.geometry)) for one in change.results]
    plan = draft(town, change)
    revise_plan(
        plan, actor=town.actor("clerk"), at=NOON, changes=[WantedChange("split", [town.grid], results)], crs=Crs.GCJ02
    )
    take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON)
    assert plan.stage == "proposed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([], "empty_plan"),
        ([WantedChange("retire", ["370103001009"])], "unknown_source"),
        ([WantedChange("swap", [])], "unknown_kind"),
        ([WantedChange("create", [], [WantedArea(None)])], "empty"),
        ([WantedChange("create", [], [WantedArea(part("370103001001001"), kind="dedicated")])], "unknown_subtype"),
        ([WantedChange("create", [], [WantedArea(part("370103001001001"), households=-1)])], "bad_number"),
        ([WantedChange("create", [], [WantedArea(part("370103001001001"))], level="community")], "empty"),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(town: Town, changes: list[WantedChange], code: str) -> None:
    assert refusal(lambda: draft(town, *changes)).code == code
    assert not Plan.objects.exists()
    assert not PlanArea.objects.exists()


def test_a_plan_is_for_tomorrow_at_the_earliest(town: Town) -> None:
    for day in (NOON.date(), NOON.date() - timedelta(days=1)):
        assert refusal(lambda day=day: draft(town, first_two(town), day=day)).code == "day_past"
    plan = draft(town, first_two(town), day=NOON.date() + timedelta(days=1))
    late = NOON + timedelta(days=1)
    assert refusal(lambda: take_plan_step("submit", plan, actor=town.actor("clerk"), at=late)).code == "day_past"


def test_what_is_not_said_follows_from_the_sources(town: Town) -> None:
    draft(town, first_two(town), splitting(f"{town.community}003"))
    merged, *parts = PlanArea.objects.order_by("pk")
    assert (merged.households, merged.kind, merged.parent) == (800, "residential", town.community)
    assert [one.households for one in parts] == [None, None]


# --- withdrawal and correction --------------------------------------------------------------------------------------


def test_a_proposal_can_be_withdrawn_before_it_is_approved(town: Town) -> None:
    plan = draft(town, first_two(town))
    take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON)
    take_plan_step("withdraw", plan, actor=town.actor("clerk"), at=NOON, comment="再想想。")
    assert plan.stage == "withdrawn"
    assert refusal(lambda: take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON)).code == "wrong_stage"


def test_an_approved_plan_is_withdrawn_by_a_plan_that_goes_the_same_way(town: Town) -> None:
    plan = approve(town, draft(town, first_two(town)))
    assert refusal(
        lambda: take_plan_step("withdraw", plan, actor=town.actor("clerk"), at=NOON, comment="不")
    ).code == "wrong_stage"  # fmt: skip
    withdrawal = draft_withdrawal(plan, "撤回网格优化", "居民有不同意见。", actor=town.actor("clerk"), at=NOON)
    take_plan_step("submit", withdrawal, actor=town.actor("clerk"), at=NOON)
    with pytest.raises(Denied):
        take_plan_step("review", withdrawal, actor=town.actor("stranger"), at=NOON)
    take_plan_step("review", withdrawal, actor=town.actor("street_clerk"), at=NOON)
    plan.refresh_from_db()
    assert plan.stage == "approved"
    take_plan_step("approve", withdrawal, actor=town.actor("district_clerk"), at=NOON)
    plan.refresh_from_db()
    assert (plan.stage, withdrawal.stage) == ("withdrawn", "effective")
    assert effect_due_plans(at=ON_THE_DAY) == 0
    assert Area.objects.get(code=town.grid).is_active


def test_only_what_is_approved_needs_a_withdrawal_and_only_what_is_in_force_a_correction(town: Town) -> None:
    plan = draft(town, first_two(town))
    clerk = town.actor("clerk")
    assert refusal(lambda: draft_withdrawal(plan, "撤回", "理由", actor=clerk, at=NOON)).code == "nothing_to_withdraw"
    assert refusal(lambda: draft(town, first_two(town), about=plan)).code == "nothing_to_correct"
    approve(town, plan)
    effect_due_plans(at=ON_THE_DAY)
    plan.refresh_from_db()
    assert refusal(lambda: draft_withdrawal(plan, "撤回", "理由", actor=clerk, at=NOON)).code == "nothing_to_withdraw"
    later = ON_THE_DAY + timedelta(days=1)
    back = splitting_back(town)
    correction = draft(town, back, at=later, day=later.date() + timedelta(days=1), about=plan)
    assert correction.about == plan
    approve(town, correction, at=later)
    assert effect_due_plans(at=later + timedelta(days=1)) == 1


def splitting_back(town: Town) -> WantedChange:
    merged = f"{town.community}004"
    return WantedChange("split", [merged], [WantedArea(part(town.grid)), WantedArea(part(town.next_grid))])


# --- races and constraints ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_approve_at_once_and_one_of_them_did(transactional_db: None) -> None:
    from gezhi.testing import standing_town

    town = standing_town()
    colleague = enter_users([NewUser("colleague", "另坐席", work_phone="")], actor=SYSTEM, at=FOUNDED)[0]
    seat_many(
        [Seat(colleague, town.desk(town.district), Role.DISTRICT_CLERK, date(2020, 1, 1))], actor=SYSTEM, at=FOUNDED
    )
    plan = draft(town, first_two(town))
    take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON)
    take_plan_step("review", plan, actor=town.actor("street_clerk"), at=NOON)
    actors = [town.actor("district_clerk"), actor_for(colleague, at=NOON)]
    copies = [Plan.objects.select_related("scope").get(pk=plan.pk) for _actor in actors]
    answers = at_once(2, lambda at: take_plan_step("approve", copies[at], actor=actors[at], at=NOON))
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Plan"]
    assert [event.name for event in timeline(plan)].count("plan.approved") == 1


def test_a_page_that_is_no_longer_true_is_told(town: Town) -> None:
    plan = draft(town, first_two(town))
    revise_plan(plan, actor=town.actor("clerk"), at=NOON, title="网格优化二稿", seen=1)
    with pytest.raises(Conflict):
        take_plan_step("submit", plan, actor=town.actor("clerk"), at=NOON, seen=1)


def test_the_database_itself_knows_what_is_in_force(town: Town) -> None:
    plan = draft(town, first_two(town))
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(stage="effective")
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(is_withdrawal=True)


# --- what it would do -----------------------------------------------------------------------------------------------


def test_the_preview_counts_and_changes_nothing(town: Town) -> None:
    town.report()
    plan = draft(town, first_two(town))
    before = list(Boundary.objects.values_list("pk", "version"))
    seen = preview(plan)
    assert seen.households == 800
    assert seen.view.fate.heirs == dict.fromkeys((town.grid, town.next_grid), (f"{town.community}004",))
    assert seen.view.holds
    assert seen.moves["people"] == {"desks_closing": 2, "desks_opening": 1, "posts_moving": 6, "posts_ending": 0}
    assert seen.moves["cases"] == {"open_cases": 1}
    assert list(Boundary.objects.values_list("pk", "version")) == before
    assert Plan.objects.get(pk=plan.pk).version == 1


def test_a_resident_sees_no_plans(town: Town) -> None:
    plan = draft(town, first_two(town))
    with pytest.raises(Missing):
        get_plan(Actor.resident(), plan.pk)
    assert together(town.grid).area > 0
    assert plan.takes_effect_on == DAY
