"""Reads about re-division plans: the land that a plan is about, what becomes of it, and what would move."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import numpy as np
import shapely
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing, Refused
from gezhi.territory.codes import LENGTHS, Level, grid_number, level_of
from gezhi.territory.coverage import Defect, Lattice, Proof
from gezhi.territory.followers import Relocation, foreseen
from gezhi.territory.locate import Locator
from gezhi.territory.models import Area, Boundary, Plan, Succession
from gezhi.territory.names import short_name
from gezhi.territory.outlines import Land
from gezhi.territory.redivision.checking import prove_fate
from gezhi.territory.redivision.fate import foretell
from gezhi.territory.redivision.pieces import BadPlan, Change, Facts, Fate, Kind, Piece, Result

BAD_PLANS: dict[str, Any] = {
    "empty_plan": _("方案里还没有任何调整。"),
    "unknown_source": _("没有这个区域，或者它已经停用：%(what)s。"),
    "source_outside": _("%(what)s 不在这个方案的范围内。"),
    "source_twice": _("%(what)s 在方案里出现了两次。"),
    "mixed_levels": _("一项调整里的区域必须是同一级：%(what)s。"),
    "wrong_sources": _("这一项调整的原有区域数目不对：%(what)s。拆分一个，合并两个以上，新设没有。"),
    "wrong_results": _(
        "这一项调整的结果不对：%(what)s。拆分成两个以上，合并成一个，调整边界后仍是原来那些区域，撤销没有结果。"
    ),
    "unknown_parent": _("没有这个上级区域：%(what)s。"),
    "wrong_parent": _("%(what)s 的上级不对：上级必须高一级、在方案范围内，并且不在本方案中撤销。"),
    "key_twice": _("方案里有两个区域用了同一个标识：%(what)s。"),
    "code_taken": _("编码 %(what)s 已经用过，停用的编码也不再使用。"),
    "code_not_fitting": _("编码 %(what)s 与它的上级或级别不符。"),
    "no_outline": _("%(what)s 还没有边界，不能放进方案。"),
    "no_place": _("%(what)s 不在任何新的上级区域里面，请在方案里说明它的去向。"),
    "codes_exhausted": _("%(what)s 的编码已经用完（最多 999 个）。"),
    "scope_itself": _("%(what)s 是方案的范围本身，要改它请由上一级提出方案。"),
}
# How many defects a refusal lists; the proof itself gives all.
MOST_LISTED = 100


def get_plan(actor: Actor, plan_id: int) -> Plan:
    """The plan, if the actor proposes, examines or approves there. Raises `Missing`."""
    plan = Plan.objects.visible_to(actor).select_related("scope").filter(pk=plan_id).first()
    if plan is None:
        raise Missing("no_plan", _("没有这个方案，或者您无权查看。"), field="plan")
    return plan


def lattice() -> Lattice:
    """The lattice of the district: always the same while the district lies where it lies."""
    box = Boundary.objects.current().aggregate(w=Min("west"), s=Min("south"), e=Max("east"), n=Max("north"))
    if box["w"] is None:
        raise Refused("no_outline", _("还没有任何边界，不能证明划分是否完整。"))
    return Lattice.around((box["w"] + box["e"]) / 2, (box["s"] + box["n"]) / 2)


def land_of(scope: str) -> dict[str, Piece]:
    """The active areas of a subtree as pieces, by code. Two queries."""
    outlines = {
        boundary.area_id: boundary.geometry
        for boundary in Boundary.objects.current().filter(area__in=Area.objects.inside(scope))
    }
    areas = Area.objects.inside(scope).filter(is_active=True).select_related("subtype").order_by("code")
    return {
        area.code: Piece(area.code, level_of(area.code), area.parent_id or "", outlines.get(area.pk), facts_of(area))
        for area in areas
    }


def facts_of(row: Any) -> Facts:
    """Of an area, or of an area of a plan: they name their columns alike."""
    bounds = (row.bounds_east, row.bounds_south, row.bounds_west, row.bounds_north)
    subtype = row.subtype.code if row.subtype else ""
    return Facts(row.name, row.kind, subtype, row.households, row.population, bounds)


def changes_of(plan: Plan) -> list[Change]:
    """What the plan wants. Two queries."""
    changes = plan.changes.order_by("position").prefetch_related("results__subtype")
    return [
        Change(
            cast(Kind, change.kind),
            tuple(change.sources),
            tuple(
                Result(area.key, cast(Level, area.level), area.parent, area.geometry, area.code, facts_of(area))
                for area in change.results.all()
            ),
        )
        for change in changes
    ]


@dataclass(frozen=True)
class Outlook:
    """What becomes of the land by a plan, and whether it is still divided cleanly: a proof for each area whose parts change."""

    land: dict[str, Piece]
    fate: Fate
    proofs: dict[str, Proof]

    @property
    def holds(self) -> bool:
        return all(proof.holds for proof in self.proofs.values())

    @property
    def defects(self) -> list[tuple[str, Defect]]:
        """Everything that is wrong, with the area around it."""
        return [(code, defect) for code, proof in self.proofs.items() for defect in proof.defects]


def outlook(plan: Plan, changes: list[Change] | None = None) -> Outlook:
    """Foretell a plan on the land as it stands. Refused when its changes are impossible there."""
    scope = plan.scope.code
    land = land_of(scope)
    taken = Area.objects.inside(scope).values_list("code", flat=True)
    try:
        fate = foretell(changes_of(plan) if changes is None else changes, land, taken, scope)
    except BadPlan as error:
        raise Refused(error.trouble, BAD_PLANS[error.trouble] % {"what": error.what}, field="changes") from None
    return Outlook(land, fate, prove_fate(fate, land, lattice=lattice()))


def require_proof(view: Outlook) -> None:
    """Refused with the list of what is wrong, as far as it isn't only a vertex that one side lacks."""
    wrong = [(around, defect) for around, defect in view.defects if not view.proofs[around].holds]
    wrong = [(around, defect) for around, defect in wrong if defect.kind != "one_sided"]
    if wrong:
        raise Refused(
            "proof_failed",
            _("划分还不完整：共 %(count)d 处缝隙、重叠或越界，请先修正。") % {"count": len(wrong)},
            field="changes",
            defects=[told(around, defect) for around, defect in wrong[:MOST_LISTED]],
            count=len(wrong),
        )


def told(around: str, defect: Defect) -> dict[str, Any]:
    """A defect for programs: JSON-able."""
    return {
        "around": around,
        "kind": defect.kind.value,
        "is_thin": defect.is_thin,
        "square_metres": round(defect.area, 6),
        "width_metres": round(defect.width, 3),
        "lng": round(defect.lng, 8),
        "lat": round(defect.lat, 8),
        "areas": list(defect.polygons),
    }


def relocation_of(plan: Plan, view: Outlook, day: date) -> Relocation:
    """How the land moves, for those who follow it. A point is looked up in the land of the scope after the plan."""
    codes = sorted(view.fate.outlines)
    locator = Locator(codes, [view.fate.outlines[code] for code in codes])

    def place(lng: float, lat: float) -> str | None:
        found = locator.locate(lng, lat)
        return found.code if found else None

    households = {code: view.land[code].facts.households or 0 for code in view.fate.retired}
    made = frozenset(piece.code for piece in view.fate.made)
    redrawn = frozenset(piece.code for piece in view.fate.redrawn)
    return Relocation(plan.pk, day, view.fate.heirs, made, redrawn, place, households)


@dataclass(frozen=True)
class Preview:
    """What would happen if the plan took effect on the land as it stands. `moves` are the counts of each follower."""

    view: Outlook
    households: int
    moves: Mapping[str, Mapping[str, int]]


def preview(plan: Plan) -> Preview:
    """`households`: as far as known, of grids that get another code. Refused when the changes are impossible."""
    view = outlook(plan)
    moving = [view.land[code] for code in view.fate.retired]
    households = sum(piece.facts.households or 0 for piece in moving if len(piece.code) == LENGTHS["grid"])
    return Preview(view, households, foreseen(relocation_of(plan, view, plan.takes_effect_on)))


def streets_of(plan: Plan, view: Outlook) -> set[str]:
    """The streets whose land a plan changes: each of them examines it."""
    codes = {code[: LENGTHS["street"]] for code in view.fate.touched if len(code) >= LENGTHS["street"]}
    standing = {code for code in codes if code in view.land}
    if not standing and len(plan.scope.code) >= LENGTHS["street"]:
        standing = {plan.scope.code[: LENGTHS["street"]]}
    return standing


def united(codes: Collection[str]) -> Land:
    """The land of several areas as one outline, on whole millimetres. One query. Refused: no_outline."""
    rows = Boundary.objects.current().filter(area__code__in=list(codes)).select_related("area")
    outlines = {row.area.code: row.geometry for row in rows}
    if missing := sorted(set(codes) - set(outlines)):
        raise Refused("no_outline", BAD_PLANS["no_outline"] % {"what": missing[0]}, field="areas")
    flat = lattice().flat(np.array([outlines[code] for code in sorted(outlines)], dtype=object))
    whole: Land = lattice().unflat(shapely.union_all(flat, grid_size=1.0))
    return whole


def titles_of(piece: Piece, names: Mapping[str, str]) -> tuple[str, str]:
    """The name and the short name that an area of a plan will bear. `names` are those of the areas around, by code."""
    name = piece.facts.name
    if piece.level == "grid" and (not name or is_numbered(name)):
        # A grid that bore its number as its name bears its new one now.
        short = f"第{grid_number(piece.code)}网格"
        return f"{short_name(names.get(piece.parent, ''))}{short}", short
    return name, short_name(name)


def is_numbered(name: str) -> bool:
    """ "柳巷社区第3网格", "第3网格" """
    before, _word, rest = name.rpartition("第")
    return rest.endswith("网格") and rest.removesuffix("网格").isdigit() and (bool(before) or name.startswith("第"))


def names_to_be(view: Outlook) -> dict[str, str]:
    """The name of everything that the plan makes or draws anew, by the code that it will bear."""
    names = {piece.code: piece.facts.name for piece in (*view.land.values(), *view.fate.made)}
    made = {piece.code: titles_of(piece, names)[0] for piece in view.fate.made}
    return made | {piece.code: piece.facts.name or names.get(piece.code, "") for piece in view.fate.redrawn}


# --- old codes ------------------------------------------------------------------------------------------------------


def successors(code: str) -> list[str]:
    """The active areas that have taken over the land of a code, the one that answers for it first; [] while it stands, or if nobody has."""
    heirs: dict[str, list[str]] = {}
    rows = Succession.objects.filter(old__code__startswith=code[: LENGTHS["district"]])
    for old, new in rows.order_by("-is_main", "new__code").values_list("old__code", "new__code"):
        heirs.setdefault(old, []).append(new)
    found: dict[str, None] = {}
    waiting = list(heirs.get(code, ()))
    seen = {code}
    while waiting:
        heir = waiting.pop(0)
        if heir in seen:
            continue
        seen.add(heir)
        if heir in heirs:
            waiting = [*heirs[heir], *waiting]
        else:
            found[heir] = None
    return list(found)


def resolve(code: str) -> str | None:
    """The code that answers for this one today: itself while it is in use, else its main heir. None if there is none."""
    if Area.objects.filter(code=code, is_active=True).exists():
        return code
    found = successors(code)
    return found[0] if found else None
