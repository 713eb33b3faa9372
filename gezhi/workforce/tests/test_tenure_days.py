"""Two years at the grass roots, against counting day by day."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gezhi.workforce.tenure_days import Spell, joined, months_after, reckon

DAY = timedelta(days=1)
BEGIN = date(2024, 1, 31)
spells = st.lists(
    st.builds(
        lambda start, length: Spell(BEGIN + start * DAY, BEGIN + (start + length) * DAY),
        st.integers(-60, 900),
        st.integers(0, 120),
    ),
    max_size=6,
)


def lost(leaves: list[Spell], longest: int) -> set[date]:
    """The days that don't count: those in an unbroken run of days away that is longer than the longest that counts."""
    away = {one.from_on + number * DAY for one in leaves for number in range(one.days)}
    runs: list[list[date]] = []
    for day in sorted(away):
        if runs and runs[-1][-1] == day - DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return {day for run in runs if len(run) > longest for day in run}


@settings(deadline=None)
@given(spells, st.integers(0, 40), st.integers(1, 24), st.integers(-10, 1200), st.integers(0, 800))
def test_day_by_day(leaves: list[Spell], longest: int, months: int, on: int, shift: int) -> None:
    from_on = BEGIN + shift * DAY
    needed = (months_after(from_on, months) - from_on).days
    out = lost(leaves, longest)
    day, counted = from_on - DAY, 0
    while counted < needed:
        day += DAY
        counted += day not in out
    asked = from_on + on * DAY
    found = reckon(from_on, months, leaves, longest=longest, on=asked)
    assert (found.due_on, found.needed) == (day, needed)
    past = [from_on + number * DAY for number in range(max(on + 1, 0))]
    assert found.counted == sum(one not in out for one in past)
    assert found.left_out == len(past) - found.counted
    assert found.is_over is (asked >= day)


def test_months_of_the_calendar() -> None:
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert reckon(date(2024, 7, 1), 24, [], longest=30, on=date(2026, 6, 30)).is_over
    assert not reckon(date(2024, 7, 1), 24, [], longest=30, on=date(2026, 6, 29)).is_over
    assert joined([Spell(date(2024, 1, 1), date(2024, 1, 5)), Spell(date(2024, 1, 6), date(2024, 1, 7))]) == [
        Spell(date(2024, 1, 1), date(2024, 1, 7))
    ]
