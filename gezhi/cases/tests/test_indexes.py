"""Worklists are served by their partial indexes on both databases, without a scan of all cases and without sorting."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet

from gezhi.cases.models import Case
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db

QUESTIONS: dict[str, Callable[[Town], QuerySet[Case]]] = {
    "case_by_desk": lambda town: (
        Case.objects.open().filter(desk_id=town.desk(town.community).pk).order_by("due_at", "id")
    ),
    "case_by_street": lambda town: Case.objects.open().within(town.street).order_by("due_at", "id"),
    "case_by_community": lambda town: Case.objects.open().within(town.community).order_by("due_at", "id"),
    "case_by_due": lambda town: Case.objects.open().order_by("due_at", "id"),
    "case_by_holder": lambda town: Case.objects.filter(holder_id=town.user("worker").pk).order_by("due_at", "id"),
    "case_by_alarm": lambda town: Case.objects.filter(alarm_at__lte=NOON).order_by("alarm_at"),
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
