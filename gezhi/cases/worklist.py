"""The worklist: which cases somebody looks at, in which order, a page at a time.

Open cases stand in order of their due moment, ended ones newest first. Pages are cut by key, never by offset, so page 80 costs what page 1
costs. Counts stop at a thousand: nobody reads further, and counting further would cost more than the page itself.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import cos, hypot, radians
from typing import Any, TypeVar

from django.db.models import Count, Model, Q, QuerySet

from gezhi.cases.filters import COLUMNS, EVERY, ClockState, Filters, PartState, Scope
from gezhi.cases.models import Card, Case, CaseQuerySet
from gezhi.cases.tasks import CAP, cases_of
from gezhi.cases.workflow import OPEN, PROMISED
from gezhi.kernel.access import Actor
from gezhi.kernel.numbers import parse_case_number, parse_receipt_code
from gezhi.kernel.search import fits, is_common, is_searchable, matching
from gezhi.people.queries import seats_with

PAGE = 50
# How far a list is walked for a common word: for a page, and for counting to a thousand.
WALKED, COUNTED = 2_000, 10_000
METRES_A_DEGREE = 111_320.0
Row = TypeVar("Row", bound=Model)
Rows = TypeVar("Rows", bound="QuerySet[Any]")


# --- which ----------------------------------------------------------------------------------------------------------


def scopes_of(actor: Actor) -> list[Scope]:
    """The scopes that make sense for this actor, the usual one first."""
    scopes = [Scope.DESK] if seats_with("case.see", actor) else []
    if actor.areas("case.see"):
        scopes.append(Scope.AREA)
    if actor.has("case.work"):
        scopes.append(Scope.MINE)
    return scopes or [Scope.AREA]


def scoped(scope: str, actor: Actor) -> CaseQuerySet:
    """The cases of a scope, all of them visible to the actor. Each scope binds one column that an index begins with."""
    match Scope(scope or scopes_of(actor)[0]):
        case Scope.DESK:
            return Case.objects.filter(desk_id__in=seats_with("case.see", actor))
        case Scope.MINE:
            return Case.objects.visible_to(actor).filter(holder_id=actor.user_id)
        case Scope.AREA:
            return inside(*actor.areas("case.see"))


def inside(*codes: str) -> CaseQuerySet:
    """Cases whose place lies in one of these areas; "" or a district is everywhere."""
    if any(len(code) not in COLUMNS for code in codes):
        return Case.objects.all()
    return Case.objects.filter(place_in(codes[0])) if len(codes) == 1 else Case.objects.within(*codes)


def place_in(code: str) -> Q:
    """The place lies in this area. A grid is asked for together with its community, which has the index over open cases."""
    return Q(**{COLUMNS[length]: code[:length] for length in ((12, 15) if len(code) == 15 else (len(code),))})


def selected(filters: Filters, actor: Actor, at: datetime) -> CaseQuerySet:
    """The cases that the filters leave, unordered. Who asks for one case by number or receipt code gets it, whatever else was chosen before."""
    rows = before_words(filters, actor, at)
    return rows.filter(by_words(filters.q)) if has_words(filters) else rows


def has_words(filters: Filters) -> bool:
    """Are there words to be looked for in texts?"""
    return bool(filters.q) and by_name(filters.q) is None


def before_words(filters: Filters, actor: Actor, at: datetime) -> CaseQuerySet:
    """The cases that all filters but the words leave."""
    if named := by_name(filters.q):
        return Case.objects.visible_to(actor).filter(named)
    rows = cases_of(filters.task, actor, at) if filters.task else scoped(filters.scope, actor)
    stages = filters.stages
    if not filters.is_archive and not filters.task:
        # The very condition of the partial indexes, said aloud so that planners see it.
        rows = rows.open()
    if stages is not None:
        rows = rows.filter(stage__in=[stage.value for stage in stages])
    if filters.clock:
        rows = rows.filter(by_clock(filters.clock, at))
    if filters.area:
        rows = rows.filter(place_in(filters.area))
    if filters.matter is not None:
        rows = rows.filter(matter_id=filters.matter)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.source:
        rows = rows.filter(source=filters.source)
    if filters.emergency:
        rows = rows.filter(is_emergency=True)
    return rows.filter(standing_beside(filters))


def standing_beside(filters: Filters) -> Q:
    """What stands beside the stage: a request, a ruling, a supervision, a card, a standstill, a call, parts."""
    condition = Q()
    for column in ("asked", "ruling", "supervision"):
        if value := getattr(filters, column):
            condition &= Q(**{column: value})
    if filters.card:
        condition &= by_card(filters.card)
    if filters.suspended:
        condition &= Q(suspended_at__isnull=False, awaits_reporter=False)
    if filters.called:
        condition &= Q(is_called=True)
    match filters.parts:
        case PartState.WHOLE:
            condition &= Q(open_parts__gt=0)
        case PartState.PART:
            condition &= Q(part_of__isnull=False)
        case PartState.LEADS:
            condition &= Q(followers__gt=0)
    return condition


def by_card(card: str) -> Q:
    """`Case.card_shown` as a condition: the card of the supervision, else the one of the clock."""
    running = Q(stage__in=[stage.value for stage in PROMISED], suspended_at__isnull=True)
    red = Q(card=Card.RED.value) | (running & Q(overdue_at__isnull=False))
    if card == Card.RED:
        return red
    return (Q(card=Card.YELLOW.value) | (running & Q(warned_at__isnull=False))) & ~red


def by_clock(state: str, at: datetime) -> Q:
    """Past due, or past the warning and not yet due; only while a promise runs and does not stand still."""
    promised = Q(stage__in=[stage.value for stage in PROMISED], suspended_at__isnull=True)
    if state == ClockState.OVERDUE:
        return promised & Q(due_at__lte=at)
    return promised & Q(warn_at__lte=at, due_at__gt=at)


def by_name(words: str) -> Q | None:
    """The one case whose number or receipt code this is; None for other words."""
    number, code = parse_case_number(words), parse_receipt_code(words)
    if number is not None:
        return Q(pk=number.id)
    return Q(receipt_code=code) if code is not None else None


def by_words(words: str) -> Q:
    """A case number or a receipt code finds its case; anything else is looked for in the texts."""
    if named := by_name(words):
        return named
    return Q(pk__in=matching("case", words)) if is_searchable(words) else Q(pk__in=[])


# --- a page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the order: just after or just before this key. `due_at` is None in the archive, which goes by id."""

    is_before: bool
    id: int
    due_at: datetime | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Cursor | None":
        """From `after=1767000000000000.42` (microseconds since 1970, id) or `before=42`. None for none, or for nonsense."""
        is_before = "before" in query
        text = query.get("before" if is_before else "after", "")
        if not (text.isascii() and text.replace(".", "", 1).isdigit()) or len(text) > 40:
            return None
        due, _dot, key = text.rpartition(".")
        if not key or len(key) > 18 or len(due) > 16:
            return None
        return cls(is_before, int(key), datetime.fromtimestamp(int(due) / 1e6, UTC) if due else None)

    @staticmethod
    def text(row: Any, *, is_archive: bool) -> str:
        """Where this row stands; it has a `pk` and a `due_at`."""
        return str(row.pk) if is_archive else f"{round(row.due_at.timestamp() * 1e6)}.{row.pk}"

    @property
    def condition(self) -> Q:
        if self.due_at is None:
            return Q(pk__gt=self.id) if self.is_before else Q(pk__lt=self.id)
        # The first half is implied by the second; it is there for the index.
        if self.is_before:
            return Q(due_at__lte=self.due_at) & (Q(due_at__lt=self.due_at) | Q(pk__lt=self.id))
        return Q(due_at__gte=self.due_at) & (Q(due_at__gt=self.due_at) | Q(pk__gt=self.id))


@dataclass(frozen=True, slots=True)
class Page:
    """Up to fifty cases, and the keys from which the pages around it are cut ("" where there is none)."""

    cases: list[Case]
    previous: str
    next: str


ROW = (
    "receipt_code", "title", "kind", "source", "stage", "matter_id", "desk_id", "holder__name", "street_code",
    "community_code", "grid_code", "is_emergency", "is_confidential", "is_on_the_spot", "reported_at", "due_at",
    "due_is_provisional", "warn_at", "rate_until", "verified_at", "lng", "lat", "round", "warned_at", "overdue_at", "suspended_at",
    "review_at", "awaits_reporter", "asked", "ruling", "supervision", "card", "is_called", "open_parts", "followers", "merged_into_id", "part_of_id",
)  # fmt: skip


def ordered(filters: Filters, rows: CaseQuerySet, *, backwards: bool = False) -> CaseQuerySet:
    return in_order(rows, is_archive=filters.is_archive, backwards=backwards)


def in_order(rows: Rows, *, is_archive: bool, backwards: bool = False) -> Rows:
    """What is due first comes first; in the archive the newest."""
    if is_archive:
        return rows.order_by("pk" if backwards else "-pk")
    return rows.order_by("-due_at", "-pk") if backwards else rows.order_by("due_at", "pk")


def first_of(filters: Filters, rows: CaseQuerySet, limit: int, *, backwards: bool = False) -> list[Case]:
    """The first `limit` of a list in its order. `rows` come from `before_words`; the words are looked for here.

    A rare word is asked for in the index, and its few cases are put in order. A word that stands in every tenth case would bring a tenth of all
    cases; there the list is walked from its top and each case's own words are read, which finds a page soon. Where the top `WALKED` of the list
    don't fill the page and the list goes on, the word was not that common here, and the index is asked after all.
    """
    listed = ordered(filters, rows, backwards=backwards)
    if not has_words(filters):
        return list(listed[:limit])
    if is_common(filters.q):
        beyond = list(listed.values_list("pk", "due_at")[WALKED : WALKED + 1])
        top = listed.filter(fits("case", filters.q))
        for key, due_at in beyond:
            top = top.filter(Cursor(not backwards, key, None if filters.is_archive else due_at).condition)
        found = list(top[:limit])
        if len(found) == limit or not beyond:
            return found
    return list(listed.filter(by_words(filters.q))[:limit])


def with_names(rows: CaseQuerySet) -> CaseQuerySet:
    """With what a row shows and no more: texts, results and answers stay where they are."""
    return rows.select_related("holder").only(*ROW)


def page_of(filters: Filters, actor: Actor, at: datetime, cursor: Cursor | None = None) -> Page:
    """One page, one statement; with words up to four."""

    def first(rows: CaseQuerySet, limit: int, backwards: bool) -> list[Case]:
        return first_of(filters, rows, limit, backwards=backwards)

    rows = with_names(before_words(filters, actor, at))
    return Page(*cut(rows, cursor, is_archive=filters.is_archive, first=first))


def cut(
    rows: Rows, cursor: Cursor | None, *, is_archive: bool, first: Callable[[Rows, int, bool], list[Row]]
) -> tuple[list[Row], str, str]:
    """The rows of the page at `cursor`, and the keys from which the pages before and after it are cut. Any rows with a `due_at` will do.

    `first(rows, limit, backwards)` reads the first rows in the order of the list, or its last ones first.
    """
    if cursor is not None and (cursor.due_at is None) != is_archive:
        # A link with the order of another list: begin at the beginning.
        cursor = None
    backwards = cursor is not None and cursor.is_before
    if cursor is not None:
        rows = rows.filter(cursor.condition)
    found = first(rows, PAGE + 1, backwards)
    is_more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    previous = Cursor.text(found[0], is_archive=is_archive) if found and (is_more if backwards else cursor) else ""
    following = Cursor.text(found[-1], is_archive=is_archive) if found and (backwards or is_more) else ""
    return found, previous, following


def next_after(case: Case, filters: Filters, actor: Actor, at: datetime) -> Case | None:
    """The case that follows in the list the person is working through, else its first one; None when nothing is left."""
    rows = with_names(before_words(filters, actor, at)).exclude(pk=case.pk)
    key = Cursor(False, case.pk, None if filters.is_archive else case.due_at)
    following = first_of(filters, rows.filter(key.condition), 1) or first_of(filters, rows, 1)
    return following[0] if following else None


# --- how many -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open cases a scope holds by stage and clock; lower bounds where `is_capped`."""

    todo: int
    stages: Mapping[str, int]
    soon: int
    overdue: int
    is_capped: bool


def counts_of(filters: Filters, actor: Actor, at: datetime) -> Counts:
    """Counts beside the choices of stage and clock, under all other filters but the words. One statement over at most 1,001 rows.

    The rows counted are the ones due first, so what is overdue is always counted before anything else.
    """
    rows = selected(filters.but(stage=EVERY, clock="", q=""), actor, at).open()
    found = rows.order_by("due_at", "pk")[: CAP + 1].aggregate(
        every=Count("pk"),
        soon=Count("pk", filter=by_clock(ClockState.SOON, at)),
        overdue=Count("pk", filter=by_clock(ClockState.OVERDUE, at)),
        **{stage.value: Count("pk", filter=Q(stage=stage.value)) for stage in OPEN},
    )
    return Counts(
        todo=sum(found[stage.value] for stage in PROMISED),
        stages={stage.value: found[stage.value] for stage in OPEN},
        soon=found["soon"],
        overdue=found["overdue"],
        is_capped=found["every"] > CAP,
    )


def count_of(filters: Filters, actor: Actor, at: datetime) -> tuple[int, bool]:
    """How many the filters leave, at most a thousand, and whether there are more. One statement, with words up to three."""
    if has_words(filters) and is_common(filters.q):
        top = ordered(filters, before_words(filters, actor, at))[:COUNTED]
        seen = top.aggregate(every=Count("pk"), held=Count("pk", filter=Q(fits("case", filters.q))))
        if seen["held"] > CAP or seen["every"] < COUNTED:
            return min(seen["held"], CAP), seen["held"] > CAP
    found = selected(filters, actor, at).order_by()[: CAP + 1].count()
    return min(found, CAP), found > CAP


# --- everything -----------------------------------------------------------------------------------------------------


def every_row(filters: Filters, actor: Actor, at: datetime, *, limit: int) -> Iterator[Case]:
    """The whole list in its order, up to `limit`, read in portions: for a table to take away."""
    return ordered(filters, with_names(selected(filters, actor, at)))[:limit].iterator(chunk_size=2_000)


@dataclass(frozen=True, slots=True)
class GridCount:
    """How many of the cases of the list lie in a grid, and how many of them are overdue."""

    total: int
    overdue: int


def by_grid(filters: Filters, actor: Actor, at: datetime) -> dict[str, GridCount]:
    """The list as numbers on the grids of a map. One statement."""
    rows = (
        selected(filters, actor, at)
        .exclude(grid_code="")
        .order_by()
        .values_list("grid_code")
        .annotate(total=Count("pk"), overdue=Count("pk", filter=by_clock(ClockState.OVERDUE, at)))
    )
    return {code: GridCount(total, overdue) for code, total, overdue in rows}


def with_points(filters: Filters, actor: Actor, at: datetime, *, limit: int) -> list[Case]:
    """The cases of the list that have a point, first in its order first. One statement."""
    rows = with_names(selected(filters, actor, at).filter(lng__isnull=False))
    return list(ordered(filters, rows)[:limit])


def near(lng: float, lat: float, actor: Actor, *, metres: float, limit: int) -> list[Case]:
    """Open cases whose point lies within `metres` east, west, north and south of this one, and that the actor may see; nearest first."""
    half_height = metres / METRES_A_DEGREE
    half_width = half_height / max(cos(radians(lat)), 0.01)
    rows = with_names(Case.objects.visible_to(actor).open()).filter(
        lng__range=(lng - half_width, lng + half_width), lat__range=(lat - half_height, lat + half_height)
    )

    def distance(case: Case) -> float:
        assert case.lng is not None
        assert case.lat is not None
        return hypot((case.lng - lng) / half_width, (case.lat - lat) / half_height)

    return sorted(rows.order_by("-pk")[:200], key=distance)[:limit]
