"""The steps of a campaign: one door, `take_campaign`; and the reminder that the day brings by itself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.access import runs
from gezhi.fieldwork.models import Campaign
from gezhi.fieldwork.situation import situation_of
from gezhi.fieldwork.workflow import STEPS, CampaignStage, Situation, Step
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Move
from gezhi.kernel.inputs import READERS
from gezhi.kernel.inputs import tidy as inputs_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, refusal

INPUTS: dict[str, Input] = {
    "due_on": Input("date", _("新的截止日期")),
    "reason": Input("text", _("理由"), longest=500),
}
CLOCK = Actor.system("排查提醒")


def tidy(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return inputs_of(step, inputs, INPUTS, READERS)


DOOR: Door[Campaign] = Door(
    STEPS,
    covers=lambda actor, step, campaign: runs(actor, campaign),
    situation=situation_of,
    tidy=tidy,
    # Nobody's page is stale because a reminder went out.
    harmless=frozenset({"campaign.reminded"}),
)
effect = DOOR.effect


def take_campaign(
    name: str, campaign: Campaign, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Campaign:
    """Take a step with a campaign fetched by `get_campaign`; the same object comes back, moved on.

    Inputs by name: `due_on` (a date), `reason`. Raises `Denied`, `Refused`, or `Conflict` when somebody was quicker.
    """
    return DOOR.take(name, campaign, actor=actor, at=at, seen=seen, inputs=inputs)


@effect("start")
def start(campaign: Campaign, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    data = {"targets": campaign.targets.count(), "form": campaign.form_number, "due": campaign.due_on.isoformat()}
    return Move({"started_at": at}, data)


@effect("remind")
def remind(campaign: Campaign, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"reminded_on": local_day(at)}, {"left": campaign.targets.open().count()})


@effect("postpone")
def postpone(campaign: Campaign, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Another last day, earlier or later. The reminder moves with it, and comes again."""
    due_on: date = given["due_on"]
    today = local_day(at)
    if not today <= due_on <= today + timedelta(days=366) or due_on == campaign.due_on:
        raise Refused("no_such_day", _("请选今天到一年以内的另一个日期。"), field="due_on")
    remind_on = max(today, due_on - (campaign.due_on - campaign.remind_on))
    changes = {"due_on": due_on, "remind_on": remind_on, "reminded_on": None}
    return Move(changes, {"from": campaign.due_on.isoformat(), "to": due_on.isoformat()}, given["reason"])


@effect("close")
def close(campaign: Campaign, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    total = campaign.targets.count()
    return Move({"ended_at": at}, {"targets": total, "done": total - campaign.targets.open().count()}, given["reason"])


@effect("withdraw")
def withdraw(campaign: Campaign, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"ended_at": at}, {"was": campaign.stage}, given["reason"])


def remind_due(*, at: datetime) -> int:
    """Daily: remind of what is due soon and not done; the number of campaigns. Running it twice a day reminds once."""
    today = local_day(at)
    due = Campaign.objects.filter(stage=CampaignStage.RUNNING, remind_on__lte=today, reminded_on__isnull=True)
    reminded = 0
    for campaign in due.order_by("pk"):
        situation: Situation = situation_of(campaign, CLOCK, at)
        if refusal(STEPS["remind"], campaign.stage, situation) is None:
            take_campaign("remind", campaign, actor=CLOCK, at=at)
            reminded += 1
    return reminded
