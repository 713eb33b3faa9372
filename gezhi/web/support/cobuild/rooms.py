"""What the room 共驻共建 shows in the bar and on the landing page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.cobuild.access import EDIT, SEE, seen
from gezhi.cobuild.models import Project
from gezhi.cobuild.queries import matched, open_needs
from gezhi.cobuild.rules import ProjectStage
from gezhi.kernel.calendar import local_day
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.room import Card, Leaf, Room


def cards(request: DeskRequest) -> Sequence[Card]:
    """Needs that nobody matches, projects that wait for residents. Three statements."""
    if not request.actor.has(SEE):
        return []
    needs = matched(list(open_needs().filter(seen(request.actor))), on=local_day(request.at))
    lonely = sum(not one.offers for one in needs)
    waiting = Project.objects.filter(seen(request.actor), stage=ProjectStage.FINISHED).count()
    here = reverse("support:cobuild:needs")
    projects = f"{reverse('support:cobuild:projects')}?stage={ProjectStage.FINISHED}"
    return [
        Card(
            _("需求无匹配"),
            _("还没有单位能接的需求"),
            str(lonely),
            f"{here}?state=unmatched",
            "soon" if lonely else "",
            not lonely,
        ),
        Card(_("项目待验收"), _("做完了，等居民验收"), str(waiting), projects, "soon" if waiting else "", not waiting),
    ]


COBUILD = Room(
    "cobuild",
    gettext_lazy("共驻共建"),
    "people",
    (
        Leaf(gettext_lazy("共建数字"), "support:cobuild:figures", (SEE, EDIT)),
        Leaf(gettext_lazy("共建单位"), "support:cobuild:partners", (SEE, EDIT)),
        Leaf(gettext_lazy("资源清单"), "support:cobuild:offers", (SEE, EDIT)),
        Leaf(gettext_lazy("需求清单"), "support:cobuild:needs", (SEE, EDIT)),
        Leaf(gettext_lazy("项目清单"), "support:cobuild:projects", (SEE, EDIT)),
    ),
    cards,
)
