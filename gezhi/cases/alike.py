"""Which open cases may tell of the same thing: near the place and alike in words. For the picker of a main case and "me too"."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, hypot, radians

from gezhi.cases.models import Case, CaseQuerySet, Kind
from gezhi.cases.workflow import PROMISED
from gezhi.cases.worklist import METRES_A_DEGREE, ROW, by_words, place_in
from gezhi.kernel.access import Actor
from gezhi.kernel.search import tokens

NEAR_METRES = 300.0
# So many of the newest are compared; the rest is found by words or number.
COMPARED = 200
SHOWN = 6
# Below this neither words nor place speak for the same thing.
LEAST = 0.15
# A resident is asked "is it this?" only where words and place both speak for it.
LEAST_ASKED, MOST_ASKED = 0.35, 3


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that could be the same; `metres` away where both have a point."""

    case: Case
    score: float
    metres: int | None


def might_lead(actor: Actor) -> CaseQuerySet:
    """Cases that the actor sees and into which another may be merged, with their texts."""
    return (
        Case.objects.visible_to(actor)
        .open()
        .filter(stage__in=[stage.value for stage in PROMISED], part_of__isnull=True)
        .select_related("holder")
        .only(*ROW, "text")
    )


def alike(case: Case, actor: Actor, *, limit: int = SHOWN) -> list[Alike]:
    """The likeliest first, out of the newest of its community. One statement; none for a place that is not known so finely."""
    code = case.community_code or case.street_code
    if not code:
        return []
    rows = might_lead(actor).filter(place_in(code))
    found = (compared(case, other) for other in rows.exclude(pk=case.pk).order_by("-pk")[:COMPARED])
    return sorted((one for one in found if one.score >= LEAST), key=lambda one: -one.score)[:limit]


def found_by_words(case: Case, words: str, actor: Actor, *, limit: int = SHOWN) -> list[Alike]:
    """What somebody looks for by words, number or receipt code. One statement."""
    rows = might_lead(actor).filter(by_words(words)).exclude(pk=case.pk)
    return [compared(case, other) for other in rows.order_by("-pk")[:limit]]


def compared(case: Case, other: Case) -> Alike:
    """Half for the words, a third for the place, the rest for the same matter."""
    metres = apart(case, other)
    near = max(0.0, 1 - metres / NEAR_METRES) if metres is not None else 0.0
    if metres is None and case.grid_code and case.grid_code == other.grid_code:
        near = 0.3
    same_matter = case.matter_id is not None and case.matter_id == other.matter_id
    score = 0.5 * shared(tokens(case.text), tokens(other.text)) + 0.33 * near + 0.17 * same_matter
    return Alike(other, score, round(metres) if metres is not None else None)


def shared(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of word pairs that two texts have in common, measured at the shorter one: a long report of the same thing is still the same."""
    mine, theirs = ({token for token in several if len(token) > 1} for several in (one, other))
    return len(mine & theirs) / min(len(mine), len(theirs)) if mine and theirs else 0.0


def apart(one: Case, other: Case) -> float | None:
    """Metres between two points; None where one has none."""
    if one.lng is None or one.lat is None or other.lng is None or other.lat is None:
        return None
    east = (one.lng - other.lng) * METRES_A_DEGREE * max(cos(radians(one.lat)), 0.01)
    return hypot(east, (one.lat - other.lat) * METRES_A_DEGREE)


def already_told(text: str, code: str, lng: float | None, lat: float | None) -> list[Alike]:
    """Open cases near a place that tell of what a resident is about to report, the likeliest first. Nothing that is confidential, a tip, or not
    accepted yet: of the others everybody may know that something is being done there. `code` is the finest area known, a community at least.
    """
    if len(code) < 12:
        return []
    rows = (
        Case.objects.open()
        .filter(place_in(code[:12]), stage__in=[stage.value for stage in PROMISED], part_of__isnull=True)
        .filter(is_confidential=False, matter__isnull=False)
        .exclude(kind=Kind.TIP)
        .only(*ROW, "text")
    )
    told = Case(text=text, lng=lng, lat=lat, grid_code=code if len(code) == 15 else "", community_code=code[:12])
    found = (compared(told, other) for other in rows.order_by("-pk")[:COMPARED])
    return sorted((one for one in found if one.score >= LEAST_ASKED), key=lambda one: -one.score)[:MOST_ASKED]
