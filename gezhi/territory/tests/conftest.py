"""A tiny invented district: two streets, three communities, and grids that are exact squares."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from shapely import box

from gezhi.kernel import registers
from gezhi.kernel.access import Actor, Grant
from gezhi.territory.actions import NewBoundary, define_area, set_boundaries
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area

AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DISTRICT = "370103"


@pytest.fixture(autouse=True)
def fresh_registers(settings: Any) -> Iterator[None]:
    """What one test cached is rolled back and must not be believed by the next."""
    settings.DISTRICT = DISTRICT
    registers.forget()
    yield
    registers.forget()


@pytest.fixture
def importer() -> Actor:
    return Actor.system("test")


@pytest.fixture
def street_editor() -> Actor:
    """May edit the land of the first street and nothing else."""
    return Actor(kind="staff", name="张三", user_id=7, grants=(Grant("territory.edit", "370103001"),))


@pytest.fixture
def areas(db: None, importer: Actor) -> dict[str, Area]:
    names = {
        "370103": "某某区",
        "370103001": "花园街道办事处",
        "370103002": "河滨街道办事处",
        "370103001001": "东门社区居民委员会",
        "370103001002": "西门社区居民委员会",
        "370103002001": "柳村村民委员会",
    }
    return {code: define_area(code, name, actor=importer, at=AT) for code, name in names.items()}


@pytest.fixture
def squares(areas: dict[str, Area], importer: Actor) -> dict[str, Area]:
    """Two grids side by side in the first community, hundredths of a degree; the rest of its street has no grids.

    Street 370103001 is x 117.00-117.04, community 001 its western half, grids 001 and 002 the halves of that.
    """
    for number in (1, 2):
        code = f"37010300100100{number}"
        areas[code] = define_area(code, f"东门社区第{number}网格", actor=importer, at=AT)
    outlines = {
        "370103": box(117.00, 36.60, 117.08, 36.62),
        "370103001": box(117.00, 36.60, 117.04, 36.62),
        "370103001001": box(117.00, 36.60, 117.02, 36.62),
        "370103001001001": box(117.00, 36.60, 117.01, 36.62),
        "370103001001002": box(117.01, 36.60, 117.02, 36.62),
    }
    items = [NewBoundary(areas[code], outline) for code, outline in outlines.items()]
    report = set_boundaries(items, crs=Crs.CGCS2000, source="测试", actor=importer, at=AT)
    assert (report.done, report.refused) == (5, [])
    return areas
