"""试算: recorded cases judged by a changed rule; nothing is written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gezhi.cases.actions import set_follow_up_rule, sound_alarms
from gezhi.cases.dry_run import Comparison, DeskChange, LimitChange, Outcome, RungChange, ShareChange
from gezhi.cases.models import Answer, Case
from gezhi.cases.rungs import ladder
from gezhi.cases.tests.story import HOUR, Story
from gezhi.cases.trials import try_rule
from gezhi.kernel.access import Actor
from gezhi.kernel.events import dispatch
from gezhi.kernel.models import Event
from gezhi.kernel.worktime import Limit
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town

DAY = timedelta(days=1)
MARCH = {"first": NOON - DAY, "last": NOON + 20 * DAY, "at": NOON + 20 * DAY}


def trial(change: Any, **span: Any) -> "Comparison[int]":
    return try_rule(change, **MARCH | span)


def shorter(**over: Any) -> LimitChange:
    return LimitChange(**{"kind": "handle", "limit": Limit(1, "working_hours"), "level": "grid"} | over)


def test_a_shorter_limit_makes_due_earlier_and_more_overdue(town: Town) -> None:
    quick, slow = Story(town).accepted(), Story(town).answered()
    found = trial(shorter())
    assert found.cases == 2
    assert found.as_recorded == 2
    assert (found.earlier, found.later, found.changed) == (2, 0, 2)
    # The quick one is still open twenty days later; the slow one was answered in time, three hours after its acceptance.
    assert found.overdue == [1, 2]
    assert {one.subject for one in found.examples} == {quick.pk, slow.pk}
    assert all(one.shift < timedelta(0) for one in found.examples)


def test_a_limit_of_another_matter_or_level_changes_nothing(town: Town) -> None:
    Story(town).answered()
    assert trial(shorter(matter_id=town.matter("noise").id, level="")).changed == 0
    assert trial(shorter(level="street")).changed == 0
    assert trial(shorter(is_emergency=True)).changed == 0


def test_a_particular_limit_goes_before_the_changed_general_one(town: Town) -> None:
    Story(town).accepted("manhole")
    assert trial(shorter(level="")).changed == 0
    assert trial(shorter(level="", matter_id=town.matter("manhole").id)).earlier == 1


def test_the_same_limit_changes_nothing(town: Town) -> None:
    case = Story(town).answered().case
    found = trial(shorter(limit=Limit(2, "working_days")))
    assert (found.changed, found.as_recorded) == (0, 1)
    assert case.stage == "answered"


def test_a_limit_to_accept(town: Town) -> None:
    Story(town).accepted()
    found = trial(LimitChange("accept", Limit(30, "working_minutes")))
    assert found.overdue == [0, 1]
    assert (found.earlier, found.later) == (1, 0)


def test_another_desk_is_where_the_route_of_today_would_lead(town: Town) -> None:
    near, unknown = Story(town).accepted(), Story(town, lng=None, lat=None, area_code=town.street)
    unknown.take("accept", "street_clerk", matter_id=town.matter("lamp").id)
    found = trial(DeskChange(town.matter("lamp").id, "community"))
    grid, community = town.desk(town.grid).pk, town.desk(town.community).pk
    # A place not known finely enough goes to the street before and after.
    assert found.moved == {(grid, community): 1}
    assert found.cases == 2
    (example,) = found.examples
    assert example.subject == near.pk != unknown.pk
    # A community has three days where a grid has two.
    assert (found.later, found.earlier) == (1, 0)


def test_a_matter_taken_from_the_grid(town: Town) -> None:
    Story(town).accepted()
    found = trial(DeskChange(town.matter("lamp").id, "grid", is_for_grid=False))
    assert list(found.moved) == [(town.desk(town.grid).pk, town.desk(town.community).pk)]


def test_to_a_department_and_back(town: Town) -> None:
    Story(town).accepted("wages")
    found = trial(DeskChange(town.matter("wages").id, "street", is_for_grid=False))
    assert list(found.moved) == [(town.desk("human_resources").pk, town.desk(town.street).pk)]


def rung(flight: str, deed: str) -> Any:
    return next(one for one in ladder().rungs if (one.flight, one.deed, one.is_emergency) == (flight, deed, False))


def test_a_later_rung_means_fewer_cards(town: Town) -> None:
    Story(town).accepted()
    old = rung("overdue", "raise")
    until = NOON + 10 * DAY
    before = trial(RungChange(old, None), at=until)
    assert before.deeds["raise"] == [1, 0]
    assert before.deeds["supervise"] == [1, 1]
    later = type(old)(old.flight, False, Limit(30, "working_days"), old.deed, old.valid_from)
    assert trial(RungChange(old, later), at=until).deeds["raise"] == [1, 0]
    assert trial(RungChange(None, later), at=until).deeds["raise"] == [1, 1]


def test_the_deeds_are_those_that_the_clock_did(town: Town) -> None:
    """What the dry run says of the rules in force is what really happened."""
    story = Story(town).accepted()
    at = story.at
    while at < NOON + 10 * DAY:
        at += HOUR
        sound_alarms(at=at)
    rang = Event.objects.filter(name="case.rung_reached", subject_id=story.pk)
    done = sorted(event.data["deed"] for event in rang)
    (example,) = trial(shorter(), at=at).examples
    assert sorted(example.before.deeds) == done == ["raise", "supervise", "urge"]


def test_taken_up_in_time_nobody_is_urged(town: Town) -> None:
    Story(town).claimed()
    Story(town).accepted()
    found = trial(RungChange(rung("unsigned", "urge"), None))
    assert found.deeds["urge"] == [1, 0]


def test_a_larger_share_calls_more_and_the_lots_stay(town: Town) -> None:
    set_follow_up_rule(
        actor=SYSTEM, at=FOUNDED, group="rest", share=0, days=5, attempts=3, valid_from=FOUNDED.date() + 400 * DAY
    )
    story = None
    for _ in range(12):
        story = Story(town, reporter_phone="13812345678").answered()
    Story(town).answered()
    dispatch(at=NOON + DAY, limit=1000)
    found = trial(ShareChange("rest", 100))
    assert story is not None
    assert found.drawn == [0, 12]
    assert (found.as_recorded, found.left_out) == (12, {"no_contact": 1})
    half = trial(ShareChange("rest", 50)).drawn[1]
    assert trial(ShareChange("rest", 50)).drawn[1] == half < 12
    assert trial(ShareChange("emergency", 0)).changed == 0


def test_what_no_rule_of_the_catalogue_made_alone_is_left_out_and_counted(town: Town) -> None:
    extended, declined, fresh, again = Story(town), Story(town), Story(town), Story(town).answered()
    extended.claimed().take("ask_extension", "worker", days=3, reason="等配件")
    extended.take("grant_extension", "clerk")
    declined.take("decline", "clerk", reason="不归", answer="请向市里反映。")
    again.take("rate", Actor.resident(), service=3, outcome=3)
    again.take("reopen", "street_clerk", reason="又坏了")
    other = Story(town)
    other.take("merge", "clerk", main_id=str(fresh.case.number))
    found = trial(shorter())
    assert found.cases == 0
    assert found.left_out == {"extended": 1, "declined": 1, "not_accepted": 1, "opened_again": 1, "merged": 1}


def test_nothing_is_written(town: Town, django_assert_max_num_queries) -> None:
    Story(town).answered()
    Story(town).accepted()
    kept = [list(model.objects.order_by("pk").values()) for model in (Case, Answer, Event)]
    limits = town.matter("lamp").default_desk
    trial(DeskChange(town.matter("lamp").id, "street"))
    with django_assert_max_num_queries(4) as asked:
        trial(shorter())
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)
    assert kept == [list(model.objects.order_by("pk").values()) for model in (Case, Answer, Event)]
    assert town.matter("lamp").default_desk == limits, "the catalogue in memory is untouched"


def test_the_span_is_by_the_report(town: Town) -> None:
    Story(town).accepted()
    assert trial(shorter(), first=NOON + timedelta(seconds=1)).cases == 0
    assert trial(shorter(), last=NOON).cases == 0


@pytest.mark.parametrize("number", [29, 30, 45])
def test_examples_are_a_few_and_counts_are_all(number: int) -> None:
    comparison: Comparison[int] = Comparison()
    noon = datetime(2026, 3, 2, tzinfo=UTC)
    for pk in range(number):
        comparison.add(pk, Outcome(1, noon, False), Outcome(2, noon, False))
    assert (comparison.changed, comparison.moved[1, 2]) == (number, number)
    assert len(comparison.examples) == min(number, 30)
