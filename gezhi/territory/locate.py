"""Where is this point? Grid, community, street and district of a coordinate, answered in process.

The boundaries of the whole district stand in memory; the register "territory" makes every process load them anew after a change.
"""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import Cached
from gezhi.territory.codes import LENGTHS, Level, level_of
from gezhi.territory.crs import Crs, to_wgs84, within_china
from gezhi.territory.grid_index import NOWHERE, GridIndex
from gezhi.territory.models import Boundary, BoundaryQuerySet
from gezhi.territory.queries import REGISTER, district_name

# The finest level whose boundary holds the point answers.
FINEST_FIRST: tuple[Level, ...] = ("grid", "community", "street", "district")
# How many past states of the land stay in memory: a few megabytes each.
MOST_PASTS = 4


@dataclass(frozen=True, slots=True)
class Located:
    """The areas of a point. `code` is the finest that could be found; levels below it are None.

    `on_border`: several areas of that level claim the point, and the lowest code was taken.
    """

    code: str
    grid_code: str | None
    community_code: str | None
    street_code: str | None
    district_code: str
    on_border: bool

    @classmethod
    def at(cls, code: str, *, on_border: bool = False) -> "Located":
        def part(level: Level) -> str | None:
            return code[: LENGTHS[level]] if len(code) >= LENGTHS[level] else None

        return cls(code, part("grid"), part("community"), part("street"), code[: LENGTHS["district"]], on_border)


class Locator:
    """An index a level, the finest first. Built from all current boundaries of active areas."""

    def __init__(self, codes: Sequence[str], geometries: Sequence[Any]) -> None:
        by_level: dict[Level, tuple[list[str], list[Any]]] = {level: ([], []) for level in FINEST_FIRST}
        for code, geometry in zip(codes, geometries, strict=True):
            of_level = by_level[level_of(code)]
            of_level[0].append(code)
            of_level[1].append(geometry)
        self.indexes = [GridIndex(*by_level[level]) for level in FINEST_FIRST if by_level[level][0]]
        # Answers are immutable and made beforehand: a dataclass a point would cost more than finding it.
        self.answers = [[Located.at(code) for code in index.codes] for index in self.indexes]

    def locate(self, lng: float, lat: float) -> Located | None:
        for index, answers in zip(self.indexes, self.answers, strict=True):
            position, shared = index.find(lng, lat)
            if position != NOWHERE:
                return replace(answers[position], on_border=True) if shared else answers[position]
        return None

    def locate_many(self, lng: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[Any]:
        found: NDArray[Any] = np.full(len(lng), "", dtype=object)
        left = np.arange(len(lng))
        for index in self.indexes:
            positions = index.find_many(lng[left], lat[left])
            hit = positions != NOWHERE
            found[left[hit]] = np.array(index.codes, dtype=object)[positions[hit]]
            left = left[~hit]
            if not len(left):
                break
        return found


def load() -> Locator:
    return locator_of(Boundary.objects.current().filter(area__is_active=True))


def locator_of(boundaries: BoundaryQuerySet) -> Locator:
    rows = boundaries.values_list("area__code", "wkb")
    codes, wkb = [], []
    for code, blob in rows:
        codes.append(code)
        wkb.append(bytes(blob))
    return Locator(codes, shapely.from_wkb(np.array(wkb, dtype=object)).tolist())


LOCATOR = Cached(REGISTER, load)


class History:
    """The land of past days. Between two days on which something changed it is the same, and is built once."""

    def __init__(self, days: Sequence[date]) -> None:
        self.days = days
        self.locators: OrderedDict[int, Locator] = OrderedDict()
        self.lock = threading.Lock()

    @classmethod
    def load(cls) -> "History":
        days: set[date] = set()
        for first, end in Boundary.objects.order_by().values_list("valid_from", "valid_before").distinct():
            days |= {first} if end is None else {first, end}
        return cls(sorted(days))

    def on(self, day: date) -> Locator:
        span = bisect_right(self.days, day)
        with self.lock:
            found = self.locators.get(span)
            if found is None:
                found = self.locators[span] = locator_of(Boundary.objects.holding_on(day))
                if len(self.locators) > MOST_PASTS:
                    self.locators.popitem(last=False)
            self.locators.move_to_end(span)
        return found


HISTORY = Cached(REGISTER, History.load)


def locate(lng: float, lat: float, crs: Crs = Crs.WGS84, *, on: date | None = None) -> Located | None:
    """The areas of one point in degrees; None outside the district. Points on a common border go to the lowest code.

    With `on` by the boundaries of that day, under the codes of that day; of areas that have been retired since as well.
    """
    if crs is not Crs.WGS84:
        lng, lat = to_wgs84(lng, lat, crs)
    locator = LOCATOR.get() if on is None else HISTORY.get().on(on)
    return locator.locate(lng, lat)


def locate_many(
    lng: NDArray[np.float64], lat: NDArray[np.float64], crs: Crs = Crs.WGS84, *, on: date | None = None
) -> NDArray[Any]:
    """Codes (str objects, the finest level each; "" outside) for arrays of degrees of one length."""
    lng, lat = to_wgs84(np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64), crs)
    locator = LOCATOR.get() if on is None else HISTORY.get().on(on)
    return locator.locate_many(lng, lat)


def require_located(lng: float, lat: float, crs: Crs = Crs.WGS84) -> Located:
    """For the borders (forms, API, imports): as `locate`, but a point outside is refused with a sentence that names the district."""
    found = locate(lng, lat, crs)
    if found is not None:
        return found
    if locate(lat, lng, crs) is not None:
        raise Refused("swapped_coordinates", _("经度和纬度填反了，请对调后重新提交。"), field="lng")
    if not within_china(lng, lat):
        raise Refused("bad_coordinates", _("坐标不正确，请填写经度和纬度（度），或在地图上选点。"), field="lng")
    message = _("这个位置不在%(district)s范围内，请在地图上重新选点；区外的问题请拨打 12345。") % {
        "district": district_name()
    }
    raise Refused("outside_district", message, field="lng")
