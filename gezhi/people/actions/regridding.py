"""What goes along when the land changes: where people of the teams came from, and the professional forces of the grids."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from gezhi.kernel.access import Actor
from gezhi.people.actions.forces import place_contact
from gezhi.people.models import Appointment, ForceContact, ForcePlacement, Post
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area


def carry_origins(before: list[Post], after: list[Post]) -> None:
    """Where somebody came from goes along: the new post says it as the old one did."""
    known = {one.post_id: one for one in Appointment.objects.filter(post__in=before)}
    rows = []
    for old, new in zip(before, after, strict=True):
        one = known.get(old.pk)
        if one is not None:
            columns = {name: getattr(one, name) for name in ORIGIN}
            rows.append(Appointment(post=new, **columns))
    Appointment.objects.bulk_create(rows, batch_size=1000)


ORIGIN = ("source_id", "channel", "manner", "unit", "department_id", "unmet", "reason")


class ForcesFollow:
    """Whoever answered for a grid that ends answers for those that take over, unless somebody of the kind does there already."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {"force_placements": sum(bool(codes) for _one, codes in force_transfers(relocation))}

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        moved = force_transfers(relocation)
        last = relocation.day - timedelta(days=1)
        wanted: dict[int, list[str]] = defaultdict(list)
        for placement, codes in moved:
            ended = ForcePlacement.objects.filter(pk=placement.pk)
            ended.update(until_on=max(last, placement.from_on))
            wanted[placement.contact_id] += codes
        areas = {
            area.code: area for area in Area.objects.filter(code__in={code for _one, codes in moved for code in codes})
        }
        for contact in ForceContact.objects.filter(pk__in=wanted).order_by("pk"):
            several = [areas[code] for code in dict.fromkeys(wanted[contact.pk])]
            place_contact(contact, several, actor=actor, at=at, from_on=relocation.day)
        return {"force_placements": sum(bool(codes) for _one, codes in moved)}


def force_transfers(relocation: Relocation) -> list[tuple[ForcePlacement, list[str]]]:
    """The placements at grids that end, and the codes at which each goes on; of several of a kind that of the largest grid."""
    running = ForcePlacement.objects.filter(until_on__isnull=True).select_related("area")
    ending = sorted(
        running.filter(area__code__in=list(relocation.heirs)),
        key=lambda one: (-relocation.households.get(one.area.code, 0), one.area.code, one.pk),
    )
    targets = {code for one in ending for code in relocation.successors(one.area.code)}
    taken = set(running.filter(area__code__in=targets).values_list("area__code", "force_id"))
    found = []
    for one in ending:
        codes = [code for code in relocation.successors(one.area.code) if (code, one.force_id) not in taken]
        taken |= {(code, one.force_id) for code in codes}
        found.append((one, codes))
    return found
