"""Duty: no roster ever has somebody twice, without a post or away; swaps are asked and agreed; who is on duty now."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.access import Denied
from gezhi.people.actions import unseat
from gezhi.people.models import Desk, Post
from gezhi.testing import NOON, SYSTEM, ZONE, Town, at_once
from gezhi.workforce.actions import (
    Turn,
    answer_swap,
    ask_swap,
    cancel_leave,
    cancel_shift,
    enter_leave,
    plan_shifts,
    plan_turns,
    withdraw_swap,
)
from gezhi.workforce.models import Shift, Swap
from gezhi.workforce.queries import coming_shifts, duty_desks, on_duty
from gezhi.workforce.shifts import Days, Duty, first_clash, turns
from gezhi.workforce.tests.life import EVERYBODY
from gezhi.workforce.tests.test_selection import refused

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = datetime(2026, 3, 2, tzinfo=ZONE)


def turn(town: Town, who: str, begins: datetime, hours: int = 8, kind: str = "duty") -> Turn:
    return Turn(town.user(who).pk, begins, begins + hours * HOUR, kind)


# --- the arithmetic -------------------------------------------------------------------------------------------------

duties = st.builds(
    lambda user, start, length: Duty(user, START + start * HOUR, START + (start + length) * HOUR),
    st.integers(1, 3), st.integers(0, 90), st.integers(1, 24),
)  # fmt: skip
days = st.builds(
    lambda user, first, length: Days(user, START.date() + first * DAY, START.date() + (first + length) * DAY),
    st.integers(1, 3), st.integers(-1, 4), st.integers(0, 3),
)  # fmt: skip


@given(st.lists(duties, max_size=8), st.lists(days, max_size=5), st.lists(days, max_size=3))
def test_what_passes_has_no_clash_hour_by_hour(wanted: list[Duty], posts: list[Days], leaves: list[Days]) -> None:
    roster: list[Duty] = []
    for duty in wanted:
        if first_clash([duty], roster, posts, leaves) is None:
            roster.append(duty)
    for hour in range(-24, 24 * 6):
        at = START + hour * HOUR
        on = [duty.user_id for duty in roster if duty.starts_at <= at < duty.ends_at]
        assert len(on) == len(set(on))
        for user in on:
            assert any(one.user_id == user and one.covers(at.date(), at.date()) for one in posts)
            assert not any(one.user_id == user and one.touches(at.date(), at.date()) for one in leaves)
    # And nothing is refused that an hour-by-hour look would let pass.
    for duty in wanted:
        hours = [duty.starts_at + number * HOUR for number in range((duty.ends_at - duty.starts_at) // HOUR)]
        is_free = all(
            not any(
                one.user_id == duty.user_id and one.starts_at <= at < one.ends_at for one in roster if one is not duty
            )
            and any(one.user_id == duty.user_id and one.covers(at.date(), at.date()) for one in posts)
            and not any(one.user_id == duty.user_id and one.touches(at.date(), at.date()) for one in leaves)
            for at in hours
        )
        others = [one for one in roster if one is not duty]
        assert (first_clash([duty], others, posts, leaves) is None) is is_free


def test_a_roster_that_turns_ends_over_midnight() -> None:
    found = list(turns([7, 8], date(2026, 3, 1), date(2026, 3, 3), opens=time(18), closes=time(8), zone=ZONE))
    assert [one[0] for one in found] == [7, 8, 7]
    assert found[0][1:] == (datetime(2026, 3, 1, 18, tzinfo=ZONE), datetime(2026, 3, 2, 8, tzinfo=ZONE))


# --- planning -------------------------------------------------------------------------------------------------------


def test_a_roster_is_planned_and_clashes_are_named(town: Town) -> None:
    desk, clerk = town.desk(town.community), town.actor("clerk")
    plan_shifts(desk, [turn(town, "clerk", NOON, kind="lead"), turn(town, "worker", NOON)], actor=clerk, at=NOON)
    with refused("clash_twice") as told:
        plan_shifts(town.desk(town.grid), [turn(town, "worker", NOON + 4 * HOUR)], actor=clerk, at=NOON)
    assert "王专职" in str(told.value)
    assert "03-02 14:00" in str(told.value)
    # One after the other is no clash.
    plan_shifts(desk, [turn(town, "worker", NOON + 8 * HOUR)], actor=clerk, at=NOON)
    with refused("clash_no_post"):
        plan_shifts(desk, [turn(town, "stranger", NOON)], actor=clerk, at=NOON)
    post = Post.objects.select_related("desk__area").get(user=town.user("worker2"))
    unseat(post, actor=SYSTEM, at=NOON, until_on=date(2026, 3, 2))
    with refused("clash_no_post"):
        plan_shifts(desk, [turn(town, "worker2", NOON, 16)], actor=clerk, at=NOON)
    plan_shifts(desk, [turn(town, "worker2", NOON, 14)], actor=clerk, at=NOON)
    with refused("clash_twice"):
        plan_shifts(desk, [turn(town, "leader", NOON), turn(town, "leader", NOON + HOUR)], actor=clerk, at=NOON)
    assert Shift.objects.count() == 4


def test_days_away(town: Town) -> None:
    clerk, worker = town.actor("clerk"), town.user("worker")
    desk = town.desk(town.community)
    leave = enter_leave(worker, actor=clerk, at=NOON, from_on=date(2026, 3, 5), until_on=date(2026, 3, 6))
    with refused("clash_away"):
        plan_shifts(desk, [turn(town, "worker", NOON + 2 * DAY + 10 * HOUR, 14)], actor=clerk, at=NOON)
    cancel_leave(leave, actor=clerk, at=NOON)
    plan_shifts(desk, [turn(town, "worker", NOON + 2 * DAY + 10 * HOUR, 14)], actor=clerk, at=NOON)
    with refused("on_duty"):
        enter_leave(worker, actor=clerk, at=NOON, from_on=date(2026, 3, 5), until_on=date(2026, 3, 6))
    with pytest.raises(Denied):
        enter_leave(worker, actor=town.actor("worker2"), at=NOON, from_on=date(2026, 4, 5), until_on=date(2026, 4, 6))


def test_turns_over_a_week(town: Town) -> None:
    people = [town.user(key).pk for key in ("worker", "worker2", "leader")]
    made = plan_turns(
        town.desk(town.grid), people, actor=town.actor("leader"), at=NOON,
        first=date(2026, 3, 7), last=date(2026, 3, 12), opens=time(18), closes=time(8),
    )  # fmt: skip
    assert [one.user_id for one in made] == people * 2
    assert made[0].ends_at == datetime(2026, 3, 8, 8, tzinfo=ZONE)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_plan(town: Town, who: str) -> None:
    try:
        plan_shifts(town.desk(town.grid), [turn(town, "worker", NOON)], actor=town.actor(who), at=NOON)
        is_done = True
    except Denied:
        is_done = False
    assert is_done is (who in {"leader", "clerk", "street_clerk", "district_clerk"})


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_the_same_person_at_once(town: Town) -> None:
    desks = [Desk.objects.select_related("area").get(area__code=code) for code in (town.community, town.grid)]
    actor, wanted = town.actor("clerk"), [turn(town, "worker", NOON)]
    at_once(6, lambda number: plan_shifts(desks[number % 2], wanted, actor=actor, at=NOON))
    assert Shift.objects.count() == 1


# --- exchanging -----------------------------------------------------------------------------------------------------


@pytest.fixture
def shifts(town: Town) -> list[Shift]:
    several = [turn(town, "worker", NOON + DAY), turn(town, "worker2", NOON + 2 * DAY)]
    made = plan_shifts(town.desk(town.grid), several, actor=town.actor("leader"), at=NOON)
    return list(Shift.objects.filter(pk__in=[one.pk for one in made]).select_related("desk__area").order_by("pk"))


def test_a_swap_is_asked_and_agreed(town: Town, shifts: list[Shift]) -> None:
    mine, theirs = shifts
    swap = ask_swap(
        mine, town.user("worker2"), actor=town.actor("worker"), at=NOON, in_return=theirs, reason="家里有事"
    )
    with refused("asked"):
        ask_swap(mine, town.user("leader"), actor=town.actor("worker"), at=NOON)
    with pytest.raises(Denied):
        answer_swap(swap, True, actor=town.actor("leader"), at=NOON)
    answer_swap(swap, True, actor=town.actor("worker2"), at=NOON)
    assert [one.user.username for one in Shift.objects.order_by("pk")] == ["worker2", "worker"]
    with refused("answered"):
        answer_swap(swap, True, actor=town.actor("worker2"), at=NOON)


def test_a_swap_that_would_clash_is_none(town: Town, shifts: list[Shift]) -> None:
    mine, theirs = shifts
    plan_shifts(
        town.desk(town.community), [turn(town, "worker2", NOON + DAY + HOUR, 2)], actor=town.actor("clerk"), at=NOON
    )
    with refused("clash_twice"):
        ask_swap(mine, town.user("worker2"), actor=town.actor("worker"), at=NOON, in_return=theirs)
    swap = ask_swap(mine, town.user("leader"), actor=town.actor("worker"), at=NOON)
    enter_leave(
        town.user("leader"), actor=town.actor("clerk"), at=NOON, from_on=date(2026, 3, 3), until_on=date(2026, 3, 3)
    )
    with refused("clash_away"):
        answer_swap(swap, True, actor=town.actor("leader"), at=NOON)
    assert Swap.objects.get().state == "asked"
    withdraw_swap(swap, actor=town.actor("worker"), at=NOON)


def test_nobody_swaps_what_is_not_his_or_has_begun(town: Town, shifts: list[Shift]) -> None:
    mine, theirs = shifts
    with pytest.raises(Denied):
        ask_swap(theirs, town.user("leader"), actor=town.actor("worker"), at=NOON)
    with refused("wrong_stage"):
        ask_swap(mine, town.user("leader"), actor=town.actor("worker"), at=NOON + DAY)
    swap = ask_swap(mine, town.user("leader"), actor=town.actor("worker"), at=NOON)
    cancel_shift(mine, actor=town.actor("leader"), at=NOON, reason="活动取消")
    swap.refresh_from_db()
    assert swap.state == "withdrawn"


# --- now ------------------------------------------------------------------------------------------------------------


def test_who_is_on_duty_now(town: Town) -> None:
    clerk, district = town.actor("clerk"), town.actor("district_clerk")
    plan_shifts(town.desk(town.community), [turn(town, "worker", NOON)], actor=clerk, at=NOON)
    plan_shifts(
        town.desk(town.grid),
        [turn(town, "worker2", NOON), turn(town, "leader", NOON, kind="lead")],
        actor=clerk,
        at=NOON,
    )
    plan_shifts(town.desk(town.district), [turn(town, "district_clerk", NOON)], actor=district, at=NOON)
    plan_shifts(town.desk(town.other_grid), [turn(town, "stranger", NOON)], actor=district, at=NOON)
    at = NOON + HOUR
    assert [one.user.username for one in on_duty(town.grid, at=at)] == ["leader", "worker2", "worker", "district_clerk"]
    assert duty_desks(town.next_grid, at=at) == [town.desk(town.community).pk, town.desk(town.district).pk]
    assert duty_desks(town.street, at=at)[-1] == town.desk(town.district).pk
    assert not on_duty(town.grid, at=NOON + 8 * HOUR)
    assert [one.desk_id for one in coming_shifts(town.user("worker").pk, at=at)] == [town.desk(town.community).pk]
