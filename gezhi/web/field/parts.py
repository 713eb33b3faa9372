"""What a phone holds beside its cases, in parts. Each has a stamp taken of its content: what the phone has already is not sent again.

What is the same for everybody is made once a process and register; what is a person's own is made when it is asked for.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from gezhi.accounts.models import User
from gezhi.cases.workflow import INPUTS, STEPS, Stage, Who
from gezhi.cobuild.models import Partner
from gezhi.cobuild.rules import PartnerKind
from gezhi.fieldwork.checklists import checklists
from gezhi.fieldwork.models import NEED_KINDS, ChecklistGroup, Suggestion
from gezhi.fieldwork.queries import my_numbers
from gezhi.fieldwork.queries.phone import work_at
from gezhi.fieldwork.workflow import SuggestionStage
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import canonical, sm3
from gezhi.kernel.months import before, month_of
from gezhi.kernel.registers import Cached
from gezhi.matters.queries import catalogue
from gezhi.people.models import DeskKind
from gezhi.people.notices import latest
from gezhi.people.queries import directory
from gezhi.territory.models import Area
from gezhi.territory.queries import REGISTER as LAND
from gezhi.territory.queries import as_geojson, name_path
from gezhi.web.operation.wording import told
from gezhi.workforce.queries import coming_shifts, courses_of

# Borders on a phone's map: a metre more or less is not seen, and a third of the bytes is saved.
TOLERANCE = 1.0
MOST_GRIDS = 80
MOST_NOTICES, MOST_SAID, MOST_PARTNERS = 30, 20, 100
# The rights by which the app shows what one can do.
RIGHTS = sorted({step.right for step in STEPS.values()} | {"visit.record", "patrol.record", "campaign.work"})


@dataclass(frozen=True, slots=True)
class Part:
    stamp: str
    content: Any

    @staticmethod
    def of(content: Any) -> "Part":
        return Part(sm3(canonical(content))[:16], content)


def seats(actor: Actor) -> list[Any]:
    """The open desks at which the actor sits, by code."""
    desks = directory().desks
    return sorted(
        (desks[desk] for desk in actor.desks if desk in desks and desks[desk].is_open), key=lambda desk: desk.area_code
    )


def grids_of(actor: Actor) -> tuple[str, ...]:
    """The grids of one's desks: the own ones, and all of one's community."""
    found: dict[str, None] = {}
    for desk in seats(actor):
        if desk.kind == DeskKind.GRID:
            found[desk.area_code] = None
        elif desk.kind == DeskKind.COMMUNITY:
            found |= dict.fromkeys(
                one.area_code for one in directory().within(desk.area_code) if one.kind == DeskKind.GRID
            )
    return tuple(found)[:MOST_GRIDS]


# --- the same for everybody -----------------------------------------------------------------------------------------

kept_matters: Cached[dict[Any, Part]] = Cached("matters", dict)
kept_land: Cached[dict[Any, Part]] = Cached(LAND, dict)
MOST_KEPT = 2_000


def remembered(cached: Cached[dict[Any, Part]], key: Any, make: Callable[[], Any]) -> Part:
    known = cached.get()
    if key not in known:
        if len(known) >= MOST_KEPT:
            known.clear()
        known[key] = Part.of(make())
    return known[key]


def matters(actor: Actor, at: datetime) -> Part:
    """What may be reported from a grid, with the words that suggest it."""
    day = local_day(at)

    def make() -> list[dict[str, Any]]:
        rows = [matter for matter in catalogue().matters.values() if matter.is_valid_on(day)]
        return [
            {
                "id": matter.id, "name": matter.name, "category": matter.category_name, "words": list(matter.words),
                "grid": matter.is_for_grid, "confidential": matter.is_confidential, "answer": matter.answer_template,
            }
            for matter in sorted(rows, key=lambda one: one.code)
        ]  # fmt: skip

    return remembered(kept_matters, (day, get_language()), make)


def land(actor: Actor, at: datetime) -> Part:
    """The outlines of one's grids."""
    codes = grids_of(actor)
    return remembered(kept_land, (codes, get_language()), lambda: land_of(codes))


def land_of(codes: tuple[str, ...]) -> list[dict[str, Any]]:
    shapes = json.loads(as_geojson(codes=codes, tolerance=TOLERANCE))
    rows = {area.code: area for area in Area.objects.filter(code__in=codes)}
    return [
        {
            "code": code,
            "name": shape["properties"]["name"],
            "path": name_path(code),
            "bounds": {side: getattr(rows[code], f"bounds_{side}") for side in ("east", "south", "west", "north")},
            "households": rows[code].households,
            "outline": rounded(shape["geometry"]),
        }
        for shape in shapes["features"]
        if (code := shape["properties"]["code"]) in rows
    ]


def rounded(geometry: Any) -> Any:
    """Six decimals are a tenth of a metre."""
    if isinstance(geometry, dict):
        return {**geometry, "coordinates": rounded(geometry["coordinates"])}
    return [rounded(one) for one in geometry] if isinstance(geometry, list) else round(geometry, 6)


def steps(actor: Actor, at: datetime) -> Part:
    """The table of steps as far as people take them: the app has no rules of its own, only these words."""
    return Part.of(
        {
            "steps": {
                step.name: {
                    "label": str(step.label), "needs": list(step.needs), "offers": list(step.offers), "tone": step.tone,
                    "right": step.right, "sources": list(step.sources), "target": step.target,
                }
                for step in STEPS.values()
                if not step.creates and not step.door and Who.STAFF in step.by
            },
            "inputs": {
                name: {"kind": one.kind, "label": str(one.label), "wire": one.wire or name, "choices": list(one.choices)}
                for name, one in INPUTS.items()
            },
            "stages": {stage.value: str(stage.label) for stage in Stage},
            "kinds": {kind.value: str(kind.label) for kind in NEED_KINDS},
        }
    )  # fmt: skip


# --- one's own ------------------------------------------------------------------------------------------------------


def me(actor: Actor, at: datetime) -> Part:
    desks = [{"id": desk.id, "name": desk.name, "kind": desk.kind, "area": desk.area_code} for desk in seats(actor)]
    return Part.of(
        {
            "id": actor.user_id,
            "name": actor.name,
            "desks": desks,
            "rights": [right for right in RIGHTS if actor.has(right)],
            "language": get_language(),
        }
    )


def lists(actor: Actor, at: datetime) -> Part:
    """What a visit is for and what is gone through on it."""
    found: dict[str, list[dict[str, Any]]] = {group.value: [] for group in ChecklistGroup}
    for group in found:
        found[group] = [{"code": entry.code, "name": entry.name} for entry in checklists().of(group)]
    return Part.of(found)


def work(actor: Actor, at: datetime) -> Part:
    """Doors, spots and what is left to be looked at in campaigns."""
    return Part.of(work_at(actor, grids_of(actor), at))


def partners(actor: Actor, at: datetime) -> Part:
    """The units that build together with one's grids; of people nothing."""
    codes = {code[:length] for code in grids_of(actor) for length in (6, 9, 12, 15)}
    rows = Partner.objects.filter(area__code__in=codes, left_on__isnull=True).order_by("-area__code", "name", "pk")
    return Part.of(
        [
            {"area": area, "name": name, "kind": str(PartnerKind(kind).label), "alliance": alliance}
            for area, name, kind, alliance in rows.values_list("area__code", "name", "kind", "alliance")[:MOST_PARTNERS]
        ]
    )


def notices(actor: Actor, at: datetime) -> Part:
    """What one's desks were told and nobody there has seen."""
    several = latest(actor, unseen_only=True)[:MOST_NOTICES] if actor.desks else []
    return Part.of(
        [
            {
                "id": one.pk, "desk": one.desk_id, "at": one.told_at.isoformat(), "urgent": one.is_urgent,
                "words": str(told(one.event).sentence), "kind": one.subject_kind, "subject": one.subject_id,
            }
            for one in several
        ]
    )  # fmt: skip


def duty(actor: Actor, at: datetime) -> Part:
    """One's own shifts of the days to come."""
    shifts = coming_shifts(actor.user_id, at=at, days=21) if actor.user_id is not None else []
    return Part.of(
        [
            {
                "desk": one.desk.name,
                "from": one.starts_at.isoformat(),
                "until": one.ends_at.isoformat(),
                "kind": one.get_kind_display(),
            }
            for one in shifts
        ]
    )


def said(actor: Actor, at: datetime) -> Part:
    """One's own complaints and suggestions with what was answered, the latest first."""
    mine = Suggestion.objects.filter(author_id=actor.user_id, author__isnull=False).order_by("-pk")[:MOST_SAID]
    return Part.of(
        [
            {
                "id": one.pk, "kind": one.get_kind_display(), "to": one.get_addressee_display(), "at": one.sent_at.isoformat(),
                "stage": str(SuggestionStage(one.stage).label), "text": one.text, "answer": one.answer,
            }
            for one in mine
        ]
    )  # fmt: skip


def standing(actor: Actor, at: datetime) -> dict[str, Any]:
    """One's numbers of this month and the last as the scorers see them, and one's courses."""
    if actor.user_id is None:
        return {"months": [], "courses": []}
    month = month_of(at)
    courses = courses_of(User.objects.get(pk=actor.user_id), on=local_day(at))
    return {
        "months": [asdict(my_numbers(actor, month=one)) for one in (month, before(month, 1))],
        "courses": [
            {
                "name": line.course.name, "kind": line.course.get_kind_display(), "required": line.is_required,
                "passed": line.passed is not None, "left": line.attempts_left, "href": reverse("support:workforce:course", args=[line.course.pk]),
            }
            for line in courses
        ],
    }  # fmt: skip


PARTS: dict[str, Callable[[Actor, datetime], Part]] = {
    "me": me,
    "steps": steps,
    "matters": matters,
    "land": land,
    "lists": lists,
    "work": work,
    "duty": duty,
    "partners": partners,
    "notices": notices,
    "said": said,
}
# Counted over a month of work: made anew at most once an hour and phone, with the hour as its stamp.
HOURLY: dict[str, Callable[[Actor, datetime], Any]] = {"standing": standing}


def changed(actor: Actor, at: datetime, stamps: dict[str, str], *, is_idle: bool) -> dict[str, Part]:
    """The parts whose stamp is another than the phone's; those of the hour only where nothing more urgent is asked."""
    found = {name: make(actor, at) for name, make in PARTS.items()}
    hour = f"{timezone.localtime(at):%m%dT%H} {get_language()}"
    found |= {
        name: Part(hour, make(actor, at)) for name, make in HOURLY.items() if is_idle and stamps.get(name) != hour
    }
    return {name: part for name, part in found.items() if stamps.get(name) != part.stamp}
