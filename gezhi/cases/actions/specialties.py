"""Writes to who of the specialists is joined to which kind of cases."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Specialty
from gezhi.cases.specialties import REGISTER, specialists
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.transactions import first_come, unit
from gezhi.matters.models import Category

RIGHT = "people.edit"


def join_specialty(*, actor: Actor, at: datetime, user_id: int, category_id: int, valid_from: date) -> Specialty:
    """From a day on this specialist is joined to the cases of a category. By those who keep the posts where the specialist sits.

    Refused: somebody who is no specialist, no such category, joined already, and a day that is past.
    """
    seats = list(specialists(local_day(at)).filter(user_id=user_id).select_related("desk__area"))
    if not seats:
        raise Refused("no_specialist", _("这个人今天不在专业力量的岗位上。"), field="user_id")
    if not any(actor.may(RIGHT, area=seat.desk.area.code) for seat in seats):
        raise Denied(RIGHT)
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        raise Refused("no_such_category", _("没有这一类。"), field="category_id")
    if valid_from < local_day(at):
        raise Refused("retroactive", _("最早从今天开始。"), field="valid_from")
    with unit():
        there = _("这个人已经对口这一类事项。")
        if Specialty.objects.filter(user_id=user_id, category=category, valid_until=None).exists():
            raise Refused("joined_already", there, field="category_id")
        with first_come("joined_already", there, field="category_id"):
            row = Specialty.objects.create(user_id=user_id, category=category, valid_from=valid_from, version=1)
        data = {"user": user_id, "category": category.code, "from": valid_from.isoformat()}
        found(row, Fact("specialty.set", data), actor=actor, at=at)
        touch(REGISTER)
    return row


def end_specialty(row: Specialty, *, actor: Actor, at: datetime, valid_until: date) -> None:
    """The day is the last."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if valid_until < max(local_day(at), row.valid_from):
        raise Refused("ends_before_start", _("结束日期最早是今天，并且不早于开始日期。"), field="valid_until")
    with unit():
        fact = Fact("specialty.ended", {"until": valid_until.isoformat()})
        advance(row, fact, actor=actor, at=at, changes={"valid_until": valid_until})
        touch(REGISTER)


__all__ = ["end_specialty", "join_specialty"]
