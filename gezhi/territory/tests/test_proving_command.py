"""`gezhi prove-land` says what is proved and what is wrong."""

from io import StringIO

import pytest
from django.core.management import call_command
from shapely import box

from gezhi.kernel.access import Actor
from gezhi.territory.actions import set_boundary
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area
from gezhi.territory.tests.conftest import AT


def test_a_clean_community_is_proved_and_the_half_drawn_street_is_not(squares: dict[str, Area]) -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("prove_land", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[-1] == "已证明 1 个区域，有缺陷 2 个，下级没有边界 0 个"
    # The eastern half of the street has no community, that of the district no street.
    assert [line.split()[0] for line in lines if line.startswith("  ")].count("gap") == 2


def test_a_community_alone_is_proved(squares: dict[str, Area], importer: Actor) -> None:
    out = StringIO()
    call_command("prove_land", "--within", "370103001001", stdout=out)
    assert out.getvalue().splitlines()[-1].startswith("已证明 1 个区域，有缺陷 0 个")
    grid = squares["370103001001002"]
    set_boundary(grid, box(117.01, 36.60, 117.019, 36.62), crs=Crs.CGCS2000, source="测试", actor=importer, at=AT)
    with pytest.raises(SystemExit):
        call_command("prove_land", "--within", "370103001001", stdout=out)
    assert "gap" in out.getvalue()
