"""What a plan wants as a drawing, and what a drawing would come to: reads for those who draw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from shapely import LinearRing, MultiPolygon, Polygon

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.territory.codes import level_of
from gezhi.territory.coverage import Lattice
from gezhi.territory.models import Boundary, Plan, SizeRule
from gezhi.territory.outlines import Land
from gezhi.territory.plans import Outlook, changes_of, land_of, lattice, outlook
from gezhi.territory.redivision.drawn import DrawnArea, changes_drawn, estimated_households
from gezhi.territory.redivision.pieces import ABOVE, Change, Piece
from gezhi.territory.sizes import Limits
from gezhi.territory.workflow import OPEN_TO_CHANGE, PROPOSE

MOST_NAMED = 5


def may_draw(plan: Plan, actor: Actor) -> bool:
    """Is the plan still in the hands of those who propose, and the actor one of them?"""
    right = PROPOSE[level_of(plan.scope.code)]
    return plan.stage in OPEN_TO_CHANGE and not plan.is_withdrawal and actor.may(right, area=plan.scope.code)


def drawing_of(plan: Plan) -> list[DrawnArea]:
    """All areas inside the scope that have an outline, as the plan would leave them; parents first."""
    land = land_of(plan.scope.code)
    drawn = {code: as_drawn(piece) for code, piece in land.items() if code != plan.scope.code and piece.outline}
    for change in changes_of(plan):
        if change.kind != "redraw":
            for code in change.sources:
                drawn.pop(code, None)
        for result in change.results:
            goes_on = change.kind == "redraw"
            key = result.code if goes_on else result.key
            sources = () if goes_on else change.sources
            drawn[key] = DrawnArea(key, result.level, result.parent, result.outline, result.code, sources, result.facts)
    rows = [at_home(one, drawn, land) for one in drawn.values()]
    return sorted(rows, key=lambda one: (-list(ABOVE).index(one.level), one.code or "9", one.key))


def as_drawn(piece: Piece) -> DrawnArea:
    assert piece.outline is not None, "only what has an outline is drawn"
    return DrawnArea(piece.code, piece.level, piece.parent, piece.outline, piece.code, (), piece.facts)


def at_home(one: DrawnArea, drawn: dict[str, DrawnArea], land: dict[str, Piece]) -> DrawnArea:
    """An area whose parent the plan ends lies in whichever new one is around it."""
    if one.parent in drawn or one.parent not in land or level_of(one.parent) == "district":
        return one
    middle = one.outline.representative_point()
    homes = (other for other in drawn.values() if other.level == ABOVE[one.level] and other.outline.covers(middle))
    home = next(homes, None)
    return replace(one, parent=home.key) if home is not None else one


def around(plan: Plan) -> list[tuple[str, Land]]:
    """The areas beside the scope by name, for whoever looks over its border."""
    rows = Boundary.objects.current().filter(area__is_active=True, area__parent__code=plan.scope.parent_id)
    beside = rows.exclude(area=plan.scope_id).select_related("area")
    return [(boundary.area.short_name, boundary.geometry) for boundary in beside]


@dataclass(frozen=True)
class Looked:
    """What a drawing would come to. `households` by key, of areas that are drawn otherwise than they stand; None where nobody knows."""

    view: Outlook | None
    households: dict[str, int | None]


def wanted_by(drawn: Sequence[DrawnArea], land: dict[str, Piece], plane: Lattice) -> list[Change]:
    """The changes that a drawing comes to. Refused: self_crossing, because land can't be compared with what crosses itself."""
    wrong = [one for one in drawn if not plane.flat(one.outline).is_valid]
    if wrong:
        names = "、".join(one.facts.name or one.key for one in wrong[:MOST_NAMED])
        raise Refused(
            "self_crossing", _("边界自己和自己相交，请先理顺：%(names)s。") % {"names": names}, field="changes"
        )
    return changes_drawn(drawn, land, lattice=plane)


def look_at(plan: Plan, drawn: Sequence[DrawnArea]) -> Looked:
    """Foretell and prove a drawing, and keep nothing. `view` is None where nothing is drawn. Refused as `wanted_by` and `outlook` say."""
    land, of = land_of(plan.scope.code), lattice()
    changes = wanted_by(drawn, land, of)
    changed = {result.key.removeprefix("r.") for change in changes for result in change.results}
    counted = estimated_households([one for one in drawn if one.key in changed], land, lattice=of)
    return Looked(outlook(plan, changes) if changes else None, counted)


def limits_on(day: date) -> dict[str, Limits]:
    """How large grids of each kind should be on a day."""
    return {
        rule.kind: Limits(rule.fewest_households, rule.most_households, rule.most_people)
        for rule in SizeRule.objects.holding_on(day)
    }


def flat_outline(outline: Land, plane: Lattice) -> list[list[list[int]]]:
    """Polygons of rings of whole millimetres, x and y in turn, outer rings leftward and first; the first vertex isn't repeated."""
    parts = shapely.get_parts(shapely.orient_polygons(outline))
    return [[flat_ring(ring, plane) for ring in (part.exterior, *part.interiors)] for part in parts]


def flat_ring(ring: LinearRing, plane: Lattice) -> list[int]:
    return [int(number) for number in plane.millimetres(shapely.get_coordinates(ring))[:-1].ravel()]


def outline_of(flat: Sequence[Sequence[Sequence[int]]], plane: Lattice) -> Land:
    """The way back, exactly. Empty where a ring has fewer than three vertices."""
    if not flat or any(not rings or any(len(ring) < 6 or len(ring) % 2 for ring in rings) for rings in flat):
        return MultiPolygon()
    parts = []
    for rings in flat:
        outer, *holes = (plane.degrees(np.array(ring).reshape(-1, 2)) for ring in rings)
        parts.append(Polygon(outer, holes))
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
