"""A report comes in: located, put on a desk, its clock set, its chain begun."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gezhi.cases.access import case_by_receipt
from gezhi.cases.actions import Draft, report, report_many, solve, take
from gezhi.cases.models import Case, Reporter
from gezhi.cases.queries import route_of
from gezhi.kernel.access import Actor
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.numbers import parse_case_number
from gezhi.kernel.refusals import Missing, Refused
from gezhi.matters.actions import end_matter
from gezhi.matters.models import Matter
from gezhi.testing import NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
RESIDENT = Actor.resident()


def statements(captured) -> list[str]:
    return [
        query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]


def test_a_point_becomes_grid_community_and_street(town: Town) -> None:
    case = town.report()
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.grid_code, fresh.community_code, fresh.street_code) == (town.grid, town.community, town.street)
    assert fresh.area.code == town.grid
    assert fresh.stage == "received"
    assert fresh.desk_id == town.desk(town.community).pk
    assert fresh.title == "小区东门的路灯三天不亮了，晚上看不清路"
    assert parse_case_number(fresh.number).id == fresh.pk


def test_the_limit_to_accept_is_one_working_day(town: Town) -> None:
    case = town.report()
    assert case.due_at == NOON.replace(day=3, hour=17)
    assert case.alarm_at == case.warn_at == NOON.replace(hour=17)
    assert not case.due_is_provisional


def test_a_year_without_published_holidays_gives_a_provisional_promise(town: Town) -> None:
    late = NOON.replace(year=2026, month=12, day=31, hour=16)
    assert town.report(at=late).due_is_provisional


def test_the_chain_begins_and_keeps_what_was_suggested(town: Town) -> None:
    case = town.report()
    events = timeline(case)
    assert [event.name for event in events] == ["case.reported"]
    assert faults(events, version=1) == []
    assert events[0].data["suggested"][0]["matter"] == town.matter("lamp").id
    assert "路灯" not in str(events[0].note)


def test_the_log_alone_tells_what_counting_needs(town: Town) -> None:
    said, lamp = NOON - timedelta(days=3), town.matter("lamp").id
    [old] = report_many([Draft(text="路灯不亮", area_code=town.grid, said_at=said)], actor=SYSTEM, at=NOON)
    named = town.report(actor=town.actor("worker"), source="worker", matter_id=lamp)
    plain = town.report()
    of_old, of_named, of_plain = (timeline(case)[0].data for case in (old, named, plain))
    assert (of_old["source"], of_old["area"], of_old["desk"]) == (old.source, town.grid, old.desk_id)
    assert datetime.fromisoformat(of_old["reported_at"]) == said
    assert of_named["matter"] == lamp
    # What the event's own instant says, or nobody has said yet, isn't said twice.
    assert not {"matter", "reported_at"} & set(of_plain)


def test_coordinates_of_a_phone_are_converted_at_the_border(town: Town) -> None:
    from gezhi.territory.crs import Crs, from_wgs84

    lng, lat = town.point_in(town.next_grid)
    shifted = from_wgs84(lng, lat, Crs.GCJ02)
    case = town.report(lng=float(shifted[0]), lat=float(shifted[1]), crs="gcj02")
    assert case.grid_code == town.next_grid
    assert case.crs_in == "gcj02"
    assert (case.lng, case.lat) == (pytest.approx(lng, abs=1e-6), pytest.approx(lat, abs=1e-6))


@pytest.mark.parametrize(("code", "desk"), [("community", "community"), ("street", "street"), ("district", "district")])
def test_an_area_without_a_point_goes_to_its_own_intake(town: Town, code: str, desk: str) -> None:
    case = town.report(lng=None, lat=None, area_code=getattr(town, code))
    assert case.desk_id == town.desk(getattr(town, desk)).pk
    assert case.lng is None


def test_nothing_known_of_the_place_goes_to_the_district(town: Town) -> None:
    assert town.report(lng=None, lat=None).desk_id == town.desk(town.district).pk


@pytest.mark.parametrize(
    ("over", "code", "field"),
    [
        ({"text": "  "}, "empty", "text"),
        ({"text": "长" * 10_001}, "too_long", "text"),
        ({"text": "a\x00b"}, "not_text", "text"),
        ({"title": "长" * 81}, "too_long", "title"),
        ({"address": "长" * 201}, "too_long", "address"),
        ({"external_key": "hotline:" + "9" * 80}, "too_long", "external_key"),
        ({"text": "半个字\ud83d"}, "not_text", "text"),
        ({"kind": "gossip"}, "no_such_kind", "kind"),
        ({"source": "part"}, "no_such_source", "source"),
        ({"lat": None}, "half_a_point", "lat"),
        ({"lng": 121.47, "lat": 31.23}, "outside_district", "lng"),
        ({"lng": 36.641, "lat": 116.962}, "swapped_coordinates", "lng"),
        ({"lng": float("nan")}, "bad_coordinates", "lng"),
        ({"lng": 1e300, "lat": -1e300}, "bad_coordinates", "lng"),
        ({"crs": "mars"}, "no_such_crs", "crs"),
        ({"lng": None, "lat": None, "area_code": "999999"}, "no_such_area", "area_code"),
        ({"matter_id": 10**9}, "no_such_matter", "matter_id"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_kept(town: Town, over, code: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        town.report(**over)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(refusal.value.message))
    assert not Case.objects.exists()


def test_the_reporter_is_sealed_and_masked_from_the_log(town: Town, django_assert_max_num_queries) -> None:
    from django.db import connection

    case = town.report(reporter_name="刘诉求", reporter_phone="138 0531 2345")
    with connection.cursor() as cursor:
        cursor.execute("select name, phone, phone_index from cases_reporter")
        raw = cursor.fetchone()
    assert "刘诉求" not in "".join(raw)
    assert "13805312345" not in "".join(raw).replace(" ", "")
    assert Reporter.objects.get(case=case).name == "刘诉求"
    assert "刘诉求" not in str([(event.data, event.note, event.actor_name) for event in timeline(case)])


def test_the_receipt_code_finds_the_case_also_when_typed_carelessly(town: Town) -> None:
    case = town.report()
    typed = case.receipt_code.lower().replace("-", " ")
    assert case_by_receipt(typed) == case
    with pytest.raises(Missing):
        case_by_receipt("AAAA-AAAA-AAAA")


def test_a_worker_names_the_matter_and_it_goes_straight_to_the_grid(town: Town) -> None:
    case = town.report(actor=town.actor("worker"), source="worker", matter_id=town.matter("lamp").id)
    assert case.stage == "waiting"
    assert case.desk_id == town.desk(town.grid).pk
    assert [event.name for event in timeline(case)] == ["case.reported", "case.accepted"]
    assert route_of(case)["rule"] == "matter_at_grid"


def test_a_worker_reports_only_where_the_post_reaches(town: Town) -> None:
    with pytest.raises(Refused) as refusal:
        town.report(actor=town.actor("worker"), source="worker", grid=town.other_grid)
    assert refusal.value.code == "not_your_area"


def test_a_tip_is_confidential_from_the_start(town: Town) -> None:
    assert town.report(kind="tip").is_confidential


def test_solved_on_the_spot_still_awaits_another_ones_check(town: Town) -> None:
    lng, lat = town.point_in()
    case = solve(
        actor=town.actor("worker"),
        at=NOON,
        text="楼道堆物",
        matter_id=town.matter("rubbish").id,
        result="已当场清走。",
        answer="已清走，谢谢提醒。",
        lng=lng,
        lat=lat,
    )
    assert (case.stage, case.is_on_the_spot, case.finished_by_id) == ("finished", True, town.user("worker").pk)
    assert [event.name for event in timeline(case)] == ["case.reported", "case.solved"]
    assert faults(timeline(case), version=case.version) == []


def found_and_solved(town: Town, who: str = "worker", matter: str = "rubbish", **over) -> Case:
    lng, lat = town.point_in()
    actor = Actor.resident() if who == "resident" else town.actor(who)
    given = {"text": "楼道堆物", "matter_id": town.matter(matter).id, "result": "已当场清走。", "lng": lng, "lat": lat}
    return solve(actor=actor, at=NOON, **given | over)


@pytest.mark.parametrize("who", ["resident", "clerk", "adviser", "nobody", "stranger"])
def test_only_those_who_work_in_the_grid_solve_on_the_spot(town: Town, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        found_and_solved(town, who)
    assert refusal.value.code == "not_your_area"
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("over", "code", "field"),
    [
        ({"result": " "}, "empty", "result"),
        ({"result": "长" * 10_001}, "too_long", "result"),
        ({"answer": "a\x00b"}, "not_text", "answer"),
        ({"matter_id": None}, "empty", "matter_id"),
    ],
)
def test_solving_takes_fitting_words(town: Town, over, code: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        found_and_solved(town, **over)
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize("matter", ["rubbish", "parking", "wages"])
def test_what_was_solved_lies_on_the_desk_of_who_solved_it(town: Town, matter: str) -> None:
    """Whatever desk the matter would go to otherwise: so the community verifies, and a failed check goes back to somebody who can mend it."""
    case = found_and_solved(town, matter=matter)
    assert case.desk_id == town.desk(town.grid).pk
    take("reject", case, actor=town.actor("clerk"), at=NOON + timedelta(hours=1), reason="还在。")
    take("finish", case, actor=town.actor("worker"), at=NOON + timedelta(hours=2), result="又清了一次。")
    take("verify", case, actor=town.actor("clerk"), at=NOON + timedelta(hours=3), answer="已清走。")
    assert case.stage == "answered"


def test_a_matter_that_has_left_the_catalogue_is_not_suggested(town: Town) -> None:
    lamp = Matter.objects.get(pk=town.matter("lamp").id)
    end_matter(lamp, actor=SYSTEM, at=NOON, valid_until=NOON.date())
    suggested = [
        [one["matter"] for one in timeline(town.report(at=at))[0].data["suggested"]]
        for at in (NOON, NOON + timedelta(days=1))
    ]
    assert lamp.pk in suggested[0]
    assert lamp.pk not in suggested[1]


def test_a_matter_that_has_left_the_catalogue_is_not_accepted(town: Town) -> None:
    lamp = Matter.objects.get(pk=town.matter("lamp").id)
    end_matter(lamp, actor=SYSTEM, at=NOON, valid_until=NOON.date())
    case, clerk = town.report(), town.actor("clerk")
    with pytest.raises(Refused) as refusal:
        take("accept", case, actor=clerk, at=NOON + timedelta(days=1), matter_id=lamp.pk)
    assert refusal.value.code == "no_such_matter"
    take("accept", case, actor=clerk, at=NOON + timedelta(hours=1), matter_id=lamp.pk)
    assert case.stage == "waiting"


def test_intake_is_one_transaction_of_at_most_five_statements(town: Town, django_assert_max_num_queries) -> None:
    town.report()
    with django_assert_max_num_queries(100) as captured:
        town.report(reporter_name="刘诉求", reporter_phone="13805312345")
    assert len(statements(captured)) <= 5, statements(captured)


# --- many at once ---------------------------------------------------------------------------------------------------


def drafts(town: Town, count: int) -> list[Draft]:
    lng, lat = town.point_in()
    return [Draft(text=f"第{i}件：楼道堆物", lng=lng, lat=lat, external_key=f"file:{i}") for i in range(count)]


def test_a_batch_takes_a_handful_of_statements(town: Town, database: str, django_assert_max_num_queries) -> None:
    report_many(drafts(town, 2), actor=RESIDENT, at=NOON)
    with django_assert_max_num_queries(100) as captured:
        answers = report_many(
            [replace(draft, external_key=None) for draft in drafts(town, 100)], actor=RESIDENT, at=NOON
        )
    assert all(isinstance(answer, Case) for answer in answers)
    # SQLite takes no more than 999 values in one statement, so its hundred rows need several.
    assert len(statements(captured)) <= (4 if database == "postgresql" else 12), statements(captured)
    for case in Case.objects.all():
        assert faults(timeline(case), version=case.version) == []


def test_a_bad_draft_is_refused_alone(town: Town) -> None:
    rows = drafts(town, 5)
    rows[2] = replace(rows[2], text="")
    answers = report_many(rows, actor=RESIDENT, at=NOON)
    assert [isinstance(answer, Case) for answer in answers] == [True, True, False, True, True]
    assert answers[2].code == "empty"
    assert Case.objects.count() == 4


def test_the_same_external_key_comes_in_once(town: Town) -> None:
    rows = drafts(town, 3)
    report_many(rows, actor=RESIDENT, at=NOON)
    answers = report_many([*rows, rows[0]], actor=RESIDENT, at=NOON)
    assert [answer.code for answer in answers] == ["known"] * 4
    twice = report_many([replace(rows[0], external_key="x")] * 2, actor=RESIDENT, at=NOON)
    assert [isinstance(answer, Case) for answer in twice] == [True, False]
    assert Case.objects.count() == 4


def test_when_it_was_said_is_kept_and_never_lies_ahead(town: Town) -> None:
    said = NOON - timedelta(days=300)
    assert report(actor=RESIDENT, at=NOON, text="旧事", said_at=said).reported_at == said
    assert report(actor=RESIDENT, at=NOON, text="新事", said_at=NOON + timedelta(days=1)).reported_at == NOON
