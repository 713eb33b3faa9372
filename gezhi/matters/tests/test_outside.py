"""Work that comes down outside the catalogue: written down, refused with the standing sentence, and counted by who asks."""

from datetime import date, timedelta

import pytest

from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, timeline
from gezhi.kernel.refusals import Missing, Refused
from gezhi.matters.access import get_outside_request
from gezhi.matters.actions import refuse_outside, set_standing_sentence
from gezhi.matters.models import OutsideRequest
from gezhi.matters.outside import by_asker, listed, sentence_on
from gezhi.people.models import Notice
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
DAY = NOON.date()


def refused_work(town: Town, who: str = "leader", **over: object) -> OutsideRequest:
    facts = {
        "area_code": town.grid,
        "what": "挨家挨户统计空调数量，三天内报表。",
        "asked_on": DAY,
        "channel": "message",
        "department_id": town.desk("market_regulation").department_id,
    } | over
    return refuse_outside(actor=town.actor(who), at=NOON, **facts)  # type: ignore[arg-type]


def test_who_asked_what_when_and_the_sentence_as_it_was_said(town: Town) -> None:
    before = sentence_on(DAY)
    assert "不在网格承担事项清单内" in before
    request = refused_work(town)
    set_standing_sentence("不在清单内，不接。", actor=SYSTEM, at=NOON, valid_from=DAY + timedelta(days=1))
    assert OutsideRequest.objects.get(pk=request.pk).sentence == before
    assert sentence_on(DAY + timedelta(days=1)) == "不在清单内，不接。"
    (event,) = timeline(request)
    assert event.data["department"] == request.department_id
    while dispatch(at=NOON):
        pass
    desks = set(Notice.objects.filter(event=event).values_list("desk_id", flat=True))
    assert desks == {town.desk("market_regulation").pk, town.desk(town.district).pk}


def test_the_leader_of_a_grid_and_the_clerk_of_a_community_for_their_own(town: Town) -> None:
    refused_work(town, "clerk", area_code=town.community)
    for who, area in (
        ("leader", town.next_grid),
        ("clerk", town.next_community),
        ("stranger", town.grid),
        ("leader", town.street),
    ):
        with pytest.raises(Refused) as refused:
            refused_work(town, who, area_code=area)
        assert refused.value.code == "not_your_area"
    for who in ("worker", "street_clerk", "handler", "inspector", "nobody"):
        with pytest.raises(Refused):
            refused_work(town, who)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"what": " "}, "empty"),
        ({"department_id": None}, "no_asker"),
        ({"department_id": 999_999}, "no_asker"),
        ({"channel": "dream"}, "no_such_channel"),
        ({"asked_on": DAY + timedelta(days=1)}, "no_such_day"),
    ],
)
def test_who_and_what_are_needed(town: Town, over: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        refused_work(town, **over)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_listed_by_who_asks_and_seen_by_whom_it_concerns(town: Town) -> None:
    for day in range(3):
        refused_work(town, asked_on=DAY - timedelta(days=day))
    refused_work(town, "clerk", area_code=town.community)
    refused_work(town, department_id=None, asker="某市直单位")
    first, last = DAY - timedelta(days=30), DAY
    figures = by_asker(town.actor("district_clerk"), first=first, last=last)
    assert [(one.count, one.areas) for one in figures] == [(4, 2), (1, 1)]
    assert figures[1].name == "某市直单位"
    seen = {who: listed(town.actor(who), first=first, last=last).count() for who in CAST}
    assert seen == CAST
    assert by_asker(town.actor("district_clerk"), first=date(2020, 1, 1), last=date(2020, 2, 1)) == []


CAST = {
    "leader": 4,
    "clerk": 5,
    "street_clerk": 5,
    "district_clerk": 5,
    "inspector": 5,
    "other_handler": 4,
    "handler": 0,
    "stranger": 0,
    "worker": 0,
    "other_clerk": 0,
}


def test_one_of_them_alone(town: Town) -> None:
    request = refused_work(town)
    assert get_outside_request(town.actor("other_handler"), request.pk) == request
    for who in ("stranger", "handler", "worker"):
        with pytest.raises(Missing):
            get_outside_request(town.actor(who), request.pk)


def test_the_sentence_is_the_district_s_and_never_changed_backwards(town: Town) -> None:
    with pytest.raises(Denied):
        set_standing_sentence("不接", actor=town.actor("street_clerk"), at=NOON, valid_from=DAY)
    with pytest.raises(Refused) as refused:
        set_standing_sentence("不接", actor=SYSTEM, at=NOON, valid_from=DAY - timedelta(days=1))
    assert refused.value.code == "retroactive"
