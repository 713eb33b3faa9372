"""The day of a plan: codes end and begin, and desks, posts and open cases move with them, all at once."""

import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from gezhi.cases.actions import take
from gezhi.cases.models import Case, Supervision
from gezhi.kernel.access import Actor
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.ops.daily import Day
from gezhi.ops.worker import Worker
from gezhi.people.actions import Seat, seat_many, unseat
from gezhi.people.models import Desk, Post
from gezhi.people.queries import directory
from gezhi.people.roles import Role
from gezhi.territory.actions import (
    WantedArea,
    WantedChange,
    define_resource,
    effect_due_plans,
    load_ledgers,
    place_resource,
    set_boundary,
    take_effect,
    take_plan_step,
)
from gezhi.territory.actions.areas import change_area
from gezhi.territory.crs import Crs
from gezhi.territory.ledgers import resources_of
from gezhi.territory.locate import locate
from gezhi.territory.models import Area, Boundary, Plan, ResourceCategory, Succession
from gezhi.territory.plans import preview, resolve, successors
from gezhi.territory.tests.planning import (
    DAY,
    ON_THE_DAY,
    approve,
    draft,
    merging,
    part,
    splitting,
    together,
)
from gezhi.testing import FOUNDED, NOON, SYSTEM, Town, at_once, standing_town

pytestmark = pytest.mark.django_db


def merged(town: Town) -> Plan:
    """The first two grids of the community become one; approved."""
    return approve(town, draft(town, merging(town.grid, town.next_grid)))


def test_three_grids_become_one(town: Town) -> None:
    """History stays, open cases and staff move, the old codes resolve."""
    third = f"{town.community}003"
    codes = [town.grid, town.next_grid, third]
    plan = approve(town, draft(town, merging(*codes)))
    open_case, other = town.report(grid=town.grid), town.report(grid=third)
    assert effect_due_plans(at=ON_THE_DAY - timedelta(days=1)) == 0
    assert effect_due_plans(at=ON_THE_DAY) == 1
    plan.refresh_from_db()
    new = f"{town.community}004"
    assert (plan.stage, plan.effective_on) == ("effective", DAY)
    area = Area.objects.get(code=new)
    assert (area.households, area.is_active, area.name) == (1200, True, "柳巷社区第4网格")
    assert not Area.objects.filter(code__in=codes, is_active=True).exists()
    for code in codes:
        assert (resolve(code), successors(code)) == (new, [new])
        found = locate(*town.point_in(code))
        assert found is not None
        assert found.code == new
        before = locate(*town.point_in(code), on=DAY - timedelta(days=1))
        assert before is not None
        assert before.code == code
    for case in (open_case, other):
        case.refresh_from_db()
        assert (case.grid_code, case.area_id) == (new, area.pk)
        assert timeline(case)[-1].name == "case.regridded"
        assert faults(timeline(case), version=case.version) == []
    roles = dict(Post.objects.filter(desk__area=area).values_list("user__name", "role"))
    assert roles == {
        "王专职": "grid_worker", "李专职": "grid_worker", "赵兼职": "part_time_worker", "孙网格": "grid_leader",
        "周指导": "adviser", "郑专职": "grid_worker",
    }  # fmt: skip
    ended = Post.objects.filter(desk__area__code__in=codes)
    assert {post.until_on for post in ended} == {DAY - timedelta(days=1)}
    assert not Desk.objects.filter(area__code__in=codes, is_open=True).exists()
    assert plan.stage == timeline(plan)[-1].data.get("stage", "effective")
    assert timeline(plan)[-1].data["heirs"] == {code: [new] for code in codes}


def test_what_was_foreseen_is_what_moves(town: Town) -> None:
    plan = merged(town)
    for grid in (town.grid, town.next_grid, f"{town.community}003"):
        town.report(grid=grid)
    foreseen = preview(plan).moves
    effect_due_plans(at=ON_THE_DAY)
    assert timeline(plan)[-1].data["moved"] == foreseen
    assert foreseen["cases"] == {"open_cases": 2}


@pytest.mark.parametrize("by_rating", [True, False])
def test_a_case_that_is_taken_up_again_lies_where_somebody_sits(town: Town, by_rating: bool) -> None:
    """What was closed stayed on the land of its time; the desk on which it lay is closed since."""
    merged(town)
    case, at = town.report(), NOON
    for step, who, inputs in (
        ("accept", "clerk", {"matter_id": town.matter("lamp").id}),
        ("claim", "worker", {}),
        ("finish", "worker", {"result": "换了灯泡。"}),
        ("verify", "clerk", {"answer": "修好了。"}),
    ):
        take(step, case, actor=town.actor(who), at=at, **inputs)
    level = 1 if by_rating else 4
    take("rate", case, actor=Actor.resident(), at=at, service=level, outcome=level)
    old = case.desk_id
    assert effect_due_plans(at=ON_THE_DAY) == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.desk_id, case.grid_code) == (old, town.grid)
    if by_rating:
        while dispatch(at=ON_THE_DAY):
            pass
    else:
        take("reopen", case, actor=town.actor("street_clerk", at=ON_THE_DAY), at=ON_THE_DAY, reason="又坏了。")
    case = Case.objects.select_related("desk__area").get(pk=case.pk)
    new = f"{town.community}004"
    assert (case.stage, case.grid_code, case.desk.area.code, case.desk.is_open) == ("waiting", new, new, True)
    assert case.area.code == new
    take("claim", case, actor=town.actor("worker", at=ON_THE_DAY), at=ON_THE_DAY)
    assert faults(timeline(case), version=case.version) == []


def test_a_case_goes_where_its_place_lies_after_a_split(town: Town) -> None:
    plan = approve(town, draft(town, splitting(town.grid, at=0.6)))
    west = town.report(lng=None, lat=None, area_code=town.grid)
    (lng, lat) = town.point_in(town.grid, east=0.75)
    east = town.report(lng=lng, lat=lat)
    effect_due_plans(at=ON_THE_DAY)
    assert Plan.objects.get(pk=plan.pk).stage == "effective"
    for case, code in ((west, f"{town.community}004"), (east, f"{town.community}005")):
        case.refresh_from_db()
        assert case.grid_code == code
    # Everybody sits at both parts; the street puts it right afterwards.
    posts = Post.objects.filter(user=town.user("worker"), until_on__isnull=True)
    assert sorted(post.desk.area.code for post in posts) == [f"{town.community}004", f"{town.community}005"]


def claimed(town: Town, by: str) -> Case:
    case = town.report()
    take("accept", case, actor=town.actor("clerk"), at=NOON, matter_id=town.matter("lamp").id)
    return take("claim", case, actor=town.actor(by), at=NOON)


def test_who_holds_a_case_goes_on_with_it_at_the_new_desk(town: Town) -> None:
    merged(town)
    case = claimed(town, "worker")
    effect_due_plans(at=ON_THE_DAY)
    case.refresh_from_db()
    assert (case.stage, case.holder) == ("handling", town.user("worker"))
    assert case.desk.area.code == f"{town.community}004"
    take("finish", case, actor=town.actor("worker", at=ON_THE_DAY), at=ON_THE_DAY, result="已修好。")


def test_of_two_leaders_the_one_of_the_larger_grid_stays_and_what_the_other_holds_waits(town: Town) -> None:
    seat_many(
        [Seat(town.user("neighbour"), town.desk(town.next_grid), Role.GRID_LEADER, date(2021, 1, 1))],
        actor=SYSTEM,
        at=FOUNDED,
    )
    post = Post.objects.get(user=town.user("neighbour"), role="grid_worker")
    unseat(post, actor=SYSTEM, at=NOON, until_on=NOON.date())
    change_area(Area.objects.get(code=town.grid), actor=SYSTEM, at=NOON, households=450)
    case = town.report(grid=town.next_grid)
    take("accept", case, actor=town.actor("clerk"), at=NOON, matter_id=town.matter("lamp").id)
    take("claim", case, actor=town.actor("neighbour"), at=NOON)
    plan = merged(town)
    assert preview(plan).moves["people"]["posts_ending"] == 1
    effect_due_plans(at=ON_THE_DAY)
    leaders = Post.objects.filter(desk__area__code=f"{town.community}004", role="grid_leader")
    assert [leader.user for leader in leaders] == [town.user("leader")]
    case.refresh_from_db()
    assert (case.stage, case.holder_id, case.desk.area.code) == ("waiting", None, f"{town.community}004")


def test_ended_cases_keep_the_land_of_their_time(town: Town) -> None:
    merged(town)
    case = town.report()
    take("decline", case, actor=town.actor("clerk"), at=NOON, reason="重复", answer="已有同样的事项在办。")
    effect_due_plans(at=ON_THE_DAY)
    version = case.version
    case.refresh_from_db()
    assert (case.grid_code, case.version) == (town.grid, version)


def test_a_border_that_moves_takes_cases_over_it(town: Town) -> None:
    """Both grids keep their codes; what lies in the strip goes to the neighbour and its desk."""
    wide = part(town.next_grid).union(part(town.grid, west=0.6))
    change = WantedChange(
        "redraw",
        [town.grid, town.next_grid],
        [WantedArea(part(town.grid, east=0.6), code=town.grid), WantedArea(wide, code=town.next_grid, households=480)],
    )
    plan = approve(town, draft(town, change))
    case, stays = claimed(town, "worker"), town.report()
    moved = Case.objects.filter(pk=case.pk)
    lng, lat = town.point_in(town.grid, east=0.8)
    moved.update(lng=lng, lat=lat)
    assert effect_due_plans(at=ON_THE_DAY) == 1
    case.refresh_from_db()
    assert (case.grid_code, case.desk.area.code) == (town.next_grid, town.next_grid)
    # Its holder doesn't sit there.
    assert (case.stage, case.holder_id) == ("waiting", None)
    stays.refresh_from_db()
    assert stays.grid_code == town.grid
    assert Area.objects.get(code=town.next_grid).households == 480
    assert not Succession.objects.exists()
    assert Plan.objects.get(pk=plan.pk).stage == "effective"


def test_communities_are_merged_with_everything_in_them(town: Town) -> None:
    other = town.next_community
    change = WantedChange(
        "merge", [town.community, other], [WantedArea(together(town.community, other), name="柳槐社区居民委员会")]
    )
    plan = draft(town, change, scope=town.street, by="street_clerk")
    take_plan_step("submit", plan, actor=town.actor("street_clerk"), at=NOON)
    take_plan_step("review", plan, actor=SYSTEM, at=NOON)
    take_plan_step("approve", plan, actor=town.actor("district_clerk"), at=NOON)
    case = town.report(grid=f"{other}002")
    assert effect_due_plans(at=ON_THE_DAY) == 1
    new = f"{town.street}003"
    assert Area.objects.get(code=new).short_name == "柳槐社区"
    assert sorted(Area.objects.filter(parent_id=new).values_list("code", flat=True)) == [
        f"{new}{n:03d}" for n in range(1, 7)
    ]
    names = Area.objects.filter(parent_id=new).order_by("code").values_list("name", flat=True)
    assert list(names) == [f"柳槐社区第{number}网格" for number in range(1, 7)]
    case.refresh_from_db()
    assert case.community_code == new
    assert case.desk.area.code == new
    assert resolve(f"{other}002") == case.grid_code
    clerks = Post.objects.filter(desk__area__code=new).values_list("user__name", flat=True)
    assert set(clerks) == {"钱坐席", "冯坐席", "吴民警"}
    actor = town.actor("clerk", at=ON_THE_DAY)
    take("accept", case, actor=actor, at=ON_THE_DAY, matter_id=town.matter("lamp").id)
    assert case.desk.area.code == case.grid_code


def test_old_codes_lead_through_several_plans_to_the_one_in_use(town: Town) -> None:
    merged(town)
    effect_due_plans(at=ON_THE_DAY)
    first = f"{town.community}004"
    later = ON_THE_DAY + timedelta(days=1)
    third = f"{town.community}003"
    everything = together(town.community)
    change = WantedChange("merge", [first, third], [WantedArea(everything)])
    approve(town, draft(town, change, at=later, day=later.date() + timedelta(days=1)), at=later)
    assert effect_due_plans(at=later + timedelta(days=1)) == 1
    last = f"{town.community}005"
    assert [resolve(code) for code in (town.grid, town.next_grid, third, first, last)] == [last] * 5
    assert resolve("370103001009999") is None


def test_resources_go_on_at_the_heirs(town: Town) -> None:
    load_ledgers(actor=SYSTEM, at=FOUNDED)
    patrol = define_resource(ResourceCategory.objects.get(code="order"), "巡逻队", actor=SYSTEM, at=FOUNDED)
    grids = list(Area.objects.filter(code__in=[town.grid, town.next_grid]))
    place_resource(patrol, grids, from_on=FOUNDED.date(), actor=SYSTEM, at=FOUNDED)
    plan = merged(town)
    assert preview(plan).moves["territory"] == {"resources": 2}
    effect_due_plans(at=ON_THE_DAY)
    new = f"{town.community}004"
    assert [one.area.code for one in resources_of(new, on=DAY)] == [new]
    assert len(resources_of(town.grid, on=DAY - timedelta(days=1))) == 1
    assert resources_of(town.grid, on=DAY) == []
    patrol.refresh_from_db()
    assert faults(timeline(patrol), version=patrol.version) == []


def test_a_report_that_names_an_old_code_goes_to_its_heir(town: Town) -> None:
    merged(town)
    effect_due_plans(at=ON_THE_DAY)
    case = town.report(lng=None, lat=None, area_code=town.grid, at=ON_THE_DAY)
    assert case.grid_code == f"{town.community}004"
    change_area(Area.objects.get(code=f"{town.other_community}003"), actor=SYSTEM, at=ON_THE_DAY, is_active=False)
    with pytest.raises(Refused):
        town.report(lng=None, lat=None, area_code=f"{town.other_community}003", at=ON_THE_DAY)


@pytest.mark.django_db(transaction=True)
def test_people_work_on_while_a_plan_takes_effect(transactional_db: None) -> None:
    """Cases are accepted at the very moment: each either before the move or told to look again; nothing is lost or torn."""
    town = standing_town()
    plan = merged(town)
    cases = [town.report(grid=town.grid, at=ON_THE_DAY - timedelta(hours=1)) for _case in range(6)]
    matter = town.matter("lamp").id

    def act(number: int) -> Any:
        if number == 0:
            return effect_due_plans(at=ON_THE_DAY)
        actor, case = town.actor("clerk", at=ON_THE_DAY), Case.objects.get(pk=cases[number - 1].pk)
        return take("accept", case, actor=actor, at=ON_THE_DAY, matter_id=matter)

    answers = at_once(7, act)
    assert answers[0] == 1
    plan.refresh_from_db()
    assert plan.stage == "effective"
    new = f"{town.community}004"
    for case, answer in zip(cases, answers[1:], strict=True):
        assert isinstance(answer, Case | Conflict), answer
        case.refresh_from_db()
        assert case.grid_code == new
        assert case.desk.area.code in (new, town.community)
        assert case.stage == ("waiting" if isinstance(answer, Case) else "received")
        assert faults(timeline(case), version=case.version) == []


# --- all or nothing -------------------------------------------------------------------------------------------------


def test_land_that_changed_meanwhile_sends_the_plan_back_with_the_reason(town: Town) -> None:
    elsewhere = draft(town, splitting(f"{town.next_community}003"), scope=town.next_community, by="other_clerk")
    plan, other = merged(town), approve(town, elsewhere, proposer="other_clerk")
    shrunk = part(town.grid, east=0.9)
    set_boundary(Area.objects.get(code=town.grid), shrunk, crs=Crs.WGS84, source="测绘", actor=SYSTEM, at=NOON)
    change_area(Area.objects.get(code=town.next_grid), actor=SYSTEM, at=NOON, is_active=False)
    assert effect_due_plans(at=ON_THE_DAY) == 1
    plan.refresh_from_db()
    other.refresh_from_db()
    assert (plan.stage, other.stage) == ("returned", "effective")
    assert timeline(plan)[-1].name == "plan.bounced"
    assert "不存在" in timeline(plan)[-1].note or "没有这个区域" in timeline(plan)[-1].note


def test_nothing_takes_effect_before_its_day(town: Town) -> None:
    plan = merged(town)
    with pytest.raises(Refused) as caught:
        take_effect(plan, actor=SYSTEM, at=NOON)
    assert caught.value.code == "too_early"


def test_the_worker_does_it_once_a_day(town: Town) -> None:
    plan = merged(town)
    now = ON_THE_DAY.replace(hour=0, minute=1)
    worker = Worker(now=lambda: now, day=Day())
    worker.drain()
    plan.refresh_from_db()
    assert plan.stage == "effective"
    assert directory().at("grid", f"{town.community}004") is not None
    assert Event.objects.filter(name="plan.took_effect").count() == 1
    Worker(now=lambda: now, day=Day()).drain()
    assert Event.objects.filter(name="plan.took_effect").count() == 1


SLOW = """
import sys, time, pathlib, django
django.setup()
from datetime import datetime
from gezhi.territory.actions import effect_due_plans
from gezhi.territory.followers import register

class Slow:
    def foresee(self, relocation): return {}
    def follow(self, relocation, *, actor, at):
        pathlib.Path(sys.argv[1]).write_text("here")
        time.sleep(60)
        return {}

register("slow", Slow())
effect_due_plans(at=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_nothing_is_half(transactional_db: None, tmp_path: Path) -> None:
    """A real process, killed after land, desks, posts and cases were written and before the transaction ended."""
    town = standing_town()
    plan = merged(town)
    case = town.report()
    marker = tmp_path / "marker"
    words = [sys.executable, "-c", SLOW, str(marker), ON_THE_DAY.isoformat()]
    process = subprocess.Popen(words, env=environment())
    try:
        for _wait in range(600):
            if marker.exists():
                break
            assert process.poll() is None
            time.sleep(0.05)
        assert marker.exists()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    plan.refresh_from_db()
    case.refresh_from_db()
    assert (plan.stage, case.grid_code) == ("approved", town.grid)
    assert Area.objects.filter(is_active=False).count() == 0
    assert not Boundary.objects.filter(valid_before__isnull=False).exists()
    assert Desk.objects.filter(is_open=False).count() == 0
    assert effect_due_plans(at=ON_THE_DAY) == 1
    case.refresh_from_db()
    assert case.grid_code == f"{town.community}004"


def environment() -> dict[str, Any]:
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = f"{os.environ['GEZHI_TEST_POSTGRES_URL'].rpartition('/')[0]}/{database['NAME']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "GEZHI_DATABASE_URL": url,
        "PYTHONPATH": str(settings.BASE_DIR),
    }


def test_orders_go_with_the_land(town: Town) -> None:
    """Two streets become one: who watched and who owes the reply are desks at which somebody sits."""
    both = (town.street, town.other_street)
    change = WantedChange("merge", both, [WantedArea(together(*both), name="两关街道办事处")])
    plan = draft(town, change, scope=town.district, by="district_clerk")
    for step in ("submit", "review", "approve"):
        take_plan_step(step, plan, actor=SYSTEM, at=NOON)
    owed, replied = town.report(), town.report()
    for case in (owed, replied):
        take("accept", case, actor=town.actor("clerk"), at=NOON, matter_id=town.matter("heating").id)
        take("supervise", case, actor=SYSTEM, at=NOON, card="red", reason="超过期限。")
    take("reply", replied, actor=town.actor("street_clerk"), at=NOON, reply="在办。")
    assert preview(plan).moves["orders"] == {"orders": 2}
    effect_due_plans(at=ON_THE_DAY)
    assert timeline(plan)[-1].data["moved"]["orders"] == {"orders": 2}
    for order in Supervision.objects.select_related("desk", "of_desk", "case__desk"):
        assert order.desk.is_open
        assert order.of_desk.is_open
        assert order.replied_at or order.of_desk_id == order.case.desk_id
        assert faults(timeline(order.case), version=order.case.version) == []
