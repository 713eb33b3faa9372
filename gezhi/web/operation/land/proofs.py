"""Is this area divided cleanly? The certificate or the list of what is wrong, and what snapping would mend, before anybody accepts it."""

from typing import Any

import shapely
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.access import EDIT, get_area, get_seen_area
from gezhi.territory.actions import accept_mending
from gezhi.territory.coverage import Proof, prove
from gezhi.territory.coverage.mending import Proposal
from gezhi.territory.models import Area
from gezhi.territory.plans import lattice
from gezhi.territory.proofs import Division, division_of, mending_of, nesting_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.page import for_land, show, workbook
from gezhi.web.operation.land.pictures import Picture, Shape, picture
from gezhi.web.operation.land.wording import fault_of, short

MOST_FAULTS = 500
MOST_MARKS = 60
TOLERANCES = (0.01, 0.05, 0.1, 0.5, 1.0)


def divided_area(request: DeskRequest, code: str) -> Area:
    area = get_seen_area(request.actor, code)
    if area.level == "grid" or not area.is_active:
        raise Missing("no_parts", _("网格是最小一级，没有下级可以证明。"))
    return area


@require_safe
@for_land
def page(request: DeskRequest, code: str) -> HttpResponse:
    """Proves now. `?tolerance=0.1` shows what snapping within so many metres would do; `?deep=1` looks at every level below too."""
    area = divided_area(request, code)
    return show_proof(request, area)


def show_proof(request: DeskRequest, area: Area, *, status: int = 200, problem: Any = "") -> HttpResponse:
    division = division_of(area.code)
    is_drawn = bool(division.codes) and division.parent is not None
    proof = prove(division.codes, division.outlines, division.parent, lattice=lattice()) if division.codes else None
    tolerance = tolerance_of(request)
    proposal = mending_of(area.code, tolerance) if tolerance and is_drawn else None
    context = {
        "area": area,
        "is_drawn": is_drawn,
        "proof": proof,
        "problem": problem,
        "covered": f"{proof.ratio:.6%}" if proof is not None else "",
        "hectares": proof.square_metres / 10_000 if proof is not None else 0,
        "graves": sum(one.kind != "one_sided" for one in proof.defects) if proof is not None else 0,
        "loose": sum(one.kind == "one_sided" for one in proof.defects) if proof is not None else 0,
        "faults": faults_of(proof),
        "hidden": max(len(proof.defects) - MOST_FAULTS, 0) if proof is not None else 0,
        "picture": picture_of(area, division, proof),
        "tolerances": TOLERANCES,
        "tolerance": tolerance,
        "mending": mending_words(proposal, area) if proposal is not None else None,
        "may_mend": request.actor.may(EDIT, area=area.code),
        "deep": deep_words(area) if request.GET.get("deep") == "1" else None,
    }
    return show(request, "proof", context, status=status)


def tolerance_of(request: DeskRequest) -> float:
    """One of those that the page offers; 0 for none."""
    text = request.GET.get("tolerance", "") or request.POST.get("tolerance", "")
    return next((one for one in TOLERANCES if str(one) == text), 0.0)


def faults_of(proof: Proof | None) -> list[Any]:
    if proof is None:
        return []
    ordered = sorted(proof.defects, key=lambda one: (one.kind == "one_sided", -one.area))
    return [fault_of(number, "", one) for number, one in enumerate(ordered[:MOST_FAULTS], start=1)]


def picture_of(area: Area, division: Division, proof: Proof | None) -> Picture | None:
    if not division.codes:
        return None
    wrong = {code for one in proof.defects if one.kind != "one_sided" for code in one.polygons} if proof else set()
    labelled = len(division.codes) <= 60
    shapes = [
        Shape(outline, "bad" if code in wrong else "after", f"{short(code)} {code}", code[-3:] if labelled else "")
        for code, outline in zip(division.codes, division.outlines, strict=True)
    ]
    if division.parent is not None:
        shapes.append(Shape(division.parent, "outline", area.name))
    marks = [(fault.lng, fault.lat, str(fault.number)) for fault in faults_of(proof) if fault.is_grave][:MOST_MARKS]
    window = shapely.box(*shapely.total_bounds([shape.outline for shape in shapes]).tolist())
    return picture(shapes, _("%(name)s和它的下级区域") % {"name": area.name}, window=window, marks=marks)


def mending_words(proposal: Proposal, area: Area) -> dict[str, Any]:
    left = proposal.proof
    return {
        "changes": [
            (short(one.code) if one.code else area.short_name, one.code or area.code, one) for one in proposal.changes
        ],
        "holds": left.holds,
        "certified": left.certificate is not None,
        "digest": left.digest,
        "graves": sum(one.kind != "one_sided" for one in left.defects),
        "left": len(left.defects),
    }


def deep_words(area: Area) -> dict[str, Any]:
    """Every level below: how many areas are proved, and which are not."""
    found = nesting_of(area.code)
    return {
        "holds": found.holds,
        "proved": len(found.proved),
        "broken": [(code, short(code), len(proof.defects)) for code, proof in found.broken.items()],
        "undivided": [(code, short(code)) for code in found.undivided],
        "orphans": [(code, short(code)) for code in found.orphans],
    }


@require_POST
@for_land
def mend(request: DeskRequest, code: str) -> HttpResponse:
    """Accept what was shown."""
    area = divided_area(request, get_area(request.actor, code, EDIT).code)
    try:
        changed = accept_mending(
            area, tolerance=tolerance_of(request), digest=request.POST.get("digest", ""), actor=request.actor, at=request.at
        )  # fmt: skip
    except Refused as error:
        return show_proof(request, area, status=error.status, problem=error.message)
    messages.success(request, _("已修补 %(n)d 个区域的边界。") % {"n": changed})
    return HttpResponseRedirect(reverse("operation:land:proof", args=[code]))


@require_safe
@for_land
def sheet(request: DeskRequest, code: str) -> HttpResponse:
    """The list of defects for Excel, all of them."""
    area = divided_area(request, code)
    division = division_of(code)
    proof = prove(division.codes, division.outlines, division.parent, lattice=lattice())
    columns = [
        Column(_("序号")), Column(_("问题"), 8), Column(_("涉及"), 24), Column(_("编码"), 24), Column(_("平方米"), 8, "0.000000"),
        Column(_("平均宽（米）"), 8, "0.000"), Column(_("经度"), 8, "0.00000000"), Column(_("纬度"), 8, "0.00000000"),
    ]  # fmt: skip
    ordered = sorted(proof.defects, key=lambda one: (one.kind == "one_sided", -one.area))
    rows = (
        [number, fault_of(number, "", one).kind, "、".join(short(code_) for code_ in one.polygons), " ".join(one.polygons),
         float(one.area), float(one.width), one.lng, one.lat]
        for number, one in enumerate(ordered, start=1)
    )  # fmt: skip
    notes = [
        _("%(name)s，下级 %(n)d 个，指纹 %(digest)s") % {"name": area.name, "n": proof.outlines, "digest": proof.digest}
    ]
    name = f"{_('划分证明')}-{code}-{localdate(request.at):%Y%m%d}"
    return workbook(name, Sheet(_("划分证明"), columns, rows, notes))
