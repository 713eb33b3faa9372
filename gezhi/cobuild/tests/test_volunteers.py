"""Teams by specialty over grids: requests find their sub-team, activities fill to the last place, hours are confirmed, names are forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.cobuild.actions import (
    add_sub_team,
    announce,
    ask_help,
    cancel,
    confirm_hours,
    finish_help,
    forget_volunteers,
    found_team,
    hold,
    sign_up,
    take_help,
    withdraw,
)
from gezhi.cobuild.models import HelpRequest, SignUp, Team, VolunteerActivity
from gezhi.cobuild.queries import volunteer_totals
from gezhi.cobuild.routing import Candidate, routed
from gezhi.cobuild.tests.story import area, who
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town, at_once

RESIDENT: dict[str, Any] = {"actor": Actor.resident(), "at": NOON}
GRIDS = ["370103001001001", "370103001001002", "370103002001001"]
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 99),
        st.sampled_from(["law", "elderly"]),
        st.sampled_from(["370103", "370103001", "370103001001", "370103002"]),
        st.frozensets(st.sampled_from(GRIDS), max_size=2),
        st.integers(0, 3),
    ),
    max_size=6,
    unique_by=lambda one: one.key,
)


@given(CANDIDATES, st.sampled_from(GRIDS))
def test_a_request_goes_to_who_can_and_is_near(candidates: list[Candidate], grid: str) -> None:
    fitting = [one for one in candidates if one.specialty == "law" and (grid in one.grids or grid.startswith(one.area))]
    route = routed(candidates, "law", grid)
    assert (route is None) == (not fitting)
    if route is None:
        return
    chosen = next(one for one in fitting if one.key == route.key)
    for other in fitting:
        assert (grid in chosen.grids, len(chosen.area)) >= (grid in other.grids, len(other.area))


def team(town: Town, name: str = "爱心志愿战队", **over: Any) -> Team:
    given = {"grids": [area(town.grid), area(town.next_grid)], **who(town)} | over
    return found_team(name, area(town.community), **given)


def activity(town: Town, places: int = 2, **over: Any) -> VolunteerActivity:
    one = Team.objects.first() or team(town)
    given = {"place": "小广场", "starts_at": NOON + timedelta(days=1), "places": places, **who(town)} | over
    return announce(one, "cleaning", "清扫楼道", **given)


def test_requests_find_the_sub_team_with_the_specialty(town: Town) -> None:
    lonely = ask_help(area(town.grid), "law", "想问遗产怎么分", **who(town))
    assert lonely.stage == "unrouted"
    one = team(town)
    law = add_sub_team(one, "law", "法律帮扶战队", **who(town))
    lonely.refresh_from_db()
    assert (lonely.stage, lonely.sub_team_id) == ("routed", law.pk), "what nobody could take goes to it at once"
    why = next(event.data for event in timeline(lonely) if event.name == "help_request.routed")
    assert why == {"sub_team": law.pk, "by_name": True, "nearness": 12}
    with pytest.raises(Refused):
        finish_help(lonely, beneficiaries=1, **who(town))
    take_help(lonely, **who(town))
    finish_help(lonely, beneficiaries=1, **who(town))
    assert lonely.stage == "done"
    with pytest.raises(Denied):
        ask_help(area(town.grid), "law", "别的街道的人", **who(town, "stranger"))
    with pytest.raises(Refused):
        ask_help(area(town.grid), "law", "他是37010319900101123X", **who(town))


def test_signing_up_holding_and_the_hours(town: Town) -> None:
    one = activity(town)
    first = sign_up(one, name="甲", phone="13800001111", **RESIDENT)
    with pytest.raises(Refused) as twice:
        sign_up(one, name="甲", phone="138 0000 1111", **RESIDENT)
    assert twice.value.code == "signed_up"
    second = sign_up(one, name="乙", phone="13800002222", **RESIDENT)
    with pytest.raises(Refused) as full:
        sign_up(one, name="丙", phone="13800003333", **RESIDENT)
    assert full.value.code == "full"
    withdraw(second, **RESIDENT)
    second.refresh_from_db()
    assert (second.name, second.phone, second.phone_index) == ("", "", "")
    sign_up(one, name="丙", phone="13800003333", **RESIDENT)
    with pytest.raises(Refused):
        hold(one, beneficiaries=10, outcome="还没到时候", **who(town))
    later = who(town) | {"at": NOON + timedelta(days=2)}
    one.refresh_from_db()
    hold(one, beneficiaries=60, outcome="扫了六个楼道。", **later)
    first.refresh_from_db()
    with pytest.raises(Denied):
        confirm_hours(first, 90, actor=town.actor("stranger"), at=later["at"])
    confirm_hours(first, 90, **later)
    assert volunteer_totals(town.street) == {"held": 1, "hours": 1, "people": 60}
    with pytest.raises(Refused):
        sign_up(one, name="丁", phone="13800004444", actor=Actor.resident(), at=later["at"])
    assert forget_volunteers(at=NOON + timedelta(days=182)) == 2
    first.refresh_from_db()
    assert (first.name, first.phone, first.minutes) == ("", "", 90)


def test_a_cancelled_one_takes_nobody(town: Town) -> None:
    one = activity(town)
    cancel(one, reason="下雨", **who(town))
    with pytest.raises(Refused):
        sign_up(one, name="甲", phone="13800001111", **RESIDENT)
    with pytest.raises(Refused):
        activity(town, starts_at=NOON - timedelta(hours=1))
    assert not HelpRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_fill_the_places_and_no_more(town: Town) -> None:
    one = activity(town, places=5)

    def press(number: int) -> Any:
        row = VolunteerActivity.objects.select_related("team__area").get(pk=one.pk)
        return sign_up(row, name="某人", phone=f"1380000{number:04d}", **RESIDENT)

    answers = at_once(8, press)
    assert sum(isinstance(answer, SignUp) for answer in answers) == 5
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"full"}
    assert SignUp.objects.count() == 5
