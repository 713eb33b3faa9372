"""Tables of the field work, a file a noun. Nowhere a person: a door is a door, and a visit says that somebody was there."""

from gezhi.fieldwork.models.address_point import AddressPoint, LaidOnLand, lying_in
from gezhi.fieldwork.models.campaign import (
    Campaign,
    CampaignAnswer,
    CampaignForm,
    CampaignPhoto,
    CampaignTarget,
    TargetKind,
)
from gezhi.fieldwork.models.checklist import ChecklistEntry, ChecklistGroup
from gezhi.fieldwork.models.patrol import Look, Spot
from gezhi.fieldwork.models.phone import Phone, SyncedCommand
from gezhi.fieldwork.models.suggestion import Addressee, Suggestion, SuggestionKind
from gezhi.fieldwork.models.visit import NEED_KINDS, Visit

__all__ = [
    "NEED_KINDS",
    "AddressPoint",
    "Addressee",
    "Campaign",
    "CampaignAnswer",
    "CampaignForm",
    "CampaignPhoto",
    "CampaignTarget",
    "ChecklistEntry",
    "ChecklistGroup",
    "LaidOnLand",
    "Look",
    "Phone",
    "Spot",
    "Suggestion",
    "SuggestionKind",
    "SyncedCommand",
    "TargetKind",
    "Visit",
    "lying_in",
]
