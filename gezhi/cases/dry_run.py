"""试算: what a changed rule would have done with recorded cases. Pure: rules and outcomes as plain values, no clock, no database.

A change is laid beside the rules in force (`changed`), every recorded case is judged by both (`gezhi.cases.trials`, with the very functions
that route and time cases today), and `compare` says what is different. People are taken to have needed as long as they did.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from gezhi.cases.ladder import Ladder, RungRow
from gezhi.cases.sampling import ShareRow
from gezhi.kernel.worktime import Limit
from gezhi.matters.rules import LimitRow

Subject = TypeVar("Subject")
MOST_EXAMPLES = 30
# What the public and the leaders see: the rest of the ladder is a word from desk to desk.
CARDS = ("supervise", "raise")


@dataclass(frozen=True, slots=True)
class LimitChange:
    """Another time to handle, or to accept: for one matter or all, at one level of desk or all."""

    kind: str
    limit: Limit
    matter_id: int | None = None
    level: str = ""
    is_emergency: bool = False


@dataclass(frozen=True, slots=True)
class DeskChange:
    """Another level that handles a matter."""

    matter_id: int
    default_desk: str
    is_for_grid: bool = True


@dataclass(frozen=True, slots=True)
class RungChange:
    """Instead of the rung `old` (None: beside those there are) the rung `new` (None: it is taken away)."""

    old: RungRow | None
    new: RungRow | None


@dataclass(frozen=True, slots=True)
class ShareChange:
    """Another share of a group that is followed up."""

    group: str
    share: int


Change = LimitChange | DeskChange | RungChange | ShareChange


def with_limit(rows: Iterable[LimitRow], change: LimitChange, since: date) -> list[LimitRow]:
    """The table of limits with the change in the place of all rows about the same; it holds from `since` on."""
    key = (change.kind, change.is_emergency, change.matter_id, change.level)
    kept = [one for one in rows if (one.kind, one.is_emergency, one.matter_id, one.level) != key]
    kind, is_emergency, matter_id, level = key
    return [*kept, LimitRow(kind, matter_id, level, is_emergency, change.limit.amount, change.limit.unit, since)]


def with_rung(ladder: Ladder, change: RungChange) -> Ladder:
    kept = [rung for rung in ladder.rungs if rung != change.old]
    return Ladder([*kept, change.new] if change.new is not None else kept)


def with_share(rows: Iterable[ShareRow], change: ShareChange) -> list[ShareRow]:
    return [replace(row, share=change.share) if row.group == change.group else row for row in rows]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a case by one set of rules. `deeds`: what the clock does by itself, in the order of the ladder."""

    desk_id: int
    due_at: datetime
    is_overdue: bool
    deeds: tuple[str, ...] = ()
    is_drawn: bool = False


@dataclass(frozen=True, slots=True)
class Example(Generic[Subject]):
    """A case that the change would have treated differently."""

    subject: Subject
    before: Outcome
    after: Outcome

    @property
    def shift(self) -> timedelta:
        return self.after.due_at - self.before.due_at


@dataclass(slots=True)
class Comparison(Generic[Subject]):
    """Before and after, over `cases` cases; `left_out` says how many were not looked at and why."""

    cases: int = 0
    as_recorded: int = 0
    changed: int = 0
    moved: Counter[tuple[int, int]] = field(default_factory=Counter)
    earlier: int = 0
    later: int = 0
    overdue: list[int] = field(default_factory=lambda: [0, 0])
    drawn: list[int] = field(default_factory=lambda: [0, 0])
    deeds: dict[str, list[int]] = field(default_factory=lambda: {deed: [0, 0] for deed in ("urge", *CARDS)})
    left_out: Counter[str] = field(default_factory=Counter)
    examples: list[Example[Subject]] = field(default_factory=list)

    def add(self, subject: Subject, before: Outcome, after: Outcome) -> None:
        self.cases += 1
        for side, outcome in enumerate((before, after)):
            self.overdue[side] += outcome.is_overdue
            self.drawn[side] += outcome.is_drawn
            for deed in outcome.deeds:
                self.deeds[deed][side] += 1
        if before == after:
            return
        self.changed += 1
        self.earlier += after.due_at < before.due_at
        self.later += after.due_at > before.due_at
        if before.desk_id != after.desk_id:
            self.moved[before.desk_id, after.desk_id] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(Example(subject, before, after))
