"""Living examples of selecting, training, managing and using people, by the real actions: on the ground where the accounts to remember work."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.ops import names
from gezhi.people.access import actor_for
from gezhi.people.actions import seat, unseat
from gezhi.people.models import Desk, Post
from gezhi.people.roles import Role
from gezhi.workforce.access import get_candidate, get_promotion, get_round
from gezhi.workforce.actions import (
    Measure,
    Vacancy,
    add_material,
    add_question,
    ask_exemption,
    ask_promotion,
    ask_swap,
    begin_tenure,
    certify,
    enrol,
    enter_device,
    enter_honour,
    enter_leave,
    evaluate,
    hand_in,
    hand_out,
    hold_session,
    mark,
    move,
    offer_course,
    plan_round,
    plan_turns,
    propose,
    record_presence,
    require_course,
    take_candidate,
    take_promotion,
    take_round,
)
from gezhi.workforce.models import Candidate, Course, Item, Session, Skill

DAY = timedelta(days=1)
# Text, options, right ones: what everybody must know before the first day.
QUESTIONS = (
    ("single", "巡查时看见井盖破损，先做什么？", ("立即上报并看护现场", "等下次巡查再说", "发到居民群里"), (0,)),
    ("multiple", "哪些事可以在网格里即查即办？", ("清理楼道杂物", "提醒电动车规范停放", "现场开具罚单"), (0, 1)),
    ("yes_no", "居民没有留电话，反映的事就不用答复。", (), (1,)),
    ("single", "遇到邻里争吵，网格员应当怎么做？", ("先劝开，再请调解员", "评判谁对谁错", "不管"), (0,)),
    ("yes_no", "入户走访时可以登记居民的身份证号码。", (), (1,)),
)
RULES = "一、看见就报，报了就办，办了就回。\n二、进门先亮管家牌，说明来意。\n三、不登记身份证号码，不议论居民家事。"
CRITERIA = (("常住本社区", 0), ("群众基础", 60), ("服务意愿", 40))


@dataclass
class Cast:
    """The people to remember and their desks."""

    users: dict[str, User]
    desks: dict[str, Desk]
    start: datetime
    end: datetime
    random: Random

    def actor(self, name: str, at: datetime) -> Actor:
        return actor_for(self.users[name], at=at)

    def day(self, share: float, hour: int = 10) -> datetime:
        """A working hour of a day, so far on the way from the beginning to the end."""
        at = self.start + share * (self.end - self.start)
        return min(at.replace(hour=hour, minute=self.random.randrange(60), second=0, microsecond=0), self.end)


def staff(*, seed: int, start: datetime, end: datetime, builder: Actor) -> None:
    """Selections, courses, things, rosters, honours and careers between `start` and `end`."""
    wanted = ("leader", "worker", "parttimer", "adviser", "clerk", "street", "district", "support", "streetsupport")
    users = {user.username: user for user in User.objects.filter(username__in=wanted)}
    if len(users) < len(wanted):
        return
    posts = Post.objects.filter(user__in=users.values()).select_related("user", "desk__area")
    desks = {post.user.username: post.desk for post in posts.order_by("-pk")}
    random = Random(f"{seed}:workforce")  # noqa: S311 - meant to be repeatable
    cast = Cast(users, desks, start, end, random)
    with unit():
        course = teach(cast)
        certify_some(cast)
        equip(cast)
        select(cast, builder)
        newcomer(cast, course, builder)
        duty(cast)
        careers(cast)


def workers_of(cast: Cast, *, most: int) -> list[User]:
    """Those who work in the grids of the community to remember."""
    code = cast.desks["clerk"].area.code
    roles = (Role.GRID_LEADER, Role.GRID_WORKER, Role.PART_TIME_WORKER)
    rows = Post.objects.filter(desk__area__code__startswith=code, role__in=roles, until_on=None)
    return list(User.objects.filter(pk__in=rows.values("user_id"), is_active=True).order_by("pk")[:most])


# --- training -------------------------------------------------------------------------------------------------------


def teach(cast: Cast) -> Course:
    """The three kinds of course; many have passed, some have a date ahead."""
    at = cast.day(0.05)
    support, district = cast.actor("support", at), cast.desks["support"].area
    course = offer_course(
        actor=support, at=at, code="start", name="网格员岗前培训", kind="academy", area=district,
        summary="上岗之前必须通过：职责、流程、纪律。", pass_mark=80, most_attempts=3,
    )  # fmt: skip
    add_material(course, actor=support, at=at, title="网格员守则", text=RULES)
    for kind, text, options, correct in QUESTIONS:
        add_question(course, actor=support, at=at, kind=kind, text=text, options=options, correct=correct)
    require_course(Role.GRID_WORKER, course, actor=support, at=at, valid_from=local_day(at))
    short = offer_course(
        actor=support,
        at=at,
        code="micro-fire",
        name="微课堂：楼道里的消防",
        kind="micro",
        area=district,
        summary="五分钟说清楚三件事。",
    )
    add_material(short, actor=support, at=at, title="三件事", text="通道不堵、电动车不进楼、灭火器压力看得见。")
    add_question(short, actor=support, at=at, kind="yes_no", text="电动车可以在楼道里充电。", correct=[1])
    people = workers_of(cast, most=24)
    for number, user in enumerate(people):
        answer(cast, course, user, cast.day(0.1 + 0.02 * number), is_right=number % 6 != 5)
        if number % 2:
            answer(cast, short, user, cast.day(0.3 + 0.01 * number), is_right=True)
    meet(cast, people)
    return course


def answer(cast: Cast, course: Course, user: User, at: datetime, *, is_right: bool) -> None:
    answers = {
        one.pk: one.correct if is_right or place % 2 else [(one.correct[0] + 1) % len(one.options)]
        for place, one in enumerate(course.questions.order_by("position"))
    }
    hand_in(course, answers, actor=actor_for(user, at=at), at=at)


def meet(cast: Cast, people: list[User]) -> None:
    """A salon that was held, and one to come."""
    at = cast.day(0.35)
    street = cast.desks["streetsupport"].area
    keeper = cast.actor("streetsupport", at)
    salon = offer_course(
        actor=keeper,
        at=at,
        code="salon-quarrels",
        name="沙龙：邻里矛盾怎么劝",
        kind="salon",
        area=street,
        summary="老网格员讲自己劝过的事。",
    )
    held = hold_session(
        salon, actor=keeper, at=at, area=street, starts_at=at + 2 * DAY, place="街道会议室", capacity=30
    )
    for user in people[:12]:
        enrol(held, user, actor=keeper, at=at)
    held = Session.objects.select_related("course", "area").get(pk=held.pk)
    record_presence(held, [user.pk for user in people[:10]], actor=keeper, at=at + 3 * DAY)
    ahead = hold_session(
        salon, actor=keeper, at=cast.end, area=street, starts_at=cast.end + 4 * DAY, place="社区活动室", capacity=20
    )
    for user in (cast.users["worker"], *people[3:9]):
        try:
            enrol(ahead, user, actor=actor_for(user, at=cast.end), at=cast.end)
        except Refused:
            # The one to remember is among them.
            continue


def certify_some(cast: Cast) -> None:
    at = cast.day(0.5)
    keeper = cast.actor("streetsupport", at)
    skills = list(Skill.objects.order_by("pk"))
    for number, user in enumerate(workers_of(cast, most=24)):
        for skill in skills[: 2 + number % (len(skills) - 1)]:
            until = local_day(at) + (50 if number % 7 == 3 else 500) * DAY
            certify(user, skill, 1 + (number + skill.pk) % 3, actor=keeper, at=at, until_on=until)


# --- things ---------------------------------------------------------------------------------------------------------


def equip(cast: Cast) -> None:
    at, desk = cast.day(0.2), cast.desks["clerk"]
    clerk = cast.actor("clerk", at)
    items = {item.code: item for item in Item.objects.all()}
    people = workers_of(cast, most=24)
    for code, count in (("kit", 40), ("badge", 60), ("vest", 30)):
        move(items[code], desk, "taken_in", count, actor=clerk, at=at, note="区里统一配发")
    for user in people:
        move(items["kit"], desk, "issued", 1, actor=clerk, at=at, user=user)
        move(items["badge"], desk, "issued", 1, actor=clerk, at=at, user=user)
    later = cast.day(0.6)
    clerk = cast.actor("clerk", later)
    move(items["badge"], desk, "lost", 1, actor=clerk, at=later, user=people[-1], note="巡查时掉在河边，已找过")
    move(items["vest"], desk, "written_off", 2, actor=clerk, at=later, note="破损")
    for number, user in enumerate(people[:8]):
        phone = enter_device(
            actor=clerk, at=later, desk=desk, imei=imei(number), model="5G 直板手机", number=f"SJ-{number + 1:03d}"
        )
        if number < 6:
            hand_out(phone, user, actor=clerk, at=later)


def imei(number: int) -> str:
    """An invented number whose last digit checks the others."""
    body = f"35000000{number:06d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


# --- selecting ------------------------------------------------------------------------------------------------------


def select(cast: Cast, builder: Actor) -> None:
    """One selection that is over, with somebody in a post, and one that takes names right now."""
    at = cast.day(0.02)
    street, grid = cast.desks["streetsupport"].area, cast.desks["worker"]
    called = names.people(8, cast.random)
    first = plan(cast, at, f"{street.short_name}兼职网格员选聘（第一批）", local_day(at) + 5 * DAY, grid)
    chosen = run(cast, first, called[:4], at)
    post_day = cast.day(0.85)
    user = enter_users(
        [NewUser("selected1", chosen.name, names.phone(cast.random))], actor=builder, at=post_day, is_invented=True
    )[0]
    make_room(Role.PART_TIME_WORKER, builder=builder, at=post_day)
    actor = cast.actor("district", post_day)
    take_candidate(
        "appoint",
        get_candidate(actor, chosen.pk),
        actor=actor,
        at=post_day,
        user_id=user.pk,
        from_on=local_day(post_day),
    )
    second = plan(
        cast, cast.end - 3 * DAY, f"{street.short_name}兼职网格员选聘（第二批）", local_day(cast.end) + 6 * DAY, grid
    )
    step(cast, second, "open", cast.end - 3 * DAY)
    for name in called[4:7]:
        suggest(cast, second, name, cast.end - DAY)


def plan(cast: Cast, at: datetime, name: str, until: date, grid: Desk) -> int:
    return plan_round(
        actor=cast.actor("streetsupport", at), at=at, name=name, area=cast.desks["streetsupport"].area, channel="selected",
        apply_until=until, openings=[Vacancy(grid, Role.PART_TIME_WORKER, 1)],
        criteria=[Measure(text, weight) for text, weight in CRITERIA],
    ).pk  # fmt: skip


def step(cast: Cast, key: int, name: str, at: datetime) -> None:
    actor = cast.actor("streetsupport", at)
    take_round(name, get_round(actor, key), actor=actor, at=at)


def suggest(cast: Cast, key: int, name: str, at: datetime) -> int:
    clerk = cast.actor("clerk", at)
    opening = get_round(clerk, key).openings.select_related("round__area", "desk__area").get()
    return propose(
        opening, actor=clerk, at=at, name=name, origin="community", unit_name=cast.desks["clerk"].area.short_name,
        phone=names.phone(cast.random),
    ).pk  # fmt: skip


def run(cast: Cast, key: int, called: list[str], at: datetime) -> Candidate:
    """From the first name to the decision; the candidate who won."""
    step(cast, key, "open", at)
    keys = [suggest(cast, key, name, at + DAY) for name in called]
    judge_at = at + 7 * DAY
    judge = cast.actor("streetsupport", judge_at)
    for one in keys:
        take_candidate("approve", get_candidate(judge, one), actor=judge, at=judge_at)
    step(cast, key, "assess", judge_at)
    criteria = list(get_round(judge, key).criteria.order_by("position"))
    for place, one in enumerate(keys):
        for criterion, value in zip(criteria, (1, 92 - 6 * place, 80 + place), strict=True):
            mark(get_candidate(judge, one), criterion, value, actor=judge, at=judge_at)
    step(cast, key, "publish", judge_at + DAY)
    step(cast, key, "decide", judge_at + 16 * DAY)
    return get_candidate(judge, keys[0])


def make_room(role: Role, *, builder: Actor, at: datetime) -> None:
    """Somebody leaves whom a newcomer follows, so that the demo has as many people as the district's own description counts."""
    rows = Post.objects.filter(role=role, until_on=None, from_on__lt=local_day(at)).select_related("desk__area")
    leaver = rows.filter(user__is_invented=True).order_by("-user_id").first()
    if leaver is None:
        return
    for post in rows.filter(user_id=leaver.user_id):
        unseat(post, actor=builder, at=at, until_on=local_day(at) - DAY)


def newcomer(cast: Cast, course: Course, builder: Actor) -> None:
    """Somebody new whose post waits for the training, and a request to begin before it."""
    at = max(cast.end - 2 * DAY, cast.start)
    grid = cast.desks["worker"]
    called = names.people(2, cast.random)
    news = [NewUser(f"newcomer{number}", name) for number, name in enumerate(called, start=1)]
    for number, user in enumerate(enter_users(news, actor=builder, at=at, is_invented=True)):
        make_room(Role.GRID_WORKER, builder=builder, at=at)
        post = seat(user, grid, Role.GRID_WORKER, actor=builder, at=at, from_on=local_day(at))
        if number:
            ask_exemption(
                post, actor=cast.actor("clerk", at), at=at, reason="网格只剩一人，先跟班上岗，本月内补考。",
                until_on=local_day(at) + 25 * DAY,
            )  # fmt: skip


# --- duty and careers -----------------------------------------------------------------------------------------------


def duty(cast: Cast) -> None:
    """This week and the next at community, street and grid; somebody asks to exchange."""
    at, first = cast.end, local_day(cast.end) - local_day(cast.end).weekday() * DAY
    last = first + 13 * DAY
    community, grid = cast.desks["clerk"], cast.desks["worker"]
    people = [user.pk for user in workers_of(cast, most=9) if user.pk != cast.users["worker"].pk]
    clerk = cast.actor("clerk", at)
    plan_turns(community, people, actor=clerk, at=at, first=first, last=last, opens=time(18), closes=time(8))
    leader = cast.actor("leader", at)
    own = plan_turns(
        grid, [cast.users["worker"].pk, cast.users["parttimer"].pk], actor=leader, at=at, first=first, last=last,
        opens=time(9), closes=time(17),
    )  # fmt: skip
    street = cast.actor("streetsupport", at)
    plan_turns(
        cast.desks["street"], [cast.users["street"].pk], actor=street, at=at, first=first, last=last, opens=time(8),
        closes=time(8), kind="lead",
    )  # fmt: skip
    ahead = [one for one in own if one.starts_at > at and one.user_id == cast.users["parttimer"].pk]
    theirs = [one for one in own if one.starts_at > at and one.user_id == cast.users["worker"].pk]
    if ahead and theirs:
        ask_swap(
            ahead[0], cast.users["worker"], actor=cast.actor("parttimer", at), at=at, in_return=theirs[-1],
            reason="那天要陪孩子开家长会，能换一下吗？",
        )  # fmt: skip


def careers(cast: Cast) -> None:
    at = cast.day(0.7)
    street, support = cast.actor("streetsupport", at), cast.actor("support", at)
    people = [user for user in workers_of(cast, most=24) if user.pk != cast.users["worker"].pk]
    granted = local_day(at) - 200 * DAY
    enter_honour(
        actor=street, at=at, title="区优秀网格员", level="district", granted_by="区委、区政府", granted_on=granted,
        user=cast.users["worker"], result="全年调解邻里矛盾 38 起",
    )  # fmt: skip
    enter_honour(
        actor=street, at=at, title="先进基层党组织", level="city", granted_by="市委", granted_on=granted,
        desk=cast.desks["clerk"], result="党建引领网格治理",
    )  # fmt: skip
    begin_tenure(people[1], cast.desks["clerk"], actor=street, at=at, from_on=local_day(cast.end) - 715 * DAY)
    begin_tenure(people[2], cast.desks["worker"], actor=street, at=at, from_on=local_day(cast.end) - 240 * DAY)
    enter_leave(people[2], actor=street, at=at, from_on=local_day(at) - 160 * DAY, until_on=local_day(at) - 110 * DAY)
    asked = ask_promotion(
        actor=actor_for(people[0], at=at),
        at=at,
        from_rung="grid_worker",
        to_rung="community_staff",
        statement="在网格工作六年，熟悉社区各项业务。",
    )
    take_promotion("review", get_promotion(street, asked.pk), actor=street, at=at + DAY, note="群众评价好。")
    take_promotion(
        "grant", get_promotion(support, asked.pk), actor=support, at=at + 2 * DAY, from_on=local_day(at) + 5 * DAY
    )
    worker = cast.actor("worker", cast.end)
    ask_promotion(
        actor=worker,
        at=cast.end,
        from_rung="grid_worker",
        to_rung="community_staff",
        statement="愿意到社区做更多的事。",
    )
    for name in ("leader", "clerk", "street"):
        evaluate(
            cast.users["adviser"], cast.desks["adviser"], actor=cast.actor(name, cast.end), at=cast.end,
            year=local_day(cast.end).year, support=5, contact=4, words="帮网格协调了两件难事。",
        )  # fmt: skip
