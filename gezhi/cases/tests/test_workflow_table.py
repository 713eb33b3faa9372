"""The table of steps is sound: no stage is a trap, every row is carried out, every right exists."""

from collections import Counter

from gezhi.cases.actions.steps import effect
from gezhi.cases.workflow import ENDED, INPUTS, OPEN, REPLIED, STEPS, Stage, Who, steps_from
from gezhi.people.roles import RIGHTS, ROLE_RIGHTS


def targets_of(stage: Stage) -> set[Stage]:
    return {step.target for step in steps_from(stage) if step.target is not None}


def test_every_stage_can_be_reached_from_a_report() -> None:
    reached = {step.target for step in STEPS.values() if step.creates and step.target}
    while more := {target for stage in reached for target in targets_of(stage)} - reached:
        reached |= more
    assert reached == set(Stage)


def test_every_open_stage_leads_on_and_to_an_end() -> None:
    for stage in OPEN:
        assert targets_of(stage) - {stage}, stage
        reached = {stage}
        while more := {target for one in reached for target in targets_of(one)} - reached:
            reached |= more
        assert reached & set(ENDED), f"{stage} never ends"


def test_an_end_is_only_reached_with_an_answer() -> None:
    """件件有回应: whoever leads to an end either comes from the answered stage or demands the answer."""
    for step in STEPS.values():
        if step.target in ENDED:
            assert set(step.sources) <= set(REPLIED) or "answer" in step.needs, step.name


def test_open_and_ended_are_all_stages() -> None:
    assert Counter([*OPEN, *ENDED]) == Counter(Stage)


# Two rows whose conditions shut each other out may share a letter: a grid claims and others sign, one request waits at a time,
# an appeal is decided and not accepted anew.
NEVER_BOTH = {"sign", "suspend", "admit", "dismiss"}


def test_a_letter_means_one_thing_in_each_stage() -> None:
    for stage in Stage:
        letters = Counter(step.key for step in steps_from(stage) if step.key and step.name not in NEVER_BOTH)
        assert [letter for letter, count in letters.items() if count > 1] == []


def test_every_step_has_its_effect_and_its_event() -> None:
    assert set(effect) == {name for name, step in STEPS.items() if not step.creates}
    events = Counter(step.event for step in STEPS.values())
    assert set(events.values()) == {1}
    assert all(event.startswith("case.") for event in events)


def test_steps_of_staff_take_a_right_that_some_role_holds() -> None:
    held = {right for rights in ROLE_RIGHTS.values() for right in rights}
    for step in STEPS.values():
        if Who.STAFF in step.by:
            assert step.right in RIGHTS, step.name
            assert step.right in held, step.name
        else:
            assert not step.right, f"{step.name} is not for staff"


def test_every_right_of_a_role_is_explained() -> None:
    assert {right for rights in ROLE_RIGHTS.values() for right in rights} <= set(RIGHTS)


def test_every_input_of_a_step_is_known() -> None:
    for step in STEPS.values():
        assert {*step.needs, *step.offers} <= set(INPUTS), step.name
