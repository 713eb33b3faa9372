"""Spots, and looks at them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.place import place_of
from gezhi.fieldwork.actions.findings import Finding, Where, take_up
from gezhi.fieldwork.device_time import device_time
from gezhi.fieldwork.models import Look, Spot
from gezhi.fieldwork.replays import once, uuid_of
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.months import month_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.rows import insert
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

EDIT, RECORD = "spot.edit", "patrol.record"
LONGEST_NAME, LONGEST_HINT = 40, 120
TAKEN = _("这里已经有同名的巡查点。")


def add_spot(
    *,
    actor: Actor,
    at: datetime,
    key: UUID | str,
    area_code: str = "",
    name: str,
    hint: str = "",
    lng: float | None = None,
    lat: float | None = None,
    crs: str = "wgs84",
) -> Spot:
    """Choose a spot worth a look. Needs `spot.edit` there. The same key gives the same spot."""
    key = uuid_of(key)

    def make() -> Spot:
        has_point = lng is not None or lat is not None
        place = place_of(lng=lng, lat=lat, crs=crs, area_code="" if has_point else area_code)
        if len(place.code) < 15:
            raise Refused("no_grid", _("请选巡查点在哪个网格。"), field="area_code")
        actor.require(EDIT, area=place.code)
        columns: dict[str, Any] = {
            "name": typed(name, field="name", longest=LONGEST_NAME, empty=_("请写巡查点的名称。")),
            "hint": typed(hint, field="hint", longest=LONGEST_HINT),
        }
        if Spot.objects.active().filter(area_id=place.area_id, name=columns["name"]).exists():
            raise Refused("spot_known", TAKEN, field="name")
        spot = Spot(key=key, version=1, lng=place.lng, lat=place.lat, **place.columns, **columns)
        insert([spot])
        found(spot, Fact("spot.added", {"area": place.code}), actor=actor, at=at)
        return spot

    return once(Spot, key, make, is_same=lambda row: actor.may(EDIT, area=row.place_code))


def change_spot(spot: Spot, *, actor: Actor, at: datetime, name: str, hint: str = "") -> Spot:
    """Other words for it. The same object comes back."""
    actor.require(EDIT, area=spot.place_code)
    columns = {
        "name": typed(name, field="name", longest=LONGEST_NAME, empty=_("请写巡查点的名称。")),
        "hint": typed(hint, field="hint", longest=LONGEST_HINT),
    }
    changes = {column: value for column, value in columns.items() if getattr(spot, column) != value}
    if changes:
        with unit(), first_come("spot_known", TAKEN, field="name"):
            advance(spot, Fact("spot.changed", {"changes": changes}), actor=actor, at=at, changes=changes)
    return spot


def retire_spot(spot: Spot, *, actor: Actor, at: datetime) -> Spot:
    """No longer worth a look. Its counts stay."""
    actor.require(EDIT, area=spot.place_code)
    if spot.is_active:
        with unit():
            advance(spot, Fact("spot.retired", {}), actor=actor, at=at, changes={"is_active": False})
    return spot


def record_look(
    spot: Spot,
    *,
    actor: Actor,
    at: datetime,
    key: UUID | str,
    finding: Finding | None = None,
    done_at: datetime | None = None,
) -> Look:
    """ "I was there and found nothing", or this. Needs `patrol.record` there. Where the worker stood is not asked. The same key, the same look."""
    key = uuid_of(key)

    def make() -> Look:
        actor.require(RECORD, area=spot.place_code)
        look = Look(
            key=key,
            spot_id=spot.pk,
            area_id=spot.area_id,
            street_code=spot.street_code,
            community_code=spot.community_code,
            grid_code=spot.grid_code,
            has_finding=finding is not None,
            by_id=actor.user_id,
            looked_at=at,
            done_at=device_time(done_at),
            month=month_of(at),
            version=1,
        )
        if finding is not None:
            where = Where(spot.place_code, spot.name, spot.lng, spot.lat)
            look.case_id = take_up(finding, where, key=key, origin="patrol", actor=actor, at=at).pk
        insert([look])
        data = {"spot": spot.pk, "area": spot.place_code, "found": look.has_finding}
        found(look, Fact("look.recorded", data), actor=actor, at=at)
        return look

    return once(Look, key, make, is_same=lambda row: row.by_id in (actor.user_id, None))
