"""Every write to building together, a file a theme."""

from gezhi.cobuild.actions.brands import close_site, end_feature, name_feature, open_site
from gezhi.cobuild.actions.complaints import answer_complaint, complain, forget_complaints
from gezhi.cobuild.actions.lists import drop_need, end_offer, offer, state_need
from gezhi.cobuild.actions.partners import change_contact, commit, enter_partner, keep, leave
from gezhi.cobuild.actions.projects import (
    abandon_project,
    accept_project,
    count_households,
    finish_project,
    plan_milestone,
    reach_milestone,
    start_project,
)

__all__ = [
    "abandon_project",
    "accept_project",
    "answer_complaint",
    "change_contact",
    "close_site",
    "commit",
    "complain",
    "count_households",
    "drop_need",
    "end_feature",
    "end_offer",
    "enter_partner",
    "finish_project",
    "forget_complaints",
    "keep",
    "leave",
    "name_feature",
    "offer",
    "open_site",
    "plan_milestone",
    "reach_milestone",
    "start_project",
    "state_need",
]
