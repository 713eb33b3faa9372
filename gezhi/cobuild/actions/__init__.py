"""Every write to building together, a file a theme."""

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
    "change_contact",
    "commit",
    "count_households",
    "drop_need",
    "end_offer",
    "enter_partner",
    "finish_project",
    "keep",
    "leave",
    "offer",
    "plan_milestone",
    "reach_milestone",
    "start_project",
    "state_need",
]
