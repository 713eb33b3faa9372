"""A re-division takes doors, spots and what is left of campaigns along; what was done stays on the land of its time."""

import pytest

from gezhi.fieldwork.models import AddressPoint, Look, Spot, Visit
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.events import faults, timeline
from gezhi.territory.actions import effect_due_plans
from gezhi.territory.plans import preview
from gezhi.territory.tests.planning import ON_THE_DAY, approve, draft, merging, splitting
from gezhi.testing import Town

pytestmark = pytest.mark.django_db


def test_a_merger_takes_doors_and_spots_along(rounds: Rounds, town: Town) -> None:
    door, spot = rounds.door(), rounds.spot()
    twin = rounds.door("neighbour", area_code=town.next_grid)
    visit, look = rounds.visit(door), rounds.look(spot)
    plan = approve(town, draft(town, merging(town.grid, town.next_grid)))
    assert preview(plan).moves["fieldwork"] == {"address_points": 2, "patrol_spots": 1, "campaign_targets": 0}
    assert effect_due_plans(at=ON_THE_DAY) == 1
    new = f"{town.community}004"
    door, twin = AddressPoint.objects.get(pk=door.pk), AddressPoint.objects.get(pk=twin.pk)
    assert (door.grid_code, twin.grid_code, door.is_active, twin.is_active) == (new, new, True, False)
    assert Spot.objects.get().grid_code == new
    assert (Visit.objects.get(pk=visit.pk).grid_code, Look.objects.get(pk=look.pk).grid_code) == (town.grid, town.grid)
    for row in (door, twin, Spot.objects.get()):
        assert faults(timeline(row), version=row.version) == []


def test_targets_of_a_merger_are_asked_once(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running()
    approve(town, draft(town, merging(town.grid, town.next_grid)))
    effect_due_plans(at=ON_THE_DAY)
    new = f"{town.community}004"
    assert sorted(campaign.targets.values_list("grid_code", flat=True)) == [f"{town.community}003", new]
    rounds.answer(rounds.target(campaign, new), at=ON_THE_DAY)


def test_what_was_done_stays_and_a_split_asks_each_part(rounds: Rounds, town: Town) -> None:
    campaign = rounds.running()
    rounds.answer(rounds.target(campaign))
    approve(town, draft(town, splitting(town.next_grid)))
    effect_due_plans(at=ON_THE_DAY)
    codes = sorted(campaign.targets.values_list("grid_code", flat=True))
    assert codes == [town.grid, *(f"{town.community}00{number}" for number in (3, 4, 5))]
    assert campaign.targets.get(grid_code=town.grid).done_at is not None
    assert campaign.targets.open().count() == 3


def test_a_door_with_a_point_goes_to_the_part_in_which_it_lies(rounds: Rounds, town: Town) -> None:
    east, west = (
        rounds.door("neighbour", area_code=town.next_grid, door=str(share), lng=lng, lat=lat)
        for share in (9, 1)
        for lng, lat in [town.point_in(town.next_grid, east=share / 10)]
    )
    campaign = rounds.running(target_kind="address_points")
    approve(town, draft(town, splitting(town.next_grid)))
    effect_due_plans(at=ON_THE_DAY)
    for target in campaign.targets.select_related("address_point"):
        assert target.grid_code == target.address_point.grid_code, "it goes with its door"
    found = {point.pk: point.grid_code for point in AddressPoint.objects.all()}
    assert {found[east.pk], found[west.pk]} == {f"{town.community}004", f"{town.community}005"}
