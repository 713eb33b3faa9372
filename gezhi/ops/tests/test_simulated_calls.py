"""Calls in the simulated district: streets call, departments answer in their own time, streets score; and everything stays sound."""

from datetime import timedelta

import pytest

from gezhi.calls.models import Call, CallPart, CallScore, Lateness
from gezhi.calls.queries import next_alarm
from gezhi.cases.models import Case
from gezhi.kernel.events import faults, timeline
from gezhi.ops.simulate import Life, Pace
from gezhi.testing import NOON, Town

START = NOON.replace(hour=0)


@pytest.mark.slow
def test_three_weeks_of_calls(town: Town) -> None:
    tally = Life(Pace(40, 5), start=START, end=START + timedelta(days=24)).run()
    calls = list(Call.objects.all())
    assert len(calls) > 8
    assert "struck_off" in {call.phase for call in calls}
    assert {"call: dispatch", "call: sign", "call: file", "call: sum_up", "call: strike_off", "call: score"} <= set(
        tally.steps
    )
    assert Lateness.objects.exists()
    assert CallScore.objects.count() == tally.steps["call: score"]
    assert all(reason.endswith("nobody") for reason in tally.refused), tally.refused
    for row in (*calls, *CallPart.objects.all(), *CallScore.objects.all()):
        assert not faults(timeline(row), version=row.version)
    open_calls = set(Call.objects.open().values_list("case_id", flat=True))
    assert set(Case.objects.filter(is_called=True).values_list("pk", flat=True)) == open_calls
    first = next_alarm()
    assert first is None or first > START + timedelta(days=24), "an alarm was slept through"
