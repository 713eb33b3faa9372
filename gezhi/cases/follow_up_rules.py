"""The rules of following up in memory, and the lot of a case."""

from collections.abc import Iterable
from datetime import date

from gezhi.cases.models.follow_up_rule import FollowUpRule
from gezhi.cases.sampling import ShareRow, is_drawn, lot_of, rule_for, words_of
from gezhi.kernel.registers import Cached
from gezhi.kernel.secrets import blind_index

REGISTER = "follow_up"
CONTEXT = "cases.Answer.drawn"


def load() -> list[ShareRow]:
    rows = FollowUpRule.objects.values_list("group", "share", "days", "attempts", "valid_from", "valid_until")
    return [ShareRow(*row) for row in rows]


register = Cached(REGISTER, load)


def follow_up_rules() -> list[ShareRow]:
    """The rules as they stand; no query while nothing changed."""
    return register.get()


def lot(case_id: int, round_: int) -> int:
    """The same for the same case and round, as long as the key of the blind index is, which never changes."""
    return lot_of(blind_index(words_of(case_id, round_), context=CONTEXT))


def drawn_by(rules: Iterable[ShareRow], case_id: int, round_: int, *, group: str, on: date) -> ShareRow | None:
    """The rule by which the answer of this round is followed up; None for one that is not drawn."""
    rule = rule_for(rules, group, on)
    return rule if rule is not None and is_drawn(rule.share, lot(case_id, round_)) else None
