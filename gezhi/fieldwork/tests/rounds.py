"""Shorthand for the tests of the field work: doors, visits, campaigns of the town, by the real actions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from gezhi.fieldwork.access import get_address_point, get_campaign, get_target
from gezhi.fieldwork.actions import (
    add_address_point,
    add_spot,
    answer_target,
    draft_campaign,
    record_look,
    record_visit,
    set_questions,
    set_targets,
    take_campaign,
)
from gezhi.fieldwork.models import AddressPoint, Campaign, CampaignAnswer, CampaignTarget, Look, Spot, Visit
from gezhi.fieldwork.questions import Question
from gezhi.testing import NOON, Town

DUE = NOON.date() + timedelta(days=10)
FORM = (
    Question("blocked", "楼道通道是否被占用", "yes_no", is_required=True),
    Question("bikes", "楼内停放的电动自行车", "number"),
    Question("how", "消防栓状况", "choice", choices=("完好", "缺件", "打不开")),
    Question("more", "补充说明", "text"),
    Question("photo", "现场照片", "photo"),
)


class Rounds:
    """Whoever walks the grids of a town."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def door(self, who: str = "worker", *, at: datetime = NOON, key: UUID | None = None, **over: Any) -> AddressPoint:
        given = {"area_code": self.town.grid, "building": "3号楼", "unit_name": "2单元", "door": "301"} | over
        return add_address_point(actor=self.town.actor(who), at=at, key=key or uuid4(), **given)

    def visit(self, door: AddressPoint, who: str = "worker", *, at: datetime = NOON, **over: Any) -> Visit:
        actor = self.town.actor(who, at=at)
        given = {"key": uuid4(), "trigger": "visit_1"} | over
        return record_visit(get_address_point(actor, door.pk), actor=actor, at=at, **given)

    def spot(self, who: str = "leader", *, at: datetime = NOON, **over: Any) -> Spot:
        given = {"area_code": self.town.grid, "name": "河边护栏", "key": uuid4()} | over
        return add_spot(actor=self.town.actor(who), at=at, **given)

    def look(self, spot: Spot, who: str = "worker", *, at: datetime = NOON, **over: Any) -> Look:
        return record_look(spot, actor=self.town.actor(who), at=at, **({"key": uuid4()} | over))

    def draft(self, who: str = "clerk", *, at: datetime = NOON, **over: Any) -> Campaign:
        given = {"title": "楼道消防通道排查", "area_code": self.town.community, "due_on": DUE, "key": uuid4()} | over
        return draft_campaign(actor=self.town.actor(who), at=at, **given)

    def running(self, who: str = "clerk", *, at: datetime = NOON, **over: Any) -> Campaign:
        """A campaign with the form above, started, over every grid of its area."""
        actor = self.town.actor(who)
        campaign = self.draft(who, at=at, **over)
        set_questions(campaign, FORM, actor=actor, at=at)
        set_targets(campaign, actor=actor, at=at)
        return take_campaign("start", campaign, actor=actor, at=at)

    def take(
        self, name: str, campaign: Campaign, who: str = "clerk", *, at: datetime = NOON, **inputs: Any
    ) -> Campaign:
        actor = self.town.actor(who)
        return take_campaign(name, get_campaign(actor, campaign.pk, "campaign.edit"), actor=actor, at=at, **inputs)

    def target(self, campaign: Campaign, code: str = "") -> CampaignTarget:
        return campaign.targets.get(grid_code=code or self.town.grid)

    def answer(
        self, target: CampaignTarget, who: str = "worker", *, at: datetime = NOON, **over: Any
    ) -> CampaignAnswer:
        actor = self.town.actor(who, at=at)
        given = {"key": uuid4(), "values": {"blocked": False}} | over
        return answer_target(get_target(actor, target.pk), actor=actor, at=at, **given)
