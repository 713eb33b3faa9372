"""Tables of 街呼区应, a file a theme."""

from gezhi.calls.models.attachment import CallAttachment
from gezhi.calls.models.call import IS_OPEN, Account, Call, CallPart, CallPartQuerySet, CallQuerySet, Lateness
from gezhi.calls.models.score import CallScore, ScoreRule

__all__ = [
    "IS_OPEN",
    "Account",
    "Call",
    "CallAttachment",
    "CallPart",
    "CallPartQuerySet",
    "CallQuerySet",
    "CallScore",
    "Lateness",
    "ScoreRule",
]
