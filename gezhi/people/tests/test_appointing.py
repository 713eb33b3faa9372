"""Where the people of a grid come from: what is refused, what wants a reason, what is kept of it; deputies and first responsible persons."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, timeline
from gezhi.people.actions import appoint, seat, set_source_rule, unseat
from gezhi.people.models import Notice, Post
from gezhi.people.roles import Role
from gezhi.people.sources import Facts
from gezhi.people.teams import first_persons
from gezhi.people.tests.teams import TODAY, appointed, appointing, refused, source, support
from gezhi.testing import NOON, SYSTEM, Town

DAY = timedelta(days=1)


@pytest.fixture
def vacant(town: Town) -> Town:
    """The first grid without its leader."""
    unseat(town.user("leader").posts.get(), actor=SYSTEM, at=NOON, until_on=TODAY - DAY)
    return town


def test_a_source_that_no_rule_names_is_refused(town: Town) -> None:
    found = refused("source_not_allowed", lambda: appointed(town, town.user("nobody"), source="open_recruitment"))
    assert found.field == "source"


def test_a_leader_who_is_in_the_committees_and_the_party_needs_no_reason(vacant: Town) -> None:
    post = appointed(
        vacant, vacant.user("nobody"), role=Role.GRID_LEADER, source="committees", facts=Facts({"party_member": True})
    )
    assert post.appointment.unmet == ""


@pytest.mark.parametrize(
    ("role", "of", "facts", "unmet"),
    [
        (Role.GRID_LEADER, "committees", {}, "party_member"),
        (Role.GRID_LEADER, "community_worker", {"party_member": True}, "unusual_source"),
        (Role.GRID_WORKER, "open_recruitment", {"open_round": True}, "college"),
        (Role.GRID_WORKER, "open_recruitment", {"college": True}, "open_round"),
        (Role.PART_TIME_WORKER, "community_worker", {}, "unusual_source"),
    ],
)
def test_what_is_unusual_passes_with_a_reason_that_stays(
    vacant: Town, role: Role, of: str, facts: dict[str, bool], unmet: str
) -> None:
    manner = "recruited" if role == Role.GRID_WORKER else ""
    given = {"role": role, "source": of, "facts": Facts(facts), "manner": manner}
    found = refused("needs_reason", lambda: appointed(vacant, vacant.user("nobody"), **given))
    assert found.facts["unmet"] == [unmet]
    post = appointed(vacant, vacant.user("nobody"), reason="社区暂无合适人选", **given)
    assert (post.appointment.unmet, post.appointment.reason) == (unmet, "社区暂无合适人选")
    event = timeline(post)[0]
    assert event.data["unmet"] == [unmet]
    assert event.note == "社区暂无合适人选"


def test_an_adviser_without_a_unit_is_refused_whatever_the_reason(town: Town) -> None:
    given = {"role": Role.ADVISER, "source": "district_unit", "reason": "急用"}
    found = refused("unit", lambda: appointed(town, town.user("nobody"), **given))
    assert found.field == "unit"
    post = appointed(town, town.user("nobody"), **given, facts=Facts(unit="区住建局"))
    assert post.appointment.unit == "区住建局"


def test_a_full_timer_says_how_he_was_brought_in(town: Town) -> None:
    facts = Facts({"college": True, "open_round": True})
    given = {"role": Role.GRID_WORKER, "source": "open_recruitment", "facts": facts}
    refused("no_manner", lambda: appointed(town, town.user("nobody"), **given))
    assert appointed(town, town.user("nobody"), manner="recruited", **given).appointment.manner == "recruited"


def test_a_new_rule_holds_from_its_day(town: Town) -> None:
    actor = support(town, town.district, "assessor")
    set_source_rule(
        Role.PART_TIME_WORKER,
        source("open_recruitment"),
        strength="usual",
        valid_from=TODAY + DAY,
        actor=actor,
        at=NOON,
    )
    refused("source_not_allowed", lambda: appointed(town, town.user("nobody"), source="open_recruitment"))
    post = appointed(town, town.user("nobody"), source="open_recruitment", from_on=TODAY + DAY)
    assert post.appointment.source.code == "open_recruitment"


def test_one_full_timer_covers_several_grids(town: Town) -> None:
    seat(town.user("worker"), town.desk(town.next_grid), Role.GRID_WORKER, actor=SYSTEM, at=NOON, from_on=TODAY)
    assert town.user("worker").posts.count() == 2


def test_support_seats_at_its_grids_and_nowhere_else(town: Town) -> None:
    actor = support(town)
    appointed(town, town.user("worker2"), actor=actor)
    with pytest.raises(Denied):
        appoint(appointing(town, town.user("worker2"), grid=town.other_grid), actor=actor, at=NOON)


@pytest.mark.parametrize("role", [Role.STREET_CLERK, Role.INSPECTOR, Role.SUPPORT_CLERK])
def test_support_gives_no_rights_over_cases(town: Town, role: Role) -> None:
    actor = support(town)
    with pytest.raises(Denied):
        seat(town.user("worker2"), town.desk(town.street), role, actor=actor, at=NOON, from_on=TODAY)


# --- leaders and deputies ---------------------------------------------------------------------------------------------


def test_two_leaders_at_one_time_are_refused_and_one_after_the_other_is_not(town: Town) -> None:
    desk = town.desk(town.grid)
    refused(
        "leader_taken",
        lambda: seat(town.user("nobody"), desk, Role.GRID_LEADER, actor=SYSTEM, at=NOON, from_on=TODAY),
    )
    unseat(town.user("leader").posts.get(), actor=SYSTEM, at=NOON, until_on=TODAY)
    seat(town.user("nobody"), desk, Role.GRID_LEADER, actor=SYSTEM, at=NOON, from_on=TODAY + DAY)


def test_a_deputy_stands_beside_the_leader_and_leaves_with_him(town: Town) -> None:
    chief, desk = town.user("leader").posts.get(), town.desk(town.grid)
    deputy = seat(town.user("nobody"), desk, Role.GRID_LEADER, actor=SYSTEM, at=NOON, from_on=TODAY, deputy_for=chief)
    assert town.actor("nobody").may("case.claim", desk_id=desk.pk)
    unseat(chief, actor=SYSTEM, at=NOON, until_on=TODAY + 3 * DAY)
    deputy.refresh_from_db()
    assert deputy.until_on == TODAY + 3 * DAY


def test_a_deputy_needs_somebody_to_stand_in_for(town: Town) -> None:
    worker, desk = town.user("worker").posts.get(), town.desk(town.grid)
    refused(
        "no_chief",
        lambda: seat(
            town.user("nobody"), desk, Role.GRID_LEADER, actor=SYSTEM, at=NOON, from_on=TODAY, deputy_for=worker
        ),
    )


# --- first responsible persons ----------------------------------------------------------------------------------------


def test_only_one_answers_for_a_level(town: Town) -> None:
    street = town.desk(town.street)
    seat(town.user("nobody"), street, Role.FIRST_PERSON, actor=SYSTEM, at=NOON, from_on=TODAY)
    refused(
        "first_person_taken",
        lambda: seat(town.user("worker"), street, Role.FIRST_PERSON, actor=SYSTEM, at=NOON, from_on=TODAY),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(user=town.user("worker"), desk=street, role=Role.FIRST_PERSON, from_on=TODAY)


def test_a_vacancy_is_seen_and_told(town: Town) -> None:
    street = town.desk(town.street)
    post = seat(town.user("nobody"), street, Role.FIRST_PERSON, actor=SYSTEM, at=NOON, from_on=TODAY - 10 * DAY)
    levels = ("street",)
    vacant = [one.code for one in first_persons([town.district], on=TODAY, levels=levels) if one.is_vacant]
    assert vacant == [town.other_street]
    while dispatch(at=NOON):
        pass
    unseat(post, actor=SYSTEM, at=NOON, until_on=TODAY)
    while dispatch(at=NOON):
        pass
    told = Notice.objects.filter(subject_kind="post", subject_id=post.pk)
    assert {notice.desk_id for notice in told} == {street.pk, town.desk(town.district).pk}
    vacant = [one.code for one in first_persons([town.district], on=TODAY + DAY, levels=levels) if one.is_vacant]
    assert vacant == [town.street, town.other_street]


def test_who_is_followed_at_once_leaves_no_vacancy(town: Town) -> None:
    street = town.desk(town.street)
    post = seat(town.user("nobody"), street, Role.FIRST_PERSON, actor=SYSTEM, at=NOON, from_on=date(2026, 1, 1))
    unseat(post, actor=SYSTEM, at=NOON, until_on=TODAY)
    seat(town.user("worker"), street, Role.FIRST_PERSON, actor=SYSTEM, at=NOON, from_on=TODAY + DAY)
    while dispatch(at=NOON):
        pass
    assert not Notice.objects.filter(subject_kind="post", subject_id=post.pk).exists()
