"""Writes to the ledger of equipment: append-only, and never below nothing."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.models import Desk
from gezhi.workforce.actions.policies import shipped
from gezhi.workforce.models import Item, Movement, Stock
from gezhi.workforce.models.equipment import MovementKind
from gezhi.workforce.stock import EFFECTS, Moved, allows, balance_of

RIGHT = "equipment.edit"
MOST = 100_000
TOO_FEW = {
    MovementKind.ISSUED: _("库里只有 %(there)s，不够发。"),
    MovementKind.WRITTEN_OFF: _("库里只有 %(there)s，不够报废。"),
    MovementKind.RETURNED: _("这个人手里只有 %(there)s，交不回这么多。"),
    MovementKind.LOST: _("这个人手里只有 %(there)s，报不了这么多遗失。"),
}


def define_item(*, actor: Actor, at: datetime, code: str, name: str, unit_name: str) -> Item:
    """Enter a sort of thing. Needs `equipment.edit` over the district."""
    actor.require(RIGHT, area=settings.DISTRICT)
    code = typed(code, field="code", longest=30, empty=_("请填写代码。"))
    name = typed(name, field="name", longest=40, empty=_("请填写名称。"))
    unit_name = typed(unit_name, field="unit_name", longest=8, empty=_("请填写单位，例如 个。"))
    with unit():
        with first_come("code_taken", _("这个代码已经有了。"), field="code"):
            item = Item.objects.create(code=code, name=name, unit=unit_name, version=1)
        found(item, Fact("equipment_item.defined", {"code": code}), actor=actor, at=at)
    return item


def load_items(*, actor: Actor, at: datetime) -> int:
    """The sorts that come with Gezhi, each where the district has none of its code; how many were written."""
    known = set(Item.objects.values_list("code", flat=True))
    rows = [row for row in shipped("items.csv") if row["code"] not in known]
    with unit():
        for row in rows:
            define_item(actor=actor, at=at, code=row["code"], name=row["name"], unit_name=row["unit"])
    return len(rows)


def move(
    item: Item,
    desk: Desk,
    kind: str,
    count: int,
    *,
    actor: Actor,
    at: datetime,
    user: User | None = None,
    note: str = "",
) -> Movement:
    """Write down a movement of one item in the store of one desk. Needs `equipment.edit` there.

    Refused where there would be less than nothing, in the store or in somebody's hands. A loss and a writing-off want a word why.
    """
    actor.require(RIGHT, area=desk.area.code, desk_id=desk.pk)
    if kind not in EFFECTS:
        raise Refused("no_such_kind", _("请选择入库、发放、交回、遗失或报废。"), field="kind")
    if not 1 <= count <= MOST:
        raise Refused("no_number", _("数量应在 1 至 %(most)s 之间。") % {"most": MOST}, field="count")
    concerns_person = EFFECTS[kind][1] != 0
    if concerns_person and user is None:
        raise Refused("empty", _("请选择发给谁、由谁交回。"), field="user")
    why = _("请写明经过。") if kind in (MovementKind.LOST, MovementKind.WRITTEN_OFF) else None
    note = typed(note, field="note", longest=200, empty=why)
    moved = Moved(kind, count, user.pk if user is not None and concerns_person else None)
    with unit():
        stock = stock_of(item, desk, actor=actor, at=at)
        balance = balance_of(movements_of(stock))
        if not allows(balance, moved):
            is_held = kind in (MovementKind.RETURNED, MovementKind.LOST)
            there = balance.held[moved.user_id or 0] if is_held else balance.in_store
            message = TOO_FEW[MovementKind(kind)] % {"there": f"{max(there, 0)} {item.unit}"}
            raise Refused("too_few", message, field="count")
        data = {"kind": kind, "count": count, "user": moved.user_id}
        (event,) = advance(stock, Fact(f"stock.{kind}", data, note), actor=actor, at=at)
        return Movement.objects.create(
            stock=stock, seq=event.seq, kind=kind, count=count, user_id=moved.user_id, moved_at=event.at, note=note
        )


def stock_of(item: Item, desk: Desk, *, actor: Actor, at: datetime) -> Stock:
    """The row under whose lock all movements of this item at this desk stand in one line."""
    stock = Stock.objects.select_for_update().filter(item=item, desk=desk).first()
    if stock is None:
        with first_come("stock_meanwhile", _("刚刚有人登记过，请看过最新情况再提交。")):
            stock = Stock.objects.create(item=item, desk=desk, version=1)
        found(stock, Fact("stock.opened", {"item": item.pk, "desk": desk.pk}), actor=actor, at=at)
    return stock


def movements_of(stock: Stock) -> list[Moved]:
    rows = Movement.objects.filter(stock=stock).order_by("seq").values_list("kind", "count", "user_id")
    return [Moved(*row) for row in rows]
