"""Resources meet needs: by topic, reach and days; the near before the far; and what nobody has stands on a list."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gezhi.cobuild.actions import offer, start_project
from gezhi.cobuild.matching import Have, Want, homes_reached, suggestions, unmatched
from gezhi.cobuild.queries import idle_offers, matched, open_needs
from gezhi.cobuild.tests.story import DUE, area, need, partner, who
from gezhi.kernel.calendar import local_day
from gezhi.testing import NOON, Town

DAY = date(2026, 3, 2)
AREAS = ["370103", "370103001", "370103001001", "370103001001001", "370103001001002", "370103002", "370103002001001"]
DAYS = st.sampled_from([date(2026, 1, 1), date(2026, 3, 1), DAY, date(2026, 3, 20), date(2026, 9, 1)])
TOPICS = st.sampled_from(["room", "care"])
HAVES = st.lists(
    st.builds(Have, st.integers(0, 50), TOPICS, st.sampled_from(AREAS), DAYS, st.none() | DAYS), max_size=8
)


@given(HAVES, st.sampled_from(AREAS), st.none() | DAYS)
def test_what_is_suggested_fits_and_the_near_come_first(haves: list[Have], place: str, by: date | None) -> None:
    found = suggestions(haves, [Want(1, "room", place, by)], on=DAY)[1]
    for one in found:
        shorter = min(one.have.area, place, key=len)
        assert one.have.topic == "room"
        assert one.have.area.startswith(shorter)
        assert place.startswith(shorter)
        assert one.have.until_on is None or one.have.until_on >= DAY
        assert one.in_time == (by is None or one.have.from_on <= by)
    order = [(not one.in_time, -one.nearness) for one in found]
    assert order == sorted(order)
    assert len(found) <= 5


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 400))))
def test_no_household_is_counted_twice(parts: list[tuple[str, int]]) -> None:
    slow = sum(max(number for grid, number in parts if grid == one) for one in {grid for grid, _number in parts})
    assert homes_reached(parts) == slow <= sum(number for _grid, number in parts)


def test_nobody_has_anything(town: Town) -> None:
    wanted, lonely = need(town), need(town, "没有地方停车", "parking")
    found = {one.need.pk: one.offers for one in matched(list(open_needs()), on=local_day(NOON))}
    assert found == {wanted.pk: [], lonely.pk: []}
    near = offer(partner(town), "room", "二楼会议室", **who(town))
    street = partner(town, "示例街道礼堂", "agency", town.street, **who(town, "street_clerk"))
    far = offer(street, "room", "礼堂", **who(town, "street_clerk"))
    elsewhere = partner(town, "东关礼堂", "agency", town.other_community, **who(town, "stranger"))
    offer(elsewhere, "room", "东关的礼堂", **who(town, "stranger"))
    found = {
        one.need.pk: [row.pk for row, _why in one.offers] for one in matched(list(open_needs()), on=local_day(NOON))
    }
    assert found == {wanted.pk: [near.pk, far.pk], lonely.pk: []}
    assert unmatched({1: (), 2: ()}) == [1, 2]
    assert [row.pk for row in idle_offers(town.street, on=local_day(NOON))] == [far.pk, near.pk]
    parts = [(near.partner, near)]
    start_project("借会议室", area(town.community), due_on=DUE, needs=[wanted], parts=parts, **who(town))
    assert list(open_needs()) == [lonely]
    assert [row.pk for row in idle_offers(town.street, on=local_day(NOON))] == [far.pk]
