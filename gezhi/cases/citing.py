"""The ladder and the shares of follow-ups as rules that can rest on an article; see `gezhi.people.citations`."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.cases.models import FollowUpRule, Rung
from gezhi.cases.models.rung import DEEDS, FLIGHTS
from gezhi.people.citations import CitableRule, rule_kind
from gezhi.territory.models import holds_on

IN_FORCE = ("valid_from", "valid_until")


def ladder(day: date) -> Iterator[CitableRule]:
    for rung in Rung.objects.filter(holds_on(day, *IN_FORCE)).order_by("flight", "is_emergency", "pk"):
        named = {"flight": dict(FLIGHTS)[rung.flight], "deed": dict(DEEDS)[rung.deed]}
        words = _("%(flight)s：%(deed)s") % named + (_("（紧急）") if rung.is_emergency else "")
        key = f"{rung.flight}:{rung.deed}:{'emergency' if rung.is_emergency else ''}"
        yield CitableRule(key, words, rung.basis)


def follow_ups(day: date) -> Iterator[CitableRule]:
    for rule in FollowUpRule.objects.filter(holds_on(day, *IN_FORCE)).order_by("group"):
        words = _("%(group)s：回访 %(share)s%%") % {"group": rule.get_group_display(), "share": rule.share}
        yield CitableRule(rule.group, words, rule.basis)


rule_kind("ladder", gettext_lazy("升级规则"), ladder)
rule_kind("follow_up", gettext_lazy("回访比例"), follow_ups)
