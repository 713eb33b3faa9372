from gezhi.territory.models.land import (
    LENGTHS_BY_LEVEL,
    Area,
    AreaQuerySet,
    Boundary,
    BoundaryQuerySet,
    CrsChoice,
    GridKind,
    GridSubtype,
    Level,
)
from gezhi.territory.models.plans import ChangeKind, Plan, PlanArea, PlanChange, PlanQuerySet, Succession

__all__ = [
    "LENGTHS_BY_LEVEL",
    "Area",
    "AreaQuerySet",
    "Boundary",
    "BoundaryQuerySet",
    "ChangeKind",
    "CrsChoice",
    "GridKind",
    "GridSubtype",
    "Level",
    "Plan",
    "PlanArea",
    "PlanChange",
    "PlanQuerySet",
    "Succession",
]
