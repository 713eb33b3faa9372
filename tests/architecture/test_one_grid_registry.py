"""一张网: there is one register of grids. Whatever happens on a grid points at it; nobody keeps a second one."""

import pytest
from django.apps import apps
from django.db import models

from gezhi.cases.models import Case
from gezhi.territory.models import Area
from tests.architecture.source import listing

# Outlines of the register itself, of what it is to become, of departments' old grids, which are mapped to it and end, and of the unit grids
# of city management (GB/T 30428), a layer apart on which nothing happens.
WITH_OUTLINE = {"territory.Boundary", "territory.PlanArea", "territory.LegacyGrid", "territory.UnitGrid"}
# What repeats the place of the case that it points at, as it was then: rates are counted over a year without a join.
OF_A_CASE = {"cases.Answer"}
# Codes kept beside the foreign key, because lists are bound to them.
CODE_COLUMNS = {"grid_code", "community_code", "street_code"}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("gezhi.")]


def points_at_areas(model: type[models.Model]) -> bool:
    return any(field.is_relation and field.related_model is Area for field in model._meta.get_fields())


def test_outlines_stand_in_the_register_alone() -> None:
    found = {
        model._meta.label
        for model in own_models()
        if any(field.name in {"wkb", "geometry", "outline", "polygon"} for field in model._meta.local_fields)
    }
    assert found == WITH_OUTLINE


def test_whoever_keeps_a_code_of_an_area_points_at_the_register_too() -> None:
    findings = [
        model._meta.label
        for model in own_models()
        if CODE_COLUMNS & {field.name for field in model._meta.local_fields}
        and not points_at_areas(model)
        and not (
            model._meta.label in OF_A_CASE and any(field.related_model is Case for field in model._meta.get_fields())
        )
    ]
    assert not findings, "give these a foreign key to Area:" + listing(findings)


@pytest.mark.parametrize(
    "label", ["cases.Case", "people.Desk", "territory.ResourcePlacement", "territory.LegacyMapping"]
)
def test_what_happens_on_a_grid_points_at_it(label: str) -> None:
    assert points_at_areas(apps.get_model(label))


def test_unit_grids_are_a_layer_apart() -> None:
    """D20: nothing points at a unit grid, and a unit grid points at nothing."""
    layer = apps.get_model("territory.UnitGrid")
    assert not [field.name for field in layer._meta.get_fields() if field.is_relation]
