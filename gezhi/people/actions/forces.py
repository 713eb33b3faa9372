"""Writes to the professional forces: the names of the seven kinds, contacts, and the grids they answer for."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.actions.desks import REGISTER
from gezhi.people.actions.posts import STAFF_RIGHT
from gezhi.people.actions.standards import MEANWHILE, RULE
from gezhi.people.models import Force, ForceContact, ForcePlacement
from gezhi.people.phones import require_phone
from gezhi.territory.models import Area, Level


def name_force(force: Force, name: str, *, is_confirmed: bool, actor: Actor, at: datetime) -> None:
    """Give one of the seven kinds its name, and say whether the district has confirmed it."""
    actor.require(RULE, area=settings.DISTRICT)
    name = typed(name, field="name", longest=30, empty=_("请填写名称"))
    if (force.name, force.is_confirmed) == (name, is_confirmed):
        return
    changes = {"name": name, "is_confirmed": is_confirmed}
    with unit():
        advance(force, Fact("force.named", changes), actor=actor, at=at, changes=changes)
        touch(REGISTER)


def enter_contact(
    force: Force,
    name: str,
    *,
    areas: Sequence[Area],
    actor: Actor,
    at: datetime,
    on: date,
    phone: str = "",
    office: str = "",
) -> ForceContact:
    """Enter somebody of a professional force and let him answer for grids from a day on. Needs `staff.edit` at each.

    Where somebody else of the kind answers already, he ends with the day before. Refused: empty, bad_phone, not_a_grid, contact_known.
    """
    for area in areas:
        actor.require(STAFF_RIGHT, area=area.code)
    if not areas:
        actor.require(STAFF_RIGHT, area=settings.DISTRICT)
    columns = {
        "name": typed(name, field="name", longest=40, empty=_("请填写姓名")),
        "work_phone": require_phone(phone),
        "unit": typed(office, field="unit", longest=60),
    }
    with unit():
        with first_come("contact_known", _("这个人已经登记过，请直接给他安排网格。"), field="name"):
            contact = ForceContact.objects.create(force=force, version=1, **columns)
        found(contact, Fact("force_contact.entered", {"force": force.code}), actor=actor, at=at)
        if areas:
            place_contact(contact, areas, actor=actor, at=at, from_on=on)
    return contact


def place_contact(
    contact: ForceContact, areas: Sequence[Area], *, actor: Actor, at: datetime, from_on: date
) -> list[ForcePlacement]:
    """Let a contact answer for grids from a day on; where he does already, nothing changes. Five statements, however many grids.

    Refused: not_a_grid, area_retired, contact_gone, starts_too_early (before whoever answers there now began).
    """
    for area in areas:
        actor.require(STAFF_RIGHT, area=area.code)
        if area.level != Level.GRID:
            raise Refused("not_a_grid", _("专业力量配到网格。"), field="areas")
        if not area.is_active:
            raise Refused("area_retired", _("%(area)s 已经停用。") % {"area": area.code}, field="areas")
    if not contact.is_active:
        raise Refused("contact_gone", _("这个人已经不再担任联系人。"))
    with unit():
        there = {
            one.area_id: one
            for one in ForcePlacement.objects.filter(
                area__in=areas, force_id=contact.force_id, until_on__isnull=True
            ).select_for_update()
        }
        wanted = [area for area in areas if area.pk not in there or there[area.pk].contact_id != contact.pk]
        replaced = [there[area.pk] for area in wanted if area.pk in there]
        if any(one.from_on >= from_on for one in replaced):
            raise Refused("starts_too_early", _("要晚于现在的联系人开始的那一天。"), field="from_on")
        last = from_on - timedelta(days=1)
        ForcePlacement.objects.filter(pk__in=[one.pk for one in replaced]).update(until_on=last)
        rows = [
            ForcePlacement(contact=contact, force_id=contact.force_id, area=area, from_on=from_on) for area in wanted
        ]
        with first_come(*MEANWHILE):
            ForcePlacement.objects.bulk_create(rows, batch_size=1000)
        if rows:
            data = {"areas": [area.code for area in wanted], "from": from_on.isoformat()}
            advance(contact, Fact("force_contact.placed", data), actor=actor, at=at)
    return rows


def end_force_placement(placement: ForcePlacement, until_on: date, *, actor: Actor, at: datetime) -> None:
    """The last day on which a contact answers for a grid. Refused: ends_before_start, ended."""
    actor.require(STAFF_RIGHT, area=placement.area.code)
    if until_on < placement.from_on:
        raise Refused("ends_before_start", _("最后一天不能早于第一天。"), field="until_on")
    with unit():
        contact = ForceContact.objects.get(pk=placement.contact_id)
        data = {"area": placement.area.code, "until": until_on.isoformat()}
        advance(contact, Fact("force_contact.ended", data), actor=actor, at=at)
        if not ForcePlacement.objects.filter(pk=placement.pk, until_on__isnull=True).update(until_on=until_on):
            raise Refused("ended", _("这项配置已经结束。"))


def set_consent(contact: ForceContact, is_given: bool, *, actor: Actor, at: datetime) -> None:
    """That he consents to stand on the public pages of his grids, or no longer does. Needs `staff.edit` wherever he answers."""
    require_everywhere(contact, actor)
    if bool(contact.consented_on) == is_given:
        return
    with unit():
        fact = Fact("force_contact.consented" if is_given else "force_contact.consent_withdrawn")
        advance(contact, fact, actor=actor, at=at, changes={"consented_on": local_day(at) if is_given else None})


def change_contact(contact: ForceContact, *, phone: str, office: str, actor: Actor, at: datetime) -> None:
    """Another phone or unit. Needs `staff.edit` wherever he answers."""
    require_everywhere(contact, actor)
    changes = {"work_phone": require_phone(phone), "unit": typed(office, field="unit", longest=60)}
    if (contact.work_phone, contact.unit) == (changes["work_phone"], changes["unit"]):
        return
    with unit():
        advance(contact, Fact("force_contact.changed"), actor=actor, at=at, changes=changes)


def retire_contact(contact: ForceContact, until_on: date, *, actor: Actor, at: datetime) -> int:
    """Somebody no longer answers for anything; the number of grids that are without now. His phone is erased."""
    require_everywhere(contact, actor)
    with unit():
        running = ForcePlacement.objects.filter(contact=contact, until_on__isnull=True)
        begun = running.filter(from_on__lte=until_on).update(until_on=until_on)
        unbegun, _by_model = running.delete()
        changes = {"is_active": False, "work_phone": "", "consented_on": None}
        data = {"until": until_on.isoformat(), "areas": begun + unbegun}
        advance(contact, Fact("force_contact.retired", data), actor=actor, at=at, changes=changes)
    return begun + unbegun


def require_everywhere(contact: ForceContact, actor: Actor) -> None:
    codes = list(
        ForcePlacement.objects.filter(contact=contact, until_on__isnull=True).values_list("area__code", flat=True)
    )
    for code in codes or [settings.DISTRICT]:
        actor.require(STAFF_RIGHT, area=code)
