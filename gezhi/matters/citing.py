"""Time limits as rules that can rest on an article; see `gezhi.people.citations`."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.matters.models import LimitKind, TimeLimit
from gezhi.people.citations import CitableRule, rule_kind
from gezhi.people.models import DeskKind
from gezhi.territory.models import holds_on


def limits(day: date) -> Iterator[CitableRule]:
    rows = TimeLimit.objects.filter(holds_on(day, "valid_from", "valid_until")).select_related("matter")
    for row in rows.order_by("kind", "matter__code", "level", "is_emergency"):
        of_matter = row.matter.code if row.matter is not None else ""
        about = [
            str(LimitKind(row.kind).label),
            row.matter.name if row.matter is not None else "",
            str(DeskKind(row.level).label) if row.level else "",
            _("紧急") if row.is_emergency else "",
        ]
        words = " · ".join(part for part in about if part)
        key = f"{row.kind}:{of_matter}:{row.level}:{'emergency' if row.is_emergency else ''}"
        yield CitableRule(key, f"{words}：{row.amount} {row.get_unit_display()}", row.basis)


rule_kind("limit", gettext_lazy("时限"), limits)
