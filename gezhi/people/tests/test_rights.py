"""Every right of the role table, held where it says and nowhere else. The cases are made from the table, not typed."""

import contextlib
from datetime import date, timedelta

import pytest
from django.db import transaction

from gezhi.accounts.actions import retire_user, set_officer
from gezhi.accounts.duties import DUTY_RIGHTS
from gezhi.kernel import registers
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import dispatch
from gezhi.people.access import actor_for
from gezhi.people.actions import seat, set_desk_open, unseat
from gezhi.people.models import Desk, DeskKind, Post
from gezhi.people.roles import RIGHTS, ROLE_DESKS, ROLE_RIGHTS, Reach, Role
from gezhi.testing import NOON, SYSTEM, Town

# Where a role sits in the west of the town, by the kind of its desk, and a place in the east of the same kind.
PLACES = {
    "grid": ("370103001001001", "370103002001001"),
    "community": ("370103001001", "370103002001"),
    "street": ("370103001", "370103002"),
    "district": ("370103", None),
    "department": ("human_resources", "market_regulation"),
}
SEATS = [(role, kind) for role in Role for kind in ROLE_DESKS[role]]
TODAY = NOON.date()


def seated(town: Town, role: Role, kind: str) -> tuple[Actor, Desk]:
    """Somebody who holds this one post and nothing else."""
    desk = town.desk(PLACES[kind][0])
    user = town.user("nobody")
    # The town's own leader makes room.
    Post.objects.filter(desk=desk, role=Role.GRID_LEADER).update(until_on=date(2020, 12, 31))
    seat(user, desk, role, actor=SYSTEM, at=NOON, from_on=TODAY)
    return actor_for(user, at=NOON), desk


@pytest.mark.parametrize(("role", "kind"), SEATS, ids=str)
def test_each_right_holds_where_the_table_says(town: Town, role: Role, kind: str) -> None:
    actor, desk = seated(town, role, kind)
    area = desk.area.code
    elsewhere = town.desk(PLACES[kind][1]) if PLACES[kind][1] else None
    for right in RIGHTS:
        reach = ROLE_RIGHTS[role].get(right)
        is_below = reach is Reach.BELOW and kind != DeskKind.DEPARTMENT
        below = area if kind == "grid" else town.grid

        assert actor.may(right, area=area, desk_id=desk.pk) is (reach is not None), f"{right} at the very desk"
        assert actor.may(right, area=below, desk_id=0) is is_below, f"{right} on another's desk in the same land"
        if elsewhere:
            beside = "" if kind == "department" else elsewhere.area.code
            assert not actor.may(right, area=beside, desk_id=elsewhere.pk), f"{right} beside"
        if kind not in ("district", "department"):
            assert not actor.may(right, area=area[:-3], desk_id=0), f"{right} above"
        assert not actor.may(right, area=""), f"{right} everywhere"


@pytest.mark.parametrize(("role", "kind"), SEATS, ids=str)
def test_a_role_gives_nothing_beyond_its_row(town: Town, role: Role, kind: str) -> None:
    actor, desk = seated(town, role, kind)
    assert {grant.right for grant in actor.grants} == set(ROLE_RIGHTS[role])
    assert actor.desks == {desk.pk}
    for right in RIGHTS.keys() - ROLE_RIGHTS[role].keys():
        with pytest.raises(Denied):
            actor.require(right, area=desk.area.code, desk_id=desk.pk)


def test_every_right_in_the_table_is_described() -> None:
    assert {right for rights in ROLE_RIGHTS.values() for right in rights} <= RIGHTS.keys()
    assert ROLE_RIGHTS.keys() == ROLE_DESKS.keys() == set(Role)


def test_two_posts_give_both(town: Town) -> None:
    seat(town.user("worker"), town.desk(town.next_grid), Role.GRID_WORKER, actor=SYSTEM, at=NOON, from_on=TODAY)
    actor = town.actor("worker")
    assert actor.desks == {town.desk(town.grid).pk, town.desk(town.next_grid).pk}
    assert set(actor.areas("case.see")) == {town.grid, town.next_grid}


def test_it_costs_a_query_only_after_a_change(town: Town, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    before = town.actor("worker")
    with django_assert_num_queries(0):
        assert town.actor("worker") == before
        town.actor("officer_audit")
    seat(town.user("worker"), town.desk(town.next_grid), Role.GRID_WORKER, actor=SYSTEM, at=NOON, from_on=TODAY)
    with django_assert_num_queries(1):
        assert town.actor("worker").desks - before.desks == {town.desk(town.next_grid).pk}


def test_a_seat_that_was_taken_back_gave_nothing(town: Town) -> None:
    before = town.actor("worker")
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        seat(town.user("worker"), town.desk(town.next_grid), Role.GRID_WORKER, actor=SYSTEM, at=NOON, from_on=TODAY)
        assert town.actor("worker") != before
        raise ZeroDivisionError
    # The next request.
    registers.forget()
    assert town.actor("worker") == before


# --- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("from_on", "until_on", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
        (TODAY - timedelta(days=9), TODAY + timedelta(days=9), True),
    ],
)
def test_a_post_holds_from_its_first_to_its_last_day(
    town: Town, from_on: date, until_on: date | None, holds: bool
) -> None:
    desk = town.desk(town.community)
    seat(town.user("nobody"), desk, Role.COMMUNITY_CLERK, actor=SYSTEM, at=NOON, from_on=from_on, until_on=until_on)
    actor = town.actor("nobody")
    assert actor.may("case.accept", area=town.grid) is holds
    assert (desk.pk in actor.desks) is holds


def test_the_day_is_that_of_the_district_not_of_utc(town: Town) -> None:
    desk = town.desk(town.community)
    seat(
        town.user("nobody"), desk, Role.COMMUNITY_CLERK, actor=SYSTEM, at=NOON, from_on=date(2020, 1, 1), until_on=TODAY
    )
    just_before = NOON.replace(hour=23, minute=59, second=59)
    assert town.actor("nobody", at=just_before).desks
    # Midnight has passed here, while it is still four in the afternoon in UTC.
    assert not town.actor("nobody", at=just_before + timedelta(seconds=1)).desks


def test_an_ended_post_gives_nothing_from_the_next_day(town: Town) -> None:
    post = Post.objects.select_related("desk__area").get(user=town.user("clerk"))
    # What this process remembers of tomorrow must go with the post.
    assert town.actor("clerk", at=NOON + timedelta(days=1)).grants
    unseat(post, actor=town.actor("district_clerk"), at=NOON, until_on=TODAY)
    assert town.actor("clerk").grants
    assert not town.actor("clerk", at=NOON + timedelta(days=1)).grants


def test_a_closed_desk_gives_nothing(town: Town) -> None:
    set_desk_open(town.desk(town.community), False, actor=town.actor("district_clerk"), at=NOON)
    assert not town.actor("clerk").grants


# --- officers and those who left --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["officer_system", "officer_security", "officer_audit"])
def test_officers_have_no_right_to_cases(town: Town, key: str) -> None:
    actor = town.actor(key)
    assert actor.officer == key.removeprefix("officer_")
    assert [right for right in RIGHTS if actor.has(right)] == []
    assert not RIGHTS.keys() & DUTY_RIGHTS.keys()
    assert not actor.desks


def test_who_becomes_an_officer_loses_every_post(town: Town) -> None:
    user = town.user("clerk")
    set_officer(user, "audit", actor=town.actor("officer_security"), at=NOON)
    assert not town.actor("clerk").has("case.see")
    assert not town.actor("clerk").desks
    while dispatch(at=NOON):
        pass
    assert Post.objects.get(user=user).until_on == TODAY - timedelta(days=1)


def test_who_leaves_is_off_the_roster(town: Town) -> None:
    desk, user = town.desk(town.grid), town.user("worker2")
    tomorrow = TODAY + timedelta(days=1)
    seat(user, desk, Role.PART_TIME_WORKER, actor=SYSTEM, at=NOON, from_on=tomorrow)
    retire_user(user, actor=town.actor("officer_system"), at=NOON)
    assert not town.actor("worker2").grants
    while dispatch(at=NOON):
        pass
    ends = dict(Post.objects.filter(user=user).values_list("role", "until_on"))
    assert ends == {"grid_worker": TODAY - timedelta(days=1), "part_time_worker": tomorrow}
