"""The source rules, sources and professional forces in memory; no query while nothing changed."""

from gezhi.kernel.registers import Cached
from gezhi.people.models import SourceRule, Strength
from gezhi.people.sources import RuleRow


def load_source_rules() -> list[RuleRow]:
    rows = SourceRule.objects.values_list("role", "source__code", "strength", "needs", "valid_from", "valid_until")
    return [
        RuleRow(role, source, strength == Strength.USUAL, tuple(needs), first, last)
        for role, source, strength, needs, first, last in rows
    ]


register = Cached("people", load_source_rules)


def source_rules() -> list[RuleRow]:
    return register.get()
