"""Is the land divided cleanly? For an area as it stands, for a drawing, and what snapping would mend."""

import json
from typing import Annotated, Any, Literal

import shapely
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.kernel.http.inputs import ApiRequest, Body, Text, about, only_known, said
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.refusals import Refused
from gezhi.territory.actions.boundaries import outline_or_refuse
from gezhi.territory.api.areas import Code, known
from gezhi.territory.coverage import Proof, prove
from gezhi.territory.crs import Crs
from gezhi.territory.geojson import write_features
from gezhi.territory.outlines import Land
from gezhi.territory.plans import lattice, told
from gezhi.territory.proofs import division_of, mending_of, nesting_of

router = Router(tags=["territory"])
# How many defects one answer lists; how many there are is said beside.
MOST = 1000
Geometry = Annotated[dict[str, Any], about(_("GeoJSON 的 Polygon 或 MultiPolygon。"))]


class DefectShape(BaseModel):
    """One thing that is wrong. `around` is the area whose parts are proved."""

    around: str
    kind: Literal["gap", "overlap", "outside", "self_crossing", "sliver", "one_sided"]
    is_thin: bool
    square_metres: float
    width_metres: float
    lng: float
    lat: float
    areas: list[str]


class ProofShape(BaseModel):
    """`certified` when nothing at all is wrong; `holds` when nothing is but vertices that one side lacks."""

    around: str
    outlines: int
    square_metres: float
    covered: Annotated[float, about(_("覆盖率，0 到 1。"))]
    holds: bool
    certified: bool
    digest: str
    count: Annotated[int, about(_("问题总数；defects 最多列出 1000 个。"))]
    defects: list[DefectShape]


class NestingShape(BaseModel):
    """Every area against its parts."""

    holds: bool
    proved: int
    loose: Annotated[list[str], about(_("划分完整，只是有单边顶点的区域。"))]
    broken: list[ProofShape]
    undivided: list[str]
    orphans: list[str]


class Drawn(Body):
    """`code` names an outline in the answer."""

    code: Annotated[Text, Field(min_length=1, max_length=40)]
    geometry: Geometry


class Drawing(Body):
    outlines: Annotated[list[Drawn], Field(min_length=1, max_length=2000)]
    parent: Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$"), about(_("按哪个区域的边界证明；不填则只看彼此。"))] = ""  # fmt: skip
    crs: Annotated[Text, Field(max_length=40)] = "cgcs2000"


class Tolerance(BaseModel):
    tolerance: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), about(_("多少米以内算笔误。"))] = 0.1


class OutlineChangeShape(BaseModel):
    """What mending would do to an outline; `code` "" is that of the area around them."""

    code: str
    moved: int
    added: int
    removed: int
    farthest_metres: float
    square_metres: float


class MendingShape(BaseModel):
    """A proposal; nothing is changed by asking for it."""

    changes: list[OutlineChangeShape]
    proof: ProofShape
    geojson: Annotated[dict[str, Any], about(_("改后的边界，FeatureCollection。"))]


def proof_shape(around: str, proof: Proof) -> ProofShape:
    return ProofShape(
        around=around,
        outlines=proof.outlines,
        square_metres=round(proof.square_metres, 3),
        covered=proof.ratio,
        holds=proof.holds,
        certified=proof.certificate is not None,
        digest=proof.digest,
        count=len(proof.defects),
        defects=[DefectShape(**told(around, defect)) for defect in proof.defects[:MOST]],
    )


def drawn_outline(geometry: dict[str, Any], crs: str) -> Land:
    """A GeoJSON geometry of a body as a checked outline. Raises `Refused`."""
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, ValueError, RecursionError):
        raise Refused("bad_geometry", _("读不出这个图形，应为 GeoJSON 的面。"), field="geometry") from None
    return outline_or_refuse(shape, crs_of(crs))


def crs_of(text: str) -> Crs:
    try:
        return Crs.parse(text)
    except ValueError:
        raise Refused("no_such_crs", _("没有这种坐标系。"), field="crs") from None


@router.get(
    "/areas/{code}/proof",
    response=ProofShape,
    operation_id="prove_area",
    **said(
        _("划分是否完整"), _("下一级是否不重不漏地铺满这个区域；列出每处缝隙、重叠、越界、自相交、碎片和单边顶点。")
    ),
)
def read_proof(request: ApiRequest, code: Code) -> HttpResponse:
    known(code)
    division = division_of(code)
    return reply(proof_shape(code, prove(division.codes, division.outlines, division.parent, lattice=lattice())))


@router.get(
    "/areas/{code}/nesting",
    response=NestingShape,
    operation_id="prove_nesting",
    **said(_("逐级划分是否完整"), _("这个区域和它下面每一级，各自是否被下一级不重不漏地铺满。")),
)
def read_nesting(request: ApiRequest, code: Code) -> HttpResponse:
    known(code)
    found = nesting_of(code)
    answer = NestingShape(
        holds=found.holds,
        proved=len(found.proved),
        loose=sorted(found.loose),
        broken=[proof_shape(around, proof) for around, proof in found.broken.items()],
        undivided=found.undivided,
        orphans=found.orphans,
    )
    return reply(answer)


@router.get(
    "/areas/{code}/mending",
    response=MendingShape,
    operation_id="propose_mending",
    **said(_("小毛病怎样修补"), _("把容差以内的顶点并到一起，只给出建议和修补后的证明，不改动任何边界。")),
)
def read_mending(request: ApiRequest, code: Code, choice: Query[Tolerance]) -> HttpResponse:
    only_known(request, Tolerance)
    known(code)
    proposal = mending_of(code, choice.tolerance)
    changed = sorted(proposal.outlines.items())
    text = write_features([{"code": name or code} for name, _ in changed], [shape for _, shape in changed], decimals=9)
    answer = MendingShape(
        changes=[
            OutlineChangeShape(
                code=change.code,
                moved=change.moved,
                added=change.added,
                removed=change.removed,
                farthest_metres=round(change.farthest, 3),
                square_metres=round(change.area, 6),
            )
            for change in proposal.changes
        ],
        proof=proof_shape(code, proposal.proof),
        geojson=json.loads(text),
    )
    return reply(answer)


@router.post(
    "/proofs",
    response=ProofShape,
    operation_id="prove_drawing",
    **said(_("证明一份图"), _("画到一半也可以问：这些边界彼此之间、与上级边界之间有什么问题。不保存任何内容。")),
)
def prove_drawing(request: ApiRequest, drawing: Drawing) -> HttpResponse:
    def do() -> tuple[int, BaseModel]:
        parent = None
        if drawing.parent:
            known(drawing.parent)
            parent = division_of(drawing.parent).parent
        outlines = [drawn_outline(one.geometry, drawing.crs) for one in drawing.outlines]
        codes = [one.code for one in drawing.outlines]
        return 200, proof_shape(drawing.parent, prove(codes, outlines, parent, lattice=lattice()))

    content = drawing.model_dump(mode="json")
    return reply_once(request, f"user:{request.auth.user_id}", content, do, at=request.at)
