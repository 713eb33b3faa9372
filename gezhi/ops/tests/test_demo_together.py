"""Building together in the demo: the share of the text's figures that falls to the grids there are, from rows, no household twice."""

from datetime import timedelta

from gezhi.cobuild.models import HelpRequest, Need, Project, Team, VolunteerActivity
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
    team = Team.objects.get()
    assert team.grids.count() == len(town_grids(town))
    assert set(VolunteerActivity.objects.values_list("kind", flat=True)) == {"civility", "cleaning", "daily", "care"}
    assert set(HelpRequest.objects.values_list("stage", flat=True)) == {"routed", "done", "unrouted"}
    assert Need.objects.filter(met_on__isnull=False).exists()


def town_grids(town: Town) -> list[Area]:
    """At most ten of the first street."""
    return list(Area.objects.filter(level="grid", code__startswith=town.street)[:10])


def test_the_whole_district_would_show_those_of_the_text() -> None:
    assert (PROJECTS, PROBLEMS, HOUSEHOLDS) == (460, 178, 106_000)
