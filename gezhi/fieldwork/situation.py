"""From a campaign to what its conditions look at: two statements, for the page of the one campaign."""

from datetime import datetime

from gezhi.fieldwork.models import Campaign
from gezhi.fieldwork.workflow import CampaignStage, Situation
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day


def situation_of(campaign: Campaign, actor: Actor, at: datetime) -> Situation:
    today = local_day(at)
    targets = campaign.targets.all()
    return Situation(
        today=today,
        due_on=campaign.due_on,
        has_form=campaign.form_number > 0,
        has_targets=targets.exists() if campaign.stage == CampaignStage.DRAFT else True,
        has_left=targets.open().exists() if campaign.stage == CampaignStage.RUNNING else False,
        is_reminded_today=campaign.reminded_on == today,
    )
