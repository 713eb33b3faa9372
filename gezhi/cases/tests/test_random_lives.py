"""Random steps by random people at random times: whatever happens, the invariants of the loop hold."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.cases.actions import sound_alarms, take
from gezhi.cases.models import Case
from gezhi.cases.queries import steps_for
from gezhi.cases.workflow import ENDED, REPLIED, STEPS, Stage
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db

PEOPLE = (
    "worker",
    "worker2",
    "leader",
    "clerk",
    "street_clerk",
    "district_clerk",
    "inspector",
    "handler",
    "stranger",
    "resident",
)
DESKS = ("street", "community", "grid", "next_grid", "other_grid", "district")
deeds = st.tuples(
    st.sampled_from([name for name, step in STEPS.items() if not step.creates]),
    st.sampled_from(PEOPLE),
    st.integers(0, 60 * 24 * 4),
    st.sampled_from(("lamp", "parking", "heating", "wages", "other")),
    st.sampled_from(DESKS),
    st.booleans(),
)


def sound(case: Case) -> None:
    chain = timeline(case)
    assert faults(chain, version=case.version) == []
    assert [event.at for event in chain] == sorted(event.at for event in chain), "history turned around"
    assert (case.holder_id is not None) == (case.stage == Stage.HANDLING)
    if case.stage in REPLIED:
        assert case.answer
        assert case.answered_at is not None
    if case.stage not in ENDED:
        assert case.alarm_at is not None or case.overdue_at is not None, "a lost clock"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(deeds, min_size=5, max_size=40), st.booleans())
def test_whatever_happens_the_loop_stays_sound(town: Town, life: list[Any], is_emergency: bool) -> None:
    # Hypothesis runs many examples in one test: each in a transaction of its own, which is then undone.
    with transaction.atomic():
        pk = town.report(is_emergency=is_emergency).pk
        at = NOON
        for name, who, minutes, matter, desk, is_clock_first in life:
            at += timedelta(minutes=minutes)
            if is_clock_first:
                sound_alarms(at=at)
            case = Case.objects.select_related("holder").get(pk=pk)
            actor = Actor.resident() if who == "resident" else town.actor(who, at=at)
            promised = who != "resident" and name in {step.name for step in steps_for(case, actor, at)}
            before, version = case.stage, case.version
            try:
                take(
                    name,
                    case,
                    actor=actor,
                    at=at,
                    matter_id=town.matter(matter).id,
                    desk_id=town.desk(getattr(town, desk)).pk
                    if name in ("assign", "accept") and desk != "district"
                    else None,
                    reason="理由",
                    result="结果",
                    answer="答复" if name != "verify" else "",
                    note="说明",
                    service=3,
                    outcome=2,
                )
            except (Refused, Denied) as refusal:
                fresh = Case.objects.get(pk=pk)
                assert (fresh.stage, fresh.version) == (before, version), "a refusal changed something"
                # A button that is shown may only fail over what is filled in.
                assert not promised or getattr(refusal, "code", "") in ("no_such_desk", "same_desk", "empty"), (
                    name,
                    who,
                )
            else:
                assert before in STEPS[name].sources
                assert promised or who == "resident", f"{who} could {name} without a button"
                if who == "resident":
                    assert name == "rate"
            sound(Case.objects.get(pk=pk))
        transaction.set_rollback(True)
