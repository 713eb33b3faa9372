"""Pages that only tell: the home page, and what happens to personal data. They set no cookie."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from gezhi.kernel.privacy import Keep, inventory
from gezhi.people.features import Feature
from gezhi.people.pilots import open_in

# The tables that a report of a resident fills; the rest of the inventory is about staff.
OF_RESIDENTS = ("cases.Case", "cases.Reporter", "cases.Rating", "kernel.Receipt")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    opened = open_in(Feature.TEAM_PAGE, on=localdate(timezone.now()))
    return render(request, "portal/home.html", {"has_teams": bool(opened)})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Purposes and terms come from the inventory itself, so that the page can't promise what the house doesn't keep."""
    rows = [
        {"purpose": entry.personal.purpose, "basis": entry.personal.basis.label, "keep": kept(entry.personal.keep)}
        for entry in inventory()
        if entry.model in OF_RESIDENTS and entry.personal is not None
    ]
    return render(request, "portal/privacy.html", {"rows": unique(rows)})


def kept(keep: Keep) -> str:
    if keep.days is None:
        return str(keep.since)
    days = ngettext("%(days)d 天", "%(days)d 天", keep.days) % {"days": keep.days}
    return gettext("%(since)s后 %(days)s") % {"since": keep.since, "days": days}


def unique(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        seen.setdefault(tuple(str(value) for value in row.values()), row)
    return list(seen.values())
