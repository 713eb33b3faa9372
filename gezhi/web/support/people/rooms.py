"""What the rooms 组织 and 队伍 show in the bar and on the landing page."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from gezhi.web.middleware import DeskRequest
from gezhi.web.support.room import Card, Leaf, Room


def organisation_cards(request: DeskRequest) -> Sequence[Card]:
    return []


def staff_cards(request: DeskRequest) -> Sequence[Card]:
    return []


ORGANISATION = Room(
    "organisation",
    _("组织"),
    "desk",
    (Leaf(_("组织体系"), "support:people:structure", ("staff.see",)),),
    organisation_cards,
)
STAFF = Room(
    "staff",
    _("队伍"),
    "person",
    (Leaf(_("配备和缺口"), "support:people:gaps", ("staff.see",)),),
    staff_cards,
)
