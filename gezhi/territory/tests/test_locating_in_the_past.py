"""Where a point lay on another day, and that a changed boundary reaches a process that was there before."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from shapely import box

from gezhi.kernel.access import Actor
from gezhi.territory.actions import change_area, set_boundary
from gezhi.territory.crs import Crs, from_wgs84
from gezhi.territory.locate import HISTORY, MOST_PASTS, locate, locate_many
from gezhi.territory.models import Area
from gezhi.territory.tests.conftest import AT
from gezhi.testing import FOUNDED, SYSTEM, Town

DAY = date(2026, 3, 2)  # of AT
BEFORE, AFTER = "370103001001002", "370103001001"
PLACE = (117.015, 36.61)


def code_on(day: date, lng: float = PLACE[0], lat: float = PLACE[1]) -> str | None:
    found = locate(lng, lat, on=day)
    return found.code if found else None


def narrow(area: Area, actor: Actor, *, days: int, east: float = 117.012) -> None:
    outline = box(117.01, 36.60, east, 36.62)
    set_boundary(area, outline, crs=Crs.CGCS2000, source="测试", actor=actor, at=AT + timedelta(days=days))


def test_each_day_has_the_boundary_of_that_day(squares: dict[str, Area], importer: Actor) -> None:
    narrow(squares[BEFORE], importer, days=10)
    assert code_on(DAY - timedelta(days=1)) is None
    assert code_on(DAY) == code_on(DAY + timedelta(days=9)) == BEFORE
    assert code_on(DAY + timedelta(days=10)) == code_on(DAY + timedelta(days=400)) == AFTER
    lng, lat = np.array([117.015, 117.011]), np.array([36.61, 36.61])
    assert locate_many(lng, lat, on=DAY).tolist() == [BEFORE, BEFORE]
    assert locate_many(lng, lat).tolist() == [AFTER, BEFORE]


def test_a_retired_area_is_found_in_its_own_days(squares: dict[str, Area], importer: Actor) -> None:
    change_area(squares[BEFORE], is_active=False, actor=importer, at=AT + timedelta(days=3))
    assert code_on(DAY + timedelta(days=2)) == BEFORE
    assert code_on(DAY + timedelta(days=3)) == AFTER


def test_an_outline_that_was_replaced_on_its_day_never_held(squares: dict[str, Area], importer: Actor) -> None:
    narrow(squares[BEFORE], importer, days=0)
    assert code_on(DAY) == AFTER


def test_other_coordinates_are_converted(squares: dict[str, Area], importer: Actor) -> None:
    narrow(squares[BEFORE], importer, days=10)
    found = locate(*from_wgs84(*PLACE, Crs.GCJ02), Crs.GCJ02, on=DAY)
    assert found is not None
    assert found.code == BEFORE


def test_a_day_once_asked_costs_no_query_and_few_are_kept(squares: dict[str, Area], importer: Actor) -> None:
    for days in range(1, MOST_PASTS + 3):
        narrow(squares[BEFORE], importer, days=days, east=117.012 + days / 10_000)
    answers = [code_on(DAY + timedelta(days=days)) for days in range(MOST_PASTS + 3)]
    assert answers == [BEFORE] + [AFTER] * (MOST_PASTS + 2)
    assert len(HISTORY.get().locators) == MOST_PASTS
    with CaptureQueriesContext(connection) as queries:
        assert code_on(DAY + timedelta(days=MOST_PASTS + 50)) == AFTER
    assert len(queries) == 0


# --- another process ------------------------------------------------------------------------------------------------

ASK = """
import sys, django
django.setup()
from gezhi.kernel.registers import look
from gezhi.territory.locate import locate
for line in sys.stdin:
    look()
    found = locate(*map(float, line.split()))
    print(found.code if found else "", flush=True)
"""


@pytest.fixture
def other_process(transactional_db: None) -> Iterator[Any]:
    """A process that was started before and answers where points lie, looking at the stamps as each request does."""
    from gezhi.testing import standing_town

    standing_town()
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        server = os.environ["GEZHI_TEST_POSTGRES_URL"]
        url = f"{server.rpartition('/')[0]}/{database['NAME']}"
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "GEZHI_DATABASE_URL": url,
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    words = [sys.executable, "-c", ASK]
    with subprocess.Popen(words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None

        def ask(lng: float, lat: float) -> str:
            process.stdin.write(f"{lng} {lat}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield ask
        process.stdin.close()


@pytest.mark.django_db(transaction=True)
def test_a_changed_boundary_reaches_a_process_without_restart(other_process: Any) -> None:
    point = Town().point_in(Town.grid, east=0.75)
    assert other_process(*point) == Town.grid
    area = Area.objects.get(code=Town.grid)
    west, south = Town().point_in(Town.grid, east=0, north=0)
    east, north = Town().point_in(Town.grid, east=0.5, north=1)
    set_boundary(
        area, box(west, south, east, north), crs=Crs.WGS84, source="测试", actor=SYSTEM, at=FOUNDED + timedelta(days=1)
    )
    assert other_process(*point) == Town.community
