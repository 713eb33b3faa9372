"""Every write to the party's organisations, members, activities, points and lists, a file a noun."""

from datetime import datetime

from gezhi.kernel.access import Actor
from gezhi.party.actions.activities import activity_steps, plan_activity, roll_of, take_activity_step
from gezhi.party.actions.activity_rules import load_activity_rules, remind, set_activity_rule
from gezhi.party.actions.guarded import (
    cultivation_steps,
    enter_cultivation,
    expire,
    load_stage_rules,
    read_papers,
    recommend,
    reserve_steps,
    set_stage_rule,
    take_cultivation_step,
    take_reserve_step,
)
from gezhi.party.actions.members import (
    allocate,
    allocate_where_clear,
    change_branch,
    end_exemption,
    enter_member,
    exempt,
    let_go,
    link_account,
)
from gezhi.party.actions.orgs import dissolve_org, found_org, merge_org, move_org, rename_org, set_places
from gezhi.party.actions.points import (
    approval_problem,
    claim_steps,
    decide_points,
    define_point_rule,
    end_points,
    propose_points,
    take_claim_step,
)
from gezhi.party.actions.roll import RollReport, RowError, import_roll
from gezhi.party.actions.terms import appoint, end_term, end_terms_of, mark_vacancies

__all__ = [
    "RollReport",
    "RowError",
    "activity_steps",
    "allocate",
    "allocate_where_clear",
    "appoint",
    "approval_problem",
    "change_branch",
    "claim_steps",
    "cultivation_steps",
    "decide_points",
    "define_point_rule",
    "dissolve_org",
    "end_exemption",
    "end_points",
    "end_term",
    "end_terms_of",
    "enter_cultivation",
    "enter_member",
    "exempt",
    "expire",
    "found_org",
    "import_roll",
    "let_go",
    "link_account",
    "load_activity_rules",
    "load_party_rules",
    "load_stage_rules",
    "mark_vacancies",
    "merge_org",
    "move_org",
    "plan_activity",
    "propose_points",
    "read_papers",
    "recommend",
    "remind",
    "rename_org",
    "reserve_steps",
    "roll_of",
    "set_activity_rule",
    "set_places",
    "set_stage_rule",
    "take_activity_step",
    "take_claim_step",
    "take_cultivation_step",
    "take_reserve_step",
]


def load_party_rules(*, actor: Actor, at: datetime) -> int:
    """The usual rhythm of activities and the usual terms of the lists, as far as they are missing. Points stay off."""
    return load_activity_rules(actor=actor, at=at) + load_stage_rules(actor=actor, at=at)
