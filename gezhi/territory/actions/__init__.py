"""Every write to the land, a file a theme."""

from gezhi.territory.actions.areas import change_area, define_area, load_subtypes
from gezhi.territory.actions.boundaries import BoundaryReport, NewBoundary, set_boundaries, set_boundary
from gezhi.territory.actions.drawing import redraw_plan
from gezhi.territory.actions.effect import effect_due_plans, take_effect
from gezhi.territory.actions.importing import ImportReport, RefusedRow, import_areas
from gezhi.territory.actions.importing_ledgers import (
    LedgerReport,
    LegacyRow,
    ResourceRow,
    import_legacy_grids,
    import_resources,
)
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
from gezhi.territory.actions.mending import accept_mending
from gezhi.territory.actions.plan_changes import add_changes, describe_area, drop_change
from gezhi.territory.actions.planning import ask_planning, perform, plan_of_run, stop_planning, take_up
from gezhi.territory.actions.plans import begin_plan, draft_plan, draft_withdrawal, revise_plan, take_plan_step
from gezhi.territory.actions.rehearsing import rehearse
from gezhi.territory.actions.town import Town, draw_town
from gezhi.territory.actions.unit_grids import UnitReport, import_unit_grids
from gezhi.territory.wanted import WantedArea, WantedChange

__all__ = [
    "BoundaryReport",
    "ImportReport",
    "LedgerReport",
    "LegacyRow",
    "NewBoundary",
    "RefusedRow",
    "ResourceRow",
    "Town",
    "UnitReport",
    "WantedArea",
    "WantedChange",
    "accept_mending",
    "add_changes",
    "ask_planning",
    "begin_plan",
    "change_area",
    "define_area",
    "define_resource",
    "describe_area",
    "draft_plan",
    "draft_withdrawal",
    "draw_town",
    "drop_change",
    "effect_due_plans",
    "end_exemption",
    "end_placement",
    "exempt_from_size",
    "import_areas",
    "import_legacy_grids",
    "import_resources",
    "import_unit_grids",
    "load_ledgers",
    "load_subtypes",
    "map_by_hand",
    "map_by_outline",
    "name_entry",
    "perform",
    "place_resource",
    "plan_of_run",
    "redraw_plan",
    "register_legacy_grid",
    "rehearse",
    "retire_legacy_grid",
    "revise_plan",
    "set_boundaries",
    "set_boundary",
    "set_size_rule",
    "stop_planning",
    "take_effect",
    "take_plan_step",
    "take_up",
]
