"""One call and the cast around it, for tests that tell what happened."""

from datetime import date, timedelta
from typing import Any

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.calls.access import get_call
from gezhi.calls.actions import raise_call, take
from gezhi.calls.joint import Joint, hold
from gezhi.calls.models import Call, CallPart
from gezhi.calls.workflow import STEPS
from gezhi.cases.access import get_case
from gezhi.cases.actions import take as take_with_case
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.transactions import unit
from gezhi.people.actions import Seat, seat_many
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEAD, OTHER = "human_resources", "market_regulation"
TASKS = {LEAD: "查清欠薪，督促当天结清。", OTHER: "清走占道的摊位，登记经营者。"}


def second_clerk(town: Town) -> None:
    """Somebody else at the street: `second`."""
    (user,) = enter_users([NewUser("second", "许坐席", work_phone="0531-12345")], actor=SYSTEM, at=FOUNDED)
    seat_many([Seat(user, town.desk(town.street), Role.STREET_CLERK, date(2020, 1, 1))], actor=SYSTEM, at=FOUNDED)
    town.users["second"] = user


def held_case(town: Town, *, at: Any = NOON, **over: Any) -> Case:
    """A case on the street's desk, held by its clerk."""
    case = town.report(at=at, **over)
    clerk = town.actor("street_clerk", at=at)
    case = take_with_case("accept", case, actor=clerk, at=at, matter_id=town.matter("heating").id)
    return take_with_case("sign", get_case(clerk, case.pk), actor=clerk, at=at)


class CallStory:
    """One call; each step is ten minutes after the last. `part("human_resources")` is that department's part as it stands."""

    def __init__(
        self, town: Town, *, with_case: bool = False, at: Any = NOON, is_urgent: bool = False, **over: Any
    ) -> None:
        self.town, self.at = town, at
        self.case_pk = held_case(town, at=at, **over).pk if with_case else None
        case = get_case(town.actor("street_clerk", at=at), self.case_pk) if self.case_pk else None
        self.pk = raise_call(
            actor=town.actor("street_clerk", at=at),
            at=at,
            title="沿街商铺欠薪又占道",
            text="请人社牵头、市场监管配合，到现场处理。",
            is_urgent=is_urgent,
            case=case,
        ).pk

    @property
    def joint(self) -> Joint:
        with unit():
            return hold(self.pk)

    @property
    def call(self) -> Call:
        return Call.objects.get(pk=self.pk)

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.case_pk)

    def part(self, department: str = LEAD) -> CallPart:
        desk_id = self.town.desk(department).pk
        return next(part for part in reversed(self.joint.parts) if part.desk_id == desk_id)

    def subject(self, name: str, department: str) -> Any:
        match STEPS[name].on:
            case "call":
                return self.call
            case "part":
                return self.part(department)
            case _:
                return self.part(department).score

    def take(
        self, name: str, who: str | Actor, department: str = LEAD, *, after: timedelta = 10 * MINUTE, **inputs: Any
    ) -> Any:
        self.at += after
        actor = self.town.actor(who, at=self.at) if isinstance(who, str) else who
        return take(name, self.subject(name, department), actor=actor, at=self.at, **inputs)

    def shares(self, *departments: str) -> list[dict[str, Any]]:
        return [
            {
                "desk_id": self.town.desk(department).pk,
                "task": TASKS.get(department, "到现场处理。"),
                "is_on_site": department == LEAD,
            }
            for department in departments or (LEAD, OTHER)
        ]

    def dispatched(self, *departments: str) -> "CallStory":
        self.take("dispatch", "district_clerk", shares=self.shares(*departments))
        return self

    def signed(self) -> "CallStory":
        self.dispatched()
        self.take("sign", "handler")
        self.take("sign", "other_handler", OTHER)
        return self

    def filed(self) -> "CallStory":
        self.signed()
        self.take("arrive", "handler")
        self.take("file", "handler", result="工资已经结清。")
        self.take("file", "other_handler", OTHER, result="占道已经清走。")
        return self

    def summed(self) -> "CallStory":
        self.filed()
        self.take("sum_up", "department_lead", summary="两件都办好了。")
        return self

    def struck_off(self) -> "CallStory":
        self.summed()
        self.take("strike_off", "street_clerk")
        return self

    def scored(self, *levels: int, department: str = LEAD, who: str = "street_clerk", words: str = "") -> "CallStory":
        response, manner, effect = levels or (4, 5, 3)
        self.take("score", who, department, response=response, manner=manner, effect=effect, words=words)
        return self

    def seen_by(self, who: str) -> Joint:
        return get_call(self.town.actor(who, at=self.at), self.pk)
