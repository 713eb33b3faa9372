"""Giving and ending posts: what is refused, and that the log has each."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.accounts.actions import retire_user
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.people.actions import Seat, seat, seat_many, set_desk_open, unseat
from gezhi.people.models import Post
from gezhi.people.queries import roster
from gezhi.people.roles import ROLE_DESKS, Role
from gezhi.testing import NOON, SYSTEM, Town

TODAY = NOON.date()
DAY = timedelta(days=1)


def give(town: Town, *, user: str = "nobody", place: str = "", role: Role = Role.GRID_WORKER, **over: object) -> Post:
    inputs = {"actor": SYSTEM, "at": NOON, "from_on": TODAY} | over
    return seat(town.user(user), town.desk(place or town.grid), role, **inputs)  # type: ignore[arg-type]


def refused(code: str, do: Callable[[], object]) -> None:
    before = Post.objects.count()
    with pytest.raises(Refused) as refusal:
        do()
    assert refusal.value.code == code
    assert str(refusal.value)
    assert Post.objects.count() == before


def test_a_post_is_given_and_recorded(town: Town) -> None:
    post = give(town, actor=town.actor("district_clerk"))
    (event,) = timeline(post)
    assert event.name == "post.seated"
    assert event.data == {
        "user": town.user("nobody").pk,
        "desk": town.desk(town.grid).pk,
        "role": "grid_worker",
        "from": "2026-03-02",
        "until": None,
    }
    assert town.actor("nobody").may("case.claim", desk_id=town.desk(town.grid).pk)


@pytest.mark.parametrize("who", ["worker", "leader", "clerk", "street_clerk", "handler", "inspector", "officer_system"])
def test_only_who_edits_people_gives_and_ends_posts(town: Town, who: str) -> None:
    post = Post.objects.select_related("desk__area").filter(user=town.user("neighbour")).get()
    with pytest.raises(Denied):
        give(town, actor=town.actor(who))
    with pytest.raises(Denied):
        unseat(post, actor=town.actor(who), at=NOON, until_on=TODAY)


def test_the_same_post_twice_is_refused(town: Town) -> None:
    refused("already_seated", lambda: give(town, user="worker"))
    refused("already_seated", lambda: give(town, user="worker", from_on=TODAY + 99 * DAY, until_on=TODAY + 99 * DAY))


def test_posts_one_after_the_other_are_given(town: Town) -> None:
    give(town, from_on=TODAY, until_on=TODAY)
    refused("already_seated", lambda: give(town, from_on=TODAY, until_on=TODAY + DAY))
    refused("already_seated", lambda: give(town, from_on=TODAY - DAY))
    assert give(town, from_on=TODAY + DAY).pk
    assert give(town, from_on=TODAY - 9 * DAY, until_on=TODAY - DAY).pk


def test_the_same_person_may_have_another_role_at_the_desk(town: Town) -> None:
    assert give(town, user="worker", role=Role.PART_TIME_WORKER).pk


def test_a_grid_has_one_leader(town: Town) -> None:
    refused("leader_taken", lambda: give(town, role=Role.GRID_LEADER))
    post = Post.objects.select_related("desk__area").get(user=town.user("leader"))
    unseat(post, actor=SYSTEM, at=NOON, until_on=TODAY)
    refused("leader_taken", lambda: give(town, role=Role.GRID_LEADER, from_on=TODAY))
    assert give(town, role=Role.GRID_LEADER, from_on=TODAY + DAY).pk


def test_officers_and_the_retired_get_none(town: Town) -> None:
    refused("officer", lambda: give(town, user="officer_audit"))
    retire_user(town.user("nobody"), actor=SYSTEM, at=NOON)
    refused("retired", lambda: give(town))


def test_a_closed_desk_takes_nobody(town: Town) -> None:
    set_desk_open(town.desk(town.grid), False, actor=SYSTEM, at=NOON)
    refused("desk_closed", lambda: give(town))
    set_desk_open(town.desk(town.grid), True, actor=SYSTEM, at=NOON)
    assert give(town).pk


def test_a_post_may_not_end_before_it_starts(town: Town) -> None:
    refused("ends_before_start", lambda: give(town, until_on=TODAY - DAY))


PLACES = {
    "grid": "370103001001001",
    "community": "370103001001",
    "street": "370103001",
    "district": "370103",
    "department": "human_resources",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_sits_only_at_desks_of_its_kind(town: Town, role: Role) -> None:
    for kind in PLACES.keys() - set(ROLE_DESKS[role]):
        refused("wrong_desk", lambda kind=kind: give(town, place=PLACES[kind], role=role))  # type: ignore[misc]


def test_of_many_posts_all_or_none_are_given(town: Town) -> None:
    desk, user = town.desk(town.next_grid), town.user("nobody")
    leader = Seat(user, desk, Role.GRID_LEADER, TODAY)
    second = Seat(town.user("worker"), desk, Role.GRID_LEADER, TODAY)
    refused("leader_taken", lambda: seat_many([leader, second], actor=SYSTEM, at=NOON))
    posts = seat_many([leader, Seat(user, desk, Role.GRID_WORKER, TODAY)], actor=SYSTEM, at=NOON)
    assert [faults(timeline(post), version=post.version) for post in posts] == [[], []]


def test_many_posts_cost_no_more_statements_than_two(town: Town) -> None:
    desks = [desk for desk in town.desks.values() if desk.kind == "grid"]
    seats = [Seat(town.user("nobody"), desk, Role.PART_TIME_WORKER, TODAY) for desk in desks]
    counts = []
    for some in (seats[:2], seats[2:]):
        with CaptureQueriesContext(connection) as statements:
            seat_many(some, actor=SYSTEM, at=NOON)
        counts.append(len(statements))
    assert len(seats[2:]) == 10
    # Keys of many rows are drawn by one statement more.
    assert counts[1] <= counts[0] + 1


def test_ending_is_recorded_and_never_prolongs(town: Town) -> None:
    post = give(town)
    unseat(post, actor=SYSTEM, at=NOON, until_on=TODAY + 9 * DAY)
    refused("ends_before", lambda: unseat(post, actor=SYSTEM, at=NOON, until_on=TODAY + 10 * DAY))
    refused("ends_before_start", lambda: unseat(post, actor=SYSTEM, at=NOON, until_on=TODAY - DAY))
    unseat(post, actor=SYSTEM, at=NOON, until_on=TODAY)
    assert [event.name for event in timeline(post)] == ["post.seated", "post.ended", "post.ended"]
    assert timeline(post)[-1].data == {"until": "2026-03-02", "role": "grid_worker", "desk": post.desk_id}


def test_the_roster_names_who_sits_there_that_day(town: Town) -> None:
    desk = town.desk(town.grid)
    names = [(one.role, one.name) for one in roster(desk.pk, on=TODAY)]
    assert names == [
        (Role.GRID_LEADER, "孙网格"),
        (Role.GRID_WORKER, "李专职"),
        (Role.GRID_WORKER, "王专职"),
        (Role.PART_TIME_WORKER, "赵兼职"),
        (Role.ADVISER, "周指导"),
    ]
    assert roster(desk.pk, on=date(2019, 12, 31)) == []
    retire_user(town.user("worker"), actor=SYSTEM, at=NOON)
    assert "王专职" not in [one.name for one in roster(desk.pk, on=TODAY)]
