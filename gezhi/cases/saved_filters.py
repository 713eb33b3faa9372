"""Lists kept under a name: whose they are, and who may change them."""

from urllib.parse import parse_qsl

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.cases.filters import Filters
from gezhi.cases.models import SavedFilter
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.people.queries import directory, seats_with


def kept_for(actor: Actor) -> list[SavedFilter]:
    """One's own and those shared with one's desks, by name. One statement."""
    mine = Q(owner_id=actor.user_id, desk=None) | Q(desk_id__in=seats_with("case.see", actor))
    rows = SavedFilter.objects.filter(mine, dropped_at__isnull=True).select_related("owner")
    return list(rows.order_by("name", "pk"))


def get_saved_filter(actor: Actor, pk: int) -> SavedFilter:
    """One that the actor sees, or may change from above. Raises `Missing`."""
    saved = SavedFilter.objects.filter(pk=pk, dropped_at__isnull=True).select_related("owner").first()
    sees = saved is not None and (saved.desk_id in seats_with("case.see", actor) or may_change(saved, actor))
    if saved is None or not sees:
        raise Missing("no_such_filter", _("没有找到这个筛选，或者它不是给您的。"))
    return saved


def may_change(saved: SavedFilter, actor: Actor) -> bool:
    """Its owner, of a shared one only as long as they sit at its desk; a shared one also those who approve above, at the district its own."""
    if saved.desk_id is None:
        return saved.owner_id == actor.user_id
    if saved.owner_id == actor.user_id and saved.desk_id in seats_with("case.see", actor):
        return True
    decider = directory().above(saved.desk_id) or directory().get(saved.desk_id)
    return actor.may("case.approve", area=decider.area_code, desk_id=decider.id)


def filters_of(saved: SavedFilter) -> Filters:
    return Filters.of(dict(parse_qsl(saved.query)))
