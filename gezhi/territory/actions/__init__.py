"""Every write to the land, a file a theme."""

from gezhi.territory.actions.areas import change_area, define_area, load_subtypes
from gezhi.territory.actions.boundaries import BoundaryReport, NewBoundary, set_boundaries, set_boundary
from gezhi.territory.actions.importing import ImportReport, RefusedRow, import_areas
from gezhi.territory.actions.town import Town, draw_town

__all__ = [
    "BoundaryReport",
    "ImportReport",
    "NewBoundary",
    "RefusedRow",
    "Town",
    "change_area",
    "define_area",
    "draw_town",
    "import_areas",
    "load_subtypes",
    "set_boundaries",
    "set_boundary",
]
