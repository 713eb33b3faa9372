"""What lies on the land follows it: address points and spots to the grid in which their point lies now, targets that are left to the heirs."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from gezhi.fieldwork.models import AddressPoint, Campaign, CampaignTarget, Spot
from gezhi.fieldwork.workflow import ENDED, CampaignStage
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area


class FieldworkFollows:
    """Visits, looks and answers stay where they were made: their history is of the land of their time.

    What has no point goes to the main heir. Of a grid that is split, a campaign asks each part; of grids that merge it asks the one, and if one
    of them was done already, that counts.
    """

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {
            "address_points": sum(1 for _row, _code in moving(AddressPoint, relocation)),
            "patrol_spots": sum(1 for _row, _code in moving(Spot, relocation)),
            "campaign_targets": ending_targets(relocation).count(),
        }

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        counts = dict(self.foresee(relocation))
        areas = dict(Area.objects.filter(is_active=True).values_list("code", "pk"))
        for model, event in ((AddressPoint, "address_point.regridded"), (Spot, "spot.regridded")):
            for row, code in list(moving(model, relocation)):
                if not free_there(row, areas[code]):
                    # The heir has one of this name already: one of two stays in use.
                    data = {"plan": relocation.plan_id, "was": row.place_code, "known_in": code}
                    advance(
                        row, Fact(event, data), actor=actor, at=at, changes={**columns(code, areas), "is_active": False}
                    )
                    continue
                data = {"plan": relocation.plan_id, "was": row.place_code, "area": code}
                advance(row, Fact(event, data), actor=actor, at=at, changes=columns(code, areas))
        move_targets(relocation, areas)
        for campaign in ending_campaigns(relocation):
            code = relocation.heir(campaign.place_code)
            data = {"plan": relocation.plan_id, "was": campaign.place_code, "area": code}
            advance(campaign, Fact("campaign.regridded", data), actor=actor, at=at, changes=columns(code, areas))
        return counts


def columns(code: str, areas: Mapping[str, int]) -> dict[str, Any]:
    return {
        "area_id": areas[code],
        "street_code": code[:9] if len(code) >= 9 else "",
        "community_code": code[:12] if len(code) >= 12 else "",
        "grid_code": code if len(code) == 15 else "",
    }


def lying_on(relocation: Relocation) -> Q:
    codes = [*relocation.heirs, *relocation.redrawn]
    return Q(grid_code__in=codes) | Q(community_code__in=codes) | Q(street_code__in=codes)


def moving(model: Any, relocation: Relocation) -> Iterator[tuple[Any, str]]:
    """What lies in another grid afterwards, and which."""
    for row in model.objects.filter(lying_on(relocation), is_active=True).order_by("pk"):
        old = row.place_code
        code = relocation.heir(old)
        if row.lng is not None and row.lat is not None:
            located = relocation.locate(row.lng, row.lat)
            if located is not None and len(located) >= len(code):
                code = located
        if code != old:
            yield row, code


def free_there(row: Any, area_id: int) -> bool:
    label = (
        {"building": row.building, "unit": row.unit, "door": row.door}
        if isinstance(row, AddressPoint)
        else {"name": row.name}
    )
    return not type(row).objects.filter(area_id=area_id, is_active=True, **label).exclude(pk=row.pk).exists()


def ending_targets(relocation: Relocation) -> Any:
    """What is left of campaigns that are not over, in areas that end. What was looked at stays as it was looked at."""
    return left().filter(grid_code__in=list(relocation.heirs))


def left() -> Any:
    return CampaignTarget.objects.open().filter(campaign__stage__in=[CampaignStage.DRAFT, CampaignStage.RUNNING])


def move_targets(relocation: Relocation, areas: Mapping[str, int]) -> None:
    """Address points have moved before, and their targets go with them. Of grids every heir that came about is asked."""
    strayed = left().filter(lying_on(relocation), address_point__isnull=False)
    for pk, code in strayed.exclude(grid_code=F("address_point__grid_code")).values_list(
        "pk", "address_point__grid_code"
    ):
        CampaignTarget.objects.filter(pk=pk).update(**columns(code, areas))
    for target in list(ending_targets(relocation).filter(address_point__isnull=True).order_by("pk")):
        old = target.grid_code
        codes = [code for code in (relocation.successors(old) or (relocation.heir(old),)) if len(code) == 15]
        asked = CampaignTarget.objects.filter(
            campaign=target.campaign_id, address_point__isnull=True, grid_code__in=codes
        )
        free = sorted(set(codes) - set(asked.values_list("grid_code", flat=True)))
        if not free:
            CampaignTarget.objects.filter(pk=target.pk).delete()
            continue
        CampaignTarget.objects.filter(pk=target.pk).update(**columns(free[0], areas))
        CampaignTarget.objects.bulk_create(
            CampaignTarget(campaign_id=target.campaign_id, **columns(code, areas)) for code in free[1:]
        )


def ending_campaigns(relocation: Relocation) -> Any:
    ending = list(relocation.heirs)
    lies = Q(grid_code__in=ending) | Q(community_code__in=ending) | Q(street_code__in=ending)
    return Campaign.objects.filter(lies).exclude(stage__in=ENDED).order_by("pk")
