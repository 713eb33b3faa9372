"""A matter leaves the catalogue: what is open under it moves on, what is done stays, what was said is kept."""

from datetime import timedelta
from typing import Any

import pytest

from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.cases.spells import spells
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.matters.actions import take_effect
from gezhi.matters.tests.story import exit_approved
from gezhi.people.models import Notice
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db
GONE = NOON + timedelta(days=11)


def waiting(town: Town, matter: str = "lamp", **over: Any) -> Case:
    return town.report(actor=town.actor("worker"), source="worker", matter_id=town.matter(matter).id, **over)


def exited(town: Town, matter: str = "lamp", successor: str = "") -> None:
    over = {"successor_id": town.matter(successor).id} if successor else {}
    exit_approved(town, matter, who="street_clerk", desk=town.street, **over)
    take_effect(at=GONE)
    while dispatch(at=GONE):
        pass


def again(case: Case) -> Case:
    fresh = Case.objects.get(pk=case.pk)
    assert faults(timeline(fresh), version=fresh.version) == []
    return fresh


def test_open_cases_go_to_the_desk_of_the_matter_that_takes_over(town: Town) -> None:
    unclaimed, claimed = waiting(town), waiting(town)
    take("claim", claimed, actor=town.actor("worker2"), at=NOON)
    exited(town, successor="parking")
    for case in (again(unclaimed), again(claimed)):
        assert (case.stage, case.matter_id) == ("waiting", town.matter("parking").id)
        assert (case.desk_id, case.holder_id) == (town.desk(town.community).pk, None)
        last = timeline(case)[-1]
        assert (last.name, last.data["was"]) == ("case.left_matter", town.matter("lamp").id)
        assert last.data["route"]["rule"] == "matter_at_community"
    notices = Notice.objects.filter(event__name="case.left_matter")
    assert set(notices.values_list("desk_id", flat=True)) == {town.desk(town.community).pk}


def test_on_the_same_desk_it_stays_in_the_same_hands(town: Town) -> None:
    case = waiting(town)
    take("claim", case, actor=town.actor("worker2"), at=NOON)
    exited(town, successor="rubbish")
    moved = again(case)
    assert (moved.stage, moved.holder_id) == ("handling", town.user("worker2").pk)
    assert moved.matter_id == town.matter("rubbish").id


def test_without_a_successor_it_goes_back_to_the_department(town: Town) -> None:
    case = town.report()
    take("accept", case, actor=town.actor("clerk"), at=NOON, matter_id=town.matter("neighbours").id)
    owner = town.matter("neighbours").owner_id
    exited(town, "neighbours")
    moved = again(case)
    assert moved.matter_id == town.matter("neighbours").id, "its history says what it was about"
    desk = next((desk for desk in town.desks.values() if desk.department_id == owner), None)
    assert moved.desk_id == (desk or town.desk(town.community)).pk
    assert moved.stage == "waiting"


def test_finished_answered_and_not_accepted_ones_stay(town: Town) -> None:
    finished, fresh = waiting(town), town.report(matter_id=town.matter("lamp").id)
    take("claim", finished, actor=town.actor("worker2"), at=NOON)
    take("finish", finished, actor=town.actor("worker2"), at=NOON, result="换了灯泡")
    before = [(case.stage, case.desk_id, case.version) for case in (again(finished), again(fresh))]
    exited(town, successor="parking")
    assert [(case.stage, case.desk_id) for case in (again(finished), again(fresh))] == [one[:2] for one in before]
    assert again(finished).version == before[0][2]


def test_a_suspended_one_goes_on_at_its_new_desk(town: Town) -> None:
    case = waiting(town)
    take("claim", case, actor=town.actor("worker2"), at=NOON)
    on = (NOON + timedelta(days=60)).date()
    take("ask_suspension", case, actor=town.actor("worker2"), at=NOON, review_on=on, reason="等材料")
    take("suspend", case, actor=town.actor("clerk"), at=NOON)
    exited(town, successor="parking")
    moved = again(case)
    assert (moved.suspended_at, moved.review_at) == (None, None)
    assert moved.desk_id == town.desk(town.community).pk
    assert moved.alarm_at is not None
    stays = spells(timeline(moved), work_calendar(), until=GONE)
    assert [stay.desk_id for stay in stays][-1] == town.desk(town.community).pk
    assert sum(stay.paused for stay in stays) > 0


def test_a_request_that_waited_lapses(town: Town) -> None:
    case = waiting(town)
    take("claim", case, actor=town.actor("worker2"), at=NOON)
    take("ask_extension", case, actor=town.actor("worker2"), at=NOON, days=3, reason="等配件")
    exited(town, successor="parking")
    assert again(case).asked == ""


def test_cases_of_other_matters_are_not_touched(town: Town) -> None:
    other = waiting(town, "rubbish")
    version = other.version
    exited(town, successor="parking")
    moved = again(other)
    assert (moved.matter_id, moved.desk_id) == (town.matter("rubbish").id, town.desk(town.grid).pk)
    assert "case.left_matter" not in [event.name for event in timeline(moved)]
    assert moved.version >= version
