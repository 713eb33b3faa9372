"""The fund ledger: what was promised with a matter and what came, by year and street, in fen. Lines are added, never changed."""

from calendar import isleap
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, found
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.matters.models import Application, Batch, FundEntry, Matter
from gezhi.matters.models.application import DECIDED
from gezhi.matters.models.fund_entry import FundKind
from gezhi.matters.workflow import ApplicationKind
from gezhi.territory.models import Area, Level

MOST_FEN = 10**11
RIGHT = "matter.fund"
CORRECTED = ("corrected_already", _("这一笔已经冲正过。"))


def record_received(
    *,
    actor: Actor,
    at: datetime,
    matter: Matter,
    street: str,
    year: int,
    amount_fen: int,
    document: str,
) -> FundEntry:
    """Money that came to a street for a matter, with the voucher. By the street that has it, or the district.

    Refused: an unknown street, a matter that was never promised funds there, no amount, a year that is not near, no voucher.
    """
    area = Area.objects.filter(level=Level.STREET, code=street).first()
    if area is None or not actor.may(RIGHT, area=area.code):
        raise Denied(RIGHT)
    if not 0 < amount_fen <= MOST_FEN:
        raise Refused("no_amount", _("请填写到账金额，要大于零。"), field="amount")
    if not matter.valid_from.year <= year <= local_day(at).year:
        raise Refused("no_such_year", _("年度要在事项准入的那年和今年之间。"), field="year")
    document = typed(document, field="document", longest=100, empty=_("请写明凭据，例如拨款文号。"))
    if not FundEntry.objects.filter(matter=matter, street=area, kind=FundKind.PROMISED).exists():
        message = _("这个事项没有给这个街道的应拨经费，不能登记到账。")
        raise Refused("nothing_promised", message, field="matter")
    entry = FundEntry(
        matter=matter, street=area, year=year, kind=FundKind.RECEIVED, amount_fen=amount_fen, document=document
    )
    return keep(entry, actor=actor, at=at)


def correct_entry(entry: FundEntry, *, actor: Actor, at: datetime, reason: str) -> FundEntry:
    """Take a line out by a second one with the same amount below zero (冲正). Once, and never a correction itself."""
    if not actor.may(RIGHT, area=entry.street.code):
        raise Denied(RIGHT)
    if entry.corrects_id is not None or entry.kind != FundKind.RECEIVED:
        raise Refused("not_correctable", _("只有到账的那一笔能冲正。"))
    reason = typed(reason, field="reason", longest=100, empty=_("请写明为什么冲正。"))
    with unit(), first_come(*CORRECTED):
        against = FundEntry(
            matter=entry.matter,
            street=entry.street,
            year=entry.year,
            kind=entry.kind,
            amount_fen=-entry.amount_fen,
            document=reason,
            corrects=entry,
        )
        return keep(against, actor=actor, at=at)


def get_entry(actor: Actor, key: int) -> FundEntry:
    """A line of the ledger that the actor sees. Raises `Missing`."""
    entry = FundEntry.objects.select_related("street", "matter").filter(pk=key).first()
    if entry is None or not actor.may(RIGHT, area=entry.street.code):
        raise Missing("no_such_entry", _("没有找到这一笔，或者它不在您的范围内。"))
    return entry


def keep(entry: FundEntry, *, actor: Actor, at: datetime) -> FundEntry:
    """Write a line that was checked."""
    with unit():
        entry.entered_by_id, entry.entered_at, entry.version = actor.user_id, at, 1
        entry.save()
        data = {
            "matter": entry.matter_id,
            "street": entry.street.code,
            "year": entry.year,
            "kind": str(entry.kind),
            "fen": entry.amount_fen,
            "corrects": entry.corrects_id,
        }
        found(entry, Fact("fund.entered", data), actor=actor, at=at)
    return entry


# --- what is promised -----------------------------------------------------------------------------------------------


def share_of_year(yearly_fen: int, first: date, year: int) -> int:
    """What is due for a year in which a batch begins on `first`: by days, rounded to the fen; nothing for a year before."""
    if first.year > year:
        return 0
    if first.year < year:
        return yearly_fen
    days = 366 if isleap(year) else 365
    left = (date(year, 12, 31) - first).days + 1
    return (yearly_fen * left + days // 2) // days


def promise_first_year(application: Application, *, actor: Actor, at: datetime) -> None:
    """With the approval: each batch is owed its share of the year in which it begins."""
    for batch in application.batches.select_related("street"):
        promise_batch(application, batch, actor=actor, at=at)


def promise_batch(application: Application, batch: Batch, *, actor: Actor, at: datetime) -> None:
    """The share of the batch's first year. One whose day has moved owes the difference of no year twice: only what stands there not yet."""
    promise(application, batch, batch.starts_on.year, actor=actor, at=at)


def promise(application: Application, batch: Batch, year: int, *, actor: Actor, at: datetime) -> bool:
    assert application.matter_id is not None, "only what is decided promises"
    amount = share_of_year(batch.yearly_fen, batch.starts_on, year)
    standing = FundEntry.objects.filter(
        matter_id=application.matter_id, street=batch.street, year=year, kind=FundKind.PROMISED
    )
    if amount <= 0 or standing.exists():
        return False
    matter = Matter.objects.get(pk=application.matter_id)
    # Written into the ledger, so in the language of the house: the number is that of the application.
    document = f"准入申请 {application.pk}"
    entry = FundEntry(
        matter=matter, street=batch.street, year=year, kind=FundKind.PROMISED, amount_fen=amount, document=document
    )
    keep(entry, actor=actor, at=at)
    return True


def promise_year(year: int, *, actor: Actor, at: datetime) -> int:
    """Every matter in force owes its streets the funds of the year; the number of lines written. Again in the same year it writes nothing."""
    actor.require("matter.approve", area=settings.DISTRICT)
    written = 0
    with unit():
        rows = Batch.objects.filter(
            application__kind=ApplicationKind.ADMISSION,
            application__stage__in=DECIDED,
            starts_on__lte=date(year, 12, 31),
        ).select_related("application__matter", "street")
        for batch in rows:
            matter = batch.application.matter
            if matter is None or (matter.valid_until is not None and matter.valid_until.year < year):
                continue
            written += promise(batch.application, batch, year, actor=actor, at=at)
    return written
