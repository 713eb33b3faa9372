from gezhi.cobuild.models.brands import BrandSite, GridFeature
from gezhi.cobuild.models.complaints import ServiceComplaint
from gezhi.cobuild.models.partners import Commitment, Partner
from gezhi.cobuild.models.projects import Acceptance, Benefit, Milestone, Need, Offer, Project, ProjectPart
from gezhi.cobuild.models.volunteers import HelpRequest, SignUp, SubTeam, Team, TeamGrid, VolunteerActivity

__all__ = [
    "Acceptance",
    "Benefit",
    "BrandSite",
    "Commitment",
    "GridFeature",
    "HelpRequest",
    "Milestone",
    "Need",
    "Offer",
    "Partner",
    "Project",
    "ProjectPart",
    "ServiceComplaint",
    "SignUp",
    "SubTeam",
    "Team",
    "TeamGrid",
    "VolunteerActivity",
]
