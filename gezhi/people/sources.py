"""Where the people of a grid may come from: what a rule finds wrong with somebody who is to be seated. Pure.

一般 is a soft word: an unusual source or an unmet condition is said and passes with a reason, and the exception is kept. Hard are only a source
that no rule names for the role (R040), and what the work can't do without: the sending unit of an adviser.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

# Conditions that a rule may demand, by the facts that are given with an appointment. A fact is looked at and not kept.
PARTY_MEMBER, COLLEGE, OPEN_ROUND, UNIT = "party_member", "college", "open_round", "unit"
CONDITIONS = (PARTY_MEMBER, COLLEGE, OPEN_ROUND, UNIT)
# What no reason makes up for.
ALWAYS = frozenset({UNIT})
UNUSUAL = "unusual_source"
NOT_ALLOWED = "source_not_allowed"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A source rule as a plain value."""

    role: str
    source: str
    is_usual: bool
    needs: tuple[str, ...]
    valid_from: date
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one person: `refused` is a code or "", `unmet` are codes that need a reason."""

    refused: str = ""
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody when he is appointed. `unit` is the name of the sending unit."""

    met: Mapping[str, bool] = field(default_factory=dict)
    unit: str = ""

    def meets(self, condition: str) -> bool:
        return bool(self.unit.strip()) if condition == UNIT else bool(self.met.get(condition))


def judge(rules: Iterable[RuleRow], role: str, source: str, facts: Facts, on: date) -> Verdict:
    """The verdict on `source` for `role` on a day. Roles without any rule take every source as it is."""
    of_role = [rule for rule in rules if rule.role == role and rule.holds_on(on)]
    if not of_role:
        return Verdict()
    rule = next((rule for rule in of_role if rule.source == source), None)
    if rule is None:
        return Verdict(refused=NOT_ALLOWED)
    missing = tuple(condition for condition in rule.needs if not facts.meets(condition))
    hard = next((condition for condition in missing if condition in ALWAYS), "")
    if hard:
        return Verdict(refused=hard)
    return Verdict(unmet=missing if rule.is_usual else (UNUSUAL, *missing))


def allowed(rules: Iterable[RuleRow], role: str, on: date) -> list[RuleRow]:
    """The sources that a role may come from on a day, the usual ones first."""
    return sorted(
        (rule for rule in rules if rule.role == role and rule.holds_on(on)), key=lambda rule: not rule.is_usual
    )
