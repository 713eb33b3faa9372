"""入户: a visit at a door, counted; what somebody needs is a case at once, and nothing else is kept."""

from datetime import timedelta
from uuid import uuid4

import pytest

from gezhi.cases.models import Case, Reporter
from gezhi.cases.workflow import Stage
from gezhi.fieldwork.access import get_address_point, get_visit
from gezhi.fieldwork.actions import Finding, change_address_point, retire_address_point
from gezhi.fieldwork.models import AddressPoint, Visit
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing, Refused
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db
NEED = Finding("楼上漏水，卫生间天花板湿了一片。", kind="request")


def test_a_visit_is_a_door_a_reason_and_a_count(rounds: Rounds, town: Town) -> None:
    visit = rounds.visit(rounds.door(), ticked=["good_2", "promote_1", "good_2"])
    assert (visit.grid_code, visit.month, visit.need, visit.case_id) == (town.grid, 202603, "", None)
    assert visit.ticked == ["promote_1", "good_2"], "in the order of the lists, each once"
    assert not Case.objects.exists()
    assert faults(timeline(visit), version=1) == []


def test_what_somebody_needs_is_a_case_at_once(rounds: Rounds, town: Town) -> None:
    door = rounds.door()
    visit = rounds.visit(door, finding=NEED)
    case = Case.objects.get()
    assert visit.case_id == case.pk
    assert (case.kind, case.source, case.text, case.stage) == ("request", "worker", NEED.text, Stage.RECEIVED)
    assert (case.grid_code, case.address) == (town.grid, "3号楼 2单元 301")
    assert not Reporter.objects.exists()


def test_the_words_stand_in_the_case_alone(rounds: Rounds) -> None:
    visit = rounds.visit(rounds.door(), finding=NEED)
    assert not any("漏水" in str(getattr(visit, field.attname)) for field in Visit._meta.local_fields)
    logged = Event.objects.filter(subject_kind__in=["visit", "address_point"])
    assert logged
    assert not any(word in f"{event.data} {event.note}" for event in logged for word in ("漏水", "301"))


def test_contact_is_taken_with_consent_only(rounds: Rounds) -> None:
    with pytest.raises(Refused) as refusal:
        rounds.visit(rounds.door(), finding=Finding(NEED.text, reporter_name="林女士", reporter_phone="13800000000"))
    assert refusal.value.code == "no_consent"
    agreed = Finding(NEED.text, reporter_name="林女士", reporter_phone="13800000000", may_be_contacted=True)
    rounds.visit(rounds.door(), finding=agreed)
    reporter = Reporter.objects.get()
    assert (reporter.name, reporter.may_be_contacted) == ("林女士", True)


def test_solved_at_the_door(rounds: Rounds, town: Town) -> None:
    finding = Finding("楼道灯不亮。", matter_id=town.matter("lamp").id, result="当场换了灯泡。", answer="已经换好。")
    case = rounds.visit(rounds.door(), finding=finding).case
    assert (case.is_on_the_spot, case.stage) == (True, Stage.FINISHED)


@pytest.mark.parametrize("kind", ["tip", "rumour", ""])
def test_other_kinds_are_no_needs(rounds: Rounds, kind: str) -> None:
    with pytest.raises(Refused):
        rounds.visit(rounds.door(), finding=Finding("有人说。", kind=kind))
    assert not Visit.objects.exists()
    assert not Case.objects.exists()


def test_a_refused_case_takes_the_visit_with_it(rounds: Rounds) -> None:
    with pytest.raises(Refused):
        rounds.visit(rounds.door(), finding=Finding("  "))
    assert not Visit.objects.exists()


def test_the_device_may_be_wrong_by_a_decade(rounds: Rounds) -> None:
    wrong = rounds.visit(rounds.door(), done_at=NOON.replace(year=1970))
    ahead = rounds.visit(rounds.door(), done_at=NOON + timedelta(days=40))
    assert (wrong.done_at, wrong.month) == (None, 202603)
    assert (ahead.done_at, ahead.month) == (NOON + timedelta(days=40), 202603), "recorded and not believed"


@pytest.mark.parametrize("trigger", ["", "visit_9", "good_1"])
def test_a_visit_has_one_of_the_six_reasons(rounds: Rounds, trigger: str) -> None:
    with pytest.raises(Refused) as refusal:
        rounds.visit(rounds.door(), trigger=trigger)
    assert refusal.value.field == "trigger"


def test_doors_are_entered_once(rounds: Rounds, town: Town) -> None:
    first, again = rounds.door(), rounds.door("part_timer", key=uuid4())
    assert first == again, "two phones before one door"
    assert rounds.door(door="302") != first
    retire_address_point(first, actor=town.actor("worker"), at=NOON)
    assert rounds.door() != first


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"building": " "}, "building"),
        ({"door": "370103199001011234"}, "door"),
        ({"area_code": "370103001001", "lng": None}, "area_code"),
        ({"lng": 116.9, "lat": None}, "lat"),
    ],
)
def test_a_door_that_is_none_is_refused(rounds: Rounds, over: dict, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        rounds.door(**over)
    assert refusal.value.field == field
    assert not AddressPoint.objects.exists()


def test_a_point_in_another_grid_is_refused(rounds: Rounds, town: Town) -> None:
    lng, lat = town.point_in(town.next_grid)
    with pytest.raises(Refused) as refusal:
        rounds.door(lng=lng, lat=lat)
    assert refusal.value.code == "other_grid"
    lng, lat = town.point_in(town.grid)
    assert rounds.door(lng=lng, lat=lat, area_code="").grid_code == town.grid


def test_a_door_can_be_corrected_without_a_word_in_the_log(rounds: Rounds, town: Town) -> None:
    door = rounds.door()
    change_address_point(door, actor=town.actor("worker"), at=NOON, building="3号楼", unit_name="2单元", door="303")
    assert AddressPoint.objects.get().label == "3号楼 2单元 303"
    assert timeline(door)[-1].data == {"columns": ["door"]}


# --- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["worker", "worker2", "part_timer", "leader"])
def test_the_team_of_the_grid_visits(rounds: Rounds, who: str) -> None:
    assert rounds.visit(rounds.door(), who).by.username == who


@pytest.mark.parametrize(
    "who",
    ["neighbour", "adviser", "specialist", "clerk", "street_clerk", "district_clerk", "handler", "stranger", "nobody"],
)
def test_nobody_else_does(rounds: Rounds, town: Town, who: str) -> None:
    door = rounds.door()
    with pytest.raises(Missing):
        get_address_point(town.actor(who), door.pk)
    with pytest.raises(Denied):
        rounds.door(who, door="909")


def test_one_by_one_a_visit_is_seen_by_who_made_it_and_who_leads_the_team(rounds: Rounds, town: Town) -> None:
    visit = rounds.visit(rounds.door())
    for who in ("worker", "leader"):
        assert get_visit(town.actor(who), visit.pk) == visit
    for who in ("worker2", "neighbour", "clerk", "street_clerk", "district_clerk", "inspector", "assessor", "stranger"):
        with pytest.raises(Missing):
            get_visit(town.actor(who), visit.pk)
        assert not Visit.objects.visible_to(town.actor(who)).exists()
