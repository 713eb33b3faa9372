"""A letter on the keyboard means one thing: what the bar takes, no step can have."""

import re
from pathlib import Path

import gezhi.web
from gezhi.calls import workflow as calls
from gezhi.cases import workflow as cases
from gezhi.disputes import workflow as disputes

BAR = Path(gezhi.web.__file__).parent / "templates" / "operation" / "bar.html"


def test_the_bar_takes_no_letter_of_a_step() -> None:
    taken = set(re.findall(r'data-key="(.)"', BAR.read_text(encoding="utf-8")))
    assert taken
    steps = [*cases.STEPS.values(), *calls.STEPS.values(), *disputes.STEPS.values()]
    assert [(step.name, step.key) for step in steps if step.key and step.key in taken] == []
