"""The left side: rows, the choices above them with their counts, and the pages around. Every choice is a link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.disputes import worklist
from gezhi.disputes.models import Dispute
from gezhi.disputes.queries import types
from gezhi.disputes.workflow import ENDED, DisputeStage
from gezhi.disputes.worklist import ClockState, Cursor, Filters
from gezhi.kernel.access import Actor
from gezhi.territory.queries import list_names, name_path
from gezhi.web.clocks import Clock
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.wording import clock_of, place_name
from gezhi.web.operation.listing import Choice, indented, single
from gezhi.web.operation.names import desk_name


@dataclass(frozen=True, slots=True)
class Row:
    dispute: Dispute
    href: str
    type: str
    place: str
    desk: str
    stage: str
    clock: Clock

    @classmethod
    def of(cls, dispute: Dispute, actor: Actor, at: datetime, query: str = "") -> "Row":
        return cls(
            dispute,
            reverse("operation:disputes:dispute", args=[dispute.pk]) + query,
            types()[dispute.type_id].name,
            place_name(dispute, within=single(actor.areas("dispute.see"))),
            "" if dispute.desk_id in actor.desks else desk_name(dispute.desk_id),
            str(DisputeStage(dispute.stage).label),
            clock_of(dispute, at),
        )


def query_of(filters: Filters, **more: str) -> str:
    """ "?scope=area&type=3", or "?" alone, which as a link means: nothing chosen."""
    return "?" + urlencode(filters.as_query() | more)


def list_context(request: DeskRequest, *, opened: int | None = None) -> dict[str, Any]:
    """Everything the list shows: two statements."""
    actor, at = request.actor, request.at
    filters, cursor = Filters.of(request.GET), Cursor.of(request.GET)
    page = worklist.page_of(filters, actor, at, cursor)
    around = {name: request.GET[name] for name in ("after", "before") if cursor is not None and name in request.GET}
    query = query_of(filters, **around)
    query = "" if query == "?" else query
    return {
        "filters": filters,
        "query": query,
        "rows": [Row.of(dispute, actor, at, query) for dispute in page.disputes],
        "opened": opened,
        "previous": query_of(filters, before=page.previous) if page.previous else "",
        "next": query_of(filters, after=page.next) if page.next else "",
        "cleared": query_of(Filters(scope=filters.scope)),
        "is_narrowed": filters != Filters(scope=filters.scope),
        **choices(filters, actor, worklist.counts_of(filters, actor, at)),
    }


def choices(filters: Filters, actor: Actor, counts: worklist.Counts) -> dict[str, Any]:
    scopes = worklist.scopes_of(actor)
    chosen = filters.scope or scopes[0]
    open_ = Choice(_("未结案"), query_of(filters.but(stage="")), not filters.stage, str(counts.open))
    stages = [
        Choice(
            str(stage.label),
            query_of(filters.but(stage=stage.value, clock="" if stage in ENDED else filters.clock)),
            filters.stage == stage,
            "" if stage in ENDED else str(counts.stages[stage]),
        )
        for stage in DisputeStage
    ]
    icons = {ClockState.ASKED: "question"}
    return {
        "scopes": [
            Choice(str(scope.label), query_of(filters.but(scope="" if scope == scopes[0] else scope)), scope == chosen)
            for scope in scopes
        ],
        "stages": [open_, *stages],
        "clocks": [
            # Chosen once more, a clock is taken away again.
            Choice(
                str(state.label),
                query_of(filters.but(clock="" if filters.clock == state else state.value)),
                filters.clock == state,
                str(counts.clocks[state]),
                icons.get(state, state.value),
            )
            for state in (ClockState.OVERDUE, ClockState.SOON, ClockState.ASKED)
        ],
        "narrowing": narrowing(filters),
        "type_options": [(one.id, one.name) for one in types().values()],
        "area_options": [(area.code, indented(area)) for area in areas_to_choose(actor)],
    }


def narrowing(filters: Filters) -> list[Choice]:
    """What else narrows the list now, each with the link that takes it away."""
    type_ = types().get(filters.type) if filters.type is not None else None
    said = [
        ("q", filters.q),
        ("area", name_path(filters.area) if filters.area else ""),
        ("type", type_.name if type_ is not None else ""),
    ]
    nothing = Filters()
    return [
        Choice(words, query_of(filters.but(**{name: getattr(nothing, name)})), is_chosen=True)
        for name, words in said
        if words
    ]


def areas_to_choose(actor: Actor) -> list[Any]:
    """Two levels below what the actor sees: a whole district of grids is no list to choose from."""
    found = {
        area.code: area
        for top in actor.areas("dispute.see")
        for level in ("street", "community", "grid")
        for area in list_names(level, within=top)
        if len(area.code) - len(top) <= 6
    }
    return [found[code] for code in sorted(found)]
