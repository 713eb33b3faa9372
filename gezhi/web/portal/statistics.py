"""Public statistics: a month that is over, by street and by kind of matter. A number from one to four is not shown, and neither is one by which it
could be worked out; every table says its day."""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from gezhi.assessment.api import public_table
from gezhi.assessment.disclosure import hidden
from gezhi.cases.models import Case
from gezhi.kernel.months import before, month_of, start_of
from gezhi.matters.queries import catalogue
from gezhi.territory.queries import list_names

FEWEST = 5
KEPT_SECONDS = 3600


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    month = before(month_of(at))
    context = cache.get(f"public-statistics-{month}")
    if context is None:
        context = counted(month)
        cache.set(f"public-statistics-{month}", context, timeout=KEPT_SECONDS)
    return render(request, "portal/statistics.html", {**context, "today": localdate(at)})


def counted(month: int) -> dict[str, Any]:
    """What the page shows: plain values, so that they can be kept for an hour."""
    rows = Case.objects.filter(reported_at__gte=start_of(month), reported_at__lt=start_of(before(month, -1))).order_by()
    by_street = dict(rows.values("street_code").annotate(n=Count("pk")).values_list("street_code", "n"))
    known = catalogue()
    by_category: dict[str, int] = {}
    for matter_id, number in rows.values("matter_id").annotate(n=Count("pk")).values_list("matter_id", "n"):
        name = known.get(matter_id).category_name if matter_id is not None else ""
        by_category[name] = by_category.get(name, 0) + number
    names = {one.code: one.short_name for one in list_names("street")}
    rates = public_table(month)
    return {
        "first": start_of(month),
        "fewest": FEWEST,
        "total": shown_total(sum(by_street.values())),
        "streets": table(by_street, names),
        "categories": table(by_category, {}),
        "rates": [
            {"name": line.name, "cells": [(name, percent(line.rates.get(code))) for code, name in rates.names.items()]}
            for line in [rates.total, *rates.streets]
        ],
    }


def percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def shown_total(number: int) -> int | None:
    return None if 0 < number < FEWEST else number


def table(numbers: Mapping[str, int], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Lines by name; a number that may not be shown is None. "" is what has no street or no matter yet."""
    gone = hidden(dict(numbers), FEWEST)
    return [
        {"name": names.get(key, key), "number": None if key in gone else number}
        for key, number in sorted(numbers.items(), key=lambda one: (one[0] == "", one[0]))
    ]
