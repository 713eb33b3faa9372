"""Grids that are too small or too large are listed with the reason; some may be, with a reason of their own."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.territory.actions import (
    change_area,
    define_area,
    end_exemption,
    exempt_from_size,
    load_ledgers,
    set_size_rule,
)
from gezhi.territory.ledgers import size_report
from gezhi.territory.models import Area, SizeRule
from gezhi.territory.sizes import Limits, reasons
from gezhi.territory.tests.conftest import AT

DAY = date(2026, 3, 2)
LIMITS = Limits(300, 500, 1500)


@pytest.mark.parametrize(
    ("households", "population", "expected"),
    [
        (299, None, ["few_households"]),
        (300, None, []),
        (500, None, []),
        (501, None, ["many_households"]),
        (None, None, ["unknown"]),
        (400, 1500, []),
        (400, 1501, ["many_people"]),
        (299, 1501, ["few_households", "many_people"]),
        (0, 0, ["few_households"]),
    ],
)
def test_the_ends_belong_to_the_right_size(households: int | None, population: int | None, expected: list[str]) -> None:
    assert reasons(households, population, LIMITS) == expected


@given(st.integers(0, 2000), st.integers(0, 5000))
def test_a_grid_is_listed_exactly_when_it_is_outside(households: int, population: int) -> None:
    outside = not 300 <= households <= 500 or population > 1500
    assert bool(reasons(households, population, LIMITS)) == outside


@pytest.fixture
def grids(areas: dict[str, Area], importer: Actor) -> list[Area]:
    """Four grids of 299, 300, 500 and 501 households, and a dedicated one."""
    load_ledgers(actor=importer, at=AT)
    found = [
        define_area(f"37010300100100{n}", f"第{n}网格", households=count, actor=importer, at=AT)
        for n, count in enumerate((299, 300, 500, 501), start=1)
    ]
    dedicated = define_area(
        "370103001001005",
        "商务楼宇网格",
        kind="dedicated",
        subtype="office_building",
        households=2,
        actor=importer,
        at=AT,
    )
    return [*found, dedicated]


def listed(within: str = "370103", on: date = DAY) -> dict[str, tuple[str, ...]]:
    return {one.code[-1]: one.reasons for one in size_report(within, on=on).missized}


def test_the_report_lists_who_is_outside_and_why(grids: list[Area]) -> None:
    report = size_report("370103", on=DAY)
    assert listed() == {"1": ("few_households",), "4": ("many_households",)}
    assert (report.checked, report.free) == (4, 1)
    assert report.counts == {"few_households": 1, "many_households": 1}
    assert size_report("370103002", on=DAY).checked == 0


def test_a_retired_grid_is_not_listed(grids: list[Area], importer: Actor) -> None:
    change_area(grids[0], is_active=False, actor=importer, at=AT)
    assert "1" not in listed()


def test_an_exempted_grid_is_shown_with_its_reason(grids: list[Area], importer: Actor) -> None:
    exemption = exempt_from_size(
        grids[0], "山区居住分散。", actor=importer, at=AT, from_on=DAY, until_on=DAY + timedelta(days=30)
    )
    (first, second) = size_report("370103", on=DAY).missized
    assert (first.exemption, second.exemption) == ("山区居住分散。", "")
    assert [one.code for one in size_report("370103", on=DAY).open] == [grids[3].code]
    assert len(size_report("370103", on=DAY + timedelta(days=31)).open) == 2
    assert len(size_report("370103", on=DAY - timedelta(days=1)).open) == 2
    end_exemption(exemption, DAY, actor=importer, at=AT)
    assert len(size_report("370103", on=DAY + timedelta(days=1)).open) == 2
    assert faults(timeline(exemption), version=exemption.version) == []


@pytest.mark.parametrize(
    ("change", "code"), [({"reason": " "}, "empty"), ({"until_on": DAY - timedelta(days=1)}, "ends_before_start")]
)
def test_an_exemption_needs_a_reason_and_a_span(
    grids: list[Area], importer: Actor, change: dict[str, object], code: str
) -> None:
    inputs = {"reason": "理由", "from_on": DAY} | change
    with pytest.raises(Refused) as caught:
        exempt_from_size(grids[0], actor=importer, at=AT, **inputs)
    assert caught.value.code == code


def test_only_grids_are_exempted_once_and_by_whoever_may(
    grids: list[Area], importer: Actor, street_editor: Actor, areas: dict[str, Area]
) -> None:
    with pytest.raises(Refused, match="只有网格"):
        exempt_from_size(areas["370103001"], "理由", actor=importer, at=AT, from_on=DAY)
    with pytest.raises(Denied):
        exempt_from_size(grids[0], "理由", actor=Actor.resident(), at=AT, from_on=DAY)
    exempt_from_size(grids[0], "理由", actor=street_editor, at=AT, from_on=DAY)


@pytest.mark.django_db(transaction=True)
def test_a_second_open_exemption_is_refused(grids: list[Area], importer: Actor) -> None:
    exempt_from_size(grids[0], "理由", actor=importer, at=AT, from_on=DAY)
    with pytest.raises(Refused) as caught:
        exempt_from_size(grids[0], "又一个理由", actor=importer, at=AT, from_on=DAY)
    assert caught.value.code == "exempt_already"


def test_the_rule_is_a_row_and_an_old_day_is_judged_by_its_own(grids: list[Area], importer: Actor) -> None:
    tomorrow = DAY + timedelta(days=1)
    limits = {"fewest_households": 250, "most_households": 501, "most_people": 2000}
    set_size_rule("residential", **limits, valid_from=tomorrow, actor=importer, at=AT)
    assert set(listed()) == {"1", "4"}
    assert listed(on=tomorrow) == {}
    old, new = SizeRule.objects.order_by("valid_from")
    assert (old.valid_until, new.valid_until) == (DAY, None)
    for bad in ({"fewest_households": 502}, {"most_people": 0}, {"valid_from": tomorrow}):
        with pytest.raises(Refused):
            set_size_rule(
                "residential", **({**limits, "valid_from": DAY + timedelta(days=9)} | bad), actor=importer, at=AT
            )


def test_dedicated_grids_have_a_rule_only_if_the_district_sets_one(grids: list[Area], importer: Actor) -> None:
    set_size_rule(
        "dedicated", fewest_households=5, most_households=9, most_people=100, valid_from=DAY, actor=importer, at=AT
    )
    assert listed()["5"] == ("few_households",)


def test_loading_again_adds_nothing(grids: list[Area], importer: Actor) -> None:
    assert load_ledgers(actor=importer, at=AT) == 0
