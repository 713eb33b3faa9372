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
from gezhi.cobuild.actions.volunteers import (
    add_sub_team,
    announce,
    ask_help,
    cancel,
    confirm_hours,
    finish_help,
    forget_volunteers,
    found_team,
    hold,
    sign_up,
    take_help,
    withdraw,
)

__all__ = [
    "abandon_project",
    "accept_project",
    "add_sub_team",
    "announce",
    "answer_complaint",
    "ask_help",
    "cancel",
    "change_contact",
    "close_site",
    "commit",
    "complain",
    "confirm_hours",
    "count_households",
    "drop_need",
    "end_feature",
    "end_offer",
    "enter_partner",
    "finish_help",
    "finish_project",
    "forget_complaints",
    "forget_volunteers",
    "found_team",
    "hold",
    "keep",
    "leave",
    "name_feature",
    "offer",
    "open_site",
    "plan_milestone",
    "reach_milestone",
    "sign_up",
    "start_project",
    "state_need",
    "take_help",
    "withdraw",
]
