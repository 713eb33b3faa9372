from gezhi.cobuild.models.partners import Commitment, Partner
from gezhi.cobuild.models.projects import Acceptance, Benefit, Milestone, Need, Offer, Project, ProjectPart

__all__ = [
    "Acceptance",
    "Benefit",
    "Commitment",
    "Milestone",
    "Need",
    "Offer",
    "Partner",
    "Project",
    "ProjectPart",
]
