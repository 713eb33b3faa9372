"""The landing page: what waits, room by room."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support, show
from gezhi.web.support.rooms import rooms_for


@require_safe
@for_support()
def home(request: DeskRequest) -> HttpResponse:
    """Each number is the list behind it."""
    blocks = [
        {"room": room, "cards": list(room.cards(request)), "leaves": room.leaves_for(request.actor)}
        for room in rooms_for(request.actor)
    ]
    is_quiet = all(card.is_none for block in blocks for card in block["cards"])  # type: ignore[attr-defined]
    return show(request, "support/home.html", {"title": _("服务保障"), "blocks": blocks, "is_quiet": is_quiet})
