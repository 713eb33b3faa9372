"""Random steps by random people at random times with several cases: whatever happens, the invariants of the loop hold."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.cases.actions import sound_alarms, take
from gezhi.cases.models import Case, Request, Supervision
from gezhi.cases.queries import steps_for
from gezhi.cases.spells import spells
from gezhi.cases.workflow import ENDED, INPUTS, REPLIED, STEPS, Stage, Who
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db

PEOPLE = (
    "worker", "worker2", "leader", "clerk", "other_clerk", "street_clerk", "district_clerk", "inspector", "handler",
    "other_handler", "stranger", "resident",
)  # fmt: skip
DESKS = ("street", "community", "grid", "next_grid", "other_grid", "district")
# What goes wrong with what was filled in; a button that is shown may fail over nothing else.
FILLING = {
    "no_such_desk", "same_desk", "empty", "same_case", "main_not_open", "no_such_case", "not_here", "same_holder",
    "same_matter", "too_long", "no_such_day", "not_reached", "same_place", "one_level",
}  # fmt: skip
deeds = st.tuples(
    st.sampled_from([name for name, step in STEPS.items() if not step.creates and (step.by != (Who.HOUSE,))]),
    st.sampled_from(PEOPLE),
    st.integers(0, 60 * 24 * 3),
    st.sampled_from(("lamp", "parking", "heating", "wages", "other")),
    st.sampled_from(DESKS),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from(("", "clock", "dispatch", "both")),
)
# Without a push in the right direction most deeds would be refused: these walk a case some way first.
OPENINGS = (
    (),
    (("accept", "clerk"), ("claim", "worker")),
    (("accept", "clerk"), ("claim", "worker"), ("ask_suspension", "worker"), ("suspend", "clerk")),
    (("accept", "clerk"), ("claim", "worker"), ("finish", "worker"), ("verify", "clerk"), ("answer", "clerk")),
    (("accept", "clerk"), ("return", "worker"), ("assign", "clerk")),
    (("decline", "clerk"), ("appeal", "resident")),
    (("accept", "clerk"), ("claim", "worker"), ("ask_reporter", "worker")),
)


def sound(case: Case) -> None:
    chain = timeline(case)
    assert faults(chain, version=case.version) == []
    assert [event.at for event in chain] == sorted(event.at for event in chain), "history turned around"
    assert (case.holder_id is not None) == (case.stage == Stage.HANDLING)
    if case.stage in REPLIED:
        assert case.answer
        assert case.answered_at is not None
    if case.stage not in (*ENDED, Stage.MERGED):
        assert case.alarm_at is not None or case.overdue_at is not None, "a lost clock"
    waiting = list(Request.objects.filter(case=case, decision="").values_list("kind", flat=True))
    assert waiting == ([case.asked] if case.asked else []), "a request that nobody sees"
    watched = list(Supervision.objects.filter(case=case, lifted_at=None))
    assert [sheet.card for sheet in watched] == ([case.card] if case.supervision else [])
    assert (case.suspended_at is not None) == (case.review_at is not None)
    assert not case.awaits_reporter or (case.suspended_at and case.asked_reporter_at), "waits for an answer to nothing"
    assert case.appeal != "open" or case.stage in (Stage.RECEIVED,), "an appeal that nobody decides"
    assert case.followers == Case.objects.filter(merged_into=case).count()
    assert case.open_parts == Case.objects.filter(part_of=case, closed_at=None).count()
    assert case.returns < 2 or case.ruling, "two returns and nobody ruled"
    stays = spells(chain, work_calendar(), until=max(event.at for event in chain))
    assert all(0 <= stay.paused <= stay.minutes for stay in stays)
    assert all(one.until is not None and one.until <= two.since for one, two in pairwise(stays))


def inputs_of(
    town: Town, name: str, at: datetime, *, matter: str, desk: str, cases: list[int], other: int
) -> dict[str, Any]:
    """Something for everything that the step may be given."""
    place = getattr(town, desk)
    lng, lat = town.point_in(town.next_grid if other else town.grid)
    goes_by_itself = (name in ("accept", "reclassify") and desk == "district") or (name == "escalate" and not other)
    every = {
        "matter_id": town.matter(matter).id,
        "desk_id": None if goes_by_itself else town.desk(place).pk,
        "colleague_id": town.user("worker2" if other else "worker").pk,
        "main_id": cases[other],
        "reason": "理由", "result": "结果", "note": "说明", "reply": "回复", "review": "复盘",
        "question": "哪一栋楼？", "text": "三号楼。",
        "answer": "" if name == "verify" and other else "答复",
        "service": 1 + other, "outcome": 2 + other,
        "card": "red" if other else "yellow",
        "days": 1 + 4 * other,
        "review_on": None if name == "ask_reporter" and other else local_day(at) + timedelta(days=1 + 20 * other),
        "contacted": bool(other), "solved": True if other else None,
        "parts": [{"desk_id": town.desk(town.grid).pk, "text": "办一部分"}],
        "lng": lng, "lat": lat,
    }  # fmt: skip
    if name == "follow_up" and not other:
        every |= {"service": None, "outcome": None}
    step = STEPS[name]
    wires = {
        wire
        for one in (*step.needs, *step.offers)
        for wire in ((INPUTS[one].wire,) if one != "place" else ("lng", "lat"))
    }
    return {wire: value for wire, value in every.items() if wire in wires}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(deeds, min_size=5, max_size=40), st.sampled_from(OPENINGS), st.booleans())
def test_whatever_happens_the_loop_stays_sound(
    town: Town, life: list[Any], opening: tuple[tuple[str, str], ...], is_emergency: bool
) -> None:
    # Hypothesis runs many examples in one test: each in a transaction of its own, which is then undone.
    with transaction.atomic():
        cases = [
            town.report(is_emergency=is_emergency).pk,
            town.report(text="同一盏路灯。").pk,
            town.report(text="路灯不亮。", area_code=town.community, lng=None, lat=None).pk,
        ]
        at = NOON
        for name, who in opening:
            at += timedelta(minutes=10)
            case = Case.objects.get(pk=cases[0])
            matter = town.matter("lamp")
            given_ = inputs_of(town, name, at, matter="lamp", desk="next_grid", cases=cases, other=1) | {
                "matter_id": matter.id
            }
            given_.pop("desk_id", None) if name == "accept" else None
            actor = Actor.resident() if who == "resident" else town.actor(who, at=at)
            take(name, case, actor=actor, at=at, **given_)
        for name, who, minutes, matter_key, desk, which, other, house in life:
            at += timedelta(minutes=minutes)
            if house in ("clock", "both"):
                sound_alarms(at=at)
            if house in ("dispatch", "both"):
                while dispatch(at=at):
                    pass
            every = list(Case.objects.order_by("pk").values_list("pk", flat=True))
            case = Case.objects.select_related("holder").get(pk=every[which % len(every)])
            actor = Actor.resident() if who == "resident" else town.actor(who, at=at)
            promised = who != "resident" and name in {step.name for step in steps_for(case, actor, at)}
            before, version = case.stage, case.version
            try:
                take(
                    name,
                    case,
                    actor=actor,
                    at=at,
                    **inputs_of(town, name, at, matter=matter_key, desk=desk, cases=cases, other=other),
                )
            except (Refused, Denied) as refusal:
                fresh = Case.objects.get(pk=case.pk)
                assert (fresh.stage, fresh.version) == (before, version), "a refusal changed something"
                assert not promised or getattr(refusal, "code", "") in FILLING, (name, who, refusal)
            else:
                assert before in STEPS[name].sources
                assert promised or who == "resident", f"{who} could {name} without a button"
                if who == "resident":
                    assert name in ("rate", "urge", "appeal", "supplement")
            for pk in every:
                sound(Case.objects.get(pk=pk))
        sound_alarms(at=at + timedelta(days=400))
        while dispatch(at=at):
            pass
        for case in Case.objects.filter(stage=Stage.MERGED).select_related("merged_into"):
            assert case.merged_into is not None
            assert case.merged_into.stage not in REPLIED or case.merged_into.round > 1, "a reporter was forgotten"
        transaction.set_rollback(True)
