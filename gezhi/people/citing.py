"""The rules of staffing, and those of the land below, that can rest on an article; see `gezhi.people.citations`."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.people.citations import CitableRule, rule_kind
from gezhi.people.models import SourceRule, StaffingRule
from gezhi.people.roles import Role
from gezhi.territory.models import GridKind, SizeRule


def staffing(day: date) -> Iterator[CitableRule]:
    for rule in StaffingRule.objects.holding_on(day):
        words = _("%(kind)s每格%(role)s不少于 %(n)s 人（%(symbol)s）")
        named = {
            "kind": GridKind(rule.kind).label,
            "role": Role(rule.role).label,
            "n": rule.fewest,
            "symbol": rule.symbol,
        }
        yield CitableRule(f"{rule.kind}:{rule.role}", words % named, rule.basis)


def sources(day: date) -> Iterator[CitableRule]:
    for rule in SourceRule.objects.holding_on(day).select_related("source"):
        named = {"role": Role(rule.role).label, "source": rule.source.name, "strength": rule.get_strength_display()}
        yield CitableRule(
            f"{rule.role}:{rule.source.code}", _("%(role)s：%(source)s（%(strength)s）") % named, rule.basis
        )


def sizes(day: date) -> Iterator[CitableRule]:
    for rule in SizeRule.objects.holding_on(day):
        words = _("%(kind)s %(fewest)s 至 %(most)s 户")
        named = {"kind": GridKind(rule.kind).label, "fewest": rule.fewest_households, "most": rule.most_households}
        yield CitableRule(rule.kind, words % named, rule.basis)


rule_kind("staffing", gettext_lazy("配备标准"), staffing)
rule_kind("source", gettext_lazy("来源规则"), sources)
rule_kind("size", gettext_lazy("网格规模"), sizes)
