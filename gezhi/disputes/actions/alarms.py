"""The clock rings for disputes: before the limit, and when it is over."""

from datetime import datetime

from gezhi.disputes.actions.timing import CLOCK_COLUMNS, with_alarm
from gezhi.disputes.clock import Clocks, ringing
from gezhi.disputes.models import Dispute
from gezhi.kernel import alarms
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance

CLOCK = Actor.system("时钟")
BELLS = {"warn": ("warned_at", "dispute.warned"), "overdue": ("overdue_at", "dispute.overdue")}


def sound_alarms(*, at: datetime, limit: int = 200) -> int:
    """Ring for up to `limit` disputes whose alarm has come; the number rung. Any number of processes may call it at once."""
    # The clock reads no word of anybody.
    rows = Dispute.objects.defer("account", "agreement")
    return alarms.sound(rows, lambda dispute: ring(dispute, at=at), at=at, limit=limit)


def ring(dispute: Dispute, *, at: datetime) -> int:
    """Everything that has come due for one dispute, in order; 1 if anything rang."""
    rang = 0
    while bells := ringing(Clocks(**{column: getattr(dispute, column) for column in CLOCK_COLUMNS}), at):
        column, event = BELLS[bells[0]]
        data = {"desk": dispute.desk_id, "due": dispute.due_at.isoformat(), "stage": dispute.stage}
        advance(dispute, Fact(event, data), actor=CLOCK, at=at, changes=with_alarm(dispute, {column: at}))
        rang = 1
    return rang
