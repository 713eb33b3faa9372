"""退单: within two working days and with a reason; the second return goes up for a ruling that binds."""

from datetime import timedelta

import pytest

from gezhi.cases.actions import sound_alarms
from gezhi.cases.tests.story import HOUR, Story
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import Town

pytestmark = pytest.mark.django_db


def returned_twice(town: Town) -> Story:
    """The community sends it to one grid, then to the next; both say that it isn't theirs."""
    story = Story(town).accepted()
    story.take("return", "worker", reason="不在本网格。")
    story.take("assign", "clerk", desk_id=town.desk(town.next_grid).pk)
    story.take("return", "neighbour", reason="也不在本网格。")
    return story


def test_in_time_it_goes_back_to_the_sender(story: Story) -> None:
    story.accepted()
    limit = work_calendar().add_days(story.case.arrived_at, 2).at
    story.at = limit - 2 * HOUR
    story.take("return", "worker", reason="不归网格管")
    assert story.case.desk.area.code == story.town.community
    assert story.case.returns == 1


def test_too_late_it_can_only_be_done_or_sent_up(story: Story) -> None:
    story.accepted()
    story.at = work_calendar().add_days(story.case.arrived_at, 2).at
    with pytest.raises(Refused) as refusal:
        story.take("return", "worker", reason="不归网格管")
    assert refusal.value.code == "in_return_term"
    story.take("escalate", "worker", reason="不归网格管")


def test_the_second_return_goes_to_the_desk_above_both(town: Town) -> None:
    story = returned_twice(town)
    case = story.case
    assert case.desk.area.code == town.street
    assert (case.stage, case.ruling, case.returns) == ("waiting", "pending", 2)


def test_nobody_plays_it_on_before_the_ruling(town: Town) -> None:
    story = returned_twice(town)
    grid = town.desk(town.grid).pk
    for name, inputs in (
        ("sign", {}),
        ("assign", {"desk_id": grid}),
        ("escalate", {"reason": "难"}),
        ("reclassify", {"matter_id": town.matter("parking").id, "reason": "换"}),
    ):
        with pytest.raises(Refused) as refusal:
            story.take(name, "street_clerk", **inputs)
        assert refusal.value.code == "not_to_be_ruled", name


def test_a_ruling_binds(town: Town) -> None:
    story = returned_twice(town)
    with pytest.raises(Denied):
        story.take("rule", "clerk", desk_id=town.desk(town.grid).pk, reason="位置在1网格。")
    story.take("rule", "street_clerk", desk_id=town.desk(town.grid).pk, reason="位置在1网格。")
    case = story.case
    assert (case.desk.area.code, case.ruling) == (town.grid, "bound")
    with pytest.raises(Refused) as refusal:
        story.take("return", "worker", reason="还是不要")
    assert refusal.value.code == "not_bound"
    story.take("claim", "worker")
    event = next(event for event in timeline(case) if event.name == "case.ruled")
    assert (event.data["to"], event.note) == (town.desk(town.grid).pk, "位置在1网格。")


def test_a_ruling_reaches_only_the_own_area(town: Town) -> None:
    story = returned_twice(town)
    for target in (town.other_grid, "human_resources"):
        with pytest.raises(Refused) as refusal:
            story.take("rule", "street_clerk", desk_id=town.desk(target).pk, reason="归它")
        assert refusal.value.code == "no_such_desk"


def test_between_street_and_department_the_district_rules(town: Town) -> None:
    story = Story(town).accepted("wages")
    assert story.case.desk.department is not None
    story.take("return", "handler", reason="不归人社管。")
    assert story.case.desk.area.code == town.community
    story.take("escalate", "clerk", reason="街道定")
    story.take("escalate", "street_clerk", reason="区里定")
    story.take("assign", "district_clerk", desk_id=town.desk("market_regulation").pk)
    story.take("return", "other_handler", reason="也不归市场监管。")
    assert (story.case.desk.area.code, story.case.ruling) == (town.district, "pending")
    story.take("rule", "district_clerk", desk_id=town.desk("human_resources").pk, reason="属于欠薪。")
    assert story.case.desk.department.code == "human_resources"
    with pytest.raises(Refused):
        story.take("return", "handler", reason="还是不要")


def test_the_unsigned_ladder_rests_while_it_waits_for_a_ruling(town: Town) -> None:
    story = returned_twice(town)
    assert story.case.rung_at is None
    story.take("rule", "street_clerk", desk_id=town.desk(town.grid).pk, reason="位置在1网格。")
    assert story.case.rung_at is not None


def test_a_reopened_round_begins_without_returns(town: Town) -> None:
    story = returned_twice(town)
    story.take("rule", "street_clerk", desk_id=town.desk(town.grid).pk, reason="位置在1网格。")
    story.take("claim", "worker")
    story.take("finish", "worker", result="好了")
    story.take("verify", "clerk", answer="好了")
    story.at = story.case.rate_until + timedelta(minutes=1)
    sound_alarms(at=story.at)
    story.take("reopen", "street_clerk", reason="又坏了")
    assert (story.case.returns, story.case.ruling) == (0, "")


def ruled(town: Town) -> Story:
    """The street has ruled: it is the first grid's."""
    story = returned_twice(town)
    story.take("rule", "street_clerk", desk_id=town.desk(town.grid).pk, reason="位置在1网格。")
    return story


def test_another_matter_or_place_undoes_no_ruling(town: Town) -> None:
    story = ruled(town)
    lng, lat = town.point_in(town.next_grid)
    for name, inputs in (
        ("reclassify", {"matter_id": town.matter("parking").id, "reason": "像停车。"}),
        ("relocate", {"lng": lng, "lat": lat, "reason": "点错了。"}),
    ):
        with pytest.raises(Refused) as refusal:
            story.take(name, "clerk", **inputs)
        assert refusal.value.code == "bound", name
    # What leaves it on its desk leaves it bound.
    story.take("reclassify", "clerk", matter_id=town.matter("rubbish").id, reason="是垃圾。")
    assert (story.case.desk.area.code, story.case.ruling, story.case.returns) == (town.grid, "bound", 2)
    with pytest.raises(Refused) as refusal:
        story.take("return", "worker", reason="还是不要")
    assert refusal.value.code == "not_bound"


def test_who_rules_above_may_send_it_elsewhere_and_it_stays_bound(town: Town) -> None:
    story = ruled(town)
    lng, lat = town.point_in(town.next_grid)
    story.take("relocate", "street_clerk", lng=lng, lat=lat, reason="点错了。")
    assert (story.case.desk.area.code, story.case.ruling) == (town.next_grid, "bound")
    with pytest.raises(Refused) as refusal:
        story.take("return", "neighbour", reason="不要")
    assert refusal.value.code == "not_bound"


def test_a_street_undoes_no_ruling_of_the_district(town: Town) -> None:
    story = Story(town).accepted("wages")
    story.take("return", "handler", reason="不归人社管。")
    story.take("escalate", "clerk", reason="街道定")
    story.take("escalate", "street_clerk", reason="区里定")
    story.take("assign", "district_clerk", desk_id=town.desk("market_regulation").pk)
    story.take("return", "other_handler", reason="也不归市场监管。")
    story.take("rule", "district_clerk", desk_id=town.desk(town.street).pk, reason="属地办。")
    with pytest.raises(Refused) as refusal:
        story.take("reclassify", "street_clerk", matter_id=town.matter("lamp").id, reason="像路灯。")
    assert refusal.value.code == "bound"
    story.take("reclassify", "district_clerk", matter_id=town.matter("lamp").id, reason="确是路灯。")
    assert (story.case.desk.area.code, story.case.ruling) == (town.grid, "bound")


def test_without_a_ruling_another_matter_may_be_returned_anew(town: Town) -> None:
    story = Story(town).accepted()
    story.take("return", "worker", reason="不在本网格。")
    story.take("reclassify", "clerk", matter_id=town.matter("rubbish").id, reason="是垃圾。")
    assert (story.case.returns, story.case.ruling) == (0, "")
