"""Every write to departments, desks, posts and the registers of people, a file a noun."""

from gezhi.people.actions.appointments import Appointing, Newcomer, appoint, appoint_many, enter_newcomers, person_for
from gezhi.people.actions.budget import NewLine, correct_line, enter_lines
from gezhi.people.actions.desks import (
    found_department,
    open_desk,
    open_desks_for,
    rename_department,
    set_desk_open,
)
from gezhi.people.actions.forces import (
    change_contact,
    end_force_placement,
    enter_contact,
    name_force,
    place_contact,
    retire_contact,
    set_consent,
)
from gezhi.people.actions.forgetting import forget_recommendations
from gezhi.people.actions.meetings import Decision, demand, hold_meeting, move_task
from gezhi.people.actions.notices import acknowledge, tell, tell_all
from gezhi.people.actions.organisation import (
    close_pilot,
    end_member,
    end_task_force,
    enter_member,
    form_task_force,
    join,
    leave,
    open_pilot,
)
from gezhi.people.actions.policies import add_article, attach, cite, end_policy, issue_policy, lift_citation
from gezhi.people.actions.posts import Seat, seat, seat_many, unseat
from gezhi.people.actions.publications import issue_plate, publish, recall_plate, withdraw_publication
from gezhi.people.actions.recommendations import decide, recommend
from gezhi.people.actions.staff_import import ImportReport, RowRefusal, import_staff
from gezhi.people.actions.standards import (
    define_source,
    end_source_rule,
    load_standards,
    name_source,
    set_source_rule,
    set_staffing_rule,
)

__all__ = [
    "Appointing",
    "Decision",
    "ImportReport",
    "NewLine",
    "Newcomer",
    "RowRefusal",
    "Seat",
    "acknowledge",
    "add_article",
    "appoint",
    "appoint_many",
    "attach",
    "change_contact",
    "cite",
    "close_pilot",
    "correct_line",
    "decide",
    "define_source",
    "demand",
    "end_force_placement",
    "end_member",
    "end_policy",
    "end_source_rule",
    "end_task_force",
    "enter_contact",
    "enter_lines",
    "enter_member",
    "enter_newcomers",
    "forget_recommendations",
    "form_task_force",
    "found_department",
    "hold_meeting",
    "import_staff",
    "issue_plate",
    "issue_policy",
    "join",
    "leave",
    "lift_citation",
    "load_standards",
    "move_task",
    "name_force",
    "name_source",
    "open_desk",
    "open_desks_for",
    "open_pilot",
    "person_for",
    "place_contact",
    "publish",
    "recall_plate",
    "recommend",
    "rename_department",
    "retire_contact",
    "seat",
    "seat_many",
    "set_consent",
    "set_desk_open",
    "set_source_rule",
    "set_staffing_rule",
    "tell",
    "tell_all",
    "unseat",
    "withdraw_publication",
]
