"""Random steps by random people at random times: whatever happens, what must hold of a dispute holds."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.disputes.access import covers
from gezhi.disputes.actions import sound_alarms, take
from gezhi.disputes.models import Dispute, Meeting, Remark, Visit
from gezhi.disputes.queries import steps_for
from gezhi.disputes.tests.mediation import EVERYTHING, registered
from gezhi.disputes.workflow import ENDED, STEPS, UNSETTLED, DisputeStage
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db

PEOPLE = (
    "leader", "worker", "specialist", "clerk", "other_clerk", "street_clerk", "district_clerk", "inspector", "stranger", "handler",
)  # fmt: skip
DESKS = ("street", "community", "grid", "other_grid", "district")
deeds = st.tuples(
    st.sampled_from([name for name, step in STEPS.items() if not step.creates]),
    st.sampled_from(PEOPLE),
    st.integers(0, 60 * 24 * 12),
    st.sampled_from(PEOPLE),
    st.sampled_from(DESKS),
    st.sampled_from(("yes", "partly", "no")),
    st.booleans(),
)


def sound(dispute: Dispute) -> None:
    chain = timeline(dispute)
    assert faults(chain, version=dispute.version) == []
    assert [event.at for event in chain] == sorted(event.at for event in chain), "history turned around"
    assert not any(event.note for event in chain), "words of a dispute in the open log"
    assert (dispute.closed_at is not None) == (dispute.stage in ENDED)
    assert (dispute.settled_at is None) == (dispute.stage in UNSETTLED)
    if dispute.stage in (DisputeStage.AGREED, DisputeStage.KEPT):
        assert dispute.agreement
        assert dispute.meetings_held > 0
    if dispute.stage == DisputeStage.MEDIATING:
        assert dispute.mediator_id is not None
        assert dispute.accepted_at is not None
    if dispute.stage not in ENDED:
        assert dispute.alarm_at is not None or dispute.overdue_at is not None, "a lost clock"
    else:
        assert dispute.alarm_at is None, "a clock that still runs"
    said = {event.seq for event in chain}
    assert set(Remark.objects.filter(dispute=dispute).values_list("seq", flat=True)) <= said
    names = [event.name for event in chain]
    assert Meeting.objects.filter(dispute=dispute).count() == names.count("dispute.met")
    assert Visit.objects.filter(dispute=dispute).count() == names.count("dispute.visited")
    assert names.count("dispute.extended") <= dispute.round


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(deeds, min_size=5, max_size=30))
def test_whatever_happens_the_mediation_stays_sound(town: Town, life: list[Any]) -> None:
    # Hypothesis runs many examples in one test: each in a transaction of its own, which is then undone.
    with transaction.atomic():
        pk, at = registered(town).pk, NOON
        for name, who, minutes, mediator, desk, kept, is_clock_first in life:
            at += timedelta(minutes=minutes)
            if is_clock_first:
                sound_alarms(at=at)
            dispute = Dispute.objects.get(pk=pk)
            actor = town.actor(who, at=at)
            may_see = covers(actor, "dispute.see", dispute)
            assert may_see == Dispute.objects.visible_to(actor).filter(pk=pk).exists()
            promised = name in {step.name for step in steps_for(dispute, actor, at)}
            before, version = dispute.stage, dispute.version
            inputs = EVERYTHING | {
                "mediator_id": town.user(mediator).pk,
                "desk_id": town.desk(getattr(town, desk)).pk,
                "on": local_day(at),
                "kept": kept,
            }
            try:
                take(name, dispute, actor=actor, at=at, **inputs)
            except (Refused, Denied) as no:
                fresh = Dispute.objects.get(pk=pk)
                assert (fresh.stage, fresh.version) == (before, version), "a refusal changed something"
                # A button that is shown may only fail over what is filled in.
                codes = ("no_such_mediator", "same_mediator", "no_such_desk")
                assert not promised or getattr(no, "code", "") in codes, (name, who, no)
            else:
                assert before in STEPS[name].sources
                assert promised, f"{who} could {name} without a button"
                assert may_see, f"{who} could {name} without seeing it"
            sound(Dispute.objects.get(pk=pk))
        transaction.set_rollback(True)
