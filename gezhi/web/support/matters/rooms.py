"""What the room 事项 shows in the bar and on the landing page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gezhi.matters.workflow import OPEN_TO_CHANGE
from gezhi.matters.worklist import waiting_for
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.room import Card, Leaf, Room

SEE = ("matter.see",)


def cards(request: DeskRequest) -> Sequence[Card]:
    """What waits for the person: one statement."""
    waiting = waiting_for(request.actor)
    own = sum(1 for one in waiting if one.stage in OPEN_TO_CHANGE)
    to_judge = len(waiting) - own
    here = reverse("support:matters:applications")
    found = []
    if request.actor.has("matter.review") or request.actor.has("matter.approve"):
        found.append(Card(_("待审的申请"), _("准入和退出，等您初审或者核准"), str(to_judge), here, "", to_judge == 0))
    if request.actor.has("matter.apply"):
        found.append(Card(_("待提交的申请"), _("起草和退回修改的"), str(own), here, "", own == 0))
    return found


MATTERS = Room(
    "matters",
    _("事项"),
    "book",
    (
        Leaf(_("事项清单"), "support:matters:catalogue", SEE),
        Leaf(_("准入退出"), "support:matters:applications", SEE),
        Leaf(_("权责平衡"), "support:matters:balance", SEE),
        Leaf(_("经费台账"), "support:matters:funds", SEE),
        Leaf(_("填表负担"), "support:matters:burden", SEE),
        Leaf(_("清单外任务"), "support:matters:outside", ("matter.see", "matter.outside")),
    ),
    cards,
)
