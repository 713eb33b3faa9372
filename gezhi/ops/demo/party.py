"""The party of the demo, by the real actions: the tree over the drawn grids, who leads it, invented members, some weeks of activities.

Gaps are left on purpose: a grid without a branch, a branch without a secretary, members without a grid, a branch that lags behind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.transactions import unit
from gezhi.ops import names
from gezhi.party.actions import (
    appoint,
    decide_points,
    define_point_rule,
    enter_cultivation,
    exempt,
    found_org,
    import_roll,
    link_account,
    mark_vacancies,
    plan_activity,
    propose_points,
    recommend,
    remind,
    roll_of,
    take_activity_step,
    take_claim_step,
    take_cultivation_step,
    take_reserve_step,
)
from gezhi.party.models import Member, PartyOrg
from gezhi.party.roll_files import RollRow
from gezhi.party.rules import OrgKind
from gezhi.people.access import actor_for
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.territory.models import Area, GridKind, Level
from gezhi.territory.queries import district_name

DAY = timedelta(days=1)
# Every so many: a grid without a branch, a branch without a group, without a secretary, a member without a grid.
NO_BRANCH, NO_GROUP, NO_SECRETARY, NO_GRID = 11, 7, 13, 40
MEMBERS_A_BRANCH = (6, 14)
# Only the first streets hold activities, so that the whole district stands quickly too.
BUSY_BRANCHES = 24
THEMES = (
    ("theme_day", "清扫楼道，擦洗扶手", "大家分三组清扫了六个楼道，擦洗了扶手，把堆放的杂物请住户搬走。"),
    ("theme_day", "看望独居老人", "两人一组上门看望，帮三户换了灯泡，把要修的水管报给了网格员。"),
    ("committee_meeting", "研究本月工作", "研究了主题党日的安排和新到党员的分配，形成三条意见。"),
    ("general_meeting", "讨论网格里的事", "听取支部委员会的报告，讨论了车棚改造，一致同意由网格长召集协商。"),
    ("lecture", "党课：网格里的党员做什么", "讲了三件身边的事，五名党员发了言。"),
)


@dataclass(frozen=True)
class Founding:
    """Who founds, when, with what chance."""

    actor: Actor
    at: datetime
    random: Random

    @property
    def on(self) -> date:
        return local_day(self.at)

    def found(
        self, kind: OrgKind, name: str, area: Area, parent: PartyOrg | None, grids: Sequence[str] = ()
    ) -> PartyOrg:
        return found_org(kind=kind, name=name, area=area, parent=parent, grids=grids, actor=self.actor, at=self.at)

    def lead(self, org: PartyOrg, user: User | None) -> None:
        if user is not None:
            appoint(org, "secretary", user=user, from_on=self.on, actor=self.actor, at=self.at)


def lay_party(*, seed: int, actor: Actor, start: datetime, end: datetime) -> int:
    """Everything of it; the number of organisations."""
    founding = Founding(actor, start, Random(f"{seed}:party"))  # noqa: S311 - meant to be repeatable
    with unit():
        branches = found_tree(founding)
        enter_rolls(founding, branches)
    hold_activities(founding, branches[:BUSY_BRANCHES], end)
    with unit():
        use_points(founding, branches[0], end)
        keep_lists(founding, branches, end)
        mark_vacancies(actor=actor, at=end)
        remind(actor=actor, at=end)
    return PartyOrg.objects.count()


# --- the tree -----------------------------------------------------------------------------------------------------------


def seated(role: Role) -> dict[str, User]:
    """One holder of a role by the code of the desk's area."""
    rows = Post.objects.filter(role=role, until_on__isnull=True).select_related("user", "desk__area")
    return {post.desk.area.code: post.user for post in rows.order_by("-pk")}


def found_tree(founding: Founding) -> list[PartyOrg]:
    """District, streets and communities that were drawn, their branches, groups and households; the branches in order."""
    grids: dict[str, list[Area]] = {}
    for grid in Area.objects.filter(level=Level.GRID, kind=GridKind.RESIDENTIAL, is_active=True).order_by("code"):
        grids.setdefault(grid.parent_id or "", []).append(grid)
    areas = {area.code: area for area in Area.objects.filter(is_active=True).exclude(level=Level.GRID)}
    clerks, leaders = seated(Role.COMMUNITY_CLERK), seated(Role.GRID_LEADER)
    tops = seated(Role.DISTRICT_CLERK) | seated(Role.STREET_CLERK)
    district_code = next(code for code in areas if len(code) == 6)
    district = founding.found(OrgKind.DISTRICT, f"{district_name()}党的建设领导机构", areas[district_code], None)
    founding.lead(district, tops.get(district_code))
    streets: dict[str, PartyOrg] = {}
    branches: list[PartyOrg] = []
    seen = 0
    for code, own in grids.items():
        street, community = areas[code[:9]], areas[code]
        if street.code not in streets:
            streets[street.code] = founding.found(OrgKind.STREET, f"{street.short_name}党工委", street, district)
            founding.lead(streets[street.code], tops.get(street.code))
        committee = founding.found(
            OrgKind.COMMITTEE, f"{community.short_name}综合党委", community, streets[street.code]
        )
        founding.lead(committee, clerks.get(code))
        branches += branches_of(founding, committee, own, leaders, seen)
        seen += len(own)
    return branches


def branches_of(
    founding: Founding, committee: PartyOrg, grids: list[Area], leaders: dict[str, User], before: int
) -> list[PartyOrg]:
    found, community = [], committee.area
    for number, grid in enumerate(grids, start=before):
        if number % NO_BRANCH == NO_BRANCH - 1:
            continue
        place = f"{community.short_name}第{int(grid.code[-3:])}"
        branch = founding.found(OrgKind.BRANCH, f"{place}网格党支部", community, committee, [grid.code])
        if number % NO_SECRETARY != NO_SECRETARY - 1:
            founding.lead(branch, leaders.get(grid.code))
        if number % NO_GROUP != NO_GROUP - 1:
            yard = f"{place}网格一号院"
            group = founding.found(OrgKind.GROUP, f"{yard}党小组", community, branch, [grid.code])
            founding.found(OrgKind.HOUSEHOLD, f"{yard}党员中心户", community, group, [grid.code])
        found.append(branch)
    return found


# --- members ------------------------------------------------------------------------------------------------------------


def enter_rolls(founding: Founding, branches: Iterable[PartyOrg]) -> None:
    """A roll a community, as it would come from its file. The heads of groups and households are taken from it."""
    rolls: dict[str, list[RollRow]] = {}
    line = 1
    for branch in branches:
        grid = branch.places.select_related("area").get().area.code
        rows = rolls.setdefault(branch.area.code, [])
        for name in names.people(founding.random.randint(*MEMBERS_A_BRANCH), founding.random):
            line += 1
            rows.append(RollRow(line, f"DY{line:05d}", name, branch.name, "" if line % NO_GRID == 0 else grid))
    areas = {area.code: area for area in Area.objects.filter(level=Level.COMMUNITY)}
    for code, rows in rolls.items():
        import_roll(rows, areas[code], actor=founding.actor, at=founding.at, is_trial=False)
    heads = PartyOrg.objects.filter(kind__in=[OrgKind.GROUP, OrgKind.HOUSEHOLD])
    for org in heads.select_related("area", "parent__parent__parent__parent"):
        above = org.parent if org.kind == OrgKind.GROUP else org.parent.parent if org.parent is not None else None
        members = Member.objects.filter(branch=above, grid__isnull=False).order_by("pk")
        head = members.last() if org.kind == OrgKind.GROUP else members.first()
        if head is not None:
            appoint(org, "head", member=head, from_on=founding.on, actor=founding.actor, at=founding.at)


# --- activities -------------------------------------------------------------------------------------------------------------


def hold_activities(founding: Founding, branches: Sequence[PartyOrg], end: datetime) -> None:
    """A round of activities a month, recorded by the branch; the last branch leaves some out, and one is still ahead."""
    random = founding.random
    for number, branch in enumerate(branches):
        roll = list(roll_of(branch).order_by("number"))
        day = founding.at + 2 * DAY
        for kind, title, minutes in THEMES:
            if number == len(branches) - 1 or not roll:
                break
            held = min(day + random.randint(0, 6) * DAY, end - DAY)
            with unit():
                row = plan_activity(
                    branch, kind=kind, title=title, on=local_day(held), place="网格党群服务点",
                    actor=founding.actor, at=held - 2 * DAY if held - 2 * DAY > founding.at else founding.at,
                )  # fmt: skip
                take_activity_step("notice", row, actor=founding.actor, at=held)
                present = [member.pk for member in roll if random.random() < 0.8] or [roll[0].pk]
                excused = [member.pk for member in roll if member.pk not in present][:2]
                take_activity_step(
                    "record", row, on=local_day(held), minutes=minutes, present=present, excused=excused,
                    actor=founding.actor, at=held,
                )  # fmt: skip
            day += 7 * DAY
        ahead = plan_activity(
            branch, kind="theme_day", title="下个月的主题党日", on=local_day(end) + 5 * DAY,
            actor=founding.actor, at=end,
        )  # fmt: skip
        if number % 2:
            take_activity_step("notice", ahead, actor=founding.actor, at=end)


# --- points, and the two lists ------------------------------------------------------------------------------------------------


def use_points(founding: Founding, branch: PartyOrg, end: datetime) -> None:
    """One street has decided to use points; a few entries in its first branch, one that waits, one exemption."""
    who: dict[str, Any] = {"actor": founding.actor, "at": founding.at, "from_on": founding.on}
    street = Area.objects.get(code=branch.area.code[:9])
    decide_points(street, basis="街道党工委会议（演示）", **who)
    rule = define_point_rule(street, code="A1", title="参加主题党日的志愿服务", points=5, evidence="活动记录", **who)
    members = list(Member.objects.filter(branch=branch).select_related("branch__area").order_by("pk")[:4])
    worker = seated(Role.GRID_WORKER).get(branch.places.select_related("area").get().area.code)
    if worker is not None and members:
        link_account(members[0], worker, actor=founding.actor, at=end)
    secretary = next((term.user for term in branch.terms.filter(office="secretary").select_related("user")), None)
    asker = actor_for(secretary, at=end) if secretary is not None else founding.actor
    for number, member in enumerate(members[:3]):
        claim = propose_points(member, rule=rule, on=local_day(end), evidence="清扫楼道的活动记录", actor=asker, at=end)
        if number < 2:
            take_claim_step("approve", claim, actor=founding.actor, at=end)
    if len(members) > 3:
        exempt(members[3], "retired", from_on=founding.on, actor=founding.actor, at=end)


def keep_lists(founding: Founding, branches: Sequence[PartyOrg], end: datetime) -> None:
    """A few applicants and a few reserves; one of them soon to be deleted by itself."""
    several = names.people(8, founding.random)
    for number, (branch, name) in enumerate(zip(branches[:4], several, strict=False)):
        row = enter_cultivation(
            branch, name=name, on=founding.on, text="在网格里做兼职网格员，热心。", actor=founding.actor, at=founding.at
        )
        if number:
            take_cultivation_step("choose", row, text="支部大会讨论通过。", actor=founding.actor, at=end)
    for number, (branch, name) in enumerate(zip(branches[:3], several[4:], strict=False)):
        talent = recommend(
            branch.area,
            name=name,
            text="群众信任，办事公道。",
            consented_on=founding.on,
            actor=founding.actor,
            at=founding.at,
        )
        if number == 0:
            take_reserve_step("list", talent, reason="街道党工委研究同意。", actor=founding.actor, at=end)
