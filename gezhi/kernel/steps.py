"""A life as a table of steps: the one mechanism under cases, calls, disputes, plans of the land and whatever else goes from stage to stage.
Pure: plain values in, yes or no out.

An app writes its stages, its conditions and its rows (`workflow.py`), says what each step changes (`kernel.door`), and buttons, API operations,
the diagram in the docs and the tests of rights are made from the rows.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Generic, Literal, TypeVar

from django.utils.translation import gettext_lazy as _

S = TypeVar("S")


# Without slots: Python 3.11 can't make a frozen one of a parametrised class.
@dataclass(frozen=True)
class Condition(Generic[S]):
    """`holds(situation)`, and the sentence for the person when it doesn't. `code` is stable and for programs.

    A situation holds only what stands in the row itself, its desk, or the hands of the actor, so that the buttons of a page cost no query.
    """

    code: str
    holds: Callable[[S], bool]
    otherwise: Any


@dataclass(frozen=True)
class Step(Generic[S]):
    """One row. `name` is the verb in code, URL and API; it leaves `sources` (none: it makes the row) and leads to `target` (None: the stage
    stays, or the effect decides). `right` "" is nobody's: the clock's, or the house's own. `key` is the letter on the keyboard, `needs` are the
    inputs that can't be empty, `offers` those that may be filled in. An app's own columns come by a subclass.
    """

    name: str
    label: Any
    sources: tuple[Any, ...]
    target: Any
    right: str = ""
    _: KW_ONLY
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    conditions: tuple[Condition[S], ...] = ()
    event: str = ""
    key: str = ""
    # How the button looks: the one step that carries the row forward stands out, the ones that turn it away are plain, and what is seldom
    # needed waits behind "more".
    tone: Literal["forward", "plain", "rare"] = "plain"

    @property
    def creates(self) -> bool:
        return not self.sources


@dataclass(frozen=True, slots=True)
class Input:
    """Something that a step may be given. The action takes it as `wire`, or under its name in the table where that is empty.

    `kind` chooses the reader (`kernel.inputs`), the field of the page and the shape of the API; `longest` 0 is the usual of the kind.
    """

    kind: str
    label: Any
    wire: str = ""
    _: KW_ONLY
    choices: Collection[str] = ()
    longest: int = 0


Row = TypeVar("Row", bound=Step[Any])
ELSEWHERE: Condition[Any] = Condition("wrong_stage", lambda s: False, _("现在不在能做这一步的阶段。"))


def table(*steps: Row) -> dict[str, Row]:
    """The rows by name, in their order. Two of one name are a mistake of the programmer."""
    rows = {step.name: step for step in steps}
    assert len(rows) == len(steps), "two steps of one name"
    return rows


def steps_from(steps: Mapping[str, Row], stage: str) -> list[Row]:
    """The rows that leave a stage, in the order of the table."""
    return [step for step in steps.values() if stage in step.sources]


def refusal(step: Step[S], here: str, situation: S, *, elsewhere: Condition[S] = ELSEWHERE) -> Condition[S] | None:
    """The first thing that forbids the step to a row that stands `here`, or None. Rights are not looked at."""
    if here not in step.sources:
        return elsewhere
    return next((condition for condition in step.conditions if not condition.holds(situation)), None)
