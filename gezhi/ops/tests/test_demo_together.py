"""Building together in the demo: the share of the text's figures that falls to the grids there are, from rows, no household twice."""

from datetime import timedelta

from gezhi.cobuild.models import Need, Project
from gezhi.cobuild.queries import figures, matched, open_needs
from gezhi.kernel.calendar import local_day
from gezhi.ops.demo.together import HOUSEHOLDS, PROBLEMS, PROJECTS, build_together
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, Town


def test_the_figures_come_from_rows(town: Town) -> None:
    build_together(seed=1, actor=SYSTEM, start=NOON - timedelta(days=40), end=NOON)
    share = Area.objects.filter(level="grid").count() / 939
    shown = {one.name: one.number for one in figures(town.district, last=local_day(NOON))}
    assert shown["projects"] == round(PROJECTS * share) == Project.objects.count()
    assert shown["problems"] == round(PROBLEMS * share)
    assert shown["households"] == round(HOUSEHOLDS * share)
    rows = matched(list(open_needs()), on=local_day(NOON))
    assert any(not one.offers for one in rows), "something nobody has"
    assert Need.objects.filter(met_on__isnull=False).exists()


def test_the_whole_district_would_show_those_of_the_text() -> None:
    assert (PROJECTS, PROBLEMS, HOUSEHOLDS) == (460, 178, 106_000)
