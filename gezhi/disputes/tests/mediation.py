"""One dispute and the cast around it, for tests that tell what happened."""

from datetime import date, datetime, timedelta
from typing import Any

from gezhi.disputes.access import get_dispute
from gezhi.disputes.actions import Draft, SideDraft, register, take
from gezhi.disputes.models import Dispute
from gezhi.disputes.queries import types
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.testing import NOON, Town

HOUR = timedelta(hours=1)
ACCOUNT = "两家因为楼上夜里拖动家具争吵。"
AGREEMENT = "一、晚十点以后不拖动家具。\n二、双方互相体谅，不再争吵。"
NAME, PHONE = "张三丰", "13812345678"
# What every step would take, so that a test of rights never fails over an empty field.
EVERYTHING: dict[str, Any] = {
    "account": "双方都说了经过。",
    "agreement": AGREEMENT,
    "reason": "理由",
    "referral": "court",
    "kept": "yes",
    "present": ["side1", "side2"],
}


def type_id(code: str = "neighbours") -> int:
    return next(one.id for one in types().values() if one.code == code)


def registered(town: Town, who: str | Actor = "leader", *, at: datetime = NOON, **over: Any) -> Dispute:
    """A quarrel in the first grid, the first side with a telephone; every member of the draft can be given otherwise."""
    actor = town.actor(who, at=at) if isinstance(who, str) else who
    sides = (SideDraft(name=NAME, phone=PHONE), SideDraft())
    facts = {"type_id": type_id(), "account": ACCOUNT, "area_code": town.grid, "sides": sides} | over
    return register(Draft(**facts), actor=actor, at=at)


class Mediation:
    """One dispute and the cast around it; each step is an hour after the last."""

    def __init__(self, town: Town, who: str = "leader", *, at: datetime = NOON, **over: Any) -> None:
        self.town, self.at = town, at
        self.pk = registered(town, who, at=at, **over).pk

    @property
    def dispute(self) -> Dispute:
        return Dispute.objects.select_related("mediator").get(pk=self.pk)

    @property
    def today(self) -> date:
        return local_day(self.at)

    def take(self, name: str, who: str | Actor, **inputs: Any) -> Dispute:
        self.at += HOUR
        actor = self.town.actor(who, at=self.at) if isinstance(who, str) else who
        return take(name, get_dispute(actor, self.pk), actor=actor, at=self.at, **inputs)

    def accepted(self, who: str = "leader") -> "Mediation":
        self.take("accept", who)
        return self

    def met(self) -> "Mediation":
        self.accepted().take("meet", "leader", on=self.today, present=["side1", "side2"], account="双方都说了经过。")
        return self

    def agreed(self) -> "Mediation":
        self.met().take("agree", "leader", agreement=AGREEMENT)
        return self

    def visited(self, kept: str = "yes") -> "Mediation":
        self.agreed().take("visit", "leader", on=self.today, kept=kept, account="上门看过。")
        return self
