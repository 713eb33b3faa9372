"""Calls follow their street: to the desk that took over when theirs closed with its land."""

from collections.abc import Mapping
from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone

from gezhi.calls.models import IS_OPEN, Call, CallQuerySet
from gezhi.calls.queries import scoring_at
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.people.models import Desk, DeskKind
from gezhi.territory.followers import Relocation


class CallsFollow:
    """Open calls, and those of which something is still to be scored: only the street that calls may strike off, and it must be somebody.

    A call about a case goes where its case went, which has a place; one without goes to the main heir. What is over stays where it was.
    """

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {"open_calls": affected(relocation).count()}

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        open_desks = Desk.objects.filter(kind=DeskKind.STREET, is_open=True)
        desks = dict(open_desks.values_list("area__code", "pk"))
        streets = set(desks.values())
        calls = affected(relocation).select_related("desk__area", "case").select_for_update(of=("self",))
        moved = 0
        for call in calls.order_by("pk"):
            heir = desks[relocation.heir(call.desk.area.code)]
            to = call.case.desk_id if call.case is not None and call.case.desk_id in streets else heir
            fact = Fact("call.regridded", {"plan": relocation.plan_id, "from": call.desk_id, "street": to})
            advance(call, fact, actor=actor, at=at, changes={"desk_id": to})
            moved += 1
        return {"open_calls": moved}


def affected(relocation: Relocation) -> CallQuerySet:
    """Calls that are not over, of streets that end."""
    day = datetime.combine(relocation.day, time(), timezone.get_default_timezone())
    streets = Q(desk__area__code__in=list(relocation.heirs))
    return Call.objects.filter(streets, IS_OPEN | scoring_at(day))
