import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from gezhi.territory.crs import Crs, LocalMetres, convert, from_wgs84, geometry_to_wgs84, to_wgs84

inside_china = st.tuples(st.floats(74.0, 134.0), st.floats(18.5, 53.0))
systems = st.sampled_from(list(Crs))


@given(inside_china, systems, systems)
def test_a_round_trip_comes_back_within_a_millionth_of_a_degree(point: tuple[float, float], a: Crs, b: Crs) -> None:
    there = convert(*point, a, b)
    assert convert(*there, b, a) == pytest.approx(point, abs=1e-6)


@given(inside_china)
def test_the_shift_inside_china_is_some_hundred_metres(point: tuple[float, float]) -> None:
    plane = LocalMetres.at(*point)
    gcj = plane.forward(*from_wgs84(*point, Crs.GCJ02))
    assert 20 < float(np.hypot(*gcj)) < 1_000
    baidu = plane.forward(*from_wgs84(*point, Crs.BD09))
    assert 100 < float(np.hypot(*baidu)) < 2_500


@given(
    st.tuples(st.floats(-180, 180), st.floats(-89, 89)).filter(
        lambda p: not (71.5 < p[0] < 138.5 and 0.3 < p[1] < 56.5)
    ),
    systems,
)
def test_outside_china_nothing_is_shifted(point: tuple[float, float], crs: Crs) -> None:
    assert from_wgs84(*point, crs) == point
    assert to_wgs84(*point, crs) == point


def test_published_pairs_of_coordinates() -> None:
    """Three pairs that circulate with open converters."""
    pairs = {
        (121.5272106, 31.1774276): (121.531541859215, 31.17530398364597),
        (113.912316, 22.543847): (113.9171764808363, 22.540796131694766),
        (116.377817, 39.911954): (116.38404722455657, 39.91334545536069),
    }
    for wgs, gcj in pairs.items():
        assert from_wgs84(*wgs, Crs.GCJ02) == pytest.approx(gcj, abs=1e-9)


@pytest.mark.parametrize("crs", list(Crs))
def test_arrays_give_what_single_points_give(crs: Crs) -> None:
    rng = np.random.default_rng(5)
    lng, lat = rng.uniform(60, 145, 300), rng.uniform(-5, 60, 300)
    for function in (to_wgs84, from_wgs84):
        many = np.column_stack(function(lng, lat, crs))
        single = [function(x, y, crs) for x, y in zip(lng.tolist(), lat.tolist(), strict=True)]
        assert many == pytest.approx(np.array(single), abs=1e-11)
        assert isinstance(single[0][0], float)


def test_polygons_are_converted_vertex_by_vertex() -> None:
    square = box(117.0, 36.6, 117.01, 36.61)
    shifted = Polygon([from_wgs84(x, y, Crs.GCJ02) for x, y in square.exterior.coords])
    back = geometry_to_wgs84(shifted, Crs.GCJ02)
    assert back.equals_exact(square, 1e-9)
    assert geometry_to_wgs84(square, Crs.CGCS2000) is square


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("EPSG:4490", Crs.CGCS2000),
        ("CGCS2000", Crs.CGCS2000),
        ("epsg:4326", Crs.WGS84),
        ("WGS-84", Crs.WGS84),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", Crs.WGS84),
        ("GCJ-02", Crs.GCJ02),
        ("gcj02", Crs.GCJ02),
        ("bd09", Crs.BD09),
        ("Baidu", Crs.BD09),
    ],
)
def test_aliases(text: str, crs: Crs) -> None:
    assert Crs.parse(text) is crs


@pytest.mark.parametrize("text", ["", "EPSG:3857", "beijing54"])
def test_unknown_systems_are_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="unknown"):
        Crs.parse(text)


def test_local_metres_measure_a_known_square() -> None:
    """At 36.6 N a degree of latitude is 110,968 m and one of longitude 89,469 m (GRS 80 series)."""
    plane = LocalMetres.at(117.0, 36.6)
    flat = plane.flatten(box(116.995, 36.595, 117.005, 36.605))
    assert flat.area == pytest.approx(1109.68 * 894.69, rel=1e-4)
    assert plane.unflatten(flat).equals_exact(box(116.995, 36.595, 117.005, 36.605), 1e-12)
