"""Applications on their way, by the real actions: whole drafts to be varied, and the people who move them."""

from datetime import date, datetime, timedelta
from typing import Any

from gezhi.accounts.actions import enter_user
from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.matters.actions import (
    Draft,
    ExitDraft,
    NewBatch,
    NewDemand,
    draft_admission,
    draft_exit,
    take,
    take_effect,
)
from gezhi.matters.admission import CODES
from gezhi.matters.models import Application, Category, Matter
from gezhi.people.access import actor_for
from gezhi.people.actions import Seat, seat_many
from gezhi.people.roles import Role
from gezhi.testing import NOON, SYSTEM, Town

DAY = NOON.date()
FIRST = DAY + timedelta(days=10)
NO = dict.fromkeys(CODES, False)
DEPARTMENT = "human_resources"


def batch(street: str, *, on: date = FIRST, fen: int = 1_200_000, phase: int = 1) -> NewBatch:
    return NewBatch(street, on, fen, phase)


def whole(town: Town, **over: Any) -> Draft:
    """An admission that lacks nothing: one street, one form. `Draft` with what is given otherwise."""
    facts: dict[str, Any] = {
        "name": "灵活就业登记代办",
        "category_id": Category.objects.get(code="04").pk,
        "legal_basis": "《就业促进法》第二十四条",
        "content": "在社区登记灵活就业人员的就业意愿，帮助填写材料并送达。",
        "authority": "就业登记信息的查询权限下放到社区。",
        "duty": "审核和发证仍由部门负责。",
        "default_desk": "grid",
        "words": ("灵活就业", "就业登记"),
        "handling_template": "一、上门问意愿。二、帮填材料。三、三日内送到街道。",
        "answer_template": "您好！您的就业登记【办理情况】。",
        "answers": dict(NO),
        "batches": (batch(town.street),),
        "demands": (NewDemand("就业意愿表", "case", 10, 1, ("就业意愿", "期望工种")),),
    }
    return Draft(**(facts | over))


def drafted(town: Town, *, who: str = "handler", at: datetime = NOON, **over: Any) -> Application:
    return draft_admission(whole(town, **over), actor=town.actor(who), at=at, desk_id=town.desk(DEPARTMENT).pk)


def submitted(town: Town, **over: Any) -> Application:
    application = drafted(town, **over)
    return take("submit", application, actor=town.actor("handler"), at=NOON)


def examine(application: Application, actor: Actor, *, at: datetime = NOON, **over: Any) -> Application:
    return take("review", application, actor=actor, at=at, **({**NO, "comment": "同意"} | over))


def reviewed(town: Town, **over: Any) -> Application:
    """Examined by the street, which is the only one it reaches."""
    return examine(submitted(town, **over), town.actor("street_clerk"))


def approved(town: Town, **over: Any) -> Application:
    return take("approve", reviewed(town, **over), actor=town.actor("district_clerk"), at=NOON, comment="同意")


def colleague(town: Town) -> Actor:
    """A second person at the desk of the district."""
    user = User.objects.filter(username="colleague").first()
    if user is None:
        user = enter_user(username="colleague", name="区同事", actor=SYSTEM, at=NOON)
        seat = Seat(user, town.desk(town.district), Role.DISTRICT_CLERK, date(2020, 1, 1))
        seat_many([seat], actor=SYSTEM, at=NOON)
    return actor_for(user, at=NOON)


def exit_drafted(
    town: Town, matter: str = "wages", *, who: str = "handler", desk: str = DEPARTMENT, **over: Any
) -> Application:
    facts = {"matter_id": town.matter(matter).id, "reason": "改由部门窗口直接办。", "ends_on": FIRST} | over
    return draft_exit(ExitDraft(**facts), actor=town.actor(who), at=NOON, desk_id=town.desk(desk).pk)


def exit_approved(town: Town, matter: str = "wages", **over: Any) -> Application:
    """Asked for by the street or a department, examined and approved by two people of the district."""
    application = exit_drafted(town, matter, **over)
    who = over.get("who", "handler")
    take("submit", application, actor=town.actor(who), at=NOON)
    take("review", application, actor=colleague(town), at=NOON, **NO)
    return take("approve", application, actor=town.actor("district_clerk"), at=NOON)


def in_force(town: Town, **over: Any) -> Matter:
    """The matter of an admission whose first day has come."""
    application = approved(town, **over)
    take_effect(at=NOON + timedelta(days=10))
    return Matter.objects.get(pk=application.matter_id)
