"""A project from its start to the acceptance by residents, and the figures with what they count."""

from datetime import date, timedelta

import pytest

from gezhi.cobuild.actions import (
    abandon_project,
    accept_project,
    count_households,
    finish_project,
    plan_milestone,
    reach_milestone,
    start_project,
)
from gezhi.cobuild.models import Project
from gezhi.cobuild.queries import figures
from gezhi.cobuild.tests.story import DUE, area, finished, need, partner, project, who
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.testing import NOON, Town

LATER = date(2026, 12, 31)


def numbers(code: str) -> dict[str, int]:
    return {one.name: one.number for one in figures(code, last=LATER)}


def test_from_a_need_to_the_acceptance(town: Town) -> None:
    wanted = need(town, is_problem=True)
    one = project(town, needs=[wanted])
    wanted.refresh_from_db()
    assert wanted.project_id == one.pk
    with pytest.raises(Refused) as taken:
        project(town, needs=[wanted], by=partner(town, "第二家"))
    assert taken.value.code == "need_taken"
    with pytest.raises(Refused) as bare:
        finish_project(one, outcome="好了", cost_fen=0, **who(town))
    assert bare.value.code == "no_milestones"
    step = plan_milestone(one, "腾出房间", due_on=DUE, **who(town))
    with pytest.raises(Refused) as left:
        finish_project(one, outcome="好了", cost_fen=0, **who(town))
    assert left.value.code == "milestones_left"
    with pytest.raises(Refused):
        reach_milestone(step, evidence="  ", **who(town))
    reach_milestone(step, evidence="门口贴了开放时间。", **who(town))
    finish_project(one, outcome="每周六上午开放。", cost_fen=123_450, **who(town))
    with pytest.raises(Refused) as few:
        accept_project(one, asked=4, satisfied=4, **who(town))
    assert few.value.field == "asked"
    accept_project(one, asked=30, satisfied=28, **who(town))
    wanted.refresh_from_db()
    assert (one.stage, wanted.met_on) == ("accepted", NOON.date())
    assert numbers(town.community) == {"projects": 1, "problems": 1, "households": 0, "by_project": 0}
    assert faults(timeline(one), version=one.version) == []


def test_residents_who_are_not_satisfied_send_it_back(town: Town) -> None:
    one = finished(town, project(town))
    with pytest.raises(Refused) as silent:
        accept_project(one, asked=30, satisfied=19, **who(town))
    assert silent.value.field == "words"
    accept_project(one, asked=30, satisfied=19, words="灯太暗。", **who(town))
    assert (one.stage, one.finished_on) == ("running", None)
    finish_project(one, outcome="换了灯。", cost_fen=200_000, **who(town))
    accept_project(one, asked=30, satisfied=20, **who(town))
    assert one.stage == "accepted"


def test_households_are_counted_once_a_grid(town: Town) -> None:
    first, second = project(town), project(town, title="第二个", by=partner(town, "第二家"))
    count_households(first, area(town.grid), 100, **who(town))
    count_households(first, area(town.grid), 120, **who(town))
    count_households(first, area(town.next_grid), 50, **who(town))
    count_households(second, area(town.grid), 300, **who(town))
    with pytest.raises(Refused) as many:
        count_households(second, area(town.next_grid), 401, **who(town))
    assert many.value.code == "more_than_there_are"
    with pytest.raises(Refused):
        count_households(second, area(town.other_grid), 10, **who(town))
    assert numbers(town.street)["households"] == 0, "before residents accepted it, nothing counts"
    for one in (first, second):
        one.refresh_from_db()
        accept_project(finished(town, one), asked=10, satisfied=10, **who(town))
    assert numbers(town.street) == {"projects": 2, "problems": 0, "households": 350, "by_project": 470}
    assert numbers(town.other_street)["projects"] == 0


def test_what_comes_to_nothing_frees_its_needs(town: Town) -> None:
    wanted = need(town)
    one = project(town, needs=[wanted])
    abandon_project(one, reason="房东收回了房子", **who(town))
    wanted.refresh_from_db()
    assert wanted.is_open
    assert numbers(town.community)["projects"] == 0
    with pytest.raises(Refused):
        plan_milestone(one, "再来", due_on=DUE, **who(town))


def test_who_may_and_what_fits(town: Town) -> None:
    with pytest.raises(Denied):
        project(town, **who(town, "leader"), by=partner(town))
    with pytest.raises(Refused) as nobody:
        start_project("独自一人", area(town.community), due_on=DUE, **who(town))
    assert nobody.value.field == "partners"
    with pytest.raises(Refused):
        project(town, by=partner(town, "甲"), due_on=NOON.date() - timedelta(days=1))
    with pytest.raises(Refused):
        project(town, by=partner(town, "乙"), started_on=NOON.date() + timedelta(days=1))
    far = need(town, code=town.other_grid, **who(town, "stranger"))
    with pytest.raises(Refused):
        project(town, by=partner(town, "丙"), needs=[far])
    assert not Project.objects.exists()
