"""The tables of people, a file a noun."""

from gezhi.people.models.appointments import Appointment, Channel, Manner, Recommendation, StaffImport
from gezhi.people.models.budget import BudgetLine, Purpose
from gezhi.people.models.desks import Department, Desk, DeskKind
from gezhi.people.models.forces import Force, ForceContact, ForcePlacement
from gezhi.people.models.meetings import Meeting, MeetingTask
from gezhi.people.models.notices import Notice
from gezhi.people.models.organisation import CommitteeMember, Pilot, TaskForce, TaskForceMember
from gezhi.people.models.policies import Article, Citation, Policy, PolicyKind
from gezhi.people.models.posts import Post, within
from gezhi.people.models.publications import Plate, Publication
from gezhi.people.models.standards import Source, SourceRule, StaffingRule, Strength

__all__ = [
    "Appointment",
    "Article",
    "BudgetLine",
    "Channel",
    "Citation",
    "CommitteeMember",
    "Department",
    "Desk",
    "DeskKind",
    "Force",
    "ForceContact",
    "ForcePlacement",
    "Manner",
    "Meeting",
    "MeetingTask",
    "Notice",
    "Pilot",
    "Plate",
    "Policy",
    "PolicyKind",
    "Post",
    "Publication",
    "Purpose",
    "Recommendation",
    "Source",
    "SourceRule",
    "StaffImport",
    "StaffingRule",
    "Strength",
    "TaskForce",
    "TaskForceMember",
    "within",
]
