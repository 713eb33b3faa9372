"""The one event log: writing chains, handing events to subscribers, verifying.

Writing. `found` records the first events of a new row, `advance` changes a row and records what happened, in the caller's transaction.
A stale row is refused with `Conflict`: `UPDATE ... WHERE version = seen` lets exactly one of two competing writers through.

Dispatch. `dispatch` takes undispatched events and runs every subscriber inside the same transaction that marks the event as dispatched,
so an effect on the database happens exactly once. A subscriber that raises loses only its own effects (a savepoint) and gets a
`Delivery` row, tried again with growing pauses. A subscriber of rounds (`subscribe_rounds`) is given all its events of a round at once;
should it raise, it is given them again one by one, so that one bad event costs the others nothing but time.
"""

import fnmatch
import json
import logging
import secrets
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, wraps
from typing import Any, TypeVar

from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import rows
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained, Delivery, Event
from gezhi.kernel.refusals import Conflict
from gezhi.kernel.transactions import unit

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Chained)

STALE = _("这一条刚刚被别人办过，页面已经不是最新的。您填的内容还在，请看过最新情况再决定。")


# JSON in the one form of which digests are taken.
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def sm3(text: str) -> str:
    """SM3 (GB/T 32905) of the UTF-8 text, 64 hex digits."""
    digest = Hash(SM3())
    digest.update(text.encode())
    return digest.finalize().hex()


def digest_of(event: Event) -> str:
    """What makes the event unforgeable: everything it says, in canonical JSON, and the digest before it."""
    return sm3(
        canonical(
            [
                event.subject_kind,
                event.subject_id,
                event.seq,
                event.name,
                int(event.at.timestamp() * 1_000_000),
                event.actor_kind,
                event.actor_id,
                event.actor_name,
                event.data,
                event.note_digest,
                event.previous,
            ]
        )
    )


@dataclass(frozen=True)
class Fact:
    """What is to be recorded. `data`: codes and numbers, JSON-able, nothing personal. `note`: what a person wrote."""

    name: str
    data: dict[str, Any] | None = None
    note: str = ""


def compose(
    subject: Chained, facts: Sequence[Fact], *, actor: Actor, at: datetime, seq: int, previous: str
) -> list[Event]:
    events = []
    for fact in facts:
        seq += 1
        salt = secrets.token_hex(16) if fact.note else ""
        event = rows.fresh(
            Event,
            subject_kind=subject.subject_kind,
            subject_id=subject.pk,
            seq=seq,
            name=fact.name,
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.user_id,
            actor_name=actor.name,
            data=fact.data or {},
            note=fact.note,
            note_salt=salt,
            note_digest=sm3(salt + fact.note) if fact.note else "",
            previous=previous,
        )
        previous = event.digest = digest_of(event)
        events.append(event)
    return events


def found(subject: Chained, *facts: Fact, actor: Actor, at: datetime) -> list[Event]:
    """Record the first events of a row that was just inserted with `version=len(facts)`. One statement."""
    assert subject.version == len(facts), "insert the row with version=len(facts)"
    return rows.insert(compose(subject, facts, actor=actor, at=at, seq=0, previous=""))


def found_many(
    subjects: Iterable[Row], facts: Callable[[Row], Sequence[Fact]], *, actor: Actor, at: datetime
) -> list[Event]:
    """`found` for many new rows: one statement a thousand events."""
    events: list[Event] = []
    for subject in subjects:
        events += compose(subject, facts(subject), actor=actor, at=at, seq=0, previous="")
    return rows.insert(events)


def advance(
    subject: Chained, *facts: Fact, actor: Actor, at: datetime, changes: dict[str, Any] | None = None
) -> list[Event]:
    """Set the columns in `changes` and record `facts`: three statements. Raises `Conflict` if the row has moved on since it was read.

    On return `subject` carries the new columns and version. A clock set back does not turn a history around: an event is never earlier
    than the one before it.
    """
    assert facts, "a change without an event is no change"
    changes = {**(changes or {}), "version": subject.version + len(facts)}
    if not rows.change(subject, changes, version=subject.version):
        raise Conflict("stale", STALE)
    head = {"subject_kind": subject.subject_kind, "subject_id": subject.pk, "seq": subject.version}
    last = rows.look_up(Event, ("digest", "at"), **head)
    if last is None and subject.version:
        raise BrokenChain(f"{subject.subject_kind} {subject.pk} lacks event {subject.version}")
    previous, before = last or ("", at)
    events = compose(subject, facts, actor=actor, at=max(at, before), seq=subject.version, previous=previous)
    rows.insert(events)
    for column, value in changes.items():
        setattr(subject, column, value)
    return events


class BrokenChain(Exception):
    """The log of a subject has a hole: nothing may be added to it before a person has looked."""


def timeline(subject: Chained) -> list[Event]:
    """All events of a row, first to last."""
    return list(Event.objects.filter(subject_kind=subject.subject_kind, subject_id=subject.pk).order_by("seq"))


def names_after(subject: Chained, seq: int) -> set[str]:
    """What sorts of events followed `seq`."""
    later = Event.objects.filter(subject_kind=subject.subject_kind, subject_id=subject.pk, seq__gt=seq)
    return set(later.values_list("name", flat=True))


def faults(events: Iterable[Event], *, version: int | None = None) -> list[str]:
    """What is wrong with one subject's chain, in order of `seq`; empty when all is well.

    Finds a changed, removed, inserted or reordered row; with the subject's `version` also a cut-off end.
    """
    wrong = []
    previous, seq = "", 0
    for event in events:
        seq += 1
        if event.seq != seq:
            wrong.append(f"#{seq} is missing")
            seq = event.seq
        if event.previous != previous:
            wrong.append(f"#{event.seq} does not follow the row before it")
        if event.note and event.note_digest != sm3(event.note_salt + event.note):
            wrong.append(f"#{event.seq} has another note")
        if event.digest != digest_of(event):
            wrong.append(f"#{event.seq} was changed")
        previous = event.digest
    if version is not None and seq != version:
        wrong.append(f"ends at #{seq}, its row says #{version}")
    return wrong


# --- subscribers ----------------------------------------------------------------------------------------------------

Subscriber = Callable[[Event, datetime], None]
RoundSubscriber = Callable[[Sequence[Event], datetime], None]


@dataclass(frozen=True)
class Subscription:
    key: str
    patterns: tuple[str, ...]
    run: RoundSubscriber
    by_round: bool = False

    def wants(self, name: str) -> bool:
        return matches(self.patterns, name)


@cache
def matches(patterns: tuple[str, ...], name: str) -> bool:
    """There are a few hundred names and a few dozen subscribers, asked about each other for every event."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


subscriptions: dict[str, Subscription] = {}
PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


def subscribe(*patterns: str, key: str) -> Callable[[Subscriber], Subscriber]:
    """Register `f(event, at)` for events whose name matches; `key` is stable, it stands in `Delivery` rows."""

    def register(run: Subscriber) -> Subscriber:
        @wraps(run)
        def run_each(events: Sequence[Event], at: datetime) -> None:
            for event in events:
                run(event, at)

        enter(Subscription(key, patterns, run_each))
        return run

    return register


def subscribe_rounds(*patterns: str, key: str) -> Callable[[RoundSubscriber], RoundSubscriber]:
    """Register `f(events, at)`: all of a round that match, in their order, never none. For effects that cost less together.

    It must bear to be given a part of them again in a transaction of its own, as after an error.
    """

    def register(run: RoundSubscriber) -> RoundSubscriber:
        enter(Subscription(key, patterns, run, by_round=True))
        return run

    return register


def enter(one: Subscription) -> None:
    known = subscriptions.get(one.key)
    assert known is None or known.run.__qualname__ == one.run.__qualname__, one.key
    subscriptions[one.key] = one


def locked(queryset: Any) -> Any:
    """Rows that other workers hold are skipped where the database can; SQLite has one writer anyway."""
    if connection.features.has_select_for_update_skip_locked:
        return queryset.select_for_update(skip_locked=True, of=("self",))
    return queryset


def attempt(subscription: Subscription, events: Sequence[Event], at: datetime) -> str:
    """Run one subscriber in a savepoint; the error as text, empty when it went well."""
    try:
        with unit(alone=True):
            subscription.run(events, at)
    except Exception:
        logger.exception("subscriber %s failed on %s", subscription.key, [event.pk for event in events][:10])
        return traceback.format_exc(limit=-3)
    return ""


def handed(subscription: Subscription, events: Sequence[Event], at: datetime) -> list[Delivery]:
    """Give one subscriber its events of a round; what failed."""
    if subscription.by_round and len(events) > 1 and not attempt(subscription, events, at):
        return []
    return [
        Delivery(event=event, subscriber=subscription.key, attempts=1, next_at=at + PAUSES[0], error=error)
        for event in events
        if (error := attempt(subscription, [event], at))
    ]


def dispatch(*, at: datetime, limit: int = 200) -> int:
    """Hand up to `limit` waiting events to their subscribers; the number taken. Any number of processes may call it at once."""
    with unit():
        events = list(locked(Event.objects.filter(dispatched_at__isnull=True).order_by("id"))[:limit])
        failures: list[Delivery] = []
        singly = [one for one in subscriptions.values() if not one.by_round]
        for event in events:
            for subscription in singly:
                if subscription.wants(event.name):
                    failures += handed(subscription, [event], at)
        # Last, so that a round finds what the single events have led to.
        for subscription in subscriptions.values():
            if subscription.by_round:
                failures += handed(subscription, [event for event in events if subscription.wants(event.name)], at)
        Event.objects.filter(pk__in=[event.pk for event in events]).update(dispatched_at=at)
        Delivery.objects.bulk_create(failures)
    return len(events)


def retry(*, at: datetime, limit: int = 50) -> int:
    """Try failed deliveries whose time has come; the number tried. After the last pause a delivery is given up and stays to be seen."""
    with unit():
        due = locked(Delivery.objects.filter(next_at__lte=at).order_by("next_at")).select_related("event")
        tried = list(due[:limit])
        for delivery in tried:
            subscription = subscriptions.get(delivery.subscriber)
            error = attempt(subscription, [delivery.event], at) if subscription else "no such subscriber any more"
            if not error:
                delivery.delete()
                continue
            delivery.attempts += 1
            delivery.error = error
            left = PAUSES[delivery.attempts - 1 :]
            delivery.next_at = at + left[0] if left else None
            delivery.save(update_fields=["attempts", "error", "next_at"])
    return len(tried)


def outstanding() -> dict[str, int]:
    """For the health page: events not yet dispatched, deliveries to be retried, deliveries given up."""
    return {
        "waiting": Event.objects.filter(dispatched_at__isnull=True).count(),
        "retrying": Delivery.objects.filter(next_at__isnull=False).count(),
        "given_up": Delivery.objects.filter(Q(next_at__isnull=True)).count(),
    }
