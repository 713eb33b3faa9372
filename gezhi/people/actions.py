"""Every write to departments, desks and posts. Each tells the register "people", so that routing everywhere sees it at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.models import Department, Desk, DeskKind, Post
from gezhi.people.queries import KIND_OF_LENGTH
from gezhi.people.roles import ROLE_DESKS, Role
from gezhi.territory.codes import grid_number
from gezhi.territory.models import Area

RIGHT = "people.edit"
REGISTER = "people"
LONGEST_NAME = 80
NO_NAME = _("请填写名称")
OFFICES = {"district": "网格化综合指挥中心", "street": "网格化服务中心", "community": "网格工作站"}
DESK_THERE = _("这里已经有岗台了。")


def found_department(*, actor: Actor, at: datetime, code: str, name: str, area: Area) -> Department:
    """Enter a department of the district `area` and open its desk. Refused: an empty or taken code, no name."""
    actor.require(RIGHT, area=area.code)
    code = typed(code, field="code", longest=30, empty=_("请填写代码"))
    name = typed(name, field="name", longest=60, empty=NO_NAME)
    taken = _("部门代码 %(code)s 已经有了。") % {"code": code}
    with unit():
        if Department.objects.filter(code=code).exists():
            raise Refused("code_taken", taken, field="code")
        with first_come("code_taken", taken, field="code"):
            department = Department.objects.create(code=code, name=name, version=1)
        found(department, Fact("department.founded", {"code": code}), actor=actor, at=at)
        open_desk(actor=actor, at=at, area=area, department=department)
    return department


def rename_department(department: Department, name: str, *, actor: Actor, at: datetime, area: Area) -> bool:
    """Give a department and its desks another name; False when it bears it already."""
    actor.require(RIGHT, area=area.code)
    name = typed(name, field="name", longest=60, empty=NO_NAME)
    if department.name == name:
        return False
    with unit():
        advance(department, Fact("department.renamed"), actor=actor, at=at, changes={"name": name})
        for desk in Desk.objects.filter(department=department).select_related("area"):
            changes = {"name": desk_name(desk.area, department)}
            advance(desk, Fact("desk.renamed"), actor=actor, at=at, changes=changes)
        touch(REGISTER)
    return True


def open_desk(*, actor: Actor, at: datetime, area: Area, department: Department | None = None, name: str = "") -> Desk:
    """Open the desk of an area, or of a department in it, under the usual name if none is given. Refused where one is open already."""
    actor.require(RIGHT, area=area.code)
    kind = DeskKind.DEPARTMENT if department else KIND_OF_LENGTH[len(area.code)]
    name = typed(name, field="name", longest=LONGEST_NAME) or desk_name(area, department)
    with unit():
        if Desk.objects.filter(area=area, department=department).exists():
            raise Refused("desk_open", DESK_THERE, field="area")
        with first_come("desk_open", DESK_THERE, field="area"):
            desk = Desk.objects.create(kind=kind, area=area, department=department, name=name, version=1)
        found(desk, opened(desk), actor=actor, at=at)
        touch(REGISTER)
    return desk


def open_desks_for(areas: Iterable[Area], *, actor: Actor, at: datetime) -> list[Desk]:
    """A desk for each of these areas that has none, with four statements a thousand. Areas that have one are passed over."""
    areas = list(areas)
    for area in areas:
        actor.require(RIGHT, area=area.code)
    with unit():
        taken = set(Desk.objects.filter(department=None).values_list("area_id", flat=True))
        parents = {}
        if any(area.level == "grid" and not Area.parent.is_cached(area) for area in areas):
            parents = Area.objects.in_bulk({area.parent_id for area in areas if area.parent_id}, field_name="code")
        desks = []
        for area in areas:
            if area.pk in taken:
                continue
            taken.add(area.pk)
            if area.parent_id in parents:
                area.parent = parents[area.parent_id]
            desks.append(Desk(kind=KIND_OF_LENGTH[len(area.code)], area=area, name=desk_name(area), version=1))
        with first_come("desk_open", DESK_THERE):
            Desk.objects.bulk_create(desks, batch_size=1000)
        found_many(desks, lambda desk: (opened(desk),), actor=actor, at=at)
        touch(REGISTER)
    return desks


def opened(desk: Desk) -> Fact:
    return Fact("desk.opened", {"kind": desk.kind, "area": desk.area.code, "department": desk.department_id})


def desk_name(area: Area, department: Department | None = None) -> str:
    """「大观园街道网格化服务中心」, 「纬一路社区网格工作站」, 「纬一路社区第3网格」; a department's desk bears its name."""
    if department is not None:
        return department.name
    if area.level == "grid":
        place, office = area.parent.short_name if area.parent else "", f"第{grid_number(area.code)}网格"
    else:
        place, office = area.short_name, OFFICES[area.level]
    # However long the name of a place may be, the desk says what it is.
    return place[: LONGEST_NAME - len(office)] + office


def set_desk_open(desk: Desk, is_open: bool, *, actor: Actor, at: datetime) -> None:
    """Close a desk, or open it again. Nobody sits at a closed desk and nothing new is sent there; what lies on it, those above see."""
    actor.require(RIGHT, area=desk.area.code)
    if desk.is_open == is_open:
        return
    with unit():
        fact = Fact("desk.reopened" if is_open else "desk.closed")
        advance(desk, fact, actor=actor, at=at, changes={"is_open": is_open})
        touch(REGISTER)


# --- posts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seat:
    """A post to be given: `user` at `desk` in `role`, both days included; no `until_on` means until further notice."""

    user: User
    desk: Desk
    role: Role
    from_on: date
    until_on: date | None = None

    def overlaps(self, from_on: date, until_on: date | None) -> bool:
        return (until_on is None or self.from_on <= until_on) and (self.until_on is None or from_on <= self.until_on)


def seat(
    user: User, desk: Desk, role: Role, *, actor: Actor, at: datetime, from_on: date, until_on: date | None = None
) -> Post:
    """Give a post. Needs `people.edit` over the desk's area; refused as `refusal_of` says."""
    return seat_many([Seat(user, desk, role, from_on, until_on)], actor=actor, at=at)[0]


def seat_many(seats: Sequence[Seat], *, actor: Actor, at: datetime) -> list[Post]:
    """Give many posts, all or none, with five statements a thousand. The refusal is about the first that can't be given."""
    for one in seats:
        actor.require(RIGHT, area=one.desk.area.code)
    desk_ids = sorted({one.desk.pk for one in seats})
    with unit():
        # Whoever seats at these desks at the same time waits here, so two leaders can't slip in side by side; in one order, so that
        # two who seat at the same two desks don't wait for each other for ever.
        open_desks = set(
            Desk.objects.select_for_update()
            .filter(pk__in=desk_ids, is_open=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        at_desk: dict[int, list[Seat | Post]] = defaultdict(list)
        for post in Post.objects.filter(desk_id__in=desk_ids):
            at_desk[post.desk_id].append(post)
        posts = []
        for one in seats:
            refused = refusal_of(one, at_desk[one.desk.pk], is_open=one.desk.pk in open_desks)
            if refused:
                raise refused
            at_desk[one.desk.pk].append(one)
            posts.append(
                Post(user=one.user, desk=one.desk, role=one.role, from_on=one.from_on, until_on=one.until_on, version=1)
            )
        with first_come("seated_meanwhile", _("这个岗位刚刚有人安排过，请看过最新情况再决定。")):
            Post.objects.bulk_create(posts, batch_size=1000)
        found_many(posts, lambda post: (seated(post),), actor=actor, at=at)
        touch(REGISTER)
    return posts


def seated(post: Post) -> Fact:
    return Fact(
        "post.seated",
        {
            "user": post.user_id,
            "desk": post.desk_id,
            "role": post.role,
            "from": post.from_on.isoformat(),
            "until": post.until_on.isoformat() if post.until_on else None,
        },
    )


def refusal_of(wanted: Seat, others: Iterable[Seat | Post], *, is_open: bool) -> Refused | None:
    """Why this post can't be given beside the `others` at its desk, or None."""
    named = {"desk": wanted.desk.name, "role": Role(wanted.role).label}
    ends_early = wanted.until_on is not None and wanted.until_on < wanted.from_on
    for is_wrong, code, field, message in (
        (not wanted.user.is_active, "retired", "user", _("账号已停用，不能安排岗位。")),
        (wanted.user.officer, "officer", "user", _("系统、安全、审计管理员不办理事件，不能安排岗位。")),
        (not is_open, "desk_closed", "desk", _("%(desk)s已经关闭，不能安排岗位。")),
        (
            wanted.desk.kind not in ROLE_DESKS[Role(wanted.role)],
            "wrong_desk",
            "role",
            _("%(role)s不能安排在%(desk)s。"),
        ),
        (ends_early, "ends_before_start", "until_on", _("结束日期不能早于开始日期。")),
    ):
        if is_wrong:
            return Refused(code, message % named, field=field)
    rivals = [one for one in others if one.role == wanted.role and wanted.overlaps(one.from_on, one.until_on)]
    if any(user_id_of(rival) == wanted.user.pk for rival in rivals):
        return Refused("already_seated", _("这个人这段时间在%(desk)s已经是%(role)s。") % named, field="user")
    if rivals and wanted.role == Role.GRID_LEADER:
        return Refused("leader_taken", _("%(desk)s这段时间已经有网格长，一个网格只有一位。") % named, field="role")
    return None


def user_id_of(one: Seat | Post) -> int:
    return one.user.pk if isinstance(one, Seat) else one.user_id


def unseat(post: Post, *, actor: Actor, at: datetime, until_on: date) -> None:
    """Let a post end with the day `until_on`, its last. A post that ends earlier anyway can't be made longer this way: seat anew."""
    actor.require(RIGHT, area=post.desk.area.code)
    if until_on < post.from_on:
        raise Refused(
            "ends_before_start",
            _("这个岗位从 %(day)s 开始，结束日期不能更早。") % {"day": post.from_on.isoformat()},
            field="until_on",
        )
    if post.until_on is not None and post.until_on <= until_on:
        raise Refused(
            "ends_before",
            _("这个岗位到 %(day)s 已经结束；要延长请重新安排。") % {"day": post.until_on.isoformat()},
            field="until_on",
        )
    with unit():
        fact = Fact("post.ended", {"until": until_on.isoformat()})
        advance(post, fact, actor=actor, at=at, changes={"until_on": until_on})
        touch(REGISTER)
