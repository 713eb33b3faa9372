"""The clock and the lists of calls are served by their partial indexes on both databases, without a scan of everything."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from gezhi.calls.models import Call, CallPart
from gezhi.calls.workflow import PartState
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db

QUESTIONS: dict[str, Callable[[Town], Any]] = {
    "call_by_alarm": lambda town: Call.objects.filter(alarm_at__lte=NOON).order_by("alarm_at"),
    "part_by_alarm": lambda town: CallPart.objects.filter(alarm_at__lte=NOON).order_by("alarm_at"),
    "call_by_desk": lambda town: Call.objects.filter(desk_id=town.desk(town.street).pk).order_by("-id"),
    "part_by_desk": lambda town: CallPart.objects.filter(
        desk_id=town.desk("human_resources").pk, state=PartState.WAITING
    ).order_by("call_id"),
}


@pytest.mark.parametrize("index", QUESTIONS)
def test_the_question_finds_its_index(town: Town, database: str, index: str) -> None:
    if database == "postgresql":
        with connection.cursor() as cursor:
            # On a handful of rows any plan is as good; what we ask is whether this very index could serve, so the others go.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            if index == "part_by_desk":
                cursor.execute("DROP INDEX one_part_a_department")
    plan = QUESTIONS[index](town)[:50].explain()
    assert index in plan, plan
    assert "TEMP B-TREE" not in plan, plan
