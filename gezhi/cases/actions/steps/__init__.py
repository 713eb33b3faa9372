"""The steps of the loop: the door `take`, and what each step changes, a file a theme."""

from gezhi.cases.actions.steps import ending, spans, together, watch, whose, work  # each registers its effects
from gezhi.cases.actions.steps.door import effect, take
from gezhi.cases.actions.steps.together import tell_followers

__all__ = ["effect", "ending", "spans", "take", "tell_followers", "together", "watch", "whose", "work"]
