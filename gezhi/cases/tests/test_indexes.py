"""Worklists are served by their partial indexes on both databases, without a scan of all cases and without sorting."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet

from gezhi.cases.ledger import suspended
from gezhi.cases.models import Case
from gezhi.cases.tasks import CAP, cases_of
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
# The questions of my day: each finds its index; they order a handful of rows themselves.
TASKS = {
    "accept": ("clerk", "case_by_desk"),
    "take": ("worker", "case_by_desk"),
    "rule": ("street_clerk", "case_by_desk"),
    "decide": ("clerk", "case_by_asked"),
    "undecided": ("worker", "case_by_asked"),
    "reply": ("worker", "case_by_owed"),
    "verify": ("street_clerk", "case_by_check"),
    "answer": ("clerk", "case_by_check"),
    "follow_up": ("street_clerk", "answer_to_follow_up"),
    "debrief": ("street_clerk", "case_by_debrief"),
    "away": ("clerk", "case_by_sender"),
    "parts": ("clerk", "case_by_sender"),
}
# The index of rates answers no question of my day, but after other tests the empty table may look to the planner as if it did.
EVERY_INDEX = sorted({*QUESTIONS, *(index for _who, index in TASKS.values()), "answer_by_month"})


@pytest.mark.parametrize("index", QUESTIONS)
def test_the_question_finds_its_index(town: Town, database: str, index: str) -> None:
    if database == "postgresql":
        with connection.cursor() as cursor:
            # On a handful of rows any plan is as good; what we ask is whether this very index could serve, so the others go.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            for other in EVERY_INDEX:
                if other != index:
                    cursor.execute(f"DROP INDEX {other}")
    plan = QUESTIONS[index](town)[:50].explain()
    assert index in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan


@pytest.mark.parametrize("name", TASKS)
def test_a_question_of_my_day_finds_its_index(town: Town, database: str, name: str) -> None:
    who, index = TASKS[name]
    if database == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            for other in EVERY_INDEX:
                if other != index:
                    cursor.execute(f"DROP INDEX {other}")
    plan = cases_of(name, town.actor(who), NOON).order_by()[: CAP + 1].explain()
    assert index in plan, plan


@pytest.mark.parametrize("who", ["clerk", "street_clerk", "district_clerk"])
def test_what_stands_still_is_found_by_its_index(town: Town, database: str, who: str) -> None:
    if database == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            for other in EVERY_INDEX:
                cursor.execute(f"DROP INDEX {other}")
    plan = suspended(town.actor(who)).order_by("review_at", "pk")[:51].explain()
    assert "case_by_suspension" in plan, plan
