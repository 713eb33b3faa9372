"""The planner asked from a page: it waits, a worker works it out, it is found again, stopped, and turned into a plan."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import shapely
from django.test import Client
from django.utils import timezone

from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.territory.actions import ask_planning, perform, take_up
from gezhi.territory.models import Area, Plan, PlanningRun, RunState
from gezhi.territory.planner.search import Halt
from gezhi.testing import Town
from gezhi.web.tests.land import HOME, ask, geojson, in_days, inputs_for, lots, page_of, send
from gezhi.web.tests.resident import words

Browser = Callable[[str], Client]


def worked_out(run: PlanningRun) -> PlanningRun:
    taken = take_up(at=timezone.now())
    assert taken is not None
    assert taken.pk == run.pk
    return perform(taken, clock=timezone.now)


def test_from_a_file_to_a_plan(town: Town, client_as: Browser) -> None:
    clerk = client_as("clerk")
    run = ask(clerk, town, layers=[geojson(*lots(town.community))])
    page = words(clerk.get(f"{HOME}planner/{run.pk}/"))
    assert "在排队" in page
    assert "可以离开这一页" in page
    run = worked_out(run)
    assert run.state == RunState.DONE, run.problem
    assert not faults(timeline(run), version=run.version)
    page = words(clerk.get(f"{HOME}planner/{run.pk}/"))
    for shown in (
        f"{run.outcome['fitting']} / {run.outcome['homes']}",
        "所有居民区网格都在范围以内",
        "转成调整方案",
        "规模分布",
    ):
        assert shown in page, shown
    sizes = [one["properties"]["households"] for one in json.loads(run.grids)["features"]]
    assert sum(sizes) == 54 * 40
    assert all(300 <= size <= 500 for size in sizes)
    answer = send(
        clerk, f"planner/{run.pk}/plan/", form=f"planner/{run.pk}/", title="重划", reason="规模不合。", takes_effect_on=in_days(3)
    )  # fmt: skip
    assert answer.status_code == 302, words(answer)
    plan = Plan.objects.get()
    assert "证明成立" in page_of(clerk, f"plans/{plan.pk}/")
    assert plan.changes.exists()
    results = [area for change in plan.changes.all() for area in change.results.all()]
    assert all(area.households and 300 <= area.households <= 500 for area in results)
    run.refresh_from_db()
    assert run.plan_id == plan.pk
    assert "已转成方案：重划" in words(clerk.get(f"{HOME}planner/{run.pk}/"))
    for path in ("grids.geojson", "grids.xlsx"):
        assert clerk.get(f"{HOME}planner/{run.pk}/{path}").status_code == 200


def test_without_a_file_the_registers_serve(town: Town, client_as: Browser) -> None:
    """Three grids of 400 can't be divided better than they are: the draft says so, and there is no plan to be made of it."""
    clerk = client_as("clerk")
    run = worked_out(ask(clerk, town))
    assert run.state == RunState.DONE
    assert (run.outcome["homes"], run.outcome["fitting"], run.outcome["units"]) == (3, 3, 3)
    answer = send(
        clerk, f"planner/{run.pk}/plan/", form=f"planner/{run.pk}/", title="重划", reason="试试。", takes_effect_on=in_days(3)
    )  # fmt: skip
    assert answer.status_code == 422
    assert "没有要调整的" in words(answer)


def test_few_move_when_a_grid_has_grown(town: Town, client_as: Browser) -> None:
    clerk = client_as("clerk")
    grown = [
        (lot, values | {"户数": 32 if values["小区"].startswith("1-") else 20}) for lot, values in lots(town.community)
    ]
    run = worked_out(ask(clerk, town, kind="rebalance", layers=[geojson(*grown)], is_quick=""))
    assert run.state == RunState.DONE, run.problem
    assert run.outcome["unavoidable"] <= run.outcome["moved"] <= 160
    continued = [one["properties"]["continues"] for one in json.loads(run.grids)["features"]]
    assert sorted(continued) == [f"{town.community}{number:03d}" for number in (1, 2, 3)]
    assert "户换网格" in page_of(clerk, f"planner/{run.pk}/")


def test_what_can_not_be_done_is_told_with_its_proof(town: Town, client_as: Browser) -> None:
    clerk = client_as("clerk")
    run = worked_out(ask(clerk, town, layers=[geojson(*lots(town.community, households=2))]))
    page = words(clerk.get(f"{HOME}planner/{run.pk}/"))
    assert "总数不足一个网格" in page
    assert "有证明" in page


def test_features_that_are_refused_are_listed(town: Town, client_as: Browser) -> None:
    clerk = client_as("clerk")
    bad = [
        (shapely.box(100.0, 30.0, 100.001, 30.001), {"户数": 5}),
        (shapely.box(116.96, 36.644, 116.961, 36.645), {"户数": "很多"}),
    ]
    run = worked_out(ask(clerk, town, layers=[geojson(*lots(town.community), *bad)]))
    page = words(clerk.get(f"{HOME}planner/{run.pk}/"))
    assert "没有收下的要素（2 个）" in page
    assert "不在任何社区里面" in page
    assert "户数不是非负整数" in page


def test_one_in_the_queue_is_taken_out_of_it(town: Town, client_as: Browser) -> None:
    clerk = client_as("clerk")
    run = ask(clerk, town)
    assert clerk.post(f"{HOME}planner/{run.pk}/stop/").status_code == 302
    assert take_up(at=timezone.now()) is None
    page = words(clerk.get(f"{HOME}planner/{run.pk}/"))
    assert "排队时取消了" in page
    clerk.post(f"{HOME}planner/{run.pk}/stop/")
    assert "已经结束" in words(clerk.get(f"{HOME}planner/{run.pk}/"))


def test_one_that_runs_keeps_the_best_so_far(town: Town, client_as: Browser) -> None:
    """The clock jumps at every look, so the first look asks whether somebody wants it to stop."""
    clerk = client_as("clerk")
    run = ask(clerk, town, layers=[geojson(*lots(town.community))], is_quick="")
    taken = take_up(at=timezone.now())
    assert taken is not None
    assert clerk.post(f"{HOME}planner/{run.pk}/stop/").status_code == 302
    assert "正在停下" in page_of(clerk, f"planner/{run.pk}/share/")
    run = perform(taken, clock=jumping())
    assert run.state == RunState.DONE
    assert run.outcome["is_stopped"]
    assert sum(one["properties"]["households"] for one in json.loads(run.grids)["features"]) == 54 * 40


def jumping() -> Callable[[], datetime]:
    clock = [timezone.now()]

    def now() -> datetime:
        clock[0] += timedelta(seconds=5)
        return clock[0]

    return now


def test_a_run_whose_process_died_is_taken_up_again(town: Town, client_as: Browser) -> None:
    run, at = ask(client_as("clerk"), town), timezone.now()
    assert take_up(at=at) is not None
    assert take_up(at=at + timedelta(minutes=1)) is None
    again = take_up(at=at + timedelta(minutes=10))
    assert again is not None
    assert again.pk == run.pk
    halt = Halt()
    halt.now()
    back = perform(again, clock=jumping(), halt=halt)
    assert back.state == RunState.WAITING, "a process that ends puts it back"


@pytest.mark.parametrize(
    ("over", "said"),
    [({"least": "500", "most": "300"}, "下限"), ({"minutes": "61"}, "60"), ({"scope": "370103002001"}, ""), ({"title": ""}, "")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(town: Town, client_as: Browser, over: Any, said: str) -> None:
    clerk = client_as("clerk")
    answer = send(clerk, "planner/new/", **(inputs_for(town) | over))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not PlanningRun.objects.exists()


def test_three_wait_and_no_more(town: Town, client_as: Browser) -> None:
    clerk = client_as("clerk")
    for number in range(3):
        ask(clerk, town, title=f"第{number}次")
    with pytest.raises(AssertionError, match="排队"):
        ask(clerk, town, title="第四次")


def test_of_another_place_looks_like_missing(town: Town, client_as: Browser) -> None:
    run = ask(client_as("clerk"), town)
    for who in ("stranger", "other_clerk"):
        client = client_as(who)
        for path in ("", "share/", "grids.geojson", "grids.xlsx"):
            assert client.get(f"{HOME}planner/{run.pk}/{path}").status_code == 404
        for path in ("stop/", "plan/"):
            assert client.post(f"{HOME}planner/{run.pk}/{path}").status_code == 404
        assert "柳巷重划" not in page_of(client, "planner/")
    assert client_as("worker").get(f"{HOME}planner/").status_code == 403
    assert "柳巷重划" in page_of(client_as("street_clerk"), "planner/")
    area, actor = Area.objects.get(code=town.grid), town.actor("clerk", at=timezone.now())
    with pytest.raises(Refused):
        ask_planning(area, "x", actor=actor, at=timezone.now(), kind="draft", least=1, most=2)
