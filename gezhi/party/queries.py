"""Reads that pages and the API share: the tree, who leads, who is missing, the roll, one member's points."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from gezhi.kernel.access import Actor
from gezhi.party.access import SERVE, served
from gezhi.party.models import (
    Cultivation,
    Member,
    OrgPlace,
    PartyOrg,
    PointDecision,
    PointEntry,
    PointExemption,
    ReserveTalent,
    Term,
    inside,
)
from gezhi.party.rules import ONE_AN_AREA, WITH_SECRETARY, Office, OrgKind
from gezhi.territory.models import holds_on


@dataclass
class Node:
    """An organisation in the tree, with what one wants to know of it at a glance."""

    org: PartyOrg
    leader: str = ""
    grids: list[str] = field(default_factory=list)
    members: int = 0
    branches: int = 0
    children: list["Node"] = field(default_factory=list)


def tree(rows: Iterable[PartyOrg], *, on: date) -> list[Node]:
    """These organisations as a forest, each below its parent where that is among them. Five queries besides the rows."""
    orgs = list(rows)
    keys = [org.pk for org in orgs]
    names = leaders(keys, on=on)
    grids: dict[int, list[str]] = defaultdict(list)
    places = OrgPlace.objects.filter(org__in=keys, until_on__isnull=True).order_by("area__code")
    for org_id, code in places.values_list("org_id", "area__code"):
        grids[org_id].append(code)
    counts = Member.objects.filter(branch__in=keys, left_on__isnull=True).values_list("branch").annotate(n=Count("pk"))
    members = dict(counts.order_by())
    nodes = {org.pk: Node(org, names.get(org.pk, ""), grids[org.pk], members.get(org.pk, 0)) for org in orgs}
    add_up([node for node in nodes.values() if node.org.kind in ONE_AN_AREA])
    order = list(OrgKind.values)
    roots: list[Node] = []
    for org in sorted(orgs, key=lambda org: (order.index(org.kind), org.area_id, org.pk)):
        above = nodes.get(org.parent_id or 0)
        (above.children if above is not None else roots).append(nodes[org.pk])
    return roots


def add_up(nodes: list[Node]) -> None:
    """Of those that have an area to themselves: the members and branches in all of it. Two queries, or none."""
    if not nodes:
        return
    members = Member.objects.filter(left_on__isnull=True).order_by().values_list("branch__area__code")
    branches = PartyOrg.objects.standing().filter(kind=OrgKind.BRANCH).order_by().values_list("area__code")
    counts = [list(rows.annotate(n=Count("pk"))) for rows in (members, branches)]
    for node in nodes:
        node.members, node.branches = (
            sum(n for code, n in rows if code.startswith(node.org.area.code)) for rows in counts
        )


def leaders(keys: Iterable[int], *, on: date) -> dict[int, str]:
    """Who is secretary or head of these organisations on a day, by name."""
    rows = Term.objects.holding_on(on).filter(org__in=list(keys)).exclude(office=Office.RECORDER)
    return {term.org_id: term.holder_name for term in rows.select_related("user", "member")}


def secretaries(keys: Iterable[int], *, on: date) -> dict[int, Term]:
    """The terms of the secretaries of these organisations on a day: the first responsible persons of their levels."""
    rows = Term.objects.holding_on(on).filter(org__in=list(keys), office=Office.SECRETARY)
    return {term.org_id: term for term in rows.select_related("user")}


def first_responsible(code: str, *, on: date) -> Term | None:
    """The secretary who answers for the grid management of an area of the land: the district's, a street's, a community's, or the branch's of
    a grid. None while the post is vacant. This is what other parts of the house link to."""
    rows = Term.objects.holding_on(on).filter(office=Office.SECRETARY, org__ended_on__isnull=True)
    if len(code) == 15:
        placed = OrgPlace.objects.filter(until_on__isnull=True, area__code=code, org__kind=OrgKind.BRANCH).values("org")
        rows = rows.filter(org__in=placed)
    else:
        kinds = {6: OrgKind.DISTRICT, 9: OrgKind.STREET, 12: OrgKind.COMMITTEE}
        rows = rows.filter(org__kind=kinds[len(code)], org__area__code=code)
    return rows.select_related("user", "org").order_by("pk").first()


def vacancies(rows: "QuerySet[PartyOrg]", *, on: date) -> list[PartyOrg]:
    """Standing organisations that have no secretary on a day."""
    led = Term.objects.holding_on(on).filter(office=Office.SECRETARY).values("org")
    found = rows.filter(ended_on__isnull=True, kind__in=WITH_SECRETARY).exclude(pk__in=led)
    return list(found.select_related("area").order_by("area__code", "pk"))


# --- members ----------------------------------------------------------------------------------------------------------


def members_for(actor: Actor, *, on: date) -> "QuerySet[Member]":
    """The members whom the actor may see: of the areas in which they are kept, and of the organisations that the actor serves."""
    seen = inside(actor.areas("party.members"), "branch__area__code")
    if actor.user_id is not None and actor.has(SERVE):
        mine = served(actor, on=on)
        if mine:
            for path in ("branch", "branch__parent", "branch__parent__parent", "branch__parent__parent__parent"):
                seen |= Q(**{f"{path}__in": mine})
    rows = Member.objects.filter(seen, left_on__isnull=True)
    return rows.select_related("branch__area", "grid").order_by("branch__area__code", "branch_id", "number")


WAITING = Q(grid__isnull=True)
IN_DOUBT = Q(grid__isnull=False, is_settled=False)


@dataclass(frozen=True, slots=True)
class Allocation:
    """How far the members are allocated to grids. Nobody is left when `waiting` and `in_doubt` are none."""

    members: int
    waiting: int
    in_doubt: int


def allocation(rows: "QuerySet[Member]") -> Allocation:
    counts = rows.order_by().aggregate(
        members=Count("pk"), waiting=Count("pk", filter=WAITING), in_doubt=Count("pk", filter=IN_DOUBT)
    )
    return Allocation(**counts)


# --- points -----------------------------------------------------------------------------------------------------------


def points_are_on(code: str, *, on: date) -> bool:
    """Has the district, or the street around this area, decided to use points?"""
    return PointDecision.objects.covering(code, on=on).exists()


def entries_of(member: Member, year: int) -> list[PointEntry]:
    """One member's ledger of a year, first to last. There is no query that sets members side by side."""
    rows = PointEntry.objects.filter(member=member, year=year)
    return list(rows.select_related("claim__rule", "claim__asked_by", "approved_by").order_by("pk"))


def balance_of(member: Member, year: int) -> int:
    """What the entries of the year add up to."""
    total: Any = PointEntry.objects.filter(member=member, year=year).aggregate(total=Sum("points", default=0))["total"]
    return int(total)


def exemption_of(member: Member, *, on: date) -> PointExemption | None:
    return PointExemption.objects.filter(holds_on(on), member=member).first()


# --- guarded lists ----------------------------------------------------------------------------------------------------


def cultivations_for(actor: Actor) -> "QuerySet[Cultivation]":
    """What has not been erased, in the areas where the actor's right holds. No name stands in these rows."""
    rows = Cultivation.objects.filter(
        inside(actor.areas("party.cultivation"), "org__area__code"), erased_on__isnull=True
    )
    return rows.select_related("org__area").order_by("org__area__code", "org_id", "pk")


def reserves_for(actor: Actor) -> "QuerySet[ReserveTalent]":
    rows = ReserveTalent.objects.filter(inside(actor.areas("party.reserve")), erased_on__isnull=True)
    return rows.select_related("area").order_by("area__code", "pk")
