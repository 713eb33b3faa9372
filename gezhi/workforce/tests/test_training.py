"""Courses, exams, dates, and the gate: a post gives nothing before its training is passed."""

from datetime import date, timedelta

import pytest

from gezhi.accounts.actions import enter_user
from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Refused
from gezhi.people.access import actor_for
from gezhi.people.actions import seat
from gezhi.people.gates import Wanting, held_back
from gezhi.people.models import Post
from gezhi.people.queries import roster
from gezhi.people.roles import Role
from gezhi.testing import NOON, SYSTEM, Town
from gezhi.workforce.actions import (
    add_material,
    add_question,
    ask_exemption,
    cancel_enrolment,
    change_course,
    decide_exemption,
    end_requirement,
    enrol,
    hand_in,
    hold_session,
    offer_course,
    record_presence,
    renew_attempts,
    require_course,
)
from gezhi.workforce.models import Attempt, Course, Enrolment, Pass
from gezhi.workforce.tests.life import EVERYBODY
from gezhi.workforce.tests.test_selection import refused

DAY = timedelta(days=1)
TODAY = NOON.date()


@pytest.fixture
def course(town: Town) -> Course:
    """Pre-service training of the district: three questions, one of each kind."""
    actor = town.actor("district_clerk")
    area = town.desk(town.district).area
    made = offer_course(
        actor=actor,
        at=NOON,
        code="start",
        name="岗前集中培训",
        kind="academy",
        area=area,
        pass_mark=60,
        most_attempts=2,
    )
    add_material(made, actor=actor, at=NOON, title="网格员守则", text="看见就报，报了就办。")
    add_question(
        made, actor=actor, at=NOON, kind="single", text="先做什么？", options=["上报", "等一等", "不管"], correct=[0]
    )
    add_question(
        made, actor=actor, at=NOON, kind="multiple", text="哪些能报？", options=["路灯", "井盖", "闲话"], correct=[0, 1]
    )
    add_question(made, actor=actor, at=NOON, kind="yes_no", text="可以不回复居民。", correct=[1])
    return Course.objects.select_related("area").get(pk=made.pk)


def answers(course: Course, *chosen: list[int]) -> dict[int, list[int]]:
    keys = course.questions.order_by("position").values_list("pk", flat=True)
    return dict(zip(keys, chosen, strict=True))


RIGHT = ([0], [0, 1], [1])


def test_an_exam_is_graded_by_exactly_the_right_options(town: Town, course: Course) -> None:
    worker = town.actor("worker")
    half = hand_in(course, answers(course, [0], [0], [0]), actor=worker, at=NOON)
    assert (half.score, half.is_passed, half.number) == (33, False, 1)
    passed = hand_in(course, answers(course, *RIGHT), actor=worker, at=NOON + DAY)
    assert (passed.score, passed.is_passed, passed.number) == (100, True, 2)
    assert Pass.objects.get(user=town.user("worker")).passed_on == date(2026, 3, 3)
    with refused("passed"):
        hand_in(course, answers(course, *RIGHT), actor=worker, at=NOON + DAY)


def test_attempts_are_counted_and_may_be_renewed_with_a_reason(town: Town, course: Course) -> None:
    worker = town.actor("worker")
    for _number in range(2):
        hand_in(course, answers(course, [1], [0], [0]), actor=worker, at=NOON)
    with refused("no_more_attempts"):
        hand_in(course, answers(course, *RIGHT), actor=worker, at=NOON)
    with pytest.raises(Denied):
        renew_attempts(course, town.user("worker"), actor=worker, at=NOON, reason="再来")
    renew_attempts(course, town.user("worker"), actor=town.actor("district_clerk"), at=NOON, reason="参加了补课")
    assert hand_in(course, answers(course, *RIGHT), actor=worker, at=NOON).number == 3
    assert Attempt.objects.count() == 3


def test_what_is_no_answer(town: Town, course: Course) -> None:
    worker = town.actor("worker")
    for chosen, code in (
        (([0], [], [1]), "unanswered"),
        (([0, 1], [0, 1], [1]), "no_such_option"),
        (([7], [0, 1], [1]), "no_such_option"),
    ):
        with refused(code):
            hand_in(course, answers(course, *chosen), actor=worker, at=NOON)
    change_course(course, actor=town.actor("district_clerk"), at=NOON, is_active=False)
    with refused("course_over"):
        hand_in(course, answers(course, *RIGHT), actor=worker, at=NOON)
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("kind", "written", "fault"),
    [
        ("single", (["一"], [0]), "options"),
        ("single", (["一", "一"], [0]), "alike"),
        ("single", (["一", "二"], [0, 1]), "one"),
        ("multiple", (["一", "二"], [0, 1]), "two"),
        ("multiple", (["一", "二", "三"], [0]), "two"),
        ("yes_no", ([], [2]), "correct"),
    ],
)
def test_what_is_no_question(
    town: Town, course: Course, kind: str, written: tuple[list[str], list[int]], fault: str
) -> None:
    options, correct = written
    with refused(f"question_{fault}"):
        add_question(
            course, actor=town.actor("district_clerk"), at=NOON, kind=kind, text="？", options=options, correct=correct
        )


# --- dates ----------------------------------------------------------------------------------------------------------


def test_a_date_fills_up_and_who_was_there_has_passed(town: Town) -> None:
    clerk, street = town.actor("street_clerk"), town.desk(town.street).area
    salon = offer_course(actor=clerk, at=NOON, code="salon-1", name="矛盾调解沙龙", kind="salon", area=street)
    session = hold_session(
        salon, actor=clerk, at=NOON, area=street, starts_at=NOON + DAY, place="街道会议室", capacity=2
    )
    enrol(session, town.user("worker"), actor=town.actor("worker"), at=NOON)
    with refused("enrolled"):
        enrol(session, town.user("worker"), actor=town.actor("worker"), at=NOON)
    with pytest.raises(Denied):
        enrol(session, town.user("neighbour"), actor=town.actor("worker"), at=NOON)
    enrol(session, town.user("neighbour"), actor=clerk, at=NOON)
    with refused("full"):
        enrol(session, town.user("leader"), actor=town.actor("leader"), at=NOON)
    cancel_enrolment(session, town.user("neighbour"), actor=town.actor("neighbour"), at=NOON)
    enrol(session, town.user("leader"), actor=town.actor("leader"), at=NOON)
    with refused("wrong_stage"):
        record_presence(session, [town.user("worker").pk], actor=clerk, at=NOON)
    session.refresh_from_db()
    record_presence(session, [town.user("worker").pk], actor=clerk, at=NOON + 2 * DAY)
    assert list(Pass.objects.values_list("user__username", "score")) == [("worker", None)]
    assert dict(Enrolment.objects.values_list("user__username", "presence")) == {
        "worker": "attended", "leader": "absent", "neighbour": "cancelled",
    }  # fmt: skip


# --- the gate -------------------------------------------------------------------------------------------------------


@pytest.fixture
def newcomer(town: Town, course: Course) -> Post:
    """Somebody seated from today on in a role that wants the training."""
    require_course(Role.GRID_WORKER, course, actor=town.actor("district_clerk"), at=NOON, valid_from=TODAY)
    user = enter_user(actor=SYSTEM, at=NOON, username="newcomer", name="新来的")
    return seat(
        user, town.desk(town.grid), Role.GRID_WORKER, actor=town.actor("district_clerk"), at=NOON, from_on=TODAY
    )


def test_a_post_gives_no_right_before_the_training_is_passed(town: Town, course: Course, newcomer: Post) -> None:
    actor = actor_for(newcomer.user, at=NOON)
    assert not actor.grants
    assert not actor.desks
    # Everybody sees who is coming.
    assert newcomer.user.name in {one.name for one in roster(newcomer.desk_id, on=TODAY)}
    reasons = held_back([Wanting(newcomer.pk, newcomer.user_id, newcomer.role, newcomer.from_on)], on=TODAY)
    assert "岗前集中培训" in str(reasons[newcomer.pk])
    hand_in(course, answers(course, *RIGHT), actor=actor, at=NOON)
    assert actor_for(newcomer.user, at=NOON).may("case.claim", desk_id=newcomer.desk_id)


def test_who_was_there_before_and_other_roles_keep_their_rights(town: Town, newcomer: Post) -> None:
    assert town.actor("worker").may("case.claim", desk_id=newcomer.desk_id)
    seat(newcomer.user, newcomer.desk, Role.ADVISER, actor=SYSTEM, at=NOON, from_on=TODAY)
    actor = actor_for(newcomer.user, at=NOON)
    assert actor.may("case.see", area=town.grid)
    assert not actor.may("case.claim", desk_id=newcomer.desk_id)


def test_who_served_before_keeps_the_rights_in_another_grid(town: Town, newcomer: Post) -> None:
    """A plan of the land, or the street, seats people anew: that is no first day."""
    worker = town.user("worker")
    moved = seat(worker, town.desk(town.next_grid), Role.GRID_WORKER, actor=SYSTEM, at=NOON, from_on=TODAY)
    assert actor_for(worker, at=NOON).may("case.claim", desk_id=moved.desk_id)
    again = seat(newcomer.user, town.desk(town.next_grid), Role.GRID_WORKER, actor=SYSTEM, at=NOON, from_on=TODAY + DAY)
    assert again.desk_id not in actor_for(newcomer.user, at=NOON + DAY).desks


def test_an_exemption_is_asked_by_one_and_granted_by_another_for_some_days(town: Town, newcomer: Post) -> None:
    until = TODAY + 10 * DAY
    asked = ask_exemption(newcomer, actor=town.actor("clerk"), at=NOON, reason="网格缺人", until_on=until)
    assert not actor_for(newcomer.user, at=NOON).grants
    with refused("asked"):
        ask_exemption(newcomer, actor=town.actor("clerk"), at=NOON, reason="再催", until_on=until)
    for who in ("clerk", "street_clerk"):
        with pytest.raises(Denied):
            decide_exemption(asked, True, actor=town.actor(who), at=NOON)
    decide_exemption(asked, True, actor=town.actor("district_clerk"), at=NOON)
    assert actor_for(newcomer.user, at=NOON).may("case.claim", desk_id=newcomer.desk_id)
    assert actor_for(newcomer.user, at=NOON + 10 * DAY).grants
    assert not actor_for(newcomer.user, at=NOON + 11 * DAY).grants


def test_nobody_grants_an_exemption_of_his_own(town: Town, newcomer: Post) -> None:
    district = town.actor("district_clerk")
    asked = ask_exemption(newcomer, actor=district, at=NOON, reason="网格缺人", until_on=TODAY + DAY)
    with refused("own_request"):
        decide_exemption(asked, True, actor=district, at=NOON)


def test_requirements_never_take_a_right_away_after_the_fact(town: Town, course: Course, newcomer: Post) -> None:
    district = town.actor("district_clerk")
    with refused("retroactive"):
        require_course(Role.GRID_LEADER, course, actor=district, at=NOON, valid_from=TODAY - DAY)
    with pytest.raises(Denied):
        require_course(Role.GRID_LEADER, course, actor=town.actor("street_clerk"), at=NOON, valid_from=TODAY)
    row = course.requirements.get()
    end_requirement(row, actor=district, at=NOON, valid_until=TODAY)
    later = seat(newcomer.user, town.desk(town.next_grid), Role.GRID_WORKER, actor=SYSTEM, at=NOON, from_on=TODAY + DAY)
    actor = actor_for(newcomer.user, at=NOON + DAY)
    assert actor.desks == {later.desk_id}


def test_the_gate_costs_nothing_where_nothing_is_asked(town: Town, django_assert_num_queries: object) -> None:
    actor_for(town.user("worker"), at=NOON)
    with django_assert_num_queries(1):  # type: ignore[operator]
        actor_for(town.user("worker2"), at=NOON)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_offer_a_course(town: Town, who: str) -> None:
    area = town.desk(town.community).area
    try:
        offer_course(actor=town.actor(who), at=NOON, code="x", name="课", kind="micro", area=area)
        is_done = True
    except (Denied, Refused):
        is_done = False
    assert is_done is (who in {"clerk", "street_clerk", "district_clerk"})
