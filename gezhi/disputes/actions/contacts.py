"""Whom to call on a side. Reading it is itself an act: it takes a right and a reason, and stands in the log."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.disputes.access import covers
from gezhi.disputes.actions.words import LONGEST_NAME, LONGEST_PHONE, spoken
from gezhi.disputes.models import Dispute, Side
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.transactions import unit

SEEN, KEPT = "dispute.contact_seen", "dispute.contact_kept"
RIGHT = "dispute.work"
LONGEST_REASON = 1_000


def reveal_contact(dispute: Dispute, position: int, *, actor: Actor, at: datetime, reason: str) -> Side:
    """One side's contact in clear. Raises `Denied` without the right, `Refused` without a reason, `Missing` where none was given."""
    if not covers(actor, RIGHT, dispute):
        raise Denied(RIGHT)
    reason = spoken(reason, field="reason", longest=LONGEST_REASON, empty=_("请写明查看的理由，查看会留下记录。"))
    with unit():
        side = side_at(dispute, position)
        if not (side.name or side.phone):
            raise Missing("no_contact", _("这一方没有留联系方式。"))
        advance(dispute, Fact(SEEN, {"side": position}, note=reason), actor=actor, at=at)
    return side


def keep_contact(dispute: Dispute, position: int, *, actor: Actor, at: datetime, name: str, phone: str) -> Side:
    """Take down or correct whom to call on a side; both empty erases it. Only while the dispute is open."""
    if not covers(actor, RIGHT, dispute):
        raise Denied(RIGHT)
    if not dispute.is_open:
        raise Refused("wrong_stage", _("这一件已经结束，联系方式不再改动。"))
    name = spoken(name, field="name", longest=LONGEST_NAME)
    phone = spoken(phone, field="phone", longest=LONGEST_PHONE)
    with unit():
        side = side_at(dispute, position)
        side.name, side.phone = name, phone
        advance(dispute, Fact(KEPT, {"side": position, "is_empty": not (name or phone)}), actor=actor, at=at)
        side.save(update_fields=["name", "phone"])
    return side


def side_at(dispute: Dispute, position: int) -> Side:
    side = Side.objects.filter(dispute=dispute, position=position).first()
    if side is None:
        raise Missing("no_such_side", _("没有这一方。"))
    return side
