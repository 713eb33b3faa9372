"""Disputes of the simulated town, through the real actions: some settle, some don't, some wait too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from gezhi.disputes.access import get_dispute
from gezhi.disputes.actions import Draft, SideDraft, register, sound_alarms, take
from gezhi.disputes.models import Dispute, SideKind
from gezhi.disputes.queries import types
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.ops.simulate.cast import Cast
from gezhi.people.models import DeskKind
from gezhi.people.roles import Role

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Type, what it is about, what was agreed. Invented, and by role, as the form asks for it.
QUARRELS = (
    (
        "neighbours",
        "乙方夜里在家拖动家具，甲方睡不好，两家在楼道里吵过几次。",
        "一、乙方晚十点以后不拖动家具，椅脚贴上毛毡。\n二、甲方有事先打招呼，不再敲墙。",
    ),
    (
        "neighbours",
        "甲方在楼道里放鞋柜和婴儿车，乙方进出不便，也担心消防。",
        "一、甲方三天内把鞋柜搬回家里。\n二、婴儿车折起来靠墙放，不占通道。",
    ),
    (
        "property",
        "电梯停了半个月，甲方几户不愿交这一季的物业费。",
        "一、乙方在十天内修好电梯。\n二、停用期间的电梯费免收，其余甲方照交。",
    ),
    (
        "property",
        "地下室返水，甲方的杂物泡坏，乙方认为不归物业管。",
        "一、乙方疏通排水管。\n二、乙方补偿甲方三百元，双方再无争议。",
    ),
    (
        "family",
        "老人轮流照料的日子，几个子女说不到一起。",
        "一、每月上旬甲方、中旬乙方、下旬丙方照料。\n二、药费三方平分。",
    ),
    (
        "labour",
        "店铺转让后，乙方欠甲方两个月工钱。",
        "一、乙方分两次付清工钱。\n二、付清之前每周告诉甲方进展。",
    ),
    (
        "consumer",
        "甲方办卡后店铺停业，要求退回余额。",
        "一、乙方退回余额的八成。\n二、甲方退回会员卡。",
    ),
    (
        "land_housing",
        "楼上漏水泡了甲方的天花板，乙方说是公共管道。",
        "一、先由物业查明漏点。\n二、乙方负责自家地面，修好后补偿甲方粉刷费。",
    ),
)
MET = "双方分别说了经过，也听了对方的难处。"
REASON = "双方的要求差得太远，谈了几次仍不肯让步。"
# How far a quarrel gets, in a hundred: waits, is being mediated, is agreed, is kept, went elsewhere, was withdrawn.
ENDS = ("waiting", "meeting", "agreed", "kept", "referred", "withdrawn")
WEIGHTS = (14, 18, 22, 28, 10, 8)


@dataclass(frozen=True, slots=True)
class Place:
    """A grid with somebody who leads it."""

    code: str
    leader: int


def quarrel(count: int, *, seed: int, start: datetime, end: datetime) -> int:
    """Let `count` disputes come in between `start` and `end` and take their course until `end`; how many were registered."""
    random = Random(f"{seed}:quarrels")  # noqa: S311 - meant to be repeatable
    cast = Cast()
    places = [
        Place(desk.area.code, user_id)
        for desk_id, seats in sorted(cast.seats.items())
        if (desk := cast.desks[desk_id]).kind == DeskKind.GRID
        for role, user_id in seats
        if role == Role.GRID_LEADER
    ]
    if not places or end <= start:
        return 0
    codes = {one.code: one.id for one in types().values() if one.is_active}
    done = 0
    with unit():
        for _number in range(count):
            kind, account, agreement = random.choice(QUARRELS)
            place = random.choice(places)
            begun = start + random.random() * (end - start)
            begun = begun.replace(hour=9 + random.randrange(8), minute=random.randrange(60), second=0, microsecond=0)
            how = random.choices(ENDS, WEIGHTS)[0]
            pace = 1 + random.random() * 3
            if begun >= end or kind not in codes:
                continue
            actor = cast.actor(place.leader, begun)
            sides = tuple(SideDraft(SideKind.PERSON) for _side in range(3 if "丙方" in agreement else 2))
            draft = Draft(codes[kind], account, place.code, sides)
            try:
                Course(register(draft, actor=actor, at=begun), actor, begun, end, pace).run(how, agreement)
            except Refused:
                # Nobody there may mediate on that day.
                continue
            done += 1
        while sound_alarms(at=end, limit=500):
            pass
    return done


class Course:
    """One dispute on its way; nothing happens after `end`."""

    def __init__(self, dispute: Dispute, actor: Actor, at: datetime, end: datetime, pace: float) -> None:
        self.key, self.actor, self.at, self.end, self.pace = dispute.pk, actor, at, end, pace

    def step(self, name: str, days: float, **inputs: Any) -> bool:
        """Take the step that many days on; False when that is after the end."""
        at = self.at + days * self.pace * DAY
        if at >= self.end:
            return False
        self.at = at
        take(name, get_dispute(self.actor, self.key), actor=self.actor, at=at, **inputs)
        return True

    def run(self, how: str, agreement: str) -> None:
        if how == "waiting":
            return
        if how == "withdrawn":
            self.step("withdraw", 2, reason="双方自行和好了。")
            return
        if not self.step("accept", 0.5) or not self.meet(2):
            return
        if how == "meeting":
            return
        if how == "referred":
            if self.meet(3):
                self.step("refer", 1, referral="justice_office", reason=REASON)
            return
        if not self.step("agree", 1.5, agreement=agreement) or how == "agreed":
            return
        if self.step(
            "visit", 5, on=local_day(self.at + 5 * self.pace * DAY), kept="yes", account="上门看过，照协议做了。"
        ):
            self.step("close", 0.1)

    def meet(self, days: float) -> bool:
        on = local_day(self.at + days * self.pace * DAY)
        return self.step("meet", days, on=on, present=["side1", "side2", "grid"], account=MET)
