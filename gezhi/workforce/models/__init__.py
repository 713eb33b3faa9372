"""Selecting, training, managing and using those who work in the grids (选育管用), a file a noun.

What is never kept of them: time spent learning or online, sign-ins, health, a total of points. A worker's file (`queries.file_of`) is a reading
of these rows for the person and those in charge, not a row of its own.
"""

from gezhi.workforce.models.careers import Evaluation, Promotion, Tenure
from gezhi.workforce.models.equipment import Device, DeviceToken, Item, Movement, Stock
from gezhi.workforce.models.honours import Honour
from gezhi.workforce.models.policy import Policy, PolicyKind
from gezhi.workforce.models.recruitment import Candidate, Criterion, Mark, Objection, Opening, Round
from gezhi.workforce.models.rosters import Leave, Shift, Swap
from gezhi.workforce.models.skills import Certification, Skill
from gezhi.workforce.models.training import (
    Attempt,
    Course,
    Enrolment,
    Exemption,
    Material,
    Pass,
    Question,
    Requirement,
    Session,
)

__all__ = [
    "Attempt",
    "Candidate",
    "Certification",
    "Course",
    "Criterion",
    "Device",
    "DeviceToken",
    "Enrolment",
    "Evaluation",
    "Exemption",
    "Honour",
    "Item",
    "Leave",
    "Mark",
    "Material",
    "Movement",
    "Objection",
    "Opening",
    "Pass",
    "Policy",
    "PolicyKind",
    "Promotion",
    "Question",
    "Requirement",
    "Round",
    "Session",
    "Shift",
    "Skill",
    "Stock",
    "Swap",
    "Tenure",
]
