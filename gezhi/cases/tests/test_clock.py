"""The one alarm of a case: what rings, when, in which order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.cases.clock import Clocks, bells, next_alarm, ringing
from gezhi.cases.workflow import Stage

START = datetime(2026, 3, 2, 2, tzinfo=UTC)


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_a_promise_warns_and_then_runs_out() -> None:
    clocks = Clocks(Stage.WAITING, due_at=after(40), warn_at=after(32))
    assert bells(clocks) == [(after(32), "warn"), (after(40), "overdue")]
    assert next_alarm(clocks) == after(32)
    assert ringing(clocks, after(31.9)) == []
    assert ringing(clocks, after(32)) == ["warn"]
    assert ringing(clocks, after(41)) == ["warn", "overdue"]


def test_what_has_rung_does_not_ring_again() -> None:
    warned = Clocks(Stage.HANDLING, due_at=after(40), warn_at=after(32), warned_at=after(32))
    assert next_alarm(warned) == after(40)
    over = Clocks(Stage.HANDLING, due_at=after(40), warn_at=after(32), warned_at=after(32), overdue_at=after(40))
    assert next_alarm(over) is None


def test_a_claim_is_taken_back_even_when_the_case_is_overdue() -> None:
    clocks = Clocks(Stage.HANDLING, due_at=after(1), overdue_at=after(1), hold_until=after(16))
    assert next_alarm(clocks) == after(16)
    assert ringing(clocks, after(16)) == ["expire"]


def test_the_promise_ends_with_the_answer() -> None:
    clocks = Clocks(Stage.ANSWERED, due_at=after(1), rate_until=after(40))
    assert bells(clocks) == [(after(40), "close")]


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.DECLINED])
def test_an_ended_case_is_silent(stage: Stage) -> None:
    assert (
        next_alarm(Clocks(stage, due_at=after(1), warn_at=after(0), hold_until=after(2), rate_until=after(3))) is None
    )


instants = st.none() | st.integers(-100, 100).map(after)


clocks_of_any_case = st.builds(
    Clocks,
    st.sampled_from(list(Stage)),
    st.integers(-100, 100).map(after),
    instants,
    instants,
    instants,
    instants,
    instants,
)


@given(clocks_of_any_case)
def test_the_alarm_is_the_earliest_bell_and_rings_at_its_instant(clocks: Clocks) -> None:
    alarm = next_alarm(clocks)
    if alarm is None:
        assert ringing(clocks, after(10_000)) == []
    else:
        assert ringing(clocks, alarm)
        assert ringing(clocks, alarm - timedelta(microseconds=1)) == []
