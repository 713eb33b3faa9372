"""Writes to what a grid is known for: sites of brands, features of grids."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.cobuild.access import EDIT
from gezhi.cobuild.models import BrandSite, GridFeature
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.models import Area, Level


def open_site(
    brand: str, name: str, area: Area, *, actor: Actor, at: datetime, address: str, hours: str, services: str,
    phone: str = "", opened_on: date | None = None,
) -> BrandSite:  # fmt: skip
    """A place of a brand is open to everybody. Needs `cobuild.edit` there."""
    actor.require(EDIT, area=area.code)
    columns = {
        "brand": typed(brand, field="brand", longest=30, empty=_("请写明品牌，例如红色微家。")),
        "name": typed(name, field="name", longest=60, empty=_("请写明站点名称。")),
        "address": typed(address, field="address", longest=120, empty=_("请写明地址。")),
        "hours": typed(hours, field="hours", longest=120, empty=_("请写明开放时间。")),
        "services": typed(services, field="services", longest=200, empty=_("请写明能做什么。")),
        "phone": typed(phone, field="phone", longest=30),
    }
    with unit():
        with first_come("site_there", _("这里已经有同名的站点。"), field="name"):
            row = BrandSite.objects.create(area=area, opened_on=opened_on or local_day(at), version=1, **columns)
        found(row, Fact("brand_site.opened", {"area": area.code}), actor=actor, at=at)
    return row


def close_site(row: BrandSite, *, actor: Actor, at: datetime, reason: str) -> None:
    actor.require(EDIT, area=row.area.code)
    if row.closed_on is not None:
        raise Refused("wrong_stage", _("这个站点已经关闭。"))
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        fact = Fact("brand_site.closed", note=reason)
        advance(row, fact, actor=actor, at=at, changes={"closed_on": local_day(at)})


def name_feature(area: Area, name: str, words: str, *, actor: Actor, at: datetime) -> GridFeature:
    """What makes a grid particular."""
    actor.require(EDIT, area=area.code)
    if area.level != Level.GRID:
        raise Refused("no_grid", _("请选择一个网格。"), field="area")
    name = typed(name, field="name", longest=30, empty=_("请写明特色的名称。"))
    words = typed(words, field="words", longest=400, empty=_("请用几句话说明。"))
    with unit():
        with first_come("feature_there", _("这个网格已经有这个特色。"), field="name"):
            row = GridFeature.objects.create(area=area, name=name, words=words, from_on=local_day(at), version=1)
        found(row, Fact("grid_feature.named", {"area": area.code}), actor=actor, at=at)
    return row


def end_feature(row: GridFeature, *, actor: Actor, at: datetime, reason: str) -> None:
    actor.require(EDIT, area=row.area.code)
    if row.until_on is not None:
        raise Refused("wrong_stage", _("这个特色已经结束。"))
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        fact = Fact("grid_feature.ended", note=reason)
        advance(row, fact, actor=actor, at=at, changes={"until_on": local_day(at)})
