"""What the room 外勤保障 shows in the bar and on the landing page: what workers say, and the lists that they visit by."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.models import Suggestion
from gezhi.fieldwork.workflow import SuggestionStage
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.room import Card, Leaf, Room

ANSWER, LISTS = ("suggestion.answer",), ("checklist.edit",)


def cards(request: DeskRequest) -> Sequence[Card]:
    """What waits for an answer: one statement."""
    if not request.actor.has("suggestion.answer"):
        return []
    open_ = Suggestion.objects.visible_to(request.actor).filter(stage=SuggestionStage.OPEN)
    waiting = open_.exclude(author_id=request.actor.user_id).count()
    here = reverse("support:fieldwork:suggestions")
    words = _("网格员提的，等您答复")
    return [Card(_("投诉建议"), words, str(waiting), here, "soon" if waiting else "", waiting == 0)]


FIELDWORK = Room(
    "fieldwork",
    _("外勤保障"),
    "bell",
    (
        Leaf(_("投诉建议"), "support:fieldwork:suggestions", ANSWER),
        Leaf(_("走访清单"), "support:fieldwork:checklists", LISTS),
    ),
    cards,
)
