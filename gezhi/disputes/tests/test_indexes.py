"""Lists and the clock are served by their partial indexes on both databases."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet

from gezhi.disputes.models import Dispute
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db

QUESTIONS: dict[str, Callable[[Town], QuerySet[Dispute]]] = {
    "dispute_by_desk": lambda town: (
        Dispute.objects.open().filter(desk_id=town.desk(town.community).pk).order_by("due_at", "id")
    ),
    "dispute_by_street": lambda town: Dispute.objects.open().within(town.street).order_by("due_at", "id"),
    "dispute_by_community": lambda town: Dispute.objects.open().within(town.community).order_by("due_at", "id"),
    "dispute_by_due": lambda town: Dispute.objects.open().order_by("due_at", "id"),
    "dispute_by_mediator": lambda town: (
        Dispute.objects.open().filter(mediator_id=town.user("leader").pk).order_by("due_at", "id")
    ),
    "dispute_by_alarm": lambda town: Dispute.objects.filter(alarm_at__lte=NOON).order_by("alarm_at"),
    "dispute_by_case": lambda town: Dispute.objects.filter(case_id=1),
}


@pytest.mark.parametrize("index", QUESTIONS)
def test_the_question_finds_its_index(town: Town, database: str, index: str) -> None:
    if database == "postgresql":
        with connection.cursor() as cursor:
            # On a handful of rows any plan is as good; what we ask is whether this very index could serve, so the others go.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            for other in QUESTIONS:
                if other != index:
                    cursor.execute(f"DROP INDEX {other}")
    plan = QUESTIONS[index](town)[:50].explain()
    assert index in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
