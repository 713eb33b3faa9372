from gezhi.party.models.activity import Activity, ActivityFile, ActivityRule, Attendance, Reminder
from gezhi.party.models.guarded import Cultivation, Guarded, GuardedPaper, ListKind, ReserveTalent, StageRule
from gezhi.party.models.member import Member, PointExemption
from gezhi.party.models.org import Ending, OrgPlace, PartyOrg, Term, inside
from gezhi.party.models.points import PointClaim, PointDecision, PointEntry, PointRule

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityRule",
    "Attendance",
    "Cultivation",
    "Ending",
    "Guarded",
    "GuardedPaper",
    "ListKind",
    "Member",
    "OrgPlace",
    "PartyOrg",
    "PointClaim",
    "PointDecision",
    "PointEntry",
    "PointExemption",
    "PointRule",
    "Reminder",
    "ReserveTalent",
    "StageRule",
    "Term",
    "inside",
]
