"""The lists of disputes: whose, in which order, a page at a time. A list never reads what anybody said.

Open ones stand by what is due first, ended ones newest first; pages are cut by key. There is no search by words: nothing of a dispute
stands in an index. A number finds its dispute.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.cases.worklist import PAGE, Cursor, cut, in_order
from gezhi.disputes.models import COLUMNS, Dispute, DisputeQuerySet
from gezhi.disputes.numbers import parse_dispute_number
from gezhi.disputes.workflow import ENDED, OPEN, DisputeStage
from gezhi.kernel.access import Actor
from gezhi.people.queries import seats_with

LONGEST_QUERY = 40


class Scope(TextChoices):
    DESK = "desk", _("本岗台")
    AREA = "area", _("本辖区")
    MINE = "mine", _("我调解的")


class ClockState(TextChoices):
    SOON = "soon", _("快到期")
    OVERDUE = "overdue", _("已超期")
    ASKED = "asked", _("申请延期")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of a list says. `stage` is a stage, or "" for what is open."""

    scope: str = ""
    stage: str = ""
    clock: str = ""
    type: int | None = None
    area: str = ""
    q: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """From the query of an address. What makes no sense is left out."""

        def one_of(name: str, allowed: list[str]) -> str:
            value = query.get(name, "")
            return value if value in allowed else ""

        type_, area = query.get("type", ""), query.get("area", "")
        return cls(
            scope=one_of("scope", Scope.values),
            stage=one_of("stage", DisputeStage.values),
            clock=one_of("clock", ClockState.values),
            type=int(type_) if type_.isascii() and type_.isdigit() and len(type_) < 10 else None,
            area=area if area.isascii() and area.isdigit() and len(area) in COLUMNS else "",
            q=query.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY],
        )

    def as_query(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value}

    def but(self, **changes: Any) -> "Filters":
        return replace(self, **changes)

    @property
    def is_archive(self) -> bool:
        return self.stage in ENDED


def scopes_of(actor: Actor) -> list[Scope]:
    """The scopes that make sense for this actor, the usual one first."""
    scopes = [Scope.AREA] if actor.areas("dispute.see") else []
    if seats_with("dispute.work", actor):
        scopes.insert(0, Scope.DESK)
    if actor.has("dispute.mediate"):
        scopes.append(Scope.MINE)
    return scopes or [Scope.AREA]


def scoped(scope: str, actor: Actor) -> DisputeQuerySet:
    """The disputes of a scope, all of them visible to the actor."""
    match Scope(scope or scopes_of(actor)[0]):
        case Scope.DESK:
            return Dispute.objects.filter(desk_id__in=seats_with("dispute.see", actor))
        case Scope.MINE:
            return Dispute.objects.visible_to(actor).filter(mediator_id=actor.user_id)
        case Scope.AREA:
            return Dispute.objects.within(*actor.areas("dispute.see"))


def by_clock(state: str, at: datetime) -> Q:
    match state:
        case ClockState.OVERDUE:
            return Q(due_at__lte=at)
        case ClockState.SOON:
            return Q(warn_at__lte=at, due_at__gt=at)
        case _:
            return Q(extension_asked_at__isnull=False)


def selected(filters: Filters, actor: Actor, at: datetime) -> DisputeQuerySet:
    """The disputes that the filters leave, unordered. Who names one by number gets it, whatever else was chosen before."""
    if filters.q:
        key = parse_dispute_number(filters.q)
        return Dispute.objects.visible_to(actor).filter(pk=key) if key is not None else Dispute.objects.none()
    rows = scoped(filters.scope, actor)
    if not filters.is_archive:
        # The very condition of the partial indexes, said aloud so that planners see it.
        rows = rows.open()
    if filters.stage:
        rows = rows.filter(stage=filters.stage)
    if filters.clock and not filters.is_archive:
        rows = rows.filter(by_clock(filters.clock, at))
    if filters.area:
        rows = rows.within(filters.area)
    return rows.filter(type_id=filters.type) if filters.type is not None else rows


@dataclass(frozen=True, slots=True)
class Page:
    """Up to fifty disputes, and the keys from which the pages around it are cut ("" where there is none)."""

    disputes: list[Dispute]
    previous: str
    next: str


def page_of(filters: Filters, actor: Actor, at: datetime, cursor: Cursor | None = None) -> Page:
    """One page, one statement."""

    def first(rows: DisputeQuerySet, limit: int, backwards: bool) -> list[Dispute]:
        return list(in_order(rows, is_archive=filters.is_archive, backwards=backwards)[:limit])

    rows = selected(filters, actor, at).select_related("mediator").defer("account", "agreement")
    return Page(*cut(rows, cursor, is_archive=filters.is_archive, first=first))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open disputes a scope holds, by stage and clock."""

    open: int
    stages: Mapping[str, int]
    clocks: Mapping[str, int]


def counts_of(filters: Filters, actor: Actor, at: datetime) -> Counts:
    """Counts beside the choices of stage and clock, under all other filters. One statement; open disputes are some hundreds."""
    rows = selected(filters.but(stage="", clock="", q=""), actor, at)
    found = rows.order_by().aggregate(
        **{f"stage_{stage.value}": Count("pk", filter=Q(stage=stage.value)) for stage in OPEN},
        **{f"clock_{state.value}": Count("pk", filter=by_clock(state, at)) for state in ClockState},
    )
    stages = {stage.value: found[f"stage_{stage.value}"] for stage in OPEN}
    return Counts(sum(stages.values()), stages, {state.value: found[f"clock_{state.value}"] for state in ClockState})


__all__ = ["PAGE", "ClockState", "Counts", "Cursor", "Filters", "Page", "Scope", "counts_of", "page_of"]
