"""Which desk, by which rule, and what would have changed it."""

import pytest

from gezhi.cases.routing import RouteFacts, route

DISTRICT, STREET, COMMUNITY, GRID = "370103", "370103001", "370103001001", "370103001001001"
KNOWN = {"street_code": STREET, "community_code": COMMUNITY, "grid_code": GRID}


def facts(level: str, *, is_for_grid: bool = True, owner_id: int | None = 7, **place: str) -> RouteFacts:
    return RouteFacts(default_desk=level, is_for_grid=is_for_grid, owner_id=owner_id, **place)


@pytest.mark.parametrize(
    ("level", "code"), [("grid", GRID), ("community", COMMUNITY), ("street", STREET), ("district", DISTRICT)]
)
def test_the_matter_says_the_level_and_the_place_says_the_desk(level: str, code: str) -> None:
    way = route(facts(level, **KNOWN), DISTRICT)
    assert (way.level, way.area_code, way.rule) == (level, code, f"matter_at_{level}")
    assert "matter_at_other_level" in way.otherwise


def test_a_matter_of_a_department_goes_to_its_desk_wherever_the_place_is() -> None:
    way = route(facts("department"), DISTRICT)
    assert (way.level, way.department_id, way.rule) == ("department", 7, "matter_of_department")


def test_what_a_grid_may_not_be_given_goes_to_the_community() -> None:
    way = route(facts("grid", is_for_grid=False, **KNOWN), DISTRICT)
    assert (way.level, way.area_code, way.rule) == ("community", COMMUNITY, "matter_not_for_grid")


@pytest.mark.parametrize(
    ("place", "level", "code"),
    [
        ({"street_code": STREET, "community_code": COMMUNITY}, "community", COMMUNITY),
        ({"street_code": STREET}, "street", STREET),
        ({}, "district", DISTRICT),
    ],
)
def test_a_place_known_only_roughly_goes_to_the_finest_desk_known(place: dict[str, str], level: str, code: str) -> None:
    way = route(facts("grid", **place), DISTRICT)
    assert (way.level, way.area_code, way.rule) == (level, code, "place_not_fine_enough")
    assert "place_known_finer" in way.otherwise


def test_the_explanation_keeps_rule_facts_and_alternatives() -> None:
    seen = facts("grid", **KNOWN)
    kept = route(seen, DISTRICT).explain(seen)
    assert kept["rule"] == "matter_at_grid"
    assert kept["facts"]["grid_code"] == GRID
    assert kept["otherwise"]
