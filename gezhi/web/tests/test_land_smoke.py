from collections.abc import Callable
import pytest
from django.test import Client
from gezhi.testing import Town
from gezhi.territory.tests.planning import merging
from gezhi.web.tests.land import HOME, drafted, walked
from gezhi.territory.actions import load_ledgers
from gezhi.testing import SYSTEM
from django.utils import timezone

@pytest.mark.parametrize("who", ["clerk","street_clerk","district_clerk"])
def test_smoke(town, client_as, who):
    load_ledgers(actor=SYSTEM, at=timezone.now())
    plan = drafted(town, merging(town.grid, town.next_grid))
    c = client_as(who)
    for path in ["", "plans/", f"plans/{plan.pk}/", f"plans/{plan.pk}/areas.geojson", "plans/plans.xlsx", "plans/new/", "areas/", "areas/areas.xlsx", f"areas/{town.grid}/", f"areas/{town.community}/", f"areas/{town.street}/", f"areas/{town.community}/proof/?deep=1&tolerance=0.1", f"areas/{town.community}/proof/defects.xlsx", "sizes/", "sizes/sizes.xlsx", "resources/", "resources/?category=party", "resources/resources.xlsx", "legacy/", "legacy/legacy.xlsx", "units/", "units/?lng=116.96&lat=36.64", "units/units.xlsx", "units/units.geojson", "planner/", "planner/new/"]:
        a = c.get(HOME+path)
        assert a.status_code == 200, (path, a.status_code)
    if who == "clerk":
        for k in ["merge","split","redraw","create","retire","whole"]:
            a = c.get(HOME+f"plans/{plan.pk}/changes/{k}/"); assert a.status_code==200, k
        for p in ["headings/","areas/1.1/"]:
            assert c.get(HOME+f"plans/{plan.pk}/{p}").status_code==200
    if who == "district_clerk":
        for p in ["imports/","imports/areas/","imports/boundaries/","imports/legacy/","imports/resources/","imports/units/","legacy/new/","resources/new/",f"areas/{town.grid}/exemption/","dictionary/category/1/"]:
            assert c.get(HOME+p).status_code==200, p
