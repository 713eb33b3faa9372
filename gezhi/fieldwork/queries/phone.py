"""What is to be gone to from a phone: doors, spots, campaigns with what is left of them, who else is on the team. Plain, ready for JSON."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Count

from gezhi.fieldwork.models import AddressPoint, CampaignForm, CampaignTarget, Spot, lying_in
from gezhi.fieldwork.queries.my_grid import colleagues_at
from gezhi.fieldwork.workflow import CampaignStage
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.territory.ledgers import resources_around

# A phone holds what one person can go to. Whoever has more looks it up where there is a network.
MOST_DOORS, MOST_TARGETS, MOST_SPOTS, MOST_RESOURCES = 1_500, 500, 200, 100


def work_at(actor: Actor, codes: Collection[str], at: datetime) -> dict[str, Any]:
    """As far as the actor may work on it; empty lists for who may not. Six statements, one more a grid."""
    here = lying_in(*codes)
    targets = targets_left(actor, codes)
    return {
        "doors": [
            {"id": door.pk, "grid": door.grid_code, "label": door.label, "lng": door.lng, "lat": door.lat}
            for door in doors(actor, codes)
        ],
        "spots": [
            {"id": spot.pk, "grid": spot.grid_code, "name": spot.name, "hint": spot.hint, "lng": spot.lng, "lat": spot.lat}
            for spot in (Spot.objects.active().filter(here).order_by("grid_code", "name", "pk")[:MOST_SPOTS])
            if actor.may("patrol.record", area=spot.place_code)
        ],
        "campaigns": campaigns_of(targets, codes),
        "targets": [
            {
                "id": target.pk, "campaign": target.campaign_id, "grid": target.grid_code,
                "label": target.address_point.label if target.address_point is not None else "",
            }
            for target in targets
        ],
        "team": [
            {"grid": one.grid_code, "name": one.name, "role": str(one.role.label), "phone": one.work_phone}
            for code in codes
            for one in colleagues_at(code, at)
        ],
        "resources": [
            {
                "area": one.area.code, "name": one.resource.name, "kind": one.resource.category.name,
                "provider": one.resource.provider, "note": one.resource.note,
            }
            for one in resources_around(codes, on=local_day(at))[:MOST_RESOURCES]
        ],
    }  # fmt: skip


def doors(actor: Actor, codes: Collection[str]) -> list[AddressPoint]:
    allowed = [code for code in codes if actor.may("visit.record", area=code)]
    rows = AddressPoint.objects.active().filter(lying_in(*allowed))
    return list(rows.order_by("grid_code", "building", "unit", "door", "pk")[:MOST_DOORS])


def targets_left(actor: Actor, codes: Collection[str]) -> list[CampaignTarget]:
    allowed = [code for code in codes if actor.may("campaign.work", area=code)]
    rows = CampaignTarget.objects.open().filter(lying_in(*allowed), campaign__stage=CampaignStage.RUNNING)
    return list(
        rows.select_related("campaign", "address_point").order_by("campaign__due_on", "campaign", "pk")[:MOST_TARGETS]
    )


def campaigns_of(targets: Collection[CampaignTarget], codes: Collection[str]) -> list[dict[str, Any]]:
    """Each with the form in use and how far it is on these grids."""
    found = {target.campaign_id: target.campaign for target in targets}
    asked = CampaignTarget.objects.filter(lying_in(*codes), campaign_id__in=found).values("campaign_id")
    totals = dict(asked.annotate(all=Count("pk")).values_list("campaign_id", "all")) if found else {}
    forms = {
        (form.campaign_id, form.number): form.questions for form in CampaignForm.objects.filter(campaign_id__in=found)
    }
    return [
        {
            "id": campaign.pk, "title": campaign.title, "purpose": campaign.purpose, "due_on": campaign.due_on.isoformat(),
            "total": totals[campaign.pk], "form_number": campaign.form_number, "questions": forms.get((campaign.pk, campaign.form_number), []),
        }
        for campaign in found.values()
    ]  # fmt: skip
