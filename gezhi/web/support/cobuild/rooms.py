"""What the room 共驻共建 shows in the bar and on the landing page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.cobuild.access import ANSWER, EDIT, SEE, complaints_for, seen
from gezhi.cobuild.models import Project
from gezhi.cobuild.queries import matched, open_needs
from gezhi.cobuild.rules import ProjectStage
from gezhi.kernel.calendar import local_day
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.room import Card, Leaf, Room


def cards(request: DeskRequest) -> Sequence[Card]:
    """Needs that nobody matches, projects that wait for residents, complaints that wait for an answer. Four statements."""
    found = []
    if request.actor.has(SEE):
        needs = matched(list(open_needs().filter(seen(request.actor))), on=local_day(request.at))
        lonely = sum(not one.offers for one in needs)
        found.append(card(_("需求无匹配"), _("还没有单位能接的需求"), lonely, "needs", "?state=unmatched"))
        waiting = Project.objects.filter(seen(request.actor), stage=ProjectStage.FINISHED).count()
        found.append(
            card(_("项目待验收"), _("做完了，等居民验收"), waiting, "projects", f"?stage={ProjectStage.FINISHED}")
        )
    if request.actor.has(ANSWER):
        open_ = complaints_for(request.actor).filter(answered_at__isnull=True).count()
        found.append(card(_("居民投诉建议"), _("对服务本身说的，等您答复"), open_, "complaints"))
    return found


def card(label: str, hint: str, number: int, name: str, query: str = "") -> Card:
    href = reverse(f"support:cobuild:{name}") + query
    return Card(label, hint, str(number), href, "soon" if number else "", not number)


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
        Leaf(gettext_lazy("志愿服务"), "support:cobuild:volunteers", (SEE, EDIT)),
        Leaf(gettext_lazy("志愿求助"), "support:cobuild:helps", (SEE, EDIT)),
        Leaf(gettext_lazy("品牌和特色"), "support:cobuild:brands", (SEE, EDIT)),
        Leaf(gettext_lazy("居民投诉建议"), "support:cobuild:complaints", (ANSWER,)),
    ),
    cards,
)
