"""Every write to the field work, a file a theme: `visits` and `address_points`, `campaigns` with `campaign_steps` and `answers`, `patrols`,
`suggestions`, `checklists`; `findings` (what becomes a case), `forgetting` (what is taken away after its time), `regridding` (a new land)."""

from gezhi.fieldwork.actions.address_points import add_address_point, change_address_point, retire_address_point
from gezhi.fieldwork.actions.answers import answer_target
from gezhi.fieldwork.actions.campaign_steps import remind_due, take_campaign
from gezhi.fieldwork.actions.campaigns import change_campaign, draft_campaign, set_questions, set_targets
from gezhi.fieldwork.actions.checklists import define_entry, load_checklists
from gezhi.fieldwork.actions.findings import Finding
from gezhi.fieldwork.actions.forgetting import forget
from gezhi.fieldwork.actions.patrols import add_spot, change_spot, record_look, retire_spot
from gezhi.fieldwork.actions.suggestions import send_suggestion, take_suggestion
from gezhi.fieldwork.actions.visits import record_visit

__all__ = [
    "Finding",
    "add_address_point",
    "add_spot",
    "answer_target",
    "change_address_point",
    "change_campaign",
    "change_spot",
    "define_entry",
    "draft_campaign",
    "forget",
    "load_checklists",
    "record_look",
    "record_visit",
    "remind_due",
    "retire_address_point",
    "retire_spot",
    "send_suggestion",
    "set_questions",
    "set_targets",
    "take_campaign",
    "take_suggestion",
]
