"""Taking in the roll of members from a file: tried first without a write, then for good; a second time changes nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import first_come, unit
from gezhi.party.access import WITH_PARENTS, covers
from gezhi.party.actions.words import LONGEST_NAME, LONGEST_NUMBER, plain
from gezhi.party.models import Member, OrgPlace, PartyOrg, inside
from gezhi.party.roll_files import RollRow
from gezhi.party.rules import OrgKind
from gezhi.territory.models import Area

RIGHT = "party.members"


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not taken; `message` is for the person who mends the file."""

    line: int
    code: str
    message: Any


@dataclass
class RollReport:
    """What a file would do, or did. Rows in error are left out, the others are taken."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    without_grid: int = 0
    errors: list[RowError] = field(default_factory=list)
    is_trial: bool = True


@dataclass(frozen=True, slots=True)
class Branch:
    org: PartyOrg
    grids: dict[str, int]


@dataclass(frozen=True, slots=True)
class Checked:
    """A row that can be taken."""

    row: RollRow
    number: str
    name: str
    branch: PartyOrg
    grid_id: int | None


def import_roll(
    rows: Sequence[RollRow], area: Area, *, actor: Actor, at: datetime, is_trial: bool = True
) -> RollReport:
    """Bring the members of an area's branches to what the file says. Who is not in it stays. Nothing is written in a trial."""
    report = RollReport(is_trial=is_trial)
    with unit():
        branches = branches_in(area, actor, at)
        if not branches:
            raise Refused("no_branches", _("这个区域里没有您能管理的党支部，请先设立党支部。"), field="area")
        known = {
            member.number: member
            for member in Member.objects.filter(left_on__isnull=True).select_related("branch__area")
        }
        checked = list(sound(rows, branches, known, report, actor=actor, at=at))
        fresh = []
        for one in checked:
            member = known.get(one.number)
            if member is None:
                report.created += 1
                report.without_grid += one.grid_id is None
                fresh.append(fresh_member(one))
                continue
            changes = changes_of(member, one)
            report.without_grid += (changes.get("grid_id", member.grid_id)) is None
            if not changes:
                report.unchanged += 1
                continue
            report.changed += 1
            if not is_trial:
                advance(member, Fact("party_member.updated", data_of(changes)), actor=actor, at=at, changes=changes)
        if not is_trial and fresh:
            with first_come("number_taken", _("刚刚有人登记了其中的编号，请重新导入。")):
                Member.objects.bulk_create(fresh, batch_size=1000)
            found_many(fresh, lambda member: [entered(member)], actor=actor, at=at)
    return report


def branches_in(area: Area, actor: Actor, at: datetime) -> dict[str, list[Branch]]:
    """The branches whose members the actor keeps, by name. A name may stand in several communities."""
    day = local_day(at)
    rows = PartyOrg.objects.standing().filter(inside((area.code,)), kind=OrgKind.BRANCH)
    found: dict[str, list[Branch]] = {}
    grids: dict[int, dict[str, int]] = {}
    places = OrgPlace.objects.filter(until_on__isnull=True, org__kind=OrgKind.BRANCH)
    for org_id, code, area_id in places.values_list("org_id", "area__code", "area_id"):
        grids.setdefault(org_id, {})[code] = area_id
    for org in rows.select_related("area", WITH_PARENTS):
        if covers(actor, RIGHT, org, on=day):
            found.setdefault(org.name, []).append(Branch(org, grids.get(org.pk, {})))
    return found


def sound(
    rows: Iterable[RollRow],
    branches: dict[str, list[Branch]],
    known: dict[str, Member],
    report: RollReport,
    *,
    actor: Actor,
    at: datetime,
) -> Iterable[Checked]:
    """The rows that can be taken; what is wrong with the others goes into the report."""
    several = list(rows)
    counts = Counter(row.number for row in several if row.number)
    for row in several:
        try:
            if counts[row.number] > 1:
                raise Refused("number_twice", _("编号 %(number)s 在文件里出现了几次。") % {"number": row.number})
            yield check_row(row, branches, known.get(row.number), actor, at)
        except Refused as refusal:
            report.errors.append(RowError(row.line, refusal.code, refusal.message))


def check_row(
    row: RollRow, branches: dict[str, list[Branch]], member: Member | None, actor: Actor, at: datetime
) -> Checked:
    number = plain(row.number, field="number", longest=LONGEST_NUMBER, empty=_("没有编号。"))
    name = plain(row.name, field="name", longest=LONGEST_NAME, empty=_("没有姓名。"))
    named = branches.get(row.branch, [])
    if len(named) != 1:
        words = _("有几个叫“%(name)s”的党支部，请按社区分别导入。") if named else _("没有叫“%(name)s”的党支部。")
        raise Refused("several_branches" if named else "no_branch", words % {"name": row.branch})
    branch = named[0]
    if member is not None and not covers(actor, RIGHT, member.branch, on=local_day(at)):
        raise Refused("number_elsewhere", _("编号 %(number)s 已在别处登记，请换一个编号。") % {"number": number})
    if row.grid and row.grid not in branch.grids:
        raise Refused("grid_elsewhere", _("网格 %(code)s 不在这个党支部的网格内。") % {"code": row.grid})
    return Checked(row, number, name, branch.org, branch.grids.get(row.grid))


def fresh_member(one: Checked) -> Member:
    return Member(number=one.number, name=one.name, branch=one.branch, grid_id=one.grid_id, version=1)


def entered(member: Member) -> Fact:
    return Fact("party_member.entered", {"branch": member.branch_id, "grid": member.grid_id})


def changes_of(member: Member, one: Checked) -> dict[str, Any]:
    """An empty cell takes no grid away; one in a branch of other grids does."""
    wanted: dict[str, Any] = {"name": one.name, "branch_id": one.branch.pk}
    if one.grid_id is not None:
        wanted |= {"grid_id": one.grid_id, "is_settled": True}
    elif member.branch_id != one.branch.pk:
        wanted["grid_id"] = None
    return {column: value for column, value in wanted.items() if getattr(member, column) != value}


def data_of(changes: dict[str, Any]) -> dict[str, Any]:
    """For the log, which keeps no name."""
    return {"changed": sorted(changes)} | {
        name.removesuffix("_id"): changes[name] for name in ("branch_id", "grid_id") if name in changes
    }
