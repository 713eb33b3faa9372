"""The event log: chains that show tampering, an optimistic lock, delivery exactly once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from gezhi.kernel import events
from gezhi.kernel.access import Actor
from gezhi.kernel.events import (
    Fact,
    advance,
    dispatch,
    faults,
    found,
    found_many,
    retry,
    subscribe,
    subscribe_rounds,
    timeline,
)
from gezhi.kernel.models import Delivery, Event, Receipt, WorkYear
from gezhi.kernel.refusals import Conflict

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
CLERK = Actor(kind="staff", name="王坐席", user_id=7)


@pytest.fixture
def year() -> WorkYear:
    Event.objects.filter(dispatched_at=None).update(dispatched_at=AT)
    row = WorkYear.objects.create(year=2090, source="示例", published_on=date(2089, 12, 1), version=1)
    found(row, Fact("year.published", {"days": 365}), actor=CLERK, at=AT)
    return row


def rename(year: WorkYear, source: str, note: str = "") -> None:
    advance(year, Fact("year.renamed", {"by": 1}, note), actor=CLERK, at=AT, changes={"source": source})


def test_a_change_moves_row_and_chain_together(year: WorkYear) -> None:
    rename(year, "改过")
    fresh = WorkYear.objects.get(pk=year.pk)
    assert (fresh.source, fresh.version) == ("改过", 2)
    chain = timeline(fresh)
    assert [(event.seq, event.name, event.actor_name) for event in chain] == [
        (1, "year.published", "王坐席"),
        (2, "year.renamed", "王坐席"),
    ]
    assert chain[1].previous == chain[0].digest
    assert faults(chain, version=fresh.version) == []


def test_the_second_of_two_writers_is_refused_and_changes_nothing(year: WorkYear) -> None:
    other = WorkYear.objects.get(pk=year.pk)
    rename(year, "先到")
    with pytest.raises(Conflict):
        rename(other, "后到")
    assert WorkYear.objects.get(pk=year.pk).source == "先到"
    assert len(timeline(year)) == 2


def test_a_hole_before_the_head_stops_all_writing(year: WorkYear) -> None:
    rename(year, "二")
    Event.objects.filter(subject_kind=year.subject_kind, subject_id=year.pk, seq=2).delete()
    with pytest.raises(events.BrokenChain):
        rename(year, "三")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "year.forged"),
        ("at", AT + timedelta(seconds=1)),
        ("actor_name", "李四"),
        ("actor_id", 8),
        ("data", {"days": 364}),
        ("note", "别的话"),
        ("note_digest", "0" * 64),
    ],
)
def test_a_changed_row_is_named(year: WorkYear, column: str, value: object) -> None:
    rename(year, "二", note="原来的话")
    rename(year, "三")
    Event.objects.filter(subject_kind=year.subject_kind, subject_id=year.pk, seq=2).update(**{column: value})
    wrong = faults(timeline(year), version=3)
    assert wrong
    assert all("#2" in line for line in wrong)


def test_removed_inserted_exchanged_and_cut_off_rows_are_named(year: WorkYear) -> None:
    for source in "二三四":
        rename(year, source)
    chain = timeline(year)
    assert faults([chain[0], chain[2], chain[3]], version=4)
    assert faults([chain[0], chain[2], chain[1], chain[3]], version=4)
    assert faults(chain[:3], version=4) == ["ends at #3, its row says #4"]
    forged = Event(**{f.attname: getattr(chain[1], f.attname) for f in Event._meta.concrete_fields if f.name != "id"})
    assert faults([chain[0], forged, *chain[1:]], version=4)


def test_a_note_can_be_erased_and_the_chain_still_verifies(year: WorkYear) -> None:
    rename(year, "二", note="写到了某人")
    Event.objects.filter(subject_kind=year.subject_kind, subject_id=year.pk).update(note="", note_salt="")
    assert faults(timeline(year), version=2) == []


def test_the_same_note_twice_has_two_digests(year: WorkYear) -> None:
    rename(year, "二", note="同样的话")
    rename(year, "三", note="同样的话")
    one, other = timeline(year)[1:]
    assert one.note_digest != other.note_digest


def test_many_rows_begin_their_chains_at_once(django_assert_num_queries) -> None:
    rows = WorkYear.objects.bulk_create(
        [WorkYear(year=2080 + i, source="", published_on=date(2080, 1, 1), version=1) for i in range(5)]
    )
    with django_assert_num_queries(1):
        found_many(rows, lambda row: [Fact("year.published", {"year": row.year})], actor=CLERK, at=AT)
    for row in rows:
        assert faults(timeline(row), version=1) == []


@pytest.fixture
def heard():
    """Subscribers for one test: everything heard, and one that fails as often as told."""
    before = dict(events.subscriptions)
    calls: list[str] = []
    failures = {"left": 0}

    @subscribe("year.*", key="test.listener")
    def listen(event: Event, at: datetime) -> None:
        calls.append(event.name)

    @subscribe("year.renamed", key="test.faulty")
    def stumble(event: Event, at: datetime) -> None:
        WorkYear.objects.filter(pk=event.subject_id).update(source="半途")
        if failures["left"]:
            failures["left"] -= 1
            raise RuntimeError("not today")

    yield calls, failures
    events.subscriptions.clear()
    events.subscriptions.update(before)


def test_each_event_is_handed_over_once(year: WorkYear, heard) -> None:
    calls, _failures = heard
    rename(year, "二")
    assert dispatch(at=AT) == 2
    assert calls == ["year.published", "year.renamed"]
    assert dispatch(at=AT) == 0
    assert calls == ["year.published", "year.renamed"]


def test_a_failing_subscriber_loses_its_effects_and_is_tried_again(year: WorkYear, heard) -> None:
    calls, failures = heard
    failures["left"] = 2
    rename(year, "二")
    dispatch(at=AT)
    assert calls == ["year.published", "year.renamed"], "the others are not held up"
    assert WorkYear.objects.get(pk=year.pk).source == "二", "half an effect was kept"
    assert retry(at=AT) == 0, "not before its pause is over"
    assert retry(at=AT + timedelta(seconds=10)) == 1
    assert Delivery.objects.get().attempts == 2
    assert retry(at=AT + timedelta(minutes=2)) == 1
    assert not Delivery.objects.exists()
    assert WorkYear.objects.get(pk=year.pk).source == "半途"
    assert calls == ["year.published", "year.renamed"], "the listener is not called again"


def test_a_poison_event_is_given_up_and_stays_to_be_seen(year: WorkYear, heard) -> None:
    _calls, failures = heard
    failures["left"] = 99
    rename(year, "二")
    dispatch(at=AT)
    at = AT
    for _attempt in range(10):
        at += timedelta(days=1)
        retry(at=at)
    delivery = Delivery.objects.get()
    assert delivery.next_at is None
    assert "not today" in delivery.error
    assert events.outstanding() == {"waiting": 0, "retrying": 0, "given_up": 1}


@pytest.fixture
def rounds():
    """A subscriber of rounds for one test: what it was given at once; it stumbles, after half of its effects, over an event with a poisoned note."""
    before = dict(events.subscriptions)
    given: list[list[int]] = []

    @subscribe_rounds("year.renamed", key="test.rounds")
    def listen(found: Sequence[Event], at: datetime) -> None:
        given.append([event.seq for event in found])
        for event in found:
            Receipt.objects.create(
                scope="rounds", key=str(event.seq), fingerprint="", status=0, answer=given[-1], created_at=at
            )
            if event.note == "毒":
                raise RuntimeError("not this one")

    yield given
    events.subscriptions.clear()
    events.subscriptions.update(before)


def kept() -> dict[str, list[int]]:
    return dict(Receipt.objects.filter(scope="rounds").values_list("key", "answer"))


def test_a_subscriber_of_rounds_is_given_all_of_a_round_at_once(year: WorkYear, rounds: list[list[int]]) -> None:
    for name in ("二", "三", "四"):
        rename(year, name)
    assert dispatch(at=AT, limit=3) == 3
    assert dispatch(at=AT, limit=3) == 1
    assert dispatch(at=AT) == 0
    assert rounds == [[2, 3], [4]]
    assert sorted(kept()) == ["2", "3", "4"]


def test_one_bad_event_of_a_round_costs_the_others_nothing(year: WorkYear, rounds: list[list[int]]) -> None:
    rename(year, "二")
    rename(year, "三", note="毒")
    rename(year, "四")
    assert dispatch(at=AT) == 4
    assert kept() == {"2": [2], "4": [4]}, "each has its effect once, from its own turn; of the bad one nothing is left"
    assert [delivery.event.seq for delivery in Delivery.objects.select_related("event")] == [3]
    Event.objects.filter(seq=3).update(note="")
    assert retry(at=AT + timedelta(minutes=1)) == 1
    assert sorted(kept()) == ["2", "3", "4"]
    assert not Delivery.objects.exists()
