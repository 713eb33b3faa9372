"""Every write to the land, a file a theme."""

from gezhi.territory.actions.areas import change_area, define_area, load_subtypes
from gezhi.territory.actions.boundaries import BoundaryReport, NewBoundary, set_boundaries, set_boundary
from gezhi.territory.actions.drawing import redraw_plan
from gezhi.territory.actions.effect import effect_due_plans, take_effect
from gezhi.territory.actions.importing import ImportReport, RefusedRow, import_areas
from gezhi.territory.actions.ledgers import (
    define_resource,
    end_exemption,
    end_placement,
    exempt_from_size,
    load_ledgers,
    map_by_hand,
    map_by_outline,
    name_entry,
    place_resource,
    register_legacy_grid,
    retire_legacy_grid,
    set_size_rule,
)
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
    "define_resource",
    "draft_plan",
    "draft_withdrawal",
    "draw_town",
    "effect_due_plans",
    "end_exemption",
    "end_placement",
    "exempt_from_size",
    "import_areas",
    "load_ledgers",
    "load_subtypes",
    "map_by_hand",
    "map_by_outline",
    "name_entry",
    "place_resource",
    "redraw_plan",
    "register_legacy_grid",
    "retire_legacy_grid",
    "revise_plan",
    "set_boundaries",
    "set_boundary",
    "set_size_rule",
    "take_effect",
    "take_plan_step",
]
