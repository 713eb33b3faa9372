"""Every write to disputes, a file a theme: `register` (in), `steps` (through mediation), `alarms` (the clock), `contacts` (the sides), `types`."""

from gezhi.disputes.actions.alarms import sound_alarms
from gezhi.disputes.actions.contacts import keep_contact, reveal_contact
from gezhi.disputes.actions.register import Draft, SideDraft, register, register_many
from gezhi.disputes.actions.steps import take
from gezhi.disputes.actions.types import define_type, load_types

__all__ = [
    "Draft",
    "SideDraft",
    "define_type",
    "keep_contact",
    "load_types",
    "register",
    "register_many",
    "reveal_contact",
    "sound_alarms",
    "take",
]
