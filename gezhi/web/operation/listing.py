"""The left side of the desk: rows, the choices above them with their counts, and the pages around."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.cases import worklist
from gezhi.cases.filters import EVERY, ClockState, Filters, PartState, Scope
from gezhi.cases.models import Asked, Card, Case, Kind, Owed, Ruling, Source
from gezhi.cases.tasks import CAP, QUESTIONS
from gezhi.cases.workflow import ENDED, Stage
from gezhi.cases.worklist import Cursor
from gezhi.kernel.access import Actor
from gezhi.matters.queries import catalogue
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory
from gezhi.territory.queries import NAMES, AreaName, area_name, list_names, name_path
from gezhi.web.clocks import Clock, clock_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import desk_name, place_name
from gezhi.web.operation.wording import stage_words


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    case: Case
    href: str
    place: str
    desk: str
    stage: str
    clock: Clock
    card: str = ""
    card_words: str = ""
    beside: tuple[str, ...] = ()

    @classmethod
    def of(cls, case: Case, actor: Actor, at: datetime, query: str = "") -> "Row":
        """The desk stands in the row only where it is not the reader's own, the place without what is the same on every line."""
        return cls(
            case,
            reverse("operation:case", args=[case.number]) + query,
            place_name(case, within=single(actor.areas("case.see"))),
            "" if case.desk_id in actor.desks else desk_name(case.desk_id),
            stage_words(case),
            clock_of(case, at),
            # The clock's own cards are said by the clock beside it.
            case.card,
            str(Card(case.card).label) if case.card else "",
            beside_words(case),
        )


def beside_words(case: Case) -> tuple[str, ...]:
    """What a row says beside the stage, a word each; the clock already says that it stands still."""
    said = (
        (case.asked != "", _("等批准")),
        (case.ruling == Ruling.PENDING, _("待裁定")),
        (case.is_called, _("呼叫中")),
        (case.part_of_id is not None, _("分单件")),
        (case.open_parts > 0, _("有分单")),
    )
    return tuple(words for holds, words in said if holds)


def single(codes: tuple[str, ...]) -> str:
    return codes[0] if len(codes) == 1 else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that narrows or widens the list. The address is relative, so the case that is open stays open."""

    label: str
    href: str
    is_chosen: bool
    count: str = ""
    state: str = ""


def query_of(filters: Filters, **more: str) -> str:
    """ "?scope=area&stage=received", or "?" alone, which as a link means: nothing chosen."""
    return "?" + urlencode(filters.as_query() | more)


def counted(number: int, is_capped: bool) -> str:
    """ "37"; "1,000+" where counting stopped."""
    return f"{min(number, CAP):,}+" if is_capped and number else f"{number:,}"


def list_context(request: DeskRequest, filters: Filters, *, opened: int | None = None) -> dict[str, Any]:
    """Everything the list shows: two statements, three in the archive."""
    actor, at = request.actor, request.at
    cursor = Cursor.of(request.GET)
    page = worklist.page_of(filters, actor, at, cursor)
    counts = worklist.counts_of(filters, actor, at)
    around = {name: request.GET[name] for name in ("after", "before") if cursor is not None and name in request.GET}
    query = query_of(filters, **around)
    return {
        "filters": filters,
        "query": "" if query == "?" else query,
        "rows": [Row.of(case, actor, at, "" if query == "?" else query) for case in page.cases],
        "opened": opened,
        "previous": query_of(filters, before=page.previous) if page.previous else "",
        "next": query_of(filters, after=page.next) if page.next else "",
        "first": query_of(filters) if cursor is not None else "",
        "scopes": scope_choices(filters, actor),
        "stages": stage_choices(filters, counts, waiting_words(actor)),
        "to_verify": to_verify(filters, actor),
        "clocks": clock_choices(filters, counts),
        "total": total_words(filters, actor, at, counts),
        "cleared": query_of(Filters(scope=filters.scope)),
        "narrowing": narrowing(filters),
        "options": lambda: options(filters, actor, at),
    }


def to_verify(filters: Filters, actor: Actor) -> Choice | None:
    """What was finished waits at the desk of its finisher, and somebody above verifies it: the way there from one's own desk. No query."""
    is_own_desk = Scope(filters.scope or worklist.scopes_of(actor)[0]) == Scope.DESK
    if not is_own_desk or not actor.areas("case.verify"):
        return None
    return Choice(_("辖区待核查"), query_of(Filters(scope=Scope.AREA.value, stage=Stage.FINISHED.value)), False)


def total_words(filters: Filters, actor: Actor, at: datetime, counts: worklist.Counts) -> str:
    """How many the list holds in all; counted anew only where the counts beside the choices don't say it."""
    if not filters.q and not filters.is_archive and not filters.task:
        if filters.clock and not filters.stage:
            return counted(getattr(counts, filters.clock), counts.is_capped)
        if not filters.clock:
            number = counts.stages[filters.stage] if filters.stage else counts.todo
            return counted(number, counts.is_capped)
    return counted(*worklist.count_of(filters, actor, at))


def scope_choices(filters: Filters, actor: Actor) -> list[Choice]:
    scopes = worklist.scopes_of(actor)
    chosen = "" if filters.task else filters.scope or scopes[0]
    return [
        # The usual scope needs no word in the address.
        Choice(
            str(scope.label),
            query_of(filters.but(scope="" if scope == scopes[0] else scope, task="")),
            scope == chosen,
        )
        for scope in scopes
    ]


def waiting_words(actor: Actor) -> str:
    """A grid claims, other desks sign; who sees both reads both."""
    desks = directory().desks
    kinds = {desks[desk_id].kind == DeskKind.GRID for desk_id in actor.desks if desk_id in desks}
    if kinds == {True}:
        return _("待认领")
    return _("待签收") if not actor.areas("case.see") else _("待认领、签收")


def stage_choices(filters: Filters, counts: worklist.Counts, waiting: str) -> list[Choice]:
    chosen = "" if filters.task and not filters.stage else EVERY if filters.stages is None else filters.stage
    choices = [Choice(_("待办"), query_of(filters.but(stage="")), chosen == "", counted(counts.todo, counts.is_capped))]
    for stage in Stage:
        number = "" if stage in ENDED else counted(counts.stages[stage], counts.is_capped)
        label = waiting if stage == Stage.WAITING else str(stage.label)
        choices.append(Choice(label, query_of(filters.but(stage=stage.value)), chosen == stage, number))
    return [*choices, Choice(_("全部"), query_of(filters.but(stage=EVERY)), chosen == EVERY)]


def clock_choices(filters: Filters, counts: worklist.Counts) -> list[Choice]:
    """Chosen once more, a clock is taken away again."""
    numbers = {ClockState.OVERDUE: counts.overdue, ClockState.SOON: counts.soon}
    return [
        Choice(
            str(state.label),
            query_of(filters.but(clock="" if filters.clock == state else state.value)),
            filters.clock == state,
            counted(number, counts.is_capped),
            state.value,
        )
        for state, number in numbers.items()
    ]


def narrowing(filters: Filters) -> list[Choice]:
    """What else narrows the list now, each with the link that takes it away."""
    matter = catalogue().matters.get(filters.matter) if filters.matter is not None else None
    said = [
        ("task", str(QUESTIONS[filters.task].label) if filters.task else ""),
        ("q", _("“%(words)s”") % {"words": filters.q} if filters.q else ""),
        ("area", name_path(filters.area) if filters.area else ""),
        ("matter", matter.name if matter is not None else ""),
        ("kind", str(Kind(filters.kind).label) if filters.kind else ""),
        ("source", str(Source(filters.source).label) if filters.source else ""),
        ("asked", _("申请%(what)s") % {"what": Asked(filters.asked).label} if filters.asked else ""),
        ("ruling", str(Ruling(filters.ruling).label) if filters.ruling else ""),
        ("supervision", _("督办%(state)s") % {"state": Owed(filters.supervision).label} if filters.supervision else ""),
        ("card", str(Card(filters.card).label) if filters.card else ""),
        ("parts", str(PartState(filters.parts).label) if filters.parts else ""),
        ("emergency", _("紧急") if filters.emergency else ""),
        ("suspended", _("挂账") if filters.suspended else ""),
        ("called", _("呼叫中") if filters.called else ""),
    ]
    nothing = Filters()
    return [
        Choice(words, query_of(filters.but(**{name: getattr(nothing, name)})), is_chosen=True)
        for name, words in said
        if words
    ]


def options(filters: Filters, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the lists of the filter form offer, from memory."""
    matters: dict[str, list[tuple[int, str]]] = {}
    for matter in catalogue().valid_on(timezone.localdate(at)):
        matters.setdefault(matter.category_name, []).append((matter.id, matter.name))
    return {
        "kinds": Kind.choices,
        "sources": Source.choices,
        "matters": list(matters.items()),
        "beside": [
            ("card", _("牌"), filters.card, Card.choices),
            ("supervision", _("督办"), filters.supervision, Owed.choices),
            ("asked", _("申请"), filters.asked, Asked.choices),
            ("ruling", _("裁定"), filters.ruling, Ruling.choices),
            ("parts", _("分单、并单"), filters.parts, PartState.choices),
        ],
        "areas": [(area.code, indented(area)) for area in areas_to_choose(filters, actor)],
    }


def areas_to_choose(filters: Filters, actor: Actor) -> Iterable[AreaName]:
    """Two levels below what the actor sees, and two below what is chosen: a whole district of grids is no list to choose from."""
    tops = [code for code in actor.areas("case.see") if code] or [code for code in NAMES.get() if len(code) == 6]
    found = {
        area.code: area
        for top in [*tops, *([filters.area] if filters.area else [])]
        for level in ("street", "community", "grid")
        for area in list_names(level, within=top)
        if len(area.code) - len(top) <= 6 and len(area.code) >= 9
    }
    if filters.area and (chosen := area_name(filters.area)) is not None:
        found[chosen.code] = chosen
    return [found[code] for code in sorted(found)]


def indented(area: AreaName) -> str:
    return "　" * ((len(area.code) - 9) // 3) + area.short_name


def desk_names(actor: Actor) -> list[str]:
    """The desks at which the actor sits, for the bar."""
    desks = directory().desks
    return [desks[desk_id].name for desk_id in sorted(actor.desks) if desk_id in desks]


__all__ = ["Choice", "Row", "Scope", "desk_names", "list_context", "query_of"]
