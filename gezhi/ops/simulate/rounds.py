"""The rounds of the simulated town, through the real actions: doors and visits, a campaign that ended and one that runs, spots that were looked at,
and what workers say to the service support."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from gezhi.fieldwork.access import get_suggestion, get_target
from gezhi.fieldwork.actions import (
    Finding,
    add_address_point,
    add_spot,
    answer_target,
    draft_campaign,
    record_look,
    record_visit,
    send_suggestion,
    set_questions,
    set_targets,
    take_campaign,
    take_suggestion,
)
from gezhi.fieldwork.checklists import checklists
from gezhi.fieldwork.models import AddressPoint, Campaign
from gezhi.fieldwork.questions import Question
from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.ops.simulate.cast import Cast
from gezhi.people.models import DeskKind
from gezhi.people.roles import Role

DAY = timedelta(days=1)
ORDER: dict[str, int] = {Role.GRID_LEADER: 0, Role.GRID_WORKER: 1}
STREETS_WITH_CAMPAIGNS = 2
DOORS_A_GRID, VISITS_A_GRID, LOOKS_A_GRID = 3, 5, 2
# What people at the door have: kind and words. Invented.
NEEDS = (
    ("problem", "单元门的闭门器坏了，晚上关门声音很大。"),
    ("problem", "楼道的声控灯要跺几次脚才亮。"),
    ("opinion", "小区的充电桩最好再加两个，晚上常常排队。"),
    ("request", "想问一问老旧小区改造什么时候轮到我们楼。"),
    ("request", "楼下的井盖松了，车一过就响。"),
)
SPOTS = (("消火栓", "看有没有被挡住"), ("小区大门口", "看车有没有停在通道上"), ("河边护栏", "看有没有松动"))
STAIRS = (
    Question("blocked", "楼道通道是否被占用", "yes_no", is_required=True),
    Question("bikes", "楼内停放的电动自行车（辆）", "number"),
    Question("hydrant", "消火栓状况", "choice", choices=("完好", "缺件", "打不开", "没有")),
    Question("more", "补充说明", "text"),
    Question("photo", "现场照片", "photo"),
)
PURPOSES = {
    "楼道消防通道排查": "逐栋看楼道通道和消火栓。看到堆物的，当场劝清；清不了的转为事件。",
    "供暖前走访排查": "试水那几天看各网格暖气热不热、漏不漏。",
}
HEATING = (
    Question("warm", "暖气是否已经热起来", "yes_no", is_required=True),
    Question("leak", "有没有漏水的地方", "yes_no"),
)
SAID = (
    (
        "suggestion",
        "street",
        "早会能不能改成线上，省下来的时间可以多走两栋楼。",
        "从下周起改为每周一次，其余用群里的文字代替。",
    ),
    ("complaint", "district", "同一件事几个部门都要填一遍，表的样子还不一样。", ""),
    ("suggestion", "street", "雨天入户的雨衣太薄，希望换一批。", ""),
)


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody of a grid's team."""

    code: str
    user: int


class Rounds:
    """From `start` to `end`; the same seed on the same town makes the same rounds."""

    def __init__(self, *, seed: int, start: datetime, end: datetime) -> None:
        self.random = Random(f"{seed}:rounds")  # noqa: S311 - meant to be repeatable
        self.cast, self.start, self.end = Cast(), start, end
        # One a grid, its leader where there is one: spots are chosen by who leads.
        self.teams: dict[str, Walker] = {}
        for desk_id, seats in sorted(self.cast.seats.items()):
            desk = self.cast.desks[desk_id]
            able = sorted((ORDER[role], user) for role, user in seats if role in ORDER)
            if desk.kind == DeskKind.GRID and able:
                self.teams[desk.area.code] = Walker(desk.area.code, able[0][1])

    def key(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def moment(self, first: datetime, last: datetime) -> datetime:
        at = first + self.random.random() * (last - first)
        return min(at.replace(hour=1 + self.random.randrange(8), minute=self.random.randrange(60)), last)

    def run(self) -> int:
        """Everything; how many visits were made."""
        if not self.teams or self.end <= self.start:
            return 0
        with unit():
            visits = sum(self.walk(walker) for walker in self.teams.values())
            for street in sorted({code[:9] for code in self.teams})[:STREETS_WITH_CAMPAIGNS]:
                clerk = self.seated(Role.STREET_CLERK, street)
                if clerk is not None:
                    self.campaigns(street, clerk)
            self.speak()
        return visits

    def walk(self, walker: Walker) -> int:
        """Doors, visits and looks of one grid."""
        random, begun = self.random, self.cast.actor(walker.user, self.start)
        doors: list[AddressPoint] = []
        for number in range(DOORS_A_GRID):
            building, unit_name = f"{1 + number // 2}号楼", f"{1 + number % 2}单元"
            door = f"{1 + random.randrange(6)}0{1 + random.randrange(3)}"
            facts: dict[str, Any] = {"building": building, "unit_name": unit_name, "door": door}
            where = walker.code
            doors.append(add_address_point(actor=begun, at=self.start, key=self.key(), area_code=where, **facts))
        triggers = [one.code for one in checklists().triggers]
        ticks = [code for code, one in checklists().entries.items() if one.group != "visit"]
        made = 0
        for _number in range(VISITS_A_GRID):
            at, finding = self.moment(self.start, self.end), None
            if random.random() < 0.05:
                # What was found long ago would have been handled since.
                at, (kind, words) = self.end - random.random() * DAY / 4, random.choice(NEEDS)
                finding = Finding(words, kind=kind)
            try:
                record_visit(
                    random.choice(doors),
                    actor=self.cast.actor(walker.user, at),
                    at=at,
                    key=self.key(),
                    trigger=random.choice(triggers),
                    ticked=random.sample(ticks, 3),
                    finding=finding,
                )
            except Refused:
                continue
            made += 1
        self.look(walker)
        return made

    def look(self, walker: Walker) -> None:
        if not self.cast.actor(walker.user, self.start).may("spot.edit", area=walker.code):
            return
        name, hint = self.random.choice(SPOTS)
        actor = self.cast.actor(walker.user, self.start)
        spot = add_spot(actor=actor, at=self.start, key=self.key(), area_code=walker.code, name=name, hint=hint)
        for _number in range(LOOKS_A_GRID):
            at = self.moment(self.start, self.end)
            record_look(spot, actor=self.cast.actor(walker.user, at), at=at, key=self.key())

    def campaigns(self, street: str, clerk: int) -> None:
        """One that ended some days ago with everything done, and one that runs and is half done."""
        whole = (self.end - self.start) * 0.5
        stairs, heating = "楼道消防通道排查", "供暖前走访排查"
        done = self.campaign(heating, street, clerk, HEATING, self.start + 0.2 * whole, days=4)
        self.work_off(done, 1.0, self.start + 0.2 * whole, self.start + 0.2 * whole + 4 * DAY)
        actor = self.cast.actor(clerk, self.end)
        take_campaign("close", done, actor=actor, at=min(self.start + 0.2 * whole + 5 * DAY, self.end))
        begun = self.end - min(3 * DAY, whole)
        running = self.campaign(stairs, street, clerk, STAIRS, begun, days=7)
        self.work_off(running, 0.6, begun, self.end)

    def campaign(
        self, title: str, street: str, clerk: int, form: Sequence[Question], at: datetime, *, days: int
    ) -> Campaign:
        actor = self.cast.actor(clerk, at)
        due_on = local_day(at) + days * DAY
        campaign = draft_campaign(
            actor=actor, at=at, key=self.key(), title=title, area_code=street, due_on=due_on, purpose=PURPOSES[title]
        )
        set_questions(campaign, form, actor=actor, at=at)
        set_targets(campaign, actor=actor, at=at, grid_kind="residential")
        return take_campaign("start", campaign, actor=actor, at=at)

    def work_off(self, campaign: Campaign, share: float, first: datetime, last: datetime) -> None:
        """A share of the targets, by their own teams."""
        for target in campaign.targets.order_by("grid_code"):
            walker = self.teams.get(target.grid_code)
            if walker is None or self.random.random() > share:
                continue
            at = self.moment(first, min(last, self.end))
            actor = self.cast.actor(walker.user, at)
            values: dict[str, Any] = (
                {
                    "blocked": self.random.random() < 0.3,
                    "bikes": self.random.randrange(6),
                    "hydrant": self.random.choice(("完好", "完好", "缺件", "没有")),
                }
                if campaign.title.startswith("楼道")
                else {"warm": self.random.random() < 0.9, "leak": self.random.random() < 0.1}
            )
            answer_target(get_target(actor, target.pk), actor=actor, at=at, key=self.key(), values=values)

    def speak(self) -> None:
        """What three of them say; the first is answered."""
        at = self.end - 2 * DAY
        for walker, (kind, addressee, words, answer) in zip(self.teams.values(), SAID, strict=False):
            actor = self.cast.actor(walker.user, at)
            facts: dict[str, Any] = {"kind": kind, "addressee": addressee, "text": words}
            suggestion = send_suggestion(actor=actor, at=at, key=self.key(), **facts)
            support = self.seated(Role.SUPPORT_CLERK, walker.code[:9])
            if answer and support is not None:
                clerk = self.cast.actor(support, at + DAY)
                found = get_suggestion(clerk, suggestion.pk)
                take_suggestion("answer", found, actor=clerk, at=at + DAY, answer=answer)

    def seated(self, role: Role, code: str) -> int | None:
        """Somebody in this role at the desk of this area."""
        for desk_id, seats in sorted(self.cast.seats.items()):
            if self.cast.desks[desk_id].area.code == code:
                found = next((user for of_role, user in seats if of_role == role), None)
                if found is not None:
                    return found
        return None
