"""Batches after the admission: another street joins, or the day of one moves. What has begun in a street stays."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.matters.access import covers
from gezhi.matters.actions.applications import NewBatch, batches_of
from gezhi.matters.actions.catalogue import REGISTER
from gezhi.matters.actions.funds import promise_batch
from gezhi.matters.models import Application, Batch
from gezhi.matters.models.application import DECIDED
from gezhi.matters.workflow import STEPS, ApplicationKind


def schedule_batch(
    application: Application,
    *,
    actor: Actor,
    at: datetime,
    street: str,
    starts_on: date,
    yearly_fen: int,
    phase: int,
    reason: str,
) -> Batch:
    """Give an admitted matter to one more street, or move the day of a street where it has not begun. By who approves.

    Refused: before the admission and after the exit, a day that is past, a street where it runs already, no funds, no reason.
    """
    if not covers(actor, STEPS["approve"], application):
        raise Denied("matter.approve")
    matter = application.matter
    if application.kind != ApplicationKind.ADMISSION or application.stage not in DECIDED or matter is None:
        raise Refused("not_admitted", _("事项核准以后才能调整分批。"))
    today = local_day(at)
    if starts_on < today or (matter.valid_until is not None and starts_on > matter.valid_until):
        raise Refused("day_past", _("开始日期要在今天或以后，且不晚于事项退出的日子。"), field="starts_on")
    reason = typed(reason, field="reason", longest=2_000, empty=_("请写明为什么调整。"))
    (row,) = batches_of(application, [NewBatch(street, starts_on, yearly_fen, phase)])
    with unit():
        standing = Batch.objects.filter(application=application, street=row.street).first()
        if standing is not None and standing.starts_on <= today:
            raise Refused("begun", _("这个街道已经开始，不能再改；不再适宜的，请申请退出。"), field="street")
        data = {"street": street, "starts_on": starts_on.isoformat(), "fen": yearly_fen, "phase": phase}
        if standing is not None:
            data["was"] = standing.starts_on.isoformat()
            standing.delete()
        row.save()
        total = sum(application.batches.values_list("yearly_fen", flat=True))
        advance(
            application,
            Fact("application.batch_scheduled", data, reason),
            actor=actor,
            at=at,
            changes={"yearly_fen": total},
        )
        first = min(application.batches.values_list("starts_on", flat=True))
        if first < matter.valid_from or (matter.valid_from >= today and first != matter.valid_from):
            fact = Fact("matter.begins", {"valid_from": first.isoformat(), "was": matter.valid_from.isoformat()})
            advance(matter, fact, actor=actor, at=at, changes={"valid_from": first})
        promise_batch(application, row, actor=actor, at=at)
        touch(REGISTER)
    return row
