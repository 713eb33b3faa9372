"""Open disputes follow the land: to the area that took over the land of theirs, and to its desk when theirs has closed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from gezhi.disputes.actions.timing import not_before
from gezhi.disputes.models import IS_OPEN, Dispute
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.people.models import Desk
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area


class DisputesFollow:
    """A dispute has no point on the map: after a split it goes to the main heir. Its mediator stays; ended ones stay where they were."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {"open_disputes": affected(relocation).count()}

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        areas = dict(Area.objects.filter(is_active=True).values_list("code", "pk"))
        open_desks = Desk.objects.filter(department__isnull=True, is_open=True)
        desks = dict(open_desks.values_list("area__code", "pk"))
        disputes = affected(relocation).select_related("desk__area").select_for_update(of=("self",))
        moved = 0
        for dispute in disputes.order_by("pk"):
            changes, data = moved_to(dispute, relocation, areas, desks)
            at_last = not_before(dispute, at)
            advance(dispute, Fact("dispute.regridded", data), actor=actor, at=at_last, changes=changes)
            moved += 1
        return {"open_disputes": moved}


def affected(relocation: Relocation) -> Any:
    """Open disputes in areas that end, or on desks of such areas."""
    ending = list(relocation.heirs)
    places = Q(grid_code__in=ending) | Q(community_code__in=ending) | Q(street_code__in=ending)
    desks = Q(desk__area__code__in=ending, desk__department__isnull=True)
    return Dispute.objects.filter(IS_OPEN).filter(places | desks)


def moved_to(
    dispute: Dispute, relocation: Relocation, areas: Mapping[str, int], desks: Mapping[str, int]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns that change, and what is recorded."""
    data: dict[str, Any] = {"plan": relocation.plan_id, "from": dispute.desk_id, "to": dispute.desk_id}
    changes: dict[str, Any] = {}
    old = dispute.place_code
    place = relocation.heir(old) if old else ""
    if place != old:
        data |= {"was": old, "area": place}
        changes = {
            "area_id": areas[place],
            "street_code": place[:9] if len(place) >= 9 else "",
            "community_code": place[:12] if len(place) >= 12 else "",
            "grid_code": place if len(place) == 15 else "",
        }
    seat = dispute.desk.area.code
    if dispute.desk.department_id is None and seat in relocation.heirs:
        code = relocation.heir(seat)
        while code not in desks and len(code) > 6:
            code = code[:-3]
        changes["desk_id"] = data["to"] = desks[code]
    return changes, data
