"""What the room 党建 shows in the bar and on the landing page."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.kernel.calendar import local_day
from gezhi.party.access import served
from gezhi.party.lagging import lagging
from gezhi.party.models import PartyOrg, PointClaim
from gezhi.party.queries import allocation, members_for, vacancies
from gezhi.party.workflows.points import Stage
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.room import Card, Leaf, Room


def card(label: str, hint: str, count: int, name: str, *, state: str = "soon", query: str = "") -> Card:
    return Card(label, hint, str(count), reverse(f"support:party:{name}") + query, state if count else "", not count)


def cards(request: DeskRequest) -> Sequence[Card]:
    """Vacancies, members without a grid, branches that lag, claims that wait. Five statements at most."""
    actor, day = request.actor, local_day(request.at)
    mine = served(actor, on=day)
    if not mine and not actor.has("party.see"):
        return []
    found = []
    if actor.has("party.see"):
        empty = len(vacancies(PartyOrg.objects.visible_to(actor, "party.see", on=day), on=day))
        found.append(card(_("书记空缺"), _("没有书记的党组织"), empty, "vacancies", state="overdue"))
    members = allocation(members_for(actor, on=day))
    found.append(card(_("党员待分配"), _("还没有网格的党员"), members.waiting, "members", query="?state=waiting"))
    if members.in_doubt:
        words = _("区划调整后要核对网格的党员")
        found.append(card(_("党员待核对"), words, members.in_doubt, "members", query="?state=in_doubt"))
    orgs = Q(pk__in=mine) | Q(parent__in=mine)
    lagged = lagging(*actor.areas("party.activity"), on=day) if actor.areas("party.activity") else []
    lagged = lagged or (lagging("", on=day, only=orgs) if mine else [])
    count = len({one.org.pk for one in lagged})
    found.append(card(_("组织生活落后"), _("次数还不够的党组织"), count, "lagging"))
    claims = PointClaim.objects.filter(stage=Stage.PROPOSED, member__left_on__isnull=True)
    waiting = claims.filter(
        Q(member__branch__in=mine) | Q(member__branch__area__desks__in=actor.desks_with("party.points"))
    )
    if number := waiting.distinct().count():
        found.append(card(_("积分待审核"), _("要由另一个人审核"), number, "points"))
    return found


PARTY = Room(
    "party",
    gettext_lazy("党建"),
    "star",
    (
        Leaf(gettext_lazy("党组织"), "support:party:orgs", ("party.see", "party.serve")),
        Leaf(gettext_lazy("覆盖和缺口"), "support:party:coverage", ("party.see",)),
        Leaf(gettext_lazy("书记空缺"), "support:party:vacancies", ("party.see",)),
        Leaf(gettext_lazy("党员分配"), "support:party:members", ("party.members", "party.serve")),
        Leaf(gettext_lazy("组织生活"), "support:party:activities", ("party.activity", "party.serve")),
        Leaf(gettext_lazy("积分"), "support:party:points", ("party.points", "party.serve", "party.decide")),
        Leaf(gettext_lazy("培养发展"), "support:party:cultivation", ("party.cultivation",)),
        Leaf(gettext_lazy("后备人才"), "support:party:reserve", ("party.reserve",)),
        Leaf(gettext_lazy("规则"), "support:party:rules", ("party.decide",)),
    ),
    cards,
)
