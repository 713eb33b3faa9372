"""Random steps by random people on random days: whatever happens, what must hold of an application holds."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import take, take_effect
from gezhi.matters.actions.steps import DOOR
from gezhi.matters.admission import CODES
from gezhi.matters.models import Application, FundEntry, Matter
from gezhi.matters.queries import catalogue
from gezhi.matters.tests.story import FIRST, NO, batch, drafted, exit_drafted
from gezhi.matters.workflow import ENDED, STEPS, ApplicationKind, ApplicationStage
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db

PEOPLE = (
    "handler",
    "department_lead",
    "other_handler",
    "street_clerk",
    "district_clerk",
    "stranger",
    "clerk",
    "inspector",
)
STEP_NAMES = [name for name, step in STEPS.items() if not step.creates]
# What an oracle that knows only the story says may come after what.
AFTER: dict[str, set[str]] = {
    "drafted": {"submitted", "turned_away", "withdrawn"},
    "submitted": {"reviewed", "returned", "objected", "withdrawn"},
    "reviewed": {"approved", "sent_back", "rejected", "withdrawn"},
    "returned": {"submitted", "turned_away", "withdrawn"},
    "sent_back": {"submitted", "turned_away", "withdrawn"},
    "approved": {"took_effect"},
}
deeds = st.tuples(
    st.sampled_from(STEP_NAMES),
    st.sampled_from(PEOPLE),
    st.integers(0, 3),
    st.sampled_from(["", *CODES, "", ""]),
    st.booleans(),
)


def sound(application: Application, answers: dict[str, bool | None]) -> None:
    chain = timeline(application)
    assert faults(chain, version=application.version) == []
    names = [event.name.partition(".")[2] for event in chain]
    for before, after in itertools.pairwise(names):
        assert after in AFTER.get(before, set()), f"{after} after {before}"
    by = {name: event.actor_id for name, event in zip(names, chain, strict=True)}
    if "approved" in names:
        rounds = names[len(names) - 1 - names[::-1].index("submitted") :]
        assert rounds[:3] == ["submitted", "reviewed", "approved"], "a step was skipped"
        assert len({by["submitted"], by["reviewed"], by["approved"]}) == 3, "one person did two of it"
        assert application.matter_id is not None
    if application.kind == ApplicationKind.ADMISSION:
        assert (application.matter_id is not None) == ("approved" in names)
        assert bool(application.grounds) <= (application.stage == ApplicationStage.REFUSED)
        if any(answers.values()):
            assert not {"submitted", "approved"} & set(names)
        promised = FundEntry.objects.filter(matter_id=application.matter_id or 0, kind="promised")
        assert promised.exists() == ("approved" in names)
    else:
        matter = Matter.objects.get(pk=application.matter_id)
        assert (matter.valid_until == application.ends_on) == ("approved" in names)
        assert (matter.exited_at is not None) == ("took_effect" in names)
    if application.stage in ENDED:
        assert names[-1] in ("took_effect", "turned_away", "objected", "rejected", "withdrawn")


def live(town: Town, application: Application, life: list[Any], answers: dict[str, bool | None]) -> None:
    pk, at = application.pk, NOON
    for name, who, days, question, is_clock_first in life:
        at += timedelta(days=days)
        if is_clock_first:
            take_effect(at=at)
        application = Application.objects.get(pk=pk)
        actor = town.actor(who, at=at)
        offered = {step.name for step in DOOR.offered(application, actor, at)}
        before, version = application.stage, application.version
        inputs = {**NO, **({question: True} if question else {}), "comment": "看过了"}
        try:
            take(name, application, actor=actor, at=at, **inputs)
        except (Refused, Denied):
            fresh = Application.objects.get(pk=pk)
            assert (fresh.stage, fresh.version) == (before, version), "a refusal changed something"
            assert name not in offered, f"{who} was offered {name} at {before}"
        else:
            assert before in STEPS[name].sources
            assert name in offered or (name == "submit" and "turn_away" in offered), (
                f"{who} could {name} without a button"
            )
            assert Application.objects.visible_to(actor).filter(pk=pk).exists(), f"{who} could {name} without seeing it"
        fresh = Application.objects.get(pk=pk)
        sound(fresh, answers)
        if fresh.kind == ApplicationKind.ADMISSION:
            named = [one for one in catalogue().valid_on(FIRST) if one.name == fresh.name]
            assert bool(named) == (fresh.stage in (ApplicationStage.APPROVED, ApplicationStage.IN_FORCE))


answered = st.dictionaries(st.sampled_from(CODES), st.sampled_from([True, False, False, False]), min_size=4, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(deeds, min_size=5, max_size=25), answered, st.booleans())
def test_whatever_happens_an_admission_stays_sound(
    town: Town, life: list[Any], answers: dict[str, bool | None], is_wide: bool
) -> None:
    with transaction.atomic():
        streets = (town.street, town.other_street) if is_wide else (town.street,)
        application = drafted(town, answers=answers, batches=tuple(batch(code) for code in streets))
        live(town, application, life, answers)
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(deeds, min_size=5, max_size=25))
def test_whatever_happens_an_exit_stays_sound(town: Town, life: list[Any]) -> None:
    with transaction.atomic():
        live(town, exit_drafted(town), life, {})
        transaction.set_rollback(True)


ROAD = ("submit", "review", "approve")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STEP_NAMES), max_size=6), st.permutations(ROAD))
def test_only_the_whole_road_leads_into_the_catalogue(town: Town, between: list[str], road: tuple[str, ...]) -> None:
    """The three steps in any order, with others between them: the matter is there exactly when they came in theirs."""
    right = {"submit": "handler", "review": "street_clerk", "approve": "district_clerk"}
    with transaction.atomic():
        application = drafted(town)
        taken = []
        for name in road:
            try:
                take(name, application, actor=town.actor(right[name]), at=NOON, comment="好", **NO)
            except (Refused, Denied):
                continue
            taken.append(name)
        assert (tuple(taken) == ROAD) == (application.matter_id is not None)
        transaction.set_rollback(True)
