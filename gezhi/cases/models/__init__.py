"""Tables of the closed loop, a file a noun."""

from gezhi.cases.models.answer import Answer, Level
from gezhi.cases.models.attachment import Attachment
from gezhi.cases.models.case import IS_OPEN, Appeal, Asked, Card, Case, CaseQuerySet, Kind, Owed, Ruling, Source
from gezhi.cases.models.follow_up_rule import FollowUpRule
from gezhi.cases.models.handling_plan import HandlingPlan
from gezhi.cases.models.rating import FollowUp, Rating
from gezhi.cases.models.reporter import Reporter
from gezhi.cases.models.request import Decision, Request
from gezhi.cases.models.rung import Rung
from gezhi.cases.models.saved_filter import SavedFilter
from gezhi.cases.models.specialty import Specialty
from gezhi.cases.models.supervision import Supervision

__all__ = [
    "IS_OPEN",
    "Answer",
    "Appeal",
    "Asked",
    "Attachment",
    "Card",
    "Case",
    "CaseQuerySet",
    "Decision",
    "FollowUp",
    "FollowUpRule",
    "HandlingPlan",
    "Kind",
    "Level",
    "Owed",
    "Rating",
    "Reporter",
    "Request",
    "Ruling",
    "Rung",
    "SavedFilter",
    "Source",
    "Specialty",
    "Supervision",
]
