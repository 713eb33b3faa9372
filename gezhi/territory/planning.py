"""What the database gives a planner: the communities with their outlines, and what a dedicated grid may be for."""

from gezhi.territory.codes import Level
from gezhi.territory.dictionary import GRID_SUBTYPES
from gezhi.territory.models import GridSubtype
from gezhi.territory.outlines import Land
from gezhi.territory.queries import current_boundary, list_names

COMMUNITY: Level = "community"


def outlines_on_record() -> tuple[dict[str, Land], dict[str, str]]:
    """Outlines in degrees and short names of the active communities that have an outline, by code."""
    outlines: dict[str, Land] = {}
    names: dict[str, str] = {}
    for known in list_names(COMMUNITY):
        boundary = current_boundary(known.code)
        if boundary is not None:
            outlines[known.code] = boundary.geometry
            names[known.code] = known.short_name
    return outlines, names


def known_subtypes() -> set[str]:
    """Codes of sub-types: those that every installation begins with, and the district's own."""
    return {row.code for row in GRID_SUBTYPES} | set(GridSubtype.objects.values_list("code", flat=True))
