"""What goes on paper: the agreement as a page and as a Word file; and the numbers of a month."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.disputes.access import get_dispute
from gezhi.disputes.agreement import COPIES, TITLE, agreement_of, as_word
from gezhi.disputes.month import Month, counts_of_month
from gezhi.kernel.access import Denied
from gezhi.kernel.documents import MEDIA_TYPE
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.page import alone, for_mediation


@require_safe
@for_mediation
def agreement(request: DeskRequest, pk: int) -> HttpResponse:
    """A page that prints on one sheet."""
    found = get_dispute(request.actor, pk)
    context = {"dispute": found, "agreement": agreement_of(found), "title": TITLE, "copies": COPIES}
    return render(request, "operation/disputes/agreement.html", {**alone(request), **context})


@require_safe
@for_mediation
def agreement_file(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_dispute(request.actor, pk)
    response = HttpResponse(as_word(found, at=request.at), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="agreement-{found.pk}.docx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@for_mediation
def month(request: DeskRequest) -> HttpResponse:
    """A month by type and area. Whoever mediates without seeing an area has nothing to count."""
    if not request.actor.has("dispute.see"):
        raise Denied("dispute.see")
    chosen = Month.of(request.GET.get("month", ""), request.at)
    counts = counts_of_month(chosen, request.actor, area=request.GET.get("area", ""))
    now = Month.of("", request.at)

    def link(to: Month) -> str:
        return "?" + urlencode({"month": str(to), "area": counts.area})

    context = {
        "month": chosen,
        "counts": counts,
        "place": name_path(counts.area),
        "tables": [(_("按区域"), counts.within), (_("与相邻区域"), counts.beside)],
        "previous": link(chosen.before),
        "next": link(chosen.after) if (chosen.year, chosen.month) < (now.year, now.month) else "",
    }
    return render(request, "operation/disputes/month.html", {**alone(request), **context})
