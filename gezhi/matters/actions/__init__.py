"""Every write to matters, a file a theme: `catalogue` (rows and limits), `applications` (drafts), `steps` (their way in and out), `effect` (what
comes with its day), `batches`, `funds`, `outside` (refused work), `dictionary` (data fields, sentences, rules)."""

from gezhi.matters.actions.applications import (
    Draft,
    ExitDraft,
    NewBatch,
    NewDemand,
    draft_admission,
    draft_exit,
    revise_admission,
    revise_exit,
)
from gezhi.matters.actions.batches import schedule_batch
from gezhi.matters.actions.catalogue import (
    BEGINNING,
    Loaded,
    define_category,
    define_matter,
    end_matter,
    load_catalogue,
    set_limit,
)
from gezhi.matters.actions.dictionary import define_field, load_governance, set_balance_rule, set_standing_sentence
from gezhi.matters.actions.effect import take_effect
from gezhi.matters.actions.funds import correct_entry, promise_year, record_received
from gezhi.matters.actions.outside import refuse_outside
from gezhi.matters.actions.steps import take

__all__ = [
    "BEGINNING",
    "Draft",
    "ExitDraft",
    "Loaded",
    "NewBatch",
    "NewDemand",
    "correct_entry",
    "define_category",
    "define_field",
    "define_matter",
    "draft_admission",
    "draft_exit",
    "end_matter",
    "load_catalogue",
    "load_governance",
    "promise_year",
    "record_received",
    "refuse_outside",
    "revise_admission",
    "revise_exit",
    "schedule_batch",
    "set_balance_rule",
    "set_limit",
    "set_standing_sentence",
    "take",
    "take_effect",
]
