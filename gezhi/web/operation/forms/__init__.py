"""Forms of the desk: `step` (one for any step, made from its row of the table), `intake` (a report taken down), `uploads` (files that outlive
a refusal); `fields` and `choices` are what they are made of."""

from gezhi.web.operation.forms.choices import Choices, matter_choices
from gezhi.web.operation.forms.fields import say_what_is_missing, text_field
from gezhi.web.operation.forms.intake import IntakeForm, SolveForm
from gezhi.web.operation.forms.step import StepForm
from gezhi.web.operation.forms.uploads import keep_uploads, token_of

__all__ = [
    "Choices",
    "IntakeForm",
    "SolveForm",
    "StepForm",
    "keep_uploads",
    "matter_choices",
    "say_what_is_missing",
    "text_field",
    "token_of",
]
