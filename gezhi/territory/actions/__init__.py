"""Every write to the land, a file a theme."""

from gezhi.territory.actions.areas import change_area, define_area, load_subtypes
from gezhi.territory.actions.boundaries import BoundaryReport, NewBoundary, set_boundaries, set_boundary
from gezhi.territory.actions.effect import effect_due_plans, take_effect
from gezhi.territory.actions.importing import ImportReport, RefusedRow, import_areas
from gezhi.territory.actions.plans import (
    WantedArea,
    WantedChange,
    draft_plan,
    draft_withdrawal,
    revise_plan,
    take_plan_step,
)
from gezhi.territory.actions.town import Town, draw_town

__all__ = [
    "BoundaryReport",
    "ImportReport",
    "NewBoundary",
    "RefusedRow",
    "Town",
    "WantedArea",
    "WantedChange",
    "change_area",
    "define_area",
    "draft_plan",
    "draft_withdrawal",
    "draw_town",
    "effect_due_plans",
    "import_areas",
    "load_subtypes",
    "revise_plan",
    "set_boundaries",
    "set_boundary",
    "take_effect",
    "take_plan_step",
]
