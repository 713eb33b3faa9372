"""Writes to the register of units: entered, changed, left; what they promise and keep."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.cobuild.access import EDIT
from gezhi.cobuild.models import Commitment, Partner
from gezhi.cobuild.rules import PartnerKind
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import holds_identity_number
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.models import Area


def enter_partner(
    name: str, kind: str, area: Area, *, actor: Actor, at: datetime, alliance: str = "", contact_name: str = "",
    contact_phone: str = "", joined_on: date | None = None,
) -> Partner:  # fmt: skip
    """Enter a unit in the register of an area. Needs `cobuild.edit` there."""
    actor.require(EDIT, area=area.code)
    name = typed(name, field="name", longest=80, empty=_("请写明单位名称。"))
    if kind not in PartnerKind.values:
        raise Refused("no_such_kind", _("请选择单位类别。"), field="kind")
    joined_on = joined_on or local_day(at)
    if joined_on > local_day(at):
        raise Refused("future", _("加入的日期不能晚于今天。"), field="joined_on")
    columns = {
        "alliance": typed(alliance, field="alliance", longest=80),
        "contact_name": contact(contact_name, "contact_name"),
        "contact_phone": contact(contact_phone, "contact_phone"),
    }
    with unit():
        with first_come("partner_there", _("这里已经登记了同名的单位。"), field="name"):
            partner = Partner.objects.create(name=name, kind=kind, area=area, joined_on=joined_on, version=1, **columns)
        found(partner, Fact("partner.entered", {"kind": kind, "area": area.code}), actor=actor, at=at)
    return partner


def contact(value: str, field: str) -> str:
    value = typed(value, field=field, longest=40)
    if holds_identity_number(value):
        raise Refused("identity_number", _("不要写身份证号码。"), field=field)
    return value


def change_contact(partner: Partner, *, actor: Actor, at: datetime, contact_name: str, contact_phone: str) -> None:
    """Another person answers for the unit."""
    require_here(partner, actor)
    changes = {
        "contact_name": contact(contact_name, "contact_name"),
        "contact_phone": contact(contact_phone, "contact_phone"),
    }
    with unit():
        advance(partner, Fact("partner.contact_changed"), actor=actor, at=at, changes=changes)


def leave(partner: Partner, *, actor: Actor, at: datetime, reason: str) -> None:
    """The unit takes part no more. Its contact is forgotten at once; what it did stays, its resources end."""
    require_here(partner, actor)
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    changes = {"left_on": local_day(at), "contact_name": "", "contact_phone": ""}
    with unit():
        for offer in partner.offers.filter(until_on__isnull=True, from_on__lte=local_day(at)):
            fact = Fact("offer.ended", {"partner": partner.pk})
            advance(offer, fact, actor=actor, at=at, changes={"until_on": local_day(at)})
        advance(partner, Fact("partner.left", note=reason), actor=actor, at=at, changes=changes)


def commit(partner: Partner, words: str, *, actor: Actor, at: datetime, due_on: date) -> Commitment:
    """Write down what the unit promised."""
    require_here(partner, actor)
    words = typed(words, field="words", longest=200, empty=_("请写明承诺什么。"))
    if due_on < partner.joined_on:
        raise Refused("too_early", _("期限不能早于加入的日期。"), field="due_on")
    with unit():
        row = Commitment.objects.create(partner=partner, words=words, due_on=due_on, version=1)
        found(row, Fact("commitment.made", {"partner": partner.pk}), actor=actor, at=at)
    return row


def keep(row: Commitment, *, actor: Actor, at: datetime, outcome: str) -> None:
    """The promise was kept, and how."""
    actor.require(EDIT, area=row.partner.area.code)
    if row.kept_on is not None:
        raise Refused("wrong_stage", _("这项承诺已经兑现。"))
    outcome = typed(outcome, field="outcome", longest=400, empty=_("请写明怎样兑现的。"))
    with unit():
        changes = {"kept_on": local_day(at), "outcome": outcome}
        advance(row, Fact("commitment.kept"), actor=actor, at=at, changes=changes)


def require_here(partner: Partner, actor: Actor) -> None:
    actor.require(EDIT, area=partner.area.code)
    if partner.left_on is not None:
        raise Refused("has_left", _("这个单位已经退出共建。"))
