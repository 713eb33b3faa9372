"""Resources follow the land: what served a grid that ends serves those that take over its land."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area, Resource, ResourcePlacement


class ResourcesFollow:
    """To every heir that came about with the plan; of areas that stood before, to the main one."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {"resources": len(lasting(relocation))}

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        placements = lasting(relocation)
        codes = {code for heirs in relocation.heirs.values() for code in heirs}
        areas = dict(Area.objects.filter(code__in=codes).values_list("code", "pk"))
        last = relocation.day - timedelta(days=1)
        wanted: dict[tuple[int, int], ResourcePlacement] = {}
        moved: dict[int, Resource] = {}
        for old in placements:
            ends = max(last, old.from_on)
            ResourcePlacement.objects.filter(pk=old.pk).update(until_on=ends)
            moved[old.resource.pk] = old.resource
            for code in relocation.successors(old.area.code):
                starts = max(relocation.day, old.from_on)
                wanted[old.resource.pk, areas[code]] = ResourcePlacement(
                    resource=old.resource, area_id=areas[code], from_on=starts, until_on=old.until_on
                )
        standing = set(
            ResourcePlacement.objects.filter(until_on__isnull=True, resource__in=moved.values()).values_list(
                "resource_id", "area_id"
            )
        )
        ResourcePlacement.objects.bulk_create(one for key, one in wanted.items() if key not in standing)
        for resource in moved.values():
            advance(resource, Fact("resource.regridded", {"plan": relocation.plan_id}), actor=actor, at=at)
        return {"resources": len(placements)}


def lasting(relocation: Relocation) -> list[ResourcePlacement]:
    """What would serve areas that end, on the day or later."""
    still = Q(until_on__isnull=True) | Q(until_on__gte=relocation.day)
    found = ResourcePlacement.objects.filter(still, area__code__in=relocation.heirs)
    return list(found.select_related("resource", "area").order_by("pk"))
