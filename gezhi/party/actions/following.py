"""The party's organisations and the allocation of members follow the land, in the very transaction of a re-division plan."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.party.actions.orgs import close_places
from gezhi.party.models import Member, OrgPlace, PartyOrg, ReserveTalent
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area


class PartyFollows:
    """An organisation goes on at every part of its grid; a member, of whom no address is known, goes to the main heir.

    Where a grid was split, the member's grid is marked to be looked at: a person decides. Two branches that meet on one grid stay two until
    somebody merges them; the report of coverage lists such grids.
    """

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {
            "party_orgs": orgs_affected(relocation).count(),
            "party_members": members_affected(relocation).count(),
        }

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        areas = {area.code: area for area in Area.objects.filter(is_active=True)}
        orgs = list(orgs_affected(relocation).select_related("area").order_by("pk"))
        for org in orgs:
            follow_org(org, relocation, areas, actor=actor, at=at)
        members = list(members_affected(relocation).select_related("grid").order_by("pk"))
        for member in members:
            follow_member(member, relocation, areas, actor=actor, at=at)
        for talent in ReserveTalent.objects.filter(area__code__in=relocation.heirs).select_related("area"):
            home = areas[relocation.heir(talent.area.code)]
            fact = Fact("reserve_talent.regridded", {"plan": relocation.plan_id, "area": home.code})
            advance(talent, fact, actor=actor, at=at, changes={"area_id": home.pk})
        return {"party_orgs": len(orgs), "party_members": len(members)}


def orgs_affected(relocation: Relocation) -> Any:
    """Standing organisations of areas that end, or with grids that do."""
    ending = list(relocation.heirs)
    placed = OrgPlace.objects.filter(until_on__isnull=True, area__code__in=ending).values("org")
    standing = PartyOrg.objects.standing()
    return standing.filter(pk__in=placed) | standing.filter(area__code__in=ending)


def members_affected(relocation: Relocation) -> Any:
    return Member.objects.filter(left_on__isnull=True, grid__code__in=list(relocation.heirs))


def follow_org(org: PartyOrg, relocation: Relocation, areas: Mapping[str, Area], *, actor: Actor, at: datetime) -> None:
    """Its grids that end give way to all that took over their land inside the organisation's community; the community itself to its heir."""
    home = relocation.heir(org.area.code)
    there = {
        place.area.code: place
        for place in OrgPlace.objects.filter(org=org, until_on__isnull=True).select_related("area")
    }
    ending = {code for code in there if code in relocation.heirs}
    made = sorted({heir for code in ending for heir in relocation.successors(code)} - set(there))
    last = relocation.day - timedelta(days=1)
    close_places(OrgPlace.objects.filter(pk__in=[there[code].pk for code in ending]), last=last)
    OrgPlace.objects.bulk_create([OrgPlace(org=org, area=areas[code], from_on=relocation.day) for code in made])
    changes: dict[str, Any] = {}
    if home != org.area.code:
        name = free_name(org, areas[home])
        changes = {"area_id": areas[home].pk} | ({"name": name} if name != org.name else {})
    data = {"plan": relocation.plan_id, "area": home, "removed": sorted(ending), "added": made}
    advance(org, Fact("party_org.regridded", data), actor=actor, at=at, changes=changes)


def free_name(org: PartyOrg, home: Area) -> str:
    """The name as it is; with the number of the row where the new community has one of that name."""
    taken = PartyOrg.objects.standing().filter(area=home, name=org.name).exclude(pk=org.pk).exists()
    return f"{org.name[:70]}（{org.pk}）" if taken else org.name


def follow_member(
    member: Member, relocation: Relocation, areas: Mapping[str, Area], *, actor: Actor, at: datetime
) -> None:
    """To the heir; in doubt where there are several. Without an heir the member waits for a grid again."""
    assert member.grid is not None
    heirs = relocation.successors(member.grid.code)
    target = areas.get(heirs[0]) if heirs else None
    is_settled = len(heirs) == 1 and member.is_settled if heirs else True
    data = {"plan": relocation.plan_id, "from": member.grid_id, "to": target.pk if target is not None else None}
    changes = {"grid_id": target.pk if target is not None else None, "is_settled": is_settled}
    advance(member, Fact("party_member.regridded", data), actor=actor, at=at, changes=changes)
