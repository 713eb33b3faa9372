"""The list of 回访 that are still to be made: what was drawn, nobody was reached, and the time for it is not over."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from gezhi.cases.models import Answer
from gezhi.kernel.access import Actor

PAGE = 100


@dataclass(frozen=True, slots=True)
class DueCounts:
    """How many wait, of them how many were tried already, and how many ran out of time in the last days."""

    waiting: int
    tried: int
    late: int


def follow_ups_due(actor: Actor, *, at: datetime, group: str = "", is_late: bool = False) -> list[Answer]:
    """Up to a hundred, what must be done first first; with `is_late` those whose time is over. Each with its case. One statement."""
    rows = Answer.objects.to_follow_up().visible_to(actor).select_related("case")
    rows = (
        rows.filter(follow_up_until__lte=at).order_by("-follow_up_until", "-id")
        if is_late
        else rows.filter(follow_up_until__gt=at)
    )
    if group:
        rows = rows.filter(drawn=group)
    return list((rows if is_late else rows.order_by("follow_up_until", "id"))[:PAGE])


def due_counts(actor: Actor, *, at: datetime) -> DueCounts:
    """One statement over what is open."""
    waiting = Q(follow_up_until__gt=at)
    found = (
        Answer.objects.to_follow_up()
        .visible_to(actor)
        .aggregate(
            waiting=Count("pk", filter=waiting),
            tried=Count("pk", filter=waiting & Q(attempts__gt=0)),
            late=Count("pk", filter=~waiting),
        )
    )
    return DueCounts(**found)
