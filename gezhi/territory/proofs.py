"""The land of the database as the proof takes it: outlines by code, as they hold now or held on a day."""

from dataclasses import dataclass
from datetime import date

from gezhi.territory.codes import subtree
from gezhi.territory.coverage.mending import Proposal, propose
from gezhi.territory.coverage.nesting import Nesting, prove_nesting
from gezhi.territory.models import Boundary, BoundaryQuerySet
from gezhi.territory.outlines import Land
from gezhi.territory.plans import lattice


@dataclass(frozen=True)
class Division:
    """The parts of an area and its own outline; None where it has none."""

    codes: list[str]
    outlines: list[Land]
    parent: Land | None


def standing(on: date | None) -> BoundaryQuerySet:
    if on is None:
        return Boundary.objects.current().filter(area__is_active=True)
    return Boundary.objects.holding_on(on)


def division_of(code: str, *, on: date | None = None) -> Division:
    """The areas one level below, by code."""
    rows = standing(on).filter(area__parent__code=code).select_related("area").order_by("area__code")
    parts = [(boundary.area.code, boundary.geometry) for boundary in rows]
    own = standing(on).filter(area__code=code).first()
    return Division([part for part, _ in parts], [outline for _, outline in parts], own.geometry if own else None)


def nesting_of(code: str, *, on: date | None = None) -> Nesting:
    """Everything in a subtree, level by level."""
    first, end = subtree(code)
    rows = standing(on).filter(area__code__gte=first, area__code__lt=end).select_related("area")
    outlines = {boundary.area.code: boundary.geometry for boundary in rows}
    return prove_nesting(outlines, lattice=lattice()) if outlines else Nesting()


def mending_of(code: str, tolerance: float) -> Proposal:
    """What snapping would mend among the parts of an area; `tolerance` in metres."""
    division = division_of(code)
    return propose(division.codes, division.outlines, division.parent, tolerance=tolerance, lattice=lattice())
