"""Twelve categories of resources on the grids, and the 345 structure whose counts are those of the database."""

from datetime import date, timedelta

import pytest
from django.db.models import Count

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.refusals import Refused
from gezhi.territory.actions import (
    change_area,
    define_area,
    define_resource,
    end_placement,
    load_ledgers,
    name_entry,
    place_resource,
)
from gezhi.territory.ledgers import overview, resource_tally, resources_of
from gezhi.territory.models import Area, Resource, ResourceCategory, ResourcePlacement, StructurePart
from gezhi.territory.tests.conftest import AT

DAY = date(2026, 3, 2)
ONE, TWO = "370103001001001", "370103001001002"


@pytest.fixture
def patrol(squares: dict[str, Area], importer: Actor) -> Resource:
    load_ledgers(actor=importer, at=AT)
    category = ResourceCategory.objects.get(code="order")
    return define_resource(category, "夜间巡逻队", provider="派出所", actor=importer, at=AT)


def test_there_are_twelve_and_nine_wait_for_the_district(patrol: Resource, importer: Actor) -> None:
    assert ResourceCategory.objects.count() == 12
    assert list(ResourceCategory.objects.filter(is_confirmed=True).values_list("name", flat=True)) == [
        "党建",
        "综治",
        "城管",
    ]
    assert ResourceCategory.objects.filter(is_confirmed=False).count() == 9
    row = ResourceCategory.objects.get(code="health")
    name_entry(row, "卫生健康服务", is_confirmed=True, actor=importer, at=AT)
    assert ResourceCategory.objects.filter(is_confirmed=False).count() == 8
    load_ledgers(actor=importer, at=AT)
    assert ResourceCategory.objects.get(code="health").name == "卫生健康服务"


def test_a_resource_serves_grids_from_a_day_until_a_day(
    patrol: Resource, squares: dict[str, Area], importer: Actor
) -> None:
    placed = place_resource(patrol, [squares[ONE], squares[TWO]], from_on=DAY, actor=importer, at=AT)
    assert place_resource(patrol, [squares[ONE]], from_on=DAY, actor=importer, at=AT) == []
    end_placement(placed[0], DAY + timedelta(days=3), actor=importer, at=AT)
    with pytest.raises(Refused):
        end_placement(placed[0], DAY + timedelta(days=5), actor=importer, at=AT)
    with pytest.raises(Refused):
        end_placement(placed[1], DAY - timedelta(days=1), actor=importer, at=AT)

    def tally(days: int) -> tuple[int, int]:
        row = next(one for one in resource_tally("370103", on=DAY + timedelta(days=days)) if one.code == "order")
        return row.resources, row.areas

    assert [tally(days) for days in (-1, 0, 3, 4)] == [(0, 0), (1, 2), (1, 2), (1, 1)]
    assert len(resource_tally("370103", on=DAY)) == 12
    assert sum(row.resources for row in resource_tally("370103002", on=DAY)) == 0


def test_what_serves_the_street_serves_its_grids(patrol: Resource, squares: dict[str, Area], importer: Actor) -> None:
    place_resource(patrol, [squares["370103001"]], from_on=DAY, actor=importer, at=AT)
    assert [one.resource.name for one in resources_of(ONE, on=DAY)] == ["夜间巡逻队"]
    assert resources_of("370103002", on=DAY) == []


def test_a_retired_grid_gets_no_resources(patrol: Resource, squares: dict[str, Area], importer: Actor) -> None:
    change_area(squares[ONE], is_active=False, actor=importer, at=AT)
    with pytest.raises(Refused) as caught:
        place_resource(patrol, [squares[ONE]], from_on=DAY, actor=importer, at=AT)
    assert caught.value.code == "area_retired"


def test_only_where_the_right_holds(patrol: Resource, squares: dict[str, Area], street_editor: Actor) -> None:
    place_resource(patrol, [squares[ONE]], from_on=DAY, actor=street_editor, at=AT)
    with pytest.raises(Denied):
        place_resource(patrol, [squares["370103002"]], from_on=DAY, actor=street_editor, at=AT)
    assert ResourcePlacement.objects.count() == 1


# --- 345 ------------------------------------------------------------------------------------------------------------


def test_the_structure_is_three_four_and_five_with_the_counts_of_the_database(
    patrol: Resource, squares: dict[str, Area], importer: Actor
) -> None:
    define_area("370103001001003", "商务楼宇网格", kind="dedicated", subtype="office_building", actor=importer, at=AT)
    seen = overview("370103")
    assert (len(seen.platforms), len(seen.grid_levels), len(seen.management)) == (3, 4, 5)
    assert seen.unfinished == []
    counted = dict(Area.objects.filter(is_active=True).order_by().values_list("level").annotate(n=Count("pk")))
    assert {part.code: part.count for part in seen.grid_levels} == counted
    assert (seen.residential, seen.dedicated, seen.subtypes) == (2, 1, {"office_building": 1})
    # The description doesn't name the fifth level of management.
    assert [(part.name, part.is_confirmed) for part in seen.management][-1] == ("楼院级", False)
    assert [part.count for part in overview("370103002").grid_levels] == [0, 1, 1, 0]


def test_the_district_names_its_own_levels(patrol: Resource, importer: Actor) -> None:
    part = StructurePart.objects.get(group="management", code="courtyard")
    name_entry(part, "微网格级", is_confirmed=True, actor=importer, at=AT)
    assert (overview("370103").management[-1].name, overview("370103").management[-1].is_confirmed) == (
        "微网格级",
        True,
    )
    with pytest.raises(Refused):
        name_entry(part, " ", is_confirmed=True, actor=importer, at=AT)


def test_an_unloaded_structure_says_so(squares: dict[str, Area]) -> None:
    assert overview("370103").unfinished == ["platform", "grid_level", "management"]
