"""What a desk was told, read back."""

from collections.abc import Sequence

from gezhi.kernel.access import Actor
from gezhi.people.models import Notice

MOST_COUNTED = 100
A_PAGE = 50


def unseen_count(actor: Actor) -> int:
    """How many notices nobody at the actor's desks has seen, at most a hundred. One statement."""
    if not actor.desks:
        return 0
    return Notice.objects.filter(desk_id__in=actor.desks, seen_at__isnull=True).order_by()[:MOST_COUNTED].count()


def latest(actor: Actor, *, before: int | None = None, unseen_only: bool = False) -> list[Notice]:
    """The newest notices of the actor's desks with their events, fifty a page; `before` is the last id of the page before. One statement."""
    rows = Notice.objects.filter(desk_id__in=actor.desks).select_related("event", "seen_by")
    if unseen_only:
        rows = rows.filter(seen_at__isnull=True)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:A_PAGE])


def urgent(actor: Actor) -> list[Notice]:
    """The urgent ones that nobody at the actor's desks has seen, newest first. One statement."""
    if not actor.desks:
        return []
    rows = Notice.objects.filter(desk_id__in=actor.desks, seen_at__isnull=True, is_urgent=True)
    return list(rows.select_related("event").order_by("-id")[:A_PAGE])


def told_of(subject_kind: str, subject_id: int) -> Sequence[Notice]:
    """Every notice about one subject, first to last: which desk was told when, and who saw it when."""
    rows = Notice.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return list(rows.select_related("event", "desk", "seen_by").order_by("id"))
