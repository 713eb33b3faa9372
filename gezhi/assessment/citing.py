"""Schemes of rates as rules that can rest on an article; see `gezhi.people.citations`."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy

from gezhi.assessment.models import Scheme
from gezhi.people.citations import CitableRule, rule_kind


def schemes(day: date) -> Iterator[CitableRule]:
    month = day.year * 100 + day.month
    still = Q(until_month__isnull=True) | Q(until_month__gte=month)
    for scheme in Scheme.objects.filter(still, from_month__lte=month).prefetch_related("measures"):
        for measure in scheme.measures.order_by("position"):
            yield CitableRule(measure.code, f"{scheme.name}：{measure.name}", scheme.basis)


rule_kind("scheme", gettext_lazy("评价口径"), schemes)
