"""Formulas against who sits there: gaps in persons, grids without anybody, streets, months, origins."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.refusals import Refused
from gezhi.people.actions import set_staffing_rule, unseat
from gezhi.people.models import StaffingRule
from gezhi.people.roles import Role
from gezhi.people.staffing import Place, by_street, fill, formula
from gezhi.people.teams import gap_report, origins, trend
from gezhi.people.tests.teams import TODAY, appointed, refused, support
from gezhi.testing import NOON, SYSTEM, Town

WORKER = Place("residential", "grid_worker", "1", 1)
PLACES = (
    Place("residential", "grid_leader", "1", 1),
    WORKER,
    Place("residential", "part_time_worker", "N", 1),
    Place("residential", "adviser", "X", 1),
    Place("dedicated", "grid_leader", "1", 1),
    Place("dedicated", "adviser", "X", 1),
    Place("dedicated", "part_time_worker", "Y", 1),
)


def test_the_formulas_read_as_the_district_writes_them() -> None:
    assert formula(PLACES, "residential") == "1+1+N+X"
    assert formula(PLACES, "dedicated") == "1+X+Y"


def test_939_grids_and_592_full_timers_lack_347() -> None:
    grids = {f"{number:015d}": "residential" for number in range(939)}
    seats = [(code, "grid_worker", position * 592 // 939) for position, code in enumerate(grids)]
    [filled] = fill([WORKER], grids, seats)
    assert (filled.needed, filled.present, filled.missing, filled.empty) == (939, 592, 347, 0)
    assert round(filled.percent or 0, 1) == 63.0


codes = st.sampled_from([f"37010300{street}00100{grid}" for street in (1, 2) for grid in (1, 2, 3)])
kinds = st.dictionaries(codes, st.sampled_from(["residential", "dedicated"]))
roles = st.sampled_from(["grid_leader", "grid_worker", "part_time_worker", "adviser"])
sitting = st.lists(st.tuples(codes, roles, st.integers(1, 5)), max_size=20)


@given(kinds, sitting)
def test_the_gap_is_what_counting_by_hand_gives(grids: dict[str, str], seats: list[tuple[str, str, int]]) -> None:
    for one in fill(PLACES, grids, seats):
        kind, role = one.place.kind, one.place.role
        mine = [code for code in grids if grids[code] == kind]
        people = {user for code, of_role, user in seats if code in mine and of_role == role}
        empty = [code for code in mine if not any(row[0] == code and row[1] == role for row in seats)]
        assert (one.grids, one.needed, one.present) == (len(mine), len(mine), len(people))
        assert one.missing == max(len(mine) - len(people), 0)
        assert one.empty == len(empty)


@given(kinds, sitting)
def test_streets_hold_each_grid_once(grids: dict[str, str], seats: list[tuple[str, str, int]]) -> None:
    parts = by_street(PLACES, grids, seats)
    whole = fill(PLACES, grids, seats)
    for number, one in enumerate(whole):
        assert sum(part[number].needed for part in parts.values()) == one.needed
        # Who sits in two streets is counted in both, and never lost.
        assert sum(part[number].present for part in parts.values()) >= one.present


def test_the_report_shows_the_gap_and_blocks_nothing(town: Town) -> None:
    report = gap_report([town.district], on=TODAY)
    full_timers = report.of("residential", Role.GRID_WORKER)
    assert full_timers is not None
    # Twelve grids, four people: three in the west, the stranger in the east.
    assert (full_timers.needed, full_timers.present, full_timers.missing) == (12, 4, 8)
    assert set(report.parts) == {town.street, town.other_street}
    appointed(town, town.user("nobody"), source="open_recruitment", role=Role.GRID_WORKER, manner="recruited",
              reason="试用", grid=town.next_grid)  # fmt: skip
    after = gap_report([town.district], on=TODAY).of("residential", Role.GRID_WORKER)
    assert after is not None
    assert after.missing == 7


def test_the_trend_comes_from_the_days_of_the_posts(town: Town) -> None:
    [post] = list(town.user("worker").posts.all())
    unseat(post, actor=SYSTEM, at=NOON, until_on=date(2026, 1, 15))
    points = trend([town.district], on=TODAY, kind="residential", role=Role.GRID_WORKER, months=4)
    assert [(point.month, point.present) for point in points] == [(202512, 4), (202601, 3), (202602, 3), (202603, 3)]
    assert points[-1].day == TODAY
    assert points[-1].missing == 9


def test_channels_and_sources_are_counted_in_persons(town: Town) -> None:
    nobody = town.user("nobody")
    appointed(town, nobody, channel="assigned")
    appointed(town, nobody, grid=town.next_grid, channel="adjusted", source="property_steward")
    [part_time] = origins([town.district], on=TODAY, roles=[Role.PART_TIME_WORKER])
    assert (part_time.total, part_time.unwritten) == (2, 1)
    assert {str(share.label): share.count for share in part_time.channels} == {
        "统一配备": 1,
        "审核选拔": 0,
        "调整优化": 0,
    }
    assert [(share.label, share.count) for share in part_time.sources] == [("志愿者", 1)]


def test_a_new_rule_ends_the_one_before(town: Town) -> None:
    actor = support(town, town.district)
    rule = set_staffing_rule(
        "residential", Role.PART_TIME_WORKER, symbol="N", fewest=3, valid_from=date(2026, 4, 1), actor=actor, at=NOON
    )
    older = StaffingRule.objects.get(kind="residential", role=Role.PART_TIME_WORKER, valid_until__isnull=False)
    assert older.valid_until == date(2026, 3, 31)
    assert rule.position == older.position
    on_old, on_new = (gap_report([town.street], on=day) for day in (TODAY, date(2026, 4, 1)))
    needed = [report.of("residential", Role.PART_TIME_WORKER) for report in (on_old, on_new)]
    assert [one.needed for one in needed if one] == [6, 18]


def test_the_past_keeps_its_rules(town: Town) -> None:
    actor = support(town, town.district)
    refused(
        "retroactive",
        lambda: set_staffing_rule(
            "residential", Role.ADVISER, symbol="X", fewest=2, valid_from=date(2026, 1, 1), actor=actor, at=NOON
        ),
    )


def test_a_street_does_not_change_the_rules_of_the_district(town: Town) -> None:
    from gezhi.kernel.access import Denied

    with pytest.raises((Denied, Refused)) as caught:
        set_staffing_rule(
            "residential", Role.ADVISER, symbol="X", fewest=2, valid_from=date(2026, 5, 1), actor=support(town), at=NOON
        )
    assert isinstance(caught.value, Denied)
