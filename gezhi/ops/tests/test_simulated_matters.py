"""The demo's applications: some in every stage, one refused by each question, by the same actions as everybody's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gezhi.kernel.events import faults, timeline
from gezhi.matters.admission import CODES
from gezhi.matters.models import Application, FundEntry, OutsideRequest
from gezhi.matters.tests.story import colleague
from gezhi.matters.workflow import ApplicationKind, ApplicationStage
from gezhi.ops.simulate.matters import govern
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


def test_stories_are_played_by_real_people(town: Town) -> None:
    town.load_full_catalogue()
    colleague(town)
    start = timezone.localtime(NOON).replace(hour=0)
    written = govern(seed=1, start=start, end=start + timedelta(days=40))
    rows = list(Application.objects.order_by("pk"))
    # The town has people in two departments only; their stories are told.
    assert written == sum(1 for row in rows if row.kind == ApplicationKind.ADMISSION) >= 2
    assert {row.stage for row in rows if row.kind == ApplicationKind.EXIT} == {
        ApplicationStage.IN_FORCE,
        ApplicationStage.APPROVED,
    }
    for row in rows:
        assert faults(timeline(row), version=row.version) == []
    assert OutsideRequest.objects.count() == 5
    assert FundEntry.objects.filter(kind="received").exists()


def test_every_question_has_its_story() -> None:
    from gezhi.ops.simulate.matters import STORIES

    assert {story.until for story in STORIES} >= {
        *CODES,
        "draft",
        "submitted",
        "returned",
        "reviewed",
        "approved",
        "in_force",
    }


def test_too_short_a_time_has_no_stories(town: Town) -> None:
    assert govern(seed=1, start=NOON, end=NOON + timedelta(days=3)) == 0
