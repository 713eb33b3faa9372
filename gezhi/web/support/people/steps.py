"""Steps of the short tables (recommendations, tasks of meetings) as buttons and forms."""

from collections.abc import Iterable
from typing import Any

from gezhi.kernel.steps import Step
from gezhi.web.support.acting import seal
from gezhi.web.support.people.forms import StepForm
from gezhi.web.support.sheets import Button, Buttons, Fill


def step_blocks(
    steps: Iterable[Step[Any]],
    address: Any,
    *,
    version: int,
    initial: dict[str, Any],
    bound: tuple[str, StepForm] | None = None,
) -> list[Any]:
    """What may be done now: a button for each step without inputs, a form for each that has some. `address(name)` takes it."""
    blocks: list[Any] = []
    for step in steps:
        if not (step.needs or step.offers):
            fields = [("seal", seal()), ("seen", version)]
            blocks.append(
                Buttons([Button(step.label, address(step.name), fields, step.key, is_primary=step.tone == "forward")])
            )
            continue
        form = bound[1] if bound is not None and bound[0] == step.name else StepForm(step, initial=initial)
        blocks.append(
            Fill(
                form, step.label, seal(), step.label, address(step.name), seen=version, is_folded=step.tone != "forward"
            )
        )
    return blocks
