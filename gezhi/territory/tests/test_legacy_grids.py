"""Old grids of departments: mapped to ours, retired with a day, and then without new work."""

from datetime import date, timedelta

import pytest
from shapely import box

from gezhi.kernel.access import Actor
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Missing, Refused
from gezhi.territory.actions import map_by_hand, map_by_outline, register_legacy_grid, retire_legacy_grid
from gezhi.territory.ledgers import area_for_work, legacy_coverage
from gezhi.territory.models import Area, LegacyGrid, LegacyMapping
from gezhi.territory.tests.conftest import AT

DAY = date(2026, 3, 2)
ONE, TWO = "370103001001001", "370103001001002"


@pytest.fixture
def police(squares: dict[str, Area], importer: Actor) -> LegacyGrid:
    """Three quarters in the first grid, a quarter in the second."""
    outline = box(117.0025, 36.60, 117.0125, 36.62)
    return register_legacy_grid("police", "A-01", "警务一区", geometry=outline, actor=importer, at=AT)


def test_an_outline_is_mapped_by_how_much_lies_where(police: LegacyGrid) -> None:
    shares = {mapping.area.code: round(mapping.share, 3) for mapping in police.mappings.select_related("area")}
    assert shares == {ONE: 0.75, TWO: 0.25}
    assert [event.name for event in timeline(police)] == ["legacy_grid.registered", "legacy_grid.mapped"]
    assert faults(timeline(police), version=police.version) == []


def test_the_report_tells_what_is_mapped_partly_or_not(police: LegacyGrid, importer: Actor) -> None:
    outside = box(117.015, 36.60, 117.025, 36.62)
    register_legacy_grid("police", "A-02", "警务二区", geometry=outside, actor=importer, at=AT)
    register_legacy_grid("urban", "C-1", "城管一片", actor=importer, at=AT)
    first, second = legacy_coverage(on=DAY)
    assert (first.department, first.grids, first.mapped, first.partly, first.unmapped) == (
        "police",
        2,
        1,
        ("A-02",),
        (),
    )
    assert (second.department, second.mapped, second.unmapped, second.ratio) == ("urban", 0, ("C-1",), 0.0)
    assert first.ratio == 0.5


def test_work_goes_to_the_grid_of_ours_and_a_retired_one_gets_none(police: LegacyGrid, importer: Actor) -> None:
    assert area_for_work("police", "A-01", on=DAY).code == ONE
    retire_legacy_grid(police, DAY, actor=importer, at=AT)
    assert area_for_work("police", "A-01", on=DAY).code == ONE
    with pytest.raises(Refused) as caught:
        area_for_work("police", "A-01", on=DAY + timedelta(days=1))
    assert (caught.value.code, caught.value.facts["area"]) == ("legacy_retired", ONE)
    assert ONE in str(caught.value)
    assert legacy_coverage(on=DAY + timedelta(days=1))[0].retired == 1
    tomorrow = AT + timedelta(days=1)
    for again in (
        lambda: retire_legacy_grid(police, DAY + timedelta(days=5), actor=importer, at=tomorrow),
        lambda: map_by_outline(police, actor=importer, at=tomorrow),
        lambda: map_by_hand(police, Area.objects.get(code=TWO), 0.5, actor=importer, at=tomorrow),
    ):
        with pytest.raises(Refused) as caught:
            again()
        assert caught.value.code == "retired"


def test_what_has_no_outline_is_mapped_by_hand(squares: dict[str, Area], importer: Actor) -> None:
    grid = register_legacy_grid("urban", "C-1", "城管一片", actor=importer, at=AT)
    with pytest.raises(Refused) as caught:
        area_for_work("urban", "C-1", on=DAY)
    assert caught.value.code == "legacy_unmapped"
    with pytest.raises(Refused):
        retire_legacy_grid(grid, DAY, actor=importer, at=AT)
    with pytest.raises(Refused):
        map_by_outline(grid, actor=importer, at=AT)
    map_by_hand(grid, squares[TWO], 1.0, actor=importer, at=AT)
    map_by_hand(grid, squares[TWO], 0.9, actor=importer, at=AT)
    assert area_for_work("urban", "C-1", on=DAY).code == TWO
    assert LegacyMapping.objects.get().share == 0.9
    for share in (0, 1.1):
        with pytest.raises(Refused):
            map_by_hand(grid, squares[TWO], share, actor=importer, at=AT)


def test_what_a_person_said_survives_a_new_reckoning(
    police: LegacyGrid, squares: dict[str, Area], importer: Actor
) -> None:
    map_by_hand(police, squares[ONE], 1.0, actor=importer, at=AT)
    map_by_outline(police, actor=importer, at=AT)
    assert dict(police.mappings.values_list("area__code", "is_by_hand")) == {ONE: True, TWO: False}


def test_unknown_grids_and_codes_that_are_taken(police: LegacyGrid) -> None:
    with pytest.raises(Missing):
        area_for_work("police", "Z-9", on=DAY)


@pytest.mark.django_db(transaction=True)
def test_a_code_is_a_departments_own(squares: dict[str, Area], importer: Actor) -> None:
    register_legacy_grid("urban", "C-1", "城管一片", actor=importer, at=AT)
    register_legacy_grid("police", "C-1", "警务一片", actor=importer, at=AT)
    with pytest.raises(Refused) as caught:
        register_legacy_grid("urban", "C-1", "又一片", actor=importer, at=AT)
    assert caught.value.code == "code_taken"
