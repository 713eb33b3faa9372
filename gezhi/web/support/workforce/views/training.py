"""培训: courses with materials, exams and dates, and who has passed."""

from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel import files
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import (
    Button,
    Record,
    Register,
    Section,
    choices,
    deed_page,
    for_everybody,
    record_page,
    register_page,
)
from gezhi.web.support.workforce.tables import Cell, Table
from gezhi.web.support.workforce.views.recruitment import areas_of
from gezhi.web.support.workforce.wording import story
from gezhi.workforce.access import course_for, get_session, missing
from gezhi.workforce.actions import (
    add_material,
    add_question,
    cancel_session,
    change_course,
    enrol,
    hold_session,
    offer_course,
    record_presence,
    renew_attempts,
)
from gezhi.workforce.models import Attempt, Course, Material, Pass
from gezhi.workforce.models.training import CourseKind, ExamQuestionKind, Presence
from gezhi.workforce.places import areas_within
from gezhi.workforce.queries import people_for

COURSES = "support:workforce:courses"
EDIT = "training.edit"
LETTERS = "ABCDEFGH"


def url_of(course: Course) -> str:
    return reverse("support:workforce:course", args=[course.pk])


@require_safe
@for_support("workforce.see")
def listing(request: DeskRequest) -> HttpResponse:
    """Courses of the actor's land and of what lies above it."""
    kind = request.GET.get("kind", "")
    codes = request.actor.areas("workforce.see")
    around = {code[:length] for code in codes for length in (6, 9, 12) if length <= len(code)}
    rows = Course.objects.filter(areas_within("area", *codes)) | Course.objects.filter(area__code__in=around)
    if kind in CourseKind.values:
        rows = rows.filter(kind=kind)
    people = people_for(request.actor, on=local_day(request.at)).values("pk")
    lines = []
    for course in rows.select_related("area").prefetch_related("questions").order_by("kind", "pk"):
        passed = Pass.objects.filter(course=course, user__in=people).count()
        lines.append(
            [
                Cell(course.name, url_of(course), small=course.code),
                CourseKind(course.kind).label,
                course.area.name,
                len(course.questions.all()),
                passed,
                Cell(_("在开") if course.is_active else _("停开"), state="good" if course.is_active else "quiet"),
            ]
        )
    columns = [
        Column(_("课程"), 16),
        Column(_("形式"), 6),
        Column(_("谁开的"), 10),
        Column(_("考题")),
        Column(_("本区域已通过"), 6),
        Column(_("状态")),
    ]
    buttons = (
        [Button(_("新的课程"), reverse("support:workforce:course-new"), "forward", "n")]
        if request.actor.has(EDIT)
        else []
    )
    return register_page(
        request,
        Register(
            Table(_("培训课程"), columns, lines, _("还没有课程。学院讲系统课，微课堂讲一件事，沙龙大家谈。")),
            lead=_("学过没有，看考试或到场；学了多久不记录，也不排名。"),
            buttons=buttons,
            filters=[(_("形式"), choices(request, "kind", [("", _("全部")), *CourseKind.choices]))],
        ),
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new(request: DeskRequest) -> HttpResponse:
    areas = {one.pk: one for one in areas_of(request, EDIT)}
    fields = {
        "name": made.word(_("课程名称")),
        "code": made.word(_("代码"), longest=30),
        "kind": made.choice(_("形式"), CourseKind.choices),
        "area": made.key(_("面向哪里的人"), [(key, one.name) for key, one in areas.items()]),
        "summary": made.words(_("讲什么"), required=False),
        "pass_mark": made.number(_("合格分数"), least=1, most=100),
        "most_attempts": made.number(_("最多考几次"), least=1, most=20),
    }
    offered: list[Course] = []

    def do(given: dict[str, Any]) -> None:
        offered.append(offer_course(actor=request.actor, at=request.at, **{**given, "area": areas[given["area"]]}))

    form = DeedForm(fields, request, initial={"pass_mark": 60, "most_attempts": 3})
    return deed_page(
        request, form, do, title=_("新的课程"), back=reverse(COURSES), submit=_("开设"), done=_("课程已开设，请加资料和考题。"),
        then=lambda: url_of(offered[0]),
    )  # fmt: skip


@require_safe
@for_everybody
def one(request: DeskRequest, pk: int) -> HttpResponse:
    """A course as whoever takes it reads it; with questions and results for those who keep it."""
    course = course_for(request.actor, pk, at=request.at)
    keeps = request.actor.may(EDIT, area=course.area.code)
    passed = Pass.objects.filter(course=course, user_id=request.user.pk).first()
    questions = list(course.questions.order_by("position"))
    used = Attempt.objects.filter(course=course, user_id=request.user.pk, counts=True).count()
    left = max(course.most_attempts - used, 0)
    buttons = []
    if questions and passed is None and course.is_active and left:
        buttons.append(Button(_("去考试"), reverse("support:workforce:exam", args=[pk]), "forward", "a"))
    sections = [materials_of(course), sessions_of(request, course, keeps)]
    if keeps:
        buttons += [
            Button(_("修改"), reverse("support:workforce:course-edit", args=[pk])),
            Button(_("加资料"), reverse("support:workforce:material-new", args=[pk])),
            Button(_("加考题"), reverse("support:workforce:question-new", args=[pk])),
            Button(_("安排班次"), reverse("support:workforce:session-new", args=[pk])),
        ]
        sections += [questions_of(course), results_of(request, course)]
    facts = [
        (_("形式"), CourseKind(course.kind).label),
        (_("面向"), course.area.name),
        (_("怎么算通过"), pass_words(course, len(questions))),
        (_("我"), my_words(passed, left, has_exam=bool(questions))),
    ]
    mine = reverse("support:workforce:me")
    back, label = (reverse(COURSES), _("培训课程")) if request.actor.has("workforce.see") else (mine, _("我的"))
    record = Record(
        course.name, back, label, _("在开") if course.is_active else _("停开"), "good" if course.is_active else "quiet",
        lead=course.summary, facts=facts, buttons=buttons, sections=sections, story=story(course) if keeps else (),
    )  # fmt: skip
    return record_page(request, record)


def my_words(passed: Pass | None, left: int, *, has_exam: bool) -> str:
    if passed is not None:
        return _("%(day)s 已通过") % {"day": passed.passed_on}
    return _("还没有通过，还可以考 %(left)s 次") % {"left": left} if has_exam else _("还没有参加")


def pass_words(course: Course, questions: int) -> str:
    if not questions:
        return _("到场参加，由组织者登记")
    return _("%(n)s 道题，%(mark)s 分通过，最多考 %(most)s 次") % {
        "n": questions, "mark": course.pass_mark, "most": course.most_attempts,
    }  # fmt: skip


def materials_of(course: Course) -> Section:
    rows = [
        [Cell(one.title, reverse("support:workforce:material", args=[one.pk]) if one.file_id else ""), one.text]
        for one in course.materials.order_by("position")
    ]
    return Section(_("资料"), Table(_("资料"), [Column(_("标题")), Column(_("内容"))], rows, _("还没有资料。")))


def sessions_of(request: DeskRequest, course: Course, keeps: bool) -> Section:
    mine = {
        enrolment.session_id: enrolment.presence
        for session in course.sessions.prefetch_related("enrolments")
        for enrolment in session.enrolments.all()
        if enrolment.user_id == request.actor.user_id
    }
    rows = []
    for session in course.sessions.select_related("area").prefetch_related("enrolments").order_by("-starts_at"):
        taken = sum(enrolment.presence != Presence.CANCELLED for enrolment in session.enrolments.all())
        presence = mine.get(session.pk, "")
        is_ahead = session.starts_at > request.at and not session.is_cancelled
        may_enrol = is_ahead and presence in ("", Presence.CANCELLED) and taken < session.capacity
        state = _("已取消") if session.is_cancelled else Presence(presence).label if presence else ""
        rows.append(
            [
                Cell(session.starts_at, reverse("support:workforce:session", args=[session.pk]) if keeps else ""),
                session.place,
                f"{taken} / {session.capacity}",
                Cell(_("报名"), reverse("support:workforce:enrol", args=[session.pk])) if may_enrol else state,
            ]
        )
    columns = [Column(_("时间")), Column(_("地点")), Column(_("已报 / 人数")), Column(_("我"))]
    return Section(_("班次"), Table(_("班次"), columns, rows, _("还没有安排班次。")))


def questions_of(course: Course) -> Section:
    rows = [
        [
            one.text,
            ExamQuestionKind(one.kind).label,
            "；".join(f"{LETTERS[place]} {option}" for place, option in enumerate(one.options)),
            "".join(LETTERS[place] for place in one.correct),
        ]
        for one in course.questions.order_by("position")
    ]
    columns = [Column(_("题目")), Column(_("题型")), Column(_("选项")), Column(_("答案"))]
    return Section(_("考题"), Table(_("考题"), columns, rows, _("没有考题的课程，到场参加就算通过。")))


def results_of(request: DeskRequest, course: Course) -> Section:
    """Who of the actor's people has passed; who failed stands nowhere but with the person, and here for who used all attempts."""
    people = people_for(request.actor, on=local_day(request.at)).values("pk")
    rows: list[list[Any]] = [
        [one.user.name, one.passed_on, one.score if one.score is not None else "—", ""]
        for one in course.passes.filter(user__in=people).select_related("user").order_by("-passed_on", "pk")[:200]
    ]
    stuck = Attempt.objects.filter(course=course, counts=True, user__in=people).values_list("user_id", flat=True)
    passed = set(course.passes.values_list("user_id", flat=True))
    counts: dict[int, int] = {}
    for user_id in stuck:
        counts[user_id] = counts.get(user_id, 0) + 1
    used_up = [key for key, number in counts.items() if number >= course.most_attempts and key not in passed]
    rows += [
        [
            user.name,
            "",
            Cell(_("次数用完"), state="bad"),
            Cell(_("重新给次数"), reverse("support:workforce:renew", args=[course.pk, user.pk])),
        ]
        for user in User.objects.filter(pk__in=used_up).order_by("name")
    ]
    columns = [Column(_("姓名")), Column(_("通过日期")), Column(_("成绩")), Column("")]
    return Section(_("通过的人"), Table(_("通过的人"), columns, rows, _("还没有人通过。")))


def kept_course(request: DeskRequest, pk: int) -> Course:
    course = course_for(request.actor, pk, at=request.at)
    if not request.actor.may(EDIT, area=course.area.code):
        raise Denied(EDIT)
    return course


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    course = kept_course(request, pk)
    fields = {
        "name": made.word(_("课程名称")),
        "summary": made.words(_("讲什么"), required=False),
        "pass_mark": made.number(_("合格分数"), least=1, most=100),
        "most_attempts": made.number(_("最多考几次"), least=1, most=20),
        "is_active": made.flag(_("在开")),
    }
    initial = {name: getattr(course, name) for name in fields}
    form = DeedForm(fields, request, initial=initial)
    return deed_page(
        request, form, lambda given: change_course(course, actor=request.actor, at=request.at, **given),
        title=_("修改课程"), back=url_of(course), submit=_("保存"), done=_("课程已修改。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def material_new(request: DeskRequest, pk: int) -> HttpResponse:
    course = kept_course(request, pk)
    fields = {
        "title": made.word(_("标题")),
        "text": made.words(_("正文"), required=False, longest=10_000, rows=8),
        "file": made.attachment(_("附件")),
    }
    return deed_page(
        request, DeedForm(fields, request), lambda given: add_material(course, actor=request.actor, at=request.at, **given),
        title=_("加资料"), back=url_of(course), submit=_("加上"), done=_("资料已加上。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def question_new(request: DeskRequest, pk: int) -> HttpResponse:
    course = kept_course(request, pk)
    fields = {
        "kind": made.choice(_("题型"), ExamQuestionKind.choices),
        "text": made.words(_("题目"), longest=300),
        "options": made.words(_("选项"), required=False, rows=5, help_text=_("一行一个，2 至 8 个；判断题不用填。")),
        "correct": made.word(_("答案"), longest=8, help_text=_("写字母，例如 A，多选写 ABD；判断题 A 是对，B 是错。")),
    }

    def do(given: dict[str, Any]) -> None:
        options = [text.strip() for text in given["options"].splitlines() if text.strip()]
        correct = [LETTERS.find(letter) for letter in given["correct"].upper() if letter.strip()]
        add_question(
            course, actor=request.actor, at=request.at, kind=given["kind"], text=given["text"], options=options,
            correct=correct,
        )  # fmt: skip

    return deed_page(
        request,
        DeedForm(fields, request),
        do,
        title=_("加考题"),
        back=url_of(course),
        submit=_("加上"),
        done=_("考题已加上。"),
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def renew(request: DeskRequest, pk: int, user_pk: int) -> HttpResponse:
    course = kept_course(request, pk)
    user = User.objects.filter(pk=user_pk).first()
    if user is None:
        raise missing()
    return deed_page(
        request, DeedForm({"reason": made.words(_("理由"), longest=200)}, request),
        lambda given: renew_attempts(course, user, actor=request.actor, at=request.at, **given),
        title=_("重新给考试次数") + f" · {user.name}", back=url_of(course), submit=_("给"), done=_("可以重新考了。"),
    )  # fmt: skip


@require_safe
@for_everybody
def material(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The file of a material, for whoever may take the course."""
    found = Material.objects.select_related("file").filter(pk=pk, file__isnull=False).first()
    if found is None or found.file is None:
        raise missing()
    course_for(request.actor, found.course_id, at=request.at)
    response = FileResponse(files.open_file(found.file), content_type=found.file.kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


# --- dates ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def session_new(request: DeskRequest, pk: int) -> HttpResponse:
    course = course_for(request.actor, pk, at=request.at)
    areas = {one.pk: one for one in areas_of(request, EDIT)}
    fields = {
        "starts_at": made.moment(_("开课时间")),
        "place": made.word(_("地点")),
        "capacity": made.number(_("人数"), least=1, most=2000),
        "area": made.key(_("面向哪里的人"), [(key, one.name) for key, one in areas.items()]),
    }

    def do(given: dict[str, Any]) -> None:
        hold_session(course, actor=request.actor, at=request.at, **{**given, "area": areas[given["area"]]})

    form = DeedForm(fields, request, initial={"capacity": 40, "area": next(iter(areas), None)})
    return deed_page(
        request, form, do, title=_("安排班次"), back=url_of(course), submit=_("安排"), done=_("班次已安排。")
    )


@require_safe
@for_support(EDIT)
def session(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_session(request.actor, pk)
    rows = [
        [one.user.name, Presence(one.presence).label]
        for one in found.enrolments.select_related("user").order_by("user__name", "pk")
    ]
    buttons = []
    if not found.is_cancelled and found.starts_at > request.at:
        buttons = [
            Button(_("代人报名"), reverse("support:workforce:session-enrol", args=[pk])),
            Button(_("取消班次"), reverse("support:workforce:session-cancel", args=[pk]), "rare"),
        ]
    elif not found.is_cancelled:
        buttons = [Button(_("登记参加的人"), reverse("support:workforce:session-presence", args=[pk]), "forward")]
    table = Table(_("名单"), [Column(_("姓名")), Column(_("情况"))], rows, _("还没有人报名。"))
    record = Record(
        f"{found.course.name} · {made.local(found.starts_at):%Y-%m-%d %H:%M}", url_of(found.course), found.course.name,
        _("已取消") if found.is_cancelled else "", facts=[(_("地点"), found.place), (_("人数"), found.capacity)],
        buttons=buttons, sections=[Section(_("名单"), table)], story=story(found),
    )  # fmt: skip
    return record_page(request, record)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def session_enrol(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_session(request.actor, pk)
    people = {one.pk: one for one in people_for(request.actor, on=local_day(request.at))[:2000]}
    fields = {"user": made.key(_("姓名"), made.people_choices(people.values()))}
    return deed_page(
        request, DeedForm(fields, request),
        lambda given: enrol(found, people[given["user"]], actor=request.actor, at=request.at),
        title=_("代人报名"), back=reverse("support:workforce:session", args=[pk]), submit=_("报名"), done=_("已报名。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def session_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_session(request.actor, pk)
    return deed_page(
        request, DeedForm({"reason": made.words(_("理由"), longest=200)}, request),
        lambda given: cancel_session(found, actor=request.actor, at=request.at, **given),
        title=_("取消班次"), back=reverse("support:workforce:session", args=[pk]), submit=_("取消班次"), done=_("班次已取消。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def session_presence(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_session(request.actor, pk)
    rows = found.enrolments.exclude(presence=Presence.CANCELLED).select_related("user").order_by("user__name", "pk")
    fields = {"present": made.several(_("到场的人"), [(one.user_id, one.user.name) for one in rows])}
    initial = {"present": [one.user_id for one in rows if one.presence == Presence.ATTENDED]}
    return deed_page(
        request, DeedForm(fields, request, initial=initial),
        lambda given: record_presence(found, given["present"], actor=request.actor, at=request.at),
        title=_("登记参加的人"), lead=_("由组织者登记，不要求任何人打卡。"),
        back=reverse("support:workforce:session", args=[pk]), submit=_("登记"), done=_("已登记。"),
    )  # fmt: skip
