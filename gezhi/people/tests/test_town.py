"""The town that every test builds on stands as it is drawn."""

from gezhi.kernel.events import faults, timeline
from gezhi.people.models import Desk, Post
from gezhi.territory.locate import locate
from gezhi.territory.models import Area
from gezhi.testing import CAST, NOON, Town


def test_every_point_of_a_grid_lies_in_it(town: Town) -> None:
    for code in Area.objects.filter(level="grid").values_list("code", flat=True):
        for east in (0.1, 0.5, 0.9):
            found = locate(*town.point_in(code, east=east, north=east))
            assert found is not None
            assert found.code == code
    assert locate(*town.point_outside()) is None


def test_it_stands_with_whole_chains_whoever_built_it(town: Town) -> None:
    assert Area.objects.count() == 19
    assert Post.objects.count() == sum(len(seats) for _, seats in CAST.values())
    for row in [*Area.objects.all(), *Desk.objects.all(), *Post.objects.all(), *town.users.values()]:
        assert faults(timeline(row), version=row.version) == []


def test_it_is_the_same_again_in_the_next_test(town: Town) -> None:
    assert NOON.weekday() == 0
    assert town.matter("lamp").default_desk == "grid"
    assert town.actor("clerk").desks == {town.desk(town.community).pk}
