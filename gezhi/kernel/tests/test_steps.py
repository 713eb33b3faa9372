"""The mechanism under every table of steps: what forbids a step, and what is made of what a step is given."""

from dataclasses import dataclass
from datetime import date

import pytest

from gezhi.kernel.inputs import READERS, tidy
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Condition, Input, Step, refusal, steps_from, table


@dataclass(frozen=True)
class Door:
    stands_open: bool


OPEN = Condition[Door]("open", lambda s: s.stands_open, "the door is shut")
STEPS = table(
    Step[Door]("arrive", "arrive", (), "outside"),
    Step[Door]("enter", "enter", ("outside",), "inside", "door.enter", conditions=(OPEN,)),
    Step[Door]("leave", "leave", ("inside",), "outside", "door.leave", needs=("why",), offers=("on", "count")),
)
INPUTS = {
    "why": Input("text", "why", "reason"),
    "on": Input("date", "on"),
    "count": Input("days", "count"),
    "color": Input("choice", "color", choices=("red", "green")),
    "is_late": Input("flag", "late"),
    "mark": Input("level", "mark"),
    "photos": Input("files", "photos"),
    "name": Input("title", "name", longest=5),
}


def test_a_step_is_forbidden_by_its_stage_first_and_then_by_the_first_condition_that_fails() -> None:
    enter = STEPS["enter"]
    assert refusal(enter, "outside", Door(stands_open=True)) is None
    shut = refusal(enter, "outside", Door(stands_open=False))
    assert shut is not None
    assert shut.otherwise == "the door is shut"
    elsewhere = refusal(enter, "inside", Door(stands_open=False))
    assert elsewhere is not None
    assert elsewhere.code == "wrong_stage"


def test_what_leaves_a_stage_comes_in_the_order_of_the_table() -> None:
    assert [step.name for step in steps_from(STEPS, "outside")] == ["enter"]
    assert STEPS["arrive"].creates
    assert not STEPS["leave"].creates
    with pytest.raises(AssertionError):
        table(STEPS["enter"], STEPS["enter"])


def test_what_a_row_neither_needs_nor_offers_stays_empty() -> None:
    given = tidy(STEPS["leave"], {"reason": "  rain ", "on": date(2026, 1, 2), "color": "red"}, INPUTS, READERS)
    assert given == {
        "reason": "rain", "on": date(2026, 1, 2), "count": None, "color": "", "is_late": None, "mark": None, "photos": [],
        "name": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("why", " "), ("why", "x" * 10_001), ("on", "2026-01-02"), ("on", date(1900, 1, 1)), ("count", 0), ("count", True),
        ("count", 2**60), ("color", "blue"), ("is_late", "yes"), ("mark", 6), ("mark", 0), ("photos", []), ("photos", ["x"]),
        ("name", "longer than five"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_field(name: str, wrong: object) -> None:
    step = Step[Door]("say", "say", ("inside",), None, needs=(name,))
    wire = INPUTS[name].wire or name
    with pytest.raises(Refused) as refused:
        tidy(step, {wire: wrong}, INPUTS, READERS)
    assert refused.value.field == wire
    assert str(refused.value)
