"""Where a case is: from a point, or from an area that somebody named."""

import math
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Case
from gezhi.kernel.refusals import Refused
from gezhi.territory.crs import Crs, to_wgs84
from gezhi.territory.locate import locate, require_located
from gezhi.territory.plans import resolve
from gezhi.territory.queries import area_name


@dataclass(frozen=True, slots=True)
class Place:
    """The finest area known and the codes of the levels above it; `lng`/`lat` in degrees CGCS2000 where a point was given."""

    area_id: int
    code: str
    lng: float | None = None
    lat: float | None = None
    crs_in: str = ""

    @property
    def street_code(self) -> str:
        return self.code[:9] if len(self.code) >= 9 else ""

    @property
    def community_code(self) -> str:
        return self.code[:12] if len(self.code) >= 12 else ""

    @property
    def grid_code(self) -> str:
        return self.code if len(self.code) == 15 else ""

    @property
    def columns(self) -> dict[str, Any]:
        """The area of a row that lies here, by the columns that cases and disputes have for it."""
        return {
            "area_id": self.area_id,
            "street_code": self.street_code,
            "community_code": self.community_code,
            "grid_code": self.grid_code,
        }


def place_of(*, lng: float | None, lat: float | None, crs: str = "wgs84", area_code: str = "") -> Place:
    """The place of a report, in memory. A point wins over a named area; with neither the whole district is the place.

    Raises `Refused` for a point outside the district, half a point, an unknown area or coordinate system.
    """
    if (lng is None) != (lat is None):
        raise Refused("half_a_point", _("经度和纬度要一起填写，或者都不填。"), field="lng" if lng is None else "lat")
    if lng is not None and lat is not None:
        try:
            system = Crs.parse(crs)
        except ValueError:
            raise Refused("no_such_crs", _("没有这种坐标系。"), field="crs") from None
        if not (math.isfinite(lng) and math.isfinite(lat)):
            raise Refused("bad_coordinates", _("坐标不正确，请在地图上选点。"), field="lng")
        east, north = to_wgs84(lng, lat, system)
        located = require_located(float(east), float(north))
        area = area_name(located.code)
        assert area is not None, "a located area has a name"
        return Place(area.id, located.code, float(east), float(north), system.value)
    code = area_code.strip() or settings.DISTRICT
    area = area_name(code)
    if area is not None and not area.is_active:
        # Its code ended with a re-division: whoever took over its land answers for it.
        area = area_name(resolve(code) or "")
    if area is None:
        raise Refused("no_such_area", _("没有这个区域代码：%(code)s。") % {"code": code[:20]}, field="area_code")
    return Place(area.id, area.code)


def place_today(code: str, *, lng: float | None = None, lat: float | None = None) -> Place:
    """Where something lies today that lay in this area once: where the area has ended, with whoever has the point now, else with the main
    heir, else in what is around it. No query where the area goes on."""
    area = area_name(code)
    if area is not None and area.is_active:
        return Place(area.id, area.code)
    located = locate(lng, lat) if lng is not None and lat is not None else None
    around = [code[:size] for size in (15, 12, 9) if len(code) >= size]
    heirs = (located.code if located is not None else "", *map(resolve, around))
    return place_of(lng=None, lat=None, area_code=next(filter(None, heirs), ""))


def place_of_case(case: Case) -> Place:
    """The place that a case has already."""
    return Place(case.area_id, case.place_code or settings.DISTRICT, case.lng, case.lat, case.crs_in)
