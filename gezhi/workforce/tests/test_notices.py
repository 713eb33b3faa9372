"""Whose turn it is hears of it: the desks, once each."""

from datetime import date, timedelta

from gezhi.kernel.events import dispatch
from gezhi.people.actions import unseat
from gezhi.people.models import Notice, Post
from gezhi.testing import NOON, SYSTEM, Town
from gezhi.workforce.actions import (
    Turn,
    answer_swap,
    ask_promotion,
    ask_swap,
    begin_tenure,
    plan_shifts,
    remind_tenures,
    take_promotion,
)
from gezhi.workforce.models import Promotion
from gezhi.workforce.tests.life import Selection

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def told(*names: str) -> list[tuple[str, str]]:
    """Event and code of the desk's area, in order."""
    while dispatch(at=NOON):
        pass
    rows = Notice.objects.filter(event__name__in=names).order_by("pk") if names else Notice.objects.order_by("pk")
    return list(rows.values_list("event__name", "desk__area__code"))


def test_the_street_hears_of_a_candidate_and_the_community_of_the_answer(selection: Selection) -> None:
    selection.opened()
    candidate = selection.propose()
    assert told() == [("candidate.proposed", selection.town.street)]
    selection.move(candidate, "approve")
    assert sorted(told("candidate.approved")) == [
        ("candidate.approved", code) for code in (selection.town.community, selection.town.grid)
    ]


def test_street_and_district_hear_of_an_application_in_their_turn(town: Town) -> None:
    ask_promotion(
        actor=town.actor("worker"), at=NOON, from_rung="grid_worker", to_rung="community_staff", statement="六年了。"
    )
    promotion = Promotion.objects.select_related("area").get()
    take_promotion("review", promotion, actor=town.actor("street_clerk"), at=NOON)
    take_promotion("grant", promotion, actor=town.actor("district_clerk"), at=NOON, from_on=NOON.date())
    assert told() == [
        ("promotion.asked", town.street),
        ("promotion.reviewed", town.district),
        ("promotion.granted", town.grid),
    ]


def test_swaps_reminders_and_rosters_of_those_who_leave(town: Town) -> None:
    desk = town.desk(town.grid)
    (shift,) = plan_shifts(
        desk, [Turn(town.user("worker").pk, NOON + DAY, NOON + DAY + HOUR)], actor=town.actor("leader"), at=NOON
    )
    swap = ask_swap(shift, town.user("worker2"), actor=town.actor("worker"), at=NOON)
    answer_swap(swap, True, actor=town.actor("worker2"), at=NOON)
    assert told() == [("swap.asked", town.grid), ("swap.agreed", town.grid)]
    post = Post.objects.select_related("desk__area").get(user=town.user("worker2"))
    unseat(post, actor=SYSTEM, at=NOON, until_on=NOON.date())
    assert told("post.ended") == [("post.ended", town.grid)]
    begin_tenure(town.user("leader"), desk, actor=town.actor("street_clerk"), at=NOON, from_on=date(2024, 3, 10))
    remind_tenures(at=NOON)
    assert told("tenure.reminded") == [("tenure.reminded", town.street)]
