"""Supervisions 督办 that are not lifted follow the land: the desk that watches, and that of an ended case which owes the reply."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from gezhi.cases.models import Supervision
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.people.models import Desk
from gezhi.territory.followers import Relocation


class OrdersFollow:
    """After the cases: an order that a case took along to its new desk is not looked at again."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {"orders": sum(1 for one in of_desks(relocation) if moves(one, relocation))}

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        open_desks = Desk.objects.filter(department__isnull=True, is_open=True)
        desks = dict(open_desks.values_list("area__code", "pk"))
        moved = 0
        for one in of_desks(relocation):
            if not moves(one, relocation):
                continue
            watching = heir_of(one.desk, relocation, desks)
            owing = heir_of(one.of_desk, relocation, desks)
            Supervision.objects.filter(pk=one.pk).update(desk_id=watching, of_desk_id=owing)
            data = {"plan": relocation.plan_id, "watching": watching, "desk": owing}
            advance(one.case, Fact("case.supervision_regridded", data), actor=actor, at=at)
            moved += 1
        return {"orders": moved}


def of_desks(relocation: Relocation) -> list[Supervision]:
    """Orders of desks of areas that end, as the watching or the owing one."""
    ending = list(relocation.heirs)
    watching = Q(desk__area__code__in=ending, desk__department__isnull=True)
    owing = Q(of_desk__area__code__in=ending, of_desk__department__isnull=True)
    rows = Supervision.objects.filter(watching | owing, lifted_at__isnull=True)
    return list(rows.select_related("case", "desk__area", "of_desk__area").order_by("case_id"))


def moves(one: Supervision, relocation: Relocation) -> bool:
    """Is there something to move besides what an open case takes along itself?"""
    return ends(one.desk, relocation) or (
        ends(one.of_desk, relocation) and not (one.case.is_open and one.replied_at is None)
    )


def ends(desk: Desk, relocation: Relocation) -> bool:
    return desk.department_id is None and desk.area.code in relocation.heirs


def heir_of(desk: Desk, relocation: Relocation, desks: Mapping[str, int]) -> int:
    """The open desk of whoever took over the land; this one where it goes on."""
    if not ends(desk, relocation):
        return desk.pk
    code = relocation.heir(desk.area.code)
    while code and code not in desks:
        code = code[:-3]
    return desks.get(code, desk.pk)
