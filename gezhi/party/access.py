"""Fetching is checking: what an actor may not see looks like what is not there.

Rights reach the organisations of an area. Whoever is secretary or recorder of an organisation reaches this one and all below it, as long as the
term holds. Points go by a narrower door: the branch itself, the desk of its community, and the member's own eyes.
"""

from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.party.models import Activity, Cultivation, Member, PartyOrg, PointClaim, ReserveTalent, Term
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory

# What a term gives, within its organisation.
OF_OFFICER = frozenset({"party.see", "party.members", "party.activity"})
SERVE = "party.serve"
NOT_THERE = _("没有找到，或者它不在您的范围内。")
WITH_PARENTS = "parent__parent__parent__parent"
Row = TypeVar("Row", bound=models.Model)


def served(actor: Actor, *, on: date) -> frozenset[int]:
    """The organisations of which the actor is secretary or recorder on a day. No query for who may serve none."""
    if actor.user_id is None or not actor.has(SERVE):
        return frozenset()
    return frozenset(Term.objects.serving(actor.user_id, on=on).values_list("org_id", flat=True))


def chain_of(org: PartyOrg) -> list[int]:
    """The organisation and those above it, by id."""
    found: list[int] = []
    one: PartyOrg | None = org
    while one is not None:
        found.append(one.pk)
        one = one.parent
    return found


def covers(actor: Actor, right: str, org: PartyOrg, *, on: date) -> bool:
    """Does the actor hold `right` for this organisation?"""
    if right == "party.points":
        return covers_points(actor, org, on=on)
    if actor.may(right, area=org.area.code):
        return True
    return right in OF_OFFICER and not served(actor, on=on).isdisjoint(chain_of(org))


def covers_points(actor: Actor, branch: PartyOrg, *, on: date) -> bool:
    """The books of a branch's points: its own secretary and recorder, and the desk of the community. Nobody above."""
    desk = directory().at(DeskKind.COMMUNITY, branch.area.code)
    if actor.kind == "system" or (desk is not None and desk.id in actor.desks_with("party.points")):
        return True
    return branch.pk in served(actor, on=on)


def sees_points(actor: Actor, member: Member, *, on: date) -> bool:
    """The member and the branch."""
    is_own = actor.user_id is not None and member.user_id == actor.user_id
    return is_own or covers_points(actor, member.branch, on=on)


def fetched(rows: "models.QuerySet[Row]", key: int) -> Row | None:
    with suppress(OverflowError):
        return rows.filter(pk=key).first()
    return None


def missing() -> Missing:
    return Missing("not_there", NOT_THERE)


def get_org(actor: Actor, key: int, right: str = "party.see", *, on: date) -> PartyOrg:
    """The organisation by id. Raises `Missing` if absent or not the actor's."""
    found = fetched(PartyOrg.objects.select_related("area", WITH_PARENTS, "merged_into"), key)
    if found is None or not covers(actor, right, found, on=on):
        raise missing()
    return found


def get_member(actor: Actor, key: int, right: str = "party.members", *, on: date) -> Member:
    """A member who has not left. Raises `Missing`; with `party.points` also the member's own row is found."""
    rows = Member.objects.select_related("branch__area", f"branch__{WITH_PARENTS}", "grid", "user")
    found = fetched(rows.filter(left_on__isnull=True), key)
    may = found is not None and (
        sees_points(actor, found, on=on) if right == "party.points" else covers(actor, right, found.branch, on=on)
    )
    if found is None or not may:
        raise missing()
    return found


def own_member(actor: Actor) -> Member:
    """The row of the one who asks. Raises `Missing` for an account that is no member's."""
    rows = Member.objects.select_related("branch__area", "grid").filter(left_on__isnull=True)
    found = rows.filter(user_id=actor.user_id).first() if actor.user_id is not None else None
    if found is None:
        raise Missing("no_member", _("您的账号没有对应的党员编号，请联系所在党支部。"))
    return found


def get_activity(actor: Actor, key: int, *, on: date) -> Activity:
    """An activity of an organisation of which the actor keeps or oversees the books."""
    found = fetched(Activity.objects.select_related("org__area", f"org__{WITH_PARENTS}"), key)
    if found is None or not covers(actor, "party.activity", found.org, on=on):
        raise missing()
    return found


def get_claim(actor: Actor, key: int, *, on: date) -> PointClaim:
    rows = PointClaim.objects.select_related("member__branch__area", f"member__branch__{WITH_PARENTS}", "rule")
    found = fetched(rows.filter(member__left_on__isnull=True), key)
    if found is None or not covers_points(actor, found.member.branch, on=on):
        raise missing()
    return found


def guarded(rows: Any, actor: Actor, right: str, key: int) -> Any:
    found = fetched(rows.filter(erased_on__isnull=True), key)
    if found is None or not actor.may(right, area=found.place_code):
        raise missing()
    return found


def get_cultivation(actor: Actor, key: int) -> Cultivation:
    """One of the list that its own right opens; a term opens nothing here. What was erased is not there."""
    found: Cultivation = guarded(Cultivation.objects.select_related("org__area"), actor, "party.cultivation", key)
    return found


def get_reserve(actor: Actor, key: int) -> ReserveTalent:
    """The same for the reserve list."""
    found: ReserveTalent = guarded(ReserveTalent.objects.select_related("area"), actor, "party.reserve", key)
    return found
