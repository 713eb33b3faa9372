"""分期分批: a matter comes to a street on its day, and is offered for cases nowhere before."""

from datetime import datetime, timedelta

import pytest

from gezhi.cases.actions import take as take_case
from gezhi.cases.models import Case
from gezhi.kernel.access import Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import schedule_batch, take
from gezhi.matters.models import Application
from gezhi.matters.queries import catalogue
from gezhi.matters.tests.story import DAY, FIRST, approved, batch, colleague, examine, submitted
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db
SECOND = FIRST + timedelta(days=30)


@pytest.fixture
def two_phases(town: Town) -> Application:
    """West first, east a month later."""
    application = submitted(town, batches=(batch(town.street), batch(town.other_street, on=SECOND, phase=2)))
    examine(application, town.actor("district_clerk"))
    return take("approve", application, actor=colleague(town), at=NOON)


def on(day: int) -> datetime:
    return NOON + timedelta(days=day)


def accepted(town: Town, matter_id: int, grid: str, at: datetime) -> Case:
    case = town.report(grid=grid, at=at, text="想登记灵活就业，不知道去哪里办。")
    who = "clerk" if grid.startswith(town.street) else "stranger"
    return take_case("accept", case, actor=town.actor(who, at=at), at=at, matter_id=matter_id)


def test_each_street_has_it_from_its_own_day(town: Town, two_phases: Application) -> None:
    matter = two_phases.matter_id or 0
    with pytest.raises(Refused) as refused:
        accepted(town, matter, town.grid, on(9))
    assert refused.value.code == "no_such_matter"
    assert accepted(town, matter, town.grid, on(10)).matter_id == matter
    with pytest.raises(Refused) as refused:
        accepted(town, matter, town.other_grid, on(10))
    assert refused.value.code == "not_here_yet"
    with pytest.raises(Refused):
        accepted(town, matter, town.other_grid, on(39))
    assert accepted(town, matter, town.other_grid, on(40)).matter_id == matter


def test_it_is_suggested_only_where_it_has_come(town: Town, two_phases: Application) -> None:
    def suggested(grid: str, day: int) -> list[int]:
        case = town.report(grid=grid, at=on(day), text="灵活就业登记怎么办")
        return [one["matter"] for one in timeline(case)[0].data["suggested"]]

    assert two_phases.matter_id in suggested(town.grid, 10)
    assert two_phases.matter_id not in suggested(town.grid, 9)
    assert two_phases.matter_id not in suggested(town.other_grid, 10)
    assert two_phases.matter_id in suggested(town.other_grid, 40)


def test_where_the_street_is_not_known_nothing_that_comes_by_batches_is_offered(
    town: Town, two_phases: Application
) -> None:
    here = catalogue().valid_on(on(50).date(), street=town.street)
    nowhere = catalogue().valid_on(on(50).date(), street="")
    assert {one.id for one in here} - {one.id for one in nowhere} == {two_phases.matter_id}


def test_a_worker_solves_nothing_under_a_matter_that_has_not_come(town: Town, two_phases: Application) -> None:
    with pytest.raises(Refused) as refused:
        town.report(
            actor=town.actor("stranger", at=on(12)),
            at=on(12),
            grid=town.other_grid,
            source="worker",
            matter_id=two_phases.matter_id,
        )
    assert refused.value.code == "not_here_yet"


def test_the_district_adds_a_street_or_moves_one_that_has_not_begun(town: Town) -> None:
    application = approved(town)
    facts = {"yearly_fen": 900_000, "phase": 2, "reason": "第二批", "actor": town.actor("district_clerk")}
    schedule_batch(application, at=NOON, street=town.other_street, starts_on=SECOND, **facts)
    assert Application.objects.get(pk=application.pk).yearly_fen == 2_100_000
    matter = catalogue().get(application.matter_id or 0)
    assert dict(matter.starts) == {town.street: FIRST, town.other_street: SECOND}
    sooner = DAY + timedelta(days=2)
    schedule_batch(application, at=NOON, street=town.other_street, starts_on=sooner, **facts)
    matter = catalogue().get(application.matter_id or 0)
    assert (matter.valid_from, dict(matter.starts)[town.other_street]) == (sooner, sooner)
    assert timeline(application)[-1].data["was"] == SECOND.isoformat()


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"starts_on": DAY - timedelta(days=1)}, "day_past"),
        ({"yearly_fen": 0}, "no_funds"),
        ({"reason": ""}, "empty"),
        ({"street": "370103777"}, "no_such_street"),
        ({"street": "370103001", "day": 11, "starts_on": SECOND}, "begun"),
    ],
)
def test_a_batch_is_not_moved_anyhow(town: Town, over: dict[str, object], code: str) -> None:
    application = approved(town)
    facts = {"street": town.other_street, "starts_on": SECOND, "yearly_fen": 1, "phase": 2, "reason": "第二批"} | over
    at = on(int(str(facts.pop("day", 0))))
    with pytest.raises(Refused) as refused:
        schedule_batch(application, actor=town.actor("district_clerk", at=at), at=at, **facts)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize("who", ["handler", "street_clerk", "stranger", "inspector"])
def test_only_the_district_moves_batches(town: Town, who: str) -> None:
    application = approved(town)
    with pytest.raises(Denied):
        schedule_batch(
            application,
            actor=town.actor(who),
            at=NOON,
            street=town.other_street,
            starts_on=SECOND,
            yearly_fen=1,
            phase=2,
            reason="想要",
        )
