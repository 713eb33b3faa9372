"""为什么在这里: one page a case with everything that the rules say of it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases.access import get_case
from gezhi.kernel.events import timeline
from gezhi.web.clocks import clock_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation import explaining
from gezhi.web.operation.beside import beside
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import at_desk, show
from gezhi.web.operation.wording import stage_words


@require_safe
@at_desk
def why(request: DeskRequest, number: str) -> HttpResponse:
    found = get_case(request.actor, number)
    events = timeline(found)
    context = {
        "case": found,
        "title": _("为什么在这里"),
        "stage": stage_words(found),
        "clock": clock_of(found, request.at),
        "desk": desk_name(found.desk_id),
        "moves": explaining.moves(events),
        "instead": explaining.instead(events),
        "limits": explaining.limits(found, request.actor, request.at),
        "climbs": explaining.climbs(found, request.at),
        "beside": beside(found, events, request.actor, request.at),
    }
    return show(request, "operation/why.html", context, opened=found.pk)
