"""The weights by which streets score departments, as a rule that can rest on an article; see `gezhi.people.citations`."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.calls.models import ScoreRule
from gezhi.people.citations import CitableRule, rule_kind


def weights(day: date) -> Iterator[CitableRule]:
    """Of the rules that have begun the latest holds."""
    rule = ScoreRule.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if rule is not None:
        named = {"response": rule.response, "manner": rule.manner, "effect": rule.effect}
        words = _("响应、态度、效果的权重 %(response)s : %(manner)s : %(effect)s") % named
        yield CitableRule("weights", words, rule.basis)


rule_kind("score", gettext_lazy("街道评部门"), weights)
