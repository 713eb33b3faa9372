"""The teams of the demo in order: where people came from, who answers for a level, forces, consents, papers, meetings, money. All invented.

Something is left open everywhere, so that every list of what waits has a line: a vacancy, a gap, a stale plate, a task that is late.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random

from django.conf import settings

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.ops import names
from gezhi.people.access import actor_for, get_task
from gezhi.people.actions import (
    Appointing,
    Decision,
    NewLine,
    Seat,
    add_article,
    cite,
    correct_line,
    enter_contact,
    enter_lines,
    enter_member,
    form_task_force,
    hold_meeting,
    issue_plate,
    issue_policy,
    move_task,
    open_pilot,
    publish,
    recommend,
    seat_many,
    set_consent,
)
from gezhi.people.actions.publications import publish_many
from gezhi.people.citations import rules_and_bases
from gezhi.people.features import Feature
from gezhi.people.models import Channel, Desk, DeskKind, Force, Manner, MeetingTask, Post, Publication, Source
from gezhi.people.roles import Role
from gezhi.people.sources import COLLEGE, OPEN_ROUND, PARTY_MEMBER, Facts
from gezhi.territory.models import Area, Level

# 592 full-timers at 62,500 yuan a year are the 37 million of the district's own description.
YUAN_A_FULL_TIMER = {"pay": 45_000, "insurance": 12_500, "training": 2_000, "equipment": 3_000}
SERVICES = ("代办、巡查、调解", "走访、代办、送药", "巡查、文明引导", "政策咨询、代办")
UNITS = ("区住建局", "区民政局", "区教体局", "区卫健局", "区行政审批局", "区城市更新集团")
SOURCE_OF: dict[str, tuple[str, ...]] = {
    Role.GRID_LEADER: ("committees",) * 9 + ("community_worker",),
    Role.GRID_WORKER: ("open_recruitment",) * 7 + ("sunk_worker",) * 2 + ("transferred_worker",),
    Role.PART_TIME_WORKER: ("party_household", "volunteer", "volunteer", "property_steward", "unit_liaison"),
    Role.ADVISER: ("district_unit",),
}
MANNER_OF = {
    "open_recruitment": Manner.RECRUITED,
    "sunk_worker": Manner.SUNK,
    "transferred_worker": Manner.TRANSFERRED,
}
CHANNELS = (Channel.ASSIGNED,) * 4 + (Channel.SELECTED,) * 5 + (Channel.ADJUSTED,)
EXAMINED = {PARTY_MEMBER: True, COLLEGE: True, OPEN_ROUND: True}
GRIDS_AN_ADVISER = 6
POLICIES = (
    ("normative", "关于以高质量党建引领基层网格化治理的实施意见", "示例〔2026〕1号"),
    ("normative", "关于加强网格化综合管理工作的意见（示例）", "示例〔2026〕2号"),
    ("measure", "网格党的建设实施办法", "示例网〔2026〕1号"),
    ("measure", "网格常态化服务管理办法", "示例网〔2026〕2号"),
    ("measure", "网格员队伍建设办法（示例）", "示例网〔2026〕3号"),
    ("measure", "网格事项准入退出办法（示例）", "示例网〔2026〕4号"),
    ("measure", "网格员考核评价办法（示例）", "示例网〔2026〕5号"),
    ("measure", "街呼区应工作办法（示例）", "示例网〔2026〕6号"),
)
# Which article of which document rules rest on; the others are the list of rules without a basis.
BASES = {
    "staffing": (4, "第五条", "居民区网格按“1+1+N+X”、专属网格按“1+X+Y”配备"),
    "source": (4, "第六条", "各类人员的来源"),
    "size": (3, "第四条", "网格规模"),
    "ladder": (3, "第十二条", "逾期提醒和督办"),
}
COMMITTEE = (
    ("区委书记", "lead"),
    ("区长", "plan"),
    ("区委副书记", "coordinate"),
    ("区委政法委书记", "dispatch"),
    ("区委组织部部长", "inspect"),
)


def appointing(seats: Sequence[Seat], random: Random) -> list[Appointing]:
    """Seats of the teams with where their holders came from; about one in ten is an exception, with its reason."""
    sources = {source.code: source for source in Source.objects.all()}
    found = []
    came: dict[tuple[int, str], tuple[str, str, str]] = {}
    for seat in seats:
        key = seat.user.pk, str(seat.role)
        code, channel, unit = came.setdefault(
            key, (random.choice(SOURCE_OF[seat.role]), random.choice(CHANNELS), random.choice(UNITS))
        )
        is_usual = code != "community_worker"
        found.append(
            Appointing(
                seat.user,
                seat.desk,
                seat.role,
                seat.from_on,
                sources[code],
                channel,
                manner=MANNER_OF[code] if seat.role == Role.GRID_WORKER else "",
                facts=Facts(EXAMINED, unit if code in ("district_unit", "unit_liaison") else ""),
                reason="" if is_usual else "“两委”成员没有合适人选，由社区专职工作者担任",
            )
        )
    return found


def settle_teams(desks: list[Desk], *, seed: int, actor: Actor, at: datetime, on: date) -> None:
    """Everything beside the posts; `at` is when the town was founded, `on` its day."""
    random = Random(f"{seed}:teams")  # noqa: S311 - meant to be repeatable
    grids = [desk for desk in desks if desk.kind == DeskKind.GRID]
    open_pilots(desks, actor=actor, at=at, on=on)
    answer_for_levels(desks, random, actor=actor, at=at, on=on)
    place_forces(grids, random, actor=actor, at=at, on=on)
    consent(random, actor=actor, at=at)
    keep_papers(random, actor=actor, at=at, on=on)
    spend(actor=actor, at=at, on=on)


def open_pilots(desks: list[Desk], *, actor: Actor, at: datetime, on: date) -> None:
    district = Area.objects.get(code=settings.DISTRICT)
    open_pilot(Feature.TEAM_PAGE, district, actor=actor, at=at, from_on=on)
    street = next(desk.area for desk in desks if desk.kind == DeskKind.STREET)
    open_pilot(Feature.PLATES, street, actor=actor, at=at, from_on=on)


def answer_for_levels(desks: list[Desk], random: Random, *, actor: Actor, at: datetime, on: date) -> None:
    """The first community that was opened last has nobody: the vacancy that the pages show."""
    places = [desk for desk in desks if desk.kind in (DeskKind.DISTRICT, DeskKind.STREET, DeskKind.COMMUNITY)]
    called = names.people(len(places), random)
    news = [
        NewUser("first" if desk.kind == DeskKind.DISTRICT else f"first{number}", name, names.phone(random))
        for number, (desk, name) in enumerate(zip(places, called, strict=True))
    ]
    users = enter_users(news, actor=actor, at=at, is_invented=True)
    seats = [Seat(user, desk, Role.FIRST_PERSON, on) for user, desk in zip(users, places, strict=True)]
    vacant = max(places, key=lambda desk: (desk.kind == DeskKind.COMMUNITY, desk.area.code))
    seat_many([one for one in seats if one.desk != vacant], actor=actor, at=at)


def place_forces(grids: list[Desk], random: Random, *, actor: Actor, at: datetime, on: date) -> None:
    """Of the seven kinds three are named: a policeman a community, a traffic policeman a street, a mediator for two in three communities."""
    forces = {force.code: force for force in Force.objects.all()}
    for code, digits, office, share in (
        ("police", 12, "派出所", 1.0),
        ("traffic_police", 9, "交警中队", 1.0),
        ("justice", 12, "司法所", 0.66),
    ):
        places: dict[str, list[Area]] = defaultdict(list)
        for desk in grids:
            places[desk.area.code[:digits]].append(desk.area)
        for place, areas in places.items():
            if random.random() > share:
                continue
            contact = enter_contact(
                forces[code],
                names.person(random),
                areas=areas,
                actor=actor,
                at=at,
                on=on,
                phone=names.phone(random),
                office=f"{Area.objects.get(code=place[:9]).short_name}{office}",
            )
            set_consent(contact, True, actor=actor, at=at)


def consent(random: Random, *, actor: Actor, at: datetime) -> None:
    """Nine in ten consent to be shown."""
    roles = (Role.GRID_LEADER, Role.GRID_WORKER, Role.PART_TIME_WORKER)
    users = User.objects.filter(posts__role__in=roles, is_invented=True).distinct().order_by("pk")
    publish_many(
        [(user, random.choice(SERVICES)) for user in users if user.username == "worker" or random.random() < 0.9],
        actor=actor,
        at=at,
    )


def keep_papers(random: Random, *, actor: Actor, at: datetime, on: date) -> None:
    """The library with two documents and six measures, what rests on them, and an edition that has expired."""
    policies = []
    for kind, title, number in POLICIES:
        first = issue_policy(
            kind,
            title,
            actor=actor,
            at=at,
            effective_from=on - timedelta(days=400),
            number=number,
            issued_on=on - timedelta(days=410),
        )
        policies.append(first)
    policies[3] = issue_policy(
        policies[3].kind,
        policies[3].title,
        actor=actor,
        at=at,
        effective_from=on,
        number="示例网〔2026〕7号",
        replaces=policies[3],
    )
    for code, (which, label, gist) in BASES.items():
        article = add_article(policies[which], label, gist, actor=actor, at=at)
        for rule in rules_and_bases(on=on, kind=code):
            cite(code, rule.rule.key, article, actor=actor, at=at)
    for position, (title, function) in enumerate(COMMITTEE, start=1):
        name = names.person(random)
        enter_member(name, f"{title}（示例）", function, actor=actor, at=at, from_on=on, position=position)


def spend(*, actor: Actor, at: datetime, on: date) -> None:
    """A line a street and purpose, by the full-timers that begin there; one that was wrong, and its correction."""
    streets: dict[str, set[int]] = defaultdict(set)
    counted: set[int] = set()
    posts = Post.objects.filter(role=Role.GRID_WORKER).order_by("desk__area__code", "pk")
    for code, user in posts.values_list("desk__area__code", "user_id"):
        if user not in counted:
            counted.add(user)
            streets[code[:9]].add(user)
    areas = {area.code: area for area in Area.objects.filter(level=Level.STREET)}
    lines = [
        NewLine(on.year, areas[code], purpose, 100 * amount * len(users), f"专职网格员 {len(users)} 人")
        for code, users in sorted(streets.items())
        for purpose, amount in YUAN_A_FULL_TIMER.items()
    ]
    rows = enter_lines(lines, actor=actor, at=at)
    wrong = NewLine(on.year, rows[0].area, "other", 123_456, "重复登记")
    [mistake] = enter_lines([wrong], actor=actor, at=at)
    correct_line(mistake, 0, "这一笔重复登记，冲销", actor=actor, at=at)


# --- what happened since ----------------------------------------------------------------------------------------------


def meet_and_recommend(*, start: datetime, end: datetime) -> None:
    """A meeting some weeks ago with tasks that are late, reported and running; two recommendations that wait; a plate that is stale."""
    keeper = user_of("support")
    street = Desk.objects.select_related("area").filter(kind=DeskKind.STREET, is_open=True).order_by("area__code")[0]
    held = start + timedelta(hours=10)
    actor = actor_for(keeper, at=held)
    on = held.date()
    due = [on + timedelta(days=5), on + timedelta(days=9), end.date() + timedelta(days=20)]
    department = Desk.objects.filter(kind=DeskKind.DEPARTMENT, is_open=True).order_by("pk")[0]
    hold_meeting(
        "党建引领基层网格化社会治理工作专题会议（示例）",
        on,
        [
            Decision("十日内补齐空缺的网格长", street, due[0]),
            Decision("公示网格员姓名、联系方式和服务项目", street, due[1]),
            Decision("与街道对接下沉人员名单", department, due[2]),
        ],
        actor=actor,
        at=held,
        place="区综合指挥中心",
        minutes="通报网格人员配备情况。\n议定三项任务，逐项落实到岗台和期限。",
    )
    form_task_force(
        "队伍配备专班（示例）",
        actor=actor,
        at=held,
        from_on=on,
        until_on=on + timedelta(days=180),
        purpose="补齐专职网格员缺口，推开管家牌试点",
        members=[(keeper, "召集"), (user_of("streetsupport"), "街道联络")],
    )
    clerk = actor_for(user_of("street"), at=held + timedelta(days=3))
    task = MeetingTask.objects.get(position=2)
    move_task(
        "report", get_task(clerk, task.pk), actor=clerk, at=held + timedelta(days=3), result="已公示，公示栏上墙。"
    )
    recommend_some(end)
    print_plates(end)


def recommend_some(end: datetime) -> None:
    at = end - timedelta(days=2)
    clerk = user_of("clerk")
    actor = actor_for(clerk, at=at)
    desks = Desk.objects.select_related("area").filter(kind=DeskKind.GRID, is_open=True)
    community = Post.objects.filter(user=clerk).values_list("desk__area__code", flat=True)[0]
    grids = list(desks.filter(area__code__startswith=community).order_by("area__code")[:2])
    for desk, name, code, unit in zip(
        grids,
        ("何联络", "尤支书"),
        ("unit_liaison", "new_organisation"),
        ("泉景商务大厦", "众合物业联合党支部"),
        strict=False,
    ):
        source = Source.objects.get(code=code)
        recommend(
            desk,
            source,
            unit_name=unit,
            name=name,
            work_phone="12000000001",
            actor=actor,
            at=at,
            reason="熟悉楼宇，本人愿意",
        )


def print_plates(end: datetime) -> None:
    """Plates for a few workers of the street that tries them out; the services of one have changed since."""
    at = end - timedelta(days=5)
    keeper = user_of("streetsupport")
    actor = actor_for(keeper, at=at)
    street = Post.objects.filter(user=keeper).values_list("desk__area__code", flat=True)[0]
    shown = Publication.objects.filter(withdrawn_at__isnull=True).values("user")
    posts = Post.objects.filter(
        role=Role.GRID_WORKER, desk__area__code__startswith=street, user__in=shown, until_on__isnull=True
    ).select_related("user", "desk__area")
    several = list(posts.order_by("desk__area__code", "pk")[:6])
    for post in several:
        issue_plate(post, actor=actor, at=at)
    if several:
        publish(several[-1].user, "代办、巡查、陪诊", actor=actor, at=end - timedelta(days=1))


def user_of(username: str) -> User:
    return User.objects.get(username=username)


def seats_of(posts: Iterable[Seat]) -> tuple[list[Seat], list[Seat]]:
    """Those of the teams, and all others."""
    several = list(posts)
    return [one for one in several if one.role in SOURCE_OF], [one for one in several if one.role not in SOURCE_OF]
