"""The committee and its functions, task forces, pilots by street, the policy library, meetings and their tasks."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch
from gezhi.kernel.refusals import Missing
from gezhi.people.access import get_task
from gezhi.people.actions import (
    Decision,
    add_article,
    cite,
    close_pilot,
    end_policy,
    enter_member,
    form_task_force,
    hold_meeting,
    issue_policy,
    join,
    leave,
    lift_citation,
    move_task,
    open_pilot,
)
from gezhi.people.citations import basis_of, kinds, rules_and_bases
from gezhi.people.features import Feature
from gezhi.people.functions import FUNCTION_ROLES, Function, rights_of
from gezhi.people.models import Article, MeetingTask, Notice, Policy
from gezhi.people.pilots import is_open, open_in
from gezhi.people.roles import Role
from gezhi.people.tests.teams import TODAY, refused, support
from gezhi.people.workflow import TASK_STEPS, TaskStage
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, Town

DAY = timedelta(days=1)
AT: dict[str, Any] = {"actor": SYSTEM, "at": NOON}


# --- committee --------------------------------------------------------------------------------------------------------


def test_every_function_has_roles_and_what_it_needs(town: Town) -> None:
    assert set(FUNCTION_ROLES) == set(Function)
    assert "call.dispatch" in rights_of(Function.DISPATCH)
    assert "case.supervise" in rights_of(Function.INSPECT)
    assert "staff.rule" in rights_of(Function.PLAN)
    assert "resource.see" in rights_of(Function.LEAD)


def test_who_dispatches_does_so_everywhere_and_reads_no_audit(town: Town) -> None:
    dispatcher = town.actor("district_clerk")
    for place in (town.grid, town.other_grid):
        assert dispatcher.may("call.dispatch", area=place)
    assert not any(dispatcher.has(right) for right in ("audit.see", "user.edit", "user.authorise"))


def test_members_need_an_office_and_a_function(town: Town) -> None:
    actor = support(town, town.district)
    member = enter_member("沈区长", "区长", "lead", actor=actor, at=NOON, from_on=TODAY)
    assert member.get_function_display() == "牵头抓总"
    refused("bad_function", lambda: enter_member("沈区长", "区长", "rule", actor=actor, at=NOON, from_on=TODAY))
    refused("empty", lambda: enter_member("沈区长", "", "lead", actor=actor, at=NOON, from_on=TODAY))
    with pytest.raises(Denied):
        enter_member("沈区长", "区长", "lead", actor=support(town, key="assessor"), at=NOON, from_on=TODAY)


def test_a_task_force_has_members_for_a_term(town: Town) -> None:
    force = form_task_force(
        "试点专班", from_on=TODAY, until_on=TODAY + 90 * DAY, members=[(town.user("clerk"), "联络")], **AT
    )
    refused("member_already", lambda: join(force, town.user("clerk"), from_on=TODAY, **AT))


def test_nobody_joins_after_the_term_and_who_left_may_come_back(town: Town) -> None:
    force = form_task_force("试点专班", from_on=TODAY, until_on=TODAY + 9 * DAY, **AT)
    refused("outside_term", lambda: join(force, town.user("clerk"), from_on=TODAY + 10 * DAY, **AT))
    member = join(force, town.user("clerk"), from_on=TODAY, **AT)
    leave(member, TODAY, **AT)
    refused("ended", lambda: leave(member, TODAY, **AT))
    force.refresh_from_db()
    join(force, town.user("clerk"), from_on=TODAY + DAY, **AT)


# --- pilots -----------------------------------------------------------------------------------------------------------


def test_a_feature_opens_in_one_street_and_others_do_not_see_it(town: Town) -> None:
    west = Area.objects.get(code=town.street)
    assert not is_open(Feature.TEAM_PAGE, town.grid, on=TODAY)
    pilot = open_pilot(Feature.TEAM_PAGE, west, from_on=TODAY, **AT)
    assert is_open(Feature.TEAM_PAGE, town.grid, on=TODAY)
    assert not is_open(Feature.TEAM_PAGE, town.grid, on=TODAY - DAY)
    assert not is_open(Feature.TEAM_PAGE, town.other_grid, on=TODAY)
    assert not is_open(Feature.PLATES, town.grid, on=TODAY)
    refused("pilot_there", lambda: open_pilot(Feature.TEAM_PAGE, west, from_on=TODAY, **AT))
    close_pilot(pilot, TODAY, **AT)
    assert not is_open(Feature.TEAM_PAGE, town.grid, on=TODAY + DAY)


def test_the_district_rolls_it_out(town: Town) -> None:
    open_pilot(Feature.TEAM_PAGE, Area.objects.get(code=town.district), from_on=TODAY, **AT)
    assert is_open(Feature.TEAM_PAGE, town.other_grid, on=TODAY)
    assert open_in(Feature.TEAM_PAGE, on=TODAY) == [town.district]


def test_pilots_are_opened_by_street_and_by_the_district(town: Town) -> None:
    community = Area.objects.get(code=town.community)
    refused("bad_area", lambda: open_pilot(Feature.TEAM_PAGE, community, from_on=TODAY, **AT))
    with pytest.raises(Denied):
        open_pilot(Feature.TEAM_PAGE, Area.objects.get(code=town.street), actor=support(town), at=NOON, from_on=TODAY)


# --- policies ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def article(town: Town) -> Article:
    policy = issue_policy("measure", "网格常态化服务管理办法", effective_from=date(2026, 1, 1), **AT)
    return add_article(policy, "第三条", "配备标准", **AT)


def test_what_has_expired_is_offered_no_more(article: Article) -> None:
    policy = article.policy
    end_policy(policy, TODAY, **AT)
    assert policy in Policy.objects.in_force_on(TODAY)
    assert policy not in Policy.objects.in_force_on(TODAY + DAY)
    refused("expired", lambda: cite("staffing", "residential:grid_worker", article, actor=SYSTEM, at=NOON + DAY))


def test_a_new_edition_ends_the_one_before(article: Article) -> None:
    policy = article.policy
    second = issue_policy(
        "measure", policy.title, effective_from=TODAY, replaces=policy, number="市中网〔2026〕2号", **AT
    )
    policy.refresh_from_db()
    assert (second.edition, policy.effective_until) == (2, TODAY - DAY)
    refused("edition_there", lambda: issue_policy("measure", policy.title, effective_from=TODAY, **AT))


def test_a_rule_shows_its_basis_and_rules_without_one_are_listed(article: Article) -> None:
    key = "residential:grid_worker"
    citation = cite("staffing", key, article, **AT)
    refused("cited_already", lambda: cite("staffing", key, article, **AT))
    assert [one.article.label for one in basis_of("staffing", key, on=TODAY)] == ["第三条"]
    without = [one.rule.key for one in rules_and_bases(on=TODAY, kind="staffing") if not one.has_basis]
    assert key not in without
    assert len(without) == 6
    lift_citation(citation, **AT)
    assert not basis_of("staffing", key, on=TODAY)


def test_rules_that_do_not_exist_have_no_basis(article: Article) -> None:
    with pytest.raises(Missing):
        cite("staffing", "residential:nobody", article, **AT)
    with pytest.raises(Missing):
        cite("weather", "rain", article, **AT)


def test_a_basis_that_has_expired_is_no_basis(article: Article) -> None:
    cite("staffing", "residential:adviser", article, **AT)
    end_policy(article.policy, TODAY, **AT)
    [rule] = [one for one in rules_and_bases(on=TODAY + DAY, kind="staffing") if one.rule.key == "residential:adviser"]
    assert not rule.has_basis
    assert len(rule.expired) == 1


def test_every_sort_of_rule_can_be_cited_and_no_key_stands_twice(town: Town) -> None:
    assert {kind.code for kind in kinds()} >= {
        "staffing", "source", "size", "limit", "ladder", "follow_up", "score", "scheme"
    }  # fmt: skip
    for kind in kinds():
        keys = [rule.key for rule in kind.rules(TODAY)]
        assert len(keys) == len(set(keys)), kind.code
        assert all(len(key) <= 80 for key in keys)
    assert [rule for kind in kinds() for rule in kind.rules(TODAY)]


# --- meetings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def task(town: Town) -> MeetingTask:
    hold_meeting(
        "党建引领基层治理专题会议",
        TODAY,
        [
            Decision("一个月内配齐专职网格员", town.desk(town.street), TODAY + 30 * DAY),
            Decision("公示网格员信息", town.desk("human_resources"), TODAY + 10 * DAY),
        ],
        **AT,
    )
    return MeetingTask.objects.select_related("desk__area").get(position=1)


def test_decisions_become_tasks_with_an_owner_and_a_day(town: Town, task: MeetingTask) -> None:
    assert [(one.position, one.desk.name) for one in task.meeting.tasks.order_by("position")] == [
        (1, town.desk(town.street).name),
        (2, town.desk("human_resources").name),
    ]
    while dispatch(at=NOON):
        pass
    assert Notice.objects.filter(subject_kind="meeting_task", subject_id=task.pk, desk=task.desk).exists()


def test_what_is_late_is_listed(task: MeetingTask) -> None:
    last = TODAY + 30 * DAY
    late = MeetingTask.objects.overdue_on(last + DAY)
    assert late.count() == 2
    assert MeetingTask.objects.overdue_on(last).count() == 1


def test_the_owner_reports_and_another_confirms(town: Town, task: MeetingTask) -> None:
    clerk = town.actor("street_clerk")
    mine = get_task(clerk, task.pk)
    move_task("report", mine, actor=clerk, at=NOON, result="已配齐")
    assert mine.stage == TaskStage.REPORTED
    with pytest.raises(Denied):
        move_task("confirm", mine, actor=clerk, at=NOON)
    keeper = support(town, town.district)
    move_task("confirm", get_task(keeper, task.pk), actor=keeper, at=NOON)
    task.refresh_from_db()
    assert (task.stage, task.done_on) == (TaskStage.DONE, TODAY)


def test_who_reported_does_not_confirm(town: Town) -> None:
    keeper = support(town, town.district)
    hold_meeting("会议", TODAY, [Decision("自己办", town.desk(town.district), TODAY)], **AT)
    task = get_task(keeper, MeetingTask.objects.get().pk)
    move_task("report", task, actor=keeper, at=NOON, result="办了")
    refused("not_reporter", lambda: move_task("confirm", task, actor=keeper, at=NOON))


def test_what_was_not_done_well_goes_back_and_a_day_may_move(town: Town, task: MeetingTask) -> None:
    clerk, keeper = town.actor("street_clerk"), support(town, town.district)
    move_task("report", get_task(clerk, task.pk), actor=clerk, at=NOON, result="差不多")
    move_task("send_back", get_task(keeper, task.pk), actor=keeper, at=NOON, reason="还差两个")
    moved = get_task(keeper, task.pk)
    move_task("postpone", moved, actor=keeper, at=NOON, due_on=TODAY + 60 * DAY, reason="招聘推迟")
    assert (moved.stage, moved.due_on) == (TaskStage.OPEN, TODAY + 60 * DAY)


def test_others_see_nothing_of_a_task(town: Town, task: MeetingTask) -> None:
    for key in ("worker", "clerk", "other_handler"):
        with pytest.raises(Missing):
            get_task(town.actor(key), task.pk)
    other = MeetingTask.objects.get(position=2)
    assert get_task(town.actor("handler"), other.pk) == other


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("due_before", lambda town: {"decisions": [Decision("办", town.desk(town.street), TODAY - DAY)]}),
        ("empty", lambda town: {"decisions": [Decision(" ", town.desk(town.street), TODAY)]}),
        ("not_yet_held", lambda town: {"held_on": TODAY + DAY}),
        ("empty", lambda town: {"title": ""}),
    ],
)
def test_what_no_meeting_can_be(town: Town, code: str, change: Callable[[Town], dict[str, Any]]) -> None:
    given = {"title": "会议", "held_on": TODAY, "decisions": ()} | change(town)
    refused(code, lambda: hold_meeting(given["title"], given["held_on"], given["decisions"], **AT))


def test_every_stage_of_a_task_is_reached() -> None:
    assert {step.target for step in TASK_STEPS.values() if step.target} == set(TaskStage)


def test_the_first_person_of_a_level_leads(town: Town) -> None:
    assert FUNCTION_ROLES[Function.LEAD] == (Role.FIRST_PERSON,)
