"""The clock rings: what was not done in time is marked, goes up to the district, and its desk owes an account."""

from datetime import datetime
from typing import Any

from django.conf import settings

from gezhi.calls.clock import bells
from gezhi.calls.models import Account, Call, CallPart, Lateness
from gezhi.calls.timing import clocks_of, with_alarm
from gezhi.calls.workflow import Late
from gezhi.kernel import alarms
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory

CLOCK = Actor.system("时钟")


def sound_alarms(*, at: datetime, limit: int = 200) -> int:
    """Ring for up to `limit` calls and as many parts whose alarm has come; the number rung. Any number of processes may call it at once."""
    rung = alarms.sound(Call.objects.all(), lambda call: ring(call, at=at), at=at, limit=limit)
    parts = CallPart.objects.select_related("call")
    return rung + alarms.sound(parts, lambda part: ring(part, at=at), at=at, limit=limit)


def ring(row: Call | CallPart, *, at: datetime) -> int:
    """Everything that has come due for one row, in order; 1 if anything rang."""
    due = [bell for bell in bells(clocks_of(row)) if bell[0] <= at]
    for when, what in due:
        is_part = isinstance(row, CallPart)
        changes: dict[str, Any] = {f"{what}_late_at": at}
        if is_part:
            changes["account"] = Account.OWED
        owing = row.desk_id if is_part or what == Late.STRIKE else district_id(row.desk_id)
        call = row.call if isinstance(row, CallPart) else row
        data = {"what": what, "desk": owing, "street": call.desk_id, "due": when.isoformat(), "call": call.pk}
        advance(row, Fact(f"{row.subject_kind}.late", data), actor=CLOCK, at=at, changes=with_alarm(row, changes))
        Lateness.objects.create(
            call=call,
            part=row if isinstance(row, CallPart) else None,
            what=what,
            round=row.rounds if isinstance(row, CallPart) else row.round,
            of_desk_id=owing,
            due_at=when,
            found_at=at,
        )
    return int(bool(due))


def district_id(street_id: int) -> int:
    """Dispatching is the district's; where it has no desk, the street's own row bears the mark."""
    desk = directory().at(DeskKind.DISTRICT, settings.DISTRICT)
    return desk.id if desk is not None else street_id
