"""Which time limit holds: the most particular row that is valid on the day, and never none."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.kernel.worktime import Limit
from gezhi.matters.actions import BEGINNING, set_limit
from gezhi.matters.models import LimitKind, Matter, TimeLimit
from gezhi.matters.queries import catalogue
from gezhi.matters.rules import LimitRow, LimitTable, NoLimit, choose_limit
from gezhi.people.models import DeskKind
from gezhi.testing import NOON, SYSTEM, Town

DAY = date(2026, 3, 2)
LAMP = 7


def row(amount: int, *, matter: int | None = None, level: str = "", urgent: bool = False, **over: object) -> LimitRow:
    columns = {"valid_from": BEGINNING} | over
    return LimitRow("handle", matter, level, urgent, amount, "working_days", **columns)  # type: ignore[arg-type]


ROWS = [
    row(1, matter=LAMP, level="grid"),
    row(2, matter=LAMP),
    row(3, level="grid"),
    row(4),
    row(5, matter=LAMP, urgent=True),
    row(6, urgent=True),
]


@pytest.mark.parametrize(
    ("matter", "level", "urgent", "amount"),
    [
        (LAMP, "grid", False, 1),
        (LAMP, "street", False, 2),
        (LAMP, "", False, 2),
        (8, "grid", False, 3),
        (None, "grid", False, 3),
        (8, "street", False, 4),
        (None, "", False, 4),
        (LAMP, "grid", True, 5),
        (8, "grid", True, 6),
        (None, "", True, 6),
    ],
)
def test_matter_before_level_before_general_and_urgent_before_all(
    matter: int | None, level: str, urgent: bool, amount: int
) -> None:
    for rows in (ROWS, ROWS[::-1]):
        found = choose_limit(rows, kind="handle", matter_id=matter, level=level, is_emergency=urgent, on=DAY)
        assert found.amount == amount


def test_an_emergency_without_rows_of_its_own_takes_the_ordinary() -> None:
    found = choose_limit([row(4)], kind="handle", matter_id=None, level="grid", is_emergency=True, on=DAY)
    assert found.amount == 4


def test_the_ordinary_never_takes_the_row_of_an_emergency() -> None:
    with pytest.raises(NoLimit):
        choose_limit([row(6, urgent=True)], kind="handle", matter_id=None, level="", is_emergency=False, on=DAY)


@pytest.mark.parametrize(
    ("on", "amount"),
    [(DAY - timedelta(days=1), 4), (DAY, 9), (DAY + timedelta(days=6), 9), (DAY + timedelta(days=7), 4)],
)
def test_the_rule_of_the_day_counts(on: date, amount: int) -> None:
    rows = [row(4), row(9, level="grid", valid_from=DAY, valid_until=DAY + timedelta(days=6))]
    assert choose_limit(rows, kind="handle", matter_id=LAMP, level="grid", is_emergency=False, on=on).amount == amount


def test_no_row_is_said_so() -> None:
    with pytest.raises(LookupError, match=r"accept.*2026-03-02"):
        choose_limit(ROWS, kind="accept", matter_id=None, level="", is_emergency=False, on=DAY)
    with pytest.raises(NoLimit):
        choose_limit(
            ROWS, kind="handle", matter_id=None, level="", is_emergency=False, on=BEGINNING - timedelta(days=1)
        )


@given(
    st.lists(
        st.builds(
            LimitRow,
            kind=st.just("handle"),
            matter_id=st.sampled_from([None, 1, 2]),
            level=st.sampled_from(["", "grid", "street"]),
            is_emergency=st.booleans(),
            amount=st.integers(1, 99),
            unit=st.just("working_days"),
            valid_from=st.dates(DAY, DAY + timedelta(days=9)),
            valid_until=st.none() | st.dates(DAY, DAY + timedelta(days=9)),
        ),
        max_size=12,
    )
)
def test_it_agrees_with_looking_at_every_row(rows: list[LimitRow]) -> None:
    def rank(one: LimitRow) -> tuple[bool, bool, bool, date]:
        return one.is_emergency, one.matter_id is not None, one.level != "", one.valid_from

    table, on = LimitTable(rows), DAY + timedelta(days=5)
    for matter, level, urgent in product([None, 1, 2], ["", "grid", "street"], [True, False]):
        fitting = [
            one
            for one in rows
            if one.holds_on(on)
            and one.matter_id in (None, matter)
            and one.level in ("", level)
            and (urgent or not one.is_emergency)
        ]
        if fitting:
            found = table.choose("handle", matter_id=matter, level=level, is_emergency=urgent, on=on)
            assert rank(found) == max(map(rank, fitting))
        else:
            with pytest.raises(NoLimit):
                table.choose("handle", matter_id=matter, level=level, is_emergency=urgent, on=on)


# --- the shipped limits -----------------------------------------------------------------------------------------------


def limit(
    town: Town, kind: str, matter: str = "rubbish", *, level: str = "", urgent: bool = False, on: date = DAY
) -> Limit:
    return catalogue().limit(kind, matter_id=town.matter(matter).id, level=level, is_emergency=urgent, on=on)


def test_every_clock_is_set_for_every_matter_level_and_day(town: Town) -> None:
    for matter in catalogue().matters.values():
        for kind, level, urgent in product(LimitKind.values, ["", *DeskKind.values], [True, False]):
            for on in (BEGINNING, DAY, date(2099, 12, 31)):
                assert catalogue().limit(kind, matter_id=matter.id, level=level, is_emergency=urgent, on=on).amount > 0


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("accept", "rubbish", "community", False), Limit(1, "working_days")),
        (("accept", "rubbish", "community", True), Limit(30, "calendar_minutes")),
        (("hold", "rubbish", "grid", False), Limit(2, "working_days")),
        (("hold", "rubbish", "grid", True), Limit(60, "calendar_minutes")),
        (("handle", "rubbish", "grid", False), Limit(2, "working_days")),
        (("handle", "parking", "community", False), Limit(3, "working_days")),
        (("handle", "noise", "street", False), Limit(5, "working_days")),
        (("handle", "wages", "department", False), Limit(5, "working_days")),
        (("handle", "manhole", "grid", False), Limit(1, "working_days")),
        (("handle", "neighbours", "grid", False), Limit(30, "calendar_days")),
        (("handle", "neighbours", "grid", True), Limit(120, "calendar_minutes")),
        (("warn", "rubbish", "grid", False), Limit(1, "working_days")),
        (("rate", "rubbish", "grid", False), Limit(5, "working_days")),
        (("reopen", "rubbish", "grid", False), Limit(30, "calendar_days")),
    ],
)
def test_the_shipped_limits(town: Town, asked: tuple[str, str, str, bool], expected: Limit) -> None:
    kind, matter, level, urgent = asked
    assert limit(town, kind, matter, level=level, urgent=urgent) == expected


def test_a_catalogue_that_was_never_loaded_says_what_to_do(db: None) -> None:
    with pytest.raises(Refused, match="办理") as refused:
        catalogue().limit("handle", matter_id=None, level="", is_emergency=False, on=DAY)
    assert refused.value.code == "no_limit"


# --- changing them ----------------------------------------------------------------------------------------------------


def change(
    town: Town, amount: int, *, who: str = "district_clerk", valid_from: date = DAY, **over: object
) -> tuple[TimeLimit, str]:
    inputs = {"kind": "handle", "unit_of_time": "working_days", "level": "grid"} | over
    return set_limit(actor=town.actor(who), at=NOON, amount=amount, valid_from=valid_from, **inputs)  # type: ignore[arg-type]


def test_a_new_limit_holds_from_its_day_and_the_old_one_until_the_day_before(town: Town) -> None:
    new, done = change(town, 4, basis="区网格办通知")
    assert done == "updated"
    assert limit(town, "handle", level="grid", on=DAY - timedelta(days=1)).amount == 2
    assert limit(town, "handle", level="grid", on=DAY).amount == 4
    old = TimeLimit.objects.get(kind="handle", level="grid", valid_from=BEGINNING)
    assert old.valid_until == DAY - timedelta(days=1)
    assert timeline(old)[-1].name == "time_limit.ended"
    for one in (old, new):
        assert faults(timeline(one), version=one.version) == []


def test_the_same_again_changes_nothing(town: Town) -> None:
    new, _ = change(town, 4)
    assert change(town, 4) == (new, "unchanged")
    assert change(town, 4, valid_from=DAY + timedelta(days=9)) == (new, "unchanged")


def test_a_limit_announced_ahead_stays_when_one_is_set_before_it(town: Town) -> None:
    change(town, 9, valid_from=DAY + timedelta(days=10))
    change(town, 4, valid_from=DAY)
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=9), DAY + timedelta(days=10)]
    assert [limit(town, "handle", level="grid", on=day).amount for day in days] == [2, 4, 4, 9]


def test_what_begins_today_can_still_be_corrected(town: Town) -> None:
    first, _ = change(town, 4)
    corrected, done = change(town, 3)
    assert (corrected.pk, done) == (first.pk, "updated")
    assert limit(town, "handle", level="grid").amount == 3
    assert [event.name for event in timeline(corrected)] == ["time_limit.set", "time_limit.changed"]


def test_what_has_been_judged_stays_judged(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        change(town, 4, valid_from=DAY - timedelta(days=1))
    assert refused.value.code == "retroactive"
    assert limit(town, "handle", level="grid", on=DAY).amount == 2


def test_a_limit_of_its_own_for_a_matter(town: Town) -> None:
    lamp = Matter.objects.get(pk=town.matter("lamp").id)
    _, done = change(town, 8, matter=lamp, level="")
    assert done == "inserted"
    assert limit(town, "handle", "lamp", level="grid").amount == 8
    assert limit(town, "handle", "rubbish", level="grid").amount == 2


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"amount": 0}, "no_time"),
        ({"kind": "sleep"}, "unknown_limit"),
        ({"unit_of_time": "fortnights"}, "unknown_limit"),
        ({"level": "city"}, "unknown_limit"),
    ],
)
def test_nonsense_is_refused(town: Town, over: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        change(town, **({"amount": 3} | over))  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize("who", ["worker", "clerk", "street_clerk", "handler", "inspector", "officer_system"])
def test_only_who_edits_matters_sets_limits(town: Town, who: str) -> None:
    with pytest.raises(Denied):
        change(town, 4, who=who)
    assert set_limit(actor=SYSTEM, at=NOON, kind="handle", amount=4, unit_of_time="working_days", valid_from=DAY)


def test_a_limit_mended_on_its_first_day_is_known_at_once(town: Town) -> None:
    """Set twice on one day: no third version, and no process goes on reckoning by the slip."""
    day = NOON.date()
    asked = {"matter_id": None, "level": "street", "is_emergency": False, "on": day}
    for amount, done in ((3, "inserted"), (7, "updated")):
        given = {
            "kind": "handle",
            "level": "street",
            "amount": amount,
            "unit_of_time": "working_days",
            "valid_from": day,
        }
        assert set_limit(actor=SYSTEM, at=NOON, **given)[1] == done
        assert catalogue().limit("handle", **asked).amount == amount
