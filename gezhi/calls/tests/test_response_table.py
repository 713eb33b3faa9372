"""The departments' response table against figures reckoned by hand, and who sees which rows of it."""

from datetime import date
from io import BytesIO
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from gezhi.calls.actions import set_score_rule, sound_alarms
from gezhi.calls.assessment import Period, response_table, workbook
from gezhi.calls.response import Line, Record, Share, Spread, table_of
from gezhi.calls.scoring import Rule
from gezhi.calls.tests.story import DAY, HOUR, LEAD, OTHER, CallStory
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, SYSTEM, Town


def record(department: int, **over: Any) -> Record:
    facts: dict[str, Any] = {
        "is_signed_in_time": True, "response": 10, "is_arrival_in_time": None, "arrival": None, "handling": None,
        "rounds": 1, "score": None,
    }  # fmt: skip
    return Record(department_id=department, **facts | over)


def test_against_a_table_reckoned_by_hand() -> None:
    records = [
        # Department 1: ten calls, spans of 10, 20 ... 100 minutes, nine in time, one of two arrivals in time, scores 3.70 and 4.30.
        *(record(1, response=10 * n, is_signed_in_time=n != 10, handling=100 * n) for n in range(1, 9)),
        record(1, response=90, score=370, is_arrival_in_time=True, arrival=30, rounds=3),
        record(1, response=100, score=430, is_arrival_in_time=False, arrival=90, is_signed_in_time=False),
        # Department 2: five calls, one not signed although its time was over, one still within it; scored 4.00 each time.
        *(record(2, score=400, response=7) for _n in range(3)),
        record(2, response=None, is_signed_in_time=False),
        record(2, response=None, is_signed_in_time=None),
        # Department 3: scored 5.00, but only four calls.
        *(record(3, score=500) for _n in range(4)),
        # Department 4: often there, never scored.
        *(record(4) for _n in range(6)),
    ]
    lines = table_of(records, fewest=5)
    assert [(line.department_id, line.rank, line.is_too_few) for line in lines] == [
        (1, 1, False), (2, 1, False), (3, None, True), (4, None, False),
    ]  # fmt: skip
    first, second, third, _fourth = lines
    assert first == Line(
        department_id=1,
        calls=10,
        signed_in_time=Share(9, 10),
        response=Spread(10, 55.0, 90),
        arrived_in_time=Share(1, 2),
        arrival=Spread(2, 60.0, 90),
        handling=Spread(8, 450.0, 800),
        sent_back=1,
        score=80.0,
        scored=2,
        objected=0,
        is_too_few=False,
        rank=1,
    )
    assert (second.signed_in_time, second.response, second.score) == (Share(3, 4), Spread(3, 7.0, 7), 80.0)
    assert (third.score, third.scored, third.rank) == (100.0, 4, None)


def test_equals_share_a_rank_and_the_next_is_counted_past_them() -> None:
    records = [record(number, score=score) for number, score in ((1, 300), (2, 400), (3, 400), (4, 500))]
    assert [(line.department_id, line.rank) for line in table_of(records, fewest=1)] == [(4, 1), (2, 2), (3, 2), (1, 4)]


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_nine_tenths_do_not_exceed_the_ninth(spans: list[int]) -> None:
    spread = Spread.of(spans)
    assert spread.ninth in spans
    assert 10 * sum(span <= spread.ninth for span in spans) >= 9 * len(spans)
    assert 10 * sum(span < spread.ninth for span in spans) < 9 * len(spans)
    assert spread.middle == median(spans)


@given(st.lists(st.builds(record, st.integers(1, 4), response=st.none() | st.integers(0, 99),
                          is_signed_in_time=st.none() | st.booleans(), score=st.none() | st.integers(100, 500))))  # fmt: skip
def test_nothing_is_lost_or_counted_twice(records: list[Record]) -> None:
    lines = table_of(records, fewest=3)
    assert sum(line.calls for line in lines) == len(records)
    assert sum(line.scored for line in lines) == sum(one.score is not None for one in records)
    assert len({line.department_id for line in lines}) == len(lines)
    ranks = [line.rank for line in lines]
    assert ranks == sorted(ranks, key=lambda rank: (rank is None, rank or 0))
    assert all(line.calls >= 3 and line.scored for line in lines if line.rank is not None)


# --- from the rows --------------------------------------------------------------------------------------------------


def lines_for(
    town: Town, who: str, at: Any, first: date = date(2026, 3, 1), last: date = date(2026, 3, 31)
) -> dict[int, Line]:
    return {line.department_id: line for line in response_table(Period(first, last), town.actor(who, at=at), at).lines}


@pytest.mark.django_db
def test_the_spans_of_one_call(story: CallStory) -> None:
    """Asked at ten past ten; signed ten minutes later, and over the noon break from then on."""
    story.dispatched()
    story.take("sign", "handler")
    story.take("arrive", "handler", after=2 * HOUR)
    story.take("confirm_arrival", "street_clerk")
    story.take("file", "handler", result="工资已经结清。", after=HOUR)
    line = lines_for(story.town, "district_clerk", story.at)[story.town.desk(LEAD).pk]
    assert (line.calls, line.signed_in_time, line.response) == (1, Share(1, 1), Spread(1, 10.0, 10))
    # 10:20 to 12:20 with the break from 12:00: a hundred minutes; to 13:30: thirty more.
    assert (line.arrival, line.handling) == (Spread(1, 100.0, 100), Spread(1, 130.0, 130))
    assert line.is_too_few
    other = lines_for(story.town, "district_clerk", story.at)[story.town.desk(OTHER).pk]
    assert (other.signed_in_time, other.response) == (Share(0, 0), Spread(0, None, None))


@pytest.mark.django_db
def test_urgent_calls_are_timed_around_the_clock_and_late_ones_are_late(town: Town) -> None:
    story = CallStory(town, is_urgent=True).dispatched()
    sound_alarms(at=story.at + 2 * HOUR)
    story.take("sign", "handler", after=3 * HOUR)
    line = lines_for(town, "district_clerk", story.at)[town.desk(LEAD).pk]
    assert (line.signed_in_time, line.response.middle) == (Share(0, 1), 180.0)
    late = lines_for(town, "district_clerk", story.at)[town.desk(OTHER).pk]
    assert late.signed_in_time == Share(0, 1), "not signed and out of time is not in time"


@pytest.mark.django_db
def test_an_arrival_that_nobody_confirmed_is_none(story: CallStory) -> None:
    story.signed()
    story.take("arrive", "handler")
    assert lines_for(story.town, "district_clerk", story.at)[story.town.desk(LEAD).pk].arrival.count == 0


@pytest.mark.django_db
def test_who_was_excused_is_not_in_it(story: CallStory) -> None:
    story.dispatched()
    story.take("decline", "other_handler", OTHER, reason="不归我们管。")
    story.take("excuse", "district_clerk", OTHER, reason="确实不归。")
    assert set(lines_for(story.town, "district_clerk", story.at)) == {story.town.desk(LEAD).pk}


@pytest.mark.django_db
def test_nobody_is_excused_from_having_been_late(story: CallStory) -> None:
    """Or the district could wipe out what a department slept through."""
    story.dispatched()
    story.at = story.part(OTHER).sign_due_at
    sound_alarms(at=story.at)
    story.take("excuse", "district_clerk", OTHER, reason="换人。", after=DAY)
    line = lines_for(story.town, "district_clerk", story.at)[story.town.desk(OTHER).pk]
    assert (line.calls, line.signed_in_time) == (1, Share(0, 1))


@pytest.mark.django_db
def test_while_the_district_rules_nobody_is_late(story: CallStory) -> None:
    story.dispatched()
    story.take("decline", "other_handler", OTHER, reason="不归我们管。")
    line = lines_for(story.town, "district_clerk", story.at + 30 * DAY)[story.town.desk(OTHER).pk]
    assert line.signed_in_time == Share(0, 0)


@pytest.mark.django_db
def test_scores_by_the_weights_of_their_day(town: Town) -> None:
    first = CallStory(town).struck_off().scored(5, 4, 3)
    set_score_rule(Rule(date(2026, 3, 3), 0, 0, 100, 2, 150, 5, 5), actor=SYSTEM, at=NOON)
    second = CallStory(town, at=NOON + DAY).struck_off().scored(5, 4, 3)
    line = lines_for(town, "district_clerk", second.at)[town.desk(LEAD).pk]
    # 30 % of 5, 20 % of 4 and 50 % of 3 are 3.80; the effect alone is 3.00; on a scale to a hundred their mean is 68.
    assert (line.score, line.scored) == (68.0, 2)
    second.take("object", "handler", reason="不公平。")
    assert lines_for(town, "district_clerk", second.at)[town.desk(LEAD).pk].objected == 1
    second.take("void", "district_clerk", reason="确有道理。")
    line = lines_for(town, "district_clerk", second.at)[town.desk(LEAD).pk]
    assert (line.score, line.scored, line.calls) == (76.0, 1, 2)
    assert first.part().score.standing == "counted"


@pytest.mark.django_db
def test_the_period_is_that_in_which_it_was_asked(story: CallStory) -> None:
    story.dispatched()
    assert lines_for(story.town, "district_clerk", story.at, date(2026, 3, 2), date(2026, 3, 2))
    assert not lines_for(story.town, "district_clerk", story.at, date(2026, 3, 3), date(2026, 3, 31))
    assert not lines_for(story.town, "district_clerk", story.at, date(2026, 2, 1), date(2026, 3, 1))
    with pytest.raises(Refused):
        Period(date(2026, 3, 3), date(2026, 3, 2))


@pytest.mark.django_db
def test_a_department_sees_itself_a_street_its_own_calls(story: CallStory) -> None:
    story.dispatched()
    town, lead, other = story.town, story.town.desk(LEAD).pk, story.town.desk(OTHER).pk
    assert set(lines_for(town, "handler", story.at)) == {lead}
    assert set(lines_for(town, "street_clerk", story.at)) == {lead, other}
    for who in ("stranger", "clerk", "nobody"):
        assert lines_for(town, who, story.at) == {}


@pytest.mark.django_db
def test_the_number_of_calls_costs_no_statements(story: CallStory) -> None:
    story.struck_off().scored()
    town, at = story.town, story.at
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            lines_for(town, "district_clerk", at)
        counts.append(len(asked))
        for _more in range(3):
            CallStory(town).struck_off().scored()
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_as_a_workbook(story: CallStory) -> None:
    story.struck_off().scored(5, 5, 5)
    at = story.at
    table = response_table(Period(date(2026, 1, 1), date(2026, 3, 2)), story.town.actor("district_clerk", at=at), at)
    sheet = load_workbook(BytesIO(workbook(table))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert sheet.title == "响应情况 2026-01-01 至 2026-03-02"
    assert rows[0][:4] == ("名次", "部门", "参加次数", "按时签收")
    assert rows[1][1:6] == ("区人力资源和社会保障局", 1, 1, 1, 1)
    assert rows[1][-1] == "不足 5 次，不排名"
    assert rows[1][rows[0].index("加权得分（百分制）")] == 100
    assert any(row[0] and "紧急呼叫按自然时间" in str(row[0]) for row in rows[3:])
