"""The district itself: its official list of areas and its outline, which are no part of the repository."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.core.management import call_command

from gezhi.territory.locate import LOCATOR, locate_many
from gezhi.territory.models import Area, Boundary
from gezhi.territory.queries import as_geojson


@pytest.mark.slow
@pytest.mark.django_db
def test_the_whole_district_is_imported_drawn_and_located(shared_data: Path) -> None:
    folder = shared_data / "shizhong"
    out, err = StringIO(), StringIO()
    call_command("import_areas", folder / "areas.csv", stdout=out, stderr=err)
    assert out.getvalue() == "新增 224，更改 0，未变 0，拒绝 0\n"
    outline_file = folder / "district_gcj02.geojson"
    call_command("import_boundaries", outline_file, "--crs=gcj02", "--code-property=adcode", stdout=out, stderr=err)
    call_command("draw_town", "--grids=939", "--dedicated=218", stdout=out, stderr=err)
    assert err.getvalue() == ""

    grids = Area.objects.filter(level="grid")
    assert Counter(grids.values_list("kind", flat=True)) == {"residential": 939, "dedicated": 218}
    assert grids.exclude(subtype=None).values("subtype").distinct().count() >= 6
    district = Boundary.objects.get(area__code="370103").geometry
    xy = points_inside(district, 10_000)
    codes = locate_many(xy[:, 0], xy[:, 1])
    assert {len(code) for code in codes} == {15}

    sample = xy[:200]
    located = [LOCATOR.get().locate(x, y) for x, y in sample.tolist()]
    assert [found.code if found else "" for found in located] == codes[:200].tolist()
    for found in located:
        assert found is not None
        assert found.street_code == found.code[:9]
    assert len(json.loads(as_geojson(level="grid"))["features"]) == 1_157


def points_inside(land: shapely.Polygon | shapely.MultiPolygon, count: int) -> np.ndarray:
    west, south, east, north = land.bounds
    xy = np.random.default_rng(0).uniform([west, south], [east, north], (4 * count, 2))
    xy = xy[shapely.contains_xy(land.buffer(-1e-7), xy[:, 0], xy[:, 1])][:count]
    assert len(xy) == count
    return xy
