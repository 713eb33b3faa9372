"""What a grid does and what it does not do, for everybody: the catalogue as it stands today, street by street."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Refused
from gezhi.matters.admission import NATURES, QUESTIONS
from gezhi.matters.outside import sentence_on
from gezhi.matters.queries import MatterInfo, catalogue
from gezhi.people.models import DeskKind
from gezhi.territory.queries import list_names


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """By category. With a street: what has come there, and what comes on which day."""
    at = timezone.now()
    streets = [(one.code, one.short_name) for one in list_names("street")]
    asked = request.GET.get("street", "")
    street = asked if asked in dict(streets) else ""
    words = request.GET.get("q", "").strip()[:40]
    today = local_day(at)
    groups: dict[str, list[dict[str, Any]]] = {}
    elsewhere = []
    for one in catalogue().valid_on(today):
        if words and not (words in one.name or any(words in word for word in one.words)):
            continue
        if not one.is_for_grid:
            elsewhere.append(one)
            continue
        groups.setdefault(one.category_name, []).append({"matter": one, **coming(one, street, at)})
    context = {
        "groups": list(groups.items()),
        "elsewhere": elsewhere,
        "left": [one for one in catalogue().codes.values() if one.valid_until is not None and one.valid_until < today],
        "streets": streets,
        "street": street,
        "q": words,
        "questions": [question.reason for question in QUESTIONS],
        "natures": list(NATURES.values()),
        "sentence": sentence(at),
    }
    return render(request, "portal/catalogue.html", context)


def coming(matter: MatterInfo, street: str, at: Any) -> dict[str, Any]:
    """Is it there already, and if not from when on; without a street, whether it comes by batches at all."""
    today = local_day(at)
    desk = DeskKind(matter.default_desk).label
    if not matter.starts:
        return {"is_here": True, "when": "", "desk": desk}
    if not street:
        return {
            "is_here": any(first <= today for _code, first in matter.starts),
            "when": _("分批下沉，请选街道看"),
            "desk": desk,
        }
    first = dict(matter.starts).get(street)
    if first is None:
        return {"is_here": False, "when": _("这个街道还没有安排"), "desk": desk}
    is_here = first <= today
    when = "" if is_here else _("%(day)s 起") % {"day": date_format(first, "Y-m-d")}
    return {"is_here": is_here, "when": when, "desk": desk}


def sentence(at: Any) -> str:
    """What is said to whoever asks for something else; "" where the district has set none."""
    try:
        return sentence_on(local_day(at))
    except Refused:
        return ""
