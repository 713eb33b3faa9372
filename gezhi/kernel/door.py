"""The one door to rows that go by a table of steps (`kernel.steps`): right, stage, conditions, inputs, then what the step changes and the event.

`Door` is the whole of it for rows with one stage and one chain. Where a step needs more (a lock over several rows, the race of two who claim),
an app writes its own `take` of the same parts: `Move`, `Effects`, `allow_harmless`, `move_on`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import STALE, Fact, advance, names_after
from gezhi.kernel.models import Chained
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.registers import look
from gezhi.kernel.steps import ELSEWHERE, Condition, Step, refusal, steps_from
from gezhi.kernel.transactions import unit

E = TypeVar("E", bound=Callable[..., Any])
Row = TypeVar("Row", bound=Chained)


@dataclass(frozen=True)
class Move:
    """What a step does: columns to set, what to record, and deeds to do beside the row once it has moved."""

    changes: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    also: tuple[Fact, ...] = ()
    then: tuple[Callable[[], object], ...] = ()


class Effects(dict[str, E]):
    """What each step changes, by its name; called with names it is the decorator that enters a function."""

    def __call__(self, *names: str) -> Callable[[E], E]:
        def enter(function: E) -> E:
            for name in names:
                assert name not in self, f"two effects of {name}"
                self[name] = function
            return function

        return enter


def allow_harmless(row: Chained, seen: int | None, harmless: frozenset[str]) -> None:
    """A row that moved on since the page was drawn is stale, unless all that happened is harmless: a note, a warning. Raises `Conflict`."""
    if seen is not None and seen != row.version and (seen > row.version or not names_after(row, seen) <= harmless):
        raise Conflict("stale", STALE)


def move_on(row: Chained, step: Step[Any], move: Move, changes: dict[str, Any], *, actor: Actor, at: datetime) -> None:
    """Set the columns and record what happened; the row as it stands after it is in `row`. The deeds of the move are left to the caller."""
    advance(row, Fact(step.event, move.data, move.note), *move.also, actor=actor, at=at, changes=changes)
    for column in changes:
        # The row now points elsewhere; what Django remembers of the old one must go.
        if column.endswith("_id"):
            row._state.fields_cache.pop(column.removesuffix("_id"), None)


Effect = Callable[[Row, Actor, datetime, dict[str, Any]], Move]


@dataclass(frozen=True)
class Door(Generic[Row]):
    """`covers(actor, step, row)`: does the actor hold the step's right for this row (a step without a right is the clock's alone);
    `situation(row, actor, at)`: what the conditions look at; `tidy(step, inputs)`: inputs made fit (`kernel.inputs`);
    `timed(row, changes)`: the changes with the alarm that follows from them; `harmless`: events that don't make a page stale.
    """

    steps: Mapping[str, Step[Any]]
    covers: Callable[[Actor, Step[Any], Row], bool]
    situation: Callable[[Row, Actor, datetime], Any]
    tidy: Callable[[Step[Any], Mapping[str, Any]], dict[str, Any]]
    timed: Callable[[Row, dict[str, Any]], dict[str, Any]] = lambda row, changes: changes
    not_before: Callable[[Row, datetime], datetime] = lambda row, at: at
    harmless: frozenset[str] = frozenset()
    elsewhere: Condition[Any] = ELSEWHERE
    column: str = "stage"
    effect: Effects[Effect[Row]] = field(default_factory=Effects)

    def may(self, actor: Actor, step: Step[Any], row: Row) -> bool:
        return actor.kind == "system" or (step.right != "" and self.covers(actor, step, row))

    def offered(self, row: Row, actor: Actor, at: datetime) -> list[Step[Any]]:
        """The steps this actor may take with this row now: the buttons of the page, the links of the API. No query of its own."""
        here, situation = getattr(row, self.column), self.situation(row, actor, at)
        return [
            step
            for step in steps_from(self.steps, here)
            if step.right and self.may(actor, step, row) and refusal(step, here, situation) is None
        ]

    def take(
        self, name: str, row: Row, *, actor: Actor, at: datetime, seen: int | None = None, inputs: Mapping[str, Any]
    ) -> Row:
        """Take a step with a fetched row; the same object comes back, moved on.

        `seen` is the version the person looked at. A step without an effect changes the stage and records what was written as its note.
        Raises `Denied`, `Refused`, `Missing` for a step that isn't there, `Conflict` when somebody was quicker.
        """
        step = self.steps.get(name)
        if step is None or step.creates:
            raise Missing("no_such_step", _("没有这一步。"))
        look(no_older_than=1.0)
        if not self.may(actor, step, row):
            raise Denied(step.right or name)
        given = self.tidy(step, inputs)
        with unit():
            allow_harmless(row, seen, self.harmless)
            at = self.not_before(row, at)
            here = getattr(row, self.column)
            condition = refusal(step, here, self.situation(row, actor, at), elsewhere=self.elsewhere)
            if condition is not None:
                raise Refused(condition.code, condition.otherwise)
            move = self.effect[name](row, actor, at, given) if name in self.effect else Move(note=written(given))
            target = {self.column: step.target} if step.target is not None else {}
            move_on(row, step, move, self.timed(row, {**target, **move.changes}), actor=actor, at=at)
            for deed in move.then:
                deed()
        return row


def written(given: Mapping[str, Any]) -> str:
    """What a person wrote, when the step has nothing else to say."""
    return "\n".join(value for value in given.values() if isinstance(value, str) and value)
