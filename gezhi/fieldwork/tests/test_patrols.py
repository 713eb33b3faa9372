"""日常巡查: "I was there, found nothing" or "found this", at spots that somebody chose."""

import pytest

from gezhi.cases.models import Case
from gezhi.fieldwork.access import get_spot
from gezhi.fieldwork.actions import Finding, change_spot, retire_spot
from gezhi.fieldwork.models import Look, Spot
from gezhi.fieldwork.queries import look_counts
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing, Refused
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


def test_found_nothing_and_found_this(rounds: Rounds, town: Town) -> None:
    spot = rounds.spot()
    rounds.look(spot)
    look = rounds.look(spot, "leader", finding=Finding("护栏断了一根。"))
    case = Case.objects.get()
    assert (look.case_id, case.address, case.grid_code) == (case.pk, "河边护栏", town.grid)
    counts = look_counts(town.grid, first=202603, last=202603)
    assert (counts.total.total, counts.total.with_more) == (2, 1)


def test_a_look_knows_no_way_and_no_position() -> None:
    names = {field.name for field in Look._meta.get_fields()}
    assert not names & {"lng", "lat", "track", "minutes", "duration", "photo", "file", "started_at"}


def test_spots_are_chosen_by_who_leads_and_by_the_desks(rounds: Rounds, town: Town) -> None:
    for number, who in enumerate(("leader", "clerk", "street_clerk", "district_clerk")):
        rounds.spot(who, name=f"点{number}")
    for who in ("worker", "part_timer", "neighbour", "other_clerk", "inspector", "stranger", "nobody"):
        with pytest.raises(Denied):
            rounds.spot(who, name=f"{who}的点")


def test_spots_have_names_of_their_own(rounds: Rounds, town: Town) -> None:
    spot = rounds.spot()
    with pytest.raises(Refused):
        rounds.spot()
    change_spot(spot, actor=town.actor("leader"), at=NOON, name="河边石阶", hint="看有没有松动")
    assert rounds.spot().name == "河边护栏"
    retire_spot(spot, actor=town.actor("leader"), at=NOON)
    assert list(Spot.objects.active().values_list("name", flat=True)) == ["河边护栏"]


def test_who_has_no_business_there_finds_no_spot(rounds: Rounds, town: Town) -> None:
    spot = rounds.spot()
    for who in ("neighbour", "clerk", "inspector", "stranger", "nobody"):
        with pytest.raises(Missing):
            get_spot(town.actor(who), spot.pk)
        with pytest.raises(Denied):
            rounds.look(spot, who)
