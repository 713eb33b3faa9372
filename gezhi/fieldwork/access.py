"""Fetching is checking: what an actor may not see looks like what is not there."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.models import Addressee, AddressPoint, Campaign, CampaignTarget, Spot, Suggestion, Visit
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing


def missing(message: Any) -> Missing:
    return Missing("not_found", message)


def get_address_point(actor: Actor, pk: int, right: str = "visit.record") -> AddressPoint:
    """An address point in an area where the actor holds the right. Raises `Missing`."""
    with suppress(AddressPoint.DoesNotExist, OverflowError):
        found = AddressPoint.objects.get(pk=pk)
        if actor.may(right, area=found.place_code):
            return found
    raise missing(_("没有找到这个地址点，或者它不在您的范围内。"))


def get_visit(actor: Actor, pk: int) -> Visit:
    """A visit that the actor may see by itself, with its door and its case. Raises `Missing`."""
    with suppress(Visit.DoesNotExist, OverflowError):
        return Visit.objects.visible_to(actor).select_related("address_point", "trigger", "case").get(pk=pk)
    raise missing(_("没有找到这一次走访，或者它不在您的范围内。"))


def runs(actor: Actor, campaign: Campaign) -> bool:
    """May the actor change and end this campaign? It takes the right for its whole area."""
    return actor.may("campaign.edit", area=campaign.place_code or settings.DISTRICT)


def get_campaign(actor: Actor, pk: int, right: str = "campaign.see") -> Campaign:
    """A campaign that the actor may see, or with "campaign.edit" run. Raises `Missing`."""
    with suppress(Campaign.DoesNotExist, OverflowError):
        found = Campaign.objects.visible_to(actor).get(pk=pk)
        if right != "campaign.edit" or runs(actor, found):
            return found
    raise missing(_("没有找到这项排查，或者它不在您的范围内。"))


def get_target(actor: Actor, pk: int) -> CampaignTarget:
    """A target in an area in which the actor works off campaigns, with its campaign. Raises `Missing`."""
    with suppress(CampaignTarget.DoesNotExist, OverflowError):
        found = CampaignTarget.objects.select_related("campaign", "address_point").get(pk=pk)
        if actor.may("campaign.work", area=found.place_code):
            return found
    raise missing(_("没有找到这个排查对象，或者它不在您的范围内。"))


def get_spot(actor: Actor, pk: int, right: str = "patrol.record") -> Spot:
    """A spot in an area where the actor holds the right. Raises `Missing`."""
    with suppress(Spot.DoesNotExist, OverflowError):
        found = Spot.objects.get(pk=pk)
        if actor.may(right, area=found.place_code):
            return found
    raise missing(_("没有找到这个巡查点，或者它不在您的范围内。"))


def answers(actor: Actor, suggestion: Suggestion) -> bool:
    """Is it this actor's to answer? What is addressed to the district is not the street's to read."""
    place = settings.DISTRICT if suggestion.addressee == Addressee.DISTRICT else suggestion.place_code
    return actor.may("suggestion.answer", area=place or settings.DISTRICT)


def get_suggestion(actor: Actor, pk: int) -> Suggestion:
    """One's own, or one that is the actor's to answer. Raises `Missing`."""
    with suppress(Suggestion.DoesNotExist, OverflowError):
        return Suggestion.objects.visible_to(actor).get(pk=pk)
    raise missing(_("没有找到这一条投诉建议，或者它不是给您的。"))
