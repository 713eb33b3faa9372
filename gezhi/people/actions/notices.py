"""Telling desks, and a desk saying that it has seen it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing
from gezhi.kernel.transactions import unit
from gezhi.people.models import Notice


def tell(desk_ids: Iterable[int], event: Event, *, at: datetime, is_urgent: bool = False) -> int:
    """Let these desks know of an event; the number of notices. For subscribers: each event tells a desk once, however often it is handed on."""
    return tell_all([(event, desk_ids)], at=at, is_urgent=is_urgent)


def tell_all(told: Iterable[tuple[Event, Iterable[int]]], *, at: datetime, is_urgent: bool = False) -> int:
    """`tell` for the events of a round: one statement for all of them, none where nobody is told."""
    rows = [
        Notice(
            desk_id=desk_id,
            event=event,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            is_urgent=is_urgent,
            told_at=at,
        )
        for event, desk_ids in told
        for desk_id in dict.fromkeys(desk_ids)
    ]
    with unit():
        return len(Notice.objects.bulk_create(rows, ignore_conflicts=True))


def acknowledge(notice_ids: Iterable[int], *, actor: Actor, at: datetime) -> int:
    """Somebody at the desk has seen these; the number that nobody had seen before. Raises `Missing` for a notice of another desk.

    Who saw an urgent one, and when, is what an emergency's report tells; nothing else is ever made of it.
    """
    wanted = set(notice_ids)
    with unit():
        mine = Notice.objects.filter(pk__in=wanted, desk_id__in=actor.desks)
        if mine.count() != len(wanted):
            raise Missing("no_such_notice", _("没有找到这条消息，或者它不是给您的岗台的。"))
        return mine.filter(seen_at__isnull=True).update(seen_at=at, seen_by_id=actor.user_id)
