"""Whatever the polygons, the index answers as testing every polygon would."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from gezhi.territory.grid_index import NOWHERE, GridIndex


def voronoi(seed: int, count: int, *, holes: bool = False) -> list[Any]:
    """A coverage of a square, some of it missing with `holes`."""
    rng = np.random.default_rng(seed)
    window = box(116.9, 36.5, 117.0, 36.6)
    seeds = shapely.multipoints(rng.uniform([116.9, 36.5], [117.0, 36.6], (count, 2)))
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=window)), window)
    return [cell for cell in cells if not holes or rng.uniform() < 0.7]


def brute_force(index: GridIndex, x: float, y: float) -> tuple[int, bool]:
    claims = np.flatnonzero(shapely.covers(index.polygons, Point(x, y)))
    return (int(claims[0]), len(claims) > 1) if len(claims) else (NOWHERE, False)


def codes_for(polygons: list[Any], seed: int = 0) -> list[str]:
    """Codes in an order that has nothing to do with place."""
    return [f"370103001001{number:03d}" for number in np.random.default_rng(seed).permutation(len(polygons)) + 1]


def check(index: GridIndex, xy: Any) -> None:
    expected = [brute_force(index, x, y) for x, y in xy]
    assert [index.find(x, y) for x, y in xy.tolist()] == expected
    assert index.find_many(xy[:, 0], xy[:, 1]).tolist() == [position for position, _ in expected]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 60), holes=st.booleans())
def test_random_points_in_random_coverages(seed: int, count: int, holes: bool) -> None:
    polygons = voronoi(seed, count, holes=holes)
    if not polygons:
        return
    index = GridIndex(codes_for(polygons, seed), polygons)
    rng = np.random.default_rng(seed)
    check(index, rng.uniform([116.89, 36.49], [117.01, 36.61], (300, 2)))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_vertices_and_points_on_borders(seed: int) -> None:
    polygons = voronoi(seed, 25)
    index = GridIndex(codes_for(polygons, seed), polygons)
    vertices = shapely.get_coordinates(index.polygons)
    check(index, np.vstack((vertices, (vertices[1:] + vertices[:-1]) / 2)))
    assert any(index.find(x, y)[1] for x, y in vertices.tolist())


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_overlapping_polygons_go_to_the_lowest_code(seed: int) -> None:
    rng = np.random.default_rng(seed)
    centres = rng.uniform([116.9, 36.5], [117.0, 36.6], (12, 2))
    polygons = [
        Point(x, y).buffer(radius) for (x, y), radius in zip(centres, rng.uniform(0.001, 0.05, 12), strict=True)
    ]
    index = GridIndex(codes_for(polygons, seed), polygons)
    check(index, rng.uniform([116.88, 36.48], [117.02, 36.62], (400, 2)))


def test_a_common_border_goes_to_the_lowest_code_and_says_so() -> None:
    index = GridIndex(["b", "a"], [box(0, 0, 1, 1), box(1, 0, 2, 1)])
    assert index.codes == ["a", "b"]
    assert index.find(1.0, 0.5) == (0, True)
    assert index.find(0.5, 0.5) == (1, False)
    assert index.find(1.5, 0.5) == (0, False)
    assert index.find(2.0, 1.0) == (0, False)


def test_holes_and_parts() -> None:
    ring = Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(3, 3), (3, 6), (6, 6), (6, 3)]])
    islands = MultiPolygon([box(4, 4, 5, 5), box(11, 0, 12, 1)])
    index = GridIndex(["ring", "islands"], [ring, islands])
    check(
        index, np.array([(1, 1), (3.5, 3.5), (4.5, 4.5), (11.5, 0.5), (10, 0.5), (3, 4), (12, 1), (4, 4)], dtype=float)
    )


@pytest.mark.parametrize("lng", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_what_is_no_place_lies_nowhere(lng: float) -> None:
    index = GridIndex(["a"], [box(0, 0, 1, 1)])
    assert index.find(lng, 0.5) == (NOWHERE, False)
    assert index.find(0.5, lng) == (NOWHERE, False)
    assert index.find_many(np.array([lng, 0.5]), np.array([0.5, 0.5])).tolist() == [NOWHERE, 0]


def test_an_empty_index_knows_nothing() -> None:
    index = GridIndex([], [])
    assert index.find(117.0, 36.6) == (NOWHERE, False)
    assert index.find_many(np.array([117.0]), np.array([36.6])).tolist() == [NOWHERE]
    assert GridIndex(["a"], [box(0, 0, 1, 1)]).find_many(np.array([]), np.array([])).tolist() == []
