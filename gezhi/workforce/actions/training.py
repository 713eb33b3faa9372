"""Courses, their dates, exams, and what lets somebody begin to work. How long anybody learnt is nobody's business here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.actions.desks import REGISTER as PEOPLE
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.territory.models import Area
from gezhi.workforce.exams import MULTIPLE, Asked, fault_of, score_of
from gezhi.workforce.models import (
    Attempt,
    Course,
    Enrolment,
    Exemption,
    Material,
    Pass,
    Question,
    Requirement,
    Session,
)
from gezhi.workforce.models.training import CourseKind, ExamQuestionKind, Presence
from gezhi.workforce.policies import REGISTER

RIGHT, REQUIRE = "training.edit", "training.require"
YES_OR_NO = ["对", "错"]
FAULTS = {
    "options": _("选项要有 2 至 8 个，不能空着。"),
    "alike": _("有两个选项一样。"),
    "correct": _("请标出正确的选项。"),
    "one": _("单选题和判断题只有一个正确选项。"),
    "two": _("多选题要有两个以上正确选项，但不能全都正确。"),
}
RUNNING_OUT = _("这门课程已经停开。")


# --- courses --------------------------------------------------------------------------------------------------------


def offer_course(
    *, actor: Actor, at: datetime, code: str, name: str, kind: str, area: Area, summary: str = "",
    pass_mark: int = 60, most_attempts: int = 3,
) -> Course:  # fmt: skip
    """Offer a course to the people of an area. Needs `training.edit` over it."""
    actor.require(RIGHT, area=area.code)
    code = typed(code, field="code", longest=30, empty=_("请填写代码。"))
    name = typed(name, field="name", longest=80, empty=_("请填写课程名称。"))
    summary = typed(summary, field="summary", longest=500)
    if kind not in CourseKind.values:
        raise Refused("no_such_kind", _("请选择学院、微课堂或沙龙。"), field="kind")
    check_marks(pass_mark, most_attempts)
    with unit():
        with first_come("code_taken", _("这个代码已经有了。"), field="code"):
            course = Course.objects.create(
                code=code, name=name, kind=kind, area=area, summary=summary, pass_mark=pass_mark,
                most_attempts=most_attempts, version=1,
            )  # fmt: skip
        data = {"code": code, "kind": kind, "area": area.code, "pass_mark": pass_mark, "attempts": most_attempts}
        found(course, Fact("course.offered", data), actor=actor, at=at)
    return course


def check_marks(pass_mark: int, most_attempts: int) -> None:
    if not 1 <= pass_mark <= 100:
        raise Refused("no_number", _("合格分数应在 1 至 100 之间。"), field="pass_mark")
    if not 1 <= most_attempts <= 20:
        raise Refused("no_number", _("考试次数应在 1 至 20 之间。"), field="most_attempts")


def change_course(course: Course, *, actor: Actor, at: datetime, **columns: Any) -> None:
    """Change `name`, `summary`, `pass_mark`, `most_attempts` or `is_active`. What somebody passed stays passed."""
    actor.require(RIGHT, area=course.area.code)
    known = {"name", "summary", "pass_mark", "most_attempts", "is_active"}
    changes = {name: value for name, value in columns.items() if name in known and getattr(course, name) != value}
    if not changes:
        return
    if "name" in changes:
        changes["name"] = typed(changes["name"], field="name", longest=80, empty=_("请填写课程名称。"))
    if "summary" in changes:
        changes["summary"] = typed(changes["summary"], field="summary", longest=500)
    check_marks(changes.get("pass_mark", course.pass_mark), changes.get("most_attempts", course.most_attempts))
    with unit():
        advance(course, Fact("course.changed", {"columns": sorted(changes)}), actor=actor, at=at, changes=changes)


def add_material(
    course: Course, *, actor: Actor, at: datetime, title: str, text: str = "", file: StoredFile | None = None
) -> Material:
    """Something to read: a text or a file (a picture or PDF, already kept)."""
    actor.require(RIGHT, area=course.area.code)
    title = typed(title, field="title", longest=80, empty=_("请写明资料的标题。"))
    text = typed(text, field="text", longest=10_000)
    if not text and file is None:
        raise Refused("empty", _("请写正文，或附上文件。"), field="text")
    with unit():
        position = next_position(Material, course)
        advance(course, Fact("course.material_added", {"position": position}), actor=actor, at=at)
        return Material.objects.create(course=course, position=position, title=title, text=text, file=file)


def add_question(
    course: Course, *, actor: Actor, at: datetime, kind: str, text: str, options: Sequence[str] = (),
    correct: Sequence[int],
) -> Question:  # fmt: skip
    """A question of the exam. A yes-or-no question needs no options: 对 is 0, 错 is 1."""
    actor.require(RIGHT, area=course.area.code)
    if kind not in ExamQuestionKind.values:
        raise Refused("no_such_kind", _("请选择题型。"), field="kind")
    text = typed(text, field="text", longest=300, empty=_("请写下题目。"))
    offered = (
        YES_OR_NO if kind == ExamQuestionKind.YES_NO else [typed(one, field="options", longest=120) for one in options]
    )
    fault = fault_of(kind, offered, correct)
    if fault:
        raise Refused(
            f"question_{fault}", FAULTS[fault], field="correct" if fault in ("correct", "one", "two") else "options"
        )
    with unit():
        position = next_position(Question, course)
        advance(course, Fact("course.question_added", {"position": position, "kind": kind}), actor=actor, at=at)
        return Question.objects.create(
            course=course, position=position, kind=kind, text=text, options=offered, correct=sorted(correct)
        )


def next_position(model: type[Material] | type[Question], course: Course) -> int:
    return (model.objects.filter(course=course).aggregate(last=Max("position"))["last"] or 0) + 1


# --- exams ----------------------------------------------------------------------------------------------------------


def asked_of(course: Course) -> list[Asked]:
    return [
        Asked(one.pk, one.kind, len(one.options), frozenset(one.correct))
        for one in course.questions.order_by("position")
    ]


def hand_in(course: Course, answers: Mapping[int, Sequence[int]], *, actor: Actor, at: datetime) -> Attempt:
    """Somebody's own exam: graded at once, passed from the pass mark on. Refused when all attempts are used, or it is passed already."""
    if actor.kind != "staff" or actor.user_id is None:
        raise Denied("exam")
    questions = asked_of(course)
    if not course.is_active:
        raise Refused("course_over", RUNNING_OUT)
    if not questions:
        raise Refused("no_exam", _("这门课程没有考试。"))
    fit = answers_of(questions, answers)
    with unit():
        # Who hands in twice at once waits here: an attempt has one number.
        Course.objects.select_for_update().get(pk=course.pk)
        if Pass.objects.filter(course=course, user_id=actor.user_id).exists():
            raise Refused("passed", _("这门课程您已经通过了，不用再考。"))
        numbers = list(Attempt.objects.filter(course=course, user_id=actor.user_id).values_list("counts", flat=True))
        if sum(numbers) >= course.most_attempts:
            message = _("这门课程最多考 %(most)s 次，已经用完。请联系组织培训的同事。")
            raise Refused("no_more_attempts", message % {"most": course.most_attempts})
        score = score_of(questions, fit)
        is_passed = score >= course.pass_mark
        attempt = Attempt.objects.create(
            course=course, user_id=actor.user_id, number=len(numbers) + 1, score=score, is_passed=is_passed, handed_in_at=at,
            answers=[[key, list(chosen)] for key, chosen in sorted(fit.items())],
        )  # fmt: skip
        if is_passed:
            record_pass(course, actor.user_id, score, actor=actor, at=at)
    return attempt


def answers_of(questions: Sequence[Asked], answers: Mapping[int, Sequence[int]]) -> dict[int, tuple[int, ...]]:
    """The answers to these very questions, each a set of options that it has. Raises `Refused`: every question wants one."""
    fit: dict[int, tuple[int, ...]] = {}
    for one in questions:
        chosen = sorted(set(answers.get(one.id, ())))
        if not chosen:
            raise Refused("unanswered", _("还有题目没有作答。"), field=f"question{one.id}")
        if not set(chosen) <= set(range(one.options)) or (one.kind != MULTIPLE and len(chosen) != 1):
            raise Refused("no_such_option", _("没有这个选项。"), field=f"question{one.id}")
        fit[one.id] = tuple(chosen)
    return fit


def record_pass(course: Course, user_id: int, score: int | None, *, actor: Actor, at: datetime) -> Pass | None:
    """Once and for good. Posts that waited for it give their rights from now on."""
    if Pass.objects.filter(course=course, user_id=user_id).exists():
        return None
    with first_come("passed", _("这门课程已经通过了。")):
        passed = Pass.objects.create(course=course, user_id=user_id, passed_on=local_day(at), score=score, version=1)
    found(passed, Fact("course.passed", {"course": course.pk, "user": user_id, "score": score}), actor=actor, at=at)
    touch(PEOPLE)
    return passed


def renew_attempts(course: Course, user: User, *, actor: Actor, at: datetime, reason: str) -> None:
    """Let somebody whose attempts are used up begin to count anew, with a reason: those so far stand and no longer count. Needs `training.edit`."""
    actor.require(RIGHT, area=course.area.code)
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        fact = Fact("course.attempts_renewed", {"user": user.pk}, reason)
        advance(course, fact, actor=actor, at=at)
        Attempt.objects.filter(course=course, user=user, is_passed=False).update(counts=False)


# --- dates ----------------------------------------------------------------------------------------------------------


def hold_session(
    course: Course, *, actor: Actor, at: datetime, area: Area, starts_at: datetime, place: str, capacity: int
) -> Session:
    """Announce a date on which a course is held."""
    actor.require(RIGHT, area=area.code)
    if not course.is_active:
        raise Refused("course_over", RUNNING_OUT)
    if starts_at <= at:
        raise Refused("past", _("开课时间要在今后。"), field="starts_at")
    place = typed(place, field="place", longest=80, empty=_("请写明地点。"))
    if not 1 <= capacity <= 2000:
        raise Refused("no_number", _("人数应在 1 至 2000 之间。"), field="capacity")
    with unit():
        session = Session.objects.create(
            course=course, area=area, starts_at=starts_at, place=place, capacity=capacity, version=1
        )
        data = {"course": course.pk, "area": area.code, "starts_at": starts_at.isoformat(), "capacity": capacity}
        found(session, Fact("training_session.announced", data), actor=actor, at=at)
    return session


def cancel_session(session: Session, *, actor: Actor, at: datetime, reason: str) -> None:
    actor.require(RIGHT, area=session.area.code)
    if session.is_cancelled or session.starts_at <= at:
        raise Refused("wrong_stage", _("这一班已经取消或者已经开课。"))
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        fact = Fact("training_session.cancelled", note=reason)
        advance(session, fact, actor=actor, at=at, changes={"is_cancelled": True})


def enrol(session: Session, user: User, *, actor: Actor, at: datetime) -> Enrolment:
    """Put somebody's name down: oneself, or with `training.edit` somebody else. Refused when full, cancelled or begun."""
    if actor.user_id != user.pk:
        actor.require(RIGHT, area=session.area.code)
    with unit():
        session = Session.objects.select_for_update().get(pk=session.pk)
        if session.is_cancelled or session.starts_at <= at:
            raise Refused("wrong_stage", _("这一班已经取消或者已经开课。"))
        known = Enrolment.objects.filter(session=session, user=user).first()
        if known is not None and known.presence != Presence.CANCELLED:
            raise Refused("enrolled", _("已经报过名了。"))
        taken = Enrolment.objects.filter(session=session).exclude(presence=Presence.CANCELLED).count()
        if taken >= session.capacity:
            raise Refused("full", _("这一班已经报满。"))
        advance(session, Fact("training_session.enrolled", {"user": user.pk}), actor=actor, at=at)
        if known is None:
            return Enrolment.objects.create(session=session, user=user)
        known.presence = Presence.ENROLLED
        known.save(update_fields=["presence"])
    return known


def cancel_enrolment(session: Session, user: User, *, actor: Actor, at: datetime) -> None:
    """Take one's name off again before it begins."""
    if actor.user_id != user.pk:
        actor.require(RIGHT, area=session.area.code)
    with unit():
        session = Session.objects.select_for_update().get(pk=session.pk)
        rows = Enrolment.objects.filter(session=session, user=user, presence=Presence.ENROLLED)
        if session.starts_at <= at or not rows.update(presence=Presence.CANCELLED):
            raise Refused("wrong_stage", _("没有可以取消的报名。"))
        advance(session, Fact("training_session.left", {"user": user.pk}), actor=actor, at=at)


def record_presence(session: Session, present: Sequence[int], *, actor: Actor, at: datetime) -> int:
    """The organiser writes down who was there, once it has begun; may be set right later. A course without questions is passed by it."""
    actor.require(RIGHT, area=session.area.code)
    if session.is_cancelled or session.starts_at > at:
        raise Refused("wrong_stage", _("还没有开课，或者已经取消。"))
    wanted = set(present)
    with unit():
        rows = Enrolment.objects.filter(session=session).exclude(presence=Presence.CANCELLED)
        known = set(rows.values_list("user_id", flat=True))
        if not wanted <= known:
            raise Refused("not_enrolled", _("名单里有没报名的人。"), field="present")
        advance(session, Fact("training_session.recorded", {"present": len(wanted)}), actor=actor, at=at)
        rows.filter(user_id__in=wanted).update(presence=Presence.ATTENDED)
        rows.exclude(user_id__in=wanted).update(presence=Presence.ABSENT)
        if not session.course.questions.exists():
            for user_id in sorted(wanted):
                record_pass(session.course, user_id, None, actor=actor, at=at)
    return len(wanted)


# --- the gate -------------------------------------------------------------------------------------------------------


def require_course(
    role: str, course: Course, *, actor: Actor, at: datetime, valid_from: date, valid_until: date | None = None
) -> Requirement:
    """From a day on, posts of this role give rights only once the course is passed. Needs `training.require` over the district.

    Refused for days that are past: nobody loses a right that a post already gave.
    """
    actor.require(REQUIRE, area=settings.DISTRICT)
    if role not in Role.values:
        raise Refused("no_such_role", _("请选择岗位。"), field="role")
    if valid_from < local_day(at):
        raise Refused("retroactive", _("只能从今天或以后上岗的人开始要求。"), field="valid_from")
    if valid_until is not None and valid_until < valid_from:
        raise Refused("ends_before_start", _("结束日期不能早于开始日期。"), field="valid_until")
    with unit():
        with first_come("requirement_there", _("这一条已经有了。"), field="course"):
            row = Requirement.objects.create(
                role=role, course=course, valid_from=valid_from, valid_until=valid_until, version=1
            )
        data = {"role": role, "course": course.pk, "from": valid_from.isoformat()}
        found(row, Fact("training_requirement.set", data), actor=actor, at=at)
        touch(REGISTER, PEOPLE)
    return row


def end_requirement(row: Requirement, *, actor: Actor, at: datetime, valid_until: date) -> None:
    """The last day on which a post may begin that still needs the course."""
    actor.require(REQUIRE, area=settings.DISTRICT)
    if valid_until < row.valid_from:
        raise Refused("ends_before_start", _("结束日期不能早于开始日期。"), field="valid_until")
    with unit():
        fact = Fact("training_requirement.ended", {"until": valid_until.isoformat()})
        advance(row, fact, actor=actor, at=at, changes={"valid_until": valid_until})
        touch(REGISTER, PEOPLE)


def ask_exemption(post: Post, *, actor: Actor, at: datetime, reason: str, until_on: date) -> Exemption:
    """Ask that somebody may work before the training is passed. Needs `training.edit` where the post is."""
    actor.require(RIGHT, area=post.desk.area.code)
    reason = typed(reason, field="reason", longest=300, empty=_("请写明为什么要先上岗。"))
    if until_on < local_day(at):
        raise Refused("past", _("期限不能早于今天。"), field="until_on")
    with unit():
        with first_come("asked", _("这个岗位已经申请过，正在等答复。")):
            row = Exemption.objects.create(
                post=post, reason=reason, until_on=until_on, asked_by_id=actor.user_id, asked_at=at, version=1
            )
        data = {"post": post.pk, "desk": post.desk_id, "until": until_on.isoformat()}
        found(row, Fact("training_exemption.asked", data), actor=actor, at=at)
    return row


def decide_exemption(row: Exemption, is_granted: bool, *, actor: Actor, at: datetime, note: str = "") -> None:
    """Grant or refuse it: by the district, never by the one who asked."""
    actor.require(REQUIRE, area=settings.DISTRICT)
    if row.is_granted is not None:
        raise Refused("decided", _("这份申请已经答复过了。"))
    if row.asked_by_id is not None and row.asked_by_id == actor.user_id:
        raise Refused("own_request", _("申请的人不能自己批准，请由另一位同事办理。"))
    note = typed(note, field="note", longest=300)
    with unit():
        changes = {"is_granted": is_granted, "decided_by_id": actor.user_id, "decided_at": at}
        name = "training_exemption.granted" if is_granted else "training_exemption.refused"
        data = {"post": row.post_id, "desk": row.post.desk_id}
        advance(row, Fact(name, data, note), actor=actor, at=at, changes=changes)
        touch(PEOPLE)
