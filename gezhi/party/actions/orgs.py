"""Writes to the tree: founding, naming, moving, the grids of an organisation, and how it ends."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.party.actions.words import LONGEST_TITLE
from gezhi.party.models import Ending, Member, OrgPlace, PartyOrg, Term
from gezhi.party.rules import AREA_LENGTH, BRANCHES, ON_GRIDS, ONE_AN_AREA, PARENTS, OrgKind, fits_below
from gezhi.territory.models import Area

RIGHT = "party.edit"
NO_NAME = _("请填写党组织名称。")
TAKEN = _("这里已经有同名的党组织。")
WRONG_PARENT = _("%(kind)s只能设在%(parents)s下面。")
AT_TOP = _("%(kind)s上面没有上级党组织。")


def found_org(
    *,
    actor: Actor,
    at: datetime,
    kind: str,
    name: str,
    area: Area,
    parent: PartyOrg | None = None,
    grids: Sequence[str] = (),
    on: date | None = None,
) -> PartyOrg:
    """Found an organisation in an area, on these grids of it.

    Refused: a wrong kind of parent or area, grids that are not of the area or not of the parent's, a taken name, a second committee.
    """
    actor.require(RIGHT, area=area.code)
    kind = OrgKind(kind)
    name = typed(name, field="name", longest=LONGEST_TITLE, empty=NO_NAME)
    on = on or local_day(at)
    if on > local_day(at):
        raise Refused("not_yet", _("设立日期不能晚于今天。"), field="on")
    with unit():
        above = locked(parent)
        check_parent(kind, above)
        check_area(kind, area, above)
        places = check_grids(kind, area, above, grids)
        if kind in ONE_AN_AREA and PartyOrg.objects.standing().filter(kind=kind, area=area).exists():
            message = _("%(area)s已经有%(kind)s。") % {"area": area.short_name, "kind": kind.label}
            raise Refused("one_an_area", message, field="area")
        check_name(area, name)
        with first_come("name_taken", TAKEN, field="name"):
            org = PartyOrg.objects.create(kind=kind, name=name, parent=above, area=area, founded_on=on, version=1)
        OrgPlace.objects.bulk_create([OrgPlace(org=org, area=place, from_on=on) for place in places])
        data = {"kind": kind.value, "parent": org.parent_id, "area": area.code, "grids": [one.code for one in places]}
        found(org, Fact("party_org.founded", data), actor=actor, at=at)
    return org


def locked(org: PartyOrg | None) -> PartyOrg | None:
    """The row as it stands, held until the end of the transaction: who founds below it waits for who ends it."""
    if org is None:
        return None
    fresh = PartyOrg.objects.select_for_update(of=("self",)).select_related("area").get(pk=org.pk)
    require_standing(fresh, field="parent")
    return fresh


def require_standing(org: PartyOrg, *, field: str | None = None) -> None:
    if not org.stands:
        raise Refused("org_ended", _("%(name)s已经撤销或并入别处。") % {"name": org.name}, field=field)


def check_parent(kind: OrgKind, parent: PartyOrg | None) -> None:
    if fits_below(kind, parent.kind if parent is not None else None):
        return
    if not PARENTS[kind]:
        raise Refused("wrong_parent", AT_TOP % {"kind": kind.label}, field="parent")
    names = "、".join(str(one.label) for one in PARENTS[kind])
    raise Refused("wrong_parent", WRONG_PARENT % {"kind": kind.label, "parents": names}, field="parent")


def check_area(kind: OrgKind, area: Area, parent: PartyOrg | None) -> None:
    """The area is of the kind's level and lies in the parent's."""
    if len(area.code) != AREA_LENGTH[kind] or not area.is_active:
        raise Refused("wrong_area", _("%(kind)s不能设在这一级区域。") % {"kind": kind.label}, field="area")
    if parent is not None and not area.code.startswith(parent.area.code):
        raise Refused("area_elsewhere", _("这个区域不在上级党组织的范围内。"), field="area")


def check_grids(kind: OrgKind, area: Area, parent: PartyOrg | None, codes: Collection[str]) -> list[Area]:
    """The grids by code, in the area and, below a branch, among the branch's own."""
    if kind not in ON_GRIDS:
        if codes:
            raise Refused("no_grids", _("%(kind)s不对应网格。") % {"kind": kind.label}, field="grids")
        return []
    if not codes:
        raise Refused("empty", _("请选择所在的网格。"), field="grids")
    wanted = sorted(set(codes))
    grids = list(Area.objects.filter(code__in=wanted, level="grid", is_active=True, parent=area).order_by("code"))
    if len(grids) != len(wanted):
        raise Refused("grid_elsewhere", _("所选网格不在这个社区，或者已经撤销。"), field="grids")
    if parent is not None and parent.kind in ON_GRIDS and not set(wanted) <= codes_of(parent):
        raise Refused("grid_not_of_parent", _("所选网格不在上级党组织的网格内。"), field="grids")
    return grids


def codes_of(org: PartyOrg) -> set[str]:
    """The grids on which an organisation stands now."""
    return set(OrgPlace.objects.filter(org=org, until_on__isnull=True).values_list("area__code", flat=True))


def check_name(area: Area, name: str) -> None:
    if PartyOrg.objects.standing().filter(area=area, name=name).exists():
        raise Refused("name_taken", TAKEN, field="name")


def rename_org(org: PartyOrg, name: str, *, actor: Actor, at: datetime) -> None:
    """Give an organisation another name; the old one stays in its history."""
    actor.require(RIGHT, area=org.area.code)
    require_standing(org)
    name = typed(name, field="name", longest=LONGEST_TITLE, empty=NO_NAME)
    if org.name == name:
        return
    with unit():
        check_name(org.area, name)
        with first_come("name_taken", TAKEN, field="name"):
            fact = Fact("party_org.renamed", {"was": org.name, "name": name})
            advance(org, fact, actor=actor, at=at, changes={"name": name})


def move_org(org: PartyOrg, parent: PartyOrg, *, actor: Actor, at: datetime) -> None:
    """Put an organisation below another parent of a fitting kind in the same community."""
    actor.require(RIGHT, area=org.area.code)
    require_standing(org)
    with unit():
        above = locked(parent)
        check_parent(OrgKind(org.kind), above)
        check_area(OrgKind(org.kind), org.area, above)
        if (
            org.kind in ON_GRIDS
            and above is not None
            and above.kind in ON_GRIDS
            and not codes_of(org) <= codes_of(above)
        ):
            raise Refused("grid_not_of_parent", _("所在网格不都在新的上级党组织的网格内。"), field="parent")
        if above is not None and above.pk == org.parent_id:
            return
        data = {"from": org.parent_id, "to": parent.pk}
        advance(org, Fact("party_org.moved", data), actor=actor, at=at, changes={"parent_id": parent.pk})
        org._state.fields_cache.pop("parent", None)


def set_places(org: PartyOrg, grids: Collection[str], *, actor: Actor, at: datetime) -> None:
    """Say on which grids an organisation stands from today on. Refused while an organisation below or a member stands on one that goes."""
    actor.require(RIGHT, area=org.area.code)
    require_standing(org)
    day = local_day(at)
    with unit():
        kept = {area.code: area for area in check_grids(OrgKind(org.kind), org.area, org.parent, grids)}
        gone = codes_of(org) - set(kept)
        below = OrgPlace.objects.filter(org__parent=org, until_on__isnull=True, area__code__in=gone)
        if below.filter(org__ended_on__isnull=True).exists():
            raise Refused("children_there", _("下面还有党组织设在要去掉的网格上，请先调整它们。"), field="grids")
        if org.kind in BRANCHES and Member.objects.filter(branch=org, grid__code__in=gone).exists():
            raise Refused("members_there", _("还有党员分配在要去掉的网格上，请先重新分配。"), field="grids")
        fresh = set(kept) - codes_of(org)
        if not gone and not fresh:
            return
        close_places(OrgPlace.objects.filter(org=org, until_on__isnull=True, area__code__in=gone), last=day)
        OrgPlace.objects.bulk_create([OrgPlace(org=org, area=kept[code], from_on=day) for code in sorted(fresh)])
        data = {"added": sorted(fresh), "removed": sorted(gone)}
        advance(org, Fact("party_org.placed", data), actor=actor, at=at)


def close_places(places: "object", *, last: date) -> None:
    """End places with their last day; one that began later never was."""
    places.filter(from_on__gt=last).delete()  # type: ignore[attr-defined]
    places.update(until_on=last)  # type: ignore[attr-defined]


def dissolve_org(org: PartyOrg, *, actor: Actor, at: datetime, reason: str) -> None:
    """End an organisation. Refused while organisations stand below it or members belong to it: merge it, or move them first."""
    actor.require(RIGHT, area=org.area.code)
    reason = typed(reason, field="reason", longest=1000, empty=_("请写明撤销的依据。"))
    with unit():
        fresh = PartyOrg.objects.select_for_update().get(pk=org.pk)
        require_standing(fresh)
        if PartyOrg.objects.standing().filter(parent=org).exists():
            raise Refused("children_there", _("下面还有党组织，请先调整或并入别处。"))
        if Member.objects.filter(branch=org, left_on__isnull=True).exists():
            raise Refused("members_there", _("还有党员在这个党组织，请先转到别的党支部，或者用“并入”。"))
        end_org(org, Ending.DISSOLVED, None, actor=actor, at=at, reason=reason, moved={})


def merge_org(org: PartyOrg, into: PartyOrg, *, actor: Actor, at: datetime, reason: str) -> None:
    """One organisation goes on in another of its kind and area: grids, organisations below and members move there."""
    for one in (org, into):
        actor.require(RIGHT, area=one.area.code)
    reason = typed(reason, field="reason", longest=1000, empty=_("请写明合并的依据。"))
    if org.pk == into.pk or org.kind != into.kind or org.area_id != into.area_id:
        raise Refused("cannot_merge", _("只能并入同一社区的同类党组织。"), field="into")
    with unit():
        both = PartyOrg.objects.select_for_update().filter(pk__in=[org.pk, into.pk]).order_by("pk")
        for one in both:
            require_standing(one, field="into")
        day = local_day(at)
        added = codes_of(org) - codes_of(into)
        areas = Area.objects.filter(code__in=added)
        OrgPlace.objects.bulk_create([OrgPlace(org=into, area=area, from_on=day) for area in areas])
        children = list(PartyOrg.objects.standing().filter(parent=org))
        for child in children:
            fact = Fact("party_org.moved", {"from": org.pk, "to": into.pk})
            advance(child, fact, actor=actor, at=at, changes={"parent_id": into.pk})
        members = list(Member.objects.filter(branch=org, left_on__isnull=True))
        for member in members:
            fact = Fact("party_member.moved", {"from": org.pk, "to": into.pk})
            advance(member, fact, actor=actor, at=at, changes={"branch_id": into.pk})
        moved = {"children": len(children), "members": len(members), "grids": sorted(added)}
        end_org(org, Ending.MERGED, into, actor=actor, at=at, reason=reason, moved=moved)
        advance(into, Fact("party_org.absorbed", {"org": org.pk, **moved}), actor=actor, at=at)


def end_org(
    org: PartyOrg,
    ending: Ending,
    into: PartyOrg | None,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    moved: dict[str, object],
) -> None:
    """The last day was the one before. Terms end with it."""
    day = local_day(at)
    last = max(day - timedelta(days=1), org.founded_on)
    close_places(OrgPlace.objects.filter(org=org, until_on__isnull=True), last=last)
    for term in Term.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=last), org=org):
        until = max(last, term.from_on)
        fact = Fact("party_term.ended", {"until": until.isoformat(), "with": org.pk})
        advance(term, fact, actor=actor, at=at, changes={"until_on": until})
    changes = {
        "ended_on": day,
        "ending": ending,
        "merged_into_id": into.pk if into is not None else None,
        "vacant_since": None,
    }
    name = "party_org.merged" if into is not None else "party_org.dissolved"
    data = {"into": into.pk if into is not None else None, **moved}
    advance(org, Fact(name, data, note=reason), actor=actor, at=at, changes=changes)
    org._state.fields_cache.pop("merged_into", None)
