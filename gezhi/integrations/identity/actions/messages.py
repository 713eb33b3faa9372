"""What a worker has asked to be told on the platform: that something waits at the desk. Its kind, number and place, never what was said.

Written in the transaction of the event, sent afterwards by the worker process: the platform may be slow, silent or wrong, and no case waits for it.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from gezhi.cases.models import Case
from gezhi.integrations.identity.models import Binding, PlatformMessage
from gezhi.integrations.identity.platforms import Message, Unreachable, Unwanted, get_platform
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import locked
from gezhi.kernel.refusals import Missing
from gezhi.kernel.transactions import unit
from gezhi.matters.queries import catalogue
from gezhi.people.access import valid_on
from gezhi.people.models import DeskKind, Post
from gezhi.people.queries import directory
from gezhi.territory.queries import area_name

logger = logging.getLogger(__name__)
PAUSES = (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
# Nobody is woken for what can wait until the morning.
QUIET_FROM, QUIET_UNTIL = time(21, 30), time(7, 0)
A_ROUND = 20


def not_quiet(at: datetime) -> datetime:
    """The first instant from `at` on at which people may be written to."""
    local = timezone.localtime(at)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=local.tzinfo)


def write_of(cases: Collection[int], *, at: datetime) -> int:
    """Tell those who sit at the grid's desk on which each of these cases waits now; the number of messages. Four statements at most."""
    chosen: tuple[str, dict[str, str]] | None = settings.WEIXIN_CASE_TEMPLATE
    if chosen is None:
        return 0
    desks = directory()
    waiting = [
        case
        for case in Case.objects.filter(pk__in=cases, stage="waiting").order_by("pk")
        if desks.get(case.desk_id).kind == DeskKind.GRID
    ]
    seats: dict[int, set[int]] = {}
    posts = Post.objects.filter(valid_on(local_day(at)), desk_id__in={case.desk_id for case in waiting})
    for desk_id, user_id in posts.values_list("desk_id", "user_id"):
        seats.setdefault(desk_id, set()).add(user_id)
    everybody = {user for users in seats.values() for user in users}
    bound = Binding.objects.filter(user_id__in=everybody, ended_at__isnull=True, user__is_active=True)
    by_user: dict[int, list[int]] = {}
    for pk, user_id in bound.values_list("pk", "user_id"):
        by_user.setdefault(user_id, []).append(pk)
    rows = [
        message_of(case, binding, at, *chosen)
        for case in waiting
        for user in sorted(seats.get(case.desk_id, ()))
        for binding in by_user.get(user, ())
    ]
    with unit():
        return len(PlatformMessage.objects.bulk_create(rows))


def message_of(case: Case, binding: int, at: datetime, template: str, fields: Mapping[str, str]) -> PlatformMessage:
    matter = catalogue().matters.get(case.matter_id) if case.matter_id is not None else None
    area = area_name(directory().get(case.desk_id).area_code)
    facts = {
        "matter": matter.name if matter is not None else "",
        "number": case.number,
        "place": area.name if area is not None else "",
        "due": timezone.localtime(case.due_at).strftime("%Y-%m-%d %H:%M"),
    }
    return PlatformMessage(
        binding_id=binding,
        template=template,
        values={name: facts[fact] or "—" for name, fact in fields.items()},
        page=f"pages/index/index?open=case/{case.pk}",
        written_at=at,
        next_at=at if case.is_emergency else not_quiet(at),
    )


def send_waiting(*, at: datetime, limit: int = A_ROUND) -> int:
    """Send what is due; the number tried. Any number of processes may call it: each takes its own before it asks the platform.

    A message that was taken by a process that died is tried again after the first pause: a person may be told twice, never not at all.
    """
    number = 0
    for message in taken(at, limit):
        number += 1
        try:
            port = get_platform(message.binding.platform)
            port.send(message.binding.identity, Message(message.template, message.values, message.page))
        except (Unwanted, Missing) as error:
            settle(message, error=str(error)[:80] or "off")
        except Unreachable as error:
            put_off(message, str(error)[:80], at)
        else:
            settle(message, sent_at=at)
    return number


def taken(at: datetime, limit: int) -> Sequence[PlatformMessage]:
    with unit():
        due = PlatformMessage.objects.filter(next_at__lte=at).order_by("next_at", "pk").select_related("binding")
        messages = list(locked(due)[:limit])
        # The row is ours until the first pause is over; the platform is asked outside of the transaction.
        PlatformMessage.objects.filter(pk__in=[one.pk for one in messages]).update(next_at=at + PAUSES[0])
    return messages


def settle(message: PlatformMessage, *, sent_at: datetime | None = None, error: str = "") -> None:
    with unit():
        PlatformMessage.objects.filter(pk=message.pk).update(
            next_at=None, sent_at=sent_at, error=error, attempts=message.attempts + 1
        )


def put_off(message: PlatformMessage, error: str, at: datetime) -> None:
    attempts = message.attempts + 1
    next_at = at + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
    with unit():
        PlatformMessage.objects.filter(pk=message.pk).update(next_at=next_at, attempts=attempts, error=error)
    if next_at is None:
        logger.warning("message %s of %s was given up", message.pk, message.binding.platform)
