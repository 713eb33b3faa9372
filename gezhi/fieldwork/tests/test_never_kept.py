"""What the field work has no column for. The list of columns is closed: a new one has to be argued for here."""

import re

import pytest
from django.apps import apps

from gezhi.kernel import privacy

PLACE = {"id", "version", "area", "street_code", "community_code", "grid_code"}
COLUMNS = {
    "AddressPoint": PLACE | {"key", "building", "unit", "door", "lng", "lat", "is_active"},
    "Visit": PLACE
    | {"key", "address_point", "trigger", "ticked", "need", "case", "by", "visited_at", "done_at", "month", "forgotten_at"},
    "Look": PLACE | {"key", "spot", "has_finding", "case", "by", "looked_at", "done_at", "month", "forgotten_at"},
    "CampaignAnswer": {
        "id", "version", "key", "target", "form", "values", "has_finding", "case", "by", "answered_at", "done_at",
    },
    "CampaignTarget": PLACE - {"version"} | {"campaign", "address_point", "done_at"},
}  # fmt: skip
NEVER = re.compile(
    r"name_of|person|resident|household|family|member|roster|occupant|tenant|opinion|attitude|mood|remark|comment|note|text|words"
    r"|religion|politic|health|illness|tag|label|score|rank|point_s|track|route|duration|minutes|check_?in|phone|id_?card|birth|age$"
)


@pytest.mark.parametrize("model", sorted(COLUMNS))
def test_these_columns_and_no_others(model: str) -> None:
    found = {field.name for field in apps.get_model("fieldwork", model)._meta.local_concrete_fields}
    inherited = {field.name for field in apps.get_model("fieldwork", model)._meta.concrete_fields}
    assert found | inherited == COLUMNS[model]


@pytest.mark.parametrize("model", ["Visit", "AddressPoint", "Look", "CampaignTarget"])
def test_no_words_and_nobody_in_what_is_kept_of_a_door(model: str) -> None:
    names = [field.name for field in apps.get_model("fieldwork", model)._meta.get_fields()]
    assert not [name for name in names if NEVER.search(name)]


def test_nothing_but_visits_and_targets_points_at_a_door() -> None:
    """No table hangs anything else on an address point, so that no file grows there."""
    door = apps.get_model("fieldwork", "AddressPoint")
    pointing = {
        model.__name__
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model is door
    }
    assert pointing == {"Visit", "CampaignTarget"}


def test_every_column_is_spoken_for() -> None:
    own = "fieldwork."
    assert not [one for one in privacy.undeclared() if one.startswith(own)]
    assert not [one for one in privacy.stale() if one.startswith(own)]
    assert not [one for one in privacy.unsealed() if one.startswith(own)]
    assert not [one for one in privacy.forbidden() if one.startswith(own)]


def test_twelve_months_are_what_the_inventory_promises() -> None:
    kept = {
        entry.field: entry.personal.keep.days
        for entry in privacy.inventory()
        if entry.model == "fieldwork.Visit" and entry.personal is not None
    }
    assert kept == {"address_point": 365, "by": 365, "case": 365, "done_at": 365}
