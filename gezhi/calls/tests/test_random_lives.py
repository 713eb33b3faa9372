"""Whatever anybody does in whatever order, a call stays sound: no part is lost, the case is called while a call is open, chains verify."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.calls.actions import sound_alarms, take
from gezhi.calls.clock import waits
from gezhi.calls.joint import Joint
from gezhi.calls.models import CallScore
from gezhi.calls.queries import steps_for
from gezhi.calls.tests.story import LEAD, OTHER, CallStory, second_clerk
from gezhi.calls.timing import clocks_of
from gezhi.calls.workflow import ENDED, STEPS, PartState, Phase
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import Town

pytestmark = pytest.mark.django_db

PEOPLE = (
    "street_clerk",
    "second",
    "district_clerk",
    "handler",
    "department_lead",
    "other_handler",
    "inspector",
    "stranger",
)
deeds = st.tuples(
    st.sampled_from([name for name, step in STEPS.items() if not step.creates]),
    st.sampled_from(PEOPLE),
    st.sampled_from((LEAD, OTHER)),
    st.integers(0, 60 * 24 * 2),
    st.booleans(),
    # Mostly what somebody may do, or a life of refusals ends where it began.
    st.integers(0, 9),
)


def sound(story: CallStory) -> None:
    joint = story.joint
    call = joint.call
    rows: list[Any] = [call, *joint.parts, *CallScore.objects.filter(part__call=call)]
    for row in rows:
        chain = timeline(row)
        assert faults(chain, version=row.version) == []
        assert [event.at for event in chain] == sorted(event.at for event in chain), "history turned around"
    assert story.case.is_called is (call.phase not in ENDED)
    if call.phase in (Phase.SUMMED, Phase.STRUCK_OFF):
        assert joint.are_all_filed
        assert call.summary
        assert all(part.result for part in joint.taking_part)
    if call.phase in (Phase.JOINT, Phase.SUMMED, Phase.STRUCK_OFF):
        assert joint.lead is not None, "a call without a lead"
        assert len({part.desk_id for part in joint.taking_part}) == len(joint.taking_part)
    elif call.phase == Phase.CALLED:
        assert not joint.parts
    somebody_waited_for(joint)


def somebody_waited_for(joint: Joint) -> None:
    """An open call always waits for somebody, and its clock rings or has rung."""
    if joint.call.phase in ENDED:
        assert joint.call.alarm_at is None
        assert all(part.alarm_at is None for part in joint.parts)
        return
    rows: list[Any] = [joint.call, *joint.taking_part]
    ahead = [(row, what) for row in rows for _when, what in waits(clocks_of(row))]
    declined = any(part.state == PartState.DECLINED for part in joint.taking_part)
    assert ahead or declined, "a lost call"
    for row, what in ahead:
        assert row.alarm_at is not None or getattr(row, f"{what}_late_at") is not None, "a lost clock"


def inputs_of(story: CallStory, department: str) -> dict[str, Any]:
    town = story.town
    other = town.desk("urban_management").pk
    returned = [part.pk for part in story.joint.taking_part if part.desk_id == town.desk(department).pk]
    return {
        "shares": story.shares(LEAD, OTHER), "desk_id": other, "task": "一起去", "is_on_site": department == LEAD,
        "returned": returned, "reason": "理由", "result": "结果", "summary": "汇总", "account": "原因", "note": "说明",
        "response": 2, "manner": 3, "effect": 5, "words": "评语",
    }  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(deeds, min_size=10, max_size=45), st.booleans())
def test_whatever_happens_a_call_stays_sound(town: Town, life: list[Any], is_urgent: bool) -> None:
    # Hypothesis runs many examples in one test: each in a transaction of its own, which is then undone.
    with transaction.atomic():
        second_clerk(town)
        story = CallStory(town, with_case=True, is_urgent=is_urgent)
        for name, who, department, minutes, is_clock_first, luck in life:
            story.at += timedelta(minutes=minutes)
            if is_clock_first:
                sound_alarms(at=story.at)
            actor = town.actor(who, at=story.at)
            offers = steps_for(story.joint, actor, story.at)
            if luck > 2 and offers:
                offer = offers[(minutes + luck) % len(offers)]
                step, subject = offer.step.name, offer.score if offer.step.on == "score" else offer.part or story.call
                promised = True
            else:
                step, subject = name, subject_of(story, name, department)
                promised = any(
                    o.step.name == name and (o.part is None or o.part == subject_part(subject)) for o in offers
                )
            if subject is None:
                continue
            before = subject.version
            try:
                take(step, subject, actor=actor, at=story.at, **inputs_of(story, department))
            except (Refused, Denied) as refusal:
                subject.refresh_from_db()
                assert subject.version == before, "a refusal changed something"
                # A button that is shown may only fail over what is filled in.
                assert not promised or getattr(refusal, "code", "") in ("department_twice", "no_such_part", "empty"), (
                    step,
                    who,
                    refusal,
                )
            else:
                assert promised, f"{who} could {step} without a button"
            sound(story)
        transaction.set_rollback(True)


def subject_of(story: CallStory, name: str, department: str) -> Any:
    try:
        return story.subject(name, department)
    except (StopIteration, CallScore.DoesNotExist):
        return None


def subject_part(subject: Any) -> Any:
    return subject.part if isinstance(subject, CallScore) else subject
