"""After its time a visit is a count: no door, no worker, no case, no words; and the counts stay what they were."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from gezhi.fieldwork.actions import Finding, forget, send_suggestion, take_suggestion
from gezhi.fieldwork.models import CampaignAnswer, CampaignPhoto, Look, Suggestion, Visit
from gezhi.fieldwork.privacy import TWO_YEARS, YEAR
from gezhi.fieldwork.queries import look_counts, visit_counts
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import StoredFile
from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
OVER, NOT_YET = NOON + timedelta(days=YEAR, minutes=1), NOON + timedelta(days=YEAR)
NEED = Finding("楼上漏水。", kind="request")


def test_a_visit_becomes_a_count(rounds: Rounds, town: Town) -> None:
    visit = rounds.visit(rounds.door(), finding=NEED, done_at=NOON)
    rounds.visit(rounds.door(), at=OVER - timedelta(days=1))
    before = visit_counts(town.street, first=202603, last=202603)
    assert forget(at=NOT_YET)["visits"] == 0
    assert forget(at=OVER)["visits"] == 1
    assert forget(at=OVER)["visits"] == 0
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.address_point_id, visit.by_id, visit.case_id, visit.done_at) == (None, None, None, None)
    assert visit_counts(town.street, first=202603, last=202603) == before
    assert faults(timeline(visit), version=visit.version) == []
    assert not Visit.objects.visible_to(town.actor("worker")).filter(pk=visit.pk).exists()


def test_a_replay_of_what_was_forgotten_is_no_new_visit(rounds: Rounds) -> None:
    door = rounds.door()
    visit = rounds.visit(door)
    forget(at=OVER)
    assert rounds.visit(door, key=visit.key, at=OVER).pk == visit.pk


def test_a_look_becomes_a_count(rounds: Rounds, town: Town) -> None:
    rounds.look(rounds.spot(), finding=NEED)
    before = look_counts(town.street, first=202603, last=202603)
    assert forget(at=OVER)["looks"] == 1
    look = Look.objects.get()
    assert (look.by_id, look.case_id, look.has_finding) == (None, None, True)
    assert look_counts(town.street, first=202603, last=202603) == before


def test_answers_lose_their_words_and_keep_their_numbers(rounds: Rounds) -> None:
    campaign = rounds.running()
    file = StoredFile.objects.create(sha256="a" * 64, kind="image/png", size=1, width=1, height=1, created_at=NOON)
    values = {"blocked": True, "bikes": 3, "how": "缺件", "more": "二楼王家门口"}
    rounds.answer(rounds.target(campaign), values=values, photos={"photo": [file]}, done_at=NOON)
    rounds.take("close", campaign)
    assert forget(at=NOT_YET)["campaigns"] == 0
    assert CampaignPhoto.objects.count() == 1
    assert forget(at=OVER)["campaigns"] == 1
    answer = CampaignAnswer.objects.get()
    assert (answer.values, answer.by_id, answer.done_at) == ({"blocked": True, "bikes": 3, "how": "缺件"}, None, None)
    assert not CampaignPhoto.objects.exists()


def test_a_campaign_that_runs_is_not_forgotten(rounds: Rounds, town: Town) -> None:
    rounds.answer(rounds.target(rounds.running()), values={"blocked": True, "more": "二楼"})
    assert forget(at=NOON + timedelta(days=4000))["campaigns"] == 0


def test_what_a_worker_said_goes_two_years_after_its_answer(town: Town) -> None:
    seat(
        town.user("nobody"),
        town.desk(town.street),
        Role.SUPPORT_CLERK,
        actor=SYSTEM,
        at=FOUNDED,
        from_on=date(2020, 1, 1),
    )
    suggestion = send_suggestion(actor=town.actor("worker"), at=NOON, key=uuid4(), kind="complaint", text="车不够用。")
    assert forget(at=NOON + timedelta(days=4000))["suggestions"] == 0, "it still waits for its answer"
    take_suggestion("answer", suggestion, actor=town.actor("nobody"), at=NOON, answer="再配两辆。")
    assert forget(at=NOON + timedelta(days=TWO_YEARS, minutes=1))["suggestions"] == 1
    suggestion = Suggestion.objects.get()
    assert (suggestion.text, suggestion.answer, suggestion.author_id) == ("", "", None)
