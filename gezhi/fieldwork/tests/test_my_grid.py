"""What the phone has to know of a worker's grids, and the worker's own numbers."""

import json
from datetime import timedelta

import pytest

from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.fieldwork.actions import Finding
from gezhi.fieldwork.queries import my_grid, my_numbers
from gezhi.fieldwork.queries.my_grid import Colleague
from gezhi.fieldwork.queries.my_numbers import Numbers, numbers_of
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


def test_outline_places_colleagues_cases_and_targets(rounds: Rounds, town: Town) -> None:
    rounds.door()
    rounds.door("neighbour", area_code=town.next_grid)
    rounds.spot()
    case = town.report()
    town.report(grid=town.next_grid)
    campaign = rounds.running()
    mine = my_grid(town.actor("worker"), at=NOON)
    assert mine.codes == (town.grid,)
    assert [one["properties"]["code"] for one in json.loads(mine.outlines)["features"]] == [town.grid]
    assert [point.label for point in mine.address_points] == ["3号楼 2单元 301"]
    assert [spot.name for spot in mine.spots] == ["河边护栏"]
    assert [one.pk for one in mine.open_cases] == [case.pk]
    assert ([one.pk for one in mine.campaigns], [one.grid_code for one in mine.targets]) == ([campaign.pk], [town.grid])
    rounds.answer(rounds.target(campaign))
    assert my_grid(town.actor("worker"), at=NOON).targets == []


def test_of_colleagues_a_name_a_role_and_a_work_phone(town: Town) -> None:
    mine = my_grid(town.actor("worker"), at=NOON)
    assert Colleague.__slots__ == ("grid_code", "name", "role", "work_phone")
    assert {one.name for one in mine.colleagues} == {"王专职", "李专职", "赵兼职", "孙网格", "周指导"}


def test_who_sits_at_no_grid_has_none(town: Town) -> None:
    for who in ("clerk", "nobody"):
        mine = my_grid(town.actor(who), at=NOON)
        assert (mine.codes, mine.open_cases, mine.targets, mine.colleagues) == ((), [], [], [])


def test_my_numbers_are_those_of_the_scorers(rounds: Rounds, town: Town) -> None:
    door, spot, campaign = rounds.door(), rounds.spot(), rounds.running()
    rounds.visit(door)
    lamp = Finding("楼道灯不亮。", matter_id=town.matter("lamp").id, result="当场换了灯泡。")
    rounds.visit(door, finding=lamp)
    rounds.visit(door, "worker2")
    rounds.look(spot)
    rounds.look(spot, finding=Finding("护栏断了。"))
    rounds.answer(rounds.target(campaign), "worker2")
    solved = Case.objects.get(is_on_the_spot=True)
    later = NOON + timedelta(hours=2)
    take("reject", solved, actor=town.actor("clerk"), at=later, reason="还是不亮。")
    assert my_numbers(town.actor("worker"), month=202603) == Numbers(202603, 1, 1, 1, 1, 1, 2, 1, 0, 1, 1, 2, 1)
    assert numbers_of(town.user("worker").pk, [town.grid], month=202603) == my_numbers(
        town.actor("worker"), month=202603
    )
    other = my_numbers(town.actor("worker2"), month=202603)
    assert (other.visits, other.targets_done, other.team_targets_done, other.team_targets) == (1, 1, 1, 1)
    assert my_numbers(town.actor("worker"), month=202602).visits == 0


def test_numbers_know_no_order_and_no_time() -> None:
    assert not [
        name
        for name in Numbers.__slots__
        if any(word in name for word in ("rank", "score", "point", "minute", "online", "hour"))
    ]
