"""Every write to calls: `door` (the one door), `calling` (the call), `parts` (a department's part), `scores`, `alarms` (the clock),
`dues` (a new calendar), `regridding` (new land),
`score_rules`."""

from gezhi.calls.actions import calling, parts, scores  # each registers its effects
from gezhi.calls.actions.alarms import sound_alarms
from gezhi.calls.actions.calling import raise_call
from gezhi.calls.actions.door import effect, take
from gezhi.calls.actions.dues import renew_provisional_dues
from gezhi.calls.actions.parts import mark_parts_of_closed
from gezhi.calls.actions.score_rules import load_score_rules, set_score_rule

__all__ = [
    "calling",
    "effect",
    "load_score_rules",
    "mark_parts_of_closed",
    "parts",
    "raise_call",
    "renew_provisional_dues",
    "scores",
    "set_score_rule",
    "sound_alarms",
    "take",
]
