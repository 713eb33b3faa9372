"""Coordinate systems of maps in China, and local metres. Pure.

Stored coordinates are CGCS2000, the same as WGS 84 to centimetres. Phones, AMap and Tencent give GCJ-02, which shifts
WGS 84 by a smooth field of some hundred metres; Baidu gives BD-09, a second shift on top. Both shifts are published only
as formulas in circulation (GCJ-02 on the Krasovsky 1940 ellipsoid); the way back has no closed form and is iterated.

All functions take degrees, longitude first, as floats or as numpy arrays of one shape, and give back the same kind.
Outside the rectangle around China the three systems are the same.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

# One number or an array of them.
Degrees = TypeVar("Degrees", float, NDArray[np.float64])

# Semi-major axis in metres and squared eccentricity of Krasovsky 1940, on which the GCJ-02 shift is defined.
KRASOVSKY_A = 6378245.0
KRASOVSKY_E2 = 0.00669342162296594323
# The same of GRS 80, the ellipsoid of CGCS2000.
GRS80_A = 6378137.0
GRS80_E2 = 0.00669438002290
# The rectangle in which the shift applies: west, south, east, north.
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
BD_TURN = math.pi * 3000.0 / 180.0
BD_LNG, BD_LAT = 0.0065, 0.006
# The shift changes by less than 1e-2 of the step, so each round gives two more digits. What moves by less than this (a tenth of a
# micrometre) has arrived.
ROUNDS, STILL = 8, 1e-12


class Crs(StrEnum):
    """The coordinate system in which something came in."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"

    @classmethod
    def parse(cls, text: str) -> "Crs":
        """By name or alias ("EPSG:4490", "GCJ-02", "urn:ogc:def:crs:OGC:1.3:CRS84" ...). Raises ValueError."""
        word = "".join(letter for letter in text.lower() if letter.isalnum())
        for alias, crs in ALIASES.items():
            if word == alias:
                return crs
        raise ValueError(f"unknown coordinate system: {text!r}")


ALIASES = {
    "cgcs2000": Crs.CGCS2000,
    "epsg4490": Crs.CGCS2000,
    "4490": Crs.CGCS2000,
    "urnogcdefcrsepsg4490": Crs.CGCS2000,
    "wgs84": Crs.WGS84,
    "epsg4326": Crs.WGS84,
    "4326": Crs.WGS84,
    "crs84": Crs.WGS84,
    "urnogcdefcrsogc13crs84": Crs.WGS84,
    "urnogcdefcrsepsg4326": Crs.WGS84,
    "gps": Crs.WGS84,
    "gcj02": Crs.GCJ02,
    "amap": Crs.GCJ02,
    "gaode": Crs.GCJ02,
    "tencent": Crs.GCJ02,
    "wechat": Crs.GCJ02,
    "bd09": Crs.BD09,
    "bd09ll": Crs.BD09,
    "baidu": Crs.BD09,
}


def convert(lng: Degrees, lat: Degrees, source: Crs, target: Crs) -> tuple[Degrees, Degrees]:
    """From one system to another; round trips agree within 1e-9 degrees inside China."""
    lng, lat = to_wgs84(lng, lat, source)
    return from_wgs84(lng, lat, target)


def to_wgs84(lng: Degrees, lat: Degrees, source: Crs) -> tuple[Degrees, Degrees]:
    """To what we store (CGCS2000 and WGS 84 alike)."""
    match source:
        case Crs.GCJ02:
            return unshifted(lng, lat, gcj_shift)
        case Crs.BD09:
            return unshifted(lng, lat, bd_shift)
        case _:
            return lng, lat


def from_wgs84(lng: Degrees, lat: Degrees, target: Crs) -> tuple[Degrees, Degrees]:
    """From what we store to what a map wants."""
    match target:
        case Crs.GCJ02:
            return shifted(lng, lat, gcj_shift)
        case Crs.BD09:
            return shifted(lng, lat, bd_shift)
        case _:
            return lng, lat


def geometry_to_wgs84(geometry: Any, source: Crs) -> Any:
    """A shapely geometry, or an array of them, with every vertex converted."""
    if source in (Crs.WGS84, Crs.CGCS2000):
        return geometry
    return shapely.transform(geometry, lambda xy: np.column_stack(to_wgs84(xy[:, 0].copy(), xy[:, 1].copy(), source)))


def within_china(lng: Any, lat: Any) -> Any:
    west, south, east, north = CHINA
    return (west <= lng) & (lng <= east) & (south <= lat) & (lat <= north)


def shifted(lng: Any, lat: Any, shift: Any) -> tuple[Any, Any]:
    m: Any = np if isinstance(lng, np.ndarray) else math
    inside = within_china(lng, lat)
    if m is math:
        if not inside:
            return lng, lat
        by_lng, by_lat = shift(m, lng, lat)
        return lng + by_lng, lat + by_lat
    by_lng, by_lat = shift(m, lng, lat)
    return np.where(inside, lng + by_lng, lng), np.where(inside, lat + by_lat, lat)


def unshifted(lng: Any, lat: Any, shift: Any) -> tuple[Any, Any]:
    """Fixed point of `p = shifted - shift(p)`."""
    m: Any = np if isinstance(lng, np.ndarray) else math
    if m is math and not near_china(lng, lat):
        return lng, lat
    true_lng, true_lat = lng, lat
    for _ in range(ROUNDS):
        by_lng, by_lat = shift(m, true_lng, true_lat)
        before_lng, before_lat = true_lng, true_lat
        true_lng, true_lat = lng - by_lng, lat - by_lat
        if m is math and abs(true_lng - before_lng) < STILL and abs(true_lat - before_lat) < STILL:
            break
    inside = within_china(true_lng, true_lat)
    if m is math:
        return (true_lng, true_lat) if inside else (lng, lat)
    return np.where(inside, true_lng, lng), np.where(inside, true_lat, lat)


def near_china(lng: float, lat: float) -> bool:
    """Within the rectangle or near enough that a shift may have led out of it."""
    west, south, east, north = CHINA
    return west - 0.1 <= lng <= east + 0.1 and south - 0.1 <= lat <= north + 0.1


def gcj_shift(m: Any, lng: Any, lat: Any) -> tuple[Any, Any]:
    """What GCJ-02 adds to WGS 84, in degrees. `m` is math or numpy."""
    x, y, pi = lng - 105.0, lat - 35.0, math.pi
    root = m.sqrt(abs(x))
    ripple = (20.0 * m.sin(6.0 * x * pi) + 20.0 * m.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north = north + (20.0 * m.sin(y * pi) + 40.0 * m.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north = north + (160.0 * m.sin(y / 12.0 * pi) + 320.0 * m.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east = east + (20.0 * m.sin(x * pi) + 40.0 * m.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east = east + (150.0 * m.sin(x / 12.0 * pi) + 300.0 * m.sin(x / 30.0 * pi)) * 2.0 / 3.0
    along, across = metres_per_degree(m, lat, KRASOVSKY_A, KRASOVSKY_E2)
    return east / across, north / along


def bd_shift(m: Any, lng: Any, lat: Any) -> tuple[Any, Any]:
    """What BD-09 adds to WGS 84, in degrees: the shift of GCJ-02, then Baidu's own turn and stretch."""
    by_lng, by_lat = gcj_shift(m, lng, lat)
    x, y = lng + by_lng, lat + by_lat
    radius = m.sqrt(x * x + y * y) + 0.00002 * m.sin(y * BD_TURN)
    angle = m.atan2(y, x) + 0.000003 * m.cos(x * BD_TURN)
    return radius * m.cos(angle) + BD_LNG - lng, radius * m.sin(angle) + BD_LAT - lat


def metres_per_degree(m: Any, lat: Any, semi_major: float, e2: float) -> tuple[Any, Any]:
    """Length of a degree of latitude and of longitude at `lat`, from the two radii of curvature of the ellipsoid."""
    radians = lat * math.pi / 180.0
    sine = m.sin(radians)
    w2 = 1.0 - e2 * sine * sine
    along = semi_major * (1.0 - e2) / (w2 * m.sqrt(w2))
    across = semi_major / m.sqrt(w2) * m.cos(radians)
    return along * math.pi / 180.0, across * math.pi / 180.0


@dataclass(frozen=True, slots=True)
class LocalMetres:
    """A flat metric plane touching the ellipsoid at one point (equirectangular).

    Good for a district: within 15 km of the centre, distances are true to a thousandth or better.
    x runs east and y north, both in metres.
    """

    lng: float
    lat: float
    along: float
    across: float

    @classmethod
    def at(cls, lng: float, lat: float) -> "LocalMetres":
        return cls(lng, lat, *metres_per_degree(math, lat, GRS80_A, GRS80_E2))

    def forward(self, lng: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
        """Degrees to metres."""
        return (lng - self.lng) * self.across, (lat - self.lat) * self.along

    def inverse(self, x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
        """Metres to degrees."""
        return x / self.across + self.lng, y / self.along + self.lat

    def flatten(self, geometry: Any) -> Any:
        """A shapely geometry (or an array of them) in degrees, in metres of this plane: for areas and distances."""
        return shapely.transform(geometry, lambda xy: np.column_stack(self.forward(xy[:, 0], xy[:, 1])))

    def unflatten(self, geometry: Any) -> Any:
        """The way back, metres to degrees."""
        return shapely.transform(geometry, lambda xy: np.column_stack(self.inverse(xy[:, 0], xy[:, 1])))
