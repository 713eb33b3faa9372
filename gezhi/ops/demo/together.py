"""Building together in the demo, by the real actions: units with what they promise and have, needs, projects to their acceptance, sites, features.

The whole district shows the figures of the text, from rows: 460 projects, 178 problems solved, 106,000 households, none counted twice. The small town
shows its share. Some needs find nobody, some resources wait, some projects are under way: there is something to do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from gezhi.cobuild.actions import (
    accept_project,
    add_sub_team,
    announce,
    ask_help,
    commit,
    complain,
    confirm_hours,
    count_households,
    enter_partner,
    finish_help,
    finish_project,
    found_team,
    hold,
    keep,
    name_feature,
    offer,
    open_site,
    plan_milestone,
    reach_milestone,
    sign_up,
    start_project,
    state_need,
    take_help,
)
from gezhi.cobuild.models import Offer, Partner, Project
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.transactions import unit
from gezhi.territory.models import Area, GridKind, Level

DAY = timedelta(days=1)
# What the text says of 939 residential grids.
PROJECTS, PROBLEMS, HOUSEHOLDS, GRIDS = 460, 178, 106_000, 939
# Of every so many: one under way, one waiting for residents.
RUNNING_EVERY, WAITING_EVERY = 12, 30
KINDS = (
    ("agency", "机关党支部", ("hands", "周末志愿服务队", "每周六，12 人")),
    ("enterprise", "第二小学", ("room", "操场和多功能教室", "周六、周日上午")),
    ("new", "餐饮协会党支部", ("goods", "爱心餐", "每天 20 份")),
    ("red_property", "红色物业服务中心", ("parking", "夜间共享车位", "40 个，18:00—8:00")),
    ("enterprise", "社区医院", ("care", "上门量血压", "每月两次")),
)
# Topic, need, project, evidence, outcome.
WORK = (
    (
        "room",
        "孩子周末没有地方活动",
        "周末活动室",
        "教室门口贴了开放时间，已开放两次",
        "每周六、周日上午开放，家长轮流看护。",
    ),
    (
        "parking",
        "晚上回来没有地方停车",
        "错时共享车位",
        "门口划了线，装了指示牌",
        "单位车位夜间向居民开放，消防通道不再停车。",
    ),
    ("care", "几位独居老人出门看病不便", "上门量血压", "登记了上门的日期和人次", "每月两次上门，遇到情况告诉网格员。"),
    ("hands", "楼后的杂物长期没人清", "楼后清理和绿化", "清理前后各拍了照片", "清走杂物三车，种了冬青，划了自行车位。"),
    ("goods", "行动不便的老人吃饭难", "爱心餐送上门", "有签收的份数，没有姓名", "每天中午送餐，网格员帮着带上楼。"),
)
SITES = (
    ("红色微家", "红色微家", "周一至周六 9:00—17:00", "饮水、歇脚、阅览、代办"),
    ("红色港湾", "红色港湾", "每天 8:30—20:00", "快递小哥和环卫工歇脚、充电、热饭"),
)
FEATURES = (
    ("红色基因传承", "老党员每月给孩子们讲一次街上的故事，讲过的都编进了小册子。"),
    ("暖心宅急送", "行动不便的人打个电话，药、菜、快递由网格的人顺路带上楼。"),
    ("音为有你", "每周五晚上在小广场合唱，不会唱的来听也好。"),
)

# The team of the text: ten residential grids, sub-teams by what they can do.
TEAM, TEAM_GRIDS = "爱心志愿战队", 10
SUB_TEAMS = (
    ("counselling", "心理咨询战队"),
    ("law", "法律帮扶战队"),
    ("elderly", "爱老助老战队"),
    ("greening", "环境保护战队"),
    ("order", "文明劝导战队"),
)
# Kind, title, place, sub-team, people helped, outcome.
ACTIVITIES = (
    ("civility", "路口文明劝导", "东门路口", "order", 300, "早晚高峰各劝导一小时。"),
    ("cleaning", "山体清理和绿化", "小区后山", "greening", 420, "百余名居民清走垃圾，种了树。"),
    ("daily", "便民服务日", "小广场", None, 160, "理发、磨刀、修小家电。"),
    ("care", "陪老人说说话", "日间照料中心", "elderly", 18, "两人一组，陪老人下棋、读报。"),
)
HELP = (
    ("law", "想问房子怎么过户"),
    ("elderly", "想有人陪着去医院"),
    ("counselling", "孩子不愿上学，想找人聊聊"),
    ("repair", "灯坏了够不着"),
)


@dataclass
class Together:
    """Who lays it out, when, with what chance."""

    actor: Actor
    start: datetime
    end: datetime
    seed: int
    random: Random = field(init=False)
    units: dict[str, list[tuple[Partner, Offer]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(f"{self.seed}:together")  # noqa: S311 - meant to be repeatable

    def by(self, at: datetime) -> dict[str, Any]:
        return {"actor": self.actor, "at": at}

    def run(self) -> None:
        grids = list(Area.objects.filter(level=Level.GRID, kind=GridKind.RESIDENTIAL, is_active=True).order_by("code"))
        communities = {one.code: one for one in Area.objects.filter(level=Level.COMMUNITY, is_active=True)}
        if not grids:
            return
        with unit():
            self.enter_units([communities[code] for code in sorted({grid.code[:12] for grid in grids})])
            self.work(grids, communities)
            self.dress(grids, communities)
            self.volunteer(grids)

    def enter_units(self, communities: Sequence[Area]) -> None:
        """Two units a community; between them every kind."""
        for number, community in enumerate(communities):
            for step in range(2):
                kind, name, (topic, title, amount) = KINDS[(2 * number + step) % len(KINDS)]
                partner = enter_partner(
                    f"{community.short_name}{name}",
                    kind,
                    community,
                    joined_on=local_day(self.start),
                    contact_name="联络员",
                    **self.by(self.start),
                )
                given = offer(partner, topic, title, amount=amount, **self.by(self.start))
                self.units.setdefault(community.code, []).append((partner, given))
                promise = commit(
                    partner, f"{title}，{amount}", due_on=local_day(self.end) + 60 * DAY, **self.by(self.start)
                )
                if (number + step) % 3 == 0:
                    keep(promise, outcome="已按承诺做到，居民在公示栏看得到。", **self.by(self.end))

    def work(self, grids: list[Area], communities: dict[str, Area]) -> None:
        share = len(grids) / GRIDS if len(grids) < GRIDS else 1.0
        number = round(PROJECTS * share)
        problems, homes = round(PROBLEMS * share), round(HOUSEHOLDS * share)
        # The largest grids first, so that the households of the text find homes enough.
        chosen = sorted(grids, key=lambda grid: (-(grid.households or 0), grid.code))
        ends = [self.ending(at) for at in range(number)]
        left = ends.count("accepted")
        reached: dict[str, int] = {}
        for at, end in enumerate(ends):
            grid = chosen[at % len(chosen)]
            again = grid.code in reached
            count = 0
            if end == "accepted":
                count = (
                    min(-(-homes // left), grid.households or homes) if not again else max(reached[grid.code] // 2, 1)
                )
                left -= 1
                homes -= 0 if again else count
                reached.setdefault(grid.code, count)
            is_problem = end == "accepted" and problems > 0
            problems -= is_problem
            self.project(at, grid, communities[grid.code[:12]], end, count, is_problem=is_problem)
        # What nobody has taken up: some fits a resource, some nobody has.
        for at, grid in enumerate(chosen[: max(4, number // 20)]):
            topic, title, *_rest = WORK[at % len(WORK)] if at % 2 else ("culture", "想有一处能排练的地方")
            state_need(grid, topic, title, **self.by(self.end))

    def ending(self, at: int) -> str:
        if at % RUNNING_EVERY == RUNNING_EVERY - 1:
            return "running"
        return "waiting" if at % WAITING_EVERY == WAITING_EVERY - 2 else "accepted"

    def project(self, at: int, grid: Area, community: Area, end: str, homes: int, *, is_problem: bool) -> None:
        partner, given = self.units[community.code][at % 2]
        topic, need, title, evidence, outcome = next(
            (work for work in WORK if work[0] == given.topic), WORK[at % len(WORK)]
        )
        begun, met, done, asked = self.instants()
        wanted = state_need(grid, topic, need, is_problem=is_problem, **self.by(begun))
        row = start_project(
            f"{grid.short_name}{title}",
            community,
            needs=[wanted],
            parts=[(partner, given)],
            due_on=max(local_day(self.end) + (20 if at % 5 else -1) * DAY, local_day(begun)),
            started_on=local_day(begun),
            cost_fen=100_00 * self.random.randint(2, 90),
            **self.by(begun),
        )
        step = plan_milestone(row, "商定时间和做法", due_on=local_day(met), **self.by(begun))
        if end == "running" and at % 2:
            return
        reach_milestone(step, evidence=evidence, **self.by(met))
        row.refresh_from_db()
        if end == "running":
            return
        self.end_project(row, grid, homes, outcome, done=done, asked=asked if end == "accepted" else None)

    def end_project(
        self, row: Project, grid: Area, homes: int, outcome: str, *, done: datetime, asked: datetime | None
    ) -> None:
        if homes:
            count_households(row, grid, homes, **self.by(done))
        finish_project(row, outcome=outcome, cost_fen=row.cost_fen, **self.by(done))
        if asked is not None:
            people = self.random.randint(12, 40)
            accept_project(row, asked=people, satisfied=people - self.random.randint(0, people // 5), **self.by(asked))

    def instants(self) -> Iterator[datetime]:
        """Four instants of the time played, one after the other."""
        length = self.end - self.start
        return iter([self.start + length * share for share in sorted(self.random.random() for _step in range(4))])

    def dress(self, grids: list[Area], communities: dict[str, Area]) -> None:
        """Sites and features; and a word about the service itself that waits for its answer."""
        codes = sorted({grid.code[:12] for grid in grids})
        for at, code in enumerate(codes[::3]):
            brand, name, hours, services = SITES[at % len(SITES)]
            community = communities[code]
            open_site(
                brand,
                f"{community.short_name}{name}",
                community,
                address=f"{community.short_name}党群服务中心一层",
                hours=hours,
                services=services,
                **self.by(self.start),
            )
        for grid, (name, words) in zip(grids[:: max(len(grids) // len(FEATURES), 1)], FEATURES, strict=False):
            name_feature(grid, name, words, **self.by(self.start))
        complain(
            "pages",
            "字再大一点就好了，我妈看不清。",
            actor=Actor.resident(),
            at=self.end,
            area_code=grids[0].code[:9],
        )

    def volunteer(self, grids: list[Area]) -> None:
        """The team of the first street with ten grids; what it did, what is ahead, who asks it."""
        first = grids[0].code[:9]
        own = [grid for grid in grids if grid.code.startswith(first)][:TEAM_GRIDS]
        street = Area.objects.get(code=first)
        team = found_team(TEAM, street, grids=own, words="邻里有事，搭把手。", **self.by(self.start))
        subs = {key: add_sub_team(team, key, name, **self.by(self.start)) for key, name in SUB_TEAMS}
        for number, (kind, title, place, key, helped, outcome) in enumerate(ACTIVITIES):
            for is_past in (True, False):
                starts = self.end + (number + 2) * DAY if not is_past else self.end - (number + 3) * DAY
                row = announce(
                    team,
                    kind,
                    title,
                    place=place,
                    starts_at=starts,
                    places=150 if kind == "cleaning" else 20,
                    sub_team=subs.get(key or ""),
                    **self.by(self.start),
                )
                people = (110 if kind == "cleaning" else 8) if is_past else 3
                signed = [
                    sign_up(
                        row,
                        actor=Actor.resident(),
                        at=self.start + DAY,
                        name=f"志愿者{one + 1}",
                        phone=f"1380000{number}{one:03d}",
                    )
                    for one in range(people)
                ]
                if is_past:
                    hold(row, beneficiaries=helped, outcome=outcome, **self.by(starts + DAY / 2))
                    for one in signed:
                        one.activity.refresh_from_db()
                        confirm_hours(one, 60 * self.random.randint(1, 3), **self.by(starts + DAY))
        for at, (specialty, words) in enumerate(HELP):
            asked = ask_help(own[at % len(own)], specialty, words, **self.by(self.end - 2 * DAY))
            if at == 1:
                take_help(asked, **self.by(self.end - DAY))
                finish_help(asked, beneficiaries=1, **self.by(self.end))


def build_together(*, seed: int, actor: Actor, start: datetime, end: datetime) -> None:
    Together(actor, start, end, seed).run()
