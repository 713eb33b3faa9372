"""A re-division takes along what is not over, counted as foreseen; two of one name that meet both stand."""

from gezhi.cobuild.actions import add_sub_team, ask_help, found_team, name_feature
from gezhi.cobuild.models import GridFeature, HelpRequest, Need, Project, TeamGrid
from gezhi.cobuild.tests.story import area, need, partner, project, who
from gezhi.kernel.events import faults, timeline
from gezhi.territory.actions import effect_due_plans
from gezhi.territory.plans import preview
from gezhi.territory.tests.planning import ON_THE_DAY, approve, draft, merging, splitting
from gezhi.testing import Town


def test_a_merger_takes_everything_to_the_new_grid(town: Town) -> None:
    for code in (town.grid, town.next_grid):
        name_feature(area(code), "音为有你", "每周五晚上合唱。", **who(town))
        need(town, code=code)
    project(town, by=partner(town))
    team = found_team("爱心志愿战队", area(town.community), grids=[area(town.grid), area(town.next_grid)], **who(town))
    add_sub_team(team, "law", "法律帮扶战队", **who(town))
    ask_help(area(town.grid), "law", "想问房子怎么过户", **who(town))
    plan = approve(town, draft(town, merging(town.grid, town.next_grid)))
    foreseen = preview(plan).moves
    assert foreseen["cobuild"] == {
        "partners": 0,
        "offers": 0,
        "needs": 2,
        "cobuild_projects": 0,
        "brand_sites": 0,
        "grid_features": 2,
        "volunteer_teams": 0,
        "help_requests": 1,
    }
    assert effect_due_plans(at=ON_THE_DAY) == 1
    assert timeline(plan)[-1].data["moved"] == foreseen
    new = f"{town.community}004"
    features = list(GridFeature.objects.select_related("area").order_by("pk"))
    assert {one.area.code for one in features} == {new}
    assert len({one.name for one in features}) == 2
    assert set(Need.objects.values_list("area__code", flat=True)) == {new}
    assert HelpRequest.objects.get().area.code == new
    assert list(TeamGrid.objects.values_list("area__code", flat=True)) == [new]
    assert Project.objects.get().area.code == town.community
    for row in features:
        assert faults(timeline(row), version=row.version) == []


def test_after_a_split_the_team_is_there_for_both_parts(town: Town) -> None:
    found_team("爱心志愿战队", area(town.community), grids=[area(town.grid)], **who(town))
    approve(town, draft(town, splitting(town.grid)))
    effect_due_plans(at=ON_THE_DAY)
    parts = [f"{town.community}004", f"{town.community}005"]
    assert sorted(TeamGrid.objects.values_list("area__code", flat=True)) == parts
