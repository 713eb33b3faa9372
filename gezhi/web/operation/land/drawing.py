"""The page on which a plan is drawn: the land as whole millimetres, what a drawing would come to, and keeping it."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from pydantic import Field, ValidationError

from gezhi.kernel.access import Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.http.inputs import Body, Text
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.territory.actions import redraw_plan
from gezhi.territory.codes import level_of
from gezhi.territory.coverage import Lattice
from gezhi.territory.models import Plan
from gezhi.territory.plan_drawings import (
    Looked,
    around,
    as_drawn,
    drawing_of,
    flat_outline,
    limits_on,
    look_at,
    may_draw,
    outline_of,
)
from gezhi.territory.plans import get_plan, land_of, lattice, told
from gezhi.territory.queries import area_name
from gezhi.territory.redivision.drawn import DrawnArea
from gezhi.territory.redivision.pieces import Facts, Piece
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.drawing_words import words
from gezhi.web.operation.page import at_desk, frame, whole

MOST_DEFECTS = 200
Key = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.]{0,19}$")]
Count = Annotated[int, Field(ge=0, le=10_000_000)] | None
Millimetre = Annotated[int, Field(gt=-(2**30), lt=2**30)]


class Origin(Body):
    """The lattice on which it was drawn: another one would move everything."""

    lng: float
    lat: float


class AreaIn(Body):
    key: Key
    code: Annotated[str, Field(pattern=r"^[0-9]{0,15}$")]
    level: Literal["street", "community", "grid"]
    parent: Key
    name: Annotated[Text, Field(max_length=100)]
    kind: Literal["", "residential", "dedicated"]
    subtype: Annotated[Text, Field(max_length=30)]
    households: Count
    population: Count
    sources: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{9,15}$")]], Field(max_length=500)]
    outline: Annotated[list[list[list[Millimetre]]], Field(max_length=500)]


class DrawingIn(Body):
    """`areas` are those drawn otherwise than they stand, `gone` the codes that are no more; everything else stands."""

    seen: Annotated[int, Field(ge=1, le=2**31 - 1)]
    origin: Origin
    gone: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{9,15}$")]], Field(max_length=2000)]
    areas: Annotated[list[AreaIn], Field(max_length=2000)]


@require_safe
@at_desk
def page(request: DeskRequest, pk: int) -> HttpResponse:
    plan = get_plan(request.actor, pk)
    may = may_draw(plan, request.actor)
    context = {"title": _("画图"), "plan": plan, "may_draw": may, "draw_words": words()}
    return whole(request, "operation/land/draw.html", {**frame(request), **context})


def in_json(view: Callable[[DeskRequest, Plan], JsonResponse]) -> Callable[..., HttpResponseBase]:
    """A refusal as JSON with its sentence: the page that asked keeps what was drawn and says it."""

    @wraps(view)
    def answered(request: DeskRequest, pk: int) -> JsonResponse:
        try:
            return view(request, get_plan(request.actor, pk))
        except ValidationError:
            return JsonResponse({"code": "bad_drawing", "message": _("这份图不完整，系统没有看懂。")}, status=422)
        except Denied:
            return JsonResponse({"code": "denied", "message": _("您的岗位不能修改这个方案。")}, status=403)
        except Refused as error:
            answer = {"code": error.code, "message": str(error.message), **error.facts}
            return JsonResponse(answer, status=error.status)

    return at_desk(answered)


@require_safe
@in_json
def land(request: DeskRequest, plan: Plan) -> JsonResponse:
    """The scope and everything inside it, as the plan would leave it, in whole millimetres; and how it stands."""
    plane = lattice()
    standing = land_of(plan.scope.code)
    scope = standing[plan.scope.code]
    drawn = drawing_of(plan)
    rows = [row_of(one, plane, standing) for one in drawn]
    if scope.outline is not None:
        rows.insert(0, row_of(as_drawn(scope), plane, standing) | {"fixed": True})
    limits = limits_on(localdate(request.at))
    return JsonResponse(
        {
            "version": plan.version,
            "plane": {
                "lng": plane.plane.lng,
                "lat": plane.plane.lat,
                "across": plane.plane.across,
                "along": plane.plane.along,
            },
            "scope": plan.scope.code,
            "level": level_of(plan.scope.code),
            "areas": rows,
            "standing": {code: facts_row(piece) for code, piece in standing.items() if piece.outline is not None},
            "around": [{"name": name, "outline": flat_outline(outline, plane)} for name, outline in around(plan)],
            "limits": {kind: [one.fewest_households, one.most_households] for kind, one in limits.items()},
        }
    )


def row_of(one: DrawnArea, plane: Lattice, standing: dict[str, Piece]) -> dict[str, Any]:
    facts = one.facts
    piece = standing.get(one.code)
    return {
        "key": one.key,
        "code": one.code,
        "level": one.level,
        "parent": one.parent,
        "name": facts.name,
        "kind": facts.kind,
        "subtype": facts.subtype,
        "households": facts.households,
        "population": facts.population,
        "sources": list(one.sources),
        "fixed": False,
        "isAsItStands": piece is not None and piece.outline == one.outline and piece.facts == facts,
        "outline": flat_outline(one.outline, plane),
    }


def facts_row(piece: Piece) -> dict[str, Any]:
    known = area_name(piece.code)
    return {"label": known.short_name if known else piece.facts.name, "households": piece.facts.households}


@require_POST
@in_json
def look(request: DeskRequest, plan: Plan) -> JsonResponse:
    """The exact proof of a drawing, and how many households its areas may hold. Keeps nothing."""
    found = look_at(plan, drawn_in(DrawingIn.model_validate_json(request.body), plan))
    return JsonResponse(looked_row(found))


def looked_row(found: Looked) -> dict[str, Any]:
    view = found.view
    if view is None:
        return {"changed": False, "holds": True, "defects": [], "count": 0, "households": {}, "proofs": []}
    defects = [(code, one) for code, one in view.defects]
    return {
        "changed": True,
        "holds": view.holds,
        "count": len(defects),
        "defects": [told(code, one) for code, one in defects[:MOST_DEFECTS]],
        "households": found.households,
        "proofs": [
            {"around": code, "digest": proof.digest, "certified": proof.certificate is not None, "holds": proof.holds}
            for code, proof in view.proofs.items()
        ],
    }


@require_POST
@in_json
def save(request: DeskRequest, plan: Plan) -> JsonResponse:
    """Keep a drawing as what the plan wants. A colleague who was quicker is named; nothing of the drawing is touched."""
    body = DrawingIn.model_validate_json(request.body)
    drawn = drawn_in(body, plan)
    try:
        plan = redraw_plan(plan, drawn, actor=request.actor, at=request.at, seen=body.seen)
    except Conflict as error:
        last = timeline(plan)[-1]
        when = last.at.isoformat()
        raise Conflict(error.code, error.message, version=plan.version, who=last.actor_name, at=when) from None
    found = look_at(plan, drawn)
    return JsonResponse({"version": plan.version, **looked_row(found)})


def drawn_in(body: DrawingIn, plan: Plan) -> list[DrawnArea]:
    """Everything inside the scope: what was sent, and what stands."""
    plane = lattice()
    if (body.origin.lng, body.origin.lat) != (plane.plane.lng, plane.plane.lat):
        raise Conflict("land_moved", _("全区的边界刚刚变过，请导出您画的内容后重新打开本页。"))
    sent = {one.code: one for one in body.areas if one.code}
    standing = land_of(plan.scope.code)
    stays = [
        as_drawn(piece)
        for code, piece in standing.items()
        if code != plan.scope.code and piece.outline is not None and code not in sent and code not in body.gone
    ]
    return [*stays, *(drawn_of(one, plane, standing) for one in body.areas)]


def drawn_of(one: AreaIn, plane: Lattice, standing: dict[str, Piece]) -> DrawnArea:
    bounds = standing[one.code].facts.bounds if one.code in standing else ("", "", "", "")
    facts = Facts(one.name, one.kind, one.subtype, one.households, one.population, bounds)
    outline = outline_of(one.outline, plane)
    if outline.is_empty:
        raise Refused("empty", _("有的区域没有画成一块地。"))
    return DrawnArea(one.key, one.level, one.parent, outline, one.code, tuple(one.sources), facts)
