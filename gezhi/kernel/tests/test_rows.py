"""Plain statements write and read exactly what the ORM would."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from gezhi.kernel.models import Event, Receipt, WorkYear
from gezhi.kernel.rows import change, insert, look_up

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 5, 9, 123456, tzinfo=UTC)


def event(seq: int) -> Event:
    return Event(
        subject_kind="example", subject_id=7, seq=seq, name="example.made", at=AT, actor_kind="staff", actor_id=None,
        actor_name="王坐席", data={"词": ["路灯", 1.5, None], "quote": "it's 100%s \\ \""}, note="100 % 'done'", digest="d" * 64,
    )  # fmt: skip


def year() -> WorkYear:
    return insert([WorkYear(year=2090, source="示例", published_on=date(2089, 12, 1), version=1)])[0]


def test_rows_come_back_as_the_orm_reads_them(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    made = [event(1), event(2)]
    with django_assert_num_queries(1):
        assert insert(made) == made
    for row in made:
        fresh = Event.objects.get(pk=row.pk)
        assert [getattr(fresh, field.attname) for field in Event._meta.concrete_fields] == [
            getattr(row, field.attname) for field in Event._meta.concrete_fields
        ]
        assert not row._state.adding
    assert [row.seq for row in made] == [1, 2]
    assert made[0].pk < made[1].pk


def test_more_rows_than_a_statement_takes(database: str) -> None:
    made = insert([event(seq) for seq in range(1, 201)])
    assert Event.objects.filter(subject_kind="example").count() == 200
    assert {row.pk for row in made} == set(Event.objects.filter(subject_kind="example").values_list("pk", flat=True))
    assert insert([]) == []


def test_a_row_is_changed_only_as_long_as_it_is_what_was_seen(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    row = year()
    with django_assert_num_queries(1):
        assert change(row, {"source": "改过", "published_on": date(2089, 11, 30), "version": 2}, version=1)
    assert not change(row, {"source": "后到", "version": 2}, version=1)
    fresh = WorkYear.objects.get(pk=row.pk)
    assert (fresh.source, fresh.published_on, fresh.version) == ("改过", date(2089, 11, 30), 2)


def test_a_key_that_stands_already_is_the_databases_to_refuse() -> None:
    receipt = {"scope": "x", "key": "k", "fingerprint": "f", "status": 201, "answer": {"a": 1}, "created_at": AT}
    insert([Receipt(**receipt)])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([Receipt(**receipt)])
    assert Receipt.objects.get(scope="x").answer == {"a": 1}


def test_columns_are_looked_up_as_python_values() -> None:
    insert([event(1)])
    found = look_up(Event, ("data", "at", "actor_id"), subject_kind="example", subject_id=7, seq=1)
    assert found == (event(1).data, AT, None)
    assert look_up(Event, ("at",), subject_kind="example", subject_id=7, seq=2) is None
