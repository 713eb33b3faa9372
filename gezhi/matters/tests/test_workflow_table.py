"""The table of steps is sound: no stage is a trap, every row has a right that some role holds, and no role holds the whole road."""

from gezhi.matters.actions.steps import DOOR
from gezhi.matters.workflow import ENDED, STEPS, ApplicationKind, ApplicationStage, right_of
from gezhi.people.roles import RIGHTS, ROLE_RIGHTS


def targets_of(stage: ApplicationStage) -> set[ApplicationStage]:
    return {step.target for step in STEPS.values() if stage in step.sources and step.target is not None}


def test_every_stage_can_be_reached_and_every_open_one_left() -> None:
    reached = {ApplicationStage.DRAFT}
    while more := {target for stage in reached for target in targets_of(stage)} - reached:
        reached |= more
    assert reached == set(ApplicationStage)
    for stage in set(ApplicationStage) - set(ENDED):
        ahead = {stage}
        while more := {target for one in ahead for target in targets_of(one)} - ahead:
            ahead |= more
        assert ahead & set(ENDED), stage
    for stage in ENDED:
        assert targets_of(stage) == set(), stage


def test_the_only_way_into_force_leads_through_every_desk() -> None:
    """Take away any of the three, and nothing is ever in force."""
    for left_out in ("submit", "review", "approve"):
        reached = {ApplicationStage.DRAFT}
        rows = [step for name, step in STEPS.items() if name != left_out]
        while more := {step.target for step in rows if set(step.sources) & reached} - reached:
            reached |= more
        assert ApplicationStage.IN_FORCE not in reached, left_out


def test_every_right_is_held_and_nobody_holds_the_road_of_an_admission() -> None:
    held = {right for rights in ROLE_RIGHTS.values() for right in rights}
    for step in STEPS.values():
        for kind in ApplicationKind:
            right = right_of(step, kind)
            if right:
                assert right in RIGHTS
                assert right in held
    for role, rights in ROLE_RIGHTS.items():
        assert not {"matter.apply", "matter.review"} <= set(rights), role
        assert not {"matter.apply", "matter.approve"} <= set(rights), role


def test_every_step_has_an_event_of_its_own_and_records_whose_turn_it_is() -> None:
    events = [step.event for step in STEPS.values()]
    assert len(set(events)) == len(events)
    assert all(event.startswith("application.") for event in events)
    assert set(DOOR.effect) == {name for name, step in STEPS.items() if not step.creates}
