"""Writes to members: one at a time, their grid, their account, and what is left of them when they have left."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import first_come, unit
from gezhi.party.access import covers, covers_points
from gezhi.party.actions.orgs import codes_of, require_standing
from gezhi.party.actions.roll import RIGHT, entered
from gezhi.party.actions.words import LONGEST_NAME, LONGEST_NUMBER, plain
from gezhi.party.models import Attendance, Member, PartyOrg, PointClaim, PointEntry, PointExemption, Term
from gezhi.party.rules import OrgKind
from gezhi.party.workflows.points import Exempt
from gezhi.territory.models import Area

TAKEN = _("这个编号已经有了。")


def require_members(actor: Actor, org: PartyOrg, *, at: datetime) -> None:
    if not covers(actor, RIGHT, org, on=local_day(at)):
        raise Denied(RIGHT)


def enter_member(branch: PartyOrg, *, actor: Actor, at: datetime, number: str, name: str, grid: str = "") -> Member:
    """Enter a member of a branch. Refused: an empty or taken number, identity numbers and telephones in either, a grid of elsewhere."""
    require_members(actor, branch, at=at)
    number = plain(number, field="number", longest=LONGEST_NUMBER, empty=_("请填写编号。"))
    name = plain(name, field="name", longest=LONGEST_NAME, empty=_("请填写姓名。"))
    with unit():
        require_standing(branch)
        if branch.kind != OrgKind.BRANCH:
            raise Refused("no_branch", _("党员编入网格党支部。"), field="branch")
        area = grid_of(branch, grid) if grid else None
        if Member.objects.filter(number=number, left_on__isnull=True).exists():
            raise Refused("number_taken", TAKEN, field="number")
        with first_come("number_taken", TAKEN, field="number"):
            member = Member.objects.create(number=number, name=name, branch=branch, grid=area, version=1)
        found(member, entered(member), actor=actor, at=at)
    return member


def grid_of(branch: PartyOrg, code: str) -> Area:
    if code not in codes_of(branch):
        raise Refused("grid_elsewhere", _("这个网格不在党支部的网格内。"), field="grid")
    return Area.objects.get(code=code)


def allocate(members: Iterable[Member], grid: str, *, actor: Actor, at: datetime) -> int:
    """Give members a grid of their branch; how many were not there already. A doubt after a division is settled by it."""
    moved = 0
    with unit():
        for member in members:
            require_members(actor, member.branch, at=at)
            area = grid_of(member.branch, grid)
            if member.grid_id == area.pk and member.is_settled:
                continue
            data = {"from": member.grid_id, "to": area.pk}
            changes = {"grid_id": area.pk, "is_settled": True}
            advance(member, Fact("party_member.allocated", data), actor=actor, at=at, changes=changes)
            member._state.fields_cache.pop("grid", None)
            moved += 1
    return moved


def allocate_where_clear(branch: PartyOrg, *, actor: Actor, at: datetime) -> int:
    """Where the branch has a single grid there is nothing to choose: its members without one are given it."""
    require_members(actor, branch, at=at)
    grids = codes_of(branch)
    if len(grids) != 1:
        raise Refused("several_grids", _("这个党支部有几个网格，请逐人选择。"))
    waiting = Member.objects.filter(branch=branch, grid__isnull=True, left_on__isnull=True)
    return allocate(list(waiting.select_related("branch__area")), grids.pop(), actor=actor, at=at)


def change_branch(member: Member, branch: PartyOrg, *, actor: Actor, at: datetime) -> None:
    """A member goes to another branch of ours, and waits for a grid there unless the old one is also the new branch's."""
    require_members(actor, member.branch, at=at)
    require_members(actor, branch, at=at)
    with unit():
        require_standing(branch)
        if branch.kind != OrgKind.BRANCH or branch.pk == member.branch_id:
            raise Refused("no_branch", _("请选择另一个网格党支部。"), field="branch")
        if Term.objects.filter(member=member, until_on__isnull=True).exists():
            raise Refused("still_in_office", _("他还是党小组或中心户的负责人，请先写明离任日期。"), field="branch")
        keeps = member.grid is not None and member.grid.code in codes_of(branch)
        changes = {"branch_id": branch.pk} | ({} if keeps else {"grid_id": None, "is_settled": True})
        data = {"from": member.branch_id, "to": branch.pk}
        advance(member, Fact("party_member.moved", data), actor=actor, at=at, changes=changes)


def link_account(member: Member, user: User | None, *, actor: Actor, at: datetime) -> None:
    """Say that this account is the member's own, which opens the own page; None takes it away."""
    require_members(actor, member.branch, at=at)
    if user is not None and (not user.is_active or user.officer):
        raise Refused("no_such_user", _("这个账号不能对应到党员。"), field="user")
    taken = _("这个账号已经对应到另一名党员。")
    with unit():
        if user is not None and Member.objects.filter(user=user).exclude(pk=member.pk).exists():
            raise Refused("user_taken", taken, field="user")
        with first_come("user_taken", taken, field="user"):
            fact = Fact("party_member.linked", {"user": user.pk if user is not None else None})
            changes = {"user_id": user.pk if user is not None else None}
            advance(member, fact, actor=actor, at=at, changes=changes)


def let_go(member: Member, *, actor: Actor, at: datetime) -> None:
    """The member's relations went elsewhere: name, number, points, attendance and the words of claims are deleted. Counts of activities stay."""
    require_members(actor, member.branch, at=at)
    with unit():
        if Term.objects.filter(member=member, until_on__isnull=True).exists():
            raise Refused("still_in_office", _("他还是党小组或中心户的负责人，请先写明离任日期。"))
        changes = {
            "number": "", "name": "", "user_id": None, "grid_id": None, "is_settled": True, "left_on": local_day(at)
        }  # fmt: skip
        advance(member, Fact("party_member.left", {"branch": member.branch_id}), actor=actor, at=at, changes=changes)
        forget_points(member)
        Attendance.objects.filter(member=member).delete()
        PointExemption.objects.filter(member=member).delete()


def forget_points(member: Member) -> None:
    """What the ledger and its claims said of somebody who has left. The chains stay and verify; the notes in them go too."""
    claims = PointClaim.objects.filter(member=member)
    keys = list(claims.values_list("pk", flat=True))
    claims.update(evidence="", corrects=None)
    PointEntry.objects.filter(member=member).delete()
    Event.objects.filter(subject_kind=PointClaim.subject_kind, subject_id__in=keys).update(note="", note_salt="")


def exempt(
    member: Member, kind: str, *, actor: Actor, at: datetime, from_on: date, until_on: date | None = None
) -> PointExemption:
    """A member takes no part in points from a day on. Why is one of three words; how anybody is, is not asked."""
    require_points(actor, member, at=at)
    if kind not in Exempt.values:
        raise Refused("empty", _("请选择免于积分的原因。"), field="kind")
    if until_on is not None and until_on < from_on:
        raise Refused("ends_before_start", _("结束日期不能早于开始日期。"), field="until_on")
    taken = _("这名党员已经免于积分。")
    with unit():
        if PointExemption.objects.filter(member=member, until_on__isnull=True).exists():
            raise Refused("exempt_already", taken, field="kind")
        with first_come("exempt_already", taken, field="kind"):
            row = PointExemption.objects.create(member=member, kind=kind, from_on=from_on, until_on=until_on)
        advance(member, Fact("party_member.exempted", {"exemption": row.pk}), actor=actor, at=at)
    return row


def end_exemption(member: Member, *, actor: Actor, at: datetime, until_on: date) -> None:
    """The open exemption ends with its last day."""
    require_points(actor, member, at=at)
    with unit():
        row = PointExemption.objects.filter(member=member, until_on__isnull=True).first()
        if row is None or until_on < row.from_on:
            raise Refused("not_exempt", _("这名党员这时没有免于积分。"), field="until_on")
        advance(member, Fact("party_member.exemption_ended", {"exemption": row.pk}), actor=actor, at=at)
        row.until_on = until_on
        row.save(update_fields=["until_on"])


def require_points(actor: Actor, member: Member, *, at: datetime) -> None:
    if not covers_points(actor, member.branch, on=local_day(at)):
        raise Denied("party.points")
