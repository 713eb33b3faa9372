"""Sent twice, done once: whatever a phone repeats, reorders or cuts off, every key makes one row and one case."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.cases.models import Case
from gezhi.fieldwork.actions import Finding, draft_campaign, send_suggestion
from gezhi.fieldwork.models import AddressPoint, Campaign, CampaignAnswer, Look, Suggestion, Visit
from gezhi.fieldwork.tests.rounds import DUE, Rounds
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.testing import NOON, Town, at_once

NEED = Finding("楼上漏水，卫生间天花板湿了一片。", kind="request")
KEYS = [UUID(int=number) for number in range(1, 5)]
sent = st.lists(
    st.tuples(st.sampled_from(("door", "visit", "look", "answer", "suggestion")), st.sampled_from(KEYS)), max_size=14
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent)
def test_a_key_never_makes_a_second_row(rounds: Rounds, town: Town, sent: list[tuple[str, UUID]]) -> None:
    with transaction.atomic():
        door, spot, campaign = rounds.door(), rounds.spot(), rounds.running()
        targets = dict(zip(KEYS, campaign.targets.order_by("pk"), strict=False))
        worker = town.actor("worker")
        seen: dict[tuple[str, UUID], int] = {}
        for what, key in sent:
            match what:
                case "door":
                    row = rounds.door(door=f"4{key.int:02}", key=key)
                case "visit":
                    row = rounds.visit(door, key=key, finding=NEED)
                case "look":
                    row = rounds.look(spot, key=key, finding=NEED)
                case "answer":
                    if key not in targets or targets[key].grid_code != town.grid:
                        continue
                    row = rounds.answer(targets[key], key=key, finding=NEED)
                case _:
                    row = send_suggestion(actor=worker, at=NOON, key=key, kind="suggestion", text="早会太长。")
            assert seen.setdefault((what, key), row.pk) == row.pk
        made = {
            what: {key for kind, key in seen if kind == what}
            for what in ("door", "visit", "look", "answer", "suggestion")
        }
        assert Visit.objects.count() == len(made["visit"])
        assert Look.objects.count() == len(made["look"])
        assert CampaignAnswer.objects.count() == len(made["answer"])
        assert Suggestion.objects.count() == len(made["suggestion"])
        assert AddressPoint.objects.count() == 1 + len(made["door"])
        assert Case.objects.count() == len(made["visit"]) + len(made["look"]) + len(made["answer"])
        assert Event.objects.filter(name="visit.recorded").count() == len(made["visit"])
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_key_of_somebody_else_is_no_replay(rounds: Rounds) -> None:
    visit = rounds.visit(rounds.door())
    with pytest.raises(Conflict) as conflict:
        rounds.visit(rounds.door(), "worker2", key=visit.key)
    assert conflict.value.code == "key_reused"


@pytest.mark.django_db
def test_a_key_is_a_uuid(rounds: Rounds) -> None:
    assert rounds.visit(rounds.door(), key=str(uuid4())).pk
    with pytest.raises(Refused) as refusal:
        rounds.visit(rounds.door(), key="17")
    assert refusal.value.field == "key"


@pytest.mark.django_db
def test_a_campaign_drafted_twice_is_one(town: Town) -> None:
    given = {"key": uuid4(), "title": "排查", "area_code": town.community, "due_on": DUE}
    clerk = town.actor("clerk")
    assert draft_campaign(actor=clerk, at=NOON, **given) == draft_campaign(actor=clerk, at=NOON, **given)
    assert Campaign.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_visit_in_one_instant_from_six_connections_is_one(rounds: Rounds) -> None:
    door, key = rounds.door(), uuid4()
    answers = at_once(6, lambda number: rounds.visit(door, key=key, finding=NEED).pk)
    assert len(set(answers)) == 1, answers
    assert (Visit.objects.count(), Case.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_work_off_one_target_one_is_told_who_was_quicker(rounds: Rounds) -> None:
    target = rounds.target(rounds.running())
    people = ("worker", "worker2", "leader", "part_timer")
    answers = at_once(4, lambda number: rounds.answer(target, people[number]))
    done = [one for one in answers if isinstance(one, CampaignAnswer)]
    assert len(done) == 1, answers
    for other in answers:
        if other is not done[0]:
            assert isinstance(other, Conflict)
    assert CampaignAnswer.objects.count() == 1
