"""Who may take which step of a call, at whose desk; and that a call is missing for everybody else."""

from typing import Any

import pytest
from django.db import transaction

from gezhi.calls.access import get_call, get_part
from gezhi.calls.actions import take
from gezhi.calls.models import Call, CallPart
from gezhi.calls.queries import steps_for
from gezhi.calls.tests.story import LEAD, OTHER, CallStory, second_clerk
from gezhi.calls.workflow import STEPS
from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing, Refused
from gezhi.testing import CAST, Town

pytestmark = pytest.mark.django_db

# The calling street, the district, the lead department; whoever isn't here may not.
MAY: dict[str, set[str]] = {
    "dispatch": {"district_clerk"},
    "add": {"district_clerk"},
    "strike_off": {"street_clerk"},
    "send_back": {"street_clerk"},
    "withdraw": {"street_clerk"},
    "note": {"street_clerk", "district_clerk", "inspector", "handler", "department_lead", "other_handler"},
    "sign": {"handler", "department_lead"},
    "decline": {"handler", "department_lead"},
    "insist": {"district_clerk"},
    "excuse": {"district_clerk"},
    "arrive": {"handler", "department_lead"},
    "confirm_arrival": {"street_clerk"},
    "deny_arrival": {"street_clerk"},
    "file": {"handler", "department_lead"},
    "sum_up": {"handler", "department_lead"},
    "account": {"handler", "department_lead"},
    "score": {"street_clerk"},
    "confirm_score": {"street_clerk"},
    "refuse_score": {"street_clerk"},
    "object": {"handler", "department_lead"},
    "uphold": {"district_clerk"},
    "void": {"district_clerk"},
}


def test_the_matrix_speaks_of_every_step() -> None:
    assert set(MAY) == {name for name, step in STEPS.items() if not step.creates}


@pytest.mark.parametrize("name", MAY)
def test_a_step_is_open_to_those_and_to_nobody_else(town: Town, name: str) -> None:
    """Whoever lacks the right is denied, wherever the call stands; whoever has it is at most refused."""
    story = CallStory(town).dispatched()
    if STEPS[name].on == "score":
        story = CallStory(town).struck_off().scored()
    for who in CAST:
        actor = town.actor(who, at=story.at)
        try:
            take(name, story.subject(name, LEAD), actor=actor, at=story.at)
        except Denied:
            assert who not in MAY[name], who
        except Refused:
            assert who in MAY[name], who
        else:
            assert who in MAY[name], who
            assert name == "sign", "the others have something to be filled in or stand elsewhere"
            return


def test_a_department_may_do_nothing_with_the_part_of_another(story: CallStory) -> None:
    story.dispatched()
    for name in ("sign", "decline"):
        with pytest.raises(Denied):
            story.take(name, "other_handler", LEAD, reason="不归我们")


@pytest.mark.parametrize("who", sorted(CAST))
def test_who_sees_a_call(town: Town, who: str) -> None:
    story = CallStory(town).dispatched(LEAD)
    actor = town.actor(who, at=story.at)
    sees = who in {"street_clerk", "district_clerk", "inspector", "handler", "department_lead"}
    assert Call.objects.visible_to(actor).exists() is sees
    assert CallPart.objects.visible_to(actor).exists() is sees
    if sees:
        assert get_call(actor, story.pk).call.pk == story.pk
    else:
        with pytest.raises(Missing):
            get_call(actor, story.pk)


def test_missing_and_forbidden_look_the_same(story: CallStory) -> None:
    stranger = story.town.actor("stranger", at=story.at)
    for pk in (story.pk, 999_999, 2**70):
        with pytest.raises(Missing) as missing:
            get_call(stranger, pk)
        assert missing.value.code == "no_such_call"
    with pytest.raises(Missing):
        get_part(story.town.actor("district_clerk", at=story.at), story.pk, 999_999)


def test_who_was_excused_sees_it_no_more(story: CallStory) -> None:
    story.dispatched()
    story.take("decline", "other_handler", OTHER, reason="不归我们管。")
    assert story.seen_by("other_handler").call.pk == story.pk
    story.take("excuse", "district_clerk", OTHER, reason="确实不归。")
    with pytest.raises(Missing):
        story.seen_by("other_handler")
    assert not Call.objects.visible_to(story.town.actor("other_handler", at=story.at)).exists()


@pytest.mark.parametrize("who", ["street_clerk", "district_clerk", "handler", "other_handler", "second"])
@pytest.mark.parametrize("stage", ["dispatched", "signed", "filed", "summed", "struck_off", "scored"])
def test_every_button_works(town: Town, who: str, stage: str) -> None:
    """What the page offers may fail over what is filled in, and over nothing else."""
    second_clerk(town)
    story: Any = CallStory(town)
    (story.struck_off().scored if stage == "scored" else getattr(story, stage))()
    for offer in steps_for(story.seen_by(who), town.actor(who, at=story.at), story.at):
        subject = offer.score if offer.step.on == "score" else offer.part or story.call
        with transaction.atomic():
            try:
                take(offer.step.name, subject, actor=town.actor(who, at=story.at), at=story.at)
            except Refused as refusal:
                assert refusal.code == "empty", (offer.step.name, refusal.code)
            transaction.set_rollback(True)
