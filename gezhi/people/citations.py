"""Rules and the articles they rest on: every app says which rules it has, the library says on what they rest.

An app enters its rules in its `citing.py`, found when first asked for:

    rule_kind("ladder", _("升级规则"), lambda day: [CitableRule(key, words), ...])

A key names the rule and not one of its rows, so that the basis outlives a changed number.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.module_loading import autodiscover_modules

from gezhi.people.models import Citation, Policy


@dataclass(frozen=True, slots=True)
class CitableRule:
    """A rule as it stands on a day: its key within the kind, what it says, and where it is changed ("" for nowhere)."""

    key: str
    words: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class RuleKind:
    code: str
    label: Any
    rules: Callable[[date], Iterable[CitableRule]]


RULE_KINDS: dict[str, RuleKind] = {}


def rule_kind(code: str, label: Any, rules: Callable[[date], Iterable[CitableRule]]) -> None:
    """Enter a kind of rules. Entering the same again, as a reloading server does, replaces it."""
    RULE_KINDS[code] = RuleKind(code, label, rules)


def kinds() -> list[RuleKind]:
    autodiscover_modules("citing")
    return sorted(RULE_KINDS.values(), key=lambda kind: kind.code)


def knows_rule(kind: str, key: str, *, on: date) -> bool:
    return any(one.code == kind and any(rule.key == key for rule in one.rules(on)) for one in kinds())


@dataclass(frozen=True, slots=True)
class Grounded:
    """A rule with what it rests on: citations of documents in force, those of documents that ended, and the words that came with the rule."""

    kind: RuleKind
    rule: CitableRule
    citations: tuple[Citation, ...]
    expired: tuple[Citation, ...]

    @property
    def has_basis(self) -> bool:
        return bool(self.citations)


def rules_and_bases(*, on: date, kind: str = "") -> list[Grounded]:
    """Every rule of a day with its basis. Two statements besides those of the apps."""
    in_force = set(Policy.objects.in_force_on(on).values_list("pk", flat=True))
    by_rule: dict[tuple[str, str], list[Citation]] = defaultdict(list)
    for citation in Citation.objects.filter(is_lifted=False).select_related("article__policy"):
        by_rule[citation.kind, citation.key].append(citation)
    return [
        Grounded(
            one,
            rule,
            tuple(citation for citation in by_rule[one.code, rule.key] if citation.article.policy_id in in_force),
            tuple(citation for citation in by_rule[one.code, rule.key] if citation.article.policy_id not in in_force),
        )
        for one in kinds()
        if kind in ("", one.code)
        for rule in one.rules(on)
    ]


def basis_of(kind: str, key: str, *, on: date) -> list[Citation]:
    """What one rule rests on, of documents that are in force on the day. One statement."""
    in_force = Policy.objects.in_force_on(on)
    rows = Citation.objects.filter(kind=kind, key=key, is_lifted=False, article__policy__in=in_force)
    return list(rows.select_related("article__policy"))
