"""Outlines of areas: checked, converted, stored as a new version."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from os.path import commonprefix
from typing import Any, NamedTuple

import shapely
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.access import EDIT
from gezhi.territory.actions.areas import MEANWHILE, close_boundary
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, Boundary
from gezhi.territory.outlines import BadOutline, Land, checked
from gezhi.territory.queries import REGISTER

BAD_OUTLINES = {
    "empty": _("边界是空的，没有面积"),
    "not_polygon": _("边界必须是面（Polygon 或 MultiPolygon），不能是点或线"),
    "not_numbers": _("边界里有不是数字的坐标"),
    "outside_china": _("边界不在中国范围内，请核对坐标和坐标系"),
    "swapped": _("经度和纬度填反了：应先经度、后纬度"),
    "invalid": _("边界自相交或互相重叠，请修正后重新提交"),
    "too_detailed": _("边界的点太多（超过 20 万个），请先简化"),
}


class NewBoundary(NamedTuple):
    """An outline to be set: `geometry` in degrees of the caller's system, longitude first."""

    area: Area
    geometry: Any


@dataclass
class BoundaryReport:
    """`refused`: code and reason, in the order given; the others were stored."""

    done: int = 0
    unchanged: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def set_boundary(
    area: Area,
    geometry: Any,
    *,
    crs: Crs,
    source: str,
    actor: Actor,
    at: datetime,
    is_sketch: bool = False,
) -> Boundary:
    """A new current outline of one area; the one before is closed with the day of `at`. Returns the current boundary.

    Refused: empty, not_polygon, not_numbers, outside_china, swapped, invalid (with the place), too_detailed.
    """
    actor.require(EDIT, area=area.code)
    land = outline_or_refuse(geometry, crs)
    with unit():
        store([(area, land)], crs=crs, source=source, is_sketch=is_sketch, actor=actor, at=at)
    return Boundary.objects.current().get(area=area)


def set_boundaries(
    items: Sequence[NewBoundary],
    *,
    crs: Crs,
    source: str,
    actor: Actor,
    at: datetime,
    is_sketch: bool = False,
) -> BoundaryReport:
    """Thousands of outlines in one transaction and few statements; bad ones are refused one by one, the others stored."""
    report = BoundaryReport()
    good: dict[str, tuple[Area, Land]] = {}
    for area, geometry in items:
        actor.require(EDIT, area=area.code)
        try:
            if area.code in good:
                raise Refused("duplicate", _("同一区域给了两个边界"))
            good[area.code] = (area, outline_or_refuse(geometry, crs))
        except Refused as refusal:
            report.refused.append((area.code, str(refusal)))
    with unit():
        report.done = store(list(good.values()), crs=crs, source=source, is_sketch=is_sketch, actor=actor, at=at)
        report.unchanged = len(good) - report.done
    return report


def outline_or_refuse(geometry: Any, crs: Crs) -> Land:
    try:
        return checked(geometry, crs)
    except BadOutline as error:
        message = str(BAD_OUTLINES[error.reason])
        if error.where is not None:
            message += _("（位置：%(lng).6f，%(lat).6f）") % {"lng": error.where[0], "lat": error.where[1]}
        raise Refused(error.reason, message, field="boundary") from None


def store(
    outlines: Sequence[tuple[Area, Land]], *, crs: Crs, source: str, is_sketch: bool, actor: Actor, at: datetime
) -> int:
    """Close what differs, insert the new versions, record both; how many were stored. What already stands is left alone."""
    day = local_day(at)
    # One range of codes instead of a list of a thousand keys.
    common = commonprefix([area.code for area, land in outlines])  # noqa: RUF071 - digits, not paths
    known = Boundary.objects.current().filter(area__in=Area.objects.inside(common))
    current = {boundary.area_id: boundary for boundary in known}
    fresh: list[Boundary] = []
    for area, land in outlines:
        wkb = shapely.to_wkb(land)
        before = current.get(area.pk)
        if before is not None and bytes(before.wkb) == wkb and before.is_sketch == is_sketch:
            continue
        if before is not None:
            close_boundary(before, area, actor=actor, at=at)
        west, south, east, north = land.bounds
        fresh.append(
            Boundary(
                area=area,
                valid_from=day,
                wkb=wkb,
                west=west,
                south=south,
                east=east,
                north=north,
                points=int(shapely.get_num_coordinates(land)),
                source=source,
                crs_in=crs.value,
                is_sketch=is_sketch,
                version=1,
            )
        )
    if fresh:
        with first_come(*MEANWHILE, field="boundary"):
            Boundary.objects.bulk_create(fresh, batch_size=500)
        found_many(fresh, boundary_set, actor=actor, at=at)
        touch(REGISTER)
    return len(fresh)


def boundary_set(boundary: Boundary) -> list[Fact]:
    data = {
        "area": boundary.area.code,
        "points": boundary.points,
        "crs": boundary.crs_in,
        "source": boundary.source,
        "is_sketch": boundary.is_sketch,
    }
    return [Fact("boundary.set", data)]
