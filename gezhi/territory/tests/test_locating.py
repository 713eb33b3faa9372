from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from shapely import box

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import look
from gezhi.territory.actions import change_area, set_boundary
from gezhi.territory.crs import Crs, from_wgs84
from gezhi.territory.locate import Located, locate, locate_many, require_located
from gezhi.territory.models import Area
from gezhi.territory.tests.conftest import AT


def code_at(lng: float, lat: float) -> str | None:
    found = locate(lng, lat)
    return found.code if found else None


def test_a_point_is_named_on_all_levels(squares: dict[str, Area]) -> None:
    assert locate(117.005, 36.61) == Located(
        code="370103001001001",
        grid_code="370103001001001",
        community_code="370103001001",
        street_code="370103001",
        district_code="370103",
        on_border=False,
    )


def test_where_no_grid_is_drawn_the_next_level_answers(squares: dict[str, Area]) -> None:
    street = locate(117.03, 36.61)
    assert street is not None
    assert (street.code, street.grid_code, street.community_code) == ("370103001", None, None)
    assert code_at(117.06, 36.61) == "370103"
    assert locate(117.09, 36.61) is None


def test_a_common_border_belongs_to_the_lowest_code(squares: dict[str, Area]) -> None:
    found = locate(117.01, 36.61)
    assert found is not None
    assert (found.code, found.on_border) == ("370103001001001", True)


def test_phones_and_baidu_are_converted(squares: dict[str, Area]) -> None:
    for crs in (Crs.GCJ02, Crs.BD09):
        lng, lat = from_wgs84(117.0099, 36.61, crs)
        found = locate(lng, lat, crs)
        assert found is not None
        assert found.code == "370103001001001"
        assert code_at(lng, lat) != found.code


def test_many_points_get_what_single_points_get(squares: dict[str, Area]) -> None:
    rng = np.random.default_rng(2)
    lng, lat = rng.uniform(116.99, 117.09, 500), rng.uniform(36.59, 36.63, 500)
    expected = [code_at(x, y) or "" for x, y in zip(lng.tolist(), lat.tolist(), strict=True)]
    assert locate_many(lng, lat).tolist() == expected
    assert len(set(expected)) == 5


def test_a_new_boundary_is_seen_at_once_and_locating_needs_no_query(squares: dict[str, Area], importer: Actor) -> None:
    assert code_at(117.015, 36.61) == "370103001001002"
    later = AT + timedelta(days=1)
    narrow = box(117.01, 36.60, 117.012, 36.62)
    set_boundary(squares["370103001001002"], narrow, crs=Crs.CGCS2000, source="测试", actor=importer, at=later)
    assert code_at(117.015, 36.61) == "370103001001"
    with CaptureQueriesContext(connection) as queries:
        assert code_at(117.011, 36.61) == "370103001001002"
    assert len(queries) == 0


def test_retired_grids_are_not_found(squares: dict[str, Area], importer: Actor) -> None:
    change_area(squares["370103001001002"], is_active=False, actor=importer, at=AT)
    look()
    assert code_at(117.015, 36.61) == "370103001001"


def test_a_point_outside_is_refused_with_the_name_of_the_district(squares: dict[str, Area]) -> None:
    assert require_located(117.005, 36.61).code == "370103001001001"
    with pytest.raises(Refused, match="某某区") as caught:
        require_located(118.0, 36.61)
    assert caught.value.code == "outside_district"


@pytest.mark.parametrize(
    ("lng", "lat", "reason"),
    [
        (36.61, 117.005, "swapped_coordinates"),
        (0.0, 0.0, "bad_coordinates"),
        (float("nan"), 36.6, "bad_coordinates"),
        (1e9, 36.6, "bad_coordinates"),
    ],
)
def test_coordinates_that_are_none_are_told_apart(
    squares: dict[str, Area], lng: float, lat: float, reason: str
) -> None:
    with pytest.raises(Refused) as caught:
        require_located(lng, lat)
    assert caught.value.code == reason
    for crs in (Crs.GCJ02, Crs.BD09):
        with pytest.raises(Refused):
            require_located(lng, lat, crs)


def test_without_boundaries_everything_is_outside(areas: dict[str, Area]) -> None:
    assert locate(117.005, 36.61) is None
    assert locate_many(np.array([117.0]), np.array([36.6])).tolist() == [""]
