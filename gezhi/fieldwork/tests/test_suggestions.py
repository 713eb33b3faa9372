"""投诉建议: a worker says something, the service support answers, and nobody else reads it."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from gezhi.fieldwork.access import get_suggestion
from gezhi.fieldwork.actions import send_suggestion, take_suggestion
from gezhi.fieldwork.models import Suggestion
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import dispatch, timeline
from gezhi.kernel.models import SearchEntry
from gezhi.kernel.refusals import Missing, Refused
from gezhi.people.actions import seat
from gezhi.people.models import Notice
from gezhi.people.roles import Role
from gezhi.testing import CAST, FOUNDED, NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
WORDS = "早会开得太长，耽误上门。"


@pytest.fixture
def support(town: Town) -> Actor:
    """A support clerk of the street."""
    return seated(town, "nobody", town.street)


def seated(town: Town, who: str, place: str) -> Actor:
    seat(town.user(who), town.desk(place), Role.SUPPORT_CLERK, actor=SYSTEM, at=FOUNDED, from_on=date(2020, 1, 1))
    return town.actor(who)


def sent(town: Town, who: str = "worker", **over: str) -> Suggestion:
    given = {"kind": "suggestion", "text": WORDS, "addressee": "street"} | over
    return send_suggestion(actor=town.actor(who), at=NOON, key=uuid4(), **given)


def test_said_and_answered(town: Town, support: Actor) -> None:
    suggestion = sent(town)
    take_suggestion(
        "answer", get_suggestion(support, suggestion.pk), actor=support, at=NOON, answer="下周起缩到十分钟。"
    )
    mine = get_suggestion(town.actor("worker"), suggestion.pk)
    assert (mine.stage, mine.answer, mine.text) == ("answered", "下周起缩到十分钟。", WORDS)


def test_the_words_are_sealed_and_stand_nowhere_else(town: Town, support: Actor) -> None:
    suggestion = sent(town)
    take_suggestion("answer", suggestion, actor=support, at=NOON, answer="下周起缩短。")
    while dispatch(at=NOON):
        pass
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text, answer FROM {Suggestion._meta.db_table}")
        stored = str(cursor.fetchone())
    assert "早会" not in stored
    assert "缩短" not in stored
    assert not any(
        "早会" in f"{event.data}{event.note}" or "缩短" in f"{event.data}{event.note}" for event in timeline(suggestion)
    )
    assert not SearchEntry.objects.filter(kind="suggestion").exists()
    assert not Notice.objects.exists(), "a desk has many readers"
    assert suggestion.grid_code == ""


def test_who_reads_it(town: Town, support: Actor) -> None:
    suggestion = sent(town)
    district = seated(town, "specialist", town.district)
    readers = {"worker", "nobody", "specialist"}
    for who in CAST:
        if who in readers:
            assert get_suggestion(town.actor(who), suggestion.pk) == suggestion
        else:
            with pytest.raises(Missing):
                get_suggestion(town.actor(who), suggestion.pk)
    with pytest.raises(Missing):
        get_suggestion(seated(town, "handler", town.other_street), suggestion.pk)
    assert district


def test_what_is_about_the_street_the_street_does_not_read(town: Town, support: Actor) -> None:
    suggestion = sent(town, kind="complaint", addressee="district")
    with pytest.raises(Missing):
        get_suggestion(support, suggestion.pk)
    with pytest.raises(Denied):
        take_suggestion("answer", suggestion, actor=support, at=NOON, answer="知道了。")
    district = seated(town, "specialist", town.district)
    take_suggestion("answer", get_suggestion(district, suggestion.pk), actor=district, at=NOON, answer="已经核实。")


def test_nobody_answers_themselves_and_nobody_withdraws_for_others(town: Town, support: Actor) -> None:
    own = seated(town, "worker", town.street)
    suggestion = sent(town)
    with pytest.raises(Denied):
        take_suggestion("answer", suggestion, actor=own, at=NOON, answer="很好。")
    with pytest.raises(Denied):
        take_suggestion("withdraw", suggestion, actor=support, at=NOON)
    take_suggestion("withdraw", suggestion, actor=own, at=NOON)
    assert (Suggestion.objects.get().text, Suggestion.objects.get().stage) == ("", "withdrawn")
    with pytest.raises(Refused):
        take_suggestion("answer", suggestion, actor=support, at=NOON, answer="晚了。")


@pytest.mark.parametrize("who", ["clerk", "street_clerk", "inspector", "handler", "nobody"])
def test_it_is_for_those_who_walk_the_grids(town: Town, who: str) -> None:
    with pytest.raises(Denied):
        sent(town, who)


@pytest.mark.parametrize("over", [{"text": " "}, {"kind": "praise"}, {"addressee": "mayor"}, {"text": "字" * 2001}])
def test_what_is_no_suggestion(town: Town, over: dict) -> None:
    with pytest.raises(Refused):
        sent(town, **over)
