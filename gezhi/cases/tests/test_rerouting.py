"""Another matter, another place, another pair of hands: each with its history."""

from datetime import timedelta

import pytest

from gezhi.cases.actions import vacate
from gezhi.cases.queries import route_of
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import dispatch, timeline
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import end_matter
from gezhi.matters.models import Matter
from gezhi.people.actions import unseat
from gezhi.people.models import Post
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db


# --- matter ---------------------------------------------------------------------------------------------------------


def test_another_matter_leads_to_another_desk_and_says_why(story: Story) -> None:
    story.claimed()
    with pytest.raises(Denied):
        story.take("reclassify", "worker", matter_id=story.town.matter("heating").id, reason="换")
    story.take("reclassify", "clerk", matter_id=story.town.matter("heating").id, reason="其实是供热管道。")
    case = story.case
    assert (case.stage, case.holder, case.desk.area.code) == ("waiting", None, story.town.street)
    event = timeline(case)[-1]
    assert (event.data["was"], event.data["matter"]) == (story.town.matter("lamp").id, case.matter_id)
    assert route_of(case)["rule"] == "matter_at_street"


def test_a_matter_of_the_same_desk_stays_in_the_same_hands(story: Story) -> None:
    story.claimed()
    story.take("reclassify", "clerk", matter_id=story.town.matter("rubbish").id, reason="其实是垃圾。")
    assert (story.case.stage, story.case.holder) == ("handling", story.town.user("worker"))
    with pytest.raises(Refused) as refusal:
        story.take("reclassify", "clerk", matter_id=story.town.matter("rubbish").id, reason="再来")
    assert refusal.value.code == "same_matter"


def test_a_confidential_matter_makes_the_case_confidential_for_good(story: Story) -> None:
    story.claimed()
    story.take("reclassify", "clerk", matter_id=story.town.matter("tip").id, reason="是举报。")
    assert story.case.is_confidential
    story.take("reclassify", "district_clerk", matter_id=story.town.matter("lamp").id, reason="改回。")
    assert story.case.is_confidential


# --- place ----------------------------------------------------------------------------------------------------------


def test_a_case_in_another_grid_goes_there(story: Story) -> None:
    story.claimed()
    lng, lat = story.town.point_in(story.town.next_grid)
    story.take("relocate", "clerk", lng=lng, lat=lat, reason="路灯在2网格。")
    case = story.case
    assert (case.grid_code, case.desk.area.code, case.stage) == (story.town.next_grid, story.town.next_grid, "waiting")
    event = timeline(case)[-1]
    assert (event.data["was"], event.data["area"]) == (story.town.grid, story.town.next_grid)


def test_a_matter_that_left_the_list_meanwhile_stays_with_its_case(story: Story) -> None:
    story.claimed()
    lamp = Matter.objects.get(pk=story.town.matter("lamp").id)
    end_matter(lamp, actor=SYSTEM, at=NOON, valid_until=local_day(NOON))
    story.at += timedelta(days=2)
    lng, lat = story.town.point_in(story.town.next_grid)
    story.take("relocate", "clerk", lng=lng, lat=lat, reason="路灯在2网格。")
    assert (story.case.desk.area.code, story.case.matter_id) == (story.town.next_grid, lamp.pk)


def test_before_acceptance_it_goes_to_the_intake_there(story: Story) -> None:
    story.take("relocate", "clerk", area_code=story.town.next_community, reason="在槐树社区。")
    assert (story.case.stage, story.case.desk.area.code) == ("received", story.town.next_community)
    assert story.case.lng is None
    story.take("accept", "other_clerk", matter_id=story.town.matter("parking").id)


def test_nowhere_and_outside_are_no_places(story: Story) -> None:
    lng, lat = story.town.point_outside()
    for inputs in (
        {},
        {"lng": 117.0},
        {"lng": lng, "lat": lat},
        {"area_code": "370199"},
        {"lng": lng, "lat": lat, "crs": "x"},
    ):
        with pytest.raises(Refused):
            story.take("relocate", "clerk", reason="改", **inputs)
    assert story.case.version == 1


# --- hands ----------------------------------------------------------------------------------------------------------


def test_a_leader_or_clerk_hands_a_case_to_a_colleague(story: Story) -> None:
    story.claimed()
    colleague = story.town.user("worker2")
    with pytest.raises(Denied):
        story.take("hand_over", "worker", colleague_id=colleague.pk)
    story.take("hand_over", "leader", colleague_id=colleague.pk, note="小王休假。")
    assert (story.case.holder, story.case.stage) == (colleague, "handling")
    assert story.case.hold_until > story.at
    for who in ("worker2", "clerk", "adviser"):
        with pytest.raises(Refused):
            story.take("hand_over", "leader", colleague_id=story.town.user(who).pk)


def post_of(town: Town, who: str) -> Post:
    return Post.objects.select_related("desk__area").get(user=town.user(who))


def test_what_a_leaver_holds_comes_back_to_the_desk(story: Story) -> None:
    story.claimed()
    unseat(post_of(story.town, "worker"), actor=SYSTEM, at=story.at, until_on=local_day(story.at) - timedelta(days=1))
    while dispatch(at=story.at):
        pass
    case = story.case
    assert (case.stage, case.holder) == ("waiting", None)
    assert timeline(case)[-1].name == "case.vacated"


def test_a_post_that_ends_later_leaves_the_case_until_its_last_day(story: Story) -> None:
    story.claimed()
    unseat(post_of(story.town, "worker"), actor=SYSTEM, at=story.at, until_on=local_day(story.at))
    while dispatch(at=story.at):
        pass
    assert story.case.holder is not None
    assert vacate(at=story.at) == 0
    assert vacate(at=story.at + timedelta(days=1)) == 1
    assert vacate(at=story.at + timedelta(days=1)) == 0


def test_a_suspended_case_of_a_leaver_runs_on(story: Story) -> None:
    story.claimed()
    story.take("ask_suspension", "worker", reason="等", review_on=(NOON + timedelta(days=30)).date())
    story.take("suspend", "clerk")
    unseat(post_of(story.town, "worker"), actor=SYSTEM, at=story.at, until_on=local_day(story.at) - timedelta(days=1))
    assert vacate(at=story.at) == 1
    assert (story.case.suspended_at, story.case.stage) == (None, "waiting")
    assert story.case.alarm_at is not None
