"""A unit recommends, the street decides, another person than recommended it."""

from datetime import timedelta
from typing import Any

import pytest

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Conflict, Missing
from gezhi.people.access import get_recommendation
from gezhi.people.actions import decide, forget_recommendations, recommend
from gezhi.people.models import Recommendation
from gezhi.people.roles import Role
from gezhi.people.tests.teams import TODAY, refused, source, support
from gezhi.people.workflow import RECOMMENDATION_STEPS, Outcome
from gezhi.testing import NOON, Town


def recommended(town: Town, actor: Actor | None = None, **over: Any) -> Recommendation:
    given: dict[str, Any] = {
        "desk": town.desk(town.grid),
        "source": source("unit_liaison"),
        "unit_name": "泉城商务大厦",
        "name": "何联络",
        "work_phone": "0531-8800123",
    } | over
    row = recommend(given.pop("desk"), given.pop("source"), actor=actor or town.actor("clerk"), at=NOON, **given)
    return get_recommendation(support(town), row.pk)


def test_an_approval_opens_the_account_and_gives_the_post(town: Town) -> None:
    row = recommended(town)
    decide("approve", row, actor=support(town, key="assessor"), at=NOON, seen=row.version, from_on=TODAY)
    assert row.stage == Outcome.APPROVED
    post = row.post
    assert post is not None
    assert (post.role, post.desk_id, post.appointment.channel) == (
        "part_time_worker",
        town.desk(town.grid).pk,
        "selected",
    )
    assert (post.appointment.source.code, post.appointment.unit) == ("unit_liaison", "泉城商务大厦")
    user = User.objects.get(pk=post.user_id)
    assert (user.name, user.work_phone) == ("何联络", "0531-8800123")
    assert not user.has_usable_password()


def test_two_years_later_nobody_is_named_any_more(town: Town) -> None:
    row = recommended(town)
    decide("refuse", row, actor=support(town, key="assessor"), at=NOON, seen=row.version, reason="暂不需要")
    assert forget_recommendations(at=NOON + timedelta(days=729)) == 0
    assert forget_recommendations(at=NOON + timedelta(days=731)) == 1
    row.refresh_from_db()
    assert (row.name, row.unit, row.reason, row.work_phone) == ("", "", "", "")
    assert not faults(timeline(row), version=row.version)
    assert forget_recommendations(at=NOON + timedelta(days=732)) == 0


def test_a_refusal_leaves_no_phone_behind(town: Town) -> None:
    row = recommended(town)
    decide("refuse", row, actor=support(town, key="assessor"), at=NOON, reason="已经配齐")
    row.refresh_from_db()
    assert (row.stage, row.work_phone, row.post) == (Outcome.REFUSED, "", None)
    assert not User.objects.filter(name="何联络").exists()


def test_nobody_decides_on_the_own_recommendation(town: Town) -> None:
    actor = support(town, key="assessor")
    row = recommended(town, actor=actor)
    refused("not_own", lambda: decide("approve", row, actor=actor, at=NOON, from_on=TODAY))


def test_only_who_recommended_withdraws(town: Town) -> None:
    row = recommended(town)
    refused("own", lambda: decide("withdraw", row, actor=support(town, key="assessor"), at=NOON, reason="改了主意"))
    decide("withdraw", row, actor=town.actor("clerk"), at=NOON, reason="本人不愿意")
    assert row.stage == Outcome.WITHDRAWN


def test_the_street_decides_and_not_the_community(town: Town) -> None:
    row = recommended(town)
    with pytest.raises(Denied):
        decide("approve", row, actor=town.actor("clerk"), at=NOON, from_on=TODAY)


def test_another_street_sees_nothing_of_it(town: Town) -> None:
    row = recommended(town)
    with pytest.raises(Missing):
        get_recommendation(support(town, town.other_street, "assessor"), row.pk)


def test_the_second_decision_is_told_of_the_first(town: Town) -> None:
    row = recommended(town)
    actor = support(town, key="assessor")
    stale = get_recommendation(actor, row.pk)
    decide("refuse", row, actor=actor, at=NOON, reason="重复")
    with pytest.raises(Conflict):
        decide("approve", stale, actor=actor, at=NOON, from_on=TODAY)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"unit_name": " "}, "empty"),
        ({"name": ""}, "empty"),
        ({"work_phone": "abc"}, "bad_phone"),
        ({"work_phone": ""}, "bad_phone"),
    ],
)
def test_what_is_missing_is_said(town: Town, over: dict[str, str], code: str) -> None:
    refused(code, lambda: recommended(town, **over))


def test_a_source_that_is_none_for_part_timers_is_refused(town: Town) -> None:
    refused("source_not_allowed", lambda: recommended(town, source=source("open_recruitment")))


def test_part_timers_go_to_grids(town: Town) -> None:
    refused("not_a_grid", lambda: recommended(town, desk=town.desk(town.community)))


def test_every_stage_is_reached_and_left_as_the_table_says() -> None:
    reached = {step.target for step in RECOMMENDATION_STEPS.values()}
    assert reached == set(Outcome)
    left = {stage for step in RECOMMENDATION_STEPS.values() for stage in step.sources}
    assert left == {Outcome.WAITING}


def test_an_approval_may_begin_later(town: Town) -> None:
    row = recommended(town)
    later = TODAY + timedelta(days=20)
    decide("approve", row, actor=support(town, key="assessor"), at=NOON, from_on=later)
    assert row.post is not None
    assert row.post.from_on == later
    assert row.post.role == Role.PART_TIME_WORKER
