"""Every write to cases, a file a theme: `report` (in), `steps` (through the loop), `alarms` (the clock), `bulk` (many at once), `holders` (who
left), `promises` (a new calendar), `rungs` (the ladder), `handling_plans` (templates), `specialties` (who is joined to what), `answers` and
`follow_ups` (what was heard afterwards), `reporter` (personal data), `saved_filters` (lists under a name)."""

from gezhi.cases.actions.alarms import sound_alarms
from gezhi.cases.actions.bulk import take_many
from gezhi.cases.actions.follow_ups import load_follow_up_rules, set_follow_up_rule
from gezhi.cases.actions.handling_plans import load_handling_plans, set_handling_plan
from gezhi.cases.actions.holders import vacate
from gezhi.cases.actions.report import Draft, report, report_many, solve
from gezhi.cases.actions.reporter import correct_reporter, erase_reporter, reveal_reporter
from gezhi.cases.actions.rungs import end_rung, load_ladder, set_rung
from gezhi.cases.actions.saved_filters import change_filter, drop_filter, save_filter
from gezhi.cases.actions.specialties import end_specialty, join_specialty
from gezhi.cases.actions.steps import take

__all__ = [
    "Draft",
    "change_filter",
    "correct_reporter",
    "drop_filter",
    "end_rung",
    "end_specialty",
    "erase_reporter",
    "join_specialty",
    "load_follow_up_rules",
    "load_handling_plans",
    "load_ladder",
    "report",
    "report_many",
    "reveal_reporter",
    "save_filter",
    "set_follow_up_rule",
    "set_handling_plan",
    "set_rung",
    "solve",
    "sound_alarms",
    "take",
    "take_many",
    "vacate",
]
