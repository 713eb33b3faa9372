"""Address points: added by who stands before the door, corrected, taken out of use."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.place import Place, place_of
from gezhi.fieldwork.models import AddressPoint
from gezhi.fieldwork.replays import once, uuid_of
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.rows import insert
from gezhi.kernel.secrets import holds_identity_number
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

RIGHT = "visit.record"
LONGEST_BUILDING, LONGEST_PART = 40, 20
TAKEN = _("这里已经有同样的地址点。")


def add_address_point(
    *,
    actor: Actor,
    at: datetime,
    key: UUID | str,
    area_code: str = "",
    building: str,
    unit_name: str = "",
    door: str = "",
    lng: float | None = None,
    lat: float | None = None,
    crs: str = "wgs84",
) -> AddressPoint:
    """Add a door, a stairwell or a building in a grid. Needs `visit.record` there.

    The same key gives the same row; so does the same label in the same grid, because two phones without a signal may stand before one
    door. Raises `Refused`.
    """
    key = uuid_of(key)

    def make() -> AddressPoint:
        place, columns = checked(
            area_code, building=building, unit_name=unit_name, door=door, lng=lng, lat=lat, crs=crs
        )
        actor.require(RIGHT, area=place.code)
        labelled = AddressPoint.objects.active().filter(
            area_id=place.area_id, **{name: columns[name] for name in ("building", "unit", "door")}
        )
        known = labelled.first()
        if known is not None:
            return known
        point = AddressPoint(key=key, version=1, **place.columns, **columns)
        insert([point])
        found(point, Fact("address_point.added", {"area": place.code}), actor=actor, at=at)
        return point

    return once(AddressPoint, key, make, is_same=lambda row: actor.may(RIGHT, area=row.place_code))


def checked(
    area_code: str,
    *,
    building: str,
    unit_name: str,
    door: str,
    lng: float | None = None,
    lat: float | None = None,
    crs: str = "wgs84",
) -> tuple[Place, dict[str, Any]]:
    """Where it lies and its columns. A point and an area that don't fit together are refused: one of them is wrong."""
    columns: dict[str, Any] = {
        "building": part(building, "building", LONGEST_BUILDING, empty=_("请写楼栋或院落，按墙上的写。")),
        "unit": part(unit_name, "unit_name", LONGEST_PART),
        "door": part(door, "door", LONGEST_PART),
    }
    pointed = place_of(lng=lng, lat=lat, crs=crs) if lng is not None or lat is not None else None
    place = place_of(lng=None, lat=None, area_code=area_code) if area_code else pointed
    if place is None or len(place.code) < 15:
        raise Refused("no_grid", _("请选地址点在哪个网格。"), field="area_code")
    if pointed is not None and not pointed.code.startswith(place.code):
        raise Refused("other_grid", _("这个位置不在所选的网格里，请核对。"), field="lng")
    columns |= {"lng": pointed.lng, "lat": pointed.lat} if pointed is not None else {}
    return place, columns


def part(value: str, field: str, longest: int, *, empty: Any = None) -> str:
    text = typed(value, field=field, longest=longest, empty=empty)
    if holds_identity_number(text):
        raise Refused("identity_number", _("地址点只写门牌，不写证件号码。"), field=field)
    return text


def change_address_point(
    point: AddressPoint, *, actor: Actor, at: datetime, building: str, unit_name: str = "", door: str = ""
) -> AddressPoint:
    """Correct what was read off the wall wrongly. The same object comes back."""
    actor.require(RIGHT, area=point.place_code)
    _place, columns = checked(point.place_code, building=building, unit_name=unit_name, door=door)
    changes = {name: value for name, value in columns.items() if getattr(point, name) != value}
    if changes:
        with unit(), first_come("address_point_known", TAKEN, field="building"):
            # Which columns, not what was in them: the log stays for good.
            advance(
                point, Fact("address_point.changed", {"columns": sorted(changes)}), actor=actor, at=at, changes=changes
            )
    return point


def retire_address_point(point: AddressPoint, *, actor: Actor, at: datetime) -> AddressPoint:
    """A building that was pulled down, a door that was entered twice. What points at it stays."""
    actor.require(RIGHT, area=point.place_code)
    if point.is_active:
        with unit():
            advance(point, Fact("address_point.retired", {}), actor=actor, at=at, changes={"is_active": False})
    return point
