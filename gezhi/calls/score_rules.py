"""The rules of scoring in memory."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from gezhi.calls.models import ScoreRule
from gezhi.calls.scoring import Rule, Rules
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import Cached

REGISTER = "score_rules"
COLUMNS = (
    "valid_from", "response", "manner", "effect", "low_level", "far", "fewest_scores", "fewest_calls",
)  # fmt: skip


def load() -> Rules:
    return Rules(Rule(*row) for row in ScoreRule.objects.values_list(*COLUMNS))


register = Cached(REGISTER, load)


def score_rules() -> Rules:
    """The rules as they stand; no query while nothing changed."""
    return register.get()


def rule_on(day: date) -> Rule:
    """The rule of a day. Raises `Refused`, never guesses."""
    rule = score_rules().on(day)
    if rule is None:
        raise Refused("no_score_rule", _("还没有设定评分规则（权重、复核和最少次数），请先设定。"))
    return rule
