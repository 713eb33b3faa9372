"""The table of steps is sound: no stage is a trap, every row is carried out, every right exists."""

from collections import Counter

from gezhi.disputes.actions.steps import effect
from gezhi.disputes.workflow import ENDED, OPEN, STEPS, DisputeStage, steps_from
from gezhi.people.roles import RIGHTS, ROLE_RIGHTS


def targets_of(stage: DisputeStage) -> set[DisputeStage]:
    return {step.target for step in steps_from(stage) if step.target is not None}


def reached_from(stages: set[DisputeStage]) -> set[DisputeStage]:
    reached = set(stages)
    while more := {target for one in reached for target in targets_of(one)} - reached:
        reached |= more
    return reached


def test_every_stage_can_be_reached_from_a_registration() -> None:
    assert reached_from({step.target for step in STEPS.values() if step.creates and step.target}) == set(DisputeStage)


def test_every_open_stage_leads_to_an_end() -> None:
    for stage in OPEN:
        assert reached_from({stage}) & set(ENDED), f"{stage} never ends"


def test_open_and_ended_are_all_stages() -> None:
    assert Counter([*OPEN, *ENDED]) == Counter(DisputeStage)


def test_a_letter_means_one_thing_in_each_stage() -> None:
    for stage in DisputeStage:
        letters = Counter(step.key for step in steps_from(stage))
        assert [letter for letter, count in letters.items() if count > 1 or not letter] == []


def test_no_letter_is_taken_by_the_desk_itself() -> None:
    assert not {step.key for step in STEPS.values()} & set("jkmiqx/?[]")


def test_every_step_has_its_effect_and_its_event() -> None:
    assert set(effect) == {name for name, step in STEPS.items() if not step.creates}
    events = Counter(step.event for step in STEPS.values())
    assert set(events.values()) == {1}
    assert all(event.startswith("dispute.") for event in events)


def test_every_step_takes_a_right_that_some_role_holds() -> None:
    held = {right for rights in ROLE_RIGHTS.values() for right in rights}
    for step in STEPS.values():
        assert step.right in RIGHTS, step.name
        assert step.right in held, step.name


def test_nobody_works_on_disputes_without_seeing_them() -> None:
    for role, rights in ROLE_RIGHTS.items():
        assert "dispute.see" in rights or not {"dispute.work", "dispute.approve"} & set(rights), role
