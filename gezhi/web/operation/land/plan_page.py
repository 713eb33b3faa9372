"""Everything that the page of a re-division plan shows: what changes, how it looks before and after, whether it is proved, what moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.kernel.events import timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Refused
from gezhi.territory.codes import LENGTHS, level_of
from gezhi.territory.corrections import outlines_before
from gezhi.territory.models import Area, Boundary, ChangeKind, GridKind, Plan, PlanArea, PlanChange
from gezhi.territory.outlines import Land
from gezhi.territory.plan_worklist import may_write, missing_reviews, steps_for
from gezhi.territory.plans import Outlook, Preview, names_to_be, preview
from gezhi.territory.workflow import ENDED, OPEN_TO_CHANGE, PROPOSE, STEPS, PlanStage, PlanStep
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.pictures import Picture, Shape, picture
from gezhi.web.operation.land.wording import (
    Fault,
    fault_of,
    level_name,
    listed,
    moves_of,
    place_words,
    short,
    told,
    turn_words,
)

# A page is no place for ten thousand gaps; how many there are is said.
MOST_FAULTS = 200
MOST_MARKS = 40


@dataclass(frozen=True, slots=True)
class Source:
    code: str
    name: str
    households: int | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class ResultRow:
    """An area as a change leaves it. `code` is the one that it bears or will bear, "" where nobody can say yet."""

    area: PlanArea
    code: str
    name: str
    parent: str
    purpose: str
    bounds: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    change: PlanChange
    kind: str
    level: str
    sources: list[Source]
    results: list[ResultRow]


@dataclass(frozen=True, slots=True)
class Button:
    """A step of the table that this actor may take now. `wants_comment`: it can't be taken without one."""

    step: PlanStep
    wants_comment: bool
    seal: str


@dataclass(frozen=True)
class Proved:
    """What the proof says, in words. `problem` stands where the changes are impossible on the land as it is."""

    problem: Any = ""
    holds: bool = False
    areas: int = 0
    outlines: int = 0
    faults: tuple[Fault, ...] = ()
    grave: int = 0
    hidden: int = 0


@dataclass(frozen=True)
class Scene:
    """The plan with what was foretold of it; `seen` is None where nothing is to be foretold any more, or nothing can be."""

    plan: Plan
    changes: list[PlanChange]
    events: list[Event]
    areas: Mapping[str, Area]
    seen: Preview | None
    problem: Any

    @property
    def view(self) -> Outlook | None:
        return self.seen.view if self.seen is not None else None


def scene_of(plan: Plan) -> Scene:
    changes = list(plan.changes.order_by("position").prefetch_related("results__subtype"))
    codes = {code for change in changes for code in change.sources}
    areas = {area.code: area for area in Area.objects.filter(code__in=codes)}
    seen, problem = None, ""
    if changes and plan.stage not in ENDED:
        try:
            seen = preview(plan)
        except Refused as refusal:
            problem = refusal.message
    return Scene(plan, changes, timeline(plan), areas, seen, problem)


def plan_context(request: DeskRequest, plan: Plan) -> dict[str, Any]:
    scene = scene_of(plan)
    proved = proof_of(scene)
    before, after = pictures_of(scene, proved)
    effect = next((event.data for event in scene.events if event.name == STEPS["take_effect"].event), None)
    actor = request.actor
    return {
        "plan": plan,
        "stage": PlanStage(plan.stage).label,
        "scope": place_words(plan.scope.code),
        "turn": turn_words(plan),
        "track": track_of(plan, scene.events),
        "changes": rows_of(scene),
        "proved": proved,
        "households": scene.seen.households if scene.seen is not None else None,
        "moves": moves_of(scene.seen.moves) if scene.seen is not None else [],
        "effect": effect_words(effect) if effect else None,
        "before": before,
        "after": after,
        "told": [told(event) for event in reversed(scene.events)],
        "buttons": [Button(step, "comment" in step.needs, uuid4().hex) for step in steps_for(plan, actor)],
        "is_own": is_own(plan, request),
        "may_write": may_write(plan, actor),
        "may_correct": plan.stage == PlanStage.EFFECTIVE and not plan.is_withdrawal and may_propose(plan, actor),
        "may_withdraw": plan.stage == PlanStage.APPROVED and not plan.is_withdrawal and may_propose(plan, actor),
        "followed_by": list(plan.followed_by.order_by("pk")),
        "seal": uuid4().hex,
        "missing": listed(missing_reviews(plan)) if plan.stage == PlanStage.PROPOSED else "",
    }


def may_propose(plan: Plan, actor: Any) -> bool:
    return bool(actor.may(PROPOSE[level_of(plan.scope.code)], area=plan.scope.code))


def is_own(plan: Plan, request: DeskRequest) -> bool:
    """Did this very person write or submit it, so that somebody else must examine it?"""
    waits = plan.stage in (PlanStage.PROPOSED, PlanStage.REVIEWED)
    return waits and request.user.pk in {plan.proposer_id, *plan.authors, *plan.reviewers.values()}


# --- the way --------------------------------------------------------------------------------------------------------

TRACK = (PlanStage.DRAFT, PlanStage.PROPOSED, PlanStage.REVIEWED, PlanStage.APPROVED, PlanStage.EFFECTIVE)


def track_of(plan: Plan, events: list[Event]) -> list[tuple[str, str]]:
    """The stations of the way with "past", "now" or "" each."""
    here = PlanStage.DRAFT if plan.stage in OPEN_TO_CHANGE else PlanStage(plan.stage)
    if here not in TRACK:
        return []
    at = TRACK.index(here)
    words = {
        PlanStage.DRAFT: _("起草"), PlanStage.PROPOSED: _("街道初审"), PlanStage.REVIEWED: _("区级核准"),
        PlanStage.APPROVED: _("待生效"), PlanStage.EFFECTIVE: _("生效"),
    }  # fmt: skip
    return [
        (words[stage], "past" if number < at or here == PlanStage.EFFECTIVE else "now" if number == at else "")
        for number, stage in enumerate(TRACK)
    ]


def effect_words(data: Mapping[str, Any]) -> dict[str, Any]:
    """What came of it on its day, from the event that says so."""
    heirs = data.get("heirs") or {}
    return {
        "made": data.get("made") or [],
        "redrawn": data.get("redrawn") or [],
        "heirs": [(old, short(old), list(new)) for old, new in heirs.items()],
        "moves": moves_of(data.get("moved") or {}),
        "withdrew": data.get("withdrew"),
    }


# --- the changes ----------------------------------------------------------------------------------------------------


def rows_of(scene: Scene) -> list[ChangeRow]:
    view = scene.view
    names = names_to_be(view) if view is not None else {}
    keys = view.fate.keys if view is not None else {}
    return [
        ChangeRow(
            change,
            str(ChangeKind(change.kind).label),
            level_name(change.sources[0]) if change.sources else "",
            [source_of(code, scene) for code in change.sources],
            [result_of(area, keys, names) for area in change.results.all()],
        )
        for change in scene.changes
    ]


def source_of(code: str, scene: Scene) -> Source:
    area = scene.areas.get(code)
    return Source(code, area.name if area else code, area.households if area else None, area is not None)


def result_of(area: PlanArea, keys: Mapping[str, str], names: Mapping[str, str]) -> ResultRow:
    code = area.became or keys.get(area.key, area.code)
    sides = [area.bounds_east, area.bounds_south, area.bounds_west, area.bounds_north]
    words = zip((_("东"), _("南"), _("西"), _("北")), sides, strict=True)
    purpose = area.subtype.name if area.subtype else str(GridKind(area.kind).label) if area.kind else ""
    parent = short(area.parent) if area.parent.isdigit() else area.parent
    bounds = "，".join(f"{side}{text}" for side, text in words if text)
    return ResultRow(area, code, area.name or names.get(code, "") or short(code), parent, purpose, bounds)


# --- proof ----------------------------------------------------------------------------------------------------------


def proof_of(scene: Scene) -> Proved:
    view = scene.view
    if view is None:
        return Proved(scene.problem)
    names = names_to_be(view)
    graves = [(around, one) for around, one in view.defects if one.kind != "one_sided"]
    # What forbids the plan stands first.
    every = graves + [(around, one) for around, one in view.defects if one.kind == "one_sided"]
    faults = tuple(
        fault_of(number, around, defect, names=names)
        for number, (around, defect) in enumerate(every[:MOST_FAULTS], start=1)
    )
    return Proved(
        "",
        view.holds,
        len(view.proofs),
        sum(proof.outlines for proof in view.proofs.values()),
        faults,
        len(graves),
        max(len(every) - MOST_FAULTS, 0),
    )


# --- before and after -----------------------------------------------------------------------------------------------


def pictures_of(scene: Scene, proved: Proved) -> tuple[Picture | None, Picture | None]:
    """The land as it stands, or stood, and as it is to be, in the same window."""
    results = [area for change in scene.changes for area in change.results.all()]
    outlines = {area.key: area.geometry for area in results}
    sources = sources_of(scene)
    every = [*outlines.values(), *sources.values()]
    if not every:
        return None, None
    west, south, east, north = shapely.total_bounds(every).tolist()
    room = max(east - west, north - south) * 0.15
    window = shapely.box(west - room, south - room, east + room, north + room)
    around = neighbours_of(scene, window, {*sources, *(area.became or area.code for area in results)})
    rest = [Shape(outline, "context", short(code)) for code, outline in around.items()]
    old = [Shape(outline, "before", name_and_code(code), tail(code)) for code, outline in sources.items()]
    keys = scene.view.fate.keys if scene.view is not None else {}
    new = [after_shape(area, area.became or keys.get(area.key, area.code), outlines[area.key]) for area in results]
    marks = [(fault.lng, fault.lat, str(fault.number)) for fault in proved.faults if fault.is_grave][:MOST_MARKS]
    return (
        picture([*rest, *old], _("调整前：%(names)s") % {"names": listed(list(sources))}, window=window),
        picture([*rest, *new], _("调整后的边界，共 %(n)d 个区域") % {"n": len(new)}, window=window, marks=marks),
    )


def after_shape(area: PlanArea, code: str, outline: Land) -> Shape:
    tone = "after is-dedicated" if area.kind == GridKind.DEDICATED else "after"
    return Shape(
        outline, tone, " ".join(word for word in (area.name or short(code), code) if word), tail(code) or area.key
    )


def tail(code: str) -> str:
    """What tells areas of one parent apart: the last three digits."""
    return code[-3:] if len(code) in LENGTHS.values() else ""


def name_and_code(code: str) -> str:
    return f"{short(code)} {code}"


def sources_of(scene: Scene) -> dict[str, Land]:
    """The outlines of what the plan changes: those until its day, if it is in force, else those that hold now."""
    codes = {code for change in scene.changes for code in change.sources}
    if scene.plan.effective_on is not None:
        return dict(sorted(outlines_before(scene.plan.effective_on, codes).items()))
    rows = Boundary.objects.current().filter(area__code__in=codes).select_related("area").order_by("area__code")
    return {row.area.code: row.geometry for row in rows}


def neighbours_of(scene: Scene, window: Any, without: set[str]) -> dict[str, Land]:
    """What lies around on the same levels, as it stands now."""
    levels = {level_of(code) for change in scene.changes for code in change.sources}
    levels |= {area.level for change in scene.changes for area in change.results.all()}  # type: ignore[misc]
    west, south, east, north = window.bounds
    rows = Boundary.objects.current().filter(
        area__level__in=levels, area__is_active=True, west__lte=east, east__gte=west, south__lte=north, north__gte=south
    )
    found = rows.exclude(area__code__in=without).select_related("area").order_by("area__code")[:300]
    return {row.area.code: row.geometry for row in found}


def plan_url(plan: Plan) -> str:
    return reverse("operation:land:plan", args=[plan.pk])
